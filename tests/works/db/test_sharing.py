"""Processes that share a database: each job is spoken by one at a time, and by another where that one dies."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import Engine, update

from indextts.model.errors import StudioError
from indextts.plan.request import SpeechRequest
from indextts.platform.serving_config import WorksConfig
from indextts.works.db import leases
from indextts.works.db.database import JobRow, LeaseRow
from indextts.works.db.model import UNDER_WAY, Job, LeaseLostError, new_id, now
from indextts.works.db.requests import kept_request
from indextts.works.db.sharing import SharedJobs
from tests.support import postgres
from tests.support.books import ended, manuscript
from tests.support.restarted import OWNER, RATE, make, text_of
from tests.support.shared import LEASE_S, join, serve, spoken, works_of
from tests.support.waiting import until
from tests.support.whole import WholeService

on_server = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())
CHAPTERS = 10
DATABASES = ("sqlite", pytest.param("postgresql", marks=on_server))
both = pytest.mark.parametrize("database", DATABASES)


@contextmanager
def processes(folder: Path, works: WorksConfig, *names: str, segment_s: float = 0.1) -> Iterator[Sequence[BaseProcess]]:
    """Those that share the work, each ready."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.shared"])
    begun = [context.Process(target=serve, args=(folder, name, works, segment_s)) for name in names]
    for one in begun:
        one.start()
    try:
        until(lambda: all((folder / f"{name}.ready").exists() for name in names))
        yield begun
    finally:
        for one in begun:
            one.kill()
            one.join()


def shared(folder: Path, database: str) -> tuple[Path, WorksConfig]:
    """The folder of all processes, and where they keep their works."""
    folder /= "shared"
    folder.mkdir()
    return folder, works_of(folder, database)


def heard(service: WholeService, book: str) -> npt.NDArray[np.float32]:
    parts = service.works.records.parts_of(book)
    return np.concatenate([service.works.jobs.sound(OWNER, part.id) for part in parts])


def undisturbed(folder: Path) -> npt.NDArray[np.float32]:
    service = make(folder)
    book = service.works.books.create(OWNER, manuscript(CHAPTERS))
    service.works.jobs.start_book(OWNER, book.id)
    assert ended(service, book.id).state == "done"
    sound = heard(service, book.id)
    service.close()
    return sound


def workers(service: WholeService, book: str) -> dict[str, str]:
    """Who has the book, and its parts."""
    records = service.works.records
    with records.database.reading() as session:
        return records.leases.taken(session, {book, *(part.id for part in records.parts_of(book))})


@both
def test_a_book_is_spoken_by_two_processes_and_finished_by_one_when_the_other_is_killed(
    tmp_path: Path, database: str
) -> None:
    folder, works = shared(tmp_path, database)
    asking = join(folder, "asking", works)
    with processes(folder, works, "a", "b") as (a, b):
        book = asking.works.books.create(OWNER, manuscript(CHAPTERS), options={"format": "wav"})
        # Asked of a process that speaks nothing itself: those that share the work take it up.
        asking.works.records.add(asking.works.book_room.runner.new_job(OWNER, book.id), {}, None)
        asking.works.records.change(book.id, state="queued")
        until(lambda: len(set(workers(asking, book.id).values())) == 2)
        until(lambda: len(spoken(folder)) > 12)
        holder = workers(asking, book.id)[book.id]
        victim = a if (folder / "a.ready").read_text() == holder else b
        victim.kill()
        assert ended(asking, book.id).state == "done"
    parts = asking.works.records.parts_of(book.id)
    assert [(part.chapter, part.state) for part in parts] == [(number, "done") for number in range(1, CHAPTERS + 1)]
    texts = [one.text for part in parts for one in asking.works.jobs.stretches(OWNER, part.id) if "故事" in one.text]
    assert len(texts) == len(set(texts)) == CHAPTERS * 7
    assert np.array_equal(heard(asking, book.id), undisturbed(tmp_path / "alone"))
    # A kill takes the sentences under way, of the few parts that were spoken side by side, and no other.
    assert len(spoken(folder)) - len(set(spoken(folder))) <= 4
    asking.close()


