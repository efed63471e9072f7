"""Something that is done now and then, in the background, for as long as the process serves.

sweeper = Periodic("outputs", self.sweep, every_s=60.0)
sweeper.start()
sweeper.close()
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable

from indextts.model.errors import WATCHED, StudioError

log = logging.getLogger(__name__)


class Periodic:
    """Calls ``work`` at once and then every ``every_s`` seconds, in a daemon thread named ``name``.

    What ``work`` raises is logged, and it is called again the next time. Thread-safe.
    """

    def __init__(self, name: str, work: Callable[[], object], every_s: float) -> None:
        self.name = name
        self._work = work
        self._every_s = every_s
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def started(self) -> bool:
        """Whether :meth:`start` has been called."""
        return self._thread is not None

    def start(self) -> None:
        """Begin; does nothing where it has begun, or was closed."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._live, name=self.name, daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Call it no more; returns at once, even where it is being called."""
        self._stop.set()

    def _live(self) -> None:
        while not self._stop.is_set():
            try:
                self._work()
            except StudioError as error:
                # What is watched has lines of its own: not one more each time that somebody misses it.
                log.log(logging.DEBUG if error.code in WATCHED else logging.WARNING, "%s: %s", self.name, error)
            except Exception as error:
                # The thread's outermost boundary: one failure does not end what is to go on for days.
                if self._stop.is_set() or sys.is_finalizing():
                    log.info("%s was closed at its work: %r", self.name, error)  # what it used has gone before it
                    return
                log.exception("%s failed", self.name)
            self._stop.wait(min(self._every_s, threading.TIMEOUT_MAX))
