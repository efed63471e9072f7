from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.sound.pitch import LOW_HZ, track

RATE = 24000


def voice(hertz: np.ndarray) -> np.ndarray:
    """Something with the overtones of a voice, at so many hertz for each sample."""
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    return sum(np.sin(phase * overtone) / overtone for overtone in range(1, 12)).astype(np.float32) * 0.1  # type: ignore[union-attr]


@given(st.floats(LOW_HZ * 1.1, 520.0), st.floats(0.001, 0.9))
def test_a_steady_voice_is_measured_to_a_tenth_of_a_semitone_however_loud(hertz: float, level: float) -> None:
    _, found = track(voice(np.full(RATE // 4, hertz)) * np.float32(level), RATE)
    inside = found[3:-3]
    assert not np.isnan(inside).any()
    assert np.abs(12 * np.log2(inside / hertz)).max() < 0.15


def test_a_gliding_voice_is_followed() -> None:
    hertz = np.geomspace(150, 400, RATE)
    times, found = track(voice(hertz), RATE)
    inside = slice(4, -4)
    expected = hertz[np.minimum((times * RATE).astype(int), RATE - 1)]
    assert np.abs(12 * np.log2(found[inside] / expected[inside])).max() < 0.5


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32)
    sound = np.concatenate([voice(np.full(RATE // 2, 220.0)), np.zeros(RATE // 2, np.float32), noise])
    times, found = track(sound, RATE)
    assert not np.isnan(found[(times > 0.05) & (times < 0.45)]).any()
    assert np.isnan(found[(times > 0.55) & (times < 0.95)]).all()
    assert np.isnan(found[times > 1.1]).mean() > 0.95


@pytest.mark.parametrize("size", [0, 1, 100, 721])
def test_sound_that_is_too_short_is_no_error(size: int) -> None:
    times, found = track(np.zeros(size, np.float32), RATE)
    assert times.size == found.size >= 1 and np.isnan(found).all()