@on_server
def test_a_job_is_followed_stopped_and_gone_on_with_from_a_process_that_does_not_speak_it(tmp_path: Path) -> None:
    folder, works = shared(tmp_path, "postgresql")
    asking = join(folder, "asking", works)
    jobs = asking.works.jobs
    with processes(folder, works, "a", segment_s=1.0):
        job = submitted(asking, 1)
        seen = []
        for one in jobs.follow(OWNER, job.id, every_s=0.05):
            seen.append(one.segments_done)
            if one.segments_done:
                assert one.state == "running"
                # How far it is, is told at once; what there is to hear, as often as it is written down.
                until(lambda: jobs.pcm(OWNER, job.id, 0) is not None)
                assert jobs.pause(OWNER, job.id).state == "paused"
                break
        until(lambda: not taken(asking, job.id))
        paused = jobs.get(OWNER, job.id)
        assert seen[0] == 0 and paused.state == "paused" and 1 <= paused.segments_done < 6
        assert jobs.sound(OWNER, job.id).size == round(paused.duration_s * paused.sample_rate)
        assert jobs.plan(OWNER, job.id).text == text_of(1)
        jobs.resume(OWNER, job.id)
        *_, last = jobs.follow(OWNER, job.id)
        assert (last.state, last.segments_done) == ("done", 6) and last.cached >= 1
        other = submitted(asking, 2)
        until(lambda: taken(asking, other.id))
        assert jobs.cancel(OWNER, other.id).state == "cancelled"
        until(lambda: not taken(asking, other.id))
        assert jobs.get(OWNER, other.id).state == "cancelled"
    asking.close()


def submitted(service: WholeService, number: int) -> Job:
    """A job that waits for whoever is free."""
    at = now()
    job = Job(
        id=new_id(),
        owner=OWNER,
        kind="speech",
        title="",
        project=None,
        sample_rate=RATE,
        live=False,
        before=None,
        format="wav",
        created=at,
        updated=at,
    )
    service.works.records.leases.show()  # so that whoever looks at a file for work knows of another process
    service.works.records.add(job, kept_request(SpeechRequest(text_of(number))), None)
    return job


def taken(service: WholeService, name: str) -> bool:
    with service.works.records.database.reading() as session:
        return bool(service.works.records.leases.taken(session, {name}))


@both
def test_who_has_lost_a_job_writes_nothing_more_of_it(tmp_path: Path, database: str) -> None:
    folder, works = shared(tmp_path, database)
    slow, other = join(folder, "slow", works, 0.2), join(folder, "other", works)
    job = slow.works.jobs.start(OWNER, SpeechRequest(text_of(3)), live=True)
    until(lambda: slow.works.jobs.get(OWNER, job.id).segments_done >= 1)
    lease = other.works.records.take(job.id, force=True)
    assert lease is not None
    before = other.works.records.get(job.id).segments_done
    other.works.records.change(job.id, by=lease, state="paused", title="of the other")
    work = slow.works.jobs.here.part_under_way(job.id)
    until(lambda: work is None or work.ended.is_set())
    until(lambda: slow.works.jobs.get(OWNER, job.id).title == "of the other")
    kept = other.works.records.get(job.id)
    assert (kept.title, kept.state, kept.segments_done) == ("of the other", "paused", before)
    third = slow.works.records.take(job.id, force=True, again=True)
    assert third is not None and third.token == lease.token + 1
    with pytest.raises(LeaseLostError):
        other.works.records.change(job.id, by=lease, title="late")
    slow.close()
    other.close()


