"""What the works are like at this moment, for ``/metrics``: jobs, leases, the database and the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from indextts.model.errors import StudioError
from indextts.works.db.model import STATES

if TYPE_CHECKING:
    from indextts.works.db.presence import Presence
    from indextts.works.db.records import Records
    from indextts.works.jobs.jobs import Jobs

SHARED: Final = frozenset(
    ("indextts_jobs_now", "indextts_leases_expired", "indextts_oldest_waiting_job_seconds"),
)
"""Families that say the same in every process with the same database: one of them is enough."""


def measured(jobs: Jobs, records: Records, database: Presence, store: Presence) -> Iterator[Metric]:
    """All of it, as it is now; a database that cannot be read is told elsewhere."""
    kept = GaugeMetricFamily("indextts_jobs_now", "Jobs that are kept, by state.", labels=["state"])
    with suppress(StudioError):
        counts = jobs.counts()
        for state in STATES:
            kept.add_metric([state], counts.get(state, 0))
    yield kept
    expired = GaugeMetricFamily("indextts_leases_expired", "Jobs whose process was not heard of in time.")
    with suppress(StudioError):
        expired.add_metric([], records.leases.expired())
    yield expired
    up = GaugeMetricFamily("indextts_up", "1 while it can be reached.", labels=["what"])
    seen = GaugeMetricFamily("indextts_seen_seconds", "Since it was last reached.", labels=["what"])
    for what, presence in ("database", database), ("store", store):
        up.add_metric([what], 0 if presence.error is not None else 1)
        if presence.seen_s is not None:
            seen.add_metric([what], presence.seen_s)
    yield from (up, seen)
    oldest = GaugeMetricFamily("indextts_oldest_waiting_job_seconds", "How long the oldest job of the queue waits.")
    with suppress(StudioError):
        oldest.add_metric([], jobs.waits_s())
    yield oldest
