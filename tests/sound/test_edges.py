"""Edges are trimmed to the sound and faded."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indextts.sound.edges import fade, silence, speech_bounds

RATE = 24000


def test_bounds_hold_the_sound_and_little_else() -> None:
    audio = np.zeros(RATE, np.float32)
    audio[8000:16000] = 0.3
    begin, end = speech_bounds(audio, RATE)
    assert begin <= 8000 < 16000 <= end
    assert 8000 - begin < 0.05 * RATE
    assert end - 16000 < 0.05 * RATE


def test_silence_is_left_whole() -> None:
    assert speech_bounds(np.zeros(5000, np.float32), RATE) == (0, 5000)
    assert speech_bounds(np.zeros(3, np.float32), RATE) == (0, 3)


@given(st.integers(0, 3000), st.floats(0, 50))
def test_faded_edges_begin_and_end_at_nothing(size: int, milliseconds: float) -> None:
    audio = np.ones(size, np.float32)
    faded = fade(audio, RATE, milliseconds)
    assert faded.shape == audio.shape
    assert audio.all()  # the input is untouched
    if size >= 2 and round(milliseconds * RATE / 1000) >= 1:
        assert faded[0] == faded[-1] == 0.0
    assert np.all(faded <= 1.0)


def test_a_pause_has_its_length() -> None:
    assert silence(0.25, RATE).size == 6000
    assert silence(-1.0, RATE).size == 0
