"""How the process does, every half minute for an hour: what the page's tab *System* draws, and what is wrong now.

A sample is numbers alone. What lies between two samples (requests, errors, work) is counted by the meter; so nothing
here costs a request anything.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from indextts.model.errors import StudioError
from indextts.platform.periodic import Periodic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psutil

    from indextts.model.i18n.messages import Bilingual
    from indextts.platform.config import Config
    from indextts.service.metrics import Meter
    from indextts.service.preload import Preloader
    from indextts.service.queue import Admission

STEP_S: Final = 30.0
KEPT: Final = 121
"""Samples: an hour, with both its ends."""

FREE_BYTES: Final = 1_000_000_000
"""Less room than this on the disk is told …"""
FREE_MEMORY: Final = 0.05
"""… and less memory of the machine than this share of it …"""
WAITED_S: Final = 15.0
"""… and that those who had their turn lately waited so long on average, or that …"""
WAITING: Final = 4
"""… so many wait for each worker …"""
ERRORS: Final = 5
"""… and so many answers that should not have been errors in …"""
LATELY: Final = 10
"""… the last samples, five minutes."""


@dataclass(frozen=True)
class Sample:
    """One moment, and what was since the one before; ``None`` where there was nothing to measure."""

    at: float
    """Seconds since 1970."""
    cpu: float
    """Of all cores of the machine, what this process took: 0 to 1."""
    memory_bytes: int
    threads: int
    descriptors: int
    busy: int
    """Requests and jobs that have a worker."""
    waiting: int
    wait_s: float | None
    """Mean waiting time, in seconds, of the requests that had their turn."""
    requests: int
    errors: int
    """Answers and jobs that failed for no fault of the caller's."""
    refused: int
    segments: int
    rtf: float | None
    """Seconds of work for a second of speech."""
    first_s: float | None
    """Mean time until a first sentence was spoken."""
    cache_hits: float | None
    """Share of segments that were there already."""
    disk_free_bytes: int


class Watched(Protocol):
    """What is looked at: the service."""

    config: Config
    meter: Meter
    preloader: Preloader

    @property
    def queues(self) -> Mapping[str, Admission]:
        """By their names."""


class HealthNow(Protocol):
    """What the service says of itself."""

    @property
    def error(self) -> StudioError | None:
        """Why nothing can be spoken."""

    @property
    def warnings(self) -> Sequence[StudioError]:
        """What is wrong besides."""

    @property
    def reasons(self) -> Mapping[str, Bilingual]:
        """What is wrong with engines."""


class Observer:
    """Takes samples while the service runs. Thread-safe."""

    def __init__(self, service: Watched, *, step_s: float = STEP_S) -> None:
        self._service = service
        self._kept: deque[Sample] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._looks = Periodic("observer", self.look, step_s)
        self._process: psutil.Process | None = None
        self._before: dict[str, float] = {}
        self.began: Final = time.time()

    def start(self) -> None:
        """Begin in the background; returns at once."""
        self._looks.start()

    def close(self) -> None:
        self._looks.close()

    def hour(self) -> list[Sample]:
        """The samples that are kept, the oldest first."""
        with self._lock:
            return list(self._kept)

    def look(self) -> Sample:
        """Take a sample and keep it."""
        with self._lock:
            sample = self._sample(keep=True)
            self._kept.append(sample)
        return sample

    def now(self) -> Sample:
        """How it is since the last sample that was kept."""
        with self._lock:
            return self._sample(keep=False)

    def _sample(self, *, keep: bool) -> Sample:
        import psutil  # the server answers before it is there

        process = self._process = self._process or psutil.Process()
        now: dict[str, float] = dict(self._service.meter.totals())
        spent = process.cpu_times()
        now |= {"cpu_s": spent.user + spent.system, "clock_s": time.monotonic()}
        if (kept := self._service.preloader.kept_segments) is not None:
            asked = dict(kept.asked)
            now["asked"] = asked.get(("memory", "hit"), 0) + asked.get(("memory", "miss"), 0)
            now["found"] = asked.get(("memory", "hit"), 0) + asked.get(("store", "hit"), 0)
        before = self._before or now
        if keep or not self._before:
            self._before = now

        def since(name: str) -> float:
            return now.get(name, 0.0) - before.get(name, 0.0)

        def mean(total: str, count: str) -> float | None:
            return since(total) / since(count) if since(count) > 0 else None

        queues = self._service.queues.values()
        passed_s = since("clock_s") * (os.cpu_count() or 1)
        free = 0
        with suppress(OSError):
            free = shutil.disk_usage(self._service.config.cache_path).free
        return Sample(
            at=time.time(),
            cpu=min(1.0, since("cpu_s") / passed_s) if passed_s > 0 else 0.0,
            memory_bytes=process.memory_info().rss,
            threads=process.num_threads(),
            descriptors=process.num_fds(),
            busy=sum(queue.busy for queue in queues),
            waiting=sum(queue.waiting for queue in queues),
            wait_s=mean("wait_s", "waits"),
            requests=round(since("requests")),
            errors=round(since("errors")),
            refused=round(since("refused")),
            segments=round(since("segments")),
            rtf=mean("work_s", "speech_s"),
            first_s=mean("first_s", "firsts"),
            cache_hits=mean("found", "asked"),
            disk_free_bytes=free,
        )

    def findings(self, health: HealthNow) -> list[StudioError]:
        """Problems that need the operator's action, the worst first; none if all is well."""
        service, hour, found = self._service, self.hour(), list[StudioError]()
        if health.error is not None:
            found.append(health.error)
        found += health.warnings
        found += [
            StudioError("system_engine", engine=name, reason=reason)
            for name, reason in health.reasons.items()
            if name in service.preloader.router.order
        ]
        with suppress(OSError):
            free = shutil.disk_usage(service.config.cache_path).free
            if free < FREE_BYTES:
                found.append(StudioError("system_disk", free=f"{free / 1e9:.1f}"))
        import psutil

        memory = psutil.virtual_memory()
        if memory.available < FREE_MEMORY * memory.total:
            found.append(StudioError("system_memory", free=f"{memory.available / 1e6:.0f}"))
        for queue in service.queues.values():
            if queue.waiting >= WAITING * queue.workers:
                found.append(StudioError("system_queue", waiting=queue.waiting))
                break
        else:
            waits = [sample.wait_s for sample in hour[-2:] if sample.wait_s is not None]
            if waits and max(waits) >= WAITED_S:
                found.append(StudioError("system_waits", seconds=f"{max(waits):.0f}"))
        if (errors := sum(sample.errors for sample in hour[-LATELY:])) >= ERRORS:
            found.append(StudioError("system_errors", count=errors))
        return found
