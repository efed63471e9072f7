"""Streams of a PDF unpacked within bounds, where the library's own ways take many times what comes out.

    with bounded(6 << 20, 24 << 20) as room:
        page.extract_text()
        room.empty()

ASCII85, hexadecimal digits and runs are unpacked here, into one buffer; all else stays the library's work, and is
counted. A stream keeps what was unpacked of it as long as the library keeps the stream: see :class:`BoundedReader`.
"""

from __future__ import annotations

import binascii
import functools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import numpy as np
from pypdf import PdfReader, filters
from pypdf.errors import LimitReachedError, PdfStreamError
from pypdf.generic import DictionaryObject, StreamObject
from pypdf.generic._font import Font

_SPACE: Final = b" \t\n\r\f\v\0"
_GROUPS: Final = re.compile(rb"(z{1,16384})|([^z]{1,40960})")
_POWERS: Final = 85 ** np.arange(4, -1, -1, dtype=np.int64)
_RUN_END: Final = 128
_SPACE_WIDTH: Final = 0.5  # of a letter, which hardly a gap between words is wider than
_FULL_WIDTH: Final = 900  # of a Chinese character, in thousandths of its size, or nearly that


@dataclass
class Room:
    """What may be unpacked, in bytes."""

    stream: int  # of one stream, by any of its filters
    together: int  # of all streams since the room was last emptied
    taken: int = 0

    def take(self, size: int) -> None:
        """Count a stream. Raises the library's own error for what is too much."""
        self.taken += size
        if self.taken > self.together:
            raise LimitReachedError(f"More than {self.together} bytes were unpacked.")

    def check(self, size: int) -> None:
        """Raise the library's own error where a stream has more than ``size`` bytes may be."""
        if size > self.stream:
            raise LimitReachedError(f"A stream has more than {self.stream} bytes.")

    def empty(self) -> None:
        """Say that nothing is kept any more of what was unpacked."""
        self.taken = 0


_room: Final[ContextVar[Room]] = ContextVar("room of a PDF")


class BoundedReader(PdfReader):
    """A reader that forgets streams when it is told to; it keeps all that it ever read otherwise."""

    def forget_streams(self) -> None:
        """Let go of every stream, and of what was unpacked of it; the next look reads it again."""
        streams = [key for key, value in self.resolved_objects.items() if isinstance(value, StreamObject)]
        for key in streams:
            del self.resolved_objects[key]


@contextmanager
def bounded(stream: int, together: int) -> Iterator[Room]:
    """Let no stream of a PDF unpack to more than ``stream`` bytes, and all together to no more than ``together``."""
    _install()
    room = Room(stream, together)
    token = _room.set(room)
    try:
        yield room
    finally:
        _room.reset(token)


@functools.cache
def _install() -> None:
    """Put the bounds where the library looks its filters up; outside of :func:`bounded` they change nothing.

    Its fonts are mended as well.
    """
    filters.ASCII85Decode.decode = _within(filters.ASCII85Decode.decode, _ascii85)  # type: ignore[method-assign]
    filters.ASCIIHexDecode.decode = _within(filters.ASCIIHexDecode.decode, _hexadecimal)  # type: ignore[method-assign]
    filters.RunLengthDecode.decode = _within(filters.RunLengthDecode.decode, _runs)  # type: ignore[method-assign]
    whole = filters.decode_stream_data

    def counted(stream: StreamObject) -> bytes:
        data = whole(stream)
        room = _room.get(None)
        if room is not None:
            room.take(len(data))
        return data

    filters.decode_stream_data = counted
    made = Font.from_font_resource

    def spaced(resource: DictionaryObject) -> Font:
        """A font of TeX has a sign where others have the space, which tells nothing of the gap between words."""
        font = made(resource)
        width = median([width for width in font.character_widths.values() if width > 0] or [_FULL_WIDTH])
        font.space_width = font.space_width if width >= _FULL_WIDTH else min(font.space_width, _SPACE_WIDTH * width)
        return font

    Font.from_font_resource = staticmethod(spaced)  # type: ignore[assignment,method-assign]


def _within(theirs: Callable[..., bytes], ours: Callable[[bytes, Room], bytes]) -> staticmethod[..., bytes]:
    def decode(data: str | bytes, *rest: Any, **named: Any) -> bytes:
        room = _room.get(None)
        if room is None:
            return theirs(data, *rest, **named)
        return ours(data.encode() if isinstance(data, str) else data, room)

    return staticmethod(decode)


def _ascii85(data: bytes, room: Room) -> bytes:
    room.check(len(data) // 2)
    digits = data.translate(None, _SPACE)
    digits = digits[2:] if digits.startswith(b"<~") else digits
    end = digits.find(b"~")
    digits = digits if end < 0 else digits[:end]
    out = bytearray()
    for match in _GROUPS.finditer(digits):
        out += bytes(4 * len(match[1])) if match[1] else _groups(match[2])
        room.check(len(out))
    return bytes(out)


def _groups(digits: bytes) -> bytes:
    """Groups of five digits as four bytes each; the last may be short."""
    missing = -len(digits) % 5
    values = np.frombuffer(digits + b"u" * missing, np.uint8).astype(np.int64) - 33
    if values.min() < 0 or values.max() > 84:
        raise PdfStreamError("There is a digit that ASCII85 does not have.")
    numbers = values.reshape(-1, 5) @ _POWERS
    if numbers.max() > 0xFFFFFFFF:
        raise PdfStreamError("There is a group that is too large for ASCII85.")
    written = numbers.astype(">u4").tobytes()
    return written[: len(written) - missing]


def _hexadecimal(data: bytes, room: Room) -> bytes:
    room.check(len(data) // 3)
    end = data.find(b">")
    digits = (data if end < 0 else data[:end]).translate(None, _SPACE)
    room.check(len(digits) // 2)
    try:
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error as error:
        raise PdfStreamError("There is a character that is no hexadecimal digit.") from error


def _runs(data: bytes, room: Room) -> bytes:
    out = bytearray()
    at = 0
    while at < len(data) and (length := data[at]) != _RUN_END:
        if length < _RUN_END:
            out += data[at + 1 : at + 2 + length]
            at += length + 2
        else:
            out += data[at + 1 : at + 2] * (257 - length)
            at += 2
        room.check(len(out))
    return bytes(out)
