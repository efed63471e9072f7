"""An archive of files that is written and read as a stream: a plain tar, packed by gzip unless its name says otherwise.

    with new_archive(path) as archive:
        archive.add("works/works.sqlite3", stream, size)
    for member in read_archive(path):
        for piece in member.pieces: …

The last file, ``SHA256SUMS``, has a line for each of the others: ``sha256sum -c`` checks an archive that was unpacked
by hand. The reader knows files alone (no links, devices or folders), bounds what it keeps in memory, and raises
:class:`StudioError` ``bad_backup`` for whatever is not as this writer writes it.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import new_file

SUMS: Final = "SHA256SUMS"

_BLOCK: Final = 512
_PIECE: Final = 1024**2
_PACKING: Final = 1
"""Sounds are packed already; the rest is small with the quickest."""
_KINDS: Final = (b"0", b"\0")
_MOST: Final = 2**50
_NAME: Final = 255


class NewArchive:
    """An archive that is being written."""

    def __init__(self, stream: IO[bytes], sums: IO[bytes]) -> None:
        self._stream = stream
        self._sums = sums
        self.files = 0
        self.bytes = 0

    def add(self, name: str, source: IO[bytes], size: int, *, mode: int = 0o644) -> None:
        """Write ``size`` bytes of ``source``. Raises :class:`StudioError` ``bad_file`` where it has less."""
        digest, left = hashlib.sha256(), size
        self._head(name, size, mode)
        while left:
            piece = source.read(min(left, _PIECE))
            if not piece:
                reason = Bilingual("it was truncated while it was being read.", "读取时文件变短了。")
                raise StudioError("bad_file", path=name, reason=reason)
            digest.update(piece)
            self._stream.write(piece)
            left -= len(piece)
        self._fill(size)
        self._sums.write(_line(digest.hexdigest(), name))
        self.files += 1
        self.bytes += size

    def end(self) -> None:
        """Write the sums and the end."""
        size = self._sums.tell()
        self._sums.seek(0)
        self._head(SUMS, size, 0o644)
        while piece := self._sums.read(_PIECE):
            self._stream.write(piece)
        self._fill(size)
        self._stream.write(bytes(2 * _BLOCK))

    def _head(self, name: str, size: int, mode: int) -> None:
        about = tarfile.TarInfo(name)
        about.size, about.mode = size, mode
        try:
            head = about.tobuf(tarfile.USTAR_FORMAT, "utf-8")
        except ValueError:  # eight gigabytes and more
            head = about.tobuf(tarfile.GNU_FORMAT, "utf-8")
        if len(head) != _BLOCK:
            reason = Bilingual("its name is too long for a backup.", "文件名过长，无法备份。")
            raise StudioError("bad_file", path=name, reason=reason)
        self._stream.write(head)

    def _fill(self, size: int) -> None:
        self._stream.write(bytes(-size % _BLOCK))


@contextlib.contextmanager
def new_archive(path: Path) -> Iterator[NewArchive]:
    """Give an archive to fill; when the block ends well, it is at ``path`` at once. Raises :class:`StudioError`."""
    with new_file(path) as file, tempfile.TemporaryFile(dir=path.parent) as sums:
        plain = path.suffix == ".tar"
        os.fchmod(file.fileno(), 0o600)  # what it holds is nobody else's
        packer = None if plain else gzip.GzipFile("", "wb", _PACKING, file, mtime=0)
        archive = NewArchive(file if packer is None else cast(IO[bytes], packer), cast(IO[bytes], sums))
        try:
            yield archive
            archive.end()
        except BaseException:
            if packer is not None:
                packer.fileobj = None  # type: ignore[assignment]  # it would write its end when it is thrown away
            raise
        if packer is not None:
            packer.close()


@dataclass(frozen=True)
class Member:
    """A file of an archive, whose ``pieces`` are read before the next one comes."""

    name: str
    size: int
    mode: int
    pieces: Iterator[bytes]


def read_archive(path: Path) -> Iterator[Member]:
    """All files but the sums, in their order; once the last one was taken, all their hashes were right.

    Raises :class:`StudioError` ``bad_backup`` and :class:`OSError`.
    """
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if packed else file
        yield from _members(io.BufferedReader(cast(io.RawIOBase, stream), _PIECE))


def damaged(english: str, chinese: str) -> StudioError:
    return StudioError("bad_backup", reason=Bilingual(english, chinese))


def _members(stream: IO[bytes]) -> Iterator[Member]:
    lines = hashlib.sha256()
    while True:
        name, size, mode = _head_of(stream)
        if name == SUMS:
            break
        digest = hashlib.sha256()
        pieces = _pieces(stream, size, digest)
        yield Member(name, size, mode, pieces)
        for _ in pieces:
            pass  # what was not asked for
        lines.update(_line(digest.hexdigest(), name))
    told = hashlib.sha256()
    for _ in _pieces(stream, size, told):
        pass
    if told.digest() != lines.digest():
        raise damaged("its files are not those that were written", "其中的文件与写入时不一致")
    if _read(stream, 2 * _BLOCK) != bytes(2 * _BLOCK):
        raise damaged("it does not end where it should", "结尾不正确")


def _pieces(stream: IO[bytes], size: int, digest: hashlib._Hash) -> Iterator[bytes]:
    left = size
    while left:
        piece = _read(stream, min(left, _PIECE))
        digest.update(piece)
        left -= len(piece)
        yield piece
    _read(stream, -size % _BLOCK)


def _read(stream: IO[bytes], size: int) -> bytes:
    """So many bytes. Raises :class:`StudioError` where there are not so many."""
    try:
        data = stream.read(size)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise damaged("it is cut off or damaged", "文件不完整或已损坏") from error
    if len(data) != size:
        raise damaged("it is cut off or damaged", "文件不完整或已损坏")
    return data


def _head_of(stream: IO[bytes]) -> tuple[str, int, int]:
    """Name, size and mode. Extensions of the form, whose length could be anything, are none that we write."""
    head = _read(stream, _BLOCK)
    try:
        about = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError, ValueError) as error:
        raise damaged("it is not a backup of this program", "不是本程序的备份") from error
    if head[156:157] not in _KINDS or about.type not in _KINDS or not 0 <= about.size < _MOST or head[0:1] == b"\0":
        raise damaged("it contains something that is not a regular file", "其中含有并非普通文件的内容")
    check_name(about.name)
    return about.name, about.size, about.mode


def check_name(name: str) -> None:
    """Raise :class:`StudioError` ``bad_backup`` for what is no plain path below a folder."""
    parts = name.split("/")
    plain = name.isprintable() and "\\" not in name and 0 < len(name) <= _NAME
    if not plain or any(part in ("", ".", "..") for part in parts) or os.path.isabs(name):
        raise damaged("it names a place outside of the folder", "其中含有指向目录之外的路径")


def _line(digest: str, name: str) -> bytes:
    return f"{digest}  {name}\n".encode()
