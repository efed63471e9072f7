"""Who may ask at all: before anything is read, let alone done, a request shows that it means this server.

Without a password, what keeps the pages of other people from driving this server through its user's own browser is
the name that they know it by (``Host``), and what the browser says of them (``Origin``, ``Sec-Fetch-*``).
"""

from __future__ import annotations

import logging
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from indextts.config import ServerConfig
from indextts.errors import StudioError, shown
from indextts.i18n.messages import Bilingual
from indextts.server.errors import error_response
from indextts.server.hosts import Hosts, Place, parse_origin, parse_place

log = logging.getLogger(__name__)

_FORWARDED: Final = (b"forwarded", b"x-real-ip")
_SAFE: Final = ("GET", "HEAD", "OPTIONS")

_VISITED: Final = ("", "/", "/docs")
_VISITED_FOLDER: Final = "/audio/"
"""What a link on another website may open: reading it changes nothing, costs nothing, and tells that site nothing."""


class Guard:
    """ASGI middleware: refuses what is not addressed to this server, and what other websites send."""

    def __init__(self, app: ASGIApp, *, server: ServerConfig, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts
        self._root_path = server.root_path.rstrip("/")
        self._forwarded = ProxyHeadersMiddleware(self._checked, list(server.trusted_proxies))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nothing passes unchecked but the server's own start and stop."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif (scope.get("client") or ("",))[0] in self._forwarded.trusted_hosts:
            await self._forwarded(scope, receive, send)  # type: ignore[arg-type]
        else:
            # In place: what stands outside of here answers for the same request.
            scope["headers"] = [pair for pair in scope["headers"] if not _is_forwarded(pair[0])]
            await self._checked(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check(scope)
        except StudioError as error:
            log.info("Refused %s %s: %s", scope.get("method", "WebSocket"), scope["path"], error)
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            response = error_response(scope, error)
            response.headers["Connection"] = "close"  # its body stays unread
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        """Raises :class:`StudioError` ``malformed``, ``host_not_allowed`` or ``origin_not_allowed``."""
        headers = Headers(scope=scope)
        place = self._place(scope, headers)
        scheme = scope["scheme"].replace("ws", "http")
        origins = headers.getlist("origin")
        origin = parse_origin(origins[0]) if len(origins) == 1 else None
        if origins and (origin is None or not self._hosts.is_own(origin, scheme, place)):
            raise StudioError("origin_not_allowed", origin=shown(origins[0]))
        if origin is not None and self._hosts.is_trusted(origin):
            return
        site = headers.get("sec-fetch-site", "")
        if site in ("none", "same-origin") or self._is_visit(scope, headers):
            return
        referer = headers.get("referer")
        page = parse_origin(referer or "")
        # A browser that tells no more than the page that asks.
        referred = referer is not None and (page is None or not self._hosts.is_own(page, scheme, place))
        if site or (not origins and referred):
            raise StudioError("origin_not_allowed", origin=shown(referer or site))

    def _place(self, scope: Scope, headers: Headers) -> Place:
        """Where the browser believes to be: as a trusted proxy tells it, else as it says itself."""
        named = headers.getlist("host")
        if len(named) != 1:
            raise StudioError("malformed", reason=Bilingual("it should name one Host.", "应有且仅有一个 Host。"))
        for name in headers.getlist("x-forwarded-host"):
            named += name.split(",")  # each proxy adds what it was asked for
        return [self._known(name, scope) for name in named][-1]

    def _known(self, name: str, scope: Scope) -> Place:
        place = parse_place(name)
        if place is None:
            raise StudioError("malformed", reason=Bilingual("its Host is no name of a host.", "Host 不是主机名。"))
        if not self._hosts.knows(place, (scope.get("server") or ("",))[0]):
            raise StudioError("host_not_allowed", host=shown(name.strip()))
        return place

    def _is_visit(self, scope: Scope, headers: Headers) -> bool:
        """Whether somebody followed a link, in a window of its own, to what may be opened so."""
        if scope.get("method") not in _SAFE or headers.get("sec-fetch-mode", "navigate") != "navigate":
            return False
        if headers.get("sec-fetch-dest", "document") != "document":
            return False
        path = scope["path"].removeprefix(self._root_path)
        return path in _VISITED or path.startswith(_VISITED_FOLDER)


def _is_forwarded(name: bytes) -> bool:
    """Whether a header tells what only a proxy can know."""
    return name in _FORWARDED or name.startswith(b"x-forwarded-")
