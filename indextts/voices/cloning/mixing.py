"""Mixes frames of any form down to one channel, and resamples them to the rate that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from indextts.voices.cloning.stretch import Samples

if TYPE_CHECKING:
    import av
    import soxr

MAX_RATE: Final = 48_000
"""Hz; higher rates are brought down to it while reading."""
MAX_CHANNELS: Final = 8

_CANCELLED: Final = 0.05
"""The power of the channels' mean among theirs below which they are out of phase, and one of them is taken."""
_LOUDEST: Final = 1e3
"""What a file of floating point numbers may claim; full scale is 1."""


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
        import av

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
            import soxr

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
