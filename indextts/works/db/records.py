"""Jobs in the database: written, found, changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, object_session

from indextts.model.errors import StudioError, invalid
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import probe
from indextts.works.db.database import BookRow, ChapterRow, JobRow, ProjectRow, WorksDatabase
from indextts.works.db.leases import Leases
from indextts.works.db.model import UNDER_WAY, Job, Lease, Wanted, error_of, now
from indextts.works.db.presence import Presence
from indextts.works.db.search import found

SUBTITLES: Final = frozenset(
    (".srt", ".vtt", ".ass", ".ssa", ".sbv", ".sub", ".lrc", ".ttml", ".dfxp", ".json3", ".jss")
)
"""Endings of what a dub is made from; what reads these files would be long in coming here."""

_PUT_BACK: Final = (
    "that job is not deleted, so it has no place in this list; name one that is, or ask from the beginning.",
    "该任务未被删除，不在此列表中；请改用已删除的任务，或从头列出。",
)


class _NotTakenError(Exception):
    """The transaction should leave nothing behind."""


class Records:
    """All methods are thread-safe, and open the file when they are first called. They raise :class:`StudioError`."""

    def __init__(
        self,
        path: Path,
        rate: int = 24_000,
        *,
        address: str = "",
        lease_s: float = 15.0,
        presence: Presence | None = None,
    ) -> None:
        """``rate`` is that of all sound; ``address`` another place than the file, as in the configuration.

        ``presence`` hears whether the database can be reached.
        """
        self.path = path
        self.rate = rate
        self.presence = presence or Presence("database")
        self.leases = Leases(lambda: self.database, path.parent / "workers", lease_s)
        """Which of them this process works at."""
        self._address = address
        self._lock = threading.Lock()
        self._database: WorksDatabase | None = None

    @property
    def database(self) -> WorksDatabase:
        """The file, which projects share."""
        with self._lock:
            if self._database is None:
                try:
                    self._database = WorksDatabase(self.path, address=self._address, presence=self.presence)
                except StudioError as error:
                    self.presence.missed(error)
                    raise
            return self._database

    @property
    def suspect(self) -> bool:
        """Whether SQLite has said that the file is damaged."""
        return self._database is not None and self._database.suspect

    @suspect.setter
    def suspect(self, value: bool) -> None:
        if self._database is not None:
            self._database.suspect = value

    def probe_disk(self) -> None:
        """See that the database answers, and that its file has room to grow. Raises :class:`StudioError`."""
        if not self._address:
            probe(self.path.parent)
        self.database.probe()

    def replaced(self, work: Callable[[], object]) -> None:
        """Let ``work`` replace this file while no process writes to it."""
        self.database.replaced(work)

    def close(self) -> None:
        with self._lock:
            database = self._database
        if database is not None:
            self.leases.close()
            database.close()

    def add(
        self, job: Job, request: dict[str, Any], plan: bytes | None, *, take: bool = False, by: Lease | None = None
    ) -> Lease | None:
        """Write a new job, and ``take`` its lease. Raises :class:`StudioError` ``not_found`` where its project is not
        its owner's, :class:`LeaseLostError` where it is made ``by`` one that was lost.
        """
        if take:
            self.leases.show()
        with self.database.writing(alone=False) as session:
            if by is not None:
                self.leases.check(session, by)
            if job.project is not None:
                project = session.get(ProjectRow, job.project)
                if project is None or project.owner != job.owner or project.deleted is not None:
                    raise StudioError("not_found")
            session.add(
                JobRow(
                    id=job.id,
                    owner=job.owner,
                    project_id=job.project,
                    kind=job.kind,
                    title=job.title,
                    request=request,
                    format=job.format,
                    plan=plan,
                    before=job.before,
                    live=job.live,
                    state=job.state,
                    segments_total=job.segments_total,
                    created=job.created,
                    updated=job.updated,
                    book_id=job.book,
                    chapter=job.chapter,
                    part=job.number,
                    hash=job.hash,
                )
            )
            lease = self.leases.take_in(session, job.id) if take else None
        return self.leases.keep(lease)

    def get(self, name: str, owner: str | None = None, *, deleted: bool = False) -> Job:
        """The job. Raises ``not_found`` where there is none, or it belongs to another owner."""
        with self.database.reading() as session:
            return self._attended(session, [self.job_of(self._row(session, name, owner, deleted))])[0]

    def several(self, names: Collection[str]) -> dict[str, Job]:
        """Those of ``names`` that there are."""
        with self.database.reading() as session:
            return {row.id: self.job_of(row) for row in session.scalars(select(JobRow).where(JobRow.id.in_(names)))}

    def _attended(self, session: Session, jobs: list[Job]) -> list[Job]:
        """As :meth:`get`, but an active job without a worker is reported as waiting for a free worker."""
        names = {job.id for job in jobs if job.state in UNDER_WAY}
        idle = names - self.leases.taken(session, names).keys()
        waits = StudioError("waits_place")
        return [replace(job, waits=waits, left_s=None) if job.id in idle else job for job in jobs]

    def kept(self, name: str, *columns: str) -> Any:
        """What stands in ``columns`` of the job, as a tuple where they are several."""
        with self.database.reading() as session:
            row = session.execute(select(*(getattr(JobRow, name) for name in columns)).where(JobRow.id == name)).first()
        if row is None:
            raise StudioError("not_found")
        return row[0] if len(columns) == 1 else tuple(row)

    def change(self, name: str, *, by: Lease | None = None, **columns: Any) -> None:
        """Write these columns of a job, and when.

        Raises :class:`LeaseLostError` where that is done ``by`` one that was lost. Where it is asked to end in
        another state, one that is under way does not become its state again.
        """
        with self.database.writing(alone=False) as session:
            if by is not None and self.leases.check(session, by) and columns.get("state") in UNDER_WAY:
                del columns["state"]
            session.execute(update(JobRow).where(JobRow.id == name).values(**{"updated": now(), **columns}))

    def take(self, name: str, *, force: bool = False, again: bool = False) -> Lease | None:
        """The lease of a job that is under way; ``again`` also of one that was stopped or has failed.

        ``force`` takes it from its present holder, and one that is done, too. ``None`` where another process has it, or
        it is no longer wanted.
        """
        self.leases.show()
        try:
            with self.database.writing(alone=False) as session:
                # The lease first, as everywhere: so no two wait for each other.
                lease = self.leases.take_in(session, name, force=force)
                found = session.execute(select(JobRow.state, JobRow.deleted).where(JobRow.id == name)).first()
                if lease is None or found is None or found.deleted is not None:
                    raise _NotTakenError
                if again and (force or found.state != "done"):
                    values = {"state": "queued", "error": None, "updated": now()}
                    session.execute(update(JobRow).where(JobRow.id == name).values(values))
                elif found.state not in UNDER_WAY:
                    raise _NotTakenError
        except _NotTakenError:
            return None
        return self.leases.keep(lease)

    def stop(self, name: str, state: str, *, by: Lease | None = None) -> None:
        """End a job in ``state``, whichever process works at it. Raises :class:`LeaseLostError` as :meth:`change`."""
        with self.database.writing(alone=False) as session:
            if by is not None:
                self.leases.check(session, by)
            self.leases.ask(session, name, state)
            session.execute(update(JobRow).where(JobRow.id == name).values(state=state, updated=now()))

    def listed(self, owner: str, wanted: Wanted) -> tuple[list[Job], int]:
        """Jobs of ``owner``, the newest first, and how many there are of that kind altogether; no parts of books."""
        chosen = select(JobRow).where(JobRow.owner == owner, JobRow.book_id.is_(None))
        when: Any = JobRow.deleted if wanted.deleted else JobRow.created
        if wanted.deleted:  # what went with its project or book comes back with it
            gone = select(ProjectRow.id).where(ProjectRow.deleted.is_not(None))
            gone_too = gone.union(select(BookRow.id).where(BookRow.deleted.is_not(None)))
            chosen = chosen.where(JobRow.deleted.is_not(None))
            chosen = chosen.where(func.coalesce(JobRow.project_id, JobRow.id).not_in(gone_too))
        else:
            chosen = chosen.where(JobRow.deleted.is_(None))
        if wanted.project is not None:
            chosen = chosen.where(JobRow.project_id == wanted.project)
        if wanted.states:
            chosen = chosen.where(JobRow.state.in_(wanted.states))
        if wanted.favourite is not None:
            chosen = chosen.where(JobRow.favourite.is_(wanted.favourite))
        if wanted.search:
            chapter = select(ChapterRow.number).where(ChapterRow.book_id == JobRow.id)
            of_book = chapter.where(found(wanted.search, ChapterRow.text)).exists()
            own = found(wanted.search, JobRow.title, JobRow.request["text"].as_string())
            chosen = chosen.where(or_(own, of_book))
        with self.database.reading() as session:
            total = session.scalar(chosen.with_only_columns(func.count())) or 0
            if wanted.before is not None:
                at = self._row(session, wanted.before, owner, deleted=True)
                edge = at.deleted if wanted.deleted else at.created
                if edge is None:
                    raise invalid("before", *_PUT_BACK)
                chosen = chosen.where(when <= edge).where(or_(when < edge, (when == edge) & (JobRow.id < at.id)))
            rows = session.scalars(chosen.order_by(when.desc(), JobRow.id.desc()).limit(wanted.limit))
            return self._attended(session, [self.job_of(row) for row in rows]), total

    def parts_of(self, book: str) -> list[Job]:
        """The parts of a book that are jobs by now, in their order."""
        chosen = select(JobRow).where(JobRow.book_id == book, JobRow.deleted.is_(None))
        with self.database.reading() as session:
            return [self.job_of(row) for row in session.scalars(chosen.order_by(JobRow.chapter, JobRow.part))]

    def drop(self, names: Iterable[str], *, by: Lease | None = None) -> None:
        """Remove these jobs for good. Raises :class:`LeaseLostError` as :meth:`change`."""
        for name in names:
            with self.database.writing(alone=False) as session:
                if by is not None:
                    self.leases.check(session, by)
                session.execute(delete(JobRow).where(JobRow.id == name))

    def under_way(self) -> list[Job]:
        """Jobs of all owners that are neither done nor stopped, the oldest first."""
        chosen = select(JobRow).where(JobRow.state.in_(UNDER_WAY), JobRow.deleted.is_(None)).order_by(JobRow.created)
        with self.database.reading() as session:
            return [self.job_of(row) for row in session.scalars(chosen)]

    def counts(self) -> dict[str, int]:
        """How many jobs there are of each state, without parts of books; none before the file is first used."""
        if self._database is None:
            return {}
        chosen = select(JobRow.state, func.count()).where(JobRow.deleted.is_(None), JobRow.book_id.is_(None))
        with self.database.reading() as session:
            return dict(session.execute(chosen.group_by(JobRow.state)).tuples().all())

    def waits_since(self) -> float | None:
        """When the job that has been waiting for the longest was put into the queue; ``None`` where none waits."""
        if self._database is None:
            return None
        waiting = (JobRow.state == "queued", JobRow.deleted.is_(None), JobRow.book_id.is_(None))
        with self.database.reading() as session:
            return session.scalar(select(func.min(JobRow.updated)).where(*waiting))

    def sounds_to_keep(self) -> set[str]:
        """The names of all sounds of jobs that are kept, favourites, or not done yet; of a book those of its parts."""
        stays = or_(JobRow.kept, JobRow.favourite, JobRow.state.in_(("queued", "running", "paused")))
        dear = select(BookRow.id).where(BookRow.favourite, BookRow.deleted.is_(None))
        whole = select(JobRow.id).where(JobRow.kind == "book", stays, JobRow.deleted.is_(None)).union(dear)
        stays = or_(stays, JobRow.book_id.in_(whole))
        with self.database.reading() as session:
            rows: Iterable[list[str]] = session.scalars(select(JobRow.keys).where(stays, JobRow.deleted.is_(None)))
            return {key for keys in rows for key in keys if key}

    def forget(self, deleted_before: float) -> int:
        """Remove for good what was deleted before that time; how many jobs that were."""
        with self.database.writing() as session:
            done = session.execute(delete(JobRow).where(JobRow.deleted < deleted_before))
            return int(getattr(done, "rowcount", 0))

    def _row(self, session: Any, name: str, owner: str | None, deleted: bool) -> JobRow:
        row: JobRow | None = session.get(JobRow, name)
        if row is None or (owner is not None and row.owner != owner) or (row.deleted is not None and not deleted):
            raise StudioError("not_found")
        return row

    def job_of(self, row: JobRow) -> Job:
        """The job that stands in that row."""
        return Job(
            id=row.id,
            owner=row.owner,
            dub=row.kind == "book" and _is_dub(row),
            kind=row.kind,  # type: ignore[arg-type]  # only these kinds are ever written
            title=row.title,
            project=row.project_id,
            state=row.state,  # type: ignore[arg-type]  # as above
            segments_done=row.segments_done,
            segments_total=row.segments_total,
            duration_s=row.duration_s,
            sample_rate=self.rate,
            engine=row.engine,
            reason=None if row.reason is None else Bilingual(*row.reason),
            error=error_of(row.error),
            favourite=row.favourite,
            kept=row.kept,
            created=row.created,
            started=row.started,
            updated=row.updated,
            live=row.live,
            before=row.before,
            format=row.format,
            warnings=tuple(error for one in row.warnings if (error := error_of(one)) is not None),
            stages=tuple((str(name), float(seconds)) for name, seconds in row.stages),
            cached=row.cached,
            work_s=row.work_s,
            share=row.share if row.state in UNDER_WAY else None,
            left_s=row.left_s if row.state in UNDER_WAY else None,
            waits=error_of(row.waits) if row.state in UNDER_WAY else None,
            book=row.book_id,
            chapter=row.chapter,
            number=row.part,
            hash=row.hash,
            rights=row.rights,
            deleted=row.deleted,
        )


def _is_dub(row: JobRow) -> bool:
    """Whether what the book of that job was made from, or how it is spoken, is that of subtitles."""
    session = object_session(row)
    book = None if session is None else session.get(BookRow, row.id)
    return book is not None and (bool(book.options.get("fit")) or Path(book.source).suffix.lower() in SUBTITLES)
