"""Each request seen from outside: its id, its span, its line in the log, its time by route.

``Observed`` stands outermost, so that what is refused is counted too; ``Arrived`` stands innermost, and tells it the
route and the caller that were found on the way.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from dataclasses import replace
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indextts.platform.asking import Asking, asking, on_behalf
from indextts.platform.spans import Seen, span
from indextts.server.errors import TOLD, Told
from indextts.server.middleware import GRADIO_API
from indextts.service.caller import CALLER, caller_in
from indextts.service.metrics import Meter, method_of

log = logging.getLogger(__name__)

_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
_ROUTE: Final = "route"
"""Key in a request's state: the template of the route that answers it."""
_PROBES: Final = ("/healthz", "/health", "/readyz", "/metrics")
"""Calls of programs that ask how the server does, several a second while it starts: their answers are no part of its
work, and a 503 of theirs is information and not an error.
"""
_FILES: Final = ("/assets/", "/page/", "/static/")


def id_of(headers: Headers) -> str:
    """The id of a request: the one that it brings, if that is a plain word, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


class Observed:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, meter: Meter, root_path: str = "") -> None:
        self._app = app
        self._meter = meter
        self._root_path = root_path.rstrip("/")
        self._probed: dict[str, int] = {}
        """The last status of each probe: a change for the worse is worth a line."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and note what becomes of it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        name, parent = id_of(headers), headers.get("traceparent", "")
        state = scope.setdefault("state", {})
        state["request_id"] = name
        if scope["type"] == "websocket":
            with on_behalf(Asking(name)):
                await self._app(scope, receive, send)
            return
        method = method_of(scope["method"])
        began = time.monotonic()
        status, first_s = 0, None

        async def noting_send(message: Message) -> None:
            nonlocal status, first_s
            if message["type"] == "http.response.start":
                status, first_s = message["status"], time.monotonic() - began
            await send(message)

        if (probe := scope["path"].removeprefix(self._root_path)) in _PROBES:
            with on_behalf(Asking(name)):
                try:
                    await self._app(scope, receive, noting_send)
                finally:
                    self._note_probe(scope, probe, method, status or 500)
            return
        parent = parent if _TRACEPARENT.fullmatch(parent) else ""
        about = {"http.request.method": method, "indextts.request_id": name}
        with on_behalf(Asking(name)), span(method, about, parent=parent) as seen:
            try:
                await self._app(scope, receive, noting_send)
            finally:
                self._note(scope, seen, method, status or 500, began, first_s)

    def _note(self, scope: Scope, seen: Seen, method: str, status: int, began: float, first_s: float | None) -> None:
        state, seconds = scope["state"], time.monotonic() - began
        route = _place(scope, status)
        told = state.get(TOLD)
        code = told.code if isinstance(told, Told) and status >= 400 else ""
        self._meter.answered(method, route, status, seconds if first_s is None else first_s)
        refused = isinstance(told, Told) and told.refused
        if code:
            self._meter.error(code, refused=refused)
        if status >= 500:
            seen.fail(code or str(status))
            if not refused:
                self._meter.broke()
        seen.rename(f"{method} {route}")
        seen.note("http.route", route)
        seen.note("http.response.status_code", status)
        if route == "files" and status < 400:
            return  # the hundred files of the page
        caller = caller_in(scope).name if CALLER in state else ""
        more = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4), "caller": caller}
        if code:
            more["code"] = code
        log.info("%s %s %d in %.3f s%s", method, route, status, seconds, f", {code}" if code else "", extra=more)

    def _note_probe(self, scope: Scope, route: str, method: str, status: int) -> None:
        """Count a probe by itself. A 503 that says when to come back is no error, and gets a line once for all that
        follow; whatever else is refused or fails is noted as it is of any call.
        """
        self._meter.probed(route, status)
        before, self._probed[route] = self._probed.get(route, 200), status
        if status < 400:
            return
        told = scope["state"].get(TOLD)
        code, refused = (told.code, told.refused) if isinstance(told, Told) else (str(status), False)
        not_yet = status == 503 and refused
        if not not_yet:
            self._meter.error(code, refused=refused)
            if status >= 500:
                self._meter.broke()
        if not not_yet or status != before:
            extra = {"method": method, "route": route, "status": status, "code": code}
            log.info("%s %s %d, %s", method, route, status, code, extra=extra)


def _place(scope: Scope, status: int) -> str:
    """The route as the application has it; for what is none of the API's, what kind of thing was asked for."""
    if (route := scope["state"].get(_ROUTE)) is not None:
        return str(route)
    path = scope["path"]
    if GRADIO_API in path:
        return "gradio"
    if any(folder in path for folder in _FILES):
        return "files"
    return "none" if status >= 400 else "page"


class Arrived:
    """ASGI middleware: what was found out about a request, where it has come through all that could refuse it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on in the caller's name."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        state = scope["state"]
        caller = caller_in(scope).name if CALLER in state else ""
        try:
            with on_behalf(replace(asking(), caller=caller)):
                await self._app(scope, receive, send)
        finally:
            state[_ROUTE] = getattr(scope.get("route"), "path", None)
