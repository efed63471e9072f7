"""Recordings as people bring them: any common sound file, known by its content, read as one channel.

    recording = read_recording(file, "me.m4a")

Only the first minutes are read, piece by piece: a file of hours takes no more memory than one of minutes. The
containers and codecs are a list of our own, because the library that reads them knows others too, which name further
files and addresses to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from indextts.errors import StudioError, shown
from indextts.messages import Both

if TYPE_CHECKING:
    import av
    import soxr
    from av.container import InputContainer

Samples = npt.NDArray[np.float32]

MAX_READ_S: Final = 300.0
"""What lies behind is not looked at."""
MAX_RATE: Final = 48_000
"""Hz; higher rates are brought down to it while reading."""
MIN_SOURCE_RATE: Final = 8_000
MAX_SOURCE_RATE: Final = 192_000
MAX_CHANNELS: Final = 8
EXTENSIONS: Final = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".mp4", ".aac", ".aiff", ".webm")
"""What a person may choose from; the content decides."""

_CODECS: Final = frozenset(
    {"flac", "mp3", "mp3float", "mp2", "mp2float", "aac", "alac", "vorbis", "opus", "adpcm_ms", "adpcm_ima_wav"}
)
_CHUNK_S: Final = 1.0
_MAX_BROKEN: Final = 50
"""Pieces in a row that cannot be decoded, behind which reading ends."""
_CANCELLED: Final = 0.05
"""The power of the channels' mean among theirs below which they are out of phase, and one of them is taken."""
_HEAD_BYTES: Final = 16


@dataclass(frozen=True)
class Recording:
    """What was read of a file."""

    name: str
    samples: Samples
    """``[N]``, the mean of the channels; not levelled."""
    sample_rate: int
    channels: int
    """Of the file."""
    source_rate: int
    """Of the file, in Hz."""
    seconds: float
    """How long the file says that it is, or what was read of it if it does not say."""
    whole: bool
    """Whether everything that was looked at could be decoded."""


def read_recording(file: BinaryIO, name: str) -> Recording:
    """Read up to :data:`MAX_READ_S` seconds of a seekable ``file``; ``name`` is for messages alone.

    Raises :class:`StudioError` ``recording_empty``, ``recording_not_audio``, ``recording_form``.
    """
    name = file_name(name)
    found = _read(file, name, None)
    if found.best is not None:  # the channels cancel each other
        found = _read(file, name, found.best)
    if not found.count:
        raise StudioError("recording_empty", file=quoted(name)) if found.whole else _not_audio(name)
    samples = np.concatenate(found.parts)
    read_s = samples.size / found.rate
    seconds = max(read_s, found.declared_s)
    whole = found.whole and bool(np.isfinite(samples).all())
    samples = np.clip(np.nan_to_num(samples, posinf=1.0, neginf=-1.0), -1e3, 1e3).astype(np.float32)
    return Recording(name, samples, found.rate, found.channels, found.source_rate, seconds, whole)


def file_name(name: str) -> str:
    """A file's name as it may stand in a message, without its folders."""
    return shown(name.replace("\\", "/").rpartition("/")[2]) or "?"


def quoted(name: str) -> str:
    """A file's name as messages take it."""
    return f"“{name}”"


def container_of(head: bytes, after: Callable[[int], bytes]) -> str | None:
    """What a file is by its first bytes, as the reading library calls it; ``None`` for what is not read here.

    ``after(n)`` gives the bytes from position ``n`` on: a tag may stand before the sound.
    """
    if head[:3] == b"ID3" and len(head) >= 10:
        size = 0
        for byte in head[6:10]:
            size = size << 7 | byte & 0x7F
        behind = container_of(after(10 + size), lambda _: b"")
        return behind if behind in ("flac", "aac") else "mp3"
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[4:8] == b"ftyp":
        return "mp4"
    for beginning, container in ((b"fLaC", "flac"), (b"OggS", "ogg"), (b"\x1aE\xdf\xa3", "matroska")):
        if head.startswith(beginning):
            return container
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "aac" if head[1] & 0xF6 == 0xF0 else "mp3" if head[1] & 0x06 else None
    return None


