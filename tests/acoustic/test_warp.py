"""Formants move without the pitch, and time is pressed together without losing its order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.acoustic.warp import band_centres, keep_formants, squeeze

CENTRES = band_centres(80)


def spectrum(formant_hz: float) -> np.ndarray:
    """One frame in dB with one broad formant."""
    return (-40.0 + 30.0 * np.exp(-0.5 * ((CENTRES - formant_hz) / 600.0) ** 2))[None, :].astype(np.float32)


@pytest.mark.parametrize("ratio", [0.6, 0.8, 1.25, 1.7])
def test_a_formant_lies_where_it_was_once_everything_has_moved(ratio: float) -> None:
    prepared = keep_formants(spectrum(1800.0), ratio)[0]
    # Resampling takes what is at f to ratio · f.
    assert CENTRES[prepared.argmax()] * ratio == pytest.approx(1800.0, rel=0.06)


@pytest.mark.parametrize("ratio", [0.6, 1.7])
def test_the_pitch_stays(ratio: float) -> None:
    harmonics = 6.0 * np.cos(2 * np.pi * CENTRES / 220.0) * (CENTRES < 1500.0)
    prepared = keep_formants(spectrum(1800.0) + harmonics.astype(np.float32), ratio)
    rest = prepared - keep_formants(spectrum(1800.0), ratio)
    assert np.corrcoef(rest[0], harmonics)[0, 1] > 0.97


def test_no_ratio_changes_nothing() -> None:
    level = spectrum(900.0)
    assert keep_formants(level, 1.0) is level


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
