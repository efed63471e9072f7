"""The studio on a real cluster of two nodes: whatever is killed, what was accepted is answered, and rightly."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from importlib.util import find_spec

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from indextts.platform.config import Config
from indextts.platform.serving_config import CacheConfig, ClusterConfig, ServerConfig, WorksConfig
from indextts.server.cluster import serving
from indextts.voices.cloning.library import CloneLibrary
from tests.support.ray_cluster import NODE, SERVED_BY, Clients, RunningCluster, running, spoken
from tests.support.recordings import prepared
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import until

WITHOUT = (
    "INDEXTTS_TESTS_WITHOUT_RAY is set"
    if os.environ.get("INDEXTTS_TESTS_WITHOUT_RAY")
    else "Ray is not installed: pip install -r requirements/ray.txt"
)
pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason=WITHOUT)

SENTENCES = [
    f"这是第{number}段话。清晨的阳光照进小镇，老人推开窗，看见门前的梧桐树长出了新叶。" * 3 for number in range(4)
]
CHAPTERS = 14
LONG = "他推开窗，看见门前的树长出了新叶。" * 200


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    config = Config(
        cache_dir=tmp_path_factory.mktemp("cluster"),
        server=ServerConfig(rate_limit="100000/minute", trusted_proxies=("127.0.0.1",)),
        cache=CacheConfig(segments_mb=0),  # what is asked for again is work again
        works=WorksConfig(lease_s=2),
        cluster=ClusterConfig(
            replicas_min=1, replicas_max=2, scale_at=1, scale_up_s=0, scale_down_s=600, waiting=16, drain_s=5
        ),
    )
    make_tiny_voice(config.models_path)
    for number, name in enumerate(("Anna", "Berta", "Clara")):
        CloneLibrary(config).add(name, [prepared(seed=number)], consent="我同意")
    with running(config) as made:
        yield made


@pytest.fixture(scope="module")
def address(cluster: RunningCluster) -> str:
    return cluster.address


@pytest.fixture(scope="module")
def sounds(address: str) -> dict[str, bytes]:
    """What each sentence sounds like while nobody disturbs."""
    return {text: spoken(address, text) for text in SENTENCES}


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=120) as made:
        yield made


def test_every_process_runs_at_the_servers_own_priority(cluster: RunningCluster) -> None:
    found = [one for one in psutil.process_iter(["cmdline"]) if "ray::Serve" in "".join(one.info["cmdline"] or [])]
    assert len(found) >= 3 and {one.nice() for one in found} == {psutil.Process().nice()}


def test_a_long_queue_brings_a_second_process(cluster: RunningCluster, address: str, sounds: dict[str, bytes]) -> None:
    assert len(cluster.replicas()) == 1
    clients = Clients(address, sounds, clients=6)
    try:
        until(lambda: len(clients.load.by) == 2)
    finally:
        load = clients.stop()
    assert set(load.answered) == {200}
    assert (load.wrong, load.broken) == ([], [])


def measured(client: httpx.Client) -> dict[str, list[dict[str, str | float]]]:
    """The published series by name: labels, and the value under ``value``."""
    found: dict[str, list[dict[str, str | float]]] = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for one in family.samples:
            found.setdefault(one.name, []).append({**one.labels, "value": one.value})
    return found


def total(rows: list[dict[str, str | float]], **labels: str) -> float:
    return sum(float(row["value"]) for row in rows if labels.items() <= row.items())


def test_the_measurements_hold_the_traffic_of_all_processes(
    cluster: RunningCluster, client: httpx.Client, sounds: dict[str, bytes]
) -> None:
    until(lambda: len(cluster.replicas()) == 2)
    before = measured(client)
    clients = Clients(cluster.address, sounds)
    clients.wait_for(8)
    answered = clients.stop().answered.total()
    assert client.post("/tts", json={"text": ""}).status_code == 422
    assert client.post("/tts", content=b"x" * 300_000).status_code == 413  # the door's own answer

    def more(name: str, **labels: str) -> float:
        return total(measured(client).get(name, []), **labels) - total(before.get(name, []), **labels)

    route = {"route": "/v1/audio/speech", "status": "2xx"}
    by = clients.load.by
    answers = "indextts_http_seconds_count"
    until(lambda: all(more(answers, process=f"speech-{name}", **route) >= by[name] for name in by), every_s=0.5)
    refused = ("text_empty", "body_too_large")
    until(lambda: [more("indextts_errors_total", code=code) for code in refused] == [1, 1], every_s=0.5)
    # What was counted before the first reading may be told after it: the tests before this one have just ended.
    assert more("indextts_door_seconds_count", group="speech", status="2xx") >= answered
    assert more("indextts_rtf_count", engine="embedded") >= answered
    assert more("indextts_first_audio_seconds_count", kind="stream") >= answered
    assert more("indextts_queue_wait_seconds_count", queue="workers") >= answered
    assert more("indextts_queue_wait_seconds_count", queue="door") > answered
    now = measured(client)
    processes = {str(row["process"]).partition("-")[0] for row in now["process_resident_memory_bytes"]}
    assert processes == {"speech", "studio", "door"}
    speaking = {row["process"] for row in now["indextts_http_seconds_count"] if row["route"] == "/v1/audio/speech"}
    assert {f"speech-{name}" for name in clients.load.by} == speaking
    assert {str(row["group"]): row["value"] for row in now["indextts_cluster_processes"]} == {
        "speech": 2.0,
        "studio": 1.0,
        "door": 1.0,
    }
    assert total(now["indextts_cluster_nodes"]) == 2 and total(now["indextts_cluster_nodes_lost"]) == 0


def test_the_contract_holds_through_the_cluster(client: httpx.Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    made = client.post("/tts", json={"text": "你好，世界。"}, headers={"X-Request-ID": "mine"})
    assert made.json()["request_id"] == "mine"
    assert made.headers.get_list("x-request-id") == ["mine"]
    assert client.get(made.json()["audio_url"]).content[:4] == b"RIFF"
    refused = client.post("/tts", json={"text": ""})
    assert [refused.status_code, refused.json()["error"]["code"]] == [422, "text_empty"]
    plan = client.post("/v1/plan", json={"text": "你好。"}).json()
    assert client.post("/v1/render", json=plan).status_code == 200
    assert client.get("/v1/audio/voices").json()["voices"]
    assert client.post("/tts", content=b"x" * 300_000).json()["error"]["code"] == "body_too_large"


def test_the_page_is_one_process_and_its_session_works(client: httpx.Client) -> None:
    until(lambda: client.get("/readyz").status_code == 200)
    page = client.get("/")
    assert page.status_code == 200 and "gradio" in page.text
    names = {client.get("/config").headers[SERVED_BY] for _ in range(4)}
    assert len(names) == 1


def test_streams_and_events_come_as_they_are_made(client: httpx.Client) -> None:
    body = {"input": LONG, "response_format": "wav"}
    with client.stream("POST", "/v1/audio/speech", json=body) as answer:
        parts = [part for part in answer.iter_raw() if part]
    assert "content-length" not in answer.headers and len(parts) > 3
    with client.stream("POST", "/v1/audio/speech", json={**body, "input": "你好。", "stream_format": "sse"}) as answer:
        kinds = [json.loads(line[5:])["type"] for line in answer.iter_lines() if line.startswith("data:")]
    assert kinds[0] == "speech.audio.delta" and kinds[-1] == "speech.audio.done"
    job = client.post("/v1/jobs", json={"text": "你好。今天天气很好。", "live": True}).json()
    states = []
    with client.stream("GET", f"/v1/jobs/{job['id']}/events") as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                states.append(json.loads(line[5:]).get("status"))
    assert "done" in states
    assert client.get(f"/v1/jobs/{job['id']}/result").status_code == 200


def test_a_cloned_voice_goes_where_it_is_warm(client: httpx.Client) -> None:
    def asked(voice: str, times: int) -> set[str]:
        # Nothing here can clone: another voice speaks in its place, in the process that was chosen for it.
        return {client.post("/tts", json={"text": "你好。", "voice": voice}).headers[SERVED_BY] for _ in range(times)}

    def sticks(number: int) -> bool:
        first = asked(f"clone-{number}", 1)
        time.sleep(number)  # Serve tells the door now and then what is warm where
        return asked(f"clone-{number}", 12) == first

    assert any(sticks(number) for number in (1, 2, 3))
    until(lambda: len(asked("default", 12)) == 2)  # whoever has the shorter queue: chance decides between two of none


def test_a_full_queue_is_refused_in_the_contracts_form(address: str) -> None:
    def ask(number: int) -> httpx.Response:
        # Of four clients, so that none of them takes more than its half of what may wait.
        headers = {"X-Forwarded-For": f"198.51.100.{number % 8}"}
        return httpx.post(f"{address}/tts", json={"text": LONG[:400]}, headers=headers, timeout=120)

    with ThreadPoolExecutor(48) as pool:
        answers = list(pool.map(ask, range(48)))
    refused = [one for one in answers if one.status_code != 200]
    assert refused and len(refused) < 48
    for one in refused:
        assert [one.status_code, one.json()["error"]["code"]] == [429, "queue_full"]
        assert int(one.headers["retry-after"]) >= 1


def test_a_stream_goes_on_when_its_process_is_killed(cluster: RunningCluster, client: httpx.Client) -> None:
    whole = spoken(cluster.address, LONG)
    with client.stream("POST", "/v1/audio/speech", json={"input": LONG, "response_format": "wav"}) as answer:
        cluster.kill_replica(answer.headers[SERVED_BY])
        assert answer.read() == whole


def findings(client: httpx.Client) -> list[str]:
    """The codes of what :data:`/v1/system` and :data:`/healthz` agree on."""
    told = [one["code"] for one in client.get("/v1/system").json()["findings"]]
    warned = [one["code"] for one in client.get("/healthz").json().get("warnings", [])]
    return [code for code in told if code in warned]


def none_is_lost(cluster: RunningCluster, address: str, sounds: dict[str, bytes], kill: Callable[[], None]) -> None:
    """Every answer is whole while clients ask without a pause and ``kill`` takes something away."""
    until(lambda: len(cluster.replicas()) == 2)
    clients = Clients(address, sounds)
    try:
        clients.wait_for(6)
        kill()
        clients.wait_for(16)
    finally:
        load = clients.stop()
    assert set(load.answered) == {200}
    assert (load.wrong, load.broken) == ([], [])


def test_no_request_is_lost_when_a_process_is_killed(
    cluster: RunningCluster, address: str, sounds: dict[str, bytes]
) -> None:
    none_is_lost(cluster, address, sounds, lambda: cluster.kill_replica(next(iter(cluster.replicas()))))
    with httpx.Client(base_url=address, timeout=120) as client:
        lost = "indextts_cluster_processes_lost_total"
        until(lambda: total(measured(client)[lost], group="speech") >= 1, every_s=0.5)
        assert "cluster_process_lost" in findings(client) and client.get("/healthz").json()["status"] == "degraded"


def test_no_request_is_lost_when_a_machine_dies(
    cluster: RunningCluster, address: str, sounds: dict[str, bytes]
) -> None:
    try:
        none_is_lost(cluster, address, sounds, cluster.kill_node)
        with httpx.Client(base_url=address, timeout=120) as client:
            until(lambda: "cluster_node_lost" in findings(client), every_s=0.5)
            assert client.get("/v1/system").json()["cluster"]["nodes_lost"] == [NODE]
            assert total(measured(client)["indextts_cluster_nodes_lost"]) == 1
    finally:
        cluster.add_node()
    with httpx.Client(base_url=address, timeout=120) as client:
        until(lambda: "cluster_node_lost" not in findings(client), every_s=0.5)


@contextmanager
def seen_at_work(cluster: RunningCluster) -> Iterator[set[str]]:
    """The processes that have worked at jobs within the block, by the database."""
    place = cluster.config.works_path / "works.sqlite3"
    seen: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=10)) as database:
            while not ended.wait(0.02):
                rows = database.execute("SELECT worker FROM lease WHERE worker != '' AND name NOT LIKE '@%'")
                seen.update(worker for (worker,) in rows.fetchall())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        ended.set()
        looking.join()


def test_no_segment_of_a_book_is_lost_when_a_process_and_a_machine_die(
    cluster: RunningCluster, client: httpx.Client
) -> None:
    until(lambda: len(cluster.replicas()) == 2)
    text = "\n\n".join(f"第{number}章 路\n\n" + "\n\n".join(SENTENCES * 2) for number in range(1, CHAPTERS + 1))
    book = client.post("/v1/books", json={"text": text, "title": "路"}).json()["id"]
    assert client.post(f"/v1/books/{book}/speak").status_code == 202

    def done(share: float) -> bool:
        job = client.get(f"/v1/jobs/{book}").json()
        assert job["status"] in ("queued", "running", "done"), job
        return bool(job["progress"] >= share)

    with seen_at_work(cluster) as worked:
        until(lambda: done(0.02))
        cluster.kill_replica(next(iter(cluster.replicas("studio"))), "studio")
        until(lambda: done(0.1))
        cluster.kill_node()
        until(lambda: client.get(f"/v1/jobs/{book}").json()["status"] == "done", 120)
    job = client.get(f"/v1/jobs/{book}").json()
    assert job["segments_done"] == job["segments_total"] > 0
    assert len(worked) > 1
    chapters = client.get(f"/v1/books/{book}").json()["chapters"]
    parts = [part for chapter in chapters for part in chapter["parts"]]
    assert len(chapters) == CHAPTERS and {part["status"] for part in parts} == {"done"}
    assert client.get(f"/v1/jobs/{book}/result").status_code == 200


def test_the_page_comes_back_after_its_process_was_killed(cluster: RunningCluster, client: httpx.Client) -> None:
    before = client.get("/healthz").headers[SERVED_BY]
    cluster.kill_replica(before, "studio")

    def healed() -> bool:
        answer = client.get("/healthz")
        assert answer.status_code == 200
        return str(answer.headers.get(SERVED_BY, before)) != before

    until(healed)
    assert client.get("/v1/audio/voices").status_code == 200
    until(lambda: total(measured(client)["indextts_cluster_processes_lost_total"], group="studio") == 1, every_s=0.5)
    until(lambda: total(measured(client)["indextts_cluster_processes"], group="speech") >= 1, every_s=0.5)


@pytest.mark.parametrize(
    ("name", "own"), [("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", "120"), ("RAY_gcs_rpc_server_connect_timeout_s", "60")]
)
def test_ray_has_time_to_start_unless_an_operator_says_how_long(
    monkeypatch: pytest.MonkeyPatch, name: str, own: str
) -> None:
    for given, wanted in ((None, own), ("7", "7")):
        monkeypatch.delenv(name, raising=False)
        if given:
            monkeypatch.setenv(name, given)
        serving.quiet()
        assert os.environ[name] == wanted
