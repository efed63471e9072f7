from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from indextts.errors import StudioError
from indextts.run import Cancel, Progress
from indextts.studio import panels
from indextts.studio.session import Session, in_thread
from indextts.studio.takes import Take


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
