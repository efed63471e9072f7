"""Hosts and origins as browsers name them, and which of them are this server's own."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from indextts.platform.serving_config import ServerConfig

_PLACE: Final = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,255})(?::(\d{0,5}))?")
PORTS: Final = {"http": 80, "https": 443}
"""By scheme, where none is named."""


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

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")


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
    return Origin(parts.scheme, place.host, place.port or PORTS[parts.scheme])


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
        if self.is_trusted(origin) or origin == Origin(scheme, place.host, place.port or PORTS[scheme]):
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
