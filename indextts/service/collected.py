"""What the process is like at this moment, for ``/metrics``: engines, queues, caches, threads, the disk."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

from indextts import __version__
from indextts.platform.storage import copies

if TYPE_CHECKING:
    from indextts.service.service import SpeechService

BREAKERS: Final = {"closed": 0, "half-open": 1, "open": 2}
SHARED: Final = frozenset(
    (
        "indextts_folder_bytes",
        "indextts_copy_age_seconds",
        "indextts_backup_age_seconds",
    )
)
"""Families that say the same in every process with the same folder: one of them is enough."""
ENGINE_STATES: Final = ("absent", "idle", "loading", "ready", "error", "failing")


def written(service: SpeechService) -> bytes:
    """All that is measured, in the form that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(service.meter.registry)
    registry.register(NowCollector(service))
    return generate_latest(registry)


class NowCollector:
    """What engines, queues and caches have counted, and the state they are in."""

    def __init__(self, service: SpeechService) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """All of it, as it is now."""
        yield InfoMetricFamily("indextts_build", "The program.", {"version": __version__})
        yield from self._engines()
        yield from self._queues()
        yield from self._kept()
        yield from self._caches()
        threads = GaugeMetricFamily("indextts_threads", "Threads of the process.")
        threads.add_metric([], threading.active_count())
        yield threads
        with suppress(OSError):
            usage = shutil.disk_usage(self._service.config.cache_path)
            free = GaugeMetricFamily("indextts_disk_free_bytes", "Room where models and works lie.")
            free.add_metric([], usage.free)
            size = GaugeMetricFamily("indextts_disk_bytes", "Size of that disk.")
            size.add_metric([], usage.total)
            yield from (free, size)
        for component in self._service.components:
            yield from component.measured()

    def _engines(self) -> Iterator[Metric]:
        engines = self._service.router
        for name, text, counts in (
            ("indextts_segments", "Segments spoken.", engines.tally.segments),
            ("indextts_work_seconds", "Seconds of work for them.", engines.tally.work_s),
            ("indextts_speech_seconds", "Seconds of speech in them.", engines.tally.speech_s),
            ("indextts_characters", "Characters of text in them.", engines.tally.characters),
        ):
            counter = CounterMetricFamily(name, text, labels=["engine"])
            for engine in engines.pool.registry:
                counter.add_metric([engine], counts[engine])
            yield counter
        fallbacks = CounterMetricFamily(
            "indextts_fallbacks", "Requests that another engine spoke.", labels=["asked", "engine", "reason"]
        )
        for labels, count in sorted(engines.tally.fallbacks.items()):
            fallbacks.add_metric(list(labels), count)
        yield fallbacks
        breakers = GaugeMetricFamily("indextts_breaker", "0 closed, 1 half-open, 2 open.", labels=["engine"])
        states = GaugeMetricFamily("indextts_engine_state", "1 for the state it is in.", labels=["engine", "state"])
        stuck = GaugeMetricFamily("indextts_stuck_threads", "Threads left behind in an engine.", labels=["engine"])
        for engine, state in engines.states().items():
            breakers.add_metric([engine], BREAKERS[engines.breakers[engine].state])
            stuck.add_metric([engine], engines.stuck[engine])
            for one in ENGINE_STATES:
                states.add_metric([engine, one], 1 if one == state else 0)
        held = GaugeMetricFamily(
            "indextts_engine_process_bytes", "Memory of engines in processes of their own.", labels=["engine"]
        )
        for engine, size in engines.pool.memory().items():
            held.add_metric([engine], size)
        yield from (breakers, states, stuck, held)

    def _queues(self) -> Iterator[Metric]:
        busy = GaugeMetricFamily("indextts_busy", "Requests being spoken.", labels=["queue"])
        waiting = GaugeMetricFamily("indextts_waiting", "Requests that wait.", labels=["queue"])
        for name, queue in self._service.queues.items():
            busy.add_metric([name], queue.busy)
            waiting.add_metric([name], queue.waiting)
        yield from (busy, waiting)

    def _kept(self) -> Iterator[Metric]:
        """Sizes of folders, and how old the copies of what a person would miss are; none of what is not there."""
        folders = GaugeMetricFamily("indextts_folder_bytes", "Sizes in cache_hub.", labels=["folder"])
        for folder, size in self._service.folders.sizes.items():
            folders.add_metric([folder], size)
        copied = GaugeMetricFamily("indextts_copy_age_seconds", "Age of the newest copy beside it.", labels=["of"])
        backup = GaugeMetricFamily("indextts_backup_age_seconds", "Time since “indextts backup” last wrote a file.")
        config = self._service.config
        places = {"library": config.library_path, "works": config.works_path / "works.sqlite3"}
        for name, path in places.items():
            if (age := copies.age_s(copies.copies(path)[0])) is not None:
                copied.add_metric([name], age)
        if (age := copies.age_s(config.cache_path / copies.BACKUP_MARK)) is not None:
            backup.add_metric([], age)
        yield from (folders, copied, backup)

    def _caches(self) -> Iterator[Metric]:
        kept = self._service.preloader.kept_segments
        asked = CounterMetricFamily("indextts_cache", "Segments that were looked for.", labels=["cache", "outcome"])
        size = GaugeMetricFamily("indextts_cache_bytes", "Memory of spoken segments.")
        size.add_metric([], 0 if kept is None else kept.nbytes)
        for cache in ("memory", "store"):
            for outcome in ("hit", "miss"):
                asked.add_metric([cache, outcome], 0 if kept is None else kept.asked[cache, outcome])
        yield from (asked, size)
