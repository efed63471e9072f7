"""Quick movements of a mel are raised, slow ones stay."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.english_motion import quickened, shipped_gains

FRAMES_PER_S = 80.0


def wave(hertz: float, bands: int, frames: int = 160) -> npt.NDArray[np.float32]:
    """A movement over time whose ``bands`` go up and down by turns, so many waves over all of them."""
    times = np.sin(2.0 * np.pi * hertz * np.arange(frames) / FRAMES_PER_S)
    over_bands = np.cos(np.pi * bands * (np.arange(80) + 0.5) / 80)
    return np.asarray(times[:, None] * over_bands, np.float32)


def raised(mel: npt.NDArray[np.float32]) -> float:
    """By how much, away from the edges."""
    made = quickened(mel, shipped_gains())
    return float(made[40:-40].std() / mel[40:-40].std())


def test_what_moves_slowly_stays_and_what_moves_quickly_is_raised() -> None:
    assert 0.9 < raised(wave(2.5, 3)) < 1.1
    assert raised(wave(22.5, 20)) > 1.8
    assert raised(wave(22.5, 20)) > raised(wave(10.0, 20)) > raised(wave(5.0, 20))


def test_nothing_is_lost_where_a_mel_begins_or_ends() -> None:
    for frames in (1, 5, 16, 31, 47, 200):
        mel = np.ones((frames, 80), np.float32)
        made = quickened(mel, shipped_gains())
        assert made.shape == mel.shape
        assert np.ptp(made) < 1e-4, "no edge is heard"
    assert quickened(np.zeros((0, 80), np.float32), shipped_gains()).shape == (0, 80)
