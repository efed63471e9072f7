"""The first check of every request: it has to show that it is meant for this server before anything is read.

With a key or without one, what keeps the pages of other people from driving this server through its user's own browser
is the name that they know it by (``Host``), and what the browser says of them (``Origin``, ``Sec-Fetch-*``).
"""

from __future__ import annotations

import ipaddress
import logging
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.platform.serving_config import ServerConfig
from indextts.server.errors import error_response
from indextts.service.owner import FORWARDED

log = logging.getLogger(__name__)

_FORWARDING: Final = (b"forwarded", b"x-real-ip", b"x-forwarded-")
"""How headers begin that tell what only a proxy can know."""
_SAFE: Final = ("GET", "HEAD", "OPTIONS")

_VISITED: Final = ("", "/", "/docs", "/login")
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
            raise StudioError("origin_not_allowed", origin=printable(origins[0]))
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
            raise StudioError("origin_not_allowed", origin=printable(referer or site))

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
        if not self._hosts.knows(place, (scope.get("server") or ("",))[0]):
            raise StudioError("host_not_allowed", host=printable(name.strip()))
        return place

    def _is_visit(self, scope: Scope, headers: Headers) -> bool:
        """Whether it is a navigation to a page that links on other websites may open."""
        is_reading = scope.get("method") in _SAFE and headers.get("sec-fetch-mode", "navigate") == "navigate"
        if not is_reading or headers.get("sec-fetch-dest", "document") != "document":
            return False
        path = scope["path"].removeprefix(self._root_path)
        return path in _VISITED or path.startswith(_VISITED_FOLDER)


_PLACE: Final = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,255})(?::(\d{0,5}))?")
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Place:
    """A host as a browser names it: in small letters, an address without brackets and in its usual form."""

    host: str
    port: int | None = None


@dataclass(frozen=True)
class Origin:
    """Where a page comes from."""

    scheme: str
    host: str
    port: int


def parse_place(text: str) -> Place | None:
    """``host``, ``host:port`` or ``[address]:port``; ``None`` where it is none of these."""
    found = _PLACE.fullmatch(text.strip().lower())
    if found is None:
        return None
    host, port = found[1], int(found[2]) if found[2] else None
    if host.startswith("["):
        address = _address(host[1:-1])
        if address is None:
            return None
        host = str(address)
    if port is not None and port > 65535:
        return None
    return Place(host, port)


def parse_origin(text: str) -> Origin | None:
    """What stands in ``Origin``; ``None`` for ``null`` and for everything that is no page of the web."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    place = parse_place(parts.netloc)
    if parts.scheme not in ("http", "https") or place is None:
        return None
    return Origin(parts.scheme, place.host, place.port or _PORTS[parts.scheme])


class Hosts:
    """The names of this server: this machine's own, those of the configuration, and that of its public link."""

    def __init__(self, server: ServerConfig) -> None:
        self._names = {_usual(name) for name in server.hosts if not name.startswith("*.")}
        self._domains = tuple(name.lower()[1:] for name in server.hosts if name.startswith("*."))
        self._bound = _usual(server.host)
        self._origins = {parse_origin(origin) for origin in server.origins}
        self._shared: str | None = None

    def share(self, address: str) -> None:
        """From now on answer at ``address`` too, the public link to this server."""
        origin = parse_origin(address)
        if origin is not None:
            self._shared = origin.host
            self._names.add(origin.host)
            self._origins.add(Origin("https", origin.host, 443))

    def is_shared(self, host: str) -> bool:
        """Whether that is the name of the public link."""
        return host == self._shared

    def knows(self, place: Place, arrived_at: str) -> bool:
        """Whether this server answers at ``place``.

        ``arrived_at`` is the address of this machine that the connection came to: with a server that listens on all
        of them, that one may be named too. Other names of this machine have to be configured.
        """
        address = _address(place.host)
        if address is None:
            return place.host in ("localhost", self._bound) or self._is_configured(place.host)
        if address.is_loopback or place.host in self._names:
            return True
        return not address.is_unspecified and place.host in (self._bound, _usual(arrived_at))

    def is_own(self, origin: Origin, scheme: str, place: Place) -> bool:
        """Whether a page from ``origin`` is this server's, which was asked with ``scheme`` at ``place``."""
        if self.is_trusted(origin) or origin == Origin(scheme, place.host, place.port or _PORTS[scheme]):
            return True
        # A proxy that ends TLS and is not trusted to say so: the name is the server's own all the same.
        same = origin.host == place.host and self._is_configured(place.host)
        return same and origin.scheme == "https" and origin.port in (443, place.port)

    def is_trusted(self, origin: Origin) -> bool:
        """Whether the configuration names ``origin``."""
        return origin in self._origins

    def _is_configured(self, host: str) -> bool:
        return host in self._names or host.endswith(self._domains)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """``host`` as an IP address, an IPv4 one in IPv6's clothes as what it is; ``None`` for a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _usual(host: str) -> str:
    """``host`` as :class:`Place` writes it."""
    bare = host.lower().strip("[]")
    address = _address(bare)
    return bare if address is None else str(address)
