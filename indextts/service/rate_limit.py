"""Rate limits: requests counted by key or address, against a monotonic clock.

Libraries that count in memory read the time of day: after the clock was put back they would reject every client.
"""

from __future__ import annotations

import ipaddress
import math
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.setting_files import RATE
from indextts.service.caller import caller_in

MAX_CLIENTS: Final = 5_000
"""Number of clients that are remembered; beyond it the least recent ones are forgotten."""

NOT_COUNTED: Final = frozenset(("loading", "stopping", "worker_lost"))
"""Codes of errors that give a request's place in the rate back: the server was away, and the caller comes again."""

_WHOSE: Final = Bilingual("from this address", "来自此地址"), Bilingual("with this key", "使用此密钥")
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class RateLimit:
    """Counts requests for each client against one rate, such as ``120/minute``. Thread-safe.

    In no period, wherever it begins, do more than ``times`` the rate's requests of one client count.
    """

    def __init__(
        self,
        rate: str,
        *,
        times: int = 1,
        own: Callable[[str], str] = lambda client: "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``own`` tells the rate of a client that has one of its own; empty for all others."""
        self._usual = _parsed(rate)
        self._times = times
        self._own = own
        self._clock = clock
        self._asked: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, client: str) -> None:
        """Count one request of a client, as :func:`client_of` names it.

        Raises :class:`StudioError` ``rate_limited`` when it is one too many.
        """
        self._look(client, count=True)

    def give_back(self, client: str) -> None:
        """Forget the latest request of a client that was counted."""
        with self._lock:
            if asked := self._asked.get(client):
                asked.pop()

    @contextmanager
    def counted(self, client: str) -> Iterator[None]:
        """Count a request as :meth:`check` does, but not one that ends with a code of :data:`NOT_COUNTED`."""
        self.check(client)
        try:
            yield
        except StudioError as error:
            if error.code in NOT_COUNTED:
                self.give_back(client)
            raise

    def check_room(self, client: str) -> None:
        """The same without counting: whether one more would be too many."""
        self._look(client, count=False)

    def _look(self, client: str, *, count: bool) -> None:
        most, period = self._allowed(client)
        with self._lock:
            now = self._clock()
            asked = self._asked.pop(client, None) or deque()
            while asked and asked[0] <= now - period:
                asked.popleft()
            free = len(asked) < most
            if free and count:
                asked.append(now)
            if asked:
                self._asked[client] = asked  # who asked last stands last
            if free:
                if len(self._asked) > MAX_CLIENTS:
                    self._forget(now)
                return
            # Of a rate that has been lowered meanwhile there may be more than it allows.
            wait = asked[-most] + period - now
        whose = _WHOSE[client.startswith("key:")]
        raise StudioError("rate_limited", retry_after_s=max(1, math.ceil(wait)), whose=whose)

    def _allowed(self, client: str) -> tuple[int, int]:
        """How many requests in how many seconds."""
        count, period = _parsed(own) if (own := self._own(client)) else self._usual
        return count * self._times, period

    def _forget(self, now: float) -> None:
        """Forget clients whose requests no longer count; where that is not enough, the least recent ones."""
        kept = [(who, asked) for who, asked in self._asked.items() if asked and asked[-1] > now - self._allowed(who)[1]]
        self._asked = dict(kept[-MAX_CLIENTS // 2 :])


def _parsed(rate: str) -> tuple[int, int]:
    found = re.fullmatch(RATE, rate)
    if found is None:
        raise ValueError(f"not a rate: {rate}")
    return int(found[1]), int(found[2] or 1) * _SECONDS[found[3]]


def client_of(request: object) -> str:
    """The client of a request of Starlette's or of Gradio's, for the queues and the rates alike.

    A key where there is one. Else an IPv4 address; of IPv6 the network, as one person has all of it; this machine is
    one client. Forwarded headers count here only where :mod:`indextts.server.guard` let them replace the address:
    those of configured proxies.
    """
    asked = getattr(request, "request", request)  # Gradio's holds Starlette's
    if client := caller_in(getattr(asked, "scope", {})).client:
        return client
    return client_at(getattr(getattr(request, "client", None), "host", None) or "unknown")


def client_at(host: str) -> str:
    """The same of an address alone, for a caller without a key."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return str(host)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None and not address.is_loopback:
            return str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped or address
    return "loopback" if address.is_loopback else str(address)
