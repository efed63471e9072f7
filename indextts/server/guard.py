"""The first check of every request: it has to show that it is meant for this server before anything is read.

With a key or without one, what keeps the pages of other people from driving this server through its user's own browser
is the name that they know it by (``Host``), and what the browser says of them (``Origin``, ``Sec-Fetch-*``).
"""

from __future__ import annotations

import logging
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.platform.serving_config import ServerConfig
from indextts.server.errors import error_response, is_mute
from indextts.server.hosts import Hosts, Place, parse_origin, parse_place
from indextts.server.origins import SpeechOrigins, usual_origin
from indextts.server.shown_key import SPEECH, shown_key
from indextts.service.owner import FOREIGN, FORWARDED

log = logging.getLogger(__name__)

_FORWARDING: Final = (b"forwarded", b"x-real-ip", b"x-forwarded-")
"""How headers begin that tell what only a proxy can know."""
_SAFE: Final = ("GET", "HEAD", "OPTIONS")

_VISITED: Final = ("", "/", "/docs", "/login")
_VISITED_FOLDER: Final = "/audio/"
"""What a link on another website may open: reading it changes nothing, costs nothing, and tells that site nothing."""

_ASKED_HEADERS: Final = re.compile(r"[A-Za-z0-9_-]{1,64}( ?, ?[A-Za-z0-9_-]{1,64}){0,31}")
_USUAL_HEADERS: Final = "Authorization, Content-Type, X-API-Key"
_REMEMBERED_S: Final = "600"


class Guard:
    """ASGI middleware: refuses what is not addressed to this server, and what other websites send."""

    def __init__(self, app: ASGIApp, *, server: ServerConfig, hosts: Hosts, origins: SpeechOrigins) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = origins
        self._root_path = server.root_path.rstrip("/")
        self._forwarded = ProxyHeadersMiddleware(self._checked, list(server.trusted_proxies))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nothing passes unchecked but the server's own start and stop."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if any(name.startswith(_FORWARDING) for name, _ in scope["headers"]):
            scope.setdefault("state", {})[FORWARDED] = True
        if (scope.get("client") or ("",))[0] in self._forwarded.trusted_hosts:
            await self._forwarded(scope, receive, send)  # type: ignore[arg-type]
        else:
            # In place: what stands outside of here answers for the same request.
            scope["headers"] = [pair for pair in scope["headers"] if not pair[0].startswith(_FORWARDING)]
            await self._checked(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check(scope)
        except StudioError as error:
            log.info("Refused %s %s: %s", scope.get("method", "WebSocket"), scope["path"], error)
            if is_mute(scope):
                await send({"type": "websocket.close", "code": 1008})
                return
            response = error_response(scope, error)
            response.headers["Connection"] = "close"  # its body stays unread
            await response(scope, receive, send)
            return
        if _is_preflight(scope) and FOREIGN in scope.get("state", {}):
            await _permission(Headers(scope=scope))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        """Raises :class:`StudioError` ``malformed``, ``host_not_allowed`` or ``origin_not_allowed``."""
        headers = Headers(scope=scope)
        place = self._place(scope, headers)
        scheme = scope["scheme"].replace("ws", "http")
        origins = headers.getlist("origin")
        origin = parse_origin(origins[0]) if len(origins) == 1 else None
        if origins and (origin is None or not self._hosts.is_own(origin, scheme, place)):
            if len(origins) == 1 and self._may_speak(scope, origins[0]):
                return
            raise StudioError("origin_not_allowed", origin=printable(origins[0]))
        if origin is not None and self._hosts.is_trusted(origin):
            # Its pages are the studio's own. Another website behind the same address hears what it shows a key for.
            if self._is_speech(scope) and (_is_preflight(scope) or shown_key(scope, self._path(scope))):
                self._mark(scope, origins[0])
            return
        site = headers.get("sec-fetch-site", "")
        if site in ("none", "same-origin") or self._is_visit(scope, headers):
            return
        referer = headers.get("referer")
        page = parse_origin(referer or "")
        # A browser that tells no more than the page that asks.
        referred = referer is not None and (page is None or not self._hosts.is_own(page, scheme, place))
        is_source = page is not None and referred and not origins and scope.get("method") == "GET"
        if is_source and self._may_speak(scope, str(page)):
            return  # of an audio element
        if site or (not origins and referred):
            raise StudioError("origin_not_allowed", origin=printable(referer or site))

    def _may_speak(self, scope: Scope, origin: str) -> bool:
        """Whether a page of ``origin`` may send this request, if it has a key; if not, that it asked is remembered."""
        name = usual_origin(origin)
        if name is None or not self._is_speech(scope):
            return False
        if not self._origins.allows(name):
            self._origins.refuse(name)
            return False
        self._mark(scope, origin)
        return True

    def _is_speech(self, scope: Scope) -> bool:
        """Whether it asks for what pages of :class:`SpeechOrigins` may call."""
        return self._path(scope).startswith(SPEECH)

    def _path(self, scope: Scope) -> str:
        return str(scope["path"].removeprefix(self._root_path))

    def _mark(self, scope: Scope, origin: str) -> None:
        scope.setdefault("state", {})[FOREIGN] = origin.strip()

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
            raise StudioError("malformed", reason=Bilingual("its Host header is not a host name.", "Host 不是主机名。"))
        at, port = scope.get("server") or ("", 80)
        if not self._hosts.knows(place, at):
            raise StudioError("host_not_allowed", host=printable(name.strip()), port=port)
        return place

    def _is_visit(self, scope: Scope, headers: Headers) -> bool:
        """Whether it is a navigation to a page that links on other websites may open."""
        is_reading = scope.get("method") in _SAFE and headers.get("sec-fetch-mode", "navigate") == "navigate"
        if not is_reading or headers.get("sec-fetch-dest", "document") != "document":
            return False
        path = self._path(scope)
        return path in _VISITED or path.startswith(_VISITED_FOLDER)


def _is_preflight(scope: Scope) -> bool:
    """Whether a browser asks for leave before it sends what a page wants it to."""
    return scope.get("method") == "OPTIONS" and "access-control-request-method" in Headers(scope=scope)


def _permission(headers: Headers) -> Response:
    """The answer to that; who may hear it is said where all answers get their headers."""
    asked = headers.get("access-control-request-headers", "")
    given = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": asked if _ASKED_HEADERS.fullmatch(asked) else _USUAL_HEADERS,
        "Access-Control-Max-Age": _REMEMBERED_S,
    }
    if headers.get("access-control-request-private-network") == "true":
        given["Access-Control-Allow-Private-Network"] = "true"
    return Response(status_code=204, headers=given)
