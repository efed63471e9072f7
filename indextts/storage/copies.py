"""Backups of the library's file, which replace it when it is damaged.

The newest is renewed while the library changes; the other is at least a day older, in case the damage is one that
SQLite does not see. A damaged file is set aside under another name and never removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from indextts.storage.files import PART, sync_folder, write_file, writing

GENERATIONS: Final = ("copy-1", "copy-2")
"""The endings of the copies' names, the newest first."""

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
    """Its name, in the library's folder."""
    copied: str
    """When the copy was made that took its place, as local ISO time; empty where there was none."""


def damage(path: Path) -> str:
    """What is wrong with the content of a library's file; empty where it is sound.

    Raises :class:`sqlite3.Error` when it cannot be looked at, for another reason.
    """
    if path.stat().st_size == 0:
        # SQLite takes it for new. Where a copy has something in it, the file was cut off.
        return "the file is empty" if any(copy.exists() for copy in copies(path)) else ""
    try:
        with closing(_opened(path)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
            return str(error)
        raise
    return "" if found == "ok" else found


def copies(path: Path) -> list[Path]:
    """Where the copies of a library lie, the newest first, whether they are there or not."""
    return [path.with_name(f"{path.name}.{ending}") for ending in GENERATIONS]


def copy(path: Path) -> None:
    """Renew the newest copy. Raises :class:`StudioError` or :class:`sqlite3.Error`."""
    newest, older = copies(path)
    aside = newest.with_name(f".{newest.name}{PART}")
    with writing(newest):
        aside.unlink(missing_ok=True)
        try:
            with closing(_opened(path)) as source, closing(sqlite3.connect(aside)) as target:
                source.backup(target)
                # A copy is one file: nothing of it may be left in another.
                target.execute("PRAGMA journal_mode = DELETE")
            if _apart(newest, older):
                newest.replace(older)
            _sync(aside)
            aside.replace(newest)
            sync_folder(newest.parent)
        finally:
            aside.unlink(missing_ok=True)


def mend(path: Path) -> Mended | None:
    """Set a damaged library aside and let the newest sound copy take its place; without one, it begins anew.

    ``None`` where it is sound by now: several processes may try. Raises :class:`StudioError` or
    :class:`sqlite3.Error`.
    """
    with _alone(path):
        if not path.exists() or not (reason := damage(path)):
            return None
        moment = datetime.now().astimezone()
        aside = path.with_name(f"{path.name}{_DAMAGED}{moment:%Y%m%d-%H%M%S-%f}")
        chosen = next((copy for copy in copies(path) if _is_sound(copy)), None)
        when = datetime.fromtimestamp(chosen.stat().st_mtime).astimezone() if chosen else None
        copied = when.isoformat(timespec="seconds") if when else ""
        details = {"copied": copied, "reason": reason}
        write_file(aside.with_name(aside.name + _DETAILS), json.dumps(details).encode())
        with writing(path):
            for ending in _BESIDE:
                with contextlib.suppress(FileNotFoundError):
                    path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
            if chosen is None:
                path.rename(aside)
            else:
                # The file exists at every moment: a process that finds no library would begin an empty one.
                os.link(path, aside)
                write_file(path, chosen.read_bytes())
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


def _apart(newest: Path, older: Path) -> bool:
    """Whether the newest copy is due to become the older one: a day after the last that did."""
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
        lock = path.with_name(f"{path.name}.lock").open("wb")
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
