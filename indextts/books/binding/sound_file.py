"""Sound files written piece by piece: the encoders of FFmpeg through PyAV, always one channel.

Nothing in a file depends on when or where it was made. What MP4 is made of is coded first and lies in a file beside it
(:mod:`indextts.books.binding.packets`), so that its chapters need not be known before all is coded. FFmpeg keeps MP4's
index in memory while it puts the file together: 6 MB for each hour at 24 kHz; all other formats keep nothing.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from indextts.books.binding.packets import Packets
from indextts.sound.encode import lame_scale

if TYPE_CHECKING:
    from av import AudioCodecContext, AudioFrame, AudioStream
    from av.container import OutputContainer

    from indextts.books.binding.model import Pcm

_BITEXACT: Final = 0x0400  # Of a container: no dates, no random numbers, no name of the program
_CODEC_BITEXACT: Final = 1 << 23
_GLOBAL_HEADER: Final = 1 << 22  # what the decoder must know stands in front, as MP4 has it, not in every packet


@dataclass(frozen=True)
class _Coding:
    container: str
    codec: str
    rates: tuple[int, ...] = ()
    """Those that the codec has; all where there are none."""
    bit_rates: tuple[tuple[int, int], ...] = ()
    """From which rate on how many kilobits a second are usual."""
    most: tuple[tuple[int, int], ...] = ()
    """From which rate on how many are possible."""
    muxing: Mapping[str, str] = field(default_factory=dict)
    coding: Mapping[str, str] = field(default_factory=dict)


_AAC_RATES: Final = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_AAC_BITS: Final = ((0, 32), (16_000, 48), (22_050, 64), (32_000, 96))
_AAC_MOST: Final = ((0, 48), (16_000, 96), (22_050, 128), (32_000, 256))
_AAC_FAST: Final = {"aac_coder": "fast"}
"""Six times as fast as the other way; of speech at these rates it also keeps more (segments' SNR 28 dB, not 26)."""
_CODINGS: Final = {
    "m4b": _Coding(
        "ipod", "aac", _AAC_RATES, _AAC_BITS, _AAC_MOST, {"movflags": "faststart", "brand": "M4B "}, _AAC_FAST
    ),
    "m4a": _Coding("ipod", "aac", _AAC_RATES, _AAC_BITS, _AAC_MOST, {"movflags": "faststart"}, _AAC_FAST),
    "mp3": _Coding(
        "mp3",
        "libmp3lame",
        _AAC_RATES,
        ((0, 48), (16_000, 64), (22_050, 96), (32_000, 128)),
        ((0, 64), (16_000, 160), (32_000, 320)),
        {"id3v2_version": "0", "write_id3v1": "0"},
    ),
    "opus": _Coding("ogg", "libopus", (48_000,), ((0, 48),), ((0, 256),)),
    "flac": _Coding("flac", "flac"),
    "wav": _Coding("wav", "pcm_s16le", muxing={"rf64": "auto"}),
}
"""Opus is coded at 48 kHz whatever it is fed with; only then do the samples come back at their places."""

_INFO_NAMES: Final = ("title", "artist", "album", "date", "comment", "genre", "copyright", "language")


@dataclass(frozen=True)
class ChapterMark:
    """A chapter's place in a file, in samples."""

    title: str
    begin: int
    end: int


def rate_for(form: str, rate: int) -> int:
    """The lowest rate of the format that is at least ``rate``, or its highest."""
    rates = _CODINGS[form].rates
    return next((known for known in rates if known >= rate), rates[-1]) if rates else rate


def bit_rate_for(form: str, rate: int, wanted: int) -> int:
    """Kilobits a second: what is wanted as far as the format has it at that rate; 0 where it keeps every sample."""
    coding = _CODINGS[form]
    if not coding.bit_rates:
        return 0
    return min(wanted or _from(coding.bit_rates, rate), _from(coding.most, rate))


def _from(row: tuple[tuple[int, int], ...], rate: int) -> int:
    return next(bits for least, bits in reversed(row) if rate >= least)


class SoundFile:
    """A file that grows; after :meth:`close` it is whole."""

    def __init__(
        self, path: Path, form: str, rate: int, *, bit_rate: int = 0, info: Mapping[str, str] | None = None
    ) -> None:
        """``info`` goes into WAV: others are tagged once whole."""
        coding = _CODINGS[form]
        self._path, self._coding, self._rate, self._at = path, coding, rate, 0
        self._bit_rate = bit_rate
        self._packets: Packets | None = None
        if coding.container == "ipod":
            self._encoder: AudioCodecContext = self._context(_encoder_of(coding.codec))
            self._packets = Packets(path.with_name(f"{path.name}.packets"))
            return
        with _system_errors():
            self._file = self._opened()
        stream = self._stream_of(self._file)
        self._encoder = stream.codec_context
        self._stream = stream
        if form == "wav":
            self._file.metadata.update({name: text for name, text in (info or {}).items() if name in _INFO_NAMES})

    def write(self, pcm: Pcm) -> None:
        """Add the next piece."""
        for begin in range(0, pcm.size, self._rate):
            piece = pcm[begin : begin + self._rate]
            frame = self._frame_of(piece.reshape(1, -1))
            frame.sample_rate, frame.time_base, frame.pts = self._rate, Fraction(1, self._rate), self._at
            self._at += piece.size
            self._code(frame)

    def _frame_of(self, piece: Pcm) -> AudioFrame:
        if self._coding.codec != "libmp3lame":
            return av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        louder = (piece / (32768.0 * lame_scale(self._bit_rate))).astype(np.float32)
        return av.AudioFrame.from_ndarray(louder, format="fltp", layout="mono")

    def close(self, marks: Sequence[ChapterMark] = (), language: str = "") -> None:
        """Write what is left, and the index; ``marks`` and ``language`` (three letters) go into MP4."""
        self._code(None)
        if self._packets is not None:
            self._put_together(self._packets, marks, language)
            self._packets.remove()
            return
        with _system_errors():
            self._file.close()

    def abandon(self) -> None:
        """Close without caring for what becomes of the file."""
        with contextlib.suppress(Exception):
            if self._packets is not None:
                self._packets.remove()
            else:
                self._file.close()

    def _code(self, frame: AudioFrame | None) -> None:
        with _system_errors():
            if self._packets is not None:
                self._packets.add(self._encoder.encode(frame))
            else:
                self._file.mux(self._stream.encode(frame))

    def _put_together(self, packets: Packets, marks: Sequence[ChapterMark], language: str) -> None:
        with _system_errors():
            file = self._opened()
            try:
                stream = self._stream_of(file)
                if language:
                    stream.metadata["language"] = language
                file.set_chapters(
                    [
                        {
                            "id": number,
                            "start": mark.begin,
                            "end": mark.end,
                            "time_base": Fraction(1, self._rate),
                            "metadata": {"title": mark.title},
                        }
                        for number, mark in enumerate(marks)
                    ]
                )
                for packet in packets.read(Fraction(1, self._rate)):
                    packet.stream = stream
                    file.mux(packet)
            finally:
                file.close()

    def _opened(self) -> OutputContainer:
        file = av.open(str(self._path), "w", format=self._coding.container, options=dict(self._coding.muxing))
        file.flags |= _BITEXACT
        return file

    def _stream_of(self, file: OutputContainer) -> AudioStream:
        stream = file.add_stream(self._coding.codec, self._rate, options=dict(self._coding.coding))
        if not isinstance(stream, av.AudioStream):
            raise TypeError(self._coding.codec)
        stream.layout = "mono"
        if self._coding.codec == "libmp3lame":
            stream.format = "fltp"
        stream.codec_context.flags |= _CODEC_BITEXACT
        if self._bit_rate:
            stream.bit_rate = self._bit_rate * 1000
        return stream

    def _context(self, context: AudioCodecContext) -> AudioCodecContext:
        """The same encoder without a file."""
        context.sample_rate, context.layout, context.time_base = self._rate, "mono", Fraction(1, self._rate)
        if context.codec.audio_formats:
            context.format = context.codec.audio_formats[0]
        context.options = dict(self._coding.coding)
        context.flags |= _CODEC_BITEXACT | _GLOBAL_HEADER
        if self._bit_rate:
            context.bit_rate = self._bit_rate * 1000
        return context


def _encoder_of(codec: str) -> AudioCodecContext:
    context = av.CodecContext.create(codec, "w")
    if not isinstance(context, av.AudioCodecContext):
        raise TypeError(codec)
    return context


@contextmanager
def _system_errors() -> Iterator[None]:
    """The library's errors that are the system's, such as a full disk, as the system's."""
    try:
        yield
    except av.FFmpegError as error:
        if error.errno in errno.errorcode and not isinstance(error, OSError):
            raise OSError(error.errno, error.strerror) from error
        raise
