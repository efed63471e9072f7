"""Who may speak now: a fixed number of workers, a short queue in order of arrival, and an honest refusal beyond it."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from indextts.errors import StudioError
from indextts.run import Cancel, Progress

_LOOK_S: Final = 0.05
"""How often a waiting request looks whether it was cancelled."""

_FIRST_GUESS_S: Final = 2.0


class Admission:
    """A bounded queue before a bounded number of workers. The workers are the callers' own threads."""

    def __init__(self, workers: int, waiting: int) -> None:
        self.workers = workers
        self.waiting_limit = waiting
        self._changed = threading.Condition()
        self._busy = 0
        self._queue: deque[object] = deque()
        self._seconds: deque[float] = deque(maxlen=20)

    @property
    def busy(self) -> int:
        """Requests that are being spoken."""
        return self._busy

    @property
    def waiting(self) -> int:
        """Requests that wait for a worker."""
        return len(self._queue)

    @contextmanager
    def turn(self, cancel: Cancel, on_progress: Callable[[Progress], None] | None = None) -> Iterator[None]:
        """Wait for a worker and hold it. The calling thread blocks meanwhile.

        While it waits, ``on_progress`` hears ``Progress("queue", place, waiting)``, place 1 being next.
        Raises :class:`StudioError` ``queue_full`` at once when too many wait already, and what
        ``cancel.check()`` raises within a twentieth of a second.
        """
        self._enter(cancel, on_progress)
        begin = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._seconds.append(time.monotonic() - begin)
                self._changed.notify_all()

    def _enter(self, cancel: Cancel, on_progress: Callable[[Progress], None] | None) -> None:
        ticket = object()
        with self._changed:
            if not self._queue and self._busy < self.workers:
                self._busy += 1
                return
            if len(self._queue) >= self.waiting_limit:
                raise StudioError("queue_full", waiting=len(self._queue), retry_after_s=self._forecast_s())
            self._queue.append(ticket)
        told = 0
        try:
            while True:
                cancel.check()
                with self._changed:
                    place = self._queue.index(ticket) + 1
                    if place == 1 and self._busy < self.workers:
                        self._busy += 1
                        return
                    waiting = len(self._queue)
                    if place == told:
                        self._changed.wait(_LOOK_S)
                if place != told and on_progress is not None:
                    on_progress(Progress("queue", place, waiting))  # outside the lock: it is the caller's code
                told = place
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _forecast_s(self) -> int:
        """Seconds until a place is likely to be free, from the lengths of the last turns."""
        mean = sum(self._seconds) / len(self._seconds) if self._seconds else _FIRST_GUESS_S
        return min(120, max(1, math.ceil(mean * (len(self._queue) + 1) / self.workers)))
