"""What SQLite and PostgreSQL do differently: how they are opened, begin, tell the time, and refuse.

Statements are the same for both; a transaction that writes is :meth:`WorksDatabase.writing` for both.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine, Float, create_engine, event, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    PendingRollbackError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.functions import FunctionElement

from indextts.model.errors import StudioError
from indextts.platform.storage.copies import cut_off, is_damage
from indextts.platform.storage.database import LOOK_AGAIN_S, identity, read_only, refusal, write_ahead
from indextts.platform.storage.files import own_file, own_folder, writing
from indextts.works.db.migrations import check_form
from indextts.works.db.search import teach

Migrations = tuple[Callable[[Connection], None], ...]

SCHEME: Final = "postgresql"
_OURS: Final = (sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.IntegrityError)
"""What SQLite refuses because this program asks wrongly."""
_WRITERS: Final = 0x1D7ACE
_MIGRATING: Final = 0x1D7ACF
"""Numbers of PostgreSQL's advisory locks: for writes that belong together, and for changes of tables."""
_CONNECT_S: Final = 5
_LOCK_MS: Final = 10_000
_AGAIN_S: Final = 5
_BUSY: Final = frozenset({"55P03", "40P01", "40001", "40003", "53200", "53300", "57014"})
"""PostgreSQL's codes for what waiting helps against: locks, deadlocks, two that changed the same, too many at once."""
_FULL: Final = frozenset({"53100"})
_CLOSED: Final = frozenset({"42501"})
"""What this user may not do there."""
_AWAY: Final = ("08", "57", "58", "25P02", "25P03", "25006", "XX")
"""How codes begin of a server that ends, starts, has changed into the one that only reads, or lost a connection in the
middle of a transaction, and of one whose own disk has failed."""
_NOTICED: Final = {"keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 3, "tcp_user_timeout": 15_000}
"""So that a machine that has vanished without a word is noticed within seconds, not after the system's quarter hour."""


class DatabaseClock(FunctionElement[float]):
    """Seconds since 1970 by the database's own clock, at this moment and not at the beginning of the transaction."""

    type = Float()
    inherit_cache = True


@compiles(DatabaseClock, "sqlite")
def _sqlite_clock(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(DatabaseClock, "postgresql")
def _postgresql_clock(*_: Any, **__: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"


class Backend(Protocol):
    """A kind of database at a place of its own."""

    shared: bool
    """Whether other machines may have it, too."""
    suspect: bool
    """Whether it has said that its file is damaged; a server looks after its own."""

    def is_current(self) -> bool:
        """Whether what was opened is still what is there."""

    def open(self, migrations: Migrations) -> Engine:
        """Open it, in its present form. Raises :class:`StudioError`, and what :meth:`refusal` knows."""

    def begin_alone(self, connection: Connection) -> None:
        """Wait until no other writes what belongs together."""

    def size(self, connection: Connection) -> int:
        """Bytes on the disk, without what is free to be used again where that is known."""

    def refusal(self, error: Exception) -> StudioError | None:
        """``error`` as one that says what to do; ``None`` for a fault of this program."""


class SqliteBackend:
    """A file, for the processes of one machine."""

    shared = False

    def __init__(self, path: Path, busy_s: float) -> None:
        self._path = path
        self._busy_s = busy_s
        self._file: tuple[int, int] | None = None
        self._read_only_since: float | None = None
        self.suspect = False

    def is_current(self) -> bool:
        since = self._read_only_since
        if since is not None and time.monotonic() - since >= LOOK_AGAIN_S:
            return False
        with writing(self._path):
            return self._file == identity(self._path)

    def open(self, migrations: Migrations) -> Engine:
        """Of a file on a disk that cannot be written, what is there can still be read."""
        try:
            engine, self._read_only_since = self._open_to_write(migrations), None
        except (StudioError, DBAPIError) as error:
            told = error if isinstance(error, StudioError) else self.refusal(error)
            if told is None or told.code != "not_writable" or not self._path.is_file():
                raise
            engine, self._read_only_since = self._open_to_read(len(migrations), told), time.monotonic()
        self._file = identity(self._path)
        return engine

    def _open_to_read(self, newest: int, refused: StudioError) -> Engine:
        """Raises ``refused`` where the file would have to be brought to the present form first."""
        engine = create_engine("sqlite://", creator=lambda: read_only(self._path), poolclass=QueuePool)
        event.listen(engine, "connect", lambda connection, _: teach(connection))
        event.listen(engine, "begin", _begin)
        try:
            with engine.connect() as connection:
                if _version(connection) != newest:
                    raise refused
        except BaseException as error:
            engine.dispose()
            raise refused from error
        return engine

    def _open_to_write(self, migrations: Migrations) -> Engine:
        with writing(self._path):
            if cut_off(self._path):
                self.suspect = True
                raise StudioError("library_unusable", path=self._path, reason="the file is empty")
            own_folder(self._path.parent)
            own_file(self._path)
        engine = create_engine(f"sqlite:///{self._path.absolute()}", connect_args={"timeout": self._busy_s})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        try:
            self._migrate(engine, migrations)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _migrate(self, engine: Engine, migrations: Migrations) -> None:
        newest = len(migrations)
        with engine.connect() as connection:
            if _version(connection) == newest:
                return
        with engine.execution_options(immediate=True).begin() as connection:
            version = _version(connection)
            check_form(self._path, version, newest)
            for migrate in migrations[version:]:
                migrate(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {newest}")

    def begin_alone(self, connection: Connection) -> None:
        """Nothing to wait for any more: the transaction began as the one that writes."""

    def size(self, connection: Connection) -> int:
        """The pages in use, without those that deleted rows have left."""
        pages, free, bytes_each = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * bytes_each

    def refusal(self, error: Exception) -> StudioError | None:
        told = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(told, sqlite3.Error) or isinstance(told, _OURS):
            return None
        self.suspect = self.suspect or is_damage(told)
        return refusal(self._path, told)


class PostgresBackend:
    """A server's database, for the processes of many machines."""

    shared = True

    def __init__(self, address: str) -> None:
        self.suspect = False
        try:
            self._url = make_url(address)
            if self._url.get_backend_name() != SCHEME:
                raise ValueError(address)
        except Exception as error:  # the address may hold a password, so that it is not repeated
            raise StudioError("database_address") from error

    @property
    def place(self) -> str:
        """Its address without the password."""
        return self._url.set(query={}).render_as_string(hide_password=True)

    def is_current(self) -> bool:
        return True

    def open(self, migrations: Migrations) -> Engine:
        engine = self._engine()
        try:
            self._migrate(engine, migrations)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def look(self, newest: int) -> None:
        """See that it lets this program work in it, and change nothing there. Raises :class:`StudioError`."""
        engine = self._engine()
        try:
            with engine.connect() as connection:
                ask = connection.exec_driver_sql
                if ask("SELECT to_regclass('form')").scalar() is None:
                    may = ask("SELECT has_schema_privilege(current_schema(), 'CREATE')").scalar()
                    if not may:
                        raise self._closed()
                else:
                    version = ask("SELECT max(version) FROM form").scalar() or 0
                    check_form(Path(self._url.database or SCHEME), version, newest)
        except SQLAlchemyError as error:
            told = self.refusal(error)
            if told is None:
                raise
            raise told from error
        finally:
            engine.dispose()

    def _closed(self) -> StudioError:
        return StudioError("database_rights", place=self.place)

    def _engine(self) -> Engine:
        given = {"connect_timeout": _CONNECT_S, **_NOTICED, **self._url.query}
        options = f"{given.get('options', '')} -c lock_timeout={_LOCK_MS}".strip()
        try:
            return create_engine(
                self._url.set(query={}),
                connect_args={**given, "options": options},
                pool_size=8,
                max_overflow=24,
                pool_pre_ping=True,
                pool_use_lifo=True,
            )
        except (ImportError, NoSuchModuleError) as error:
            raise StudioError("database_package") from error

    def _migrate(self, engine: Engine, migrations: Migrations) -> None:
        newest = len(migrations)
        with engine.begin() as connection:
            # Held until the end of the transaction: of processes that start together, one makes the tables.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS form (version INTEGER NOT NULL)")
            version = connection.exec_driver_sql("SELECT max(version) FROM form").scalar() or 0
            check_form(Path(self._url.database or SCHEME), version, newest)
            for migrate in migrations[version:]:
                migrate(connection)
            if version != newest:
                connection.exec_driver_sql("DELETE FROM form")
                connection.exec_driver_sql(f"INSERT INTO form VALUES ({newest})")

    def begin_alone(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")

    def size(self, connection: Connection) -> int:
        """All of the database's files."""
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())

    def refusal(self, error: Exception) -> StudioError | None:
        if isinstance(error, DataError) or (isinstance(error, DBAPIError) and "NUL" in str(error.orig)):
            return StudioError("not_found")  # a name or a search with a character that nothing stored can have
        if isinstance(error, PoolTimeoutError):
            return StudioError("library_busy", retry_after_s=_AGAIN_S, path=self.place)
        away = StudioError("database_away", retry_after_s=_AGAIN_S, place=self.place)
        if not isinstance(error, DBAPIError):
            return away if isinstance(error, PendingRollbackError) else None
        code = getattr(error.orig, "sqlstate", None) or ""
        if code in _BUSY:
            return StudioError("library_busy", retry_after_s=_AGAIN_S, path=self.place)
        if code in _CLOSED:
            return self._closed()
        if code in _FULL:
            return StudioError("disk_full", path=self.place)
        if code.startswith(_AWAY) or error.connection_invalidated or isinstance(error, OperationalError):
            return away
        return away if isinstance(error, InterfaceError) and not code else None


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    """Leave transactions to :func:`_begin`: Python's own ones would begin too late, after the first statement."""
    connection.isolation_level = None
    teach(connection)
    write_ahead(connection)


def _begin(connection: Connection) -> None:
    # A writer takes its place at once: one that has read first could be refused in the middle.
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