class _Found:
    """What has been read so far."""

    def __init__(self) -> None:
        self.parts: list[Samples] = []
        self.count = 0
        self.rate = self.source_rate = self.channels = 0
        self.declared_s = 0.0
        self.whole = True
        self.best: int | None = None
        """The loudest channel, where their mean is next to nothing."""


def _read(file: BinaryIO, name: str, channel: int | None) -> _Found:
    """All channels' mean, or one of them."""
    import av

    found = _Found()
    with _opened(file, name) as container:
        if not container.streams.audio:
            raise _not_audio(name)
        stream = container.streams.audio[0]
        if stream.codec_context is None:  # a codec that nobody knows
            raise _not_audio(name)
        codec = stream.codec_context.name
        if codec not in _CODECS and not codec.startswith("pcm_"):
            reason = Both(f"its sound is coded as {shown(codec)}", f"其声音编码是 {shown(codec)}")
            raise StudioError("recording_form", file=quoted(name), reason=reason)
        if container.duration:
            found.declared_s = max(0.0, container.duration / av.time_base)
        mixer = _Mixer(found, name, channel)
        for frame in _frames(container, stream, found):
            try:
                going_on = mixer.take(frame)
            except (av.FFmpegError, ValueError):  # a form of samples that is not known
                found.whole = going_on = False
            if mixer.full or not going_on:
                break
        mixer.end()
    return found


@contextmanager
def _opened(file: BinaryIO, name: str) -> Iterator[InputContainer]:
    import av

    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if not head:
        raise StudioError("recording_empty", file=quoted(name))

    def after(position: int) -> bytes:
        file.seek(position)
        return file.read(_HEAD_BYTES)

    kind = container_of(head, after)
    if kind is None:
        raise _not_audio(name)
    file.seek(0)
    # Larger pieces: a WAV's are otherwise so small that eight channels of 192 kHz take minutes.
    options = {"max_size": str(1 << 20)} if kind == "wav" else {}
    try:
        container = av.open(file, "r", format=kind, metadata_errors="replace", container_options=options)
    except (av.FFmpegError, ValueError) as error:
        raise _not_audio(name) from error
    try:
        yield container
    finally:
        container.close()


def _frames(container: InputContainer, stream: av.AudioStream, found: _Found) -> Iterator[av.AudioFrame]:
    """The frames that can be decoded; what cannot is noted."""
    import av

    broken = 0
    packets = container.demux(stream)
    while broken < _MAX_BROKEN:
        try:
            packet = next(packets, None)
        except (av.FFmpegError, ValueError):
            found.whole = False
            return
        if packet is None:
            return
        try:
            frames = packet.decode()
        except av.EOFError:
            continue  # a decoder that has nothing more to give
        except (av.FFmpegError, ValueError):
            found.whole, broken = False, broken + 1
            continue
        broken = 0
        yield from frames


