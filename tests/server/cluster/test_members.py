"""The members of a cluster: their measurements in one text, and what is told of those that are lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.server.cluster.members import SHARED, Members, Node, Report, Reporter, merged
from indextts.service.collected import written
from indextts.service.metrics import Meter
from tests.support.services import application, make_service
from tests.support.whole import WholeService

HEAD, SECOND = Node("n1", "10.0.0.1", True), Node("n2", "10.0.0.2", True)
ALL = {"s", "a", "b", "d"}


class Clock:
    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def members(clock: Clock) -> Members:
    """A page's process, two that speak, a door; all is well."""
    made = Members("s", {"speech": 2, "studio": 1, "door": 1}, node="10.0.0.1", clock=clock)
    for group, name in (("speech", "a"), ("speech", "b"), ("door", "d")):
        made.report(Report(group, name, "10.0.0.2", "# HELP x_total X.\n# TYPE x_total counter\nx_total 1.0\n"))
    made.see([HEAD, SECOND], ALL)
    return made


def codes(members: Members) -> list[str]:
    return [error.code for error in members.warnings()]


def values(text: str) -> dict[tuple[str, ...], float]:
    samples = (one for family in text_string_to_metric_families(text) for one in family.samples)
    return {(one.name, *one.labels.values()): one.value for one in samples}


def test_all_is_well(members: Members) -> None:
    state = members.now()
    assert state.processes == state.wanted == {"speech": 2, "studio": 1, "door": 1}
    assert (state.lost, state.nodes, state.nodes_lost) == ({"speech": 0, "studio": 0, "door": 0}, 2, [])
    assert codes(members) == []


def test_a_process_that_dies_is_lost_and_told_of_for_a_while(members: Members, clock: Clock) -> None:
    members.see([HEAD, SECOND], ALL - {"b"})
    assert codes(members) == ["cluster_process_lost"]
    assert members.now().lost["speech"] == 1 and members.now().processes["speech"] == 1
    clock.now += 61  # nothing takes its place
    assert codes(members) == ["cluster_short", "cluster_process_lost"]
    members.report(Report("speech", "c"))
    members.see([HEAD, SECOND], {*ALL, "c"} - {"b"})
    assert codes(members) == ["cluster_process_lost"]
    clock.now += 300
    assert codes(members) == []
    assert values(members.written(""))["indextts_cluster_processes_lost_total", "speech"] == 1


def test_one_that_ends_in_order_is_not_lost(members: Members) -> None:
    sent: list[Report] = []
    reporter = Reporter(Report("speech", "b", "10.0.0.2"), lambda: "", sent.append)
    reporter.close()
    for report in sent:
        members.report(report)
    members.see([HEAD, SECOND], ALL - {"b"})
    assert members.now().lost["speech"] == 0 and members.now().processes["speech"] == 1


def test_one_that_is_silent_but_lives_is_not_lost(members: Members, clock: Clock) -> None:
    clock.now += 10_000
    members.see([HEAD, SECOND], ALL)
    assert codes(members) == []


def test_the_studio_process_does_not_lose_itself(members: Members) -> None:
    members.see([HEAD, SECOND], ALL - {"s"})  # Ray lists it a moment later than it looks
    assert members.now().processes["studio"] == 1 and members.now().lost["studio"] == 0
    members.lose("studio")
    assert codes(members) == ["cluster_process_lost"]


def test_a_machine_is_lost_until_it_is_back(members: Members) -> None:
    gone = Node("n2", "10.0.0.2", False)
    members.see([HEAD, gone], ALL)
    (told,) = members.warnings()
    assert told.code == "cluster_node_lost" and "10.0.0.2" in str(told)
    assert (members.now().nodes, members.now().nodes_lost) == (1, ["10.0.0.2"])
    members.see([HEAD, gone, Node("n3", "10.0.0.2", True)], ALL)
    assert codes(members) == []
    members.see([HEAD, gone, Node("n3", "10.0.0.2", False, in_order=True)], ALL)
    assert codes(members) == [], "it was taken out on purpose, and the old loss is over"


def test_a_machine_that_never_comes_back_is_told_of_for_a_day(members: Members, clock: Clock) -> None:
    gone = Node("n2", "10.0.0.2", False)
    members.see([HEAD, gone], ALL)
    clock.now += 86_000
    members.see([HEAD, gone], ALL)
    assert codes(members) == ["cluster_node_lost"]
    clock.now += 1000
    for _ in range(2):
        members.see([HEAD, gone], ALL)
        assert codes(members) == []


def test_every_series_has_its_process_and_every_family_one_head(service: WholeService) -> None:
    meter: Meter = service.meter
    meter.error('a"b\\c{d} e', refused=False)
    meter.spoke("embedded", 1.0, 2.0)
    own = written(service).decode()
    text = merged({"studio-s": own, "speech-a": own})
    families = list(text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families)
    alone = {one.name: one for one in text_string_to_metric_families(own)}
    for family in families:
        single = [(one.name, one.labels, one.value) for one in alone[family.name].samples]
        for process in ("studio-s", "speech-a"):
            of = [one for one in family.samples if one.labels["process"] == process]
            bare = [(one.name, {k: v for k, v in one.labels.items() if k != "process"}, one.value) for one in of]
            shared = process == "speech-a" and family.name in SHARED
            assert bare == ([] if shared else single), family.name


def test_a_report_that_does_not_arrive_ends_nothing() -> None:
    def send(_: Report) -> None:
        raise ConnectionError

    Reporter(Report("speech", "b"), lambda: "", send).close()


@pytest.fixture(scope="module")
def service(config: Config) -> Iterator[WholeService]:
    service = make_service(config)
    yield service
    service.close()


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    from tests.support.tiny_voice import make_tiny_voice

    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"))
    make_tiny_voice(config.models_path)
    return config


def test_the_studio_process_answers_for_all(service: WholeService, members: Members) -> None:
    app = application(service, page=False)
    app.state.cluster = members

    def system(client: TestClient) -> dict[str, Any]:
        told: dict[str, Any] = client.get("/v1/system").json()
        return told

    with TestClient(app, "http://localhost", client=("127.0.0.1", 50000)) as client:
        assert client.get("/healthz").json()["status"] == system(client)["status"] == "ok"
        assert system(client)["cluster"]["processes"] == {"speech": 2, "studio": 1, "door": 1}
        members.see([HEAD, Node("n2", "10.0.0.2", False)], ALL - {"b"})
        health = client.get("/healthz", headers={"Accept-Language": "zh"}).json()
        assert health["status"] == system(client)["status"] == "degraded"
        assert [one["code"] for one in health["warnings"]] == ["cluster_node_lost", "cluster_process_lost"]
        assert "失去了机器" in health["warnings"][0]["message"]
        assert [one["code"] for one in system(client)["findings"]] == ["cluster_node_lost", "cluster_process_lost"]
        told = values(client.get("/metrics").text)
    assert told["x_total", "speech-a"] == 1 and ("x_total", "speech-b") not in told
    assert told["indextts_cluster_nodes_lost",] == 1
    assert told["indextts_cluster_processes", "speech"] == 1 < told["indextts_cluster_processes_wanted", "speech"]
    assert any(name[:2] == ("indextts_threads", "studio-s") for name in told)
