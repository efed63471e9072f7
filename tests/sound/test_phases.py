"""Phases are found as librosa finds them, without librosa."""

from __future__ import annotations

import numpy as np
import pytest

from indextts.sound.phases import with_phases


@pytest.mark.night
@pytest.mark.parametrize(("frames", "n_fft"), [(2, 1024), (5, 1024), (61, 1024), (61, 2048)])
def test_the_sound_is_that_of_librosa(frames: int, n_fft: int) -> None:
    librosa = pytest.importorskip("librosa")
    bins = n_fft // 2 + 1
    noise = np.random.default_rng(1).normal(0.0, 1.0, (frames, bins)) * np.linspace(1.0, 0.01, bins)
    magnitudes = np.abs(noise).astype(np.float32)
    length, window = (frames - 1) * 300, min(1200, n_fft)
    ours = with_phases(magnitudes, 300, window, length, 8)
    theirs = librosa.griffinlim(
        magnitudes.T.copy(), n_iter=8, hop_length=300, win_length=window, n_fft=n_fft, length=length, random_state=0
    )
    assert ours.dtype == np.float32 and ours.shape == theirs.shape == (length,)
    assert np.abs(ours - theirs).max() < 1e-5 * np.abs(theirs).max()


def test_more_rounds_bring_the_magnitudes_nearer() -> None:
    """A tone's magnitudes, of which every phase was forgotten, become a tone again."""
    tone = np.sin(2 * np.pi * 440.0 * np.arange(6000) / 24000).astype(np.float32)
    taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)

    def seen(sound: np.ndarray) -> np.ndarray:
        frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, 512), 1024)[::300]
        return np.abs(np.fft.rfft(frames * taper, axis=1)).astype(np.float32)

    wanted = seen(tone)
    errors = [np.abs(seen(with_phases(wanted, 300, 1024, 6000, rounds)) - wanted).mean() for rounds in (0, 10, 60)]
    assert errors[0] > 2 * errors[1] > 2 * errors[2]
