"""A backup of what a person would miss in ``cache_hub``, made while the server runs.

    made = backup(config, Path("studio.tar.gz"), sounds=True, models=False)

Each database is copied by SQLite's own online backup, so that it is one moment's; the files beside it never change once
they have their names. Left out is what the program makes or fetches again (:func:`belongs`). A symbolic link counts as
what it leads to, as it does for the server; whatever else cannot be stored is named (:attr:`Backup.left_out`).
"""

from __future__ import annotations

import contextlib
import glob
import io
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from indextts import __version__
from indextts.model.errors import StudioError
from indextts.models.catalogue import load_catalogue
from indextts.platform.storage import copies
from indextts.platform.storage.archive import NewArchive, check_name, new_archive
from indextts.platform.storage.database import refusal
from indextts.platform.storage.files import PART, dropped, writing

if TYPE_CHECKING:
    from indextts.platform.config import Config

FORM: Final = 1
"""Of archives; a higher one is of a newer version."""
ABOUT: Final = "BACKUP.json"
"""The first file of an archive: form, version, moment, what it holds."""
LINKS: Final = "LINKS"
"""The last one: a line for each further name of a file, with the name that it was written under."""
ASIDE: Final = "before-restore-"
ENDINGS: Final = (".tar.gz", ".tgz", ".tar")
"""Of the names of archives, by which others know what they are."""
DATABASES: Final = ("library.sqlite3", "works/works.sqlite3")

_OLD_S: Final = 3600.0
"""Seconds after which an unchanged folder for a copy counts as abandoned."""
_MADE_AGAIN: Final = frozenset({"downloads", "gradio", "logs", "numba", "outputs", "run"})
_MADE_AGAIN_IN_WORKS: Final = frozenset({"lock", "files"})
_SOUNDS: Final = frozenset({"sounds", "books"})
_BESIDE_DATABASES: Final = (".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal", ".sqlite3.lock")


@dataclass(frozen=True)
class Backup:
    """An archive that was made, or brought back."""

    path: Path
    made: str
    """Local ISO time."""
    version: str
    """Of the program."""
    files: int
    bytes: int
    """Of the files."""
    sounds: bool
    models: bool
    left_out: tuple[str, ...] = ()
    """What no archive takes: odd names, links that lead nowhere, what is no file."""
    aside: str = ""
    """Where what was there before lies; empty where nothing was."""


def backup(config: Config, path: Path, *, sounds: bool = True, models: bool = False) -> Backup:
    """Write an archive to ``path``, which is there whole or not at all.

    Raises :class:`StudioError` ``backup_name``, ``backup_inside``, ``nothing_kept``, ``disk_full``, ``not_writable``,
    ``no_folder``, and ``library_unusable`` where a database is damaged.
    """
    folder, path = config.cache_path, path.absolute()
    if not path.name.endswith(ENDINGS) or path.name in ENDINGS:
        raise StudioError("backup_name", path=path.name, endings=" · ".join(ENDINGS))
    if path.resolve().is_relative_to(folder.resolve()):
        raise StudioError("backup_inside", path=path)
    if not path.parent.is_dir():
        raise StudioError("no_folder", folder=path.parent)
    if not folder.is_dir():
        raise StudioError("nothing_kept", path=folder)
    made = datetime.now().astimezone().isoformat(timespec="seconds")
    about = {"form": FORM, "version": __version__, "made": made, "sounds": sounds, "models": models}
    left_out: list[str] = []
    _clear(path)
    with (
        writing(path),
        new_archive(path) as archive,
        tempfile.TemporaryFile(dir=path.parent) as links,
        tempfile.TemporaryDirectory(prefix=f".{path.name}.", suffix=PART, dir=path.parent) as aside,
    ):
        _put(archive, ABOUT, json.dumps(about, indent=1).encode())
        before = archive.bytes
        for name in DATABASES:
            if os.path.lexists(folder / name):
                _put_database(archive, folder / name, name, Path(aside, "copy"))
        seen: dict[tuple[int, int], str] = {}
        for name in _kept(folder, _fetched(config), sounds=sounds, models=models):
            try:
                check_name(name)
                stored = _put_file(archive, folder / name, name, seen, links)
            except FileNotFoundError:
                stored = not (folder / name).is_symlink()  # swept meanwhile
            except StudioError as error:
                if error.code != "bad_backup":
                    raise
                stored = False
            if not stored:
                left_out.append(name)
        if archive.files == 1:
            raise StudioError("nothing_kept", path=folder)
        files, size = archive.files - 1, archive.bytes - before
        links.seek(0)
        files += sum(1 for _ in links)  # a file under a second name counts as one, as where it is brought back
        packed = links.tell()
        links.seek(0)
        archive.add(LINKS, links, packed)
    with contextlib.suppress(OSError, StudioError), writing(folder):  # a folder that is only read has no measurements
        (folder / copies.BACKUP_MARK).parent.mkdir(exist_ok=True)
        (folder / copies.BACKUP_MARK).touch()
    return Backup(path, made, __version__, files, size, sounds, models, tuple(left_out))


