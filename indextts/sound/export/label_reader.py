"""Finds the line of text named ``AIGC`` in audio files, of whatever origin and however damaged.

Files come from anywhere, so that nothing in them is believed: what is read is bounded, and no length makes more memory
be taken than the file fills. A file is known by its content. Programs do not agree on the place, so that all are
looked at: a WAV's own chunk, its ``INFO`` list and its ID3 tag; an MP3's ID3v2 tag; Vorbis comments in FLAC and Ogg;
an MP4's free-form item, and the keys that other programs write; the package of an EPUB.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from html import unescape
from typing import BinaryIO, Final

from indextts.sound.tags import NAME

_MAX_TEXT: Final = 64 * 1024
_MAX_BLOCK: Final = 16 * 1024 * 1024
"""Of what has to be read as a whole, such as comments with a cover among them."""
_MAX_PARTS: Final = 4096
_NAME: Final = NAME.encode()
_MOST_LISTED: Final = 64 * 1024 * 1024
"""Of an archive's own list of its members, which is read as a whole."""
_IN_PACKAGE: Final = re.compile(rf'<meta\s+name="{NAME}"\s+content="([^"]*)"'.encode())
_BROKEN_ARCHIVE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def texts_of(file: BinaryIO) -> Iterator[str]:
    """The texts under that name, as they stand there."""
    file.seek(0)
    begin = file.read(12)
    readers: tuple[tuple[bool, Callable[[BinaryIO], Iterator[bytes]]], ...] = (
        (begin[:4] in (b"RIFF", b"RF64", b"RIFX") and begin[8:] == b"WAVE", _in_wav),
        (begin[:3] == b"ID3", _in_tagged),
        (begin[:4] == b"fLaC", _in_flac),
        (begin[:4] == b"OggS", _in_ogg),
        (begin[:4] == b"PK\x03\x04", _in_epub),
        (begin[4:8] in (b"ftyp", b"moov", b"free", b"skip", b"wide", b"mdat"), _in_mp4),
    )
    for fits, reader in readers:
        if fits:
            file.seek(0)
            # The end of what could be read is the end of what can be found.
            with suppress(struct.error, IndexError, OverflowError, *_BROKEN_ARCHIVE):
                for text in reader(file):
                    yield text[:_MAX_TEXT].decode("utf-8", "replace").strip("\0\ufeff \r\n\t")
            return


def _in_epub(file: BinaryIO) -> Iterator[bytes]:
    """The package of a book that is read along."""
    end = file.seek(0, 2)
    file.seek(max(0, end - 65_557))
    listed = file.read().rfind(b"PK\x05\x06")
    file.seek(max(0, end - 65_557) + listed + 12)
    if listed < 0 or struct.unpack("<I", file.read(4))[0] > _MOST_LISTED:
        return
    with zipfile.ZipFile(file) as archive:
        package = next((one for one in archive.infolist() if one.filename.endswith(".opf")), None)
        if package is not None:
            with archive.open(package) as stream:
                for found in _IN_PACKAGE.finditer(stream.read(_MAX_BLOCK)):
                    yield unescape(found[1][:_MAX_TEXT].decode("utf-8", "replace")).encode()


def _in_wav(file: BinaryIO) -> Iterator[bytes]:
    file.seek(12)
    for _ in range(_MAX_PARTS):
        name, size = struct.unpack("<4sI", file.read(8))
        after = file.tell() + size + size % 2
        if name == _NAME:
            yield file.read(min(size, _MAX_TEXT))
        elif name == b"LIST" and file.read(4) == b"INFO":
            yield from _in_info(file, after)
        elif name in (b"id3 ", b"ID3 "):
            yield from _in_id3(file)
        file.seek(after)


def _in_info(file: BinaryIO, end: int) -> Iterator[bytes]:
    for _ in range(_MAX_PARTS):
        if file.tell() + 8 > end:
            return
        name, size = struct.unpack("<4sI", file.read(8))
        after = file.tell() + size + size % 2
        if name == _NAME:
            yield file.read(min(size, _MAX_TEXT))
        file.seek(after)


def _in_tagged(file: BinaryIO) -> Iterator[bytes]:
    """An ID3 tag, and what follows it."""
    yield from _in_id3(file)
    file.seek(6)
    file.seek(10 + _seven_bits(file.read(4)))
    if file.read(4) == b"fLaC":
        yield from _in_flac(file, file.tell())


def _in_id3(file: BinaryIO) -> Iterator[bytes]:
    begin, version, _, flags, size = struct.unpack(">3sBBB4s", file.read(10))
    if begin != b"ID3" or version not in (3, 4):
        return
    tag = file.read(min(_seven_bits(size), _MAX_BLOCK))
    unsynchronised = bool(flags & 0x80)
    if unsynchronised and version == 3:
        tag = tag.replace(b"\xff\0", b"\xff")
    place = 0
    if flags & 0x40:  # an extended header
        place = _seven_bits(tag[:4]) if version == 4 else 4 + int.from_bytes(tag[:4], "big")
    for _ in range(_MAX_PARTS):
        if place + 10 > len(tag):  # one without padding: what follows the tag is read all the same
            return
        name, length, _, marks = struct.unpack_from(">4s4sBB", tag, place)
        size_of = _seven_bits(length) if version == 4 else int.from_bytes(length, "big")
        body = tag[place + 10 : place + 10 + min(size_of, _MAX_TEXT)]
        place += 10 + size_of
        packed = marks & (0x0C if version == 4 else 0xC0)
        if name != b"TXXX" or packed or not body:
            continue
        if version == 4 and marks & 0x01:  # its length once more
            body = body[4:]
        if version == 4 and (marks & 0x02 or unsynchronised):
            body = body.replace(b"\xff\0", b"\xff")
        yield from _in_frame(body)


