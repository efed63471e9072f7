"""What the vocoder takes from English formants is given back, and nothing else is touched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indextts.engines.embedded.acoustic.english_formants import MOST_DB, Formants
from indextts.sound.mel import log_mel

RATE, HOP = 24_000, 300
FORMANTS = Formants(np.full(80, -1.0, np.float32), np.full(80, 0.5, np.float32), RATE, HOP)
HILL = np.exp(-(((np.arange(80) - 40.0) / 9.0) ** 2))


def noise(frames: int = 120) -> np.ndarray:
    return (0.1 * np.random.default_rng(3).standard_normal(frames * HOP)).astype(np.float32)


def in_norm(audio: np.ndarray) -> Any:
    return (log_mel(audio, RATE, HOP) - FORMANTS.mean) / FORMANTS.scale


def band_db(audio: np.ndarray, frames: slice) -> Any:
    return 20.0 * log_mel(audio, RATE, HOP)[frames].mean(0)


@pytest.mark.parametrize("lost", [6.0, -6.0])
def test_what_a_formant_lost_comes_back(lost: float) -> None:
    audio = noise()
    mel = (in_norm(audio) + lost * HILL / 20.0 / FORMANTS.scale).astype(np.float32)
    restored = FORMANTS(audio, mel, np.ones(120, bool))
    gained = band_db(restored, slice(10, 110)) - band_db(audio, slice(10, 110))
    assert gained[40] == pytest.approx(lost, abs=1.0)
    assert abs(gained[70]) < 1.0 and abs(gained[10]) < 1.0


def test_no_band_moves_far() -> None:
    audio = noise()
    mel = (in_norm(audio) + 30.0 * HILL / 20.0 / FORMANTS.scale).astype(np.float32)
    restored = FORMANTS(audio, mel, np.ones(120, bool))
    assert (band_db(restored, slice(10, 110)) - band_db(audio, slice(10, 110))).max() < MOST_DB + 1.0


def test_other_frames_stay_to_the_bit() -> None:
    audio = noise()
    mel = (in_norm(audio) + 6.0 * HILL / 20.0 / FORMANTS.scale).astype(np.float32)
    where = np.arange(120) >= 60
    restored = FORMANTS(audio, mel, where)
    assert np.array_equal(restored[: 50 * HOP], audio[: 50 * HOP])
    assert not np.array_equal(restored[70 * HOP :], audio[70 * HOP :])
    assert FORMANTS(audio, mel, np.zeros(120, bool)) is audio
