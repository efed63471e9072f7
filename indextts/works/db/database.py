"""The database of all works: projects, books and jobs, in ``works.sqlite3`` or on a PostgreSQL server.

    database = WorksDatabase(config.works_path / "works.sqlite3", address=config.works.database)
    with database.writing() as session:
        session.add(ProjectRow(id=new_id(), owner="local", …))

Imported where it is needed first: SQLAlchemy takes a moment, and the port answers before it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Final

from sqlalchemy import JSON, Engine, Index, String, TypeDecorator, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from indextts.model.errors import StudioError
from indextts.works.db.backends import Backend, Migrations, PostgresBackend, SqliteBackend
from indextts.works.db.migrations import MIGRATIONS
from indextts.works.db.presence import Presence

_UNREACHED: Final = frozenset({"database_away", "database_package"})
_UNREADABLE: Final = _UNREACHED | {"not_writable", "library_unusable"}


class _Name(TypeDecorator[str]):
    """An id. What a caller takes for one may hold what no database can be asked for: then it is nobody's."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:
        return value and value.encode("utf-8", "replace").decode().replace("\0", "?")


Id = Annotated[str, "id"]


class Row(DeclarativeBase):
    """What all tables share; times are seconds since 1970."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it so
        Id: _Name,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


_LISTED: Final = text("deleted IS NULL AND book_id IS NULL")
"""Which jobs lists show; as migrations have it."""


class ProjectRow(Row):
    """A text that a person works on, with all that belongs to it."""

    __tablename__ = "project"
    __table_args__ = (Index("project_of_owner", "owner", "updated"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    owner: Mapped[str]
    """Whose it is (:mod:`indextts.service.owner`)."""
    name: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="", deferred=True)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    speakers: Mapped[dict[str, Any] | None]
    dictionary: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    editor: Mapped[bytes | None] = mapped_column(deferred=True)
    """The plan that is being edited, as the editor keeps it."""
    revision: Mapped[int] = mapped_column(default=1)
    favourite: Mapped[bool] = mapped_column(default=False)
    created: Mapped[float]
    updated: Mapped[float]
    deleted: Mapped[float | None]


class JobRow(Row):
    """Something that is spoken, or was."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_of_owner", "owner", "created"),
        Index("job_by_state", "state"),
        Index("job_of_book", "book_id", "chapter", "part"),
        Index(
            "job_listed", "owner", "created", "id", "deleted", "book_id",
            sqlite_where=_LISTED, postgresql_where=_LISTED,
        ),
        Index("job_counted", "deleted", "book_id", "state", sqlite_where=_LISTED, postgresql_where=_LISTED),
    )  # fmt: skip

    id: Mapped[Id] = mapped_column(primary_key=True)
    owner: Mapped[str]
    project_id: Mapped[Id | None] = mapped_column(index=True)
    kind: Mapped[str]
    """``speech``, ``plan`` or ``book``."""
    title: Mapped[str] = mapped_column(default="")
    request: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    """``text``, ``settings``, ``speakers``."""
    format: Mapped[str] = mapped_column(default="wav")
    plan: Mapped[bytes | None] = mapped_column(deferred=True)
    """JSON, packed by zlib: what was given for a ``plan``; the spoken plan once it is done."""
    segments: Mapped[bytes | None] = mapped_column(deferred=True)
    """JSON, packed by zlib: what players are told of each segment that is spoken."""
    before: Mapped[str | None]
    """The job that this one is an edit of."""
    live: Mapped[bool] = mapped_column(default=False)
    """Whether a client waits for it: then it takes its turns like any request."""
    state: Mapped[str] = mapped_column(default="queued")
    segments_total: Mapped[int] = mapped_column(default=0)
    segments_done: Mapped[int] = mapped_column(default=0)
    duration_s: Mapped[float] = mapped_column(default=0.0)
    engine: Mapped[str] = mapped_column(default="")
    reason: Mapped[list[Any] | None]
    """Why another engine has spoken than was asked for, in English and Chinese."""
    stages: Mapped[list[Any]] = mapped_column(default=list)
    """Names and seconds."""
    cached: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    error: Mapped[dict[str, Any] | None]
    keys: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    """Its sounds in order, by their names in the store; empty for a segment that has none."""
    favourite: Mapped[bool] = mapped_column(default=False)
    kept: Mapped[bool] = mapped_column(default=False)
    created: Mapped[float]
    started: Mapped[float | None]
    updated: Mapped[float]
    work_s: Mapped[float] = mapped_column(default=0.0)
    share: Mapped[float | None]
    """Of one under way: how much of it was done when that was last written down …"""
    left_s: Mapped[float | None]
    """… how many seconds it was going to take yet …"""
    waits: Mapped[dict[str, Any] | None]
    """… and what it waits for, where that comes back by itself."""
    rights: Mapped[dict[str, Any] | None]
    """What spoke and decided, and whether each may be used commercially; nothing while it is not spoken whole."""
    deleted: Mapped[float | None]
    book_id: Mapped[Id | None]
    """The book that it is a part of: such a job is in no list. A book's own job has its id and stands for itself."""
    chapter: Mapped[int | None]
    """Its number in that book, from 1 on …"""
    part: Mapped[int | None]
    """… and which part of the chapter it is, from 0 on."""
    hash: Mapped[str | None]
    """Of all that a part was asked for: one that has it already is not spoken again."""
    doubts: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    """Of a part: the places that a person should listen to, as :class:`indextts.books.proof.Doubt` tells them, and of
    its ``segments`` where each begins, in its text and in its sound."""
    cues: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    """Of a part that has cues: ``begin_s`` and how each came out (:class:`indextts.books.dubbing.DubbedCue`)."""


