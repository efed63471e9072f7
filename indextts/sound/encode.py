"""Audio files: WAV, FLAC, MP3, Opus, AAC and raw PCM, whole or as they grow.

libsndfile writes the compressed ones but AAC. WAV and PCM are simple enough to be written here, which also lets a
streamed WAV say that its length is unknown.
"""

from __future__ import annotations

import functools
import io
import struct
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt
import soundfile

from indextts.sound.aac import AacFile
from indextts.sound.resample import Resampler, resample
from indextts.sound.tags import HEAD_BYTES, TaggedFile, id3_tag, renamed, riff_chunk

Samples = npt.NDArray[np.float32]

PCM_RATE: Final = 24_000
"""Rate of the raw form, in Hz: little-endian 16 bit, mono."""

_SNDFILE: Final = {"flac": ("FLAC", "PCM_16"), "mp3": ("MP3", "MPEG_LAYER_III"), "opus": ("OGG", "OPUS")}
_OPUS_RATES: Final = (8_000, 12_000, 16_000, 24_000, 48_000)
_UNKNOWN_LENGTH: Final = 0xFFFFFFFF
_MP3_LEVEL: Final = 0.3
"""libsndfile's compression level: 112 kbit/s at 24 kHz, constant, so that players know a stream's length in time."""
_MP3_BITS: Final = ((32_000, 224), (0, 112))
"""From which rate on how many kbit/s that makes, about."""
_LAME_SCALES: Final = ((256, 1.0), (224, 0.98), (192, 0.97), (0, 0.95))
"""By how much LAME lowers what it encodes, from so many kbit/s on: its presets hold for any call."""
_INFO_BYTES: Final = 0x02
"""Flag of an MP3's information frame: it says how many bytes there are, and nothing of their frames."""
_LAME_TAG: Final = slice(116, 152)
"""Place of the encoder's own tag after the frame's flags, where all four fields are there, as in a whole file."""
_PADDING: Final = slice(22, 24)
"""In that tag the low 12 bits: samples to be left out at the end."""


def encode(
    samples: Samples,
    sample_rate: int,
    audio_format: str,
    resampler: Resampler = "soxr",
    *,
    label: str = "",
    rate: int | None = None,
) -> bytes:
    """A whole file from mono ``samples`` (``[N]``, ±1). WAV has 16 bits. Raises ``KeyError`` for unknown formats.

    ``rate`` is the file's, in Hz: without one the samples' own, or what the format has (:data:`PCM_RATE`, Opus).
    ``label`` is what :mod:`indextts.sound.tags` writes beside the sound; PCM has no place for it.
    """
    if audio_format in ("wav", "pcm"):
        target = rate or (PCM_RATE if audio_format == "pcm" else sample_rate)
        data = to_int16(resample(samples, sample_rate, target, resampler=resampler)).tobytes()
        return data if audio_format == "pcm" else wav_header(target, len(data), label) + data
    encoder = StreamEncoder(sample_rate, audio_format, resampler, label=label, rate=rate)
    encoder.write(samples)
    return encoder.whole_file()


def silence(seconds: float, audio_format: str, rate: int | None = None) -> bytes:
    """A whole file of silence; ``rate`` is the file's, in Hz."""
    return encode(np.zeros(round(seconds * PCM_RATE), np.float32), PCM_RATE, audio_format, rate=rate)


def lame_scale(kilobits: int) -> float:
    """The factor by which LAME makes an MP3 of so many kbit/s quieter than its input.

    What is divided by it before comes out as loud as it went in. Source: measured, and LAME 3.100's ``presets.c``.
    """
    return next(scale for least, scale in _LAME_SCALES if kilobits >= least)


def to_int16(samples: Samples) -> npt.NDArray[np.int16]:
    """Rounded to 16 bits, little-endian; what lies beyond full scale is held there."""
    return np.clip(np.round(samples * 32767.0), -32768, 32767).astype("<i2")


