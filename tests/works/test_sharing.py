"""Processes that share a database: each job is spoken by one at a time, and by another where that one dies."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from indextts.request import SpeechRequest
from indextts.service.service import SpeechService
from indextts.serving_config import WorksConfig
from indextts.works.database import new_id
from indextts.works.leases import LeaseLostError
from indextts.works.model import Job, now
from indextts.works.records import kept_request
from tests.support import postgres
from tests.support.books import ended, manuscript
from tests.support.restarted import OWNER, RATE, make, text_of
from tests.support.shared import LEASE_S, join, serve, spoken, works_of
from tests.support.waiting import until

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


def heard(service: SpeechService, book: str) -> npt.NDArray[np.float32]:
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


def workers(service: SpeechService, book: str) -> dict[str, str]:
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
        asking.works.records.add(asking.works.jobs.book_runner.new_job(OWNER, book.id), {}, None)
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
    with processes(folder, works, "a", segment_s=0.6):
        job = submitted(asking, 1)
        seen = []
        for one in jobs.follow(OWNER, job.id, every_s=0.05):
            seen.append(one.segments_done)
            if one.segments_done:
                assert one.state == "running"
                assert jobs.pcm(OWNER, job.id, 0) is not None
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


def submitted(service: SpeechService, number: int) -> Job:
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
    service.works.records.add(job, kept_request(SpeechRequest(text_of(number))), None)
    return job


def taken(service: SpeechService, name: str) -> bool:
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
    work = slow.works.jobs.part_under_way(job.id)
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
