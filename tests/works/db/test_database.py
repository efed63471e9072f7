"""The file of a person's works: its form, its transactions, and what it refuses."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, select

from indextts.model.errors import StudioError
from indextts.works.db.database import BookRow, ChapterRow, JobRow, ProjectRow, Row, WorksDatabase
from indextts.works.db.migrations import MIGRATIONS
from indextts.works.db.model import ID, new_id
from tests.support import postgres

on_a_file = pytest.mark.skipif(bool(os.environ.get(postgres.VARIABLE)), reason="it is about a file")


def job(owner: str = "local", **fields: object) -> JobRow:
    return JobRow(id=new_id(), owner=owner, kind="speech", created=1.0, updated=1.0, **fields)


def test_what_was_written_is_there_after_the_file_was_opened_anew(tmp_path: Path) -> None:
    database = WorksDatabase(tmp_path / "works" / "works.sqlite3")
    row = job(request={"text": "你好"}, plan=b"\0plan", keys=["a", ""])
    with database.writing() as session:
        session.add(row)
    database.harden()
    database.close()
    again = WorksDatabase(database.path)
    with again.reading() as session:
        found = session.scalars(select(JobRow)).one()
        assert (found.id, found.request, found.plan, found.keys) == (row.id, {"text": "你好"}, b"\0plan", ["a", ""])
        assert (found.state, found.segments_done, found.deleted) == ("queued", 0, None)
    again.close()


def test_a_block_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    database = WorksDatabase(tmp_path / "works.sqlite3")
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(job())
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.scalars(select(JobRow)).all() == []


@on_a_file
def test_the_file_has_the_columns_and_indices_that_the_tables_declare(tmp_path: Path) -> None:
    database = WorksDatabase(tmp_path / "works.sqlite3")
    with database.reading() as session:
        found = inspect(session.connection())
        for name, table in Row.metadata.tables.items():
            columns = {column["name"]: (str(column["type"]), column["nullable"]) for column in found.get_columns(name)}
            assert columns == {one.name: (str(one.type), one.nullable) for one in table.columns}
            assert {index["name"] for index in found.get_indexes(name)} == {index.name for index in table.indexes}


def test_an_older_file_is_brought_to_the_present_form_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "works.sqlite3"
    first = WorksDatabase(path)
    with first.writing() as session:
        session.add(ProjectRow(id="a", owner="local", created=1.0, updated=1.0))
    first.close()

    def fails(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE project ADD COLUMN colour VARCHAR")
        raise RuntimeError

    def colours(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE project ADD COLUMN colour VARCHAR NOT NULL DEFAULT 'red'")

    with pytest.raises(RuntimeError), WorksDatabase(path, migrations=(*MIGRATIONS, fails)).reading():
        pass
    second = WorksDatabase(path, migrations=(*MIGRATIONS, colours))
    with second.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT id, colour FROM project")
        assert [tuple(row) for row in rows] == [("a", "red")]
    second.close()
    with pytest.raises(StudioError, match="newer version") as told, WorksDatabase(path).reading():
        pass
    assert told.value.code == "library_unusable"


@on_a_file
def test_a_file_from_before_there_were_books_keeps_its_jobs_and_takes_books(tmp_path: Path) -> None:
    path = tmp_path / "works.sqlite3"
    first = WorksDatabase(path, migrations=MIGRATIONS[:1])
    old: dict[str, object] = {"id": "a", "owner": "local", "kind": "speech", "title": "Ἰλιάς", "request": "{}"}
    old |= {"format": "wav", "live": 0, "state": "done", "segments_total": 1, "segments_done": 1, "duration_s": 2.5}
    old |= {"engine": "", "stages": "[]", "cached": 0, "warnings": "[]", "keys": "[]", "favourite": 1, "kept": 0}
    old |= {"created": 1.0, "updated": 1.0, "work_s": 0.0}
    with first.writing() as session:
        statement = f"INSERT INTO job ({', '.join(old)}) VALUES ({', '.join('?' * len(old))})"
        session.connection().exec_driver_sql(statement, tuple(old.values()))
    first.close()
    second = WorksDatabase(path)
    with second.writing() as session:
        kept = session.get(JobRow, "a")
        assert kept is not None
        assert (kept.title, kept.favourite) == ("Ἰλιάς", True)
        assert (kept.book_id, kept.chapter, kept.part, kept.hash) == (None, None, None, None)
        assert (kept.doubts, kept.cues) == (None, None)
        session.add(BookRow(id="b", owner="local", title="红楼梦", created=1.0, updated=1.0))
        session.add(ChapterRow(book_id="b", number=1, text="第一回", on=False))
    second.close()
    with WorksDatabase(path).reading() as session:
        book, chapter = session.scalars(select(BookRow)).one(), session.scalars(select(ChapterRow)).one()
        assert (book.title, book.cast, book.words, book.settled, book.revision) == ("红楼梦", {}, [], [], 1)
        assert (chapter.text, chapter.on, chapter.kind, chapter.data) == ("第一回", False, "body", {})


@on_a_file
def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "works.sqlite3"
    path.write_bytes(b"these are no rows" * 1000)
    with pytest.raises(StudioError) as told, WorksDatabase(path).reading():
        pass
    assert told.value.code == "library_unusable"


@on_a_file
def test_a_file_that_another_process_writes_is_told_as_busy(tmp_path: Path) -> None:
    database = WorksDatabase(tmp_path / "works.sqlite3", busy_s=0.05)
    with database.writing() as session:
        session.add(job())
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StudioError) as told, database.writing():
        pass
    assert told.value.code == "library_busy"
    other.close()


def test_many_threads_can_write_at_the_same_time(tmp_path: Path) -> None:
    database = WorksDatabase(tmp_path / "works.sqlite3", busy_s=0.2)

    def write() -> None:
        for _ in range(20):
            with database.writing() as session:
                session.add(job())

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert len(session.scalars(select(JobRow.id)).all()) == 160


@on_a_file
def test_a_file_that_was_moved_away_is_begun_anew(tmp_path: Path) -> None:
    database = WorksDatabase(tmp_path / "works.sqlite3")
    with database.writing() as session:
        session.add(job())
    database.path.rename(tmp_path / "old.sqlite3")
    with database.writing() as session:
        session.add(job("second"))
        assert session.scalars(select(JobRow.owner)).all() == ["second"]


def test_an_id_can_stand_on_a_command_line() -> None:
    made = {new_id() for _ in range(2_000)}
    assert len(made) == 2_000 and not any(name.startswith("-") for name in made)
    assert all(re.fullmatch(ID, name) for name in made)