@both
def test_a_lease_that_ran_out_while_the_database_was_away_is_kept_unless_another_one_has_taken_it(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, works = shared(tmp_path, database)
    one, other = join(folder, "one", works), join(folder, "other", works)
    mine, theirs = one.works.records.leases, other.works.records.leases
    told: list[tuple[str, str]] = []
    mine.on_told(lambda lease, wish: told.append((lease.name, wish)))
    assert mine.take("kept") is not None and mine.take("lost") is not None
    mine._beats.close()  # this test alone prolongs them
    at = time.monotonic()
    monkeypatch.setattr(leases, "time", SimpleNamespace(monotonic=lambda: at))
    there = one.works.records.database

    def away() -> Engine:
        raise StudioError("database_away", retry_after_s=5, place="postgresql://db/studio")

    with monkeypatch.context() as patched:
        patched.setattr(there, "_open", away)
        for _ in range(3):
            at += 10 * LEASE_S
            with pytest.raises(StudioError):
                mine.beat()
        assert told == [] and mine.holds("kept") and mine.holds("lost")
        with other.works.records.database.writing() as session:
            session.execute(update(LeaseRow).values(until=0.0))
        assert theirs.take("lost") is not None
    mine.beat()
    assert told == [("lost", "")] and mine.holds("kept") and not mine.holds("lost")
    assert theirs.take("kept") is None, "it is prolonged again"
    one.close()
    other.close()


@both
def test_of_many_who_reach_for_a_lease_one_gets_it_and_an_expired_one_is_free(tmp_path: Path, database: str) -> None:
    folder, works = shared(tmp_path, database)
    services = [join(folder, str(number), works) for number in range(3)]
    leases = [service.works.records.leases for service in services]
    got = [one.take("thing") for one in leases]
    assert [lease is not None for lease in got] == [True, False, False]
    time.sleep(2 * LEASE_S)
    assert leases[1].take("thing") is None
    leases[0].give_back(got[0])
    second = leases[1].take("thing")
    assert second is not None and got[0] is not None and second.token == got[0].token + 1
    leases[1]._beats.close()  # as one that hangs
    until(lambda: leases[2].take("thing") is not None)
    for service in services:
        service.close()


@both
def test_tables_are_made_once_by_processes_that_start_together(tmp_path: Path, database: str) -> None:
    folder, works = shared(tmp_path, database)
    with processes(folder, works, "a", "b", "c"):
        asking = join(folder, "asking", works)
        assert asking.works.jobs.listed(OWNER) == ([], 0)
        asking.close()


@both
def test_a_job_that_another_process_has_deleted_is_given_up_and_offered_to_nobody(
    tmp_path: Path, database: str
) -> None:
    folder, works = shared(tmp_path, database)
    asking, other = join(folder, "asking", works), join(folder, "other", works)
    job = submitted(asking, 5)
    here = SharedJobs(asking.works.records)
    assert here.gone([job.id]) == set()
    assert [one.id for one in here.orphans((), most=5)] == [job.id]
    other.works.records.change(job.id, deleted=now())
    assert here.gone([job.id]) == {job.id} and here.orphans((), most=5) == []
    other.works.records.change(job.id, deleted=None)
    assert here.gone([job.id]) == set()
    for service in (asking, other):
        service.close()


def offered(service: WholeService, number: int, *, book: str | None = None, chapter: int = 0, part: int = 0) -> str:
    """A job, or a part of ``book``, that was made in the given minute and that any process may take."""
    at = 1_700_000_000.0 + 60 * number
    kind = "speech" if book is None else "part"
    job = Job(
        id=new_id(),
        owner=OWNER,
        kind=kind,  # type: ignore[arg-type]
        title="",
        project=None,
        sample_rate=RATE,
        live=False,
        before=None,
        format="wav",
        created=at,
        updated=at,
        book=book,
        chapter=chapter,
        number=part,
    )
    service.works.records.add(job, kept_request(SpeechRequest(text_of(1))), None)
    return job.id


def orphans(service: WholeService, known: Sequence[str] = (), most: int = 99) -> list[str]:
    return [one.id for one in SharedJobs(service.works.records).orphans(known, most=most)]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[WholeService, WholeService]]:
    """Two processes that share a file, as far as their leases go."""
    folder, works = shared(tmp_path, "sqlite")
    services = join(folder, "one", works), join(folder, "two", works)
    yield services
    for service in services:
        service.close()


def test_what_nobody_has_is_offered_the_oldest_first_and_no_more_than_was_asked_for(
    two: tuple[WholeService, WholeService],
) -> None:
    here, there = two
    names = [offered(here, minute) for minute in (3, 1, 2)]
    oldest_first = [names[1], names[2], names[0]]
    assert orphans(here) == orphans(there) == oldest_first
    assert orphans(here, most=2) == oldest_first[:2] and orphans(here, most=0) == []
    assert orphans(here, known=[names[1]]) == oldest_first[1:]
    lease = there.works.records.take(names[2])
    assert lease is not None
    assert orphans(here) == orphans(there) == [names[1], names[0]], "what somebody has is offered to nobody"
    there.works.records.leases.give_back(lease)
    assert orphans(here) == oldest_first


@pytest.mark.parametrize("state", ["queued", "running", "paused", "done", "failed", "cancelled"])
def test_only_what_is_under_way_is_offered_and_the_rest_is_gone(
    two: tuple[WholeService, WholeService], state: str
) -> None:
    here, _ = two
    name = offered(here, 1)
    here.works.records.change(name, state=state)
    under_way = state in UNDER_WAY
    assert under_way == (state in ("queued", "running"))
    assert orphans(here) == ([name] if under_way else [])
    assert SharedJobs(here.works.records).gone([name]) == (set() if under_way else {name})


