"""What a stretch of sound is like, heard piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from indextts.sound.loudness import LoudnessMeter, gated

Samples = npt.NDArray[np.float32]

FLOOR_DB: Final = -120.0  # Stands for silence itself, which has no level that JSON could hold
WINDOWS_S: Final = 100  # Windows a second whose levels are kept
_QUIET_WINDOWS: Final = 10
_LEAST_WINDOWS: Final = 500  # shorter sounds need not have a pause in which the noise floor is heard
_OVERSAMPLING: Final = 4


@dataclass(frozen=True)
class Measured:
    """Levels of a stretch; those in dB are beside full scale."""

    samples: int
    rate: int
    energy: float  # Sum of all squares
    peak: float
    true_peak: float
    powers: npt.NDArray[np.float64]  # See :meth:`LoudnessMeter.finish`
    levels: npt.NDArray[np.float32]  # Mean power of each window of a hundredth of a second

    @property
    def window(self) -> int:
        """Samples of each of :attr:`levels`."""
        return self.rate // WINDOWS_S

    @property
    def lufs(self) -> float:
        return gated(self.powers)

    def rms_db(self, samples: int = 0) -> float:
        """Of all that was heard, or as if silence made it ``samples`` long."""
        return power_level(self.energy / max(1, samples or self.samples))

    def sound(self, floor_db: float) -> tuple[int, int]:
        """First and one-past-last window that is louder than ``floor_db``; ``(N, N)`` where none is."""
        loud = np.flatnonzero(self.levels > 10.0 ** (floor_db / 10.0))
        return (int(loud[0]), int(loud[-1]) + 1) if loud.size else (self.levels.size, self.levels.size)

    def noise_floor_db(self, floor_db: float) -> float | None:
        """Level of the quietest tenth of a second between the first and the last sound above ``floor_db``."""
        begin, end = self.sound(floor_db)
        if end - begin < _LEAST_WINDOWS:
            return None
        sums = np.concatenate([[0.0], np.cumsum(self.levels[begin:end], dtype=np.float64)])
        quietest = (sums[_QUIET_WINDOWS:] - sums[:-_QUIET_WINDOWS]).min() / _QUIET_WINDOWS
        return power_level(float(quietest))


def level(amplitude: float) -> float:
    """In dB; silence as :data:`FLOOR_DB`."""
    return power_level(amplitude * amplitude)


def power_level(power: float) -> float:
    """In dB; silence as :data:`FLOOR_DB`."""
    return max(FLOOR_DB, 10.0 * float(np.log10(max(power, 1e-30))))


class ChapterMeter:
    """Hears a stretch; :meth:`finish` says what it was like."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._loudness = LoudnessMeter(rate)
        self._finer = soxr.ResampleStream(rate, rate * _OVERSAMPLING, 1, dtype="float32", quality="HQ")
        self._window = rate // WINDOWS_S
        self._left = np.zeros(0, np.float32)
        self._levels: list[Samples] = []
        self._samples, self._energy, self._peak, self._true_peak = 0, 0.0, 0.0, 0.0

    def take(self, samples: Samples) -> None:
        """Hear the next piece."""
        if not samples.size:
            return
        self._loudness.take(samples)
        self._samples += samples.size
        self._energy += float(np.dot(samples, samples))
        self._peak = max(self._peak, float(np.abs(samples).max()))
        self._between(self._finer.resample_chunk(samples))
        joined = np.concatenate([self._left, samples])
        count = joined.size // self._window
        if count:
            windows = joined[: count * self._window].reshape(count, self._window)
            self._levels.append(np.einsum("ij,ij->i", windows, windows) / np.float32(self._window))
        self._left = joined[count * self._window :].copy()

    def finish(self) -> Measured:
        """What all of it was like."""
        if self._samples:
            self._between(self._finer.resample_chunk(np.zeros(0, np.float32), last=True))
        return Measured(
            samples=self._samples,
            rate=self._rate,
            energy=self._energy,
            peak=self._peak,
            true_peak=max(self._peak, self._true_peak),
            powers=self._loudness.finish(),
            levels=np.concatenate([np.zeros(0, np.float32), *self._levels]),
        )

    def _between(self, fine: Samples) -> None:
        if fine.size:
            self._true_peak = max(self._true_peak, float(np.abs(fine).max()))
