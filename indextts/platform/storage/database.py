"""The library's file: SQLite, opened when it is first needed, brought to the present form, shared by threads."""

from __future__ import annotations

import functools
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Generic, TypeVar
from urllib.parse import quote

from indextts.model.errors import StudioError
from indextts.platform.storage.files import own_file, own_folder, writing

_AGAIN_S: Final = 2
_LOOK_S: Final = 0.02
LOOK_AGAIN_S: Final = 10.0
"""A file that could only be read is opened anew after so long: it may be written by then."""


_PARTS: Final = Path(__file__).with_name("library.sql")


@functools.cache
def migrations() -> tuple[str, ...]:
    """Statements, each of which bring the file from the version that is their place here to the next one."""
    return tuple(re.split(r"^-- version [0-9]+$", _PARTS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:])


Kept = TypeVar("Kept")
"""What is read."""


class Database:
    """One connection for all threads of this process; other processes may have their own."""

    def __init__(self, path: Path, *, busy_s: float = 5.0, parts: tuple[str, ...] | None = None) -> None:
        """``busy_s`` is how long a write waits for other processes; ``parts`` are other :func:`migrations`."""
        self.path = path
        self._busy_s = busy_s
        self._parts = migrations() if parts is None else parts
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._opened = 0
        self._read_only_since: float | None = None

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def state(self) -> tuple[int, int, int] | None:
        """Changes whenever what is stored may have changed, by whomever; ``None`` while there is no file."""
        with self._lock:
            if not self.path.exists():
                return None
            with self.reading() as connection:
                # SQLite counts what other connections write, and the total of changes what this one does.
                version = connection.execute("PRAGMA data_version").fetchone()[0]
                return self._opened, int(version), connection.total_changes

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone meanwhile. Raises :class:`StudioError`."""
        with self._lock, self._telling():
            yield self._open()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The same inside a transaction: all that is done in the block, or nothing. Raises :class:`StudioError`."""
        with self._lock, self._telling():
            connection = self._open(write=True)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _open(self, *, write: bool = False) -> sqlite3.Connection:
        if self._connection is not None and self._file == identity(self.path):
            since = self._read_only_since
            if since is None or not (write or time.monotonic() - since >= LOOK_AGAIN_S):
                return self._connection
        self.close()
        try:
            connection, self._read_only_since = self._open_to_write(), None
        except (sqlite3.Error, StudioError) as error:
            told = error if isinstance(error, StudioError) else refusal(self.path, error)
            if write or told.code != "not_writable" or not self.path.is_file():
                raise
            connection, self._read_only_since = self._open_to_read(told), time.monotonic()
        self._connection, self._file = connection, identity(self.path)
        self._opened += 1
        return connection

    def _open_to_write(self) -> sqlite3.Connection:
        with writing(self.path):
            own_folder(self.path.parent)
            own_file(self.path)
        connection = sqlite3.connect(self.path, timeout=self._busy_s, isolation_level=None, check_same_thread=False)
        try:
            write_ahead(connection)
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_to_read(self, refused: StudioError) -> sqlite3.Connection:
        """For a disk that cannot be written: what is there can still be read. Raises ``refused`` where it cannot."""
        connection = read_only(self.path)
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] != len(self._parts):
                raise refused
        except BaseException as error:
            connection.close()
            raise refused from error
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        newest = len(self._parts)
        if connection.execute("PRAGMA user_version").fetchone()[0] == newest:
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > newest:
                raise newer_form(self.path, version, newest)
            for statement in ";".join(self._parts[version:]).split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {newest}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turns SQLite's refusals into errors that say what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise refusal(self.path, error) from error


def write_ahead(connection: sqlite3.Connection) -> None:
    """Let others read while one writes, and wait as long as the connection does for a present writer.

    SQLite itself does not wait here: of two that open a new file at once, it refuses one immediately.
    """
    ends = time.monotonic() + connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= ends:
                raise
        time.sleep(_LOOK_S)
    connection.execute("PRAGMA synchronous = NORMAL")


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that makes no file and any thread may use, for a disk that cannot be written."""
    wal = path.with_name(f"{path.name}-wal")
    # Without the files beside it, SQLite reads only files that are declared immutable.
    whole = not wal.is_file() or wal.stat().st_size == 0
    address = f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' if whole else ''}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)


def identity(path: Path) -> tuple[int, int] | None:
    """Which file it is: one that was moved away or replaced is not written to unseen."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def refusal(path: Path, error: sqlite3.Error | OSError) -> StudioError:
    """What SQLite or the system refuses for the file at ``path``, as an error that says what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return StudioError("disk_full", path=path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StudioError("library_busy", retry_after_s=_AGAIN_S, path=path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
        return StudioError("not_writable", path=path, reason=str(error))
    return StudioError("library_unusable", path=path, reason=str(error))


def newer_form(path: Path, version: int, known: int) -> StudioError:
    """What is told of a file whose form this program does not know yet."""
    reason = f"it was written by a newer version of this program (form {version}, known {known})"
    return StudioError("library_unusable", path=path, reason=reason)


class Remembered(Generic[Kept]):
    """All rows of a table, read anew only after a change. Thread-safe."""

    def __init__(self, database: Database, read: Callable[[sqlite3.Connection], list[Kept]]) -> None:
        self._database = database
        self._read = read
        self._lock = threading.Lock()
        self._rows: list[Kept] = []
        self._state: object = None

    def rows(self) -> list[Kept]:
        """As they are now; none while there is no file."""
        state = self._database.state()
        if state is None:
            return []
        with self._lock:
            if self._state != state:
                with self._database.reading() as connection:
                    self._rows = self._read(connection)
                self._state = state
            return list(self._rows)
