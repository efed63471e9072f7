"""Mixes frames of any form down to one channel at the rate that is kept, and chooses the best part by its power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from indextts.platform import importing

if TYPE_CHECKING:
    import av
else:
    av = importing.lazy("av")

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

MAX_USED_S: Final = 60.0
SILENT: Final = 1e-3  # Peak below which there is nothing in it
FRAME_S: Final = 0.02  # Of what a power is told for
_MARGIN_S: Final = 0.15

MAX_RATE: Final = 48_000  # Hz; higher rates are brought down to it while reading
MAX_CHANNELS: Final = 8

_CANCELLED: Final = 0.05
"""The power of the channels' mean among theirs below which they are out of phase, and one of them is taken."""
_LOUDEST: Final = 1e3  # What a file of floating point numbers may claim; full scale is 1


class Mixer:
    """Mixes frames to the mean of their channels, or takes one of them; gives seconds, whatever the frames' size."""

    def __init__(self, rate: int, channels: int, channel: int | None) -> None:
        self._rate = rate
        self._channel = channel
        self._weights = np.full(channels, 1.0 / channels, np.float32)
        self._waiting: list[Samples] = []
        self._size = 0
        self._packer: av.AudioResampler | None = None
        self._powers = np.zeros(channels)
        self._mixed_power = 0.0
        self.whole = True
        """Whether all of it were numbers."""

    def take(self, frame: av.AudioFrame) -> Samples | None:
        """Add a frame; about a second of sound once there is so much.

        Raises ``ValueError`` or PyAV's errors for a form of samples that is not known.
        """
        for packed in self._safe(frame):
            self._mix(_planes(packed), planar=packed.format.is_planar)
        return self.rest() if self._size >= self._rate else None

    def rest(self) -> Samples:
        """What was taken and not given yet."""
        piece = np.concatenate(self._waiting) if self._waiting else np.zeros(0, np.float32)
        self._waiting, self._size = [], 0
        if not np.isfinite(piece).all():
            self.whole = False
            piece = np.nan_to_num(piece, posinf=1.0, neginf=-1.0)
        return np.clip(piece, -_LOUDEST, _LOUDEST)

    @property
    def best(self) -> int | None:
        """The loudest channel, where their mean is next to nothing."""
        if self._channel is None and self._powers.size > 1 and self._mixed_power < _CANCELLED * self._powers.mean():
            return int(self._powers.argmax())
        return None

    def _mix(self, data: Samples, *, planar: bool) -> None:
        """``data`` is ``[channels, N]`` where ``planar``, else ``[N, channels]``."""
        with np.errstate(over="ignore", invalid="ignore"):
            if self._weights.size == 1:
                mixed = data.reshape(-1)
            elif self._channel is not None:
                mixed = np.ascontiguousarray(data[self._channel] if planar else data[:, self._channel])
            else:
                mixed = self._weights @ data if planar else data @ self._weights
                self._powers += np.einsum("ij,ij->i" if planar else "ij,ij->j", data, data)
                self._mixed_power += float(np.dot(mixed, mixed))
        self._waiting.append(mixed)
        self._size += mixed.size

    def _safe(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        """The same sound in a form whose planes can be read: of eight planes PyAV 18 reads beyond the last."""
        if not frame.format.is_planar or self._weights.size < MAX_CHANNELS:
            return [frame]
        if self._packer is None:
            self._packer = av.AudioResampler(format="flt", layout=frame.layout, rate=frame.sample_rate)
        return self._packer.resample(frame)


def _planes(frame: av.AudioFrame) -> Samples:
    """A frame's samples, ±1 for whole numbers of any width: ``[channels, N]`` of planes, else ``[N, channels]``."""
    data: npt.NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        data = data.reshape(-1, frame.layout.nb_channels)
    if data.dtype == np.uint8:
        return (data.astype(np.float32) - np.float32(128.0)) / np.float32(128.0)
    with np.errstate(over="ignore"):
        found = data.astype(np.float32, copy=False)
    return found * np.float32(2.0 ** (1 - 8 * data.dtype.itemsize)) if data.dtype.kind == "i" else found


class KeptAudio:
    """Collects pieces of audio, resampled to one rate."""

    def __init__(self, source_rate: int) -> None:
        self._resampler: soxr.ResampleStream | None = None
        self._parts: list[Samples] = []
        if source_rate > MAX_RATE:
            self._resampler = soxr.ResampleStream(source_rate, MAX_RATE, 1, dtype="float32", quality="VHQ")

    def take(self, piece: Samples, *, last: bool = False) -> None:
        """Add the next piece."""
        if self._resampler is not None:
            piece = np.asarray(self._resampler.resample_chunk(piece, last=last), np.float32)
            piece = np.clip(piece, -_LOUDEST, _LOUDEST)
        self._parts.append(piece)

    def samples(self) -> Samples:
        self.take(np.zeros(0, np.float32), last=True)
        return np.concatenate(self._parts)


@dataclass(frozen=True)
class Course:
    """A recording without its samples."""

    size: int  # Samples
    mean: float  # Of all samples: what a microphone adds to each
    peak: float  # Around that mean
    active: npt.NDArray[np.bool_]  # Which frames hold sound


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
