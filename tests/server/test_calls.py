"""What was removed and can be put back for a while, and work that ends with its client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request

from indextts.model.errors import StudioError
from indextts.platform.run import Cancel
from indextts.server.calls import Removed, cancel_on_leave


def test_it_is_put_back_once_and_only_for_a_while() -> None:
    back: list[str] = []
    removed = Removed()
    removed.add("own-1", lambda: back.append("own-1"))
    removed.put_back("own-1")
    with pytest.raises(StudioError) as caught:
        removed.put_back("own-1")
    assert back == ["own-1"] and caught.value.code == "undo_gone"
    late = Removed(kept_s=-1.0)
    late.add("own-1", lambda: back.append("late"))
    with pytest.raises(StudioError):
        late.put_back("own-1")
    assert back == ["own-1"]


def test_the_oldest_are_forgotten() -> None:
    removed = Removed()
    for number in range(300):
        removed.add(f"own-{number}", lambda: None)
    with pytest.raises(StudioError):
        removed.put_back("own-0")
    removed.put_back("own-299")


def test_streams_end_quietly_with_their_event_loop() -> None:
    """A loop that ends closes all asynchronous generators at once, in any order."""
    scope = {"type": "http", "headers": [], "state": {}, "client": ("10.0.0.9", 1), "path": "/", "method": "GET"}
    faults: list[object] = []
    cancels: list[Cancel] = []

    async def stream() -> AsyncIterator[int]:
        with cancel_on_leave(Request(scope, receive=asyncio.Event().wait)) as cancel:  # type: ignore[arg-type]
            cancels.append(cancel)
            for number in range(9):
                yield number

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, told: faults.append(told))
        streams = [stream() for _ in range(40)]
        assert [await anext(one) for one in streams] == [0] * 40
        await loop.shutdown_asyncgens()

    asyncio.run(serve())
    assert faults == [] and len(cancels) == 40 and all(cancel.cancelled for cancel in cancels)
