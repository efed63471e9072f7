"""Time is pressed together without losing its order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.embedded.acoustic.tempo import squeeze


@given(st.integers(1, 300), st.floats(1.0, 4.0))
def test_time_is_pressed_together_in_order(length: int, factor: float) -> None:
    mel = np.repeat(np.arange(length, dtype=np.float32)[:, None], 3, axis=1)
    pressed = squeeze(mel, factor)
    assert pressed.shape == (max(1, round(length / factor)), 3) and pressed.dtype == np.float32
    steps = np.diff(pressed[:, 0])
    assert (steps > 0).all() and pressed[0, 0] == pytest.approx(length - 1 - pressed[-1, 0], abs=1e-3)


def test_no_factor_changes_nothing() -> None:
    mel = np.ones((7, 80), np.float32)
    assert squeeze(mel, 1.0) is mel
