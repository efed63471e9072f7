"""The state of the server and the bundle for whoever looks for what is wrong: both for those who look after it."""

from __future__ import annotations

import io
import json
import logging
import shutil
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
import yaml
from starlette.testclient import TestClient

from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.server.diagnosis import settings_of
from indextts.service import observing
from indextts.service.observing import Observer
from indextts.works.projects import projects
from tests.support.services import HeldEngine, application, client_here, make_service
from tests.support.whole import WholeService

TEXT, PROJECT, KEY = "红烧肉的秘密配方", "外婆的厨房", "sk-geheim-1234567890"
Usage = namedtuple("Usage", "total used free")
HERE = ("127.0.0.1", 50000)


@pytest.fixture(scope="module")
def engine(config: Config) -> HeldEngine:
    return HeldEngine(embedded.load(config))


@pytest.fixture(scope="module")
def service(config: Config, engine: HeldEngine) -> WholeService:
    return make_service(config, engine)


@pytest.fixture(scope="module")
def client(service: WholeService) -> Iterator[TestClient]:
    with client_here(service) as client:
        yield client


def state(client: TestClient, language: str = "en") -> dict[str, Any]:
    answer = client.get("/v1/system", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_the_state_tells_what_was_done_since_the_last_look(client: TestClient, service: WholeService) -> None:
    service.observer.look()
    assert client.post("/tts", json={"text": "今天天气很好。"}).status_code == 200
    client.get("/nothing")
    told = state(client)
    now = told["now"]
    assert now["requests"] >= 2 and now["segments"] == 1 and now["errors"] == 0
    assert now["rtf"] > 0 and now["first_s"] > 0 and now["wait_s"] >= 0 and 0 <= now["cpu"] <= 1
    assert now["memory_bytes"] > 10**6 and now["threads"] > 1 and now["descriptors"] > 3
    assert now["disk_free_bytes"] > 0 and now["cache_hits"] == 0
    assert (told["workers"], told["status"]) == (service.admission.workers, "ok")
    service.observer.look()
    last = state(client)["hour"][-1]
    assert (last["segments"], last["rtf"]) == (now["segments"], now["rtf"])
    assert state(client)["now"]["segments"] == 0


def test_an_hour_is_kept_and_no_more(service: WholeService) -> None:
    observer = Observer(service)
    for _ in range(observing.KEPT + 5):
        observer.look()
    kept = [sample.at for sample in observer.hour()]
    assert len(kept) == observing.KEPT and kept == sorted(kept)


def test_the_limit_of_projects_is_told_before_it_is_reached(
    client: TestClient, service: WholeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projects, "MAX_PROJECTS", 10)
    made = [client.post("/v1/projects", json={"name": "x"}).json()["id"] for _ in range(8)]
    assert state(client)["findings"] == []
    made.append(client.post("/v1/projects", json={"name": "x"}).json()["id"])
    told = state(client, "zh")
    (found,) = told["findings"]
    assert (found["code"], told["status"]) == ("projects_nearly_full", "ok") and "已有 9 个项目" in found["message"]
    for project in made:
        assert client.delete(f"/v1/projects/{project}").status_code == 204
    assert state(client)["findings"] == []


def test_samples_are_taken_while_the_service_runs(client: TestClient, service: WholeService) -> None:
    assert state(client)["hour"]  # the first is taken at the start, nobody has to ask


def test_what_is_wrong_is_said_with_what_to_do(
    client: TestClient, service: WholeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert state(client)["findings"] == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 4 * 10**8))
    memory = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory._replace(available=memory.total // 100))
    for _ in range(observing.ERRORS):
        service.meter.broke()
    service.observer.look()
    found = {one["code"]: one for one in state(client)["findings"]}
    assert set(found) == {"system_disk", "system_memory", "system_errors"}
    assert "0.4 GB" in found["system_disk"]["message"] and "works_mb" in found["system_disk"]["hint"]
    assert "磁盘快满了" in {one["code"]: one for one in state(client, "zh")["findings"]}["system_disk"]["message"]
    for _ in range(observing.LATELY):
        service.observer.look()
    assert "system_errors" not in {one["code"] for one in state(client)["findings"]}


def test_a_long_queue_and_a_failing_engine_are_said(
    client: TestClient, service: WholeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(service.admission), "waiting", 4 * service.admission.workers)
    first = service.router.order[0]
    for _ in range(service.config.engines.failures):
        service.router.breakers[first].failed(at_once=True)
    from indextts.pipeline.fallback.reasons import silence

    service.router.last[first] = silence(first)
    try:
        told = state(client)
        assert {"system_engine", "system_queue"} <= {one["code"] for one in told["findings"]}
        assert told["status"] == "degraded"
    finally:
        service.router.breakers[first].succeeded()


def test_long_waits_are_said_where_the_queue_is_short(client: TestClient, service: WholeService) -> None:
    service.meter.waited("workers", 300.0)
    service.observer.look()
    assert "system_waits" in {one["code"] for one in state(client)["findings"]}
    service.observer.look()
    service.observer.look()
    assert "system_waits" not in {one["code"] for one in state(client)["findings"]}


@pytest.mark.parametrize("path", ["/v1/system", "/v1/system/bundle"])
def test_strangers_see_nothing(service: WholeService, path: str) -> None:
    app = application(service, page=False)
    for address, host, headers in (
        (HERE, "http://localhost", {"X-Forwarded-For": "10.0.0.9"}),
        (("10.0.0.9", 5), "http://testserver", {}),
        (HERE, "http://testserver", {}),
    ):
        answer = TestClient(app, host, client=address).get(path, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "system_forbidden")


def test_the_bundle_has_what_helps_and_nothing_that_a_person_wrote(
    client: TestClient, service: WholeService, engine: HeldEngine
) -> None:
    root = logging.getLogger("indextts")
    before = root.level
    root.setLevel(logging.DEBUG)
    headers = {"Authorization": f"Bearer {KEY}", "X-Api-Key": KEY}
    try:
        project = client.post("/v1/projects", json={"name": PROJECT, "text": TEXT}, headers=headers).json()["id"]
        client.post("/tts", json={"text": TEXT}, headers=headers)
        client.post("/tts", json={"text": TEXT, "voice": PROJECT}, headers=headers)
        client.post("/v1/lexicon", json={"word": PROJECT, "reading": KEY}, headers=headers)
        client.get("/v1/jobs", params={"search": TEXT, "key": KEY}, headers=headers)
        client.get(f"/audio/{PROJECT}.wav", headers=headers)
        job = client.post("/v1/jobs", json={"text": TEXT, "title": PROJECT, "project": project}, headers=headers).json()
        with client.stream("GET", f"/v1/jobs/{job['id']}/events") as events:
            list(events.iter_lines())
        logging.getLogger("indextts.test").warning("Cannot do it: %s", StudioError("no_voice", voice=PROJECT))
        try:
            raise ValueError(TEXT)
        except ValueError:
            logging.getLogger("indextts.test").exception("Failed: %s", TEXT)
    finally:
        root.setLevel(before)
    answer = client.get("/v1/system/bundle", headers=headers)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    assert "indextts-diagnosis" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        files = {name.partition("/")[2]: packed.read(name).decode() for name in packed.namelist()}
    whole = "\n".join(files.values())
    for private in (TEXT, PROJECT, KEY, TEXT[:4], PROJECT[:3], json.dumps(TEXT)[1:-1], json.dumps(PROJECT)[1:-1]):
        assert private not in whole
    assert {"README.txt", "versions.json", "doctor.txt", "config.yaml", "state.json", "metrics.txt"} <= set(files)
    assert json.loads(files["versions.json"])["packages"] and "python" in files["doctor.txt"]
    assert yaml.safe_load(files["config.yaml"])["server"]["queue_waiting"] == service.config.server.queue_waiting
    assert "indextts_http_seconds" in files["metrics.txt"] and json.loads(files["hour.json"])
    told = [json.loads(line) for line in files["log.jsonl"].splitlines()]
    assert {"route", "status", "seconds"} <= set(next(line for line in told if line.get("route") == "/tts"))
    assert "no_voice" in {line.get("code") for line in told}
    assert "ValueError" in {line["exception"]["type"] for line in told if "exception" in line}


def test_settings_are_shown_without_secrets_and_names() -> None:
    config = Config()
    config = config.model_copy(
        update={
            "models": config.models.model_copy(update={"huggingface": "https://anna:geheim@mirror.test/x?sig=geheim"}),
            "server": config.server.model_copy(update={"hosts": ("anna.test",), "host": "0.0.0.0"}),
            "engines": config.engines.model_copy(update={"stand_in": {"anna": "berta"}}),
        }
    )
    told = settings_of(config)
    assert "geheim" not in str(told) and "anna" not in str(told) and "berta" not in str(told)
    assert told["models"]["huggingface"].startswith("https://…@mirror.test/x")
    assert (told["server"]["host"], told["server"]["deadline_s"]) == ("0.0.0.0", 120.0)
