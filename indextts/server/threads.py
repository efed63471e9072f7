"""Blocking speech under an event loop: in threads, and stopped when the client goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, TypeVar

import anyio
from starlette.requests import Request

from indextts.run import Cancel
from indextts.service.rate_limit import client_of

T = TypeVar("T")

_SPARE_THREADS: Final = 8
"""Beyond those that speak and those that wait: to refuse the next ones, and to encode and save."""


def make_limiter(places: int) -> anyio.CapacityLimiter:
    """Threads for as many requests as the service lets in, and some to say no in."""
    return anyio.CapacityLimiter(places + _SPARE_THREADS)


async def in_thread(request: Request, work: Callable[[], T]) -> T:
    """Run ``work`` in a thread of this app. Leaves at once when the task is cancelled; the thread goes on."""
    return await anyio.to_thread.run_sync(work, limiter=request.app.state.threads, abandon_on_cancel=True)


async def stoppable(request: Request, work: Callable[[Cancel], T]) -> T:
    """Run ``work(cancel)`` in a thread; ``cancel`` is pulled when the client goes or the server stops."""
    async with cancel_on_leave(request) as cancel:
        return await in_thread(request, partial(work, cancel))


@asynccontextmanager
async def cancel_on_leave(request: Request) -> AsyncIterator[Cancel]:
    """A :class:`Cancel` that is pulled on leaving this block, or when the client goes away before."""
    cancel = Cancel(client=client_of(request))

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        cancel.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield cancel
    finally:
        cancel.cancel()
        watcher.cancel()


async def iterate(request: Request, items: Iterator[T]) -> AsyncIterator[T]:
    """``items``, each made in a thread."""
    end = object()
    while (item := await in_thread(request, partial(next, items, end))) is not end:
        yield item
