"""The edges of a piece of speech, trimmed to the sound and faded, and the level of each stretch of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_FLOOR_DB: Final = -45.0
_HEARD_DB: Final = -28.0
_RAMP_S: Final = 0.01


def speech_bounds(
    samples: Samples, sample_rate: int, *, margin_s: float = 0.03, floor_db: float = _FLOOR_DB, window_s: float = 0.01
) -> tuple[int, int]:
    """First and one-past-last sample of the sound, with a margin; ``(0, N)`` where all is silent.

    Windows of ``window_s`` count as sound when they are above ``floor_db`` of the loudest one.
    """
    window = max(1, round(window_s * sample_rate))
    count = samples.size // window
    if count == 0:
        return 0, samples.size
    power = np.square(samples[: count * window].astype(np.float64)).reshape(count, window).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10.0 ** (floor_db / 10.0))
    if not loud.size:
        return 0, samples.size
    margin = round(margin_s * sample_rate)
    return max(0, int(loud[0]) * window - margin), min(samples.size, (int(loud[-1]) + 1) * window + margin)


def heard_until(samples: Samples, sample_rate: int) -> float:
    """When, in seconds, speech has fallen below what is heard of it for the last time."""
    return speech_bounds(samples, sample_rate, margin_s=0.0, floor_db=_HEARD_DB, window_s=0.005)[1] / sample_rate


def fade(samples: Samples, sample_rate: int, milliseconds: float) -> Samples:
    """Raise and lower both ends by half a cosine, in a copy; shorter pieces share what there is."""
    length = min(round(milliseconds / 1000.0 * sample_rate), samples.size // 2)
    faded = samples.copy()
    if length > 0:
        ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / length)).astype(np.float32)
        faded[:length] *= ramp
        faded[-length:] *= ramp[::-1]
    return faded


def silence(seconds: float, sample_rate: int) -> Samples:
    return np.zeros(max(0, round(seconds * sample_rate)), np.float32)


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
