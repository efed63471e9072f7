"""How the database of works came to its present form, step by step; in SQLite's words, which are turned into others'.

Written out, not made of the tables (:mod:`indextts.works.db.database`): those change, and what a released version has
made does not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.platform.storage.database import newer_form

if TYPE_CHECKING:
    from sqlalchemy import Connection


def _first_form(connection: Connection) -> None:
    _run(connection, _FIRST_FORM)


def _books(connection: Connection) -> None:
    _run(connection, _BOOKS)


def _music(connection: Connection) -> None:
    _run(connection, _MUSIC)


def _leases(connection: Connection) -> None:
    _run(connection, _LEASES)


def _lists(connection: Connection) -> None:
    _run(connection, _LISTS)


def _progress(connection: Connection) -> None:
    _run(connection, _PROGRESS)


def _rights(connection: Connection) -> None:
    _run(connection, "ALTER TABLE job ADD COLUMN rights JSON")


def _run(connection: Connection, script: str) -> None:
    if connection.dialect.name == "postgresql":
        script = script.replace(" BLOB", " BYTEA")
    for statement in script.split(";"):
        if statement.strip():
            connection.exec_driver_sql(statement)


_FIRST_FORM: Final = """
CREATE TABLE project (
    id VARCHAR NOT NULL PRIMARY KEY,
    owner VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    settings JSON NOT NULL,
    speakers JSON,
    dictionary JSON NOT NULL,
    editor BLOB,
    revision INTEGER NOT NULL,
    favourite BOOLEAN NOT NULL,
    created FLOAT NOT NULL,
    updated FLOAT NOT NULL,
    deleted FLOAT
);
CREATE INDEX project_of_owner ON project (owner, updated);
CREATE TABLE job (
    id VARCHAR NOT NULL PRIMARY KEY,
    owner VARCHAR NOT NULL,
    project_id VARCHAR,
    kind VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    request JSON NOT NULL,
    format VARCHAR NOT NULL,
    plan BLOB,
    segments BLOB,
    before VARCHAR,
    live BOOLEAN NOT NULL,
    state VARCHAR NOT NULL,
    segments_total INTEGER NOT NULL,
    segments_done INTEGER NOT NULL,
    duration_s FLOAT NOT NULL,
    engine VARCHAR NOT NULL,
    reason JSON,
    stages JSON NOT NULL,
    cached INTEGER NOT NULL,
    warnings JSON NOT NULL,
    error JSON,
    keys JSON NOT NULL,
    favourite BOOLEAN NOT NULL,
    kept BOOLEAN NOT NULL,
    created FLOAT NOT NULL,
    started FLOAT,
    updated FLOAT NOT NULL,
    work_s FLOAT NOT NULL,
    deleted FLOAT
);
CREATE INDEX job_of_owner ON job (owner, created);
CREATE INDEX job_by_state ON job (state);
CREATE INDEX ix_job_project_id ON job (project_id);
"""


_BOOKS: Final = """
ALTER TABLE job ADD COLUMN book_id VARCHAR;
ALTER TABLE job ADD COLUMN chapter INTEGER;
ALTER TABLE job ADD COLUMN part INTEGER;
ALTER TABLE job ADD COLUMN hash VARCHAR;
ALTER TABLE job ADD COLUMN doubts JSON;
ALTER TABLE job ADD COLUMN cues JSON;
CREATE INDEX job_of_book ON job (book_id, chapter, part);
CREATE TABLE book (
    id VARCHAR NOT NULL PRIMARY KEY,
    owner VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    about JSON NOT NULL,
    cover BLOB,
    settings JSON NOT NULL,
    "cast" JSON NOT NULL,
    words JSON NOT NULL,
    options JSON NOT NULL,
    notes JSON NOT NULL,
    settled JSON NOT NULL,
    warnings JSON NOT NULL,
    revision INTEGER NOT NULL,
    favourite BOOLEAN NOT NULL,
    created FLOAT NOT NULL,
    updated FLOAT NOT NULL,
    deleted FLOAT
);
CREATE INDEX book_of_owner ON book (owner, updated);
CREATE TABLE chapter (
    book_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    "on" BOOLEAN NOT NULL,
    level INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    data JSON NOT NULL,
    characters INTEGER NOT NULL,
    quotations INTEGER NOT NULL,
    unsure INTEGER NOT NULL,
    PRIMARY KEY (book_id, number)
);
"""

_MUSIC: Final = """
CREATE TABLE book_music (
    book_id VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    duration_s FLOAT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (book_id, place)
);
"""

_LEASES: Final = """
CREATE TABLE lease (
    name VARCHAR NOT NULL PRIMARY KEY,
    worker VARCHAR NOT NULL,
    token INTEGER NOT NULL,
    until FLOAT NOT NULL,
    wish VARCHAR NOT NULL
);
CREATE INDEX lease_of_worker ON lease (worker);
"""

_LISTS: Final = """
CREATE INDEX job_listed ON job (owner, created, id, deleted, book_id) WHERE deleted IS NULL AND book_id IS NULL;
CREATE INDEX job_counted ON job (deleted, book_id, state) WHERE deleted IS NULL AND book_id IS NULL;
"""
"""Of a million jobs, lists and counts read these alone: what a job holds is a hundred times as much. SQLite wants the
columns of the condition as well, or it looks at each job to see what the index has said."""

_PROGRESS: Final = """
ALTER TABLE job ADD COLUMN share FLOAT;
ALTER TABLE job ADD COLUMN left_s FLOAT;
ALTER TABLE job ADD COLUMN waits JSON;
"""

MIGRATIONS: Final[tuple[Callable[[Connection], None], ...]] = (
    _first_form,
    _books,
    _music,
    _leases,
    _lists,
    _progress,
    _rights,
)
"""Each brings the file from the version that is its place here to the next one; a released one is never changed."""


def check_form(path: Path, form: int, newest: int = len(MIGRATIONS)) -> None:
    """Raise :class:`StudioError` ``library_unusable`` for a file that a newer version has written."""
    if form > newest:
        raise newer_form(path, form, newest)
