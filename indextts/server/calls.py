"""What the routes' calls share: their rate, the service and its threads, their end, and the undoing of a removal."""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import mktime_tz, parsedate_tz
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, TypeVar
from urllib.parse import quote

import anyio
from fastapi import Query
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from indextts.model.errors import StudioError
from indextts.platform.run import Cancel
from indextts.server.errors import COUNTED
from indextts.service.rate_limit import RateLimit, client_of
from indextts.service.service import SpeechService

if TYPE_CHECKING:
    from indextts.works.works import Works

T = TypeVar("T")
Deleted = Annotated[bool, Query(description="Instead of what is there, what `restore` would put back.")]

LIGHT_CALLS: Final = 5
"""A client may make so many light calls for each that ``server.rate_limit`` allows: one click is several of them."""

SPARE_THREADS: Final = 8
"""Beyond as many as the service lets in: to refuse the next requests, and to encode and save."""


async def limit_rate(request: Request) -> None:
    """Count this call for its client; raises :class:`StudioError` ``rate_limited``."""
    _count(request, service_of(request).rate)


async def limit_light_rate(request: Request) -> None:
    """Count a call that costs little, such as one entry of a list; raises as :func:`limit_rate`."""
    _count(request, request.app.state.light_rate)


def _count(request: Request, rate: RateLimit) -> None:
    client = client_of(request)
    rate.check(client)
    request.scope["state"].setdefault(COUNTED, []).append(partial(rate.give_back, client))


def service_of(request: Request) -> SpeechService:
    """The service that answers ``request``."""
    service: SpeechService = request.app.state.service
    return service


def works_of(request: Request) -> Works:
    """The works that ``request`` is about."""
    works: Works = request.app.state.works
    return works


def server_warnings(request: Request) -> list[StudioError]:
    """What is lost or missing of the cluster that this process belongs to, of the ports beside HTTP's and of files."""
    state = request.app.state
    kept = [one.problem for one in (state.feeds, state.phones, state.origins) if one.problem is not None]
    return [*([] if state.cluster is None else state.cluster.warnings()), *state.warnings, *kept]


async def in_thread(request: Request, work: Callable[[], T]) -> T:
    """Run ``work`` in a thread of this app. Leaves at once when the task is cancelled; the thread goes on."""
    return await anyio.to_thread.run_sync(work, limiter=request.app.state.threads, abandon_on_cancel=True)


async def with_service(request: Request, work: Callable[[SpeechService], T]) -> T:
    """Run ``work`` with the service in a thread, as :func:`in_thread`."""
    return await in_thread(request, lambda: work(service_of(request)))


async def stoppable(request: Request, work: Callable[[Cancel], T]) -> T:
    """Run ``work(cancel)`` in a thread; ``cancel`` is pulled when the client goes or the server stops."""
    with cancel_on_leave(request) as cancel:
        return await in_thread(request, partial(work, cancel))


@contextmanager
def cancel_on_leave(request: Request) -> Iterator[Cancel]:
    """A :class:`Cancel` that is pulled on leaving this block, or when the client goes away before."""
    # Not an asynchronous manager: an event loop that ends would close its generator from under it.
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


KEPT_S: Final = 30.0
"""How long something that was removed can be put back."""

_MOST_REMOVED: Final = 256


class Removed:
    """The last things that were removed, by id, each with what puts it back. Thread-safe."""

    def __init__(self, *, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._known: dict[str, tuple[float, Callable[[], object]]] = {}
        self._lock = threading.Lock()

    def add(self, name: str, back: Callable[[], object]) -> None:
        """Remember how ``name`` is put back; the oldest is forgotten when there are many."""
        now = time.monotonic()
        with self._lock:
            self._known.pop(name, None)
            known = [(one, kept) for one, kept in self._known.items() if kept[0] >= now]
            self._known = {**dict(known[1 - _MOST_REMOVED :]), name: (now + self._kept_s, back)}

    def put_back(self, name: str) -> None:
        """Put it back, once. Raises :class:`StudioError` ``undo_gone``, and as what puts it back."""
        with self._lock:
            ends, back = self._known.pop(name, (0.0, None))
        if back is None or time.monotonic() > ends:
            raise StudioError("undo_gone")
        back()


_SPAN: Final = "(?:[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})"
_RANGE: Final = re.compile(f"bytes *=[ ,]*{_SPAN}(?: *,[ ,]*{_SPAN})*[ ,]*", re.IGNORECASE)


class StoredFile(FileResponse):
    """A file on the disk. A range that is none is left out, as RFC 9110 has it, and what a client has is not sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = MutableHeaders(scope={**scope, "headers": list(scope["headers"])})
        scope = {**scope, "headers": headers.raw}
        given = headers.get("range", "")
        ends = re.findall(r"([0-9]+)-([0-9]+)", given)
        if given and (not _RANGE.fullmatch(given) or any(int(first) > int(last) for first, last in ends)):
            del headers["range"]
        if "if-none-match" in headers or "if-modified-since" in headers:
            self.set_stat_headers(await anyio.to_thread.run_sync(os.stat, self.path))
            if (same := unchanged(headers, self.headers)) is not None:
                await same(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def unchanged(asked: Headers, told: Mapping[str, str]) -> Response | None:
    """304 where the client has what ``told`` describes, by its ETag, or by its date where no ETag is given."""
    if (known := asked.get("if-none-match")) is not None:
        tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
        same = told["etag"] in tags or "*" in tags
    else:
        changed, seen = _moment(told.get("last-modified")), _moment(asked.get("if-modified-since"))
        same = changed is not None and seen is not None and changed <= seen
    kept = {name: told[name] for name in ("etag", "last-modified", "cache-control") if name in told}
    return Response(status_code=304, headers=kept) if same else None


def _moment(date: str | None) -> float | None:
    with suppress(ValueError, OverflowError):
        return mktime_tz(parts) if (parts := parsedate_tz(date or "")) else None
    return None


def attachment(content: bytes | str, media_type: str, plain: str, name: str) -> Response:
    """A file to be kept as ``name``, in any script; ``plain`` is what clients call it that know ASCII alone."""
    return Response(content, media_type=media_type, headers=disposition(plain, name))


def disposition(plain: str, name: str) -> dict[str, str]:
    """The header that says so."""
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}
