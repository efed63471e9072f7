"""Samples → mel as the voices' training did it, up to the corpus's own mean and deviation, which no package holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.audio.mel import hz_to_mel, mel_to_hz

_FLOOR: Final = 1e-5
_REFERENCE_DB: Final = 20.0
_RANGE_DB: Final = 100.0


@dataclass(frozen=True)
class MelAnalysis:
    """Of ``audio_config.yaml``."""

    sample_rate: int
    n_fft: int
    hop: int
    window: int
    low_hz: float
    high_hz: float
    bands: int = 80

    def __call__(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """``[1 + N // hop, bands]`` between 0 and 1; frame i is centred on sample ``i · hop``, zeros around."""
        padded = np.pad(samples.astype(np.float64), self.n_fft // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, self.n_fft)[:: self.hop]
        taper = np.zeros(self.n_fft)
        offset = (self.n_fft - self.window) // 2
        turn = 2.0 * np.pi * np.arange(self.window) / self.window
        taper[offset : offset + self.window] = 0.5 - 0.5 * np.cos(turn)
        magnitudes = np.abs(np.fft.rfft(frames * taper, axis=1))
        loudness = 20.0 * np.log10(np.maximum(_FLOOR, magnitudes @ self._filters().T)) - _REFERENCE_DB
        mel: npt.NDArray[np.float32] = np.clip((loudness + _RANGE_DB) / _RANGE_DB, 0.0, 1.0).astype(np.float32)
        return mel

    def _filters(self) -> npt.NDArray[np.float64]:
        """Slaney's triangles of equal area, ``[bands, n_fft // 2 + 1]``."""
        bins = np.arange(self.n_fft // 2 + 1) * self.sample_rate / self.n_fft
        low, high = hz_to_mel([self.low_hz, self.high_hz])
        edges = mel_to_hz(np.linspace(low, high, self.bands + 2))
        widths = np.diff(edges)
        rising = (bins[None, :] - edges[:-2, None]) / widths[:-1, None]
        falling = (edges[2:, None] - bins[None, :]) / widths[1:, None]
        triangles: npt.NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling))
        return triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]


MEL_16K: Final = MelAnalysis(16000, 2048, 200, 1000, 0.0, 8000.0)
MEL_24K: Final = MelAnalysis(24000, 1024, 240, 1024, 50.0, 8000.0)
