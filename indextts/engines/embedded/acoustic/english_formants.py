"""English sounds as their mel has them, where the vocoder, which knows Mandarin alone, makes others of them.

It takes five to eight decibels from the third formant of an *r*, and makes hisses louder than they were drawn. What was
heard is analysed, and its smooth curve moved back to that of the mel; the harmonics and the noise stay the vocoder's.

    restore = Formants(data.mean, data.scale, data.sample_rate, data.hop)
    audio = restore(audio, mel, english)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.tract import smoothing
from indextts.sound.mel import BANDS, WINDOW, mel_basis, mel_edges
from indextts.sound.transform import spectrum_of

Floats = npt.NDArray[np.float32]

MOST_DB: Final = 9.0
"""Furthest that a band is moved."""
_SPEECH: Final = 2.2
"""Mean log₁₀ magnitude below the loudest frame down to which a frame is moved: silence stays the vocoder's."""
_SIZE: Final = 2048
_AT_ONCE: Final = 64
"""Frames whose spectra are in memory together."""


@dataclass(frozen=True)
class Formants:
    """For a voice whose mels become log₁₀ magnitudes by ``mean`` and ``scale``, ``[80]``. Thread-safe."""

    mean: Floats
    scale: Floats
    sample_rate: int
    hop: int

    def __call__(self, audio: Floats, mel: Floats, where: npt.NDArray[np.bool_]) -> Floats:
        """``audio`` ``[L · hop]`` of ``mel`` ``[L, 80]``, changed in the frames that are true in ``where`` ``[L]``."""
        wanted = mel * self.scale + self.mean
        where = where & (wanted.max(1) > wanted.max() - _SPEECH)
        if not where.any():
            return audio
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(audio, _SIZE // 2), _SIZE)[:: self.hop]
        frames = np.flatnonzero(where)
        added = np.zeros(audio.size + _SIZE, np.float32)
        for begin in range(0, frames.size, _AT_ONCE):
            own = frames[begin : begin + _AT_ONCE]
            spectra = spectrum_of(windows[own] * self._taper)
            heard = np.log10(np.maximum(np.abs(spectra) @ self._basis, 1e-10))
            decibels = np.clip(20.0 * (wanted[own] - heard) @ self._smooth.T, -MOST_DB, MOST_DB)
            changes = np.fft.irfft(spectra * (10.0 ** (decibels @ self._spread / 20.0) - 1.0))
            for frame, change in zip(own, changes, strict=True):
                added[frame * self.hop :][:_SIZE] += change
        # Tapers a hop apart add up to a constant.
        overlap = np.float32(self._taper.sum() / self.hop)
        restored: Floats = audio + added[_SIZE // 2 :][: audio.size] / overlap
        return restored

    @cached_property
    def _taper(self) -> Floats:
        taper = np.zeros(_SIZE, np.float32)
        begin = (_SIZE - WINDOW) // 2
        taper[begin : begin + WINDOW] = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)
        return taper

    @cached_property
    def _basis(self) -> npt.NDArray[np.float64]:
        return mel_basis(self.sample_rate, _SIZE).T

    @cached_property
    def _smooth(self) -> npt.NDArray[Any]:
        return smoothing(BANDS)

    @cached_property
    def _spread(self) -> npt.NDArray[np.float64]:
        """From the bands to the bins of a spectrum, ``[80, bins]``."""
        bins = np.arange(_SIZE // 2 + 1) * self.sample_rate / _SIZE
        centres = mel_edges(BANDS)[1:-1]
        return np.stack([np.interp(bins, centres, row) for row in np.eye(BANDS)])
