"""Recordings as people bring them: any common sound file, known by its content, read as one channel.

    recording = read_recording(file, "me.m4a")

Only the first minutes are read, piece by piece, and no more than a minute of them is kept: of a longer recording the
levels are noted first, then the minute that holds most sound is read once more. A file of hours takes no more memory
than one of a minute, whatever its channels and its rate. The containers and codecs are a list of our own, because the
library that reads them knows others too, which name further files and addresses to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.platform import importing
from indextts.platform.run import Cancel
from indextts.voices.cloning.stretch import (
    MAX_CHANNELS,
    MAX_RATE,
    MAX_USED_S,
    SILENT,
    Course,
    KeptAudio,
    Mixer,
    Samples,
    Scan,
    stretch,
)

if TYPE_CHECKING:
    import av
    from av.container import InputContainer
else:
    av = importing.lazy("av")

MAX_READ_S: Final = 300.0  # What comes after is ignored
KEPT_S: Final = MAX_USED_S + 5.0  # A recording of so much is kept as it is, of a longer one a part
MIN_SOURCE_RATE: Final = 8_000
MAX_SOURCE_RATE: Final = 192_000

_CODECS: Final = frozenset(
    {"flac", "mp3", "mp3float", "mp2", "mp2float", "aac", "alac", "vorbis", "opus", "adpcm_ms", "adpcm_ima_wav"}
)
_MAX_FRAMES: Final = 200_000  # Many more than five minutes have in any common file; reading ends there
_MAX_BROKEN: Final = 50  # Pieces in a row that cannot be decoded, after which reading ends
_HEAD_BYTES: Final = 16


@dataclass(frozen=True)
class Recording:
    """A recording as one channel of samples, with the facts of its file."""

    name: str
    samples: Samples
    """``[N]``, the mean of the channels; not levelled. Of a long recording the part that holds most sound."""
    sample_rate: int
    channels: int  # Of the file
    source_rate: int  # Of the file, in Hz
    seconds: float  # How long the file says that it is, or what was read of it if it does not say
    whole: bool  # Whether everything that was looked at could be decoded
    start: int = 0  # How many samples lie before those that were kept
    course: Course | None = None  # All that was looked at, where that is more than ``samples``

    def between(self, start: int, end: int) -> Samples:
        """The samples from ``start`` to ``end``, counted from where the recording begins."""
        return self.samples[max(0, start - self.start) : max(0, end - self.start)]


def read_recording(file: BinaryIO, name: str, cancel: Cancel | None = None) -> Recording:
    """Look at up to :data:`MAX_READ_S` seconds of a seekable ``file``; ``name`` is for messages alone.

    Raises :class:`StudioError` ``recording_empty``, ``recording_not_audio``, ``recording_form``, and what
    ``cancel.check()`` raises: it is asked many times a second.
    """
    name = file_name(name)
    reader = _Reader(file, name, cancel or Cancel())
    samples, start, course = reader.look(), 0, None
    if samples is None or not samples.size or reader.scan is None:
        raise StudioError("recording_empty", file=quoted(name)) if reader.whole else _not_audio(name)
    looked_s = reader.scan.seconds
    if looked_s > KEPT_S:
        course = reader.scan.course(reader.rate)
        # Nothing is taken from a silent one: what lies at its beginning will do.
        end = samples.size
        if course.peak >= SILENT:
            start, end = stretch(course.active, course.size, reader.rate)
        samples = samples[start:end].copy() if end <= samples.size else reader.part(start, end)
    return Recording(
        name=name,
        samples=samples,
        sample_rate=reader.rate,
        channels=reader.channels,
        source_rate=reader.source_rate,
        seconds=max(looked_s, reader.declared_s),
        whole=reader.whole,
        start=start,
        course=course,
    )


def read_beginning(file: BinaryIO, name: str, seconds: float) -> tuple[Samples, int]:
    """The first ``seconds`` of any sound file as one channel, not levelled, and its rate.

    Raises as :func:`read_recording` does.
    """
    name = file_name(name)
    reader = _Reader(file, name, Cancel())
    while True:
        samples, mixer = reader.beginning(seconds)
        if mixer is None or not samples.size:
            raise StudioError("recording_empty", file=quoted(name)) if reader.whole else _not_audio(name)
        if mixer.best is None:
            return samples, reader.source_rate
        reader.take_channel(mixer.best)  # the channels cancel each other


def file_name(name: str) -> str:
    """A file's name as it may stand in a message, without its folders."""
    return printable(name.replace("\\", "/").rpartition("/")[2]) or "?"


def quoted(name: str) -> str:
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


