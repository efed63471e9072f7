"""Stands before Gradio's calls: work ends when its client has gone, and what Gradio keeps stays bounded.

Gradio runs what was asked for to its end, even if no client still listens; keeps each session that was ever named; and
leaves on the disk what was uploaded in part.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, Protocol

from fastapi import FastAPI
from gradio.blocks import Blocks
from gradio.state_holder import SessionState, StateHolder
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indextts.model.errors import StudioError
from indextts.platform.clock import believed
from indextts.platform.periodic import Periodic
from indextts.platform.run import Cancel
from indextts.server.errors import error_response
from indextts.server.middleware import GRADIO_API
from indextts.server.parsing import FORM_TYPES
from indextts.server.uploads import UploadFolder, take_upload
from indextts.service.service import SpeechService

log = logging.getLogger(__name__)

LEFT: Final = "left"
"""Key in a request's state: the :class:`Cancel` that is triggered when its result is no longer awaited."""
UNHEARD_S: Final = 60.0
"""Seconds that work continues before a client waits for its result."""
LOOK_S: Final = 0.02
"""How often Gradio looks for calls in its queue. Its own choice, a millisecond, costs an idle server 6 % of a core."""

_ASKED: Final = "queue/join"
"""The call whose result comes on another connection …"""
_DIRECT: Final = "run/"
"""… and those with the result on the same one."""
_HEARD: Final = "queue/data"
_HEARTBEAT: Final = "heartbeat/"


class _Event(Protocol):
    """What of Gradio's own queue is used here: a call that waits or runs."""

    _id: str
    session_hash: str
    request: Request


class _Queue(Protocol):
    event_ids_to_events: dict[str, _Event]
    sleep_when_free: float
    progress_update_sleep_when_free: float


def attend(inner: FastAPI, service: SpeechService) -> None:
    """Put all of it before the Gradio page that is mounted on ``inner``; to be called before that is started."""
    page: Any = next(route.app for route in inner.routes if isinstance(route, Mount))
    blocks = page.get_blocks()
    page.state_holder = sessions = PageSessions(MOST, IDLE_S)
    sessions.set_blocks(blocks)
    queue: _Queue = blocks._queue
    queue.sleep_when_free = LOOK_S
    queue.progress_update_sleep_when_free = 5 * LOOK_S
    config = service.config
    uploads = UploadFolder(
        config.cache_path / "gradio",
        max_bytes=config.server.max_uploads_bytes,
        max_age_s=config.outputs.max_age_s,
        in_use_s=config.server.deadline_s,
    )
    inner.state.config = config  # for what reads forms
    inner.add_middleware(GradioCalls, queue=queue, sessions=sessions, uploads=uploads)
    outer = inner.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()

        def clean() -> None:
            uploads.sweep()
            loop.call_soon_threadsafe(sessions.sweep)

        cleaning = Periodic("page left-overs", clean, config.outputs.sweep_every_s)
        cleaning.start()
        try:
            async with outer(app) as state:
                yield state
        finally:
            cleaning.close()

    inner.router.lifespan_context = lifespan


