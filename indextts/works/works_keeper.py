"""Looks after the database of works while the server runs: copies it once a day, and lets a copy replace it when it is
damaged.

    keeper = WorksKeeper(lambda: works.records, config.cache.works_copies)
    keeper.start()
    keeper.notices      # what a person should know; empty while all is well

It may have gigabytes and changes all the time, so that, other than the library's, it is read whole at the start and
before a copy alone, and whenever SQLite says that it is damaged.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.platform.periodic import Periodic
from indextts.platform.storage import copies
from indextts.service.library_keeper import LOOK_S, notices_of, troubles_of
from indextts.works.db.migrations import check_form

if TYPE_CHECKING:
    from indextts.works.db.records import Records

log = logging.getLogger(__name__)

COPY_S: Final = 86_400.0
_CODES: Final = ("works_restored", "works_begun_anew")


class WorksKeeper:
    """All methods are thread-safe."""

    def __init__(
        self, records: Callable[[], Records], most: int, *, look_s: float = LOOK_S, copy_s: float = COPY_S
    ) -> None:
        """Keep ``most`` copies, ``copy_s`` seconds apart. ``records`` are opened in the background."""
        self._records = records
        self._most = most
        self._copy_s = copy_s
        self._looking = threading.Lock()
        self._looks = Periodic("works copies", self.look, look_s)
        self.notices: tuple[StudioError, ...] = ()
        """What was wrong at the last look, and what has been done about it."""
        self._checked = False
        self._copied_at: float | None = None

    def start(self) -> None:
        """Look now and then, in the background."""
        self._looks.start()

    def close(self) -> None:
        self._looks.close()

    def look(self) -> None:
        """Look once: mend what is damaged, copy what has changed if it is time for that. A server keeps its own."""
        records = self._records()
        if records.database.shared:
            return
        path = records.path
        with self._looking:
            troubles = troubles_of(path, self._mend_and_copy)
            told = [*notices_of(path, *_CODES), *troubles]
            for notice in told:
                if str(notice) not in {str(known) for known in self.notices}:
                    log.warning("The works: %s", notice)
            self.notices = tuple(told)

    def _mend_and_copy(self) -> None:
        records = self._records()
        path = records.path
        if not path.exists() or not all(os.access(place, os.W_OK) for place in (path, path.parent)):
            return  # whoever wants to keep something there says it
        due = self._copied_at is None or time.monotonic() - self._copied_at >= self._copy_s
        if records.suspect or not self._checked or due:
            if copies.damage(path):
                records.replaced(lambda: copies.mend(path))
            records.suspect = False
            self._checked = True
        if due and self._most and path.exists():
            check_form(path, copies.form(path))
            self._copied_at = time.monotonic()
            if _is_newer(path, copies.copies(path)[0]):
                copies.copy(path, self._most)


def look_once(path: Path) -> list[StudioError]:
    """What is wrong with the database of works at ``path``, changing nothing; for a person who asks."""

    def check() -> None:
        if os.access(path, os.W_OK) and (reason := copies.damage(path)):
            raise StudioError("library_unusable", path=path, reason=reason)

    return [*notices_of(path, *_CODES), *(troubles_of(path, check) if path.exists() else ())]


def _is_newer(path: Path, copy: Path) -> bool:
    """Whether a file may have changed since it was copied."""
    if not copy.exists():
        return True
    beside = path.with_name(f"{path.name}-wal")
    changed = max(one.stat().st_mtime for one in (path, beside) if one.exists())
    copied = copy.stat().st_mtime
    return changed > copied or copied > time.time()  # a copy of the future: the clock was set back
