"""Lists of very many jobs read what they show, and an index for the rest."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from indextts.works.db.database import JobRow
from indextts.works.db.model import Wanted, new_id
from indextts.works.db.records import Records
from tests.support import postgres

pytestmark = pytest.mark.skipif(bool(os.environ.get(postgres.VARIABLE)), reason="it is about a file")


@pytest.fixture
def records(tmp_path: Path) -> Records:
    made = Records(tmp_path / "works.sqlite3")
    with made.database.writing() as session:
        for number in range(30):
            book = "a book" if number % 3 == 2 else None
            session.add(
                JobRow(id=f"{number:02}", owner="local", kind="speech", created=number, updated=1.0, book_id=book)
            )
        session.add(JobRow(id=new_id(), owner="other", kind="speech", created=1.0, updated=1.0))
        session.add(JobRow(id=new_id(), owner="local", kind="speech", created=1.0, updated=1.0, deleted=2.0))
    return made


def plans(records: Records, work: Callable[[], object]) -> list[str]:
    """How SQLite answers each question that ``work`` asks."""
    asked: list[tuple[str, Any]] = []

    def note(*happened: Any) -> None:
        asked.append((str(happened[2]), happened[3]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with sqlite3.connect(records.path) as connection:
        return [
            "; ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {words}", values))
            for words, values in asked
            if words.startswith("SELECT")
        ]


def test_a_list_is_counted_and_ordered_by_an_index(records: Records) -> None:
    found, total = records.listed("local", Wanted(limit=3))
    assert ([job.id for job in found], total) == (["28", "27", "25"], 20)
    counted, listed, attended = plans(records, lambda: records.listed("local", Wanted(limit=3)))
    assert "COVERING INDEX job_listed" in counted
    assert "INDEX job_listed" in listed and "TEMP B-TREE" not in listed
    assert attended.startswith("SEARCH lease USING INDEX"), "whoever works at those that are shown, and no others"


def test_a_page_further_down_goes_on_where_the_last_ended(records: Records) -> None:
    found, total = records.listed("local", Wanted(limit=3, before="25"))
    assert ([job.id for job in found], total) == (["24", "22", "21"], 20)
    *_, listed, _ = plans(records, lambda: records.listed("local", Wanted(limit=3, before="25")))
    assert "INDEX job_listed" in listed and "created<" in listed and "TEMP B-TREE" not in listed


def test_jobs_are_counted_by_their_states_without_a_look_at_them(records: Records) -> None:
    assert records.counts() == {"queued": 21}
    assert ["COVERING INDEX job_counted" in plan for plan in plans(records, records.counts)] == [True]
