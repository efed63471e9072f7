"""Taking a model from a folder or an archive that a person has fetched by other ways."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, cast

from indextts.config import Config
from indextts.errors import StudioError
from indextts.models.catalogue import CatalogueEntry, inside
from indextts.models.pull import Fetched, OnFetched, failed, put_in_place, room_for
from indextts.run import Cancel
from indextts.storage.files import PART, writing

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class _Found:
    path: str
    size: int
    open: Callable[[], IO[Any] | None]
    """Its bytes; never ``None`` for a regular file."""


def take(
    name: str, entry: CatalogueEntry, config: Config, source: Path, *, cancel: Cancel | None = None,
    progress: OnFetched | None = None,
) -> None:  # fmt: skip
    """Install the model ``name`` from ``source``: a folder laid out like the model's own, or a zip or tar of one.

    Raises :class:`StudioError`: ``pull_failed`` naming what is not there or too small, ``bad_file`` for what is no
    archive, ``disk_short``, ``disk_full``, ``not_writable``, ``cancelled``.
    """
    folder = config.models_path / name
    with _opened(source) as every:
        wanted = _wanted(name, entry, every)
        total = sum(found.size for found in wanted)
        aside = folder.with_name(f".{name}.take{PART}")
        with writing(aside):
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
        try:
            room_for(name, total, aside)
            digests: dict[str, str] = {}
            done = 0
            for found in wanted:
                digests[found.path] = _copy(found, aside / found.path, cancel or Cancel())
                done += found.size
                if progress:
                    progress(Fetched(found.path, done, total))
            for part in entry.parts:
                for path, digest in part.sha256.items():
                    if digests.get(part.place(path), digest) != digest:
                        raise failed(name, entry, f"{part.place(path)} is another file than the catalogue says")
            put_in_place(name, folder, aside, digests)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _wanted(name: str, entry: CatalogueEntry, every: list[_Found]) -> list[_Found]:
    """The files of the source that the model needs, under the paths that they get."""
    wanted: dict[str, _Found] = {}
    for part in entry.parts:
        folder = "" if part.to == "." else f"{PurePosixPath(part.to)}/"
        inner = {found.path[len(folder) :]: found for found in every if found.path.startswith(folder)}
        missing = part.missing(list(inner))
        if missing:
            raise failed(name, entry, f"there is no {', '.join(part.place(path) for path in missing)}")
        for path, found in inner.items():
            if part.wants(path):
                if found.size < part.least.get(path, 0):
                    raise failed(name, entry, f"{found.path} has only {found.size} bytes: that is no model")
                if part.is_other(path, found.size, None):
                    raise failed(name, entry, f"{found.path} is another file than the catalogue says")
                wanted[found.path] = found
    return [wanted[path] for path in sorted(wanted)]


def _copy(found: _Found, target: Path, cancel: Cancel) -> str:
    digest = hashlib.sha256()
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with cast(IO[bytes], found.open()) as stream, target.open("wb") as out:
            while chunk := stream.read(_CHUNK):
                cancel.check()
                digest.update(chunk)
                out.write(chunk)
    return digest.hexdigest()


@contextmanager
def _opened(source: Path) -> Iterator[list[_Found]]:
    try:
        if source.is_dir():
            paths = [path for path in source.rglob("*") if path.is_file()]
            names = {path.relative_to(source).as_posix(): path for path in sorted(paths)}
            yield _rooted([_Found(name, path.stat().st_size, partial(path.open, "rb")) for name, path in names.items()])
        elif zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as archive:
                members = [info for info in archive.infolist() if not info.is_dir()]
                yield _rooted([_Found(inside(it.filename), it.file_size, partial(archive.open, it)) for it in members])
        elif source.is_file() and tarfile.is_tarfile(source):
            with tarfile.open(source) as tape:
                entries = {inside(info.name.removeprefix("./")): info for info in tape.getmembers() if info.isfile()}
                yield _rooted([_Found(name, it.size, partial(tape.extractfile, it)) for name, it in entries.items()])
        else:
            raise StudioError("bad_file", path=source, reason="it is neither a folder nor a zip or tar archive.")
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, RuntimeError, ValueError) as error:
        raise StudioError("bad_file", path=source, reason=" ".join(str(error).split())) from error


def _rooted(every: list[_Found]) -> list[_Found]:
    """Paths without the one folder that all of them may lie in."""
    tops = {found.path.partition("/")[0] for found in every if "/" in found.path}
    if len(tops) != 1 or any("/" not in found.path for found in every):
        return every
    return [_Found(found.path.partition("/")[2], found.size, found.open) for found in every]
