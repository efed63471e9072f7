"""Mel analysis in numpy; Griffin-Lim inverts the same bands.

Slaney's mel scale and area normalisation (Slaney 1998, "Auditory Toolbox"), the form that the vocoder's training
used; magnitudes, not powers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

BANDS: Final = 80
LOW_HZ: Final = 80.0
HIGH_HZ: Final = 7600.0
WINDOW: Final = 1200
"""Samples of the analysis window at 24 kHz."""

_LINEAR_HZ: Final = 200.0 / 3.0
_CORNER_HZ: Final = 1000.0
_LOG_STEP: Final = np.log(6.4) / 27.0


def hz_to_mel(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Linear to 1 kHz, logarithmic above."""
    f = np.asarray(hz, np.float64)
    above = _CORNER_HZ / _LINEAR_HZ + np.log(np.maximum(f, _CORNER_HZ) / _CORNER_HZ) / _LOG_STEP
    return np.where(f < _CORNER_HZ, f / _LINEAR_HZ, above)


def mel_to_hz(mel: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The inverse of :func:`hz_to_mel`."""
    m = np.asarray(mel, np.float64)
    corner = _CORNER_HZ / _LINEAR_HZ
    return np.where(m < corner, m * _LINEAR_HZ, _CORNER_HZ * np.exp(_LOG_STEP * np.maximum(m - corner, 0.0)))


def mel_edges(bands: int, low_hz: float = LOW_HZ, high_hz: float = HIGH_HZ) -> npt.NDArray[np.float64]:
    """Where the triangles of ``bands`` begin, peak and end, in Hz, ``[bands + 2]``; ``[1:-1]`` are their centres."""
    low, high = hz_to_mel([low_hz, high_hz])
    return mel_to_hz(np.linspace(low, high, bands + 2))


@lru_cache(maxsize=8)
def mel_basis(
    sample_rate: int, n_fft: int, bands: int = BANDS, low_hz: float = LOW_HZ, high_hz: float | None = None
) -> npt.NDArray[np.float64]:
    """Triangular filters of equal area, ``[bands, n_fft // 2 + 1]``.

    Without ``high_hz`` they end where the voice's do, or at half the rate.
    """
    bins = np.arange(n_fft // 2 + 1) * sample_rate / n_fft
    edges = mel_edges(bands, low_hz, min(HIGH_HZ, sample_rate / 2.0) if high_hz is None else high_hz)
    widths = np.diff(edges)
    rising = (bins[None, :] - edges[:-2, None]) / widths[:-1, None]
    falling = (edges[2:, None] - bins[None, :]) / widths[1:, None]
    triangles: npt.NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling))
    return triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]


def log_mel(samples: Floats, sample_rate: int, hop: int, *, n_fft: int = 2048, window: int = WINDOW) -> Floats:
    """log₁₀ of the mel magnitudes, ``[ceil(N / hop), 80]``; frame i is centred on sample ``i · hop``."""
    padded = np.pad(np.asarray(samples, np.float64), n_fft // 2, mode="reflect")
    count = -(-samples.size // hop)
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[: count * hop : hop]
    taper = np.zeros(n_fft)
    offset = (n_fft - window) // 2
    taper[offset : offset + window] = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(window) / window)
    magnitudes = np.abs(np.fft.rfft(frames * taper, axis=1))
    mel = magnitudes @ mel_basis(sample_rate, n_fft).T
    logarithm: Floats = np.log10(np.maximum(mel, 1e-10)).astype(np.float32)
    return logarithm
