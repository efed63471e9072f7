"""Pitch tracking: normalised cross-correlation, and the best path through its peaks.

After D. Talkin, "A robust algorithm for pitch tracking (RAPT)", 1995, with one pass in place of his two: sound that was
made is clean, and a picture of it needs no more. In numpy, because the libraries that do it bring a compiler with them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LOW_HZ: Final = 65.0
HIGH_HZ: Final = 800.0

_WINDOW_S: Final = 0.03
_EDGE_HZ: Final = 1500.0
"""Kept whole below, faded out to twice that."""
_PEAKS: Final = 13
_VOICED: Final = 0.5
"""Correlation below which a frame counts as noise."""
_QUIET_DB: Final = 45.0
"""Decibels below the loudest frame at which there is no voice."""
_JUMP: Final = 0.7
"""Price of an octave between neighbouring frames …"""
_SWITCH: Final = 0.25
"""… and of beginning or ending a voice."""
_OCTAVE_DOWN: Final = 0.05
"""How much a lag is worse than half of it: half the pitch correlates as well as the pitch."""


def track(samples: npt.NDArray[np.floating[Any]], sample_rate: int, hop_s: float = 0.01) -> tuple[Floats, Floats]:
    """``(times, hertz)``, both ``[N]``: hertz are not-a-number where there is no voice."""
    hop, window = round(hop_s * sample_rate), round(_WINDOW_S * sample_rate)
    least, most = int(sample_rate / HIGH_HZ), int(np.ceil(sample_rate / LOW_HZ))
    size = window + most + 1
    padded = np.pad(_without_heights(np.asarray(samples, np.float64), sample_rate), (size // 2, size))
    count = max(1, -(-samples.size // hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[: count * hop : hop]
    times = np.arange(len(frames)) * hop / sample_rate
    # Some seconds at a time: neighbouring frames overlap, and all of them at once are many times the sound.
    blocks = [frames[at : at + 512] for at in range(0, len(frames), 512)]
    loudness = 10.0 * np.log10(np.concatenate([np.mean(np.square(block), axis=1) for block in blocks]) + 1e-12)
    found = [_peaks(_correlation(block, window, most), least) for block in blocks]
    lags, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
    scores = np.where((loudness > loudness.max() - _QUIET_DB)[:, None], scores, -np.inf)
    octaves = np.log2(lags)
    chosen = _best_path(octaves, scores - _OCTAVE_DOWN * (octaves - np.log2(least)))
    hertz = np.full(len(frames), np.nan)
    voiced = chosen >= 0
    hertz[voiced] = sample_rate / lags[voiced, chosen[voiced]]
    return times, hertz


def _without_heights(samples: Floats, sample_rate: int) -> Floats:
    """What is below :data:`_EDGE_HZ`: overtones beyond make peaks so sharp that they fall between two lags."""
    if samples.size < 2:
        return samples
    spectrum = np.fft.rfft(samples)
    hertz = np.arange(spectrum.size) * sample_rate / samples.size
    spectrum *= np.clip(2.0 - hertz / _EDGE_HZ, 0.0, 1.0)
    low: Floats = np.fft.irfft(spectrum, samples.size)
    return low


def _correlation(frames: Floats, window: int, most: int) -> Floats:
    """Of each frame's beginning with itself some samples later, −1 to 1, ``[N, most + 1]``."""
    frames = frames - frames.mean(axis=1, keepdims=True)
    length = 1 << int(np.ceil(np.log2(frames.shape[1] + window)))
    head = np.fft.rfft(frames[:, :window], length)
    product = np.fft.irfft(np.conj(head) * np.fft.rfft(frames, length), length)[:, : most + 1]
    powers = np.cumsum(np.pad(np.square(frames), ((0, 0), (1, 0))), axis=1)
    energies = powers[:, window : window + most + 1] - powers[:, : most + 1]
    normal: Floats = product / np.sqrt(np.maximum(energies * energies[:, :1], 1e-12))
    return normal


def _peaks(correlation: Floats, least: int) -> tuple[Floats, Floats]:
    """The highest maxima of each frame: their lags in samples, between samples too, and their heights."""
    middle, before, behind = correlation[:, 1:-1], correlation[:, :-2], correlation[:, 2:]
    is_peak = (middle > before) & (middle >= behind)
    is_peak[:, : least - 1] = False
    heights = np.where(is_peak, middle, -np.inf)
    best = np.argsort(heights, axis=1)[:, ::-1][:, :_PEAKS]
    rows = np.arange(len(correlation))[:, None]
    left, top, right = before[rows, best], middle[rows, best], behind[rows, best]
    bend = left - 2.0 * top + right
    offset = np.where(np.abs(bend) > 1e-9, 0.5 * (left - right) / np.where(np.abs(bend) > 1e-9, bend, 1.0), 0.0)
    offset = np.clip(offset, -0.5, 0.5)
    return np.asarray(best + 1.0 + offset, np.float64), heights[rows, best] - 0.25 * (left - right) * offset


def _best_path(octaves: Floats, scores: Floats) -> npt.NDArray[np.int64]:
    """Which peak each frame has, −1 for none, so that heights are great and jumps are few."""
    frames, peaks = scores.shape
    total = np.append(scores[0], _VOICED)
    origin = np.zeros((frames, peaks + 1), np.int64)
    for frame in range(1, frames):
        jumps = np.abs(octaves[frame][None, :] - octaves[frame - 1][:, None]) * _JUMP
        cost = np.full((peaks + 1, peaks + 1), _SWITCH)
        cost[:peaks, :peaks] = jumps
        cost[peaks, peaks] = 0.0
        reach = total[:, None] - cost
        origin[frame] = reach.argmax(axis=0)
        total = reach.max(axis=0) + np.append(scores[frame], _VOICED)
    path = np.empty(frames, np.int64)
    path[-1] = int(total.argmax())
    for frame in range(frames - 1, 0, -1):
        path[frame - 1] = origin[frame, path[frame]]
    return np.where(path == peaks, -1, path)
