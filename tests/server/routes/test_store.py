"""The models over HTTP; the hub is that of tests/models."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from indextts.engines import registry
from indextts.engines.info import Computing
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.service.preload import Preloader
from tests.models.conftest import FILES
from tests.models.conftest import config as config
from tests.models.conftest import hub as hub
from tests.support.hub import Hub, says, waits
from tests.support.published import snapshot
from tests.support.services import application
from tests.support.whole import WholeService

Row = dict[str, Any]


@pytest.fixture
def client(config: Config) -> Iterator[TestClient]:
    service = WholeService(config, preloader=Preloader(config))
    server = service.config.server.model_copy(update={"rate_limit": "100000/minute", "hosts": ("testserver",)})
    app = application(service, service.config.model_copy(update={"server": server}), page=False)
    yield TestClient(app, "http://127.0.0.1", raise_server_exceptions=False, client=("127.0.0.1", 50000))
    service.close()


def row(client: TestClient, name: str = "voice", language: str = "en") -> Row:
    models = client.get("/v1/store", headers={"Accept-Language": language}).json()["models"]
    found: Row = next(one for one in models if one["name"] == name)
    return found


def until(client: TestClient, holds: Callable[[Row], bool], language: str = "en") -> Row:
    ends = time.monotonic() + 30
    while not holds(found := row(client, language=language)):
        assert time.monotonic() < ends, found
        time.sleep(0.02)
    return found


def fetched(client: TestClient) -> None:
    assert client.post("/v1/store/voice/pull").status_code == 202
    until(client, lambda row: row["state"] == "installed")


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_what_there_is_and_what_it_takes(client: TestClient) -> None:
    answer = client.get("/v1/store").json()
    assert answer["free"] > 0 and answer["folder"].endswith("models")
    voice = row(client)
    assert (voice["state"], voice["bytes"], voice["licence"], voice["about"]) == ("absent", 5, "MIT", "A voice")
    assert voice["sources"] == ["team/voice", "team/codec"] and voice["progress"] is voice["error"] is None
    assert voice["files"] == ["config.yaml", "gpt.pth", "qwen/*", "codec/codec.bin"]
    assert row(client, "embedded")["files"] == [] and row(client, "embedded")["about"] == ""
    assert row(client, language="zh")["about"] == "一个声音"


def test_it_is_fetched_stopped_gone_on_with_and_verified(client: TestClient, hub: Hub) -> None:
    go_on = threading.Event()
    hub.faults["gpt.pth"] = [waits(go_on)]
    began = client.post("/v1/store/voice/pull")
    assert began.status_code == 202 and {"fetching"} <= {one["state"] for one in began.json()["models"]}
    running = until(client, lambda row: bool(row["progress"]) and row["progress"]["done"] > 1_000_000)["progress"]
    assert running["total"] > running["done"] and running["rate"] >= 0
    client.post("/v1/store/voice/stop")
    assert row(client)["state"] == "stopping"
    go_on.set()
    stopped = until(client, lambda row: row["state"] not in ("fetching", "stopping"))
    assert stopped["state"] == "stopped" and stopped["kept"] > 1_000_000 and stopped["error"] is None
    fetched(client)
    client.post("/v1/store/voice/verify")
    assert until(client, lambda row: row["state"] != "checking")["whole"] == 4


def test_why_it_cannot_be_had_is_told_in_the_callers_language(client: TestClient, hub: Hub) -> None:
    hub.faults["codec.bin"] = [says(200, bytes(70_000))] * 4
    client.post("/v1/store/voice/pull")
    failed = until(client, lambda row: row["state"] != "fetching", "zh")
    assert failed["state"] == "failed" and failed["kept"] > 0
    said = failed["error"]["message"] + failed["error"]["hint"]
    assert "无法下载模型“voice”" in said and "codec.bin" in said and "hash" in said


def test_a_damaged_model_is_told_and_mended_with_what_is_whole(client: TestClient, hub: Hub, config: Config) -> None:
    fetched(client)
    weights = config.models_path / "voice" / "gpt.pth"
    data = bytearray(weights.read_bytes())
    data[5] ^= 1
    weights.write_bytes(data)
    assert row(client)["state"] == "installed", "of the right size: only its hash can tell"
    client.post("/v1/store/voice/verify")
    damaged = until(client, lambda row: row["state"] != "checking")
    assert (damaged["state"], damaged["wrong"], damaged["whole"]) == ("damaged", ["gpt.pth"], 0)
    hub.asked.clear()
    fetched(client)
    assert [path for path, _ in hub.asked] == ["gpt.pth"]


def test_removing_can_be_undone_for_a_while(client: TestClient) -> None:
    fetched(client)
    assert client.delete("/v1/store/voice").json()["freed"] > 3_000_000
    assert row(client)["state"] == "absent"
    assert client.post("/v1/store/voice/restore").status_code == 200
    assert row(client)["state"] == "installed"
    assert code(client.post("/v1/store/voice/restore")) == (410, "undo_gone")


def test_a_model_that_another_program_has_is_said_and_so_does_the_error_of_what_lacks_it(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert row(client)["stands"] == row(client)["order"] == ""
    for repository, files in FILES.items():
        snapshot(tmp_path, repository, "aaaa", files, branch=True)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    found = row(client)
    order = f"python -m indextts models pull voice --from {tmp_path}"
    assert (found["state"], found["stands"], found["order"]) == ("absent", str(tmp_path), order)
    refused = client.delete("/v1/store/voice")
    assert code(refused) == (503, "model_missing") and order in refused.json()["error"]["hint"]
    fetched(client)
    assert row(client)["stands"] == row(client)["order"] == ""


def test_what_cannot_be_done_is_told(client: TestClient, hub: Hub) -> None:
    assert code(client.delete("/v1/store/embedded")) == (422, "model_stays")
    assert code(client.delete("/v1/store/voice")) == (503, "model_missing")
    assert code(client.post("/v1/store/nothing/pull")) == (404, "not_found")
    assert code(client.post("/v1/store/..%2Fvoice/pull")) == (404, "not_found")
    go_on = threading.Event()
    hub.faults["gpt.pth"] = [waits(go_on)]
    client.post("/v1/store/voice/pull")
    assert code(client.delete("/v1/store/voice")) == (409, "model_busy")
    assert code(client.post("/v1/store/voice/verify")) == (409, "model_busy")
    go_on.set()


def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    assert registry.missing_packages("sambert") == ["torch"] and registry.missing_packages("x") == []


@pytest.fixture
def lacking(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The packages that the model's engine lacks, and what was asked to be installed instead of doing so."""
    packages, entry = ["torch"], "indextts.server.routes.store.missing_packages"
    monkeypatch.setattr(entry, lambda extra: list(packages))
    yield packages


