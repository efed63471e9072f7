"""The time of day for what decides about ages, so that a clock that is set removes nothing too early.

    if believed() - path.stat().st_mtime > oldest_s: …

Waiting, deadlines and rates go by :func:`time.monotonic`; what is written down goes by the clock as it stands.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from typing import Final

_SLEWED_S: Final = 60.0
"""Less is no jump: clocks are slewed, and drift."""
_TRUSTED_S: Final = 86_400.0
"""A clock that was set forwards and still stands so after such a time is right."""


class Clock:
    """Seconds since 1970. Thread-safe."""

    def __init__(self, wall: Callable[[], float], running: Callable[[], float]) -> None:
        """``wall`` is the time of day, ``running`` a monotonic clock."""
        self._clocks = wall, running
        self._lock = threading.Lock()
        self._wall, self._running = wall(), running()
        self._doubted: float | None = None

    def now(self) -> float:
        """The time of day; after it was set forwards by a leap, for a day what it would be without that.

        After it was set back it is the time of day as well: of the two, the earlier one makes nothing older.
        """
        with self._lock:
            wall, running = (clock() for clock in self._clocks)
            going = self._wall + running - self._running
            if abs(wall - going) > _SLEWED_S:
                self._doubted = running if self._doubted is None else self._doubted
                if running - self._doubted < _TRUSTED_S:
                    return min(wall, going)
            self._wall, self._running, self._doubted = wall, running, None
            return wall


@functools.cache
def _of_process() -> Clock:
    # The time that a machine sleeps counts: what lay for a week is a week old.
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Clock(lambda: time.time(), lambda: time.clock_gettime(source))


def believed() -> float:
    """:meth:`Clock.now` of this process."""
    return _of_process().now()
