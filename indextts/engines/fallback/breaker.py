"""Keeps requests away from an engine that fails, and asks now and then whether it works again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Literal

State = Literal["closed", "open", "half-open"]

MOST_RETRY_S: Final = 600.0


class Breaker:
    """Closed while all is well; open after ``failures`` in a row; half-open when it is time to try. Thread-safe."""

    def __init__(self, failures: int, retry_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """``retry_s`` is the first wait; each failed try doubles it, to :data:`MOST_RETRY_S`."""
        self._failures = failures
        self._first_s = retry_s
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._wait_s = 0.0
        self._ends = 0.0

    @property
    def state(self) -> State:
        if self._wait_s == 0.0:
            return "closed"
        return "open" if self._clock() < self._ends else "half-open"

    def allows(self) -> bool:
        """Whether to ask the engine now. Of those who ask while it is half-open, one alone is let through."""
        if self._wait_s == 0.0:
            return True
        with self._lock:
            if self._clock() < self._ends:
                return False
            # Whoever is let through may never come back with an answer: the next one tries a wait later.
            self._ends = self._clock() + self._wait_s
            return True

    def succeeded(self) -> None:
        if self._in_a_row or self._wait_s:
            with self._lock:
                self._in_a_row, self._wait_s = 0, 0.0

    def failed(self, *, at_once: bool = False) -> None:
        """It did not; ``at_once`` opens whatever came before."""
        with self._lock:
            self._in_a_row += 1
            if self._wait_s or at_once or self._in_a_row >= self._failures:
                self._wait_s = min(MOST_RETRY_S, 2 * self._wait_s) if self._wait_s else self._first_s
                self._ends = self._clock() + self._wait_s