class GradioCalls:
    """ASGI middleware around Gradio's application."""

    def __init__(self, app: ASGIApp, *, queue: _Queue, sessions: PageSessions, uploads: UploadFolder) -> None:
        self._app = app
        self._queue = queue
        self._sessions = sessions
        self._uploads = uploads
        self._heard: Counter[str] = Counter()
        """Connections on which a session's results are waited for."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and look after the calls that cost something."""
        call = scope["path"].partition(GRADIO_API)[2] if scope["type"] == "http" else ""
        if scope.get("method") == "POST" and call:
            await self._post(call, scope, receive, send)
        elif call.startswith(_HEARTBEAT):
            with self._sessions.open(call.removeprefix(_HEARTBEAT).rstrip("/")):
                await self._app(scope, receive, send)
        elif call.startswith(_HEARD):
            await self._hear(Request(scope).query_params.get("session_hash", ""), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _post(self, call: str, scope: Scope, receive: Receive, send: Send) -> None:
        kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        if call.rstrip("/") == "upload":
            try:
                response = await take_upload(Request(scope, receive), self._uploads)
            except StudioError as error:
                response = error_response(scope, error)
            await response(scope, receive, send)
        elif kind == FORM_TYPES[0]:
            # Gradio would write its files into the system's temporary folder, and leave them there.
            refusal = StudioError("wrong_type", expected="application/json", received=kind)
            await error_response(scope, refusal)(scope, receive, send)
        elif call.startswith(_DIRECT):
            async with _watched(receive, send, self._mark(scope).cancel) as (receive, send):
                await self._app(scope, receive, send)
        elif call.startswith(_ASKED):
            left = self._mark(scope)
            await self._app(scope, receive, send)
            asyncio.get_running_loop().call_later(UNHEARD_S, self._end_unheard, left)
        else:
            await self._app(scope, receive, send)

    @staticmethod
    def _mark(scope: Scope) -> Cancel:
        left: Cancel = scope.setdefault("state", {}).setdefault(LEFT, Cancel())
        return left

    async def _hear(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Results of ``session`` are awaited; when they no longer are, its work ends."""

        def leave() -> None:
            for event in self._events() if self._heard[session] == 1 else ():
                left = _left_of(event)
                if event.session_hash == session and left is not None:
                    left.cancel()

        self._heard[session] += 1
        try:
            async with _watched(receive, send, leave) as (receive, send):
                await self._app(scope, receive, send)
        finally:
            self._heard[session] -= 1
            self._heard += Counter()  # without those at 0

    def _end_unheard(self, left: Cancel) -> None:
        for event in self._events():
            if _left_of(event) is left and not self._heard[event.session_hash]:
                left.cancel()

    def _events(self) -> list[_Event]:
        return list(self._queue.event_ids_to_events.values())


def _left_of(event: _Event) -> Cancel | None:
    left = event.request.scope.get("state", {}).get(LEFT)
    return left if isinstance(left, Cancel) else None


@asynccontextmanager
async def _watched(receive: Receive, send: Send, leave: Callable[[], None]) -> AsyncIterator[tuple[Receive, Send]]:
    """The same two; ``leave`` is called when the client goes away before the answer's end, listened to or not."""
    waiting: asyncio.Queue[Message | Exception] = asyncio.Queue(maxsize=1)
    gone: Message = {"type": "http.disconnect"}
    is_gone = is_done = False

    async def watch() -> None:
        nonlocal is_gone
        while not is_gone:
            try:
                message = await receive()
            except Exception as error:  # raised again where the application reads
                await waiting.put(error)
                return
            if message["type"] == "http.disconnect":
                is_gone = True
                if not is_done:
                    leave()
            await waiting.put(message)

    async def passed() -> Message:
        if is_gone and waiting.empty():
            return gone
        message = await waiting.get()
        if isinstance(message, Exception):
            raise message
        return message

    async def noting(message: Message) -> None:
        nonlocal is_done
        is_done = is_done or (message["type"] == "http.response.body" and not message.get("more_body", False))
        await send(message)

    watcher = asyncio.create_task(watch())
    try:
        yield passed, noting
    finally:
        watcher.cancel()


MOST: Final = 200
"""Sessions that are remembered, beyond the pages that are open."""
IDLE_S: Final = 3600.0
"""Seconds that an unused session is kept: as long as a page that lost its connection may come back."""


class PageSessions(StateHolder):
    """Gradio's own store, in which a page stays as long as it is open, and others go, the longest unused first."""

    def __init__(self, most: int, idle_s: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._most = most
        self._idle_s = idle_s
        self._open: Counter[str] = Counter()

    def set_blocks(self, blocks: Blocks) -> None:
        super().set_blocks(blocks)
        self.capacity = self._most

    def __getitem__(self, session_id: str) -> SessionState:
        """The session of that name, a new one if need be."""
        is_new = session_id not in self.session_data
        state = super().__getitem__(session_id)
        if is_new:
            # A copy of the whole page, 0.2 MB, of use only to links that bring a page's values back.
            state.config_values.clear()
        return state

    @contextmanager
    def open(self, session_id: str) -> Iterator[None]:
        """Within this the page of that session is open."""
        self._open[session_id] += 1
        try:
            yield
        finally:
            self._open[session_id] -= 1
            self._open += Counter()  # without those at 0

    def update(self, session_id: str) -> None:
        """Note that a session was used; others go where there are too many."""
        with self.lock:
            if session_id in self.session_data:
                self.session_data.move_to_end(session_id)
            closed = [one for one in self.session_data if one != session_id and not self._open[one]]
            beyond = len(self.session_data) - self.capacity
            gone = [self._take_out(one) for one in closed[: max(0, beyond)]]
        self._end(gone)

    def sweep(self) -> None:
        """Remove sessions unused for long."""
        before = datetime.datetime.fromtimestamp(believed()) - datetime.timedelta(seconds=self._idle_s)
        with self.lock:
            idle = [one for one, used in self.time_last_used.items() if used < before and not self._open[one]]
            gone = [self._take_out(one) for one in idle if one in self.session_data]
        self._end(gone)

    def _take_out(self, session_id: str) -> SessionState:
        self.time_last_used.pop(session_id, None)
        return self.session_data.pop(session_id)

    def _end(self, gone: list[SessionState]) -> None:
        for state in gone:
            for component, value, _ in state.state_components:
                component.delete_callback(value)  # stops a run that may be going on
