"""One line of text in the head of an audio file, where each format keeps what is not sound.

The name of the line is always :data:`NAME`. A WAV gets a chunk of that name, an MP3 an ID3v2 tag with one frame
``TXXX``, FLAC and Opus a Vorbis comment. All of it can be written before the first sample is known.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Final, TypeVar

T = TypeVar("T")

NAME: Final = "AIGC"

_PLACE: Final = b"comment="
"""What libsndfile calls the one comment of free text that it writes into FLAC and Opus."""
_KEY: Final = f"{NAME}=".encode()
HEAD_BYTES: Final = 8192
"""The head of such a file lies within so many bytes."""
_OGG_PAGE: Final = b"OggS"
_OGG_CRC: Final = slice(22, 26)
_MIRRORED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def riff_chunk(text: str) -> bytes:
    """The chunk of a WAV."""
    data = text.encode("ascii")
    return struct.pack("<4sI", NAME.encode(), len(data)) + data + b"\0" * (len(data) % 2)


def id3_tag(text: str) -> bytes:
    """A whole ID3v2.4 tag, to stand before the first frame of an MP3."""
    body = b"\3" + NAME.encode() + b"\0" + text.encode("ascii")
    frame = b"TXXX" + _seven_bits(len(body)) + b"\0\0" + body
    return b"ID3\4\0\0" + _seven_bits(len(frame)) + frame


def renamed(head: bytes, text: str) -> bytes:
    """The beginning of a FLAC or Opus file with its comment under our name; not a byte longer or shorter."""
    written = text.encode("ascii")
    place = head.lower().find(_PLACE + written.lower())
    if place < 0:
        return head
    # What the shorter name leaves becomes space at the end, where JSON allows it.
    line = (_KEY + written).ljust(len(_PLACE) + len(written))
    data = bytearray(head)
    data[place : place + len(line)] = line
    page = head.rfind(_OGG_PAGE, 0, place)
    if page >= 0:
        _seal(data, page)
    return bytes(data)


def _seal(data: bytearray, page: int) -> None:
    """Write the checksum of the Ogg page that begins there anew."""
    lacing = page + 27
    segments = data[page + 26]
    end = lacing + segments + sum(data[lacing : lacing + segments])
    data[page + _OGG_CRC.start : page + _OGG_CRC.stop] = bytes(4)
    # Ogg's checksum takes bits from the other end than zlib's, and turns none around before or after.
    mirrored = zlib.crc32(bytes(data[page:end]).translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    data[page + _OGG_CRC.start : page + _OGG_CRC.stop] = int(f"{mirrored:032b}"[::-1], 2).to_bytes(4, "little")


def _seven_bits(size: int) -> bytes:
    """A size as ID3 writes it: the highest bit of every byte is 0."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


class TaggedFile:
    """A file that a compressed format is written into, with its line of text: libsndfile sees it without.

    An MP3's tag stands before what libsndfile takes for the beginning; of FLAC and Opus the head is remembered, and
    written again by :meth:`finish`. No error can pass through libsndfile: after the first one nothing more is done, and
    :meth:`telling` raises it.
    """

    def __init__(self, file: IO[bytes], audio_format: str, text: str) -> None:
        self._file = file
        self._text = text
        self._head = bytearray()
        self._error: Exception | None = None
        before = id3_tag(text) if text and audio_format == "mp3" else b""
        self._base = len(before)
        self._keeps = bool(text) and not before
        file.write(before)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise what was wrong with the file meanwhile, rather than what libsndfile makes of it."""
        try:
            yield
        finally:
            if self._error is not None:
                raise self._error

    def _tried(self, work: Callable[[], T], instead: T) -> T:
        if self._error is None:
            try:
                return work()
            except Exception as error:
                self._error = error
        return instead

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._tried(
            lambda: self._file.seek(offset + (self._base if whence == 0 else 0), whence) - self._base, -1
        )

    def tell(self) -> int:
        return self._tried(lambda: self._file.tell() - self._base, -1)

    def write(self, data: bytes) -> int:
        return self._tried(lambda: self._write(bytes(data)), 0)

    def _write(self, data: bytes) -> int:
        if self._keeps and (at := self._file.tell()) < HEAD_BYTES:
            self._head.extend(bytes(max(0, at - len(self._head))))
            self._head[at : at + len(data)] = data
            del self._head[HEAD_BYTES:]
        return self._file.write(data)

    def read(self, size: int = -1) -> bytes:
        return self._tried(lambda: self._file.read(size), b"")

    def finish(self) -> None:
        """Put the line of text under its name, once all is written."""
        if self._keeps:
            self._file.seek(0)
            self._file.write(renamed(bytes(self._head), self._text))
            self._file.seek(0, 2)
