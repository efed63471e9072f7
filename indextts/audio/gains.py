"""Piecewise gains: a level for every stretch of a sound."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_RAMP_S: Final = 0.01


def apply_gains(
    samples: Samples, sample_rate: int, decibels: npt.NDArray[np.float64], edges_s: npt.NDArray[np.float64]
) -> Samples:
    """Raise stretch i, from ``edges_s[i]`` to ``edges_s[i + 1]``, by ``decibels[i]``, with short ramps between."""
    if not np.any(decibels):
        return samples
    gains = 10.0 ** (decibels / 20.0)
    starts, ends = edges_s[:-1], np.maximum(edges_s[1:], edges_s[:-1] + 1e-6)
    inner = np.minimum(_RAMP_S / 2.0, (ends - starts) / 2.0)
    times = np.stack([starts + inner, ends - inner], axis=1).ravel()
    envelope = np.interp(np.arange(samples.size) / sample_rate, times, np.repeat(gains, 2))
    shaped: Samples = (samples * envelope).astype(np.float32)
    return shaped
