"""Samples → mel as the voices' training did it, up to the corpus's own mean and deviation, which no package holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.audio.mel import mel_basis

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
        basis = mel_basis(self.sample_rate, self.n_fft, self.bands, self.low_hz, self.high_hz)
        loudness = 20.0 * np.log10(np.maximum(_FLOOR, magnitudes @ basis.T)) - _REFERENCE_DB
        mel: npt.NDArray[np.float32] = np.clip((loudness + _RANGE_DB) / _RANGE_DB, 0.0, 1.0).astype(np.float32)
        return mel


MEL_16K: Final = MelAnalysis(16000, 2048, 200, 1000, 0.0, 8000.0)
MEL_24K: Final = MelAnalysis(24000, 1024, 240, 1024, 50.0, 8000.0)
