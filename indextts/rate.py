"""How often one client may ask: slowapi's limiter, counted by address."""

from __future__ import annotations

import math
import time

from indextts.errors import StudioError


class RateLimit:
    """Counts requests for each client against one rate, such as ``120/minute``. Thread-safe."""

    def __init__(self, rate: str) -> None:
        from limits import parse
        from slowapi import Limiter
        from slowapi.util import get_remote_address

        self._rate = parse(rate)
        self._limiter = Limiter(key_func=get_remote_address).limiter

    def check(self, client: str) -> None:
        """Count one request. Raises :class:`StudioError` ``rate_limited`` when it is one too many."""
        if not self._limiter.hit(self._rate, client):
            wait = self._limiter.get_window_stats(self._rate, client).reset_time - time.time()
            raise StudioError("rate_limited", retry_after_s=max(1, math.ceil(wait)))