class _Mixer:
    """Mixes frames to one channel and brings their rate down, a second at a time."""

    def __init__(self, found: _Found, name: str, channel: int | None) -> None:
        self._found = found
        self._name = name
        self._channel = channel
        self._waiting: list[Samples] = []
        self._size = 0
        self._resampler: soxr.ResampleStream | None = None
        self._packer: av.AudioResampler | None = None
        self._powers = np.zeros(0)
        self._mixed_power = 0.0

    @property
    def full(self) -> bool:
        """Whether enough has been read."""
        found = self._found
        return bool(found.rate) and found.count / found.rate >= MAX_READ_S

    def take(self, frame: av.AudioFrame) -> bool:
        """Add a frame; false where the file goes on as another one."""
        found = self._found
        channels = frame.layout.nb_channels
        if not found.rate:
            self._begin(frame.sample_rate, channels)
        elif frame.sample_rate != found.source_rate or channels != found.channels:
            found.whole = False
            return False
        for packed in self._safe(frame):
            self._add(_planes(packed))
        return True

    def _add(self, data: npt.NDArray[Any]) -> None:
        """Mix ``data``, ``[channels, N]``."""
        found = self._found
        with np.errstate(over="ignore", invalid="ignore"):
            mixed = data.mean(axis=0) if self._channel is None else data[self._channel]
            self._powers += np.square(data, dtype=np.float64).sum(axis=1)
            self._mixed_power += float(np.square(mixed, dtype=np.float64).sum())
        self._waiting.append(np.asarray(mixed, np.float32))
        self._size += mixed.size
        if self._size >= _CHUNK_S * found.source_rate:
            self._pass_on(last=False)

    def _safe(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        """The same sound in a form whose planes can be read: of eight planes PyAV 18 reads beyond the last."""
        import av

        if not frame.format.is_planar or self._found.channels < MAX_CHANNELS:
            return [frame]
        if self._packer is None:
            self._packer = av.AudioResampler(format="flt", layout=frame.layout, rate=frame.sample_rate)
        return self._packer.resample(frame)

    def end(self) -> None:
        """Nothing more comes."""
        found = self._found
        if not found.rate:
            return
        self._pass_on(last=True)
        least = int(MAX_READ_S * found.rate)
        if found.count > least:
            found.parts[-1] = found.parts[-1][: found.parts[-1].size - (found.count - least)]
        if self._channel is None and found.channels > 1 and self._mixed_power < _CANCELLED * self._powers.mean():
            found.best = int(self._powers.argmax())

    def _begin(self, rate: int, channels: int) -> None:
        if not MIN_SOURCE_RATE <= rate <= MAX_SOURCE_RATE:
            low, high = MIN_SOURCE_RATE // 1000, MAX_SOURCE_RATE // 1000
            span = f"{low}–{high} kHz"
            reason = Both(f"its rate is {rate} Hz, not {span}", f"采样率 {rate} Hz 不在 {span} 之间")
            raise StudioError("recording_form", file=quoted(self._name), reason=reason)
        if channels > MAX_CHANNELS:
            reason = Both(
                f"it has {channels} channels, more than {MAX_CHANNELS}", f"有 {channels} 个声道，超过 {MAX_CHANNELS} 个"
            )
            raise StudioError("recording_form", file=quoted(self._name), reason=reason)
        found = self._found
        found.source_rate, found.channels, found.rate = rate, channels, min(rate, MAX_RATE)
        self._powers = np.zeros(channels)
        if rate > MAX_RATE:
            import soxr

            self._resampler = soxr.ResampleStream(rate, MAX_RATE, 1, dtype="float32", quality="VHQ")

    def _pass_on(self, *, last: bool) -> None:
        piece = np.concatenate(self._waiting) if self._waiting else np.zeros(0, np.float32)
        self._waiting, self._size = [], 0
        if self._resampler is not None:
            piece = np.asarray(self._resampler.resample_chunk(np.nan_to_num(piece), last=last), np.float32)
        if piece.size:
            self._found.parts.append(piece)
            self._found.count += piece.size


def _planes(frame: av.AudioFrame) -> npt.NDArray[Any]:
    """A frame's samples, ``[channels, N]``, ±1 for whole numbers of any width."""
    data = frame.to_ndarray()
    channels = frame.layout.nb_channels
    if not frame.format.is_planar:
        data = data.reshape(-1, channels).T
    if data.dtype == np.uint8:
        return (data.astype(np.float32) - 128.0) / 128.0
    if data.dtype.kind == "i":
        return data.astype(np.float32) / float(2 ** (8 * data.dtype.itemsize - 1))
    return data


def _not_audio(name: str) -> StudioError:
    return StudioError("recording_not_audio", file=quoted(name))
