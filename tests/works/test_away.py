"""A database that is away at the worst moments: no job fails or stops, and it goes on by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.exc import OperationalError

from indextts.model.errors import StudioError
from indextts.works.db.database import WorksDatabase
from indextts.works.db.presence import SAY_S, Presence
from indextts.works.db.records import Records
from tests.support.books import ended, manuscript, stories
from tests.support.restarted import OWNER, make
from tests.support.waiting import until
from tests.support.whole import WholeService

AWAY = StudioError("database_away", retry_after_s=5, place="postgresql://db/studio")


def sound(service: WholeService, book: str) -> np.ndarray:
    return np.concatenate([service.works.jobs.sound(OWNER, part.id) for part in service.works.records.parts_of(book)])


@pytest.mark.parametrize(
    "moment",
    [
        lambda columns: columns.get("state") == "done" and "plan" in columns,  # a part's end is written
        lambda columns: columns.get("state") == "done" and "plan" not in columns,  # the book's end is written
    ],
    ids=["the end of a part", "the end of the book"],
)
def test_a_database_away_when_an_end_is_written_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: Callable[[dict[str, Any]], bool]
) -> None:
    service = make(tmp_path / "away")
    jobs, change, away = service.works.jobs, Records.change, [False, False]
    session = WorksDatabase.reading

    def changing(self: Records, name: str, **columns: Any) -> None:
        if moment(columns) and not away[1]:
            away[:] = True, True
        if away[0]:
            self.presence.missed(AWAY)
            raise AWAY
        change(self, name, **columns)

    @contextmanager
    def reading(self: WorksDatabase) -> Iterator[Any]:
        if away[0]:
            raise AWAY
        with session(self) as one:
            yield one

    monkeypatch.setattr(Records, "change", changing)
    monkeypatch.setattr(WorksDatabase, "reading", reading)
    book = service.works.books.create(OWNER, manuscript())
    jobs.start_book(OWNER, book.id)
    until(lambda: away[1])
    until(lambda: jobs.get(OWNER, book.id).waits is not None)
    waits = jobs.get(OWNER, book.id)
    assert waits.state == "running" and waits.told("en")["waits"]["code"] == "waits_database"
    assert "正在等待数据库" in waits.told("zh")["waits"]["message"]
    assert [error.code for error in service.works.absent] == ["database_away"]
    away[0] = False
    assert ended(service, book.id).state == "done"
    assert service.works.absent == ()
    spoken = stories(tmp_path / "away")
    assert len(spoken) == len(set(spoken)) == 21, "nothing was spoken twice"
    other = make(tmp_path / "alone")
    same = other.works.books.create(OWNER, manuscript())
    other.works.jobs.start_book(OWNER, same.id)
    assert ended(other, same.id).state == "done"
    assert np.array_equal(sound(service, book.id), sound(other, same.id))
    service.close()
    other.close()


def test_an_absence_is_logged_when_it_begins_and_ends_and_once_a_minute_between(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    presence = Presence("database", clock=lambda: now[0])
    with caplog.at_level(logging.INFO):
        for _ in range(150):
            presence.missed(AWAY)
            now[0] += 1.0
        presence.reached()
        presence.reached()
    assert len(caplog.records) == 2 + int(149 // SAY_S)
    assert presence.error is None and presence.seen_s == 0.0


def test_a_use_that_began_before_an_absence_and_ends_in_it_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    presence = Presence("database", clock=lambda: 0.0)
    with caplog.at_level(logging.INFO):
        before = presence.misses
        presence.missed(AWAY)
        presence.reached(before)
        assert [presence.error, len(caplog.records)] == [AWAY, 1]
        presence.reached(presence.misses)
    assert [presence.error, len(caplog.records)] == [None, 2]


@pytest.mark.parametrize("state", ["57P01", "57P02", "57P03", "08006", "25P02", "25006", "58030", None])
@pytest.mark.parametrize("busy", ["40001", "40P01", "55P03", "53300"])
def test_what_a_server_says_while_it_ends_or_begins_is_an_absence(state: str | None, busy: str) -> None:
    from indextts.works.db.backends import PostgresBackend

    class ToldError(Exception):
        sqlstate: str | None

    def refusal(code: str | None) -> StudioError | None:
        told = ToldError("terminating connection due to administrator command")
        told.sqlstate = code
        return PostgresBackend("postgresql+psycopg://db/studio").refusal(OperationalError("SELECT 1", {}, told))

    away, waits = refusal(state), refusal(busy)
    assert away is not None and away.code == "database_away"
    assert waits is not None and waits.code == "library_busy"


def test_a_database_away_when_a_book_writes_its_next_part_neither_fails_nor_pauses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make(tmp_path)
    jobs, add, probe, parts, away = service.works.jobs, Records.add, WorksDatabase.probe, [0], [True]

    def adding(self: Records, job: Any, *given: Any, **more: Any) -> Any:
        parts[0] += job.book is not None
        if parts[0] >= 2 and away[0]:
            self.presence.missed(AWAY)
            raise AWAY
        return add(self, job, *given, **more)

    def probing(self: WorksDatabase) -> None:
        if away[0]:
            raise AWAY
        probe(self)

    monkeypatch.setattr(Records, "add", adding)
    monkeypatch.setattr(WorksDatabase, "probe", probing)
    book = service.works.books.create(OWNER, manuscript())
    jobs.start_book(OWNER, book.id)
    until(lambda: jobs.get(OWNER, book.id).waits is not None or jobs.get(OWNER, book.id).ended)
    waits = jobs.get(OWNER, book.id)
    assert waits.state == "running" and waits.segments_done == 8, "it shows what is done while it waits"
    away[0] = False
    assert ended(service, book.id).state == "done"
    assert len(stories(tmp_path)) == len(set(stories(tmp_path))) == 21
    service.close()
