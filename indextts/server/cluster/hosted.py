"""An ASGI application that answers calls which come by hand instead of by a socket."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import IO, Final

from starlette.types import ASGIApp, Message, Receive

from indextts.server.cluster.calls import Call, is_last
from indextts.server.errors import TOLD, Told

log = logging.getLogger(__name__)

_PIECE: Final = 256 * 1024
_LEAVE_S: Final = 5.0
"""Seconds that an application may take to notice that its client has gone."""
SERVED_BY: Final = b"x-served-by"
ABOUT: Final = "indextts.about"
"""Key in the first message of an answer: the code of the error that it is, if it is one, and the seconds that it took.
It is for the door alone.
"""


class NotStartedError(Exception):
    """The application could not be started, or has ended."""


class Hosted:
    """Runs one application in the present event loop. ``name`` stands in each of its answers."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app = app
        self._name = name.encode("latin-1", "replace")
        self._orders: asyncio.Queue[Message] = asyncio.Queue()
        self._told: asyncio.Queue[Message] = asyncio.Queue()
        self._life: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin the application's life. Raises :class:`NotStartedError`."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}

        async def live() -> None:
            await self._app(scope, self._orders.get, self._told.put)

        self._life = asyncio.create_task(live())
        await self._orders.put({"type": "lifespan.startup"})
        await self._hear("lifespan.startup.complete")

    async def stop(self) -> None:
        """End it. Harmless when it has ended, or was never begun."""
        if self.alive:
            await self._orders.put({"type": "lifespan.shutdown"})
            await self._hear("lifespan.shutdown.complete")

    @property
    def alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._life is not None and not self._life.done()

    async def _hear(self, wanted: str) -> None:
        assert self._life is not None
        hearing = asyncio.create_task(self._told.get())
        await asyncio.wait((hearing, self._life), return_when=asyncio.FIRST_COMPLETED)
        hearing.cancel()
        if not hearing.done() or hearing.cancelled() or hearing.result()["type"] != wanted:
            raise NotStartedError(f"the application did not say {wanted}")

    async def answer(self, call: Call) -> AsyncGenerator[list[Message], None]:
        """The messages of the answer, as many at once as there are. Closing the generator tells the application that
        the client has gone.
        """
        made: asyncio.Queue[Message | None] = asyncio.Queue()
        gone = asyncio.Event()
        scope, began = {**call.scope(), "state": {}}, time.monotonic()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = scope["state"].get(TOLD)
                about = (told.code if isinstance(told, Told) else "", time.monotonic() - began)
                message = {**message, "headers": [*message.get("headers", ()), (SERVED_BY, self._name)], ABOUT: about}
            made.put_nowait(message)

        async def work() -> None:
            file = open(call.file, "rb") if call.file else None  # noqa: SIM115
            try:
                await self._app(scope, _receiving(call, file, gone), send)
            finally:
                made.put_nowait(None)
                if file is not None:
                    file.close()

        working = asyncio.create_task(work())
        try:
            ended = False
            while not ended:
                messages = [await made.get()]
                while not made.empty():
                    messages.append(made.get_nowait())
                whole = [one for one in messages if one is not None]
                ended = len(whole) < len(messages) or any(is_last(one) for one in whole)
                if whole:
                    yield whole
            await working  # what it raised breaks the answer off
        finally:
            gone.set()
            await _leave(working)


def _receiving(call: Call, file: IO[bytes] | None, gone: asyncio.Event) -> Receive:
    """Where the application hears of its request: the body, then, when it comes to that, that the client has gone."""
    left: list[Message] = [] if file else [{"type": "http.request", "body": call.body, "more_body": False}]
    reading = file is not None

    async def receive() -> Message:
        nonlocal reading
        if left:
            return left.pop()
        if reading and file is not None:
            piece = await asyncio.to_thread(file.read, _PIECE)
            reading = len(piece) == _PIECE
            return {"type": "http.request", "body": piece, "more_body": reading}
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive


async def _leave(working: asyncio.Task[None]) -> None:
    """Wait until the application has noticed; one that does not is stopped."""
    if working.done():
        return
    await asyncio.wait((working,), timeout=_LEAVE_S)
    if not working.done():
        working.cancel()
        await asyncio.wait((working,), timeout=_LEAVE_S)


def drop(path: Path) -> None:
    """Remove a body that is no longer needed."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("Cannot remove %s: %s", path, error)
