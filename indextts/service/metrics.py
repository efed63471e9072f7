"""What happened in this process: counted and timed as it happens, for ``/metrics`` and for the page's own charts."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector

from indextts.model.errors import StudioError

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 600.0)
"""Upper ends of the buckets that requests are sorted into by their length."""
ANSWERED: Final = (0.01, 0.05, 0.25, 1.0, 5.0, 30.0, 120.0)
"""The same for each route: fewer, as there are a hundred of them."""
FACTORS: Final = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0)
"""Of real-time factors: seconds of work for each second of speech."""

METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
"""Those that are told apart: a client can send any word as its method."""


def method_of(word: str) -> str:
    """Return ``word`` if it is one of :data:`METHODS`, else ``other``: nothing of a caller's becomes a label."""
    return word if word in METHODS else "other"


First = Literal["whole", "stream", "job"]
"""What a client waits for: a whole answer, its first piece, or a job's first sentence."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter was made is nothing that is published here


class Meter:
    """Counts and times in a registry of its own. Thread-safe."""

    def __init__(self) -> None:
        self.registry = own = CollectorRegistry()
        self._lock = threading.Lock()
        self._totals: defaultdict[str, float] = defaultdict(float)
        ProcessCollector(registry=own)
        self._outcomes = Counter("indextts_requests", "Requests by how they ended.", ["outcome"], registry=own)
        self._seconds = Histogram(
            "indextts_request_seconds", "Seconds of requests, waiting included.", buckets=SECONDS, registry=own
        )
        self._jobs = Counter("indextts_jobs", "Jobs by how they ended.", ["outcome"], registry=own)
        self._rtf = Histogram(
            "indextts_rtf", "Seconds of work for a second of speech.", ["engine"], buckets=FACTORS, registry=own
        )
        self._first = Histogram(
            "indextts_first_audio_seconds",
            "Seconds until the first sentence was spoken, waiting included.",
            ["kind"],
            buckets=SECONDS,
            registry=own,
        )
        self._wait = Histogram(
            "indextts_queue_wait_seconds", "Seconds of waiting for a worker.", ["queue"], buckets=SECONDS, registry=own
        )
        self._routes = Histogram(
            "indextts_http_seconds",
            "Seconds until an answer began.",
            ["method", "route", "status"],
            buckets=ANSWERED,
            registry=own,
        )
        self._probes = Counter(
            "indextts_probes", "Answers to /healthz, /readyz and /metrics.", ["route", "status"], registry=own
        )
        self._errors = Counter("indextts_errors", "Answers that were an error, by its code.", ["code"], registry=own)
        self._refusals = Counter(
            "indextts_refusals", "Requests that were sent away: not yet, or not for you.", ["reason"], registry=own
        )

    def totals(self) -> defaultdict[str, float]:
        """Sums of what was counted so far, for charts; of what was not yet, 0."""
        with self._lock:
            return self._totals.copy()

    def _add(self, **amounts: float) -> None:
        with self._lock:
            for name, amount in amounts.items():
                self._totals[name] += amount

    def job(self, outcome: str) -> None:
        """Count a job that is ``done``, was stopped, or failed with an error's code."""
        self._jobs.labels(outcome).inc()
        if outcome not in ("done", "cancelled", "paused"):
            self._add(errors=1)

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

    def spoke(self, engine: str, work_s: float, speech_s: float) -> None:
        """Count a segment."""
        self._add(segments=1, work_s=work_s, speech_s=speech_s)
        if speech_s > 0:
            self._rtf.labels(engine).observe(work_s / speech_s)

    def first(self, kind: First, seconds: float) -> None:
        """Count a first sentence."""
        self._first.labels(kind).observe(seconds)
        self._add(firsts=1, first_s=seconds)

    def waited(self, queue: str, seconds: float) -> None:
        """Count a turn."""
        self._wait.labels(queue).observe(seconds)
        self._add(waits=1, wait_s=seconds)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer; ``method`` (:func:`method_of`) and ``route`` are never as a client has written them."""
        self._routes.labels(method, route, f"{status // 100}xx").observe(seconds)
        self._add(requests=1)

    def probed(self, route: str, status: int) -> None:
        """Count an answer to a program that asks how the server does; it is neither a request nor an error."""
        self._probes.labels(route, f"{status // 100}xx").inc()

    def error(self, code: str, *, refused: bool) -> None:
        """Count an answer that was an error; ``refused`` where nothing is wrong but that it came now, or from there."""
        self._errors.labels(code).inc()
        if refused:
            self._refusals.labels(code).inc()
            self._add(refused=1)

    def broke(self) -> None:
        """Count an answer that should not have been one: of status 500 or more, and no refusal."""
        self._add(errors=1)
