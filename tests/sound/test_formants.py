"""Resonances put back where they were before a voice was played faster."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from indextts.sound.formants import lowered_formants
from indextts.sound.pitch import track
from indextts.sound.resample import resample

RATE = 24_000


def vowel(hertz: float, resonances: tuple[float, ...], seconds: float = 0.8) -> npt.NDArray[np.float32]:
    """A buzz of ``hertz`` through a filter with peaks at ``resonances``."""
    partials = np.arange(1, int(RATE / 2 / hertz)) * hertz
    levels: npt.NDArray[np.float64] = sum(
        1.0 / (1.0 + ((partials - peak) / 250.0) ** 2) for peak in resonances
    ) + np.full(partials.size, 0.002)
    times = np.arange(round(seconds * RATE)) / RATE
    sound = (levels[:, None] * np.sin(2 * np.pi * partials[:, None] * times)).sum(axis=0)
    made: npt.NDArray[np.float32] = (0.3 * sound / np.abs(sound).max()).astype(np.float32)
    return made


def apart(sound: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """Nepers between the smooth spectra of two sounds, whatever their levels, from 300 to 4,000 Hz."""
    hertz, envelopes = np.fft.rfftfreq(1024, 1.0 / RATE), []
    for one in (sound, other):
        frames = np.lib.stride_tricks.sliding_window_view(one, 1024)[2048:-2048:512] * np.hanning(1024)
        cepstrum = np.fft.irfft(np.log(np.abs(np.fft.rfft(frames, axis=1)) + 1e-6), axis=1)
        cepstrum[:, 36:-35] = 0.0
        envelopes.append(np.fft.rfft(cepstrum, axis=1).real.mean(axis=0)[(hertz > 300.0) & (hertz < 4_000.0)])
    return float(np.std(envelopes[0] - envelopes[1]))


@pytest.mark.parametrize("factor", [1.25, 1.4, 1.55])
def test_a_voice_that_is_played_faster_is_higher_with_the_throat_that_it_had(factor: float) -> None:
    resonances = (700.0, 1_900.0)
    faster = resample(vowel(180.0, resonances), RATE * factor, RATE)
    sound = lowered_formants(faster, RATE, factor)
    assert sound.size == faster.size and sound.dtype == np.float32
    _, hertz = track(sound, RATE, 0.01)
    assert np.nanmedian(hertz) == pytest.approx(180.0 * factor, rel=0.01)
    wanted = vowel(180.0 * factor, resonances)
    assert apart(sound, wanted) < apart(faster, wanted) / 1.5


@pytest.mark.parametrize("size", [0, 1, 300, 24_000])
def test_by_a_factor_of_one_nothing_is_changed(size: int) -> None:
    sound = vowel(220.0, (600.0,))[:size] if size else np.zeros(0, np.float32)
    assert np.allclose(lowered_formants(np.resize(sound, size), RATE, 1.0), np.resize(sound, size), atol=1e-4)
