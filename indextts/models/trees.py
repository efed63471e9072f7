"""What a person gives to take a model from: a folder or an archive, asked by paths inside it.

Only the paths asked for are visited: a folder may be a whole program with its packages.
"""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, Protocol

from indextts.model.errors import StudioError
from indextts.models.catalogue import inside

_SHORT: Final = 1 << 16
"""Bytes of a small file that are looked at."""


@dataclass(frozen=True)
class FoundFile:
    """A file of a tree."""

    path: str
    """Inside the tree."""
    size: int
    open: Callable[[], IO[Any] | None]
    """Its bytes; never ``None`` for a regular file."""
    outside: Path | None = None
    """Where it is, if a link leads out of the tree to it; such a file is not taken."""

    def beginning(self) -> str:
        """The first bytes as text; empty where they cannot be read."""
        try:
            stream = self.open()
            if stream is None:
                return ""
            with stream:
                return bytes(stream.read(_SHORT)).decode("utf-8", "replace")
        except OSError:
            return ""


class FileTree(Protocol):
    """Files by their paths, with ``/`` between names and ``""`` for the tree itself."""

    def file(self, path: str, within: str = "") -> FoundFile | None:
        """A regular file; a link may lead no further than into the folder ``within``."""
        ...

    def below(self, folder: str) -> Sequence[str]:
        """The paths of all files in a folder and its own folders, in order."""
        ...

    def folders(self, folder: str) -> Sequence[str]:
        """The names of the folders in a folder, the newest first."""
        ...


class FolderTree:
    """A folder on the disk. Its links may lead anywhere, but only what is in it or a ``trusted`` folder is taken."""

    def __init__(self, root: Path, trusted: Sequence[Path] = ()) -> None:
        self.root = root
        self._trusted = tuple(map(_real, (root, *trusted)))

    def file(self, path: str, within: str = "") -> FoundFile | None:
        """A regular file where it really is, so that a link that changes afterwards leads nowhere else."""
        try:
            real = (self.root / path).resolve(strict=True)
            about = real.stat()
        except (OSError, RuntimeError, ValueError):  # RuntimeError: links in a circle
            return None
        if not stat.S_ISREG(about.st_mode):
            return None
        known = any(real.is_relative_to(folder) for folder in self._trusted)
        known = known and (not within or real.is_relative_to(_real(self.root / within)))
        return FoundFile(path, about.st_size, partial(real.open, "rb"), None if known else real)

    def below(self, folder: str) -> Sequence[str]:
        found: list[str] = []
        for place, _, names in os.walk(self.root / folder):
            found += [Path(place, name).relative_to(self.root).as_posix() for name in names]
        return sorted(found)

    def folders(self, folder: str) -> Sequence[str]:
        try:
            with os.scandir(self.root / folder) as entries:
                times = {entry.name: entry.stat().st_mtime for entry in entries if entry.is_dir()}
        except OSError:
            return []
        return sorted(times, key=lambda name: (-times[name], name))


class ArchiveTree:
    """The regular files of an archive; its links are none."""

    def __init__(self, files: dict[str, FoundFile]) -> None:
        self._files = files

    def file(self, path: str, within: str = "") -> FoundFile | None:
        return self._files.get(path)

    def below(self, folder: str) -> Sequence[str]:
        return sorted(path for path in self._files if path.startswith(joined(folder, "")))

    def folders(self, folder: str) -> Sequence[str]:
        start = joined(folder, "")
        rests = (path[len(start) :] for path in self._files if path.startswith(start))
        return sorted({rest.partition("/")[0] for rest in rests if "/" in rest}, reverse=True)


def joined(*parts: str) -> str:
    """Parts of a path, of which ``""`` and ``.`` say nothing; one that ends with ``""`` ends with ``/``."""
    kept = [part for part in parts if part not in ("", ".")]
    return "/".join(kept) + ("/" if kept and parts[-1] == "" else "")


@contextmanager
def opened(source: Path, trusted: Sequence[Path] = ()) -> Iterator[FileTree]:
    """A folder or archive as a tree. Raises :class:`StudioError` ``bad_file`` for what is neither, or is damaged."""
    try:
        if source.is_dir():
            yield FolderTree(source, trusted)
        elif zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as archive:
                members = {inside(info.filename): info for info in archive.infolist() if not info.is_dir()}
                files = [FoundFile(name, info.file_size, partial(archive.open, info)) for name, info in members.items()]
                yield _rooted(files)
        elif source.is_file() and tarfile.is_tarfile(source):
            with tarfile.open(source) as tape:
                entries = {inside(info.name.removeprefix("./")): info for info in tape.getmembers() if info.isfile()}
                yield _rooted(
                    [FoundFile(name, info.size, partial(tape.extractfile, info)) for name, info in entries.items()]
                )
        else:
            raise StudioError("bad_file", path=source, reason="it is neither a folder nor a zip or tar archive.")
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, RuntimeError, ValueError) as error:
        raise StudioError("bad_file", path=source, reason=" ".join(str(error).split())) from error


def _rooted(every: list[FoundFile]) -> ArchiveTree:
    """Paths without the one folder that all of them may lie in."""
    tops = {found.path.partition("/")[0] for found in every if "/" in found.path}
    if len(tops) == 1 and all("/" in found.path for found in every):
        every = [FoundFile(found.path.partition("/")[2], found.size, found.open) for found in every]
    return ArchiveTree({found.path: found for found in every})


def _real(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError):
        return folder.absolute()
