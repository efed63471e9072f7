"""Jobs of one process as all others tell them: the same within two seconds, also after it was killed."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from indextts.engines.base import Samples
from indextts.model.utterance import Segment, Settings
from indextts.plan.request import SpeechRequest
from indextts.platform.run import Run
from indextts.works.books.script import BookScript
from indextts.works.jobs import elsewhere, here
from indextts.works.running import pace, work
from tests.support.books import live_with_book, manuscript
from tests.support.restarted import OWNER, Noise, make, text_of
from tests.support.services import application
from tests.support.waiting import until
from tests.support.whole import WholeService

SOON_S: Final = 2.0
SHOWN: Final = ("status", "segments_done", "segments_total", "progress", "eta_s", "duration_s", "waits")


class Driven:
    """What is done now and then, by a clock that stands still unless a test turns it."""

    all: list[Driven]

    def __init__(self, name: str, work: Callable[[], object], every_s: float) -> None:
        self.name, self._work, self._every_s = name, work, every_s
        self._left_s: float | None = None
        self.all.append(self)

    def start(self) -> None:
        if self._left_s is None:
            self._left_s = self._every_s

    def close(self) -> None:
        self._left_s = None

    def advance(self, seconds: float) -> None:
        while self._left_s is not None and self._left_s <= seconds:
            seconds, self._left_s = seconds - self._left_s, self._every_s
            self._work()


class Clock:
    """Moves where a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.periodic: list[Driven] = []

    def turn(self, seconds: float) -> None:
        self.now += seconds
        for one in self.periodic:
            one.advance(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    driven = type("DrivenHere", (Driven,), {"all": clock.periodic})
    for module in (elsewhere, here):
        monkeypatch.setattr(module, "Periodic", driven)
    for module in (work, pace):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now, time=time.time))
    return clock


class Gate:
    """Lets so many sentences through, and tells when the next one has come."""

    def __init__(self) -> None:
        self.passes = threading.Semaphore(0)
        self.waiting = threading.Semaphore(0)

    def let(self, count: int) -> None:
        """Return once so many more are spoken and the next one waits."""
        for _ in range(count):
            self.passes.release()
            assert self.waiting.acquire(timeout=240)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate, speak = Gate(), Noise.speak

    def held(self: Noise, segment: Segment, settings: Settings, run: Run) -> Samples:
        if "故事" in segment.text:
            gate.waiting.release()
            while not gate.passes.acquire(timeout=0.01):
                run.cancel.check()
        return speak(self, segment, settings, run)

    monkeypatch.setattr(Noise, "speak", held)
    yield gate


def asked_of(service: WholeService) -> TestClient:
    """Its API; what it does in the background has not begun."""
    app = application(service, page=False)
    return TestClient(app, "http://localhost", client=("127.0.0.1", 50000))


def told(service: WholeService, path: str) -> dict[str, Any]:
    answer = asked_of(service).get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shown(job: dict[str, Any]) -> dict[str, Any]:
    return {name: job[name] for name in SHOWN}


def counted(service: WholeService) -> dict[str, float]:
    lines = asked_of(service).get("/metrics").text.splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if line.startswith("indextts_jobs_now{")]
    return {name.split('"')[1]: float(value) for name, value in pairs}


def agree(mine: WholeService, other: WholeService, job: str) -> dict[str, Any]:
    """Both tell the same of the job, wherever it is told."""
    here = told(mine, f"/v1/jobs/{job}")
    assert shown(told(other, f"/v1/jobs/{job}")) == shown(here)
    (listed,) = told(other, "/v1/jobs")["jobs"]
    assert shown(listed) == shown(here)
    assert counted(other) == counted(mine)
    return here


@pytest.mark.night
def test_a_book_is_told_by_another_process_as_by_its_own_within_two_seconds(
    tmp_path: Path, clock: Clock, gate: Gate
) -> None:
    mine, other = make(tmp_path), make(tmp_path)
    book = mine.works.books.create(OWNER, manuscript())
    mine.works.jobs.start_book(OWNER, book.id)
    assert gate.waiting.acquire(timeout=240)
    parts = 0
    for more in (2, 3, 4, 5):  # inside of the first chapter, at its end, in the second, in the third
        gate.let(more)
        clock.turn(SOON_S)
        here = agree(mine, other, book.id)
        parts += more
        assert here["status"] == "running" and here["segments_done"] >= parts and here["eta_s"] > 0
        assert 20 <= here["segments_total"] <= 28 and 0 < here["progress"] < 1
        for service in (mine, other):
            assert shown(told(service, f"/v1/books/{book.id}")["job"]) == shown(here)
        assert counted(other)["running"] == 1.0
    gate.passes.release(100)
    until(lambda: told(other, f"/v1/jobs/{book.id}")["status"] == "done")
    agree(mine, other, book.id)
    mine.close()
    other.close()


def test_a_text_is_told_by_another_process_as_by_its_own_within_two_seconds(
    tmp_path: Path, clock: Clock, gate: Gate
) -> None:
    mine, other = make(tmp_path), make(tmp_path)
    job = mine.works.jobs.start(OWNER, SpeechRequest(text_of(1)))
    assert gate.waiting.acquire(timeout=240)
    for done in (1, 2, 3):
        gate.let(1)
        until(lambda done=done: told(mine, f"/v1/jobs/{job.id}")["segments_done"] == done)  # type: ignore[misc]
        clock.turn(SOON_S)
        assert agree(mine, other, job.id)["segments_done"] == done
    assert mine.works.jobs.pause(OWNER, job.id).state == "paused"
    assert told(other, f"/v1/jobs/{job.id}")["status"] == "paused"
    mine.close()
    other.close()


@pytest.mark.night
def test_after_a_kill_a_book_tells_what_it_had_while_it_is_laid_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=live_with_book, args=(tmp_path, 0, 0.2))
    process.start()
    until(lambda: (tmp_path / "ready-0").exists())
    looking = make(tmp_path)
    until(lambda: looking.works.jobs.listed(OWNER)[0])
    (book,) = (one.id for one in looking.works.jobs.listed(OWNER)[0])
    until(lambda: looking.works.jobs.get(OWNER, book).segments_done >= 3)
    before = looking.works.jobs.get(OWNER, book)
    process.kill()
    process.join()

    left = told(looking, f"/v1/jobs/{book}")
    assert left["segments_done"] >= before.segments_done and left["segments_total"] >= 20
    assert left["progress"] >= before.progress > 0 and left["waits"]["code"] == "waits_place"
    looking.close()

    laying, go, layout = threading.Event(), threading.Event(), BookScript.layout

    def held(self: BookScript, *given: Any) -> Any:
        laying.set()
        assert go.wait(240)
        return layout(self, *given)

    monkeypatch.setattr(BookScript, "layout", held)
    again = make(tmp_path)
    again.works.start()
    assert laying.wait(240)
    now = told(again, f"/v1/jobs/{book}")
    assert (now["segments_done"], now["segments_total"]) == (left["segments_done"], left["segments_total"])
    assert now["progress"] == left["progress"] and now["status"] in ("queued", "running")
    go.set()
    until(lambda: told(again, f"/v1/jobs/{book}")["segments_done"] > left["segments_done"])
    again.close()
