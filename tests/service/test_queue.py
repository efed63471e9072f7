"""The queue: fair between clients, bounded, and true to what it says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from indextts.model.errors import StudioError
from indextts.platform.run import Cancel
from indextts.service.queue import Admission, Pipe, Streams
from tests.support.services import part_of
from tests.support.waiting import until


class Bench:
    """Clients that work in turns which end when the test says so."""

    def __init__(self, workers: int, waiting: int) -> None:
        self.now = 0.0
        self.admission = Admission(workers, waiting, clock=lambda: self.now)
        self.served: list[str] = []
        self.pool = ThreadPoolExecutor(32)
        self._steps = threading.Semaphore(0)

    def come(self, client: str, *, job: bool = False) -> Future[None]:
        """A request of ``client``; waits until it is being served, waits in the queue, or was refused.

        A ``job`` comes behind all others, and is not counted.
        """
        before = self.admission.busy + self.admission.waiting
        future = self.pool.submit(self._ask, client, job)
        until(lambda: self.admission.busy + self.admission.waiting > before or future.done())
        return future

    def refused(self, client: str) -> int:
        """The seconds after which ``client``, who finds no place, is told to come back."""
        with pytest.raises(StudioError) as caught:
            self.come(client).result(20)
        assert caught.value.code == "queue_full" and caught.value.retry_after_s
        return caught.value.retry_after_s

    def step(self) -> None:
        """One turn ends, and the next begins."""
        left, served = self.admission.busy + self.admission.waiting - 1, len(self.served)
        more = self.admission.waiting > 0
        self._steps.release()
        until(lambda: self.admission.busy + self.admission.waiting == left and len(self.served) == served + more)

    def _ask(self, client: str, job: bool) -> None:
        with self.admission.turn(Cancel(client=client), counted=not job, behind=job):
            self.served.append(client)
            self._steps.acquire()

    def end(self) -> None:
        for _ in range(64):
            self._steps.release()
        self.pool.shutdown()


@pytest.fixture
def bench() -> Iterator[Callable[[int, int], Bench]]:
    made: list[Bench] = []

    def make(workers: int, waiting: int) -> Bench:
        made.append(Bench(workers, waiting))
        return made[-1]

    yield make
    for one in made:
        one.end()


def test_a_polite_client_is_next_however_many_others_wait(bench: Callable[[int, int], Bench]) -> None:
    queue = bench(1, 5)
    for _ in range(6):
        queue.come("hammer")
    queue.refused("hammer")
    queue.come("polite")
    queue.step()
    assert queue.served == ["hammer", "polite"]
    queue.refused("hammer")  # what the polite one has taken was none of the hammer's places
    for _ in range(3):
        queue.step()
        queue.come("hammer")
        queue.come("polite")
        queue.step()
    assert queue.served[1:] == ["polite", "hammer"] * 3 + ["polite"]


def test_the_workers_go_round_between_clients(bench: Callable[[int, int], Bench]) -> None:
    queue = bench(1, 9)
    for client in "AAAABBC":
        queue.come(client)
    for _ in range(6):
        queue.step()
    assert "".join(queue.served) == "ABCABAA"


def test_the_place_of_who_was_sent_away_is_kept(bench: Callable[[int, int], Bench]) -> None:
    queue = bench(1, 1)
    for client in ("first", "second", "third"):
        queue.come(client)
    wait_s = queue.refused("polite")
    queue.step()
    queue.refused("newcomer")
    queue.now += wait_s
    queue.come("polite")
    queue.step()
    queue.come("newcomer")  # it was sent away too, and is the next for whom a place is kept
    for _ in range(2):
        queue.step()
    assert queue.served == ["first", "second", "third", "polite", "newcomer"]


def test_no_place_is_kept_for_who_stays_away(bench: Callable[[int, int], Bench]) -> None:
    queue = bench(1, 1)
    for client in ("first", "second", "third"):
        queue.come(client)
    wait_s = queue.refused("away")
    queue.step()
    queue.now += wait_s + 60
    queue.come("newcomer")
    assert queue.admission.waiting == 2


@pytest.mark.night
def test_nothing_is_remembered_of_clients_that_are_gone(bench: Callable[[int, int], Bench]) -> None:
    queue = bench(1, 2)
    for number in range(50):
        queue.come(f"client {number}")
        queue.come(f"client {number}")
        queue.step()
        queue.step()
    memory = vars(queue.admission)
    assert not any(memory[name] for name in ("_busy", "_queues", "_fresh", "_last"))


def test_a_paused_turn_leaves_its_worker_to_others_and_goes_on_first(bench: Callable[[int, int], Bench]) -> None:
    queue = bench(1, 2)
    cancel, paused, go_on = Cancel(client="A"), threading.Event(), threading.Event()

    def work() -> None:
        with queue.admission.turn(cancel) as turn:
            turn.give_way()  # nobody waits: goes on at once
            with turn.paused():
                paused.set()
                assert go_on.wait(20)
            queue.served.append("A again")

    working = queue.pool.submit(work)
    assert paused.wait(20)
    assert queue.admission.busy == 0
    for client in "AAB":
        queue.come(client)
    go_on.set()
    until(lambda: queue.admission.waiting == 3)
    for _ in range(2):
        queue._steps.release()
    working.result(20)
    assert queue.served[:3] == ["A", "B", "A again"]


@pytest.mark.night
def test_the_deadline_stands_still_while_the_reader_is_awaited() -> None:
    admission, pipe, limit = Admission(1, 0), Pipe(64 * 1024), Cancel(deadline_s=2.0)

    def make() -> None:
        with pipe.ending(), admission.turn(limit) as turn:
            for index in range(2):
                pipe.put(part_of(100 * 1024, index))
                pipe.wait_for_room(turn, limit)

    maker = threading.Thread(target=make)
    maker.start()
    until(lambda: admission.busy == 0)
    time.sleep(2.1)  # longer than the deadline: that is what must not matter
    assert [part.index for part in pipe] == [0, 1]
    maker.join(20)
    assert limit.remaining_s is not None and limit.remaining_s > 0


def test_what_nobody_waits_for_comes_behind_all_others_and_takes_nobodys_place(
    bench: Callable[[int, int], Bench],
) -> None:
    queue = bench(1, 1)
    for name in ("job 1", "job 2", "job 3", "job 4"):
        queue.come(name, job=True)
    queue.come("a")
    queue.come("b")
    assert queue.refused("c") > 0
    for _ in range(5):
        queue.step()
    assert queue.served == ["job 1", "a", "b", "job 2", "job 3", "job 4"]


def test_a_job_that_gives_way_stays_behind_and_says_nothing_of_how_long_requests_take() -> None:
    admission = Admission(1, 1)
    order: list[str] = []

    def request(name: str) -> None:
        with admission.turn(Cancel(client=name)):
            order.append(name)

    threads = [threading.Thread(target=request, args=(name,)) for name in ("a", "b")]
    with admission.turn(Cancel(client="job"), counted=False, behind=True) as turn:
        for thread in threads:
            thread.start()
        until(lambda: admission.waiting == 2)
        turn.give_way()
        order.append("job")
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "job"]
    assert len(admission._seconds) == 2


def test_a_request_begins_beside_jobs_that_hold_all_workers_and_one_of_them_makes_room() -> None:
    admission = Admission(2, 2, at_once=True)
    go, order = threading.Event(), list[str]()

    def job(name: str) -> None:
        with admission.turn(Cancel(client=name), counted=False, behind=True) as turn:
            go.wait(20)
            turn.give_way()
            order.append(name)

    threads = [threading.Thread(target=job, args=(f"job {number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: admission.busy == 2 and admission.waiting == 1)
    with admission.turn(Cancel(client="a")):  # at once
        assert admission.busy == 3
        with admission.turn(Cancel(client="b")):
            assert admission.busy == 4
            go.set()
            until(lambda: admission.busy == 2 and admission.waiting == 3)
        until(lambda: len(order) == 3)
    for thread in threads:
        thread.join(20)
    assert admission.busy == admission.waiting == 0


class Calls:
    """Clients whose streams begin and end as the test says."""

    def __init__(self, most: int) -> None:
        self.now = 0.0
        self.streams = Streams(most, 1000, clock=lambda: self.now)
        self.begun: list[ExitStack] = []

    def begin(self, client: str) -> ExitStack:
        self.begun.append(ExitStack())
        self.begun[-1].enter_context(self.streams.open(client))
        return self.begun[-1]

    def wait_s(self, client: str) -> int:
        with pytest.raises(StudioError) as told:
            self.begin(client)
        assert told.value.code == "queue_full" and told.value.retry_after_s
        return told.value.retry_after_s


def test_a_refused_stream_is_told_when_the_oldest_in_its_way_is_likely_to_end() -> None:
    calls = Calls(4)
    for seconds in (4.0, 8.0):
        short = calls.begin("a")
        calls.now += seconds
        short.close()
    calls.begin("b")
    calls.now += 1
    calls.begin("b")
    assert calls.wait_s("b") == 5  # six seconds as the two before, one of them gone
    calls.now += 2.5
    first = calls.begin("c")
    calls.begin("c")
    assert calls.wait_s("d") == calls.wait_s("b") == 3
    assert calls.wait_s("c") == 6  # its own are younger
    calls.now += 60
    assert calls.wait_s("d") == 1
    first.close()
    calls.begin("d").close()


def test_a_stream_that_takes_hours_lets_nobody_wait_for_hours() -> None:
    calls = Calls(2)
    long = calls.begin("a")
    calls.now += 9_000
    long.close()
    calls.begin("a")
    assert calls.wait_s("a") == 120