def _in_frame(body: bytes) -> Iterator[bytes]:
    """The text of a frame ``TXXX`` of our name: an encoding, the name, an end, the text."""
    encoding = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}.get(body[0])
    if encoding is None:
        return
    name, _, text = body[1:].decode(encoding, "replace").partition("\0")
    if name.strip("\ufeff").upper() == NAME:
        yield text.strip("\ufeff").encode("utf-8", "replace")


def _in_flac(file: BinaryIO, begin: int = 4) -> Iterator[bytes]:
    file.seek(begin)
    for _ in range(_MAX_PARTS):
        kind, size = file.read(1)[0], int.from_bytes(file.read(3), "big")
        after = file.tell() + size
        if kind & 0x7F == 4:
            yield from _in_comments(file.read(size))
        if kind & 0x80:
            return
        file.seek(after)


def _in_ogg(file: BinaryIO) -> Iterator[bytes]:
    """The second packet of the first stream."""
    serial: bytes | None = None
    packets, packet = 0, bytearray()
    for _ in range(_MAX_PARTS):
        head = file.read(27)
        if head[:4] != b"OggS":
            return
        lacing = file.read(head[26])
        serial = serial or head[14:18]
        if head[14:18] != serial:
            file.seek(sum(lacing), 1)
            continue
        for length in lacing:
            packet += file.read(length)
            if len(packet) > _MAX_BLOCK:
                return
            if length < 255:
                packets += 1
                if packets == 2:
                    for sign in (b"OpusTags", b"\3vorbis"):
                        if packet.startswith(sign):
                            yield from _in_comments(bytes(packet[len(sign) :]))
                    return
                packet.clear()


def _in_comments(data: bytes) -> Iterator[bytes]:
    """Vorbis comments: a maker, then lines ``NAME=text``."""
    place = 4 + int.from_bytes(data[:4], "little")
    count = struct.unpack_from("<I", data, place)[0]
    place += 4
    for _ in range(min(count, _MAX_PARTS)):
        size = struct.unpack_from("<I", data, place)[0]
        name, equals, text = data[place + 4 : place + 4 + min(size, _MAX_TEXT)].partition(b"=")
        if equals and name.upper() == _NAME:
            yield text
        place += 4 + size


_BOXES: Final = (b"moov", b"udta", b"meta", b"ilst")


def _in_mp4(file: BinaryIO) -> Iterator[bytes]:
    end = file.seek(0, 2)
    budget = _MAX_PARTS
    boxes = [(0, end)]
    keys: list[bytes] = []
    while boxes:
        place, end = boxes.pop()
        while place + 8 <= end and budget:
            budget -= 1
            file.seek(place)
            size, name = struct.unpack(">I4s", file.read(8))
            body = place + 8
            if size == 1:
                size, body = struct.unpack(">Q", file.read(8))[0], body + 8
            after = min(place + size, end) if size >= body - place else end
            if name == b"meta" and file.read(8)[4:] != b"hdlr":
                body += 4  # a version and flags, which QuickTime leaves out
            if name in _BOXES:
                # What follows a box is looked at after it: the keys come before their values.
                boxes.append((after, end))
                boxes.append((body, after))
                break
            if name == b"keys":
                file.seek(body)
                keys = _keys(file.read(min(after - body, _MAX_TEXT)))
            elif name == b"----":
                file.seek(body)
                yield from _in_item(file.read(min(after - body, _MAX_TEXT)))
            elif 0 < (number := int.from_bytes(name, "big")) <= len(keys) and keys[number - 1].upper() == _NAME:
                file.seek(body)
                yield from (text for kind, text in _inner(file.read(min(after - body, _MAX_TEXT))) if kind == b"data")
            place = after


def _in_item(data: bytes) -> Iterator[bytes]:
    """A free-form item: whose it is, its name, its text."""
    named = False
    for kind, text in _inner(data):
        if kind == b"name":
            named = text.upper() == _NAME
        elif kind == b"data" and named:
            yield text


def _inner(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes in an item, without the four or eight bytes before their texts."""
    place = 0
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        if size < 8:
            return
        yield kind, data[place + (16 if kind == b"data" else 12) : place + size]
        place += size


def _keys(data: bytes) -> list[bytes]:
    """The names of numbered values."""
    names: list[bytes] = []
    place = 8
    while place + 8 <= len(data) and len(names) < _MAX_PARTS:
        size = struct.unpack_from(">I", data, place)[0]
        if size < 8:
            break
        names.append(data[place + 8 : place + size])
        place += size
    return names


def _seven_bits(data: bytes) -> int:
    """A size as ID3 writes it: of every byte seven bits count."""
    size = 0
    for byte in data:
        size = size << 7 | byte & 0x7F
    return size
