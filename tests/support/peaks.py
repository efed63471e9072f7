"""How high a sound really goes, to hold the limiter to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from indextts.sound.resample import resample

OVERSAMPLING = 4


def true_peak(samples: npt.NDArray[np.float32], sample_rate: int) -> float:
    """The highest absolute value between the samples too; linear, 0 for silence."""
    if not samples.size:
        return 0.0
    fine = resample(samples, sample_rate, sample_rate * OVERSAMPLING)
    return float(max(np.abs(fine).max(), np.abs(samples).max()))
