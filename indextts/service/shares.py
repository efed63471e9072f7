"""A bound of its own for one client: how many texts it may have spoken, or waiting to be, at the same time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from indextts.model.errors import StudioError

_AGAIN_S: Final = 2


class ClientShares:
    """What clients with a bound of their own may have at the same time, over all queues. Thread-safe."""

    def __init__(self, most: Callable[[str], int]) -> None:
        """``most`` tells the bound of a client; 0 where it has none."""
        self._most = most
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, client: str) -> Iterator[None]:
        """Within, ``client`` has one more. Raises :class:`StudioError` ``key_busy`` where that is one too many."""
        with self._lock:
            most = self._most(client)
            if most and self._taken[client] >= most:
                raise StudioError("key_busy", most=most, retry_after_s=_AGAIN_S)
            self._taken[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[client] -= 1
                self._taken += Counter()  # without those at 0
