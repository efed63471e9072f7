"""A server that loads, as after each restart: its callers lose nothing of their rates, and its probes are no errors."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from indextts.engines.base import Engine
from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.server.calls import LIGHT_CALLS
from indextts.service.preload import Preloader
from tests.support.services import application
from tests.support.whole import WholeService

RATE = 3
HELLO = {"text": "你好。"}
TOOL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "say", "arguments": HELLO}}
MCP = {"Accept": "application/json, text/event-stream"}


@dataclass
class Restarted:
    """A server that has just been started, with a client for it."""

    client: TestClient
    service: WholeService
    go: threading.Event

    def ready(self) -> None:
        """Let it end its loading."""
        self.go.set()
        self.service.preloader.wait(60)


@pytest.fixture
def restarted(config: Config) -> Iterator[Restarted]:
    go = threading.Event()

    def load(config: Config) -> Engine:
        go.wait()
        return embedded.load(config)

    server = config.server.model_copy(update={"rate_limit": f"{RATE}/hour"})
    config = config.model_copy(update={"server": server})
    service = WholeService(config, preloader=Preloader(config, load_engine=load))
    app = application(service, config, page=False)
    with TestClient(app, "http://localhost", client=("127.0.0.1", 50000)) as client:
        yield Restarted(client, service, go)
        go.set()
        service.preloader.wait(60)


def test_what_is_answered_with_loading_costs_nothing_of_a_rate(restarted: Restarted) -> None:
    client = restarted.client
    asked = [("/tts", HELLO), ("/v1/audio/speech", {"input": "你好。"}), ("/v1/plan", HELLO)]
    for path, body in asked * RATE:
        refused = client.post(path, json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "loading"), path
    for _ in range(LIGHT_CALLS * RATE + 1):
        assert client.post("/v1/forecast", json=HELLO).json()["error"]["code"] == "loading"
    restarted.ready()
    assert [client.post("/tts", json=HELLO).status_code for _ in range(RATE + 1)] == [200] * RATE + [429]


def test_an_assistant_loses_nothing_either(restarted: Restarted) -> None:
    pytest.importorskip("mcp")
    for _ in range(RATE + 1):
        told = restarted.client.post("/mcp", json=TOOL, headers=MCP)
        assert "loading" in told.text, told.text
    restarted.ready()
    assert restarted.client.post("/tts", json=HELLO).status_code == 200


def test_what_is_wrong_counts_while_it_loads_as_ever(restarted: Restarted) -> None:
    codes = [restarted.client.post("/tts", json={"text": " "}).status_code for _ in range(RATE + 1)]
    assert codes == [422] * RATE + [429]


def measured(client: TestClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_probes_of_a_start_are_no_errors_and_one_line(restarted: Restarted, caplog: pytest.LogCaptureFixture) -> None:
    client = restarted.client
    with caplog.at_level("INFO", "indextts.server.observed"):
        assert {client.get("/readyz").status_code for _ in range(5)} == {503}
        restarted.ready()
        assert client.get("/readyz").status_code == 200
    told = measured(client)
    assert told["indextts_probes_total", "/readyz", "5xx"] == 5
    assert told["indextts_probes_total", "/readyz", "2xx"] == 1
    families = ("indextts_errors_total", "indextts_refusals_total", "indextts_http_seconds_count")
    assert [name for name in told if name[0] in families] == []
    lines = [record.getMessage() for record in caplog.records if record.name == "indextts.server.observed"]
    assert lines == ["GET /readyz 503, loading"]
    assert restarted.service.observer.now().errors == 0


def test_a_stranger_who_asks_for_the_measurements_is_told_apart_from_a_probe(restarted: Restarted) -> None:
    outside: dict[str, Any] = {"headers": {"Host": "evil.test"}}
    assert restarted.client.get("/metrics", **outside).status_code == 403
    told = measured(restarted.client)
    assert told["indextts_errors_total", "host_not_allowed"] == told["indextts_refusals_total", "host_not_allowed"] == 1


@pytest.mark.parametrize(
    "broken",
    [
        StudioError("bad_config", path="emotions.yaml", reason="line 3 cannot be read"),
        StudioError("model_missing", model="embedded", command=""),
        ValueError("whatever a runtime says"),
    ],
)
def test_whatever_keeps_it_from_speaking_is_not_ready_and_worth_another_look(config: Config, broken: Exception) -> None:
    def load(config: Config) -> Engine:
        raise broken

    service = WholeService(config, preloader=Preloader(config, load_engine=load))
    with TestClient(application(service, config, page=False), "http://localhost") as client:
        with contextlib.suppress(StudioError):
            service.preloader.wait(60)
        answer = client.get("/readyz")
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
        assert answer.json()["error"]["code"] == getattr(broken, "code", "engine_failed")
