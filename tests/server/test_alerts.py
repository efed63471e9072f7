"""The example rules for Prometheus ask for what ``/metrics`` has: names, labels, values of labels."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from indextts.model.i18n.messages import messages
from indextts.platform.config import PROJECT_ROOT, Config
from indextts.platform.storage import copies
from indextts.server.cluster.door_meter import QUEUE, DoorMeter
from indextts.server.cluster.members import Members
from indextts.service.collected import ENGINE_STATES, written
from indextts.service.metrics import Meter
from indextts.service.service import WORKERS, SpeechService

FOLDER = PROJECT_ROOT / "deploy" / "prometheus"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
_ASKED = re.compile(r"\b((?:indextts|process)_\w+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r'(\w+)\s*(=~|!=|=)\s*"([^"]*)"')
OUTSIDE = {"job", "instance"}
"""Labels that Prometheus itself adds."""


@pytest.fixture(scope="module")
def published(service: SpeechService) -> dict[str, set[str]]:
    """The labels of everything that is measured, by its name, each kind of event having been once."""
    meter: Meter = service.meter
    meter.spoke("embedded", 1.0, 2.0)
    meter.first("stream", 1.0)
    meter.waited(WORKERS, 1.0)
    meter.answered("GET", "/tts", 500, 1.0)
    meter.error("queue_full", refused=True)
    meter.job("done")
    (service.config.cache_path / copies.BACKUP_MARK).parent.mkdir(exist_ok=True)
    (service.config.cache_path / copies.BACKUP_MARK).touch()
    door = DoorMeter()
    door.lost("speech", broken=True)
    members = Members("s", {"speech": 1, "studio": 1, "door": 1})
    whole = members.written(written(service).decode()) + door.written()
    return {one.name: set(one.labels) for family in text_string_to_metric_families(whole) for one in family.samples}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_a_rule_asks_for_what_is_measured(rule: dict[str, Any], published: dict[str, set[str]]) -> None:
    asked = _ASKED.findall(rule["expr"])
    assert asked or rule["expr"].startswith("up{")
    known = {
        "state": set(ENGINE_STATES),
        "status": {"2xx", "4xx", "5xx"},
        "queue": {WORKERS, QUEUE},
        "kind": {"whole", "stream", "job"},
        "reason": set(messages()),
        "what": {"database", "store"},
    }
    for name, labels in asked:
        assert name in published, name
        for label, _, value in _LABEL.findall(labels):
            assert label in published[name] | OUTSIDE, (name, label)
            assert label in OUTSIDE or set(value.split("|")) <= known[label], (name, label, value)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_a_rule_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["for"] and rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"] and rule["annotations"]["action"]
    grouped = re.findall(r"by \(([^)]*)\)", rule["expr"])
    for named in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]):
        assert all(named in group for group in grouped), named


def test_the_scrape_reads_the_rules_and_asks_where_the_server_is() -> None:
    scrape = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    assert scrape["rule_files"] == ["alerts.yml"]
    (job,) = scrape["scrape_configs"]
    config = Config()
    assert job["metrics_path"] == "/metrics"
    assert job["static_configs"][0]["targets"] == [f"{config.server.host}:{config.server.port}"]
    assert {"indextts"} == {job["job_name"]} == set(re.findall(r'job="(\w+)"', str(RULES)))
