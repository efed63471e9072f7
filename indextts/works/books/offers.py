"""Parts of a book that wait for a free worker, in this process or in others that share the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from indextts.works.db.model import Job

if TYPE_CHECKING:
    from indextts.books.parts import ChapterPart
    from indextts.works.books.book_work import BookWork
    from indextts.works.db.leases import Lease
    from indextts.works.db.records import Records

_LOOK_S: Final = 0.2


class _Sized(Protocol):
    @property
    def size(self) -> int:
        """Characters."""


_Part = TypeVar("_Part", bound=_Sized)


class PartOffers(Generic[_Part]):
    """Of one book, in the thread of its job. They may end in any order."""

    def __init__(
        self,
        work: BookWork,
        records: Records,
        speak: Callable[[_Part, ChapterPart, Job, Lease], Job],
        changed: Callable[[BookWork], None],
    ) -> None:
        """``speak`` does one here; ``changed`` hears of each that is done."""
        self._work = work
        self._records = records
        self._speak = speak
        self._changed = changed
        self._open: list[tuple[_Part, ChapterPart, Job]] = []

    def add(self, part: _Part, asked: ChapterPart, job: Job) -> None:
        """Offer one; from now on everybody may take it."""
        if job.state not in ("queued", "running"):
            self._records.change(job.id, by=self._work.lease, state="queued", error=None)
        self._open.append((part, asked, job))

    def settle(self, most: int = 0) -> None:
        """Speak, or wait, until no more than ``most`` are left. Raises what has stopped one that was spoken here."""
        while len(self._open) > most:
            self._work.cancel.check()
            if not (self._done() or self._spoken()):
                self._changed(self._work)
                time.sleep(_LOOK_S)

    def _done(self) -> bool:
        """Whether one of them is done by now; how far the others are is seen as well."""
        there = self._records.several([job.id for _, _, job in self._open])
        for one in self._open:
            # One that is gone was taken away with its book: who has the book notices that.
            job = there.get(one[2].id, one[2])
            if job.state == "done":
                self._end(one, job)
                return True
            self._work.see(job, one[0].size)
        return False

    def _spoken(self) -> bool:
        """Whether one was free, and is spoken now."""
        for one in self._open:
            lease = self._records.take(one[2].id, again=True)
            if lease is not None:
                self._end(one, self._speak(*one, lease))
                return True
        return False

    def _end(self, one: tuple[_Part, ChapterPart, Job], job: Job) -> None:
        self._open.remove(one)
        self._work.take(job, one[0].size, spoken=True)
        self._changed(self._work)
