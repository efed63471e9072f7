"""How often one client may ask: slowapi's limiter, counted by address."""

from __future__ import annotations

import functools
import math
import time
from typing import TYPE_CHECKING

from indextts.errors import StudioError

if TYPE_CHECKING:
    from slowapi import Limiter


class RateLimit:
    """Counts requests for each client against one rate, such as ``120/minute``. Thread-safe."""

    def __init__(self, rate: str) -> None:
        self._rate = rate

    def check(self, client: str) -> None:
        """Count one request. Raises :class:`StudioError` ``rate_limited`` when it is one too many."""
        from limits import parse

        item = parse(self._rate)
        limiter = self._limiter.limiter
        if not limiter.hit(item, client):
            wait = limiter.get_window_stats(item, client).reset_time - time.time()
            raise StudioError("rate_limited", retry_after_s=max(1, math.ceil(wait)))

    @functools.cached_property
    def _limiter(self) -> Limiter:
        from slowapi import Limiter
        from slowapi.util import get_remote_address

        return Limiter(key_func=get_remote_address)
