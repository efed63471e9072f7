"""The door of a cluster: takes each request, gives it to a process that is free, and again to another when that dies.

It reads the whole request first, so that it can be asked twice. What has reached the client is never sent again: a
request whose answer had begun is gone on with only where the second answer has the same bytes, which is so for speech.
Everything else that breaks off ends the connection, so that no client takes half an answer for a whole one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Protocol

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.storage.files import own_folder, writing
from indextts.server.cluster.calls import Call, CallRule, Group, is_last, rule_of, voice_key, voice_of
from indextts.server.cluster.door_meter import DoorMeter, Passing
from indextts.server.cluster.hosted import ABOUT, drop
from indextts.server.errors import error_response, request_id
from indextts.server.middleware import BodyLimit, BrokenStreamError, RequestContext
from indextts.server.observed import id_of
from indextts.service.rate_limit import NOT_COUNTED, RateLimit, client_of
from indextts.voices.cloning.library import CloneLibrary

log = logging.getLogger(__name__)

IN_HAND: Final = 1024 * 1024
"""A longer body goes to the process as a file."""
TRIES: Final = b"x-tries"
"""In the answer to a request that was given to more than one process: how many."""
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 2.0
_PROBE_S: Final = 2.0
_RETRY_S: Final = 2
_STALE_S: Final = 24 * 3600.0


class WorkerLostError(Exception):
    """The process that was answering has died, or cannot be reached."""


class WorkersBusyError(Exception):
    """All processes of a group have as much as they may, and so many wait."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        super().__init__(f"{waiting} requests wait")


class Workers(Protocol):
    """The processes behind the door."""

    def answer(self, group: Group, call: Call, key: str) -> AsyncGenerator[list[Message], None]:
        """What a process of ``group`` answers; one that has the voice of ``key`` warm goes first.

        Raises :class:`WorkerLostError` and :class:`WorkersBusyError`.
        """
        ...


