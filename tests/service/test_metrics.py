"""Counting and timing requests."""

from __future__ import annotations

import pytest

from indextts.model.errors import StudioError
from indextts.service.metrics import SECONDS, Meter


def test_requests_are_counted_by_how_they_ended_and_timed() -> None:
    meter, other = Meter(), Meter()
    with meter.request():
        pass
    with pytest.raises(StudioError), meter.request():
        raise StudioError("cancelled")
    with pytest.raises(ZeroDivisionError), meter.request():
        raise ZeroDivisionError
    value = meter.registry.get_sample_value
    ended = [value("indextts_requests_total", {"outcome": name}) for name in ("ok", "cancelled", "crashed", "deadline")]
    assert ended == [1.0, 1.0, 1.0, None]
    buckets = [value("indextts_request_seconds_bucket", {"le": str(end)}) for end in (*SECONDS, "+Inf")]
    assert buckets[3:] == [3.0] * (len(SECONDS) - 2)
    assert value("indextts_request_seconds_count") == 3.0
    assert other.registry.get_sample_value("indextts_request_seconds_count") == 0.0


def test_no_dates_of_counters_are_published() -> None:
    meter = Meter()
    with meter.request():
        pass
    names = {sample.name for family in meter.registry.collect() for sample in family.samples}
    assert not [name for name in names if name.endswith("_created")]
