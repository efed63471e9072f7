"""What is done now and then in the background."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from indextts.model.errors import StudioError
from indextts.platform.periodic import Periodic


def _ended(name: str) -> bool:
    ends = time.monotonic() + 5.0
    while any(thread.name == name for thread in threading.enumerate()):
        if time.monotonic() > ends:
            return False
        time.sleep(0.01)
    return True


def test_work_is_done_again_and_again_in_one_thread_until_it_is_closed() -> None:
    calls: list[threading.Thread] = []
    enough = threading.Event()

    def work() -> None:
        calls.append(threading.current_thread())
        if len(calls) >= 3:
            enough.set()

    worker = Periodic("test periodic", work, 0.001)
    worker.start()
    worker.start()
    assert enough.wait(5.0)
    worker.close()
    assert _ended("test periodic")
    assert len(set(calls)) == 1 and calls[0].daemon


def test_a_long_wait_ends_when_it_is_closed() -> None:
    begun = threading.Event()
    worker = Periodic("test long", begun.set, 3600.0)
    worker.start()
    assert begun.wait(5.0)
    worker.close()
    assert _ended("test long")


def test_what_fails_because_it_was_closed_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    """An order to stop takes away what the work is just using."""
    begun, closed = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert closed.wait(5.0)
        raise ImportError("psutil")

    worker = Periodic("test closed", work, 0.001)
    with caplog.at_level(logging.INFO):
        worker.start()
        assert begun.wait(5.0)
        worker.close()
        closed.set()
        assert _ended("test closed")
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert not caplog.records[0].exc_info


def test_a_failure_is_logged_and_the_work_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    problems: list[Exception] = [StudioError("disk_full", path="/tmp"), ValueError("odd")]
    over = threading.Event()

    def work() -> None:
        if problems:
            raise problems.pop(0)
        over.set()

    worker = Periodic("test failing", work, 0.001)
    with caplog.at_level(logging.WARNING):
        worker.start()
        assert over.wait(5.0)
    worker.close()
    told, raised = (record for record in caplog.records if "test failing" in record.getMessage())
    assert told.levelno == logging.WARNING and told.exc_info is None
    assert raised.levelno == logging.ERROR and raised.exc_info is not None


def test_what_was_closed_does_not_begin() -> None:
    calls: list[int] = []
    worker = Periodic("test closed", lambda: calls.append(1), 0.001)
    worker.close()
    worker.start()
    assert not worker.started and calls == []


@pytest.mark.parametrize("every_s", [1e11, 1e300, float("inf")])
def test_it_may_be_so_seldom_that_no_clock_counts_so_far(every_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    done = threading.Event()
    worker = Periodic("test seldom", done.set, every_s)
    worker.start()
    assert done.wait(5.0)
    time.sleep(0.05)
    worker.close()
    assert _ended("test seldom") and not failed
