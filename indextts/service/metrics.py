"""Counts of requests, for ``/metrics``."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from indextts.errors import StudioError

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 600.0)
"""Upper ends of the classes that requests are sorted into by their length."""


class Meter:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.outcomes: Counter[str] = Counter()
        """Requests by how they ended: ``ok``, an error's code, or ``crashed``."""
        self.classes = [0] * (len(SECONDS) + 1)
        """Requests by :data:`SECONDS`; the last class is that of the longer ones."""
        self.seconds = 0.0
        """Of all requests together, waiting included."""

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count and time one request."""
        began, outcome = time.monotonic(), "crashed"
        try:
            yield
            outcome = "ok"
        except StudioError as error:
            outcome = error.code
            raise
        finally:
            seconds = time.monotonic() - began
            with self._lock:
                self.outcomes[outcome] += 1
                self.classes[bisect_left(SECONDS, seconds)] += 1
                self.seconds += seconds
