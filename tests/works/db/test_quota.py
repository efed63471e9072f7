"""Takes beyond what may be kept go, the oldest first; what a person keeps, or works on, never does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indextts.model.errors import StudioError
from indextts.platform.serving_config import CacheConfig
from indextts.works.db.database import JobRow, WorksDatabase
from indextts.works.db.model import new_id
from indextts.works.db.quota import _size, check_room, left_for_sounds, trim
from indextts.works.projects.projects import ProjectLibrary
from tests.support import postgres
from tests.tiers import by_night

NOW = 10_000_000.0
DAY = 86_400.0


on_a_file = pytest.mark.skipif(bool(os.environ.get(postgres.VARIABLE)), reason="it is about a file")


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


def bare_size(database: WorksDatabase) -> int:
    """Bytes that a row without a plan is counted for."""
    add(database, "bare", plan=b"")
    with database.writing() as session:
        size = int(session.query(_size(JobRow)).filter(JobRow.title == "bare").scalar())
        session.query(JobRow).filter(JobRow.title == "bare").delete()
    return size


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
    "dear",
    by_night([{"favourite": True}, {"state": "paused"}, {"kept": True}, {"state": "running"}, {"state": "queued"}], 2),
)
def test_what_is_dear_to_somebody_never_goes_nor_counts(database: WorksDatabase, dear: dict[str, Any]) -> None:
    for age in range(3):
        add(database, f"dear {age}", created=NOW + age, plan=b"x" * 2_000_000, **dear)  # the newest: they would count
        add(database, f"dear old {age}", created=NOW - 10 * DAY - age, plan=b"x" * 2_000_000, **dear)
    add(database, "new")
    add(database, "old", created=NOW - 1)
    kept = [*(f"dear {age}" for age in range(3)), *(f"dear old {age}" for age in range(3)), "new"]
    assert sweep(database, takes_most=1, takes_disk_mb=1, takes_days=1) == kept


@pytest.mark.night
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
    kept.append(library.create("local").id)
    library.change("local", kept[-1], favourite=True)  # favourites never go
    with_take = library.create("local").id
    add(database, "take", project_id=with_take)
    fresh = ProjectLibrary(database, clock=lambda: NOW).create("local").id
    sweep(database)
    assert {one.id for one in library.list("local")[0]} == {*kept, with_take, fresh}


def test_the_bounds_themselves_are_within_what_is_kept(database: WorksDatabase) -> None:
    add(database, "aged", created=NOW - 10 * DAY)
    add(database, "older", created=NOW - 10 * DAY - 1)
    assert sweep(database, takes_days=10) == ["aged"]
    own = bare_size(database)
    add(database, "full", created=NOW, plan=b"x" * (2**20 - 1000 - 2 * own))
    assert sweep(database, takes_disk_mb=1) == ["aged", "full"]
    add(database, "more", created=NOW + 1, plan=b"x")
    assert sweep(database, takes_disk_mb=1) == ["full", "more"]


def test_what_is_deleted_already_does_not_count_and_a_books_parts_count_and_go_with_it(database: WorksDatabase) -> None:
    add(database, "deleted", created=NOW + 5, deleted=NOW, plan=b"x" * 2**20)
    with database.writing() as session:
        for name, created in (("new book", NOW), ("old book", NOW - 5)):
            fields = {"owner": "local", "state": "done", "created": created, "updated": NOW, "title": name}
            session.add(JobRow(id=name[:3].rjust(32, "0"), kind="book", plan=b"", **fields))
    for part in range(2):
        half = 2**18 - 2 * bare_size(database)
        add(database, f"new {part}", book_id="new".rjust(32, "0"), plan=b"x" * half, segments=b"y" * 2**18)
        add(database, f"old {part}", book_id="old".rjust(32, "0"))
    kept = ["deleted", "new 0", "new 1", "new book"]
    assert sweep(database, takes_disk_mb=2) == [*kept, "old 0", "old 1", "old book"]
    assert sweep(database, takes_disk_mb=1) == kept
    assert sweep(database, takes_most=1) == kept


@pytest.mark.night
def test_very_many_go_at_once(database: WorksDatabase) -> None:
    with database.writing() as session:
        fields = {"owner": "local", "state": "done", "updated": NOW, "kind": "speech", "plan": b""}
        session.add_all(JobRow(id=new_id(), title=f"{n:04}", created=NOW - n, **fields) for n in range(1003))
    assert sweep(database, takes_most=2) == ["0000", "0001"]


def test_what_stands_beside_a_plan_counts_as_well(database: WorksDatabase) -> None:
    for age in range(5):
        add(database, f"{age}", created=NOW - age, request={"text": "x" * 400_000}, stages=[["x" * 1000, 1.0]] * 20)
    assert sweep(database, takes_disk_mb=1) == ["0", "1"]


@on_a_file
def test_sounds_have_the_room_that_rows_leave(database: WorksDatabase) -> None:
    before = left_for_sounds(database, CacheConfig(works_mb=100))
    assert 99 * 2**20 < before <= 100 * 2**20
    add(database, "large", plan=bytes(10 * 2**20))
    assert 89 * 2**20 < left_for_sounds(database, CacheConfig(works_mb=100)) < 91 * 2**20
    assert left_for_sounds(database, CacheConfig(works_mb=5)) == 0
    with database.writing() as session:
        session.query(JobRow).delete()
    assert left_for_sounds(database, CacheConfig(works_mb=100)) > 99 * 2**20, "what is free is used again"


@on_a_file
def test_an_import_beyond_the_room_is_refused_and_one_within_is_not(database: WorksDatabase) -> None:
    add(database, "large", plan=bytes(50 * 2**20))
    check_room(database, CacheConfig(works_mb=100), 49 * 2**20)
    with pytest.raises(StudioError) as raised:
        check_room(database, CacheConfig(works_mb=100), 51 * 2**20)
    assert raised.value.code == "works_full"
    assert (raised.value.details["needed"], raised.value.details["limit"]) == (51, 100)
    check_room(database, CacheConfig(works_mb=0), 10 * 2**20)


@pytest.mark.parametrize("column", ["request", "keys", "stages", "warnings", "error", "reason", "doubts", "cues"])
def test_every_column_whose_size_is_a_files_counts(database: WorksDatabase, column: str) -> None:
    large = {"text": "x" * 1_200_000}
    value: object = {"reason": "x" * 1_200_000, "request": large, "error": large}.get(column, [large])
    add(database, "large", created=NOW - 1, **{column: value})
    add(database, "small", created=NOW)
    assert sweep(database, takes_disk_mb=1) == ["small"]
    assert sweep(database, takes_disk_mb=2) == ["small"]
