"""The database or the store of sounds is away from a server: it says so everywhere, does as told, and goes on."""

from __future__ import annotations

import errno
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.works.db.database import WorksDatabase
from indextts.works.sounds.sounds import SoundStore
from tests.support.services import HeldEngine, application, client_here, held_voice, make_service, serving
from tests.support.waiting import until

TEXT = "春天来了。夏天来了。秋天来了。冬天来了。"


class Away:
    """While it is set, nothing reaches the database, or nothing can be written to the store."""

    def __init__(self) -> None:
        self.set = threading.Event()
        self.refused = threading.Semaphore(0)

    def check(self, refusal: Callable[[], Exception]) -> None:
        if self.set.is_set():
            self.refused.release()
            raise refusal()

    def leave(self) -> None:
        self.set.set()

    def come_back(self) -> None:
        self.set.clear()


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Away]:
    away, opened = Away(), WorksDatabase._open

    def opening(self: WorksDatabase) -> Any:
        away.check(lambda: StudioError("database_away", retry_after_s=5, place="postgresql://db/studio"))
        return opened(self)

    monkeypatch.setattr(WorksDatabase, "_open", opening)
    yield away
    away.come_back()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Away]:
    away, keep = Away(), SoundStore._keep

    def keeping(self: SoundStore, *given: Any) -> None:
        away.check(lambda: OSError(errno.EIO, "Input/output error"))
        keep(self, *given)

    def probing(_: Any) -> None:
        away.check(lambda: OSError(errno.EIO, "Input/output error"))

    monkeypatch.setattr(SoundStore, "_keep", keeping)
    monkeypatch.setattr("indextts.works.sounds.sounds.probe", probing)
    yield away
    away.come_back()


@pytest.fixture
def held(tmp_path: Any) -> HeldEngine:
    return held_voice(tmp_path)


@pytest.fixture
def client(held: HeldEngine) -> Iterator[TestClient]:
    config: Config = held.config  # type: ignore[attr-defined]
    with client_here(make_service(config, held)) as client:
        yield client
        held.release()


def begun(client: TestClient, **fields: Any) -> str:
    answer = client.post("/v1/jobs", json={"text": TEXT, **fields})
    assert answer.status_code == 202, answer.text
    name: str = answer.json()["id"]
    return name


def job(client: TestClient, name: str) -> dict[str, Any]:
    answer = client.get(f"/v1/jobs/{name}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def measured(client: TestClient) -> dict[str, float]:
    """The samples without a comment, by their names with labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    pairs = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def health(client: TestClient) -> tuple[str, list[str]]:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    told = answer.json()
    return told["status"], [one["code"] for one in told.get("warnings", [])]


def test_a_database_that_is_away_is_told_by_health_metrics_and_the_state_and_again_when_it_is_back(
    client: TestClient, database: Away, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/v1/jobs").status_code == 200
    assert health(client) == ("ok", []) and measured(client)['indextts_up{what="database"}'] == 1.0
    with caplog.at_level(logging.WARNING):
        database.leave()
        refused = client.get("/v1/jobs")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "database_away")
        assert health(client) == ("degraded", ["database_away"])
        away = measured(client)
        assert away['indextts_up{what="database"}'] == 0.0 and away['indextts_seen_seconds{what="database"}'] >= 0.0
        state = client.get("/v1/system")
        assert state.status_code == 200 and state.json()["status"] == "degraded" and state.json()["jobs"] == {}
        assert client.get("/readyz").status_code == 200, "plain speech needs no database"
        assert client.post("/tts", json={"text": "你好。"}).status_code == 200
        for _ in range(5):  # whatever asks for it in the background, again and again
            assert database.refused.acquire(timeout=240)
        database.come_back()
        until(lambda: health(client) == ("ok", []))
    assert measured(client)['indextts_up{what="database"}'] == 1.0
    assert client.get("/v1/jobs").status_code == 200
    lines = [one.message for one in caplog.records if "database" in one.message]
    assert len(lines) == 2 and "is away" in lines[0] and "is there again" in lines[1], lines


def test_a_store_that_is_away_is_told_and_the_job_that_needs_it_waits_and_goes_on(
    client: TestClient, store: Away
) -> None:
    store.leave()
    name = begun(client)
    until(lambda: job(client, name)["waits"] is not None)
    waits = job(client, name)
    assert (waits["status"], waits["error"], waits["waits"]["code"]) == ("running", None, "waits_disk")
    assert waits["waits"]["hint"]
    assert health(client) == ("degraded", ["not_writable"])
    assert measured(client)['indextts_up{what="store"}'] == 0.0
    assert client.get("/v1/system").json()["status"] == "degraded"
    store.come_back()
    until(lambda: job(client, name)["status"] == "done")
    assert job(client, name)["segments_done"] == 4 and job(client, name)["waits"] is None
    until(lambda: health(client) == ("ok", []))
    assert measured(client)['indextts_up{what="store"}'] == 1.0


@pytest.mark.parametrize(("order", "state"), [("cancel", "cancelled"), ("pause", "paused")])
def test_what_is_ordered_while_the_database_is_away_is_done_and_written_when_it_is_back(
    client: TestClient, held: HeldEngine, database: Away, order: str, state: str
) -> None:
    held.hold()
    held.let_through(1)
    name = begun(client)
    until(lambda: job(client, name)["segments_done"] == 1)
    database.leave()
    answer = client.post(f"/v1/jobs/{name}/{order}")
    assert (answer.status_code, answer.json().get("status")) == (200, state), answer.text
    assert job(client, name)["status"] == state
    held.release()
    database.come_back()
    until(lambda: client.get("/v1/jobs", params={"status": state}).json()["total"] == 1)
    assert job(client, name)["status"] == state and sum(one in TEXT for one in held.spoken) <= 2, "it is not spoken on"


def test_events_wait_for_a_database_that_is_away_and_end_with_the_job_alone(held: HeldEngine, database: Away) -> None:
    config: Config = held.config  # type: ignore[attr-defined]
    service = make_service(config, held)
    with serving(application(service, page=False)) as url, ThreadPoolExecutor() as pool:
        held.hold()
        name = httpx.post(f"{url}/v1/jobs", json={"text": TEXT}).json()["id"]
        assert httpx.post(f"{url}/v1/jobs/{name}/pause").json()["status"] == "paused"
        until(lambda: service.works.jobs.here.work(name) is None)  # it is told of from the database now
        lines: list[str] = []

        def listen() -> None:
            with httpx.stream("GET", f"{url}/v1/jobs/{name}/events", timeout=240) as answer:
                for line in answer.iter_lines():
                    lines.append(line)

        listening = pool.submit(listen)
        until(lambda: any('"paused"' in line for line in lines))
        database.leave()
        count = len(lines)
        service.works.jobs.listeners.ring(name)
        until(lambda: listening.done() or any(line.startswith(":") for line in lines[count:]))
        assert not listening.done(), "only a job that is gone ends the events"
        database.come_back()
        held.release()
        assert httpx.post(f"{url}/v1/jobs/{name}/resume").status_code in (200, 202)
        listening.result(timeout=240)
        told = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
        assert told[-1]["status"] == "done" and told[-1]["segments_done"] == 4
