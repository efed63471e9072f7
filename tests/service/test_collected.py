"""What ``/metrics`` tells of processes that share their work."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from indextts.service.collected import written
from tests.support.shared import join
from tests.support.waiting import until
from tests.support.whole import WholeService
from tests.works.db.test_sharing import both, processes, shared, submitted, taken


def expired(service: WholeService) -> float:
    families = text_string_to_metric_families(written(service).decode())
    (value,) = [one.value for family in families for one in family.samples if one.name == "indextts_leases_expired"]
    return float(value)


@both
def test_jobs_whose_process_is_gone_are_counted_until_another_one_has_them(tmp_path: Path, database: str) -> None:
    folder, works = shared(tmp_path, database)
    asking = join(folder, "asking", works)
    with processes(folder, works, "a", segment_s=0.6) as (one,):
        job = submitted(asking, 1)
        until(lambda: taken(asking, job.id) and asking.works.records.get(job.id).state == "running")
        assert expired(asking) == 0.0
        one.kill()
        until(lambda: expired(asking) == 1.0)
    assert asking.works.records.take(job.id) is not None
    assert expired(asking) == 0.0
    asking.close()