def _clear(path: Path) -> None:
    """Remove what a backup to the same place that was killed has left beside it."""
    for left_over in path.parent.glob(f".{glob.escape(path.name)}.*{PART}"):
        if left_over.is_file():
            dropped(left_over)
        elif time.time() - left_over.stat().st_mtime > _OLD_S:
            shutil.rmtree(left_over, ignore_errors=True)


def belongs(name: str, *, sounds: bool, models: bool) -> bool:
    """Whether a file of that name below ``cache_hub`` cannot be made or fetched again."""
    parts = name.split("/")
    first, last = parts[0], parts[-1]
    if first in _MADE_AGAIN or first.startswith(ASIDE) or any(part.startswith(".") for part in parts):
        return False
    second = parts[1] if len(parts) > 1 else ""
    if first == "works" and (second in _MADE_AGAIN_IN_WORKS or (second in _SOUNDS and not sounds)):
        return False
    if first == "models" and not models:
        return False
    spare = ".sqlite3.copy-" in last or ".sqlite3.damaged-" in last or last.endswith(_BESIDE_DATABASES)
    return not (spare or last.endswith(PART))


def unit_of(name: str) -> str:
    """What is exchanged as one for the file of that name: an entry of ``cache_hub``, ``works`` or ``models``."""
    parts = name.split("/")
    return "/".join(parts[:2] if parts[0] in ("works", "models") else parts[:1])


def _fetched(config: Config) -> frozenset[str]:
    """The names of the models that can be fetched, or made, again."""
    known = load_catalogue(config.catalogue_path)
    return frozenset({"embedded", *known, *(f"{name}-package" for name in known)})


def _kept(folder: Path, fetched: frozenset[str], *, sounds: bool, models: bool) -> Iterator[str]:
    """The names of all files that belong to it, but the databases; also of links that are not followed."""
    for place, folders, files in os.walk(folder, followlinks=True, onerror=_refuse):
        inside = Path(place).relative_to(folder)
        if inside == Path():
            folders[:] = [name for name in folders if name not in _MADE_AGAIN]
        ends = [name for name in folders if not _leads_on(Path(place, name))]
        folders[:] = sorted({*folders} - {*ends})
        for file in sorted([*files, *ends]):
            name = (inside / file).as_posix()
            parts = name.split("/")
            own_model = parts[0] == "models" and len(parts) > 2 and parts[1] not in fetched
            if name not in DATABASES and belongs(name, sounds=sounds, models=models or own_model):
                yield name


def _refuse(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # swept meanwhile
        raise error


def _leads_on(path: Path) -> bool:
    """Whether what lies behind ``path`` is stored; a link that leads back to where it comes from would have no end.

    Nor is one followed that the server's account may have made to what it cannot read itself, when root makes the
    backup.
    """
    if not path.is_symlink():
        return True
    with contextlib.suppress(OSError, RuntimeError):
        target = path.resolve(strict=True)
        trusted = path.lstat().st_uid in (0, os.geteuid(), target.stat().st_uid)
        return trusted and not any(one.resolve().is_relative_to(target) for one in path.parents)
    return False


def _put(archive: NewArchive, name: str, data: bytes) -> None:
    archive.add(name, io.BytesIO(data), len(data))


def _put_file(archive: NewArchive, path: Path, name: str, seen: dict[tuple[int, int], str], links: Any) -> bool:
    """Write a file, or that it is another name of one that was written; whether it can be stored."""
    before = path.stat()
    if not os.path.isfile(path) or not _leads_on(path):
        return False
    key = (before.st_dev, before.st_ino)
    if key in seen:
        links.write(f"{name}\t{seen[key]}\n".encode())
        return True
    with path.open("rb") as source:
        about = os.fstat(source.fileno())
        archive.add(name, source, about.st_size, mode=about.st_mode & 0o777)
    if about.st_nlink > 1:
        seen[about.st_dev, about.st_ino] = name
    return True


def _put_database(archive: NewArchive, path: Path, name: str, aside: Path) -> None:
    """Write a database as it is at this moment, even while it is being written to. Raises :class:`StudioError`."""
    try:
        with closing(_opened(path)) as source, closing(sqlite3.connect(aside)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        if reason := copies.damage(aside):
            raise StudioError("library_unusable", path=path, reason=reason)
    except sqlite3.Error as error:
        raise refusal(path, error) from error
    with aside.open("rb") as copied:
        archive.add(name, copied, aside.stat().st_size)
    aside.unlink()


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that makes no file, also where nothing can be written."""
    address = f"file:{quote(str(path.absolute()))}"
    connection = sqlite3.connect(f"{address}?mode=rw", uri=True, timeout=30.0, isolation_level=None)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        wal = path.with_name(f"{path.name}-wal")
        if os.access(path.parent, os.W_OK) or (wal.exists() and wal.stat().st_size):
            raise
        connection = sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return connection
