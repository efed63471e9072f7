"""Subscribers to changes of jobs: event streams, waiting requests, the page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from indextts.model.errors import StudioError

MOST: Final = 512
"""At the same time …"""
MOST_EACH: Final = 32
"""… and for one job."""

_RETRY_S: Final = 10


class Listeners:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, list[Callable[[], None]]] = {}
        self._count = 0

    @contextmanager
    def listening(self, name: str, tell: Callable[[], None]) -> Iterator[None]:
        """Within, ``tell`` is called after every change of the job ``name``, from any thread; it returns at once.

        Raises :class:`StudioError` ``queue_full`` where too many listen.
        """
        with self._lock:
            own = self._of.get(name, [])
            if len(own) >= MOST_EACH or self._count >= MOST:
                raise StudioError("queue_full", waiting=self._count, retry_after_s=_RETRY_S)
            self._of[name] = [*own, tell]
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._of[name].remove(tell)
                self._count -= 1
                if not self._of[name]:
                    del self._of[name]

    def names(self) -> set[str]:
        """The jobs with subscribers."""
        with self._lock:
            return set(self._of)

    def ring(self, name: str) -> None:
        """Notify all subscribers of that job."""
        with self._lock:
            told = list(self._of.get(name, ()))
        for tell in told:
            tell()