def test_installing_brings_the_packages_and_then_the_model(
    client: TestClient, lacking: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(extra: str, then: Callable[[], None]) -> None:
        lacking.clear()
        then()

    monkeypatch.setattr(client.app.state.packages, "start", start)  # type: ignore[attr-defined]
    answer = client.post("/v1/store/voice/install")
    assert answer.status_code == 202 and answer.json()["restart"] is False
    assert until(client, lambda row: row["state"] == "installed")["packages"] == []


def test_only_a_person_at_this_machine_installs_packages_and_only_where_that_is_allowed(
    client: TestClient, lacking: list[str]
) -> None:
    stranger = TestClient(client.app, raise_server_exceptions=False)
    assert code(stranger.post("/v1/store/voice/install")) == (403, "admin_only")
    assert code(stranger.post("/v1/store/restart")) == (403, "packages_forbidden")
    service = client.app.state.service  # type: ignore[attr-defined]
    models = service.config.models.model_copy(update={"install_packages": False})
    service.config = service.config.model_copy(update={"models": models})
    assert code(client.post("/v1/store/voice/install")) == (403, "packages_forbidden")
    port = client.base_url.port or 80
    assert f"http://127.0.0.1:{port}" in client.post("/v1/store/voice/install").json()["error"]["hint"]
    lacking.clear()
    assert client.post("/v1/store/voice/install").status_code == 202, "there is nothing to install but the model"
    until(client, lambda row: row["state"] == "installed")


def test_a_restart_is_done_by_whoever_runs_the_server(client: TestClient) -> None:
    assert code(client.post("/v1/store/restart")) == (409, "cannot_restart")
    asked: list[str] = []
    client.app.state.restart = lambda: asked.append("again")  # type: ignore[attr-defined]
    assert client.post("/v1/store/restart").status_code == 202 and asked == ["again"]


def test_what_a_model_computes_with_is_told_in_the_callers_language(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [Computing(Bilingual("flow", "声学流"), "bfloat16", {"float32": 2.0, "bfloat16": 1.0})]
    told = replace(registry.REGISTRY["indextts2"], computing=lambda config, model: parts)
    monkeypatch.setattr("indextts.server.routes.store.engine_of_model", lambda name: told if name == "voice" else None)
    assert row(client)["computing"] == [], "of a model that is not here there is nothing to tell"
    fetched(client)
    (part,) = row(client, language="zh")["computing"]
    assert part == {"part": "声学流", "numbers": "bfloat16", "seconds": {"float32": 2.0, "bfloat16": 1.0}}
