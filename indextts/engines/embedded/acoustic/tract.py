"""Other speakers out of one voice's mels: the resonances and the harmonics of every frame move, each by its own factor.

A frame's log spectrum is the sum of a smooth curve (the vocal tract's resonances) and of what is left (the voice's
harmonics, and noise). Stretching both by one factor is what the specification of the voice measured,
``out(f) = in(f / factor)``; stretching each by its own makes the length of the tract and the pitch independent.
Both are linear in the log spectrum, so that a whole change is one matrix and one offset, made once for each voice.

    reshape = Tract(data.mean, data.scale)
    mel = reshape(mel, TractChange(tract=0.86, harmonics=0.7))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.platform.lru import Lru
from indextts.sound.mel import mel_edges

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

SMOOTH_TERMS: Final = 10
"""Cosines across the bands that make the smooth curve: it follows resonances, not single harmonics."""
SMOOTH_EDGE: Final = 4
"""Cosines over which it ends, so that neither part rings."""
TILT_HZ: Final = 1000.0
"""Where a tilt leaves the level as it is."""
BEYOND_DB: Final = -6.0
"""Decibels an octave above the last band, of which a shorter spectrum needs some and the mel has none."""

RESAMPLED_SHARE: Final = 0.5
"""Share of a shift of pitch that resampling does; the vocoder speaks the rest itself."""
LEAST_STRETCH: Final = 0.8
"""As far down as resampling goes: further, too much of the spectrum's top is missing."""

_AT_ONCE: Final = 40
"""Frames in one product: few enough that BLAS starts no threads for it, which cost far more on a busy machine."""
_KEPT: Final = 64
"""Changes whose matrices are kept: 25 kB each."""


@dataclass(frozen=True)
class TractChange:
    """What is done to the mels of the voice as it is."""

    tract: float = 1.0
    """Factor on the frequencies of the resonances: below 1 a longer vocal tract, above 1 a shorter one."""
    harmonics: float = 1.0
    """Factor on the frequencies of the harmonics, and so on F0."""
    tilt: float = 0.0
    """Decibels an octave: above 0 brighter, below 0 softer."""

    def further(self, tilt: float, stretch: float) -> TractChange:
        """With ``tilt`` on top, and resonances that lie right once the sound is played ``stretch`` times faster."""
        return TractChange(self.tract / stretch, self.harmonics, self.tilt + tilt)


UNCHANGED: Final = TractChange()


def plan_speaker(tract: float, semitones: float, tilt: float) -> tuple[TractChange, float]:
    """How another speaker is made: first the mel, then the sound, whose frames are made so many times longer.

    Resonances are moved by ``tract``, the median F0 by ``semitones``, the spectrum is tilted by ``tilt``.

    The vocoder speaks best near the pitch that it has learned: it is asked for a part of the way, and resampling goes
    the rest; the resonances, which that moves too, are moved back beforehand.
    """
    factor = 2.0 ** (semitones / 12.0)
    stretch = max(factor**RESAMPLED_SHARE, LEAST_STRETCH)
    return TractChange(tract / stretch, factor / stretch, tilt), stretch


class Tract:
    """Applies changes to mels of one voice. Thread-safe."""

    def __init__(self, mean: Floats, scale: Floats) -> None:
        """``mean`` and ``scale``, ``[80]``, turn the voice's mels into log₁₀ magnitudes."""
        self._mean, self._scale = mean.astype(np.float64), scale.astype(np.float64)
        self._centres = mel_edges(mean.size)[1:-1]
        self._made: Lru[TractChange, tuple[Floats, Floats]] = Lru(_KEPT)

    def __call__(self, mel: Floats, change: TractChange) -> Floats:
        """``mel`` ``[L, 80]`` as the other speaker would have it; itself where there is nothing to change."""
        if change == UNCHANGED:
            return mel
        matrix, offset = self._made.get_or_make(change, lambda: self._make(change))
        changed = np.empty(mel.shape, np.float32)
        for begin in range(0, len(mel), _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            changed[part] = mel[part] @ matrix + offset
        return changed

    def _make(self, change: TractChange) -> tuple[Floats, Floats]:
        """The change as ``mel @ matrix + offset``, for mels as they are: normalised for each band."""
        whole = stretch(self._centres, change.tract)
        if change.harmonics != change.tract:
            curve = smoothing(self._centres.size)
            rest = np.eye(self._centres.size) - curve
            whole = whole @ curve + stretch(self._centres, change.harmonics) @ rest
        octaves = np.log2(np.maximum(self._centres / change.tract / self._centres[-1], 1.0))
        decibels = BEYOND_DB * octaves + change.tilt * np.log2(self._centres / TILT_HZ)
        matrix = (whole * self._scale[None, :] / self._scale[:, None]).T
        offset = (whole @ self._mean + decibels / 20.0 - self._mean) / self._scale
        return np.ascontiguousarray(matrix, np.float32), offset.astype(np.float32)


def stretch(centres: Doubles, factor: float) -> Doubles:
    """``[bands, bands]``: each band's level from where it was before all frequencies moved by ``factor``.

    ``out(f) = in(f / factor)``, linear between the bands' ``centres`` in Hz; beyond the ends the last band's level.
    """
    bands = centres.size
    source = np.interp(centres / factor, centres, np.arange(bands))
    below = np.floor(source).astype(np.int64)
    share = source - below
    rows = np.arange(bands)
    matrix = np.zeros((bands, bands))
    matrix[rows, below] = 1.0 - share
    matrix[rows, np.minimum(below + 1, bands - 1)] += share
    return matrix


def smoothing(bands: int) -> Doubles:
    """``[bands, bands]``: the smooth curve under a log spectrum, its first cosines."""
    places = (np.arange(bands) + 0.5) / bands
    cosines = np.cos(np.pi * np.arange(bands)[:, None] * places[None, :]) * np.sqrt(2.0 / bands)
    cosines[0] /= np.sqrt(2.0)
    share = np.clip((SMOOTH_TERMS + SMOOTH_EDGE / 2.0 - np.arange(bands)) / SMOOTH_EDGE, 0.0, 1.0)
    curve: Doubles = cosines.T @ (share[:, None] * cosines)
    return curve