def test_more_jobs_than_are_looked_at_at_once_are_found_where_others_have_the_oldest(
    two: tuple[WholeService, WholeService],
) -> None:
    here, there = two
    names = [offered(here, minute) for minute in range(5)]
    for name in names[:4]:
        assert there.works.records.take(name) is not None
    assert orphans(here, most=1) == [names[4]]


def test_parts_are_offered_in_the_order_they_are_heard_where_somebody_has_the_book(
    two: tuple[WholeService, WholeService],
) -> None:
    here, there = two
    book, other = (here.works.books.create(OWNER, manuscript(2)).id for _ in range(2))
    places = [(2, 1), (1, 2), (1, 1), (2, 2), (10, 1)]
    parts = {at: offered(here, 1, book=book, chapter=at[0], part=at[1]) for at in places}
    lonely = offered(here, 0, book=other, chapter=1, part=1)
    assert orphans(here) == [], "nobody works at the books"
    lease = there.works.records.leases.take(book)
    assert lease is not None
    assert orphans(here) == orphans(there) == [parts[at] for at in sorted(places)]
    assert orphans(here, most=2) == [parts[1, 1], parts[1, 2]]
    plain = offered(here, 2)
    assert orphans(here)[-1] == plain
    mine = here.works.records.leases.take(other)
    assert mine is not None and orphans(here)[0] == lonely
    there.works.records.leases.give_back(lease)
    assert orphans(here) == [lonely, plain]


def test_a_job_is_free_until_somebody_has_it(two: tuple[WholeService, WholeService]) -> None:
    here, there = (SharedJobs(service.works.records) for service in two)
    name = offered(two[0], 1)
    assert here.is_free(name) and there.is_free(name) and here.is_free("unheard-of")
    lease = two[1].works.records.take(name)
    assert not here.is_free(name) and not there.is_free(name)
    two[1].works.records.leases.give_back(lease)
    assert here.is_free(name) and there.is_free(name)


def test_what_another_process_has_is_gone_and_ones_own_is_not(two: tuple[WholeService, WholeService]) -> None:
    here, there = (SharedJobs(service.works.records) for service in two)
    mine, theirs, nobodys = (offered(two[0], minute) for minute in range(3))
    assert two[0].works.records.take(mine) is not None and two[1].works.records.take(theirs) is not None
    assert here.gone([mine, theirs, nobodys]) == {theirs}
    assert there.gone([mine, theirs, nobodys]) == {mine}
    assert here.gone([mine, "unheard-of"]) == {"unheard-of"}
    assert here.gone([nobodys]) == here.gone([]) == set()


@pytest.mark.parametrize(
    "change",
    [{"state": "paused"}, {"segments_done": 3}, {"deleted": now()}, {"updated": now() + 60}],
    ids=lambda change: next(iter(change)),
)
def test_what_is_seen_of_a_job_changes_with_it(
    two: tuple[WholeService, WholeService], change: dict[str, object]
) -> None:
    service, _ = two
    here = SharedJobs(service.works.records)
    name, other = offered(service, 1), offered(service, 2)
    before = here.seen([name, other, "unheard-of"])
    assert set(before) == {name, other} and here.seen([]) == {} and set(here.seen([other])) == {other}
    assert here.seen([name, other]) == before
    with service.works.records.database.writing() as session:
        session.execute(update(JobRow).where(JobRow.id == name).values(change))
    after = here.seen([name, other])
    assert after[name] != before[name] and after[other] == before[other]


def test_parts_that_are_taken_back_are_paused_and_what_has_ended_stays(
    two: tuple[WholeService, WholeService],
) -> None:
    service, other = two
    records = service.works.records
    book, second = (service.works.books.create(OWNER, manuscript(2)).id for _ in range(2))
    states = ["queued", "running", "done", "failed"]
    parts = [offered(service, 1, book=book, chapter=at, part=1) for at in range(len(states))]
    foreign = offered(service, 1, book=second, chapter=1, part=1)
    for name, state in zip(parts, states, strict=True):
        records.change(name, state=state)
    lease = records.leases.take(book)
    assert lease is not None
    with other.works.records.database.writing() as session:
        assert other.works.records.leases.take_in(session, book, force=True) is not None
    with pytest.raises(LeaseLostError):
        SharedJobs(records).stop_parts(book, by=lease)
    assert records.get(parts[0]).state == "queued"
    SharedJobs(records).stop_parts(book)
    assert [records.get(name).state for name in parts] == ["paused", "paused", "done", "failed"]
    assert records.get(foreign).state == "queued"
    assert orphans(service) == []
