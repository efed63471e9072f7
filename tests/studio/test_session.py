from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from indextts.errors import StudioError
from indextts.run import Cancel, Progress
from indextts.studio import panels
from indextts.studio.session import Session, in_thread
from indextts.studio.tabs.speak.takes import Take


def test_a_run_that_is_slow_to_stop_says_that_it_was_asked_to() -> None:
    session, go = Session(), threading.Event()
    cancel = session.begin()

    def stubborn(tell: Callable[[Progress], None]) -> Take:
        tell(Progress("acoustic", 0, 1))
        assert go.wait(10)
        cancel.check()
        raise AssertionError("the run went on")

    async def watch() -> None:
        async for step in in_thread(stubborn, cancel):
            assert isinstance(step, Progress)
            shown.append(panels.progress(step, "en"))
            if len(shown) == 1:
                session.stop()
            else:
                go.set()

    shown: list[str] = []
    with pytest.raises(StudioError, match="Cancelled"):
        asyncio.run(watch())
    assert "Cancelling" in shown[-1]


def test_each_request_to_stop_is_told() -> None:
    told: list[int] = []
    cancel = Cancel()
    cancel.on_cancel(lambda: told.append(1))
    cancel.cancel()
    cancel.cancel()
    assert told == [1, 1] and cancel.cancelled


@pytest.mark.parametrize("fails", [False, True], ids=["result", "error"])
@pytest.mark.parametrize("presses", [1, 3])
def test_a_press_of_cancel_that_comes_behind_the_end_takes_nothing_away(fails: bool, presses: int) -> None:
    cancel, seen = Cancel(), list[object]()

    def work(tell: Callable[[Progress], None]) -> str:
        tell(Progress("acoustic", 0, 1))
        assert looking.wait(10)
        if fails:
            raise StudioError("nothing_read")
        return "made"

    looking = threading.Event()

    async def watch() -> None:
        async for step in in_thread(work, cancel):
            seen.append(step)
            if len(seen) == 1:
                looking.set()
                # The loop learns how the work ended, and then of the cancelling, before this reader looks again.
                (worker,) = (thread for thread in threading.enumerate() if thread.name == "studio-run")
                worker.join(10)
                for _ in range(presses):
                    cancel.cancel()

    if fails:
        with pytest.raises(StudioError, match="Nothing is read"):
            asyncio.run(asyncio.wait_for(watch(), 20))
    else:
        asyncio.run(asyncio.wait_for(watch(), 20))
        assert seen == [Progress("acoustic", 0, 1), "made"]
