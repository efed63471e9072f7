"""Counts and times at a cluster's door: what the processes behind it cannot know, such as tries that were lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from indextts.server.errors import TOLD, Told
from indextts.service.metrics import ANSWERED, Meter, method_of

QUEUE: Final = "door"
"""The name of the door's queue: that of requests which no process has begun."""
ROUTE: Final = "door"
"""The place in the measurements of what the door itself answers."""


@dataclass
class Passing:
    """One request on its way through the door."""

    group: str
    began: float = field(default_factory=time.monotonic)
    begun: bool = False
    """Whether its answer has begun."""


class DoorMeter:
    """In a registry of its own. Thread-safe."""

    def __init__(self) -> None:
        self._meter = Meter()
        own = self._meter.registry
        self._seconds = Histogram(
            "indextts_door_seconds",
            "Seconds until an answer began, waiting and lost tries included.",
            ["group", "status"],
            buckets=ANSWERED,
            registry=own,
        )
        self._tries = Counter("indextts_door_tries", "Times that a process was asked.", ["group"], registry=own)
        self._lost = Counter("indextts_door_tries_lost", "Tries whose process was lost.", ["group"], registry=own)
        self._broken = Counter(
            "indextts_door_broken", "Answers that a lost process broke off or never gave.", ["group"], registry=own
        )
        self._waiting = Gauge("indextts_waiting", "Requests that wait.", ["queue"], registry=own)
        self._waiting.labels(QUEUE).set(0)

    def written(self) -> str:
        """In the form that Prometheus reads."""
        return generate_latest(self._meter.registry).decode()

    @contextmanager
    def passing(self, group: str) -> Iterator[Passing]:
        """A request that waits until its answer begins."""
        one = Passing(group)
        waiting = self._waiting.labels(QUEUE)
        waiting.inc()
        try:
            yield one
        finally:
            if not one.begun:
                waiting.dec()

    def began(self, one: Passing, status: int, took_s: float) -> None:
        """An answer began, ``took_s`` seconds after its process was given the request; the rest was waiting."""
        if one.begun:
            return
        one.begun = True
        self._waiting.labels(QUEUE).dec()
        seconds = time.monotonic() - one.began
        self._seconds.labels(one.group, f"{status // 100}xx").observe(seconds)
        self._meter.waited(QUEUE, max(0.0, seconds - took_s))

    def tried(self, group: str) -> None:
        """A process was asked."""
        self._tries.labels(group).inc()

    def lost(self, group: str, *, broken: bool) -> None:
        """The process that was asked is lost; ``broken`` where no other one could go on."""
        self._lost.labels(group).inc()
        if broken:
            self._broken.labels(group).inc()

    def refused(self, scope: Scope, seconds: float) -> None:
        """Count the error that the door itself has answered a request with, if it has."""
        told = scope["state"].get(TOLD)
        if isinstance(told, Told):
            self._meter.error(told.code, refused=told.refused)
            self._meter.answered(method_of(scope["method"]), ROUTE, told.status, seconds)