class BookRow(Row):
    """A long text in chapters, with all that says how it is to sound."""

    __tablename__ = "book"
    __table_args__ = (Index("book_of_owner", "owner", "updated"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    """Also that of its job, once it has one."""
    owner: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    """``zh``, ``en`` or empty."""
    source: Mapped[str] = mapped_column(default="")
    """The name of the file, or the address, that it was read from."""
    content: Mapped[str] = mapped_column(default="")
    """The SHA-256 of that file."""
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Publisher, date …: what the file says of itself."""
    cover: Mapped[bytes | None] = mapped_column(deferred=True)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cast: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Roles by the names of the characters; the empty name is the narrator."""
    words: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    """Entries of a dictionary of its own."""
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    """Bookmarks and the playback position."""
    settled: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    """The ids of doubts that a person has found right as they are, and who was removed from the cast."""
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    """In English and Chinese."""
    revision: Mapped[int] = mapped_column(default=1)
    favourite: Mapped[bool] = mapped_column(default=False)
    created: Mapped[float]
    updated: Mapped[float]
    deleted: Mapped[float | None]


class ChapterRow(Row):
    """A chapter of a book."""

    __tablename__ = "chapter"

    book_id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 1 on, without gaps."""
    title: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="body")
    on: Mapped[bool] = mapped_column(default=True)
    """Whether it is spoken."""
    level: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(default="", deferred=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    """``quotations``, ``timed``, ``fixes``."""
    characters: Mapped[int] = mapped_column(default=0)
    """Of the text, as all counts below: a list of chapters needs no texts."""
    quotations: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[int] = mapped_column(default=0)


class MusicRow(Row):
    """A person's own music in a book."""

    __tablename__ = "book_music"

    book_id: Mapped[Id] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    """``intro``, ``outro`` or ``chime``."""
    name: Mapped[str]
    """Of the file that it was read from."""
    content: Mapped[str]
    """The SHA-256 of …"""
    data: Mapped[bytes] = mapped_column(deferred=True)
    """… what was read of it, as FLAC."""
    duration_s: Mapped[float]


class LeaseRow(Row):
    """The worker of a job, or of other exclusive work, and until when it holds it
    (:mod:`indextts.works.db.leases`).

    One that was given back stays, for its ``token``.
    """

    __tablename__ = "lease"
    __table_args__ = (Index("lease_of_worker", "worker"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    """The id of the job."""
    worker: Mapped[str] = mapped_column(default="")
    """Empty while the lease is free."""
    token: Mapped[int] = mapped_column(default=0)
    """Number of holders so far; it only grows."""
    until: Mapped[float] = mapped_column(default=0.0)
    """By the database's clock."""
    wish: Mapped[str] = mapped_column(default="")
    """The state in which the worker should end the job, where another process was asked for that."""


class WorksDatabase:
    """A file or a server, opened when it is first needed. Thread-safe; one writer at a time in this process."""

    def __init__(
        self,
        path: Path,
        *,
        address: str = "",
        busy_s: float = 5.0,
        migrations: Migrations = MIGRATIONS,
        presence: Presence | None = None,
    ) -> None:
        """The file at ``path``, or what is at ``address``; ``busy_s`` is how long a write waits for other processes.

        ``presence`` hears whether it can be reached. Raises :class:`StudioError` ``database_address``.
        """
        self.path = path
        self._presence = presence or Presence("database")
        self._backend: Backend = PostgresBackend(address) if address else SqliteBackend(path, busy_s)
        self._migrations = migrations
        self._lock = threading.Lock()
        self._writer = threading.RLock()
        self._engine: Engine | None = None

    @property
    def shared(self) -> bool:
        """Whether other machines may have it, too."""
        return self._backend.shared

    @property
    def suspect(self) -> bool:
        """Whether it has said that its file is damaged."""
        return self._backend.suspect

    @suspect.setter
    def suspect(self, value: bool) -> None:
        self._backend.suspect = value

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    def size(self) -> int:
        """Bytes that what is kept in it takes on the disk, approximately. Raises :class:`StudioError`."""
        with self.reading() as session:
            return self._backend.size(session.connection())

    def replaced(self, work: Callable[[], object]) -> None:
        """Let ``work`` replace this file while no process writes to it."""
        with self._writer:
            self.close()
            work()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of it. Raises :class:`StudioError`."""
        with self._telling(reading=True):
            engine = self._open()
            if self.shared:
                engine = engine.execution_options(isolation_level="REPEATABLE READ")
            with Session(engine) as session:
                yield session

    @contextmanager
    def writing(self, *, alone: bool = True) -> Iterator[Session]:
        """A session inside a transaction: all that is done in the block, or nothing. Raises :class:`StudioError`.

        What is read in it stays true until its end. Where that does not matter, or rows are locked for it, ``alone``
        need not be: then writers on one server do not wait for each other.
        """
        with self._telling(), nullcontext() if self.shared else self._writer:
            engine = self._open().execution_options(immediate=True)
            with Session(engine, expire_on_commit=False) as session, session.begin():
                connection = session.connection()  # the transaction begins here, not at the first statement
                if alone:
                    self._backend.begin_alone(connection)
                yield session

    def probe(self) -> None:
        """Ask it for nothing. Raises :class:`StudioError` while it does not answer."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def harden(self) -> None:
        """Bring what was written so far onto the disk itself: a cut of the power after that takes nothing away."""
        if self.shared:
            return  # as each of its transactions has
        with self._telling():
            with self._open().connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # type: ignore[union-attr]
            # The next write begins the log anew, and waits for the disk: not that of a person who waits for a sound.
            with self.writing() as session:
                session.connection().exec_driver_sql(f"PRAGMA user_version = {len(self._migrations)}")

    def _open(self) -> Engine:
        with self._lock:
            if self._engine is not None and self._backend.is_current():
                return self._engine
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None
            self._engine = self._backend.open(self._migrations)
            return self._engine

    @contextmanager
    def _telling(self, *, reading: bool = False) -> Iterator[None]:
        """Turns refusals into errors that say what to do, and notes whether it can be reached."""
        since = self._presence.misses
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, StudioError) as error:
            told = error if isinstance(error, StudioError) else self._backend.refusal(error)
            # A file that can be read and not written is there: what cannot be written is told by whoever wants to.
            if told is not None and told.code in (_UNREADABLE if reading else _UNREACHED):
                self._presence.missed(told)
            if told is None or told is error:
                raise
            raise told from error
        self._presence.reached(since)
