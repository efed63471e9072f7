"""Requests, counted and timed for ``/metrics``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from indextts.errors import StudioError

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 600.0)
"""Upper ends of the buckets that requests are sorted into by their length."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter was made is nothing that is published here


class Meter:
    """Counts requests in a registry of its own. Thread-safe."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self._outcomes = Counter("indextts_requests", "Requests by how they ended.", ["outcome"], registry=own)
        self._seconds = Histogram(
            "indextts_request_seconds", "Seconds of requests, waiting included.", buckets=SECONDS, registry=own
        )

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count and time one request; it ended ``ok``, with an error's code, or ``crashed``."""
        began, outcome = time.monotonic(), "crashed"
        try:
            yield
            outcome = "ok"
        except StudioError as error:
            outcome = error.code
            raise
        finally:
            self._seconds.observe(time.monotonic() - began)
            self._outcomes.labels(outcome).inc()
