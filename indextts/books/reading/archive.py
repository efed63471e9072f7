"""Archives (EPUB, DOCX) opened without trust: nothing is written, nothing believed that an archive says of itself.

archive = Archive("book.epub", data)
archive.read("META-INF/container.xml")     # counted while it is unpacked
"""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
import zlib
from posixpath import normpath
from typing import Final
from urllib.parse import unquote

from indextts.books.reading.encodings import of_names
from indextts.books.reading.limits import (
    FREE_RATIO,
    MAX_DIRECTORY,
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED,
    protected,
    too_large,
    unreadable,
    unsafe,
)

_PIECE: Final = 1 << 16
_ENCRYPTED: Final = 0x41  # the bits that say so: usual and strong encryption
_UTF8: Final = 0x800  # The bit that says that names are UTF-8; without it they are read as those of an old PC
_ENCODINGS: Final = ("cp437", "shift_jis", "big5", "gb18030", "utf-8")
"""What names without that bit may really be."""


def _respelled(name: str, encoding: str) -> str:
    """A name that was read as an old PC's, read once more; empty where it cannot be that."""
    try:
        return name.encode("cp437").decode(encoding)
    except UnicodeError:
        return ""


class _Careful(io.BytesIO):
    """The bytes of an archive; a table of contents that is too long is not even read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        # Asking the buffer for its size would copy it.
        self._size = len(data)

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            size = max(0, self._size - self.tell())
        if size > MAX_DIRECTORY:
            raise _TooMuchError
        return super().read(size)


def _folded(name: str) -> str:
    """A name as all systems spell it: a Mac writes é as two characters."""
    return unicodedata.normalize("NFC", name).casefold()


class _TooMuchError(Exception):
    """More was asked for than an archive of a book needs."""


class Archive:
    """The members of an archive by name; raises :class:`StudioError` for one that no book would be."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._left = MAX_UNPACKED
        try:
            self._zip = zipfile.ZipFile(_Careful(data))
        except _TooMuchError:
            too_large(name, "it holds too many files", "其中文件过多")
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError, OSError, zlib.error):
            unreadable(name, "the archive is damaged or cut off", "压缩包已损坏或不完整")
        self._members = self._checked(self._zip.infolist())
        self._index()

    def _index(self) -> None:
        old = [name for name, info in self._members.items() if not info.flag_bits & _UTF8 and not name.isascii()]
        written = "\n".join(old).encode("cp437", "ignore")
        self._spelled = {
            spelled: member
            for encoding in of_names(written, _ENCODINGS)
            for member in old
            if (spelled := _respelled(member, encoding))
        }
        self._folded = {_folded(spelled): member for spelled, member in self._spelled.items()}
        self._folded |= {_folded(member): member for member in self._members}

    def _checked(self, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        if len(infos) > MAX_MEMBERS:
            too_large(self._name, f"it holds {len(infos)} files", f"其中有 {len(infos)} 个文件")
        members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            # The name as it was written: zipfile has already cut it at a NUL.
            name = (info.orig_filename or info.filename).replace("\\", "/")
            if name.startswith("/") or ".." in name.split("/") or "\0" in name or ":" in name.split("/")[0]:
                unsafe(self._name, "a file in it would be written outside of its folder", "其中有文件企图写到目录之外")
            if stat.S_ISLNK(info.external_attr >> 16):
                unsafe(self._name, "it holds a link to other files", "其中含有指向其他文件的链接")
            if info.flag_bits & _ENCRYPTED:
                protected(self._name, "its files are encrypted with a password", "其中的文件用密码加密")
            if name in members:
                unsafe(self._name, "two files in it have the same name", "其中有两个同名文件")
            members[name] = info
        return members

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def names(self) -> list[str]:
        return list(self._members)

    def size(self, name: str) -> int:
        """Bytes of a member, as the archive has it: :meth:`read` finds out whether that is true."""
        return self._members[name].file_size

    def spelled(self, name: str) -> str:
        """The member's ``name`` as people wrote it."""
        return next((spelled for spelled, member in reversed(self._spelled.items()) if member == name), name)

    def enter(self, folder: str) -> None:
        """From here on the names of members are those within ``folder``; what lies beside it is left out."""
        self._members = {
            name.removeprefix(folder): info for name, info in self._members.items() if name.startswith(folder)
        }
        self._index()

    def read(self, name: str, most: int = MAX_MEMBER) -> bytes:
        """A member. Raises :class:`StudioError`, ``book_unreadable`` where there is none of this ``name``."""
        info = self._members.get(name)
        if info is None:
            unreadable(self._name, f"the part {name[:60]} is missing", f"缺少 {name[:60]}")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            unreadable(self._name, "it is packed in an unusual way", "压缩方式不常见")
        pieces = io.BytesIO()
        packed = max(1, info.compress_size)
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(_PIECE):
                    pieces.write(piece)
                    self._left -= len(piece)
                    size = pieces.tell()
                    if size > FREE_RATIO and size > packed * MAX_RATIO:
                        unsafe(
                            self._name, "a file in it grows beyond measure when unpacked", "其中有文件解压后异常膨胀"
                        )
                    if size > most or self._left < 0:
                        too_large(self._name, "there is too much in it when unpacked", "解压后内容过多")
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
            unreadable(self._name, "a file in it is damaged", "其中有文件已损坏")
        except _TooMuchError:
            unreadable(self._name, "a file in it is damaged", "其中有文件已损坏")
        if pieces.tell() != info.file_size:
            unsafe(self._name, "it lies about the size of its files", "它谎报了文件大小")
        return pieces.getvalue()

    def found(self, name: str) -> str:
        """The member that is meant by ``name``, whatever its case and escapes; empty where there is none."""
        for one in (name, unquote(name)):
            if one in self._members:
                return one
        return self._spelled.get(unquote(name), "") or self._folded.get(_folded(unquote(name)), "")


def beside(base: str, reference: str) -> tuple[str, str]:
    """The member that ``reference`` in the member ``base`` points to, and the place in it; empty outside of a book."""
    path, _, fragment = reference.partition("#")
    path = unquote(path.partition("?")[0])
    if "://" in reference or reference.startswith(("mailto:", "data:", "//")):
        return "", ""
    if not path:
        return base, unquote(fragment)
    whole = path.lstrip("/") if path.startswith("/") else normpath(f"{base.rpartition('/')[0]}/{path}").lstrip("/")
    return ("", "") if whole.startswith("..") else (whole, unquote(fragment))
