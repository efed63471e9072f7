"""Looks after the library's file while the server runs: copies it, notices damage and mends it, says what is wrong.

keeper = Keeper(config.library_path)
keeper.start()
keeper.notices      # what a person should know; empty while all is well
"""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from indextts.model.errors import StudioError
from indextts.platform.periodic import Periodic
from indextts.platform.storage import copies
from indextts.platform.storage.database import Database, refusal
from indextts.platform.storage.files import writing

log = logging.getLogger(__name__)

LOOK_S: Final = 2.0
COPY_S: Final = 60.0
"""How often what has changed is copied, at most."""


class LibraryKeeper:
    """All methods are thread-safe."""

    def __init__(self, path: Path, *, look_s: float = LOOK_S, copy_s: float = COPY_S) -> None:
        self.path = path
        self._copy_s = copy_s
        self._database = Database(path, busy_s=0.5)
        self._looking = threading.Lock()
        self._looks = Periodic("library", self.look, look_s)
        self.notices: tuple[StudioError, ...] = ()
        """What was wrong at the last look, and what has been done about it."""
        self._checked: object = None
        self._copied: object = None
        self._copied_at = -copy_s

    def start(self) -> None:
        """Look now and then, in the background."""
        self._looks.start()

    def close(self) -> None:
        """Stop, with a last copy of what has changed."""
        self._looks.close()
        if self._looks.started:
            self.look(last=True)
        self._database.close()

    def look(self, *, last: bool = False) -> None:
        """Look once: mend what is damaged, copy what has changed."""
        with self._looking:
            troubles = troubles_of(self.path, lambda: self._mend_and_copy(last))
            told = [*notices_of(self.path), *troubles]
            for notice in told:
                if str(notice) not in {str(known) for known in self.notices}:
                    log.warning("The library: %s", notice)
            self.notices = tuple(told)

    def _mend_and_copy(self, last: bool) -> None:
        state = _state(self.path)
        if state is None:
            return
        for place in (self.path, self.path.parent):
            if not os.access(place, os.W_OK):
                self._database.state()  # whether it can be read at least
                raise _not_writable(place)
        if state != self._checked:
            if copies.damage(self.path):
                self._database.close()
                copies.mend(self.path)
            self._checked = _state(self.path)
            if self._checked is None:
                return  # begun anew: made when something is stored
        self._database.state()
        self._copy(last)

    def _copy(self, last: bool) -> None:
        state = _state(self.path)
        newest = copies.copies(self.path)[0]
        if state == self._copied and newest.exists():
            return
        if last or time.monotonic() - self._copied_at >= self._copy_s:
            self._copied_at = time.monotonic()
            copies.copy(self.path)
            self._copied = state


def look_once(path: Path) -> list[StudioError]:
    """What is wrong with a library, changing nothing; for a person who asks."""
    with closing(Database(path, busy_s=1.0)) as database:

        def check() -> None:
            writable = os.access(path, os.W_OK)
            if writable and (reason := copies.damage(path)):
                raise StudioError("library_unusable", path=path, reason=reason)
            database.state()
            if not writable:
                raise _not_writable(path)

        return [*notices_of(path), *(troubles_of(path, check) if path.exists() else ())]


def troubles_of(path: Path, work: Callable[[], None]) -> list[StudioError]:
    """Why ``work`` on the file at ``path`` failed; empty where it did not."""
    try:
        with writing(path):
            work()
    except (StudioError, sqlite3.Error, OSError) as error:
        return [error if isinstance(error, StudioError) else refusal(path, error)]
    return []


def _not_writable(place: Path) -> StudioError:
    read_only = bool(os.statvfs(place).f_flag & os.ST_RDONLY)
    return StudioError("not_writable", path=place, reason=os.strerror(errno.EROFS if read_only else errno.EACCES))


def notices_of(path: Path, restored: str = "library_restored", anew: str = "library_begun_anew") -> list[StudioError]:
    """What has been done about damage, in the order in which it was, by the codes that say it."""
    notices: list[StudioError] = []
    for one in copies.mended(path):
        details = {"damaged": path.with_name(one.damaged), **({"copied": one.copied} if one.copied else {})}
        notices.append(StudioError(restored if one.copied else anew, None, **details))
    return notices


def _state(path: Path) -> tuple[object, ...] | None:
    """Changes with the content of the file, and of what SQLite keeps beside it; ``None`` where there is none."""
    try:
        main = path.stat()
    except FileNotFoundError:
        return None
    wal = path.with_name(f"{path.name}-wal")
    try:
        beside = wal.stat()
    except FileNotFoundError:
        return main.st_ino, main.st_size, main.st_mtime_ns
    return main.st_ino, main.st_size, main.st_mtime_ns, beside.st_size, beside.st_mtime_ns
