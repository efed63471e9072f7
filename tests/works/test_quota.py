"""Takes beyond what may be kept go, the oldest first; what a person keeps, or works on, never does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indextts.serving_config import CacheConfig
from indextts.works.database import JobRow, WorksDatabase, new_id
from indextts.works.projects import ProjectLibrary
from indextts.works.quota import trim

NOW = 10_000_000.0
DAY = 86_400.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[WorksDatabase]:
    database = WorksDatabase(tmp_path / "works.sqlite3")
    yield database
    database.close()


def add(database: WorksDatabase, title: str, **more: Any) -> None:
    fields = {"owner": "local", "state": "done", "created": NOW, "updated": NOW, "plan": b"x" * 1000, **more}
    with database.writing() as session:
        session.add(JobRow(id=new_id(), kind="speech", title=title, **fields))


def left(database: WorksDatabase) -> list[str]:
    with database.reading() as session:
        return sorted(row.title for row in session.query(JobRow))


def sweep(database: WorksDatabase, **limits: Any) -> list[str]:
    trim(database, CacheConfig(**limits), lambda: NOW)
    return left(database)


def test_beyond_a_number_the_oldest_go(database: WorksDatabase) -> None:
    for age in range(5):
        add(database, f"{age}", created=NOW - age)
    assert sweep(database, takes_most=3) == ["0", "1", "2"]


def test_beyond_an_age_all_go_and_without_one_none(database: WorksDatabase) -> None:
    for age in (0, 5, 50, 5000):
        add(database, f"{age:04}", created=NOW - age * DAY)
    assert sweep(database) == ["0000", "0005", "0050", "5000"]
    assert sweep(database, takes_days=10) == ["0000", "0005"]


def test_beyond_a_size_the_oldest_go(database: WorksDatabase) -> None:
    for age in range(5):
        add(database, f"{age}", created=NOW - age, plan=b"x" * 300_000, segments=b"y" * 100_000)
    assert sweep(database, takes_disk_mb=1) == ["0", "1"]


@pytest.mark.parametrize(
    "dear", [{"favourite": True}, {"kept": True}, {"state": "paused"}, {"state": "running"}, {"state": "queued"}]
)
def test_what_is_dear_to_somebody_never_goes_nor_counts(database: WorksDatabase, dear: dict[str, Any]) -> None:
    for age in range(3):
        add(database, f"dear {age}", created=NOW - 10 * DAY - age, plan=b"x" * 2_000_000, **dear)
    add(database, "new")
    add(database, "old", created=NOW - 1)
    kept = ["dear 0", "dear 1", "dear 2", "new"]
    assert sweep(database, takes_most=1, takes_disk_mb=1, takes_days=1) == kept


def test_takes_of_a_favourite_project_stay(database: WorksDatabase) -> None:
    library = ProjectLibrary(database)
    dear, other = library.create("local", text="一"), library.create("local", text="二")
    library.change("local", dear.id, favourite=True)
    add(database, "dear", project_id=dear.id, created=1.0)
    add(database, "other", project_id=other.id, created=1.0)
    assert sweep(database, takes_days=1) == ["dear"]


def test_visitors_cannot_push_out_what_is_made_at_this_machine(database: WorksDatabase) -> None:
    add(database, "mine", created=1.0)
    for number in range(4):
        add(database, f"theirs {number}", owner=f"visitor {number}", created=100.0 + number)
    assert sweep(database, takes_most=2) == ["mine", "theirs 2", "theirs 3"]


def test_a_project_with_nothing_in_it_goes_after_a_day(database: WorksDatabase) -> None:
    library = ProjectLibrary(database, clock=lambda: NOW - 2 * DAY)
    library.create("local")
    words = [{"word": "重庆", "reading": "chong2 qing4"}]
    kept = [library.create("local", **fields).id for fields in ({"text": "一"}, {"name": "二"}, {"dictionary": words})]
    with_take = library.create("local").id
    add(database, "take", project_id=with_take)
    fresh = ProjectLibrary(database, clock=lambda: NOW).create("local").id
    sweep(database)
    assert {one.id for one in library.list("local")[0]} == {*kept, with_take, fresh}