class Door:
    """An ASGI application; has no life of its own."""

    def __init__(self, config: Config, workers: Workers) -> None:
        self._workers = workers
        self.meter = DoorMeter()
        self._limits = config.server
        self._prefix = config.server.root_path.rstrip("/")
        self._retry_s = config.cluster.retry_s
        self._rate = RateLimit(config.server.rate_limit)
        self._shares = Shares(config.cluster.waiting)
        self._clones = CloneLibrary(config)
        self._bodies = config.cache_path / "run" / "bodies"
        self._resolve = _Resolve(config.server.trusted_proxies)
        _forget_stale(self._bodies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            # What a process answers has all its headers: it goes out as it is, past those that are put on our own.
            pass_on = partial(self._pass_on, Call.of(scope), send)
            named = {**scope, "state": {**scope.get("state", {}), "request_id": id_of(Headers(scope=scope))}}
            began = time.monotonic()
            try:
                await RequestContext(BodyLimit(pass_on, limits=self._limits))(named, receive, send)
            finally:
                if not rule_of(scope["method"], scope["path"].removeprefix(self._prefix)).probe:
                    self.meter.refused(named, time.monotonic() - began)

    async def _pass_on(self, call: Call, out: Send, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer ``call`` through ``out``, or refuse it through ``send``."""
        rule = rule_of(call.method, call.path.removeprefix(self._prefix))
        call = call.named(request_id(scope))
        path: Path | None = None
        try:
            client = await self._resolve.client(call)
            counting = self._rate.counted(client) if rule.group == "speech" else nullcontext()
            with counting, self._shares.one(client, rule.group == "speech"):
                body, path = await self._body(receive)
                call = call.with_body(body) if path is None else call.with_file(path)
                sent = Sent(out, heads=call.method == "HEAD")
                answering = asyncio.create_task(self._answer(rule, call, sent))
                leaving = asyncio.create_task(_left(receive))
                try:
                    await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    leaving.cancel()
                    if not answering.done():
                        answering.cancel()
                with suppress(asyncio.CancelledError):
                    await answering
                if rule.group == "speech" and sent.code in NOT_COUNTED:
                    self._rate.give_back(client)
        except WorkersBusyError as error:
            await error_response(scope, _full(error.waiting))(scope, receive, send)
        except StudioError as error:
            if not await _own_health(call, rule, out):
                await error_response(scope, error)(scope, receive, send)
        finally:
            if path is not None:
                drop(path)

    async def _answer(self, rule: CallRule, call: Call, sent: Sent) -> None:
        """Ask until there is a whole answer, or no more can be done.

        Raises :class:`StudioError` ``worker_lost`` where nothing was sent, else
        :class:`indextts.server.middleware.BrokenStreamError`.
        """
        key = await self._key(call) if rule.group == "speech" else ""
        with self.meter.passing(rule.group) as passing:
            await self._until_whole(rule, call, key, sent, passing)

    async def _until_whole(self, rule: CallRule, call: Call, key: str, sent: Sent, passing: Passing) -> None:
        ends, pause = time.monotonic() + self._retry_s, _FIRST_PAUSE_S
        accepted = False
        while True:
            try:
                self.meter.tried(rule.group)
                async with asyncio.timeout(_PROBE_S if rule.probe else None):
                    await self._ask(rule, call, key, sent, passing)
                return
            except WorkersBusyError:
                if not accepted:
                    raise
            except WorkerLostError as error:
                log.warning("%s %s: its process (%s) is lost: %s", call.method, call.path, rule.group, error)
                accepted = True
                over = not rule.again or (sent.started and not rule.same) or time.monotonic() > ends
                self.meter.lost(rule.group, broken=over)
                if over:
                    if sent.started:
                        raise BrokenStreamError("the process that was answering is lost") from error
                    raise StudioError("worker_lost", retry_after_s=_RETRY_S) from error
            except Exception as error:
                if sent.started:
                    raise BrokenStreamError(str(error)) from error
                if rule.probe and isinstance(error, TimeoutError):
                    raise StudioError("loading", retry_after_s=_RETRY_S) from None
                raise
            sent.begin_again()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _ask(self, rule: CallRule, call: Call, key: str, sent: Sent, passing: Passing) -> None:
        whole = False
        messages = self._workers.answer(rule.group, call, key)
        try:
            async for batch in messages:
                for message in batch:
                    if message["type"] == "http.response.start":
                        sent.code, took_s = message.pop(ABOUT, ("", 0.0))
                        self.meter.began(passing, message["status"], took_s)
                    await sent.pass_on(message)
                    whole = whole or is_last(message)
        finally:
            await messages.aclose()
        if not whole:
            raise WorkerLostError("its answer has no end")

    async def _key(self, call: Call) -> str:
        voice = voice_of(call)
        return await asyncio.to_thread(voice_key, voice, self._clones.get) if voice else ""

    async def _body(self, receive: Receive) -> tuple[bytes, Path | None]:
        """The whole body: in hand, or in a file where it is long."""
        first: list[bytes] = []
        size = 0
        coming = _parts(receive)
        async for part in coming:
            first.append(part)
            size += len(part)
            if size > IN_HAND:
                return b"", await self._filed(first, coming)
        return b"".join(first), None

    async def _filed(self, first: list[bytes], coming: AsyncGenerator[bytes, None]) -> Path:
        with writing(self._bodies):
            own_folder(self._bodies)
            handle, name = tempfile.mkstemp(dir=self._bodies)
        path = Path(name)
        try:
            with os.fdopen(handle, "wb") as file, writing(self._bodies):
                await asyncio.to_thread(file.writelines, first)
                async for part in coming:
                    await asyncio.to_thread(file.write, part)
        except BaseException:
            drop(path)
            raise
        return path


class Sent:
    """What has gone to a client of one answer."""

    def __init__(self, send: Send, *, heads: bool = False) -> None:
        self._send = send
        self._heads = heads
        self.started = False
        self.code = ""
        """Of the error that the answer is; empty where it is none."""
        self._status = 0
        self._bytes = 0
        self._digest = sha256()
        self._skip = 0
        self._skipped = sha256()
        self._tries = 1

    def begin_again(self) -> None:
        """From now on comes the whole answer once more: what the client has is held back."""
        self._tries += 1
        self._skip, self._skipped = self._bytes, sha256()

    async def pass_on(self, message: Message) -> None:
        """Send what the client does not have yet.

        Raises :class:`indextts.server.middleware.BrokenStreamError` where the second answer is another one.
        """
        if message["type"] == "http.response.start":
            if self.started:
                if message["status"] != self._status:
                    raise BrokenStreamError("the second answer is another one")
                return
            self.started, self._status = True, message["status"]
            if self._tries > 1:
                message = {**message, "headers": [*message.get("headers", ()), (TRIES, str(self._tries).encode())]}
            await self._send(message)
            return
        body: bytes = message.get("body", b"")
        if self._skip:
            known, body = body[: self._skip], body[self._skip :]
            self._skipped.update(known)
            self._skip -= len(known)
            last_short = self._skip > 0 and is_last(message)
            if last_short or (self._skip == 0 and self._skipped.digest() != self._digest.digest()):
                raise BrokenStreamError("the second answer is another one")
            if self._skip or not (body or is_last(message)):
                return
        self._digest.update(body)
        self._bytes += len(body)
        await self._send({**message, "body": b"" if self._heads else body})


class Shares:
    """How many requests each client has at the door: none has more than half of what may wait. For one event loop."""

    def __init__(self, waiting: int) -> None:
        self._most = max(1, waiting // 2)
        self._open: Counter[str] = Counter()

    @contextmanager
    def one(self, client: str, counted: bool) -> Iterator[None]:
        """A request of ``client``. Raises :class:`StudioError` ``queue_full``."""
        if not counted:
            yield
            return
        if self._open[client] >= self._most:
            raise _full(self._open[client])
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            self._open += Counter()  # without those at 0


class _Resolve:
    """Client address behind trusted proxies."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self._trusted = list(trusted)

    async def client(self, call: Call) -> str:
        """As :func:`indextts.service.rate_limit.client_of` names it."""
        scope = call.scope()
        if self._trusted:

            async def keep(seen: Any, _: Any, __: Any) -> None:
                scope["client"] = seen["client"]

            await ProxyHeadersMiddleware(keep, self._trusted)(scope, _nothing, _no_send)  # type: ignore[arg-type]
        return client_of(HTTPConnection(scope))


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


async def _no_send(_: Message) -> None:
    return


def _full(waiting: int) -> StudioError:
    return StudioError("queue_full", waiting=waiting, retry_after_s=_RETRY_S)


async def _own_health(call: Call, rule: CallRule, out: Send) -> bool:
    """Say in the place of the process that would that it is being started; whether that was asked."""
    if not rule.probe or not call.path.endswith(("/healthz", "/health")):
        return False
    state = {"status": "loading", "model_loaded": False, "timestamp": time.time(), "engines": {}, "load_times": {}}
    headers = [(b"content-type", b"application/json"), (b"x-request-id", secrets.token_hex(8).encode())]
    await out({"type": "http.response.start", "status": 200, "headers": headers})
    await out({"type": "http.response.body", "body": json.dumps(state).encode()})
    return True


async def _parts(receive: Receive) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises Starlette's ``ClientDisconnect`` when the client goes before its end."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


def _forget_stale(folder: Path, now: Callable[[], float] = time.time) -> None:
    """Remove the bodies that a door left behind which was killed."""
    with suppress(OSError):
        for path in folder.iterdir():
            if now() - path.stat().st_mtime > _STALE_S:
                drop(path)
