"""Spectra of 16 kHz speech after Kaldi, as the two speaker encoders were trained on them.

Both take povey-windowed frames of 25 ms every 10 ms and 80 triangles drawn on Kaldi's mel scale; the speaker encoder
hears the wave at ±1 and loses the mean of each band, w2v-bert hears it at ±32768, normalised band by band. Computed in
double precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_FLOOR: Final = float(np.finfo(np.float32).eps)
_POVEY: Final = 0.85
"""Kaldi's window is a symmetric Hann window to this power."""
_INT16: Final = 32768.0
_VARIANCE_EPS: Final = 1e-7


@dataclass(frozen=True)
class Bank:
    """What a filterbank analysis depends on; ``frame`` and ``hop`` are samples, frequencies Hz."""

    sample_rate: int = 16000
    frame: int = 400
    hop: int = 160
    bands: int = 80
    low_hz: float = 20.0
    high_hz: float = 8000.0
    preemphasis: float = 0.97

    @property
    def n_fft(self) -> int:
        """The next power of two from ``frame`` up."""
        return 1 << (self.frame - 1).bit_length()


SPEECH: Final = Bank()


def fbank(samples: Floats | Doubles, bank: Bank = SPEECH) -> Doubles:
    """Natural log of the mel energies, ``[1 + (N − frame) // hop, bands]``; only whole frames count.

    Each frame loses its mean, then is pre-emphasised, its first sample against itself, then windowed.
    """
    audio = np.asarray(samples, np.float64)
    if audio.size < bank.frame:
        return np.zeros((0, bank.bands))
    frames = np.lib.stride_tricks.sliding_window_view(audio, bank.frame)[:: bank.hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    frames = (frames - bank.preemphasis * before) * np.hanning(bank.frame) ** _POVEY
    power = np.abs(np.fft.rfft(frames, bank.n_fft, axis=1)) ** 2
    logarithm: Doubles = np.log(np.maximum(power @ kaldi_basis(bank).T, _FLOOR))
    return logarithm


@lru_cache(maxsize=4)
def kaldi_basis(bank: Bank = SPEECH) -> Doubles:
    """Triangles ``[bands, n_fft // 2 + 1]`` with straight sides on the mel scale 1127 ln(1 + f / 700), peak 1."""
    low, high = _mel(bank.low_hz), _mel(bank.high_hz)
    edges = np.linspace(low, high, bank.bands + 2)[:, None]
    bins = _mel(np.arange(bank.n_fft // 2 + 1) * bank.sample_rate / bank.n_fft)[None, :]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    triangles: Doubles = np.maximum(0.0, np.minimum(rising, falling))
    return triangles


def _mel(hz: npt.ArrayLike) -> Doubles:
    mel: Doubles = 1127.0 * np.log1p(np.asarray(hz, np.float64) / 700.0)
    return mel


def speaker_features(samples: Floats) -> Floats:
    """What the speaker encoder takes, ``[F, 80]``: :func:`fbank` less each band's mean over time."""
    bands = fbank(samples)
    features: Floats = (bands - bands.mean(axis=0)).astype(np.float32)
    return features


def semantic_features(samples: Floats, padding_value: float) -> tuple[Floats, npt.NDArray[np.int64]]:
    """What w2v-bert takes: ``([T, 160], mask [T])``, two frames to a row, 50 rows a second.

    ``padding_value`` is the second frame of the last row where their number is odd; that row's mask is 0.
    Raises ``ValueError`` for less than two frames (35 ms), whose variance is not defined.
    """
    bands = fbank(np.asarray(samples, np.float64) * _INT16)
    count = len(bands)
    if count < 2:
        raise ValueError("at least two frames are needed")
    bands = (bands - bands.mean(axis=0)) / np.sqrt(bands.var(axis=0, ddof=1) + _VARIANCE_EPS)
    if count % 2:
        bands = np.concatenate([bands, np.full((1, bands.shape[1]), padding_value)])
    rows = bands.reshape(-1, 2 * bands.shape[1]).astype(np.float32)
    mask = (np.arange(1, 2 * len(rows), 2) < count).astype(np.int64)
    return rows, mask