class _Reader:
    """Reads one file, from its beginning each time."""

    def __init__(self, file: BinaryIO, name: str, cancel: Cancel) -> None:
        self._file = file
        self._name = name
        self._cancel = cancel
        self.declared_s = 0.0
        """How long the file says that it is."""
        self.whole = True
        self.channels = self.source_rate = 0
        self.scan: Scan | None = None
        self._channel: int | None = None

    @property
    def rate(self) -> int:
        return min(self.source_rate, MAX_RATE)

    def look(self) -> Samples | None:
        """Note the levels of the first minutes; returns their beginning, ``None`` where there is no sound at all."""
        last = scan = keeper = None
        self.whole = True
        for piece, mixer in self._pieces(0):
            if scan is None or keeper is None:
                scan, keeper = Scan(self.source_rate), KeptAudio(self.source_rate)
            last, piece = mixer, piece[: round((MAX_READ_S - scan.seconds) * self.source_rate)]
            if scan.seconds <= KEPT_S:
                keeper.take(piece)
            scan.take(piece)
            if scan.seconds >= MAX_READ_S:
                break
        self.scan = scan
        if last is None or scan is None or keeper is None or not scan.seconds:
            return None
        if (best := last.best) is not None:  # the channels cancel each other: once more, with one of them
            self._channel = best
            return self.look()
        self.whole = self.whole and last.whole
        return keeper.samples()

    def beginning(self, seconds: float) -> tuple[Samples, Mixer | None]:
        """The first ``seconds`` at the file's own rate, and what has mixed them."""
        pieces, left, last = [np.zeros(0, np.float32)], 1, None
        for piece, mixer in self._pieces(0):
            if last is None:
                left = round(seconds * self.source_rate)
            last = mixer
            pieces.append(piece[:left])
            left -= piece.size
            if left <= 0:
                break
        return np.concatenate(pieces), last

    def take_channel(self, channel: int) -> None:
        """Hear one channel from now on, not the mean of all."""
        self._channel = channel

    def part(self, start: int, end: int) -> Samples:
        """The samples from ``start`` to ``end`` at :attr:`rate`, of what :meth:`look` has seen."""
        ratio = self.source_rate / self.rate
        lead = 0 if ratio == 1.0 else self.source_rate // 10  # a filter begins before its first sample
        first = max(0, int(start * ratio) - lead)
        left = int(end * ratio) + lead - first
        keeper = KeptAudio(self.source_rate)
        for piece, _ in self._pieces(first):
            keeper.take(piece[:left])
            left -= piece.size
            if left <= 0:
                break
        before = start - round(first / ratio)
        return keeper.samples()[before : before + end - start]

    def _pieces(self, first: int) -> Iterator[tuple[Samples, Mixer]]:
        """About a second at a time, from the sample ``first`` on, and what mixes them."""
        mixer: Mixer | None = None
        with self._stream() as frames:
            for frame in frames:
                self._cancel.check()
                channels = frame.layout.nb_channels
                if mixer is None:
                    self._begin(frame.sample_rate, channels)
                    mixer = Mixer(self.source_rate, channels, self._channel)
                elif frame.sample_rate != self.source_rate or channels != self.channels:
                    self.whole = False  # the file goes on as another one
                    break
                if first >= frame.samples:
                    first -= frame.samples
                    continue
                try:
                    piece = mixer.take(frame)
                except (av.FFmpegError, ValueError):  # a form of samples that is not known
                    self.whole = False
                    break
                if piece is not None:
                    yield piece[first:], mixer
                    first = 0
        if mixer is not None:
            yield mixer.rest()[first:], mixer

    @contextmanager
    def _stream(self) -> Iterator[Iterator[av.AudioFrame]]:
        with _opened(self._file, self._name) as container:
            if not container.streams.audio:
                raise _not_audio(self._name)
            stream = container.streams.audio[0]
            if stream.codec_context is None:  # an unknown codec
                raise _not_audio(self._name)
            codec = stream.codec_context.name
            if codec not in _CODECS and not codec.startswith("pcm_"):
                raise self._form(f"its audio codec is {printable(codec)}", f"其声音编码是 {printable(codec)}")
            if container.duration:
                self.declared_s = max(0.0, container.duration / av.time_base)
            yield self._frames(container, stream)

    def _frames(self, container: InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
        """The frames that can be decoded; what cannot is noted."""
        broken = count = 0
        packets = container.demux(stream)
        while broken < _MAX_BROKEN and count < _MAX_FRAMES:
            self._cancel.check()
            try:
                packet = next(packets, None)
            except (av.FFmpegError, ValueError):
                self.whole = False
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except av.EOFError:
                continue  # a decoder that has nothing more to give
            except (av.FFmpegError, ValueError):
                self.whole, broken = False, broken + 1
                continue
            broken, count = 0, count + len(frames)
            yield from frames

    def _begin(self, rate: int, channels: int) -> None:
        if not MIN_SOURCE_RATE <= rate <= MAX_SOURCE_RATE:
            span = f"{MIN_SOURCE_RATE // 1000}–{MAX_SOURCE_RATE // 1000} kHz"
            raise self._form(f"its rate is {rate} Hz, not {span}", f"采样率 {rate} Hz 不在 {span} 之间")
        if channels > MAX_CHANNELS:
            more = f"有 {channels} 个声道，超过 {MAX_CHANNELS} 个"
            raise self._form(f"it has {channels} channels, more than {MAX_CHANNELS}", more)
        self.source_rate, self.channels = rate, channels

    def _form(self, english: str, chinese: str) -> StudioError:
        return StudioError("recording_form", file=quoted(self._name), reason=Bilingual(english, chinese))


@contextmanager
def _opened(file: BinaryIO, name: str) -> Iterator[InputContainer]:
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


def _not_audio(name: str) -> StudioError:
    return StudioError("recording_not_audio", file=quoted(name))
