"""Chooses the best part of a recording by its power in frames of 20 ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

MAX_USED_S: Final = 60.0
SILENT: Final = 1e-3
"""Peak below which there is nothing in it."""
FRAME_S: Final = 0.02

_MARGIN_S: Final = 0.15


@dataclass(frozen=True)
class Course:
    """A recording without its samples."""

    size: int
    """Samples."""
    mean: float
    """Of all samples: what a microphone adds to each."""
    peak: float
    """Around that mean."""
    active: npt.NDArray[np.bool_]
    """Which frames hold sound."""


class Scan:
    """Takes a recording piece by piece, keeps a few numbers of each frame."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._frame = round(FRAME_S * rate)
        self._rest: Samples = np.zeros(0, np.float32)
        self._sums: list[Floats] = []
        self._squares: list[Floats] = []
        self._size = 0
        self._sum = 0.0
        self._low, self._high = np.inf, -np.inf

    def take(self, samples: Samples) -> None:
        """Add the next piece; one of seconds, not of minutes, as it is copied."""
        if not samples.size:
            return
        self._size += samples.size
        self._sum += float(samples.sum(dtype=np.float64))
        self._low, self._high = min(self._low, float(samples.min())), max(self._high, float(samples.max()))
        joined = np.concatenate([self._rest, samples])
        count = joined.size // self._frame
        self._rest = joined[count * self._frame :]
        if count:
            frames = joined[: count * self._frame].reshape(count, self._frame)
            self._sums.append(frames.mean(axis=1, dtype=np.float64))
            self._squares.append(np.square(frames, dtype=np.float64).mean(axis=1))

    @property
    def seconds(self) -> float:
        """How much was taken."""
        return self._size / self._rate

    def course(self, rate: int) -> Course:
        """What was seen, its size told at ``rate`` Hz. Not for nothing at all."""
        mean = self._sum / self._size
        if not self._sums:  # less than a frame: silence makes it one
            lonely = np.append(self._rest - mean, np.zeros(self._frame - self._rest.size))
            power = np.square(lonely).mean(keepdims=True)
        else:
            power = np.concatenate(self._squares) - 2.0 * mean * np.concatenate(self._sums) + mean * mean
        peak = max(self._high - mean, mean - self._low)
        return Course(round(self.seconds * rate), mean, peak, active_frames(np.maximum(power, 0.0)))


def powers(samples: Samples, rate: int) -> Floats:
    """Mean power of each 20 ms."""
    frame = round(FRAME_S * rate)
    count = max(1, samples.size // frame)
    padded = np.pad(samples[: count * frame], (0, max(0, count * frame - samples.size)))
    frames = padded.reshape(count, frame)
    # Some seconds at a time: all squares at once would be twice the recording.
    pieces = [np.square(frames[at : at + 256], dtype=np.float64).mean(axis=1) for at in range(0, count, 256)]
    return np.concatenate(pieces)


def active_frames(power: Floats) -> npt.NDArray[np.bool_]:
    """Which frames of 20 ms hold sound: well above the noise, not far below the loud ones; single clicks do not."""
    # Half a second of loud sound, half of which may be a click.
    loud, floor = float(np.median(np.sort(power)[-25:])), float(np.quantile(power, 0.05))
    least = max(min(4.0 * floor, 0.02 * loud), 1e-4 * loud, 1e-12)
    active: npt.NDArray[np.bool_] = power > least
    if active.size >= 3:
        near = np.pad(active.astype(np.int8), 1)
        active = active & (near[:-2] + near[2:] > 0)
    return active


def stretch(active: npt.NDArray[np.bool_], size: int, rate: int) -> tuple[int, int]:
    """First and one-past-last sample of the sound, or of the minute that holds most of it."""
    frame = round(FRAME_S * rate)
    places = np.flatnonzero(active)
    if not places.size:
        return 0, size
    margin = round(_MARGIN_S * rate)
    start, end = max(0, int(places[0]) * frame - margin), min(size, (int(places[-1]) + 1) * frame + margin)
    longest = int(MAX_USED_S * rate)
    if end - start <= longest:
        return start, end
    window = longest // frame
    sums = np.concatenate([[0], np.cumsum(active)])
    held = sums[window:] - sums[:-window]
    # From a pause, the first of the fullest minutes: no word is cut in two.
    quiet = np.flatnonzero(~active[: held.size])
    first = int(held.argmax())
    if quiet.size:
        near = quiet[held[quiet] >= 0.97 * held.max()]
        first = int(near[0]) if near.size else first
    return first * frame, min(size, first * frame + longest)
