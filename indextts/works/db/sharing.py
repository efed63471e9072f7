"""What processes that share a database tell each other of its jobs: which are free, taken, stopped, changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import select

from indextts.works.db.backends import DatabaseClock
from indextts.works.db.database import JobRow, LeaseRow
from indextts.works.db.model import UNDER_WAY, Job, Lease
from indextts.works.db.records import Records

KEEPER: Final = "@keeper"
"""The lease of the process that sweeps."""
_LOOKED_AT: Final = 500


class SharedJobs:
    """Thread-safe; all methods raise :class:`indextts.model.errors.StudioError`."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._leases = records.leases

    def orphans(self, known: Collection[str], *, most: int) -> list[Job]:
        """Active jobs without a worker, the oldest first, without those that are ``known``; ``most`` of them.

        Parts of a book come in the order in which they are heard, and only while the book has a worker.
        """
        columns = (JobRow.id, JobRow.book_id, LeaseRow.worker, LeaseRow.until, DatabaseClock())
        wanted = (JobRow.state.in_(UNDER_WAY), JobRow.deleted.is_(None), JobRow.id.not_in(known))
        chosen = select(*columns).outerjoin(LeaseRow, LeaseRow.name == JobRow.id).where(*wanted)
        chosen = chosen.order_by(JobRow.created, JobRow.chapter, JobRow.part).limit(max(most, _LOOKED_AT))
        with self._records.database.reading() as session:
            rows = session.execute(chosen).all()
            free = {name: book for name, book, *lease in rows if not self._leases.is_alive(*lease)}
            working = self._leases.taken(session, {book for book in free.values() if book is not None})
            names = [name for name, book in free.items() if book is None or book in working][:most]
            jobs = {row.id: self._records.job_of(row) for row in session.scalars(_jobs(names))}
        return [jobs[name] for name in names if name in jobs]

    def is_free(self, name: str) -> bool:
        """Whether that job has no worker."""
        with self._records.database.reading() as session:
            return not self._leases.taken(session, {name})

    def gone(self, names: Collection[str]) -> set[str]:
        """Those of ``names`` that another process works at, or that are not under way any more."""
        if not names:
            return set()
        with self._records.database.reading() as session:
            there = {row.id for row in session.scalars(_jobs(names)) if row.state in UNDER_WAY and row.deleted is None}
            taken = self._leases.taken(session, set(names))
        return (set(names) - there) | {name for name, worker in taken.items() if worker != self._leases.worker}

    def seen(self, names: Collection[str]) -> dict[str, object]:
        """Of each of ``names`` something that changes with it."""
        if not names:
            return {}
        columns = (JobRow.id, JobRow.updated, JobRow.state, JobRow.segments_done, JobRow.deleted)
        with self._records.database.reading() as session:
            return {name: tuple(rest) for name, *rest in session.execute(select(*columns).where(JobRow.id.in_(names)))}

    def stop_parts(self, book: str, *, by: Lease | None = None) -> None:
        """Take back the parts of a book that are offered, or spoken by whomever.

        Raises :class:`LeaseLostError` where that is done ``by`` one that was lost.
        """
        for part in self._records.parts_of(book):
            if part.state in UNDER_WAY:
                self._records.stop(part.id, "paused", by=by)


def _jobs(names: Collection[str]) -> Any:
    return select(JobRow).where(JobRow.id.in_(names))