class StreamEncoder:
    """Encodes piece by piece: every :meth:`feed` and the final :meth:`finish` return what is ready to be sent.

    A streamed WAV says that its length is unknown. FLAC comes whole at the end: its header counts the samples, and
    widespread decoders refuse a file that does not say how many there are.
    """

    def __init__(
        self,
        sample_rate: int,
        audio_format: str,
        resampler: Resampler = "soxr",
        *,
        into: IO[bytes] | None = None,
        label: str = "",
        rate: int | None = None,
    ) -> None:
        """A compressed format can be written ``into`` a file; then :meth:`close` ends it.

        ``label`` stands at the beginning of what is sent, and ``rate`` is the file's, as in :func:`encode`.
        """
        self._rate = sample_rate
        self._resampler = resampler
        self._format = audio_format
        self._label = label
        self._target = rate or (PCM_RATE if audio_format == "pcm" else sample_rate)
        self._header = wav_header(self._target, None, label) if audio_format == "wav" else b""
        if audio_format in ("wav", "pcm"):
            return
        if audio_format == "opus" and self._target not in _OPUS_RATES:
            self._target = 48_000
        self._sink = _Growing()
        self._into: TaggedFile | None = None
        if audio_format == "aac":
            self._file: Any = AacFile(into or self._sink, self._target)
            return
        major, minor = _SNDFILE[audio_format]
        constant = {"compression_level": _MP3_LEVEL, "bitrate_mode": "CONSTANT"} if audio_format == "mp3" else {}
        self._into = TaggedFile(into, audio_format, label) if into else None
        target = self._into or self._sink
        with self._telling():
            self._file = soundfile.SoundFile(target, "w", self._target, 1, subtype=minor, format=major, **constant)
        if label and audio_format != "mp3":
            self._file.comment = label

    @functools.cached_property
    def _first_frame(self) -> bytes:
        """The frame that a streamed MP3 begins with; empty for other formats.

        Without it a player takes the encoder's placeholder for sound, and does not leave out the encoder's delay.
        """
        if self._format != "mp3":
            return b""
        whole = StreamEncoder(self._target, "mp3")
        whole.write(np.zeros(self._target // 10, np.float32))
        data = whole.whole_file()
        name = data.index(b"Info")
        tag = bytearray(data[name + 4 :][_LAME_TAG])
        tag[_PADDING] = bytes((tag[_PADDING.start] & 0xF0, 0))
        filled = data[:name] + struct.pack(">4sII", b"Info", _INFO_BYTES, _UNKNOWN_LENGTH) + bytes(tag)
        return filled.ljust(data.index(data[:2], 4), b"\0")  # up to the next frame, which begins alike

    def feed(self, samples: Samples) -> bytes:
        if self._format in ("wav", "pcm"):
            header, self._header = self._header, b""
            resampled = resample(samples, self._rate, self._target, resampler=self._resampler)
            return header + to_int16(resampled).tobytes()
        self.write(samples)
        return b"" if self._format == "flac" else self._new_bytes()

    def _telling(self) -> AbstractContextManager[None]:
        return self._into.telling() if self._into else nullcontext()

    def write(self, samples: Samples) -> None:
        """Add audio of a compressed format; :meth:`whole_file` returns it."""
        resampled = resample(samples, self._rate, self._target, resampler=self._resampler)
        scaled: npt.NDArray[Any] = np.clip(resampled, -1.0, 1.0)
        if self._format == "flac":  # The same steps as in a WAV: libsndfile's own scale would move loud samples by one.
            scaled = to_int16(resampled)
        elif self._format == "mp3":
            scaled = scaled / lame_scale(next(bits for least, bits in _MP3_BITS if self._target >= least))
        with self._telling():
            self._file.write(scaled)

    def finish(self) -> bytes:
        if self._format in ("wav", "pcm"):
            header, self._header = self._header, b""
            return header
        self._file.close()
        return self._new_bytes()

    def close(self) -> None:
        """Write what is left; the file then knows its length."""
        with self._telling():
            self._file.close()
        if self._into is not None:
            self._into.finish()

    def whole_file(self) -> bytes:
        """Close and return everything, with a header that knows the length."""
        self._file.close()
        return self._labelled(self._sink.take())

    def _new_bytes(self) -> bytes:
        """What was appended since the last call. Changes to what was already sent are left out."""
        begins, fresh = self._sink.taken == 0, self._sink.take()
        if not begins or not fresh:
            return fresh
        return self._labelled(self._first_frame + fresh[len(self._first_frame) :])

    def _labelled(self, data: bytes) -> bytes:
        """The beginning of a compressed file with its label."""
        if not self._label:
            return data
        if self._format in ("mp3", "aac"):
            return id3_tag(self._label) + data
        head = data[:HEAD_BYTES]
        return renamed(head, self._label) + data[HEAD_BYTES:]


class _Growing:
    """An append-only file in memory, from which finished bytes are taken away."""

    def __init__(self) -> None:
        self.taken = 0
        """Bytes that are gone."""
        self._kept = bytearray()
        self._at = 0

    def take(self) -> bytes:
        data = bytes(self._kept)
        self._kept.clear()
        self.taken += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.taken + len(self._kept)}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def write(self, data: bytes) -> int:
        """As files do; what would change something that was taken is left out."""
        begin, size = self._at - self.taken, len(data)
        if begin + size > 0:
            self._kept[max(begin, 0) : begin + size] = bytes(data)[max(-begin, 0) :]
        self._at += size
        return size

    def read(self, size: int = -1) -> bytes:
        begin = max(self._at - self.taken, 0)
        data = bytes(self._kept[begin : len(self._kept) if size < 0 else begin + size])
        self._at += len(data)
        return data


def wav_header(sample_rate: int, data_bytes: int | None, label: str = "") -> bytes:
    """RIFF header for 16-bit mono; ``None`` writes the length that stands for an endless stream."""
    chunk = riff_chunk(label) if label else b""
    size = _UNKNOWN_LENGTH if data_bytes is None else data_bytes
    riff = _UNKNOWN_LENGTH if data_bytes is None else 36 + len(chunk) + data_bytes
    form = struct.pack("<IHHIIHH", 16, 1, 1, sample_rate, sample_rate * 2, 2, 16)
    return struct.pack("<4sI4s4s", b"RIFF", riff, b"WAVE", b"fmt ") + form + chunk + struct.pack("<4sI", b"data", size)
