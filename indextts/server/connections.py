"""Connections that cost nothing for long: each has a time to say what it wants, and all together are bounded.

Uvicorn waits for ever for the rest of a header or of a body, and for a reader who does not read. Here such a
connection is ended, and where there are too many, the one that has been idle for longest makes room.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import resource
import time
from collections import Counter
from functools import partial
from typing import Any, Final, Protocol

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from indextts.model.errors import StudioError, because
from indextts.platform.serving_config import ServerConfig
from indextts.server.errors import error_body

log = logging.getLogger(__name__)

BACKLOG: Final = 128
"""Connections that may wait to be accepted; so many can be accepted at once before the first is counted."""
_MOST_FILES: Final = 65_536
_LOOK_S: Final = 0.5
_TELL_EVERY_S: Final = 30.0
_LEAST_BODY_BYTES: Final = 1024
"""What a body has to bring within ``body_idle_s``, unless it ends."""
OWN_PACE: Final = "own_pace"
"""Key in a request's state: its body may bring as little as it wants, and its call looks after that."""
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_LANGUAGE: Final = re.compile(rb"^accept-language:[ \t]*([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)
_LEAST_READ_BYTES: Final = 16 * 1024
"""What a reader has to take within ``reader_idle_s``."""


class Seldom:
    """Says what happens often once in a while, with how often it happened."""

    def __init__(self, every_s: float = _TELL_EVERY_S) -> None:
        self._every_s = every_s
        self._next = 0.0
        self._counts: Counter[str] = Counter()

    def tell(self, what: str) -> None:
        """Count ``what``; write everything counted to the log, where the last time is long enough ago."""
        self._counts[what] += 1
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._every_s
            told = "; ".join(f"{what} ({count} times)" for what, count in self._counts.items())
            log.warning("%s", told, extra={"plain": True})
            self._counts.clear()


class CountedConnection(Protocol):
    """A connection that is counted."""

    since: float
    loop: asyncio.AbstractEventLoop

    @property
    def expendable(self) -> bool: ...

    def look(self) -> None: ...

    def drop(self) -> None: ...

    def refuse(self, error: StudioError) -> None: ...


class Connections:
    """The connections of one server. For its event loop alone."""

    def __init__(self, settings: ServerConfig) -> None:
        self.settings = settings
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self.most = max(8, min(settings.max_connections, files // 2))
        """Well below the number of files that the process may open: models and answers need some too."""
        self.open: set[CountedConnection] = set()
        self.seldom = Seldom()
        self._looking: asyncio.TimerHandle | None = None

    def add(self, connection: CountedConnection) -> None:
        """Keep an eye on a new connection; where there are too many, one that is idle goes, else this one."""
        self.open.add(connection)
        if len(self.open) > self.most:
            idle = [one for one in self.open if one is not connection and one.expendable]
            if idle:
                self.seldom.tell("Too many connections: the one that was idle for longest was ended")
                min(idle, key=lambda one: one.since).drop()
            else:
                self.seldom.tell("Too many connections: a new one was refused")
                connection.refuse(StudioError("too_many_connections", retry_after_s=5))
        if self._looking is None:
            self._looking = connection.loop.call_later(_LOOK_S, self._look)

    def _look(self) -> None:
        self._looking = None
        for connection in list(self.open):
            connection.look()
        if self.open:
            self._looking = asyncio.get_running_loop().call_later(_LOOK_S, self._look)


class Connection(H11Protocol):
    """Uvicorn's own, with limits of time. A subclass made by :func:`options` knows its server's connections."""

    connections_here: Connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = time.monotonic()
        """When the present phase began, or last made progress."""
        self._phase: tuple[str, int] = ("header", 0)
        self._received = 0
        self._named = False
        """Whether the line with the address has come."""
        self._latest = b""
        self._unread: int | None = None
        self._dropped = False
        self.connections_here.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections_here.open.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless nothing is wanted any more."""
        if self._dropped:
            return
        self._follow()
        if self._phase[0] == "quiet" and not self._is_owed_body:
            self._enter(("header", id(self.cycle)))
        self._received += len(data)
        if self._phase[0] == "header" and not self._named:
            line, end, rest = data.partition(b"\n")
            data, self._named = _escaped(line) + end + rest, bool(end)
        self._latest = data
        super().data_received(data)
        self._latest = b""
        self._follow()

    def send_400_response(self, msg: str) -> None:
        """Say in the contract's form that it is no HTTP; an answer that has begun is broken off."""
        self._follow()
        if self._phase[0] == "answer":
            self.drop()
            return
        english = "it is not HTTP. Escape the text in its address: a space is %20."
        self.refuse(because("malformed", english, "不是有效的 HTTP。地址中的文字须转义，空格写成 %20。"))

    def _should_upgrade_to_ws(self) -> bool:
        return True

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Hand the connection over to what speaks WebSocket, which is imported when the first one asks for it."""
        from indextts.server.sockets import BoundedSocket

        here = self.connections_here
        here.open.discard(self)
        self.ws_protocol_class = partial(BoundedSocket, here.add, here.open.discard)  # type: ignore[assignment]
        super().handle_websocket_upgrade(event)

    @property
    def _is_owed_body(self) -> bool:
        """Whether more of a request's body is to come, which Uvicorn throws away where the answer is sent already."""
        return repr(self.conn.their_state) == "SEND_BODY"  # h11's states are known by their names

    @property
    def expendable(self) -> bool:
        """Whether no request has fully arrived that is still being answered."""
        self._follow()
        return self._phase[0] != "answer" and not self._dropped

    def look(self) -> None:
        """End the connection where its time is over."""
        self._follow()
        settings, phase = self.connections_here.settings, self._phase[0]
        if self._dropped:
            return
        if phase == "answer":
            self._look_at_reader(settings.reader_idle_s)
        elif phase == "header" and self._idle_s() > settings.header_s:
            self.connections_here.seldom.tell("A connection was ended: its request's header did not come")
            if self._received:
                self.refuse(StudioError("too_slow", seconds=f"{settings.header_s:g}"))
            else:
                self.drop()
        elif phase == "body":
            self._look_at_body(settings.body_idle_s)
        elif self._is_owed_body and self._idle_s() > settings.body_idle_s:
            self.drop()

    def drop(self) -> None:
        self._dropped = True
        self.transport.abort()

    def refuse(self, error: StudioError) -> None:
        """Say why and end it; what the application answers after that is not sent."""
        self._dropped = True
        language = [(b"accept-language", one) for one in _LANGUAGE.findall(self._latest)]
        scope: Scope = dict(self.scope) if self.scope and self._phase[0] == "body" else {"headers": language}
        body = json.dumps(error_body(scope, error), ensure_ascii=False).encode()
        retry = "" if error.retry_after_s is None else f"Retry-After: {error.retry_after_s}\r\n"
        title = {400: "Bad Request", 408: "Request Timeout", 503: "Service Unavailable"}[error.status]
        head = (
            f"HTTP/1.1 {error.status} {title}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"{retry}Connection: close\r\n\r\n"
        )
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(head.encode() + body)
        self.transport.close()

    # ------------------------------------------------------------------ where it is

    def _follow(self) -> None:
        """Take note of the phase that the connection is in by now."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            # After an answer Uvicorn's own limit holds, until the next request begins.
            if cycle is not None and self._phase != ("header", id(cycle)):
                self._enter(("quiet", id(cycle)))
        else:
            self._enter(("body" if cycle.more_body and not cycle.response_started else "answer", id(cycle)))

    def _enter(self, phase: tuple[str, int]) -> None:
        if phase != self._phase:
            self._phase, self._received, self._unread, self._named = phase, 0, None, False
            self.since = time.monotonic()

    def _idle_s(self) -> float:
        return time.monotonic() - self.since

    def _look_at_body(self, limit_s: float) -> None:
        if self.flow.read_paused:  # it is the application that does not read on
            self.since = time.monotonic()
        elif self._idle_s() > limit_s:
            paced = OWN_PACE in self.scope.get("state", {})
            if self._received < (0 if paced else _LEAST_BODY_BYTES):
                self.connections_here.seldom.tell("A connection was ended: its request's body did not come")
                self.refuse(StudioError("too_slow", seconds=f"{limit_s:g}"))
                return
            self._received, self.since = 0, time.monotonic()

    def _look_at_reader(self, limit_s: float) -> None:
        if not self.flow.write_paused:
            self._unread = None
            return
        unread = self.transport.get_write_buffer_size()
        if self._unread is None or unread <= self._unread - _LEAST_READ_BYTES:
            self._unread, self.since = unread, time.monotonic()
        elif self._idle_s() > limit_s:
            self.connections_here.seldom.tell("A connection was ended: nobody took its answer")
            self.drop()


def _escaped(line: bytes) -> bytes:
    """A request's first line with what is no ASCII escaped, as many programs send the text in their address."""
    return _NOT_ASCII.sub(lambda found: b"%%%02X" % ord(found[0]), line)


def options(settings: ServerConfig) -> dict[str, Any]:
    """Uvicorn's options that put the limits into force; whatever other packages bring along changes nothing."""
    protocol = type("BoundedConnection", (Connection,), {"connections_here": Connections(settings)})
    sockets = {"ws": "none", "ws_max_size": settings.max_body_bytes, "ws_per_message_deflate": False}
    return {"http": protocol, "loop": "asyncio", "backlog": BACKLOG, **sockets}


def raise_file_limit() -> None:
    """Let the process open as many files as the system lets it, within reason."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def quieten_accept(loop: asyncio.AbstractEventLoop) -> None:
    """Tell seldom that no connection can be accepted: asyncio says so for each attempt, thousands a second."""
    seldom = Seldom()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "socket.accept()" in str(context.get("message", "")):
            seldom.tell(f"No connection can be accepted: {context.get('exception')}")
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
