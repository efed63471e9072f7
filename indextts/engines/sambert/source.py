"""What voices with a sine source need around their networks: F0 and voicing out of the mel, and the sines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.sambert.shapes import SourceShape

Floats = npt.NDArray[np.float32]

VOICED: Final = 0.6
"""From which value of the last channel a frame is voiced."""
LOWEST_HZ: Final = 30.0


@dataclass(frozen=True)
class PitchScale:
    """``F0 = channel · scale + offset``: from the corpus's deviation and mean, or from a range."""

    scale: float
    offset: float

    @classmethod
    def mean_std(cls, mvn: npt.NDArray[Any]) -> PitchScale:
        """``mvn`` holds the mean and the deviation."""
        mean, deviation = (float(value) for value in np.asarray(mvn, np.float64).ravel()[:2])
        return cls(deviation, mean)

    @classmethod
    def between(cls, highest: float, lowest: float) -> PitchScale:
        """0 is ``lowest``, 1 is ``highest``."""
        return cls(highest - lowest, lowest)


def binarise(mel: npt.NDArray[Any]) -> Floats:
    """``[N, mels + 2]`` with 0 or 1 as its last channel."""
    out: Floats = np.array(mel, np.float32)
    out[:, -1] = out[:, -1] >= VOICED
    return out


def finish_mel(mel: npt.NDArray[Any], pitch: PitchScale) -> Floats:
    """``[N, mels + 2]`` as the acoustic model says it → F0 in Hz, at least 30 in unvoiced frames too, and voicing."""
    out = binarise(mel)
    out[:, -2] = np.maximum(out[:, -2] * np.float32(pitch.scale) + np.float32(pitch.offset), LOWEST_HZ)
    return out


def draw(shape: SourceShape, samples: int, seed: int) -> tuple[Floats, Floats]:
    """Chance: the harmonics' first phases ``[H + 1]``, and noise ``[H + 1, samples]``."""
    random = np.random.default_rng(seed)
    phases = random.uniform(-np.pi, np.pi, shape.harmonics + 1).astype(np.float32)
    noise = random.standard_normal((shape.harmonics + 1, samples), np.float32) * np.float32(shape.sigma)
    return phases, noise


def sines(shape: SourceShape, mel: npt.NDArray[Any], hop: int, phases: Floats, noise: Floats) -> Floats:
    """``[H + 1, N · hop]`` from ``mel [N, mels + 2]`` as :func:`finish_mel` leaves it.

    The fundamental begins at 0 whatever its phase; unvoiced stretches are louder noise.
    """
    f0 = np.repeat(mel[:, -2].astype(np.float32), hop)
    voiced = np.repeat(mel[:, -1].astype(np.float32), hop)
    steps = f0[None, :] * np.arange(1, shape.harmonics + 2, dtype=np.float32)[:, None] / np.float32(shape.sample_rate)
    # Cycles add up over a whole sentence: in single precision the upper harmonics would drift.
    cycles = np.cumsum(steps.astype(np.float64), axis=1) % 1.0
    start = np.array(phases, np.float64).reshape(-1, 1)
    start[0] = 0.0
    spoken = shape.alpha * np.sin(2.0 * np.pi * cycles + start) + noise
    hissed = shape.alpha / 3.0 / shape.sigma * noise
    mixed: Floats = (voiced * spoken + (1.0 - voiced) * hissed).astype(np.float32)
    return mixed
