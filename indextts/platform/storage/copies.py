"""Copies of a database's file (the library, the works), which replace it when it is damaged.

The newest is renewed while the file changes; each other is at least a day older than the one before it, in case the
damage is one that SQLite does not see. A damaged file is set aside under another name and never removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.parse import quote

from indextts.platform.storage.files import PART, new_file, own_file, sync_folder, write_file, writing

MOST: Final = 2
"""Copies of a file, unless it has others."""
BACKUP_MARK: Final = "run/backup-made"
"""In ``cache_hub``: written anew by each backup, so that a server can tell how long ago it was."""

_COPIES: Final = ".copy-"
"""Begins the endings of the copies' names; a number follows, 1 for the newest."""

_APART_S: Final = 86_400.0
_DAMAGED: Final = ".damaged-"
_DETAILS: Final = ".json"
_BESIDE: Final = ("-wal", "-shm")
"""What SQLite keeps beside a file, under its name and these endings."""
_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


@dataclass(frozen=True)
class Mended:
    """A damaged file that was put aside, and the backup that replaced it."""

    damaged: str
    """Its name, in the folder that it was in."""
    copied: str
    """When the copy was made that took its place, as local ISO time; empty where there was none."""


def damage(path: Path) -> str:
    """What is wrong with the content of a database's file; empty where it is sound.

    Raises :class:`sqlite3.Error` when it cannot be looked at, for another reason.
    """
    if path.stat().st_size == 0:
        return "the file is empty" if cut_off(path) else ""
    try:
        with closing(_opened(path)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return str(error)
        raise
    return "" if found == "ok" else found


def cut_off(path: Path) -> bool:
    """Whether a file is empty that once was not: SQLite takes it for new."""
    return path.exists() and path.stat().st_size == 0 and bool(_there(path))


def form(path: Path) -> int:
    """The number of the form that a sound file has. Raises :class:`sqlite3.Error`."""
    with closing(_opened(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_damage(error: BaseException | None) -> bool:
    """Whether that is what SQLite says of a file that is damaged, or none of its own."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def age_s(path: Path) -> float | None:
    """Seconds since the file at ``path`` was written; ``None`` where it is not there."""
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except OSError:
        return None


def copies(path: Path, most: int = MOST) -> list[Path]:
    """Where ``most`` copies of a file lie, the newest first, whether they are there or not."""
    return [path.with_name(f"{path.name}{_COPIES}{number}") for number in range(1, most + 1)]


def copy(path: Path, most: int = MOST) -> None:
    """Renew the newest copy. Raises :class:`StudioError` or :class:`sqlite3.Error`."""
    generations = copies(path, most)
    newest = generations[0]
    aside = newest.with_name(f".{newest.name}{PART}")
    with writing(newest):
        aside.unlink(missing_ok=True)
        own_file(aside)
        try:
            with closing(_opened(path)) as source, closing(sqlite3.connect(aside)) as target:
                source.backup(target)
                # A copy is one file: nothing of it may be left in another.
                target.execute("PRAGMA journal_mode = DELETE")
            _move_on(generations)
            _sync(aside)
            aside.replace(newest)
            sync_folder(newest.parent)
        finally:
            aside.unlink(missing_ok=True)


def mend(path: Path) -> Mended | None:
    """Set a damaged file aside and let the newest sound copy take its place; without one, it begins anew.

    ``None`` where it is sound by now: several processes may try. Raises :class:`StudioError` or
    :class:`sqlite3.Error`.
    """
    with _alone(path):
        if not path.exists() or not (reason := damage(path)):
            return None
        moment = datetime.now().astimezone()
        aside = path.with_name(f"{path.name}{_DAMAGED}{moment:%Y%m%d-%H%M%S-%f}")
        chosen = next((copy for copy in _there(path) if _is_sound(copy)), None)
        when = datetime.fromtimestamp(chosen.stat().st_mtime).astimezone() if chosen else None
        copied = when.isoformat(timespec="seconds") if when else ""
        details = {"copied": copied, "reason": reason}
        write_file(aside.with_name(aside.name + _DETAILS), json.dumps(details).encode(), mode=0o600)
        with writing(path):
            for ending in _BESIDE:
                with contextlib.suppress(FileNotFoundError):
                    path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
            if chosen is None:
                path.rename(aside)
            else:
                # The file exists at every moment: a process that finds none would begin an empty one.
                os.link(path, aside)
                with chosen.open("rb") as source, new_file(path, mode=0o600) as target:
                    shutil.copyfileobj(source, target)
        return Mended(aside.name, copied)


def mended(path: Path) -> list[Mended]:
    """The damaged files that still lie aside, the oldest first."""
    found = []
    for details in sorted(path.parent.glob(f"{path.name}{_DAMAGED}*{_DETAILS}")):
        damaged = details.name.removesuffix(_DETAILS)
        if not details.with_name(damaged).exists():
            continue  # its removal shows that the notice was read
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found.append(Mended(damaged, str(json.loads(details.read_text(encoding="utf-8"))["copied"])))
    return found


def _is_sound(copy: Path) -> bool:
    try:
        return copy.stat().st_size > 0 and not damage(copy)
    except (OSError, sqlite3.Error):
        return False


def _there(path: Path) -> list[Path]:
    """The copies that there are, the newest first."""
    found = path.parent.glob(f"{path.name}{_COPIES}[0-9]*")
    return sorted((one for one in found if one.suffix[6:].isdigit()), key=lambda one: int(one.suffix[6:]))


def _move_on(generations: list[Path]) -> None:
    """Make room for a newer copy: each takes the place of the next one, up to where one is not due yet."""
    for place, (newer, older) in enumerate(pairwise(generations)):
        if not _apart(newer, older):
            generations = generations[: place + 1]
            break
    for newer, older in reversed(list(pairwise(generations))):
        if newer.exists():
            newer.replace(older)


def _apart(newest: Path, older: Path) -> bool:
    """Whether a copy is due to become the next older one: a day after the last that did."""
    if not newest.exists():
        return False
    if not older.exists():
        return True
    gone_by = time.time() - older.stat().st_mtime
    # A clock that was set back must not stop it: then the older one is of the future.
    return gone_by >= _APART_S or gone_by < 0


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time."""
    with writing(path):
        place = path.with_name(f"{path.name}.lock")
        own_file(place)
        lock = place.open("wb")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that makes no file."""
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=5.0, isolation_level=None)


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
