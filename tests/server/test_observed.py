"""What is seen of a request: its id everywhere, its place in the measurements, its line in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from indextts.engines.base import Engine, Samples
from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings
from indextts.ops.backup import backup
from indextts.platform.asking import asking
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.serving_config import LogConfig, S3Config
from indextts.server.logs import JsonLines, TextLines, set_up
from indextts.works.sounds.s3 import S3Objects
from tests.support.ports import free_port
from tests.support.services import HeldEngine, client_here, make_service
from tests.support.waiting import until
from tests.support.whole import WholeService

SECRET = "红烧肉的秘密配方"


class Listening(HeldEngine):
    """Remembers on whose behalf it spoke, and fails where it is told to."""

    def __init__(self, inner: Engine) -> None:
        super().__init__(inner)
        self.asked: list[str] = []
        self.fails = False

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        self.asked.append(asking().request_id)
        if self.fails:
            raise ValueError(f"cannot say {segment.text}")
        return super().speak(segment, settings, run)


@pytest.fixture(scope="module")
def engine(config: Config) -> Listening:
    return Listening(embedded.load(config))


@pytest.fixture(scope="module")
def service(config: Config, engine: Listening) -> WholeService:
    return make_service(config, engine)


@pytest.fixture(scope="module")
def client(service: WholeService) -> Iterator[TestClient]:
    with client_here(service) as client:
        yield client


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a server with ``log.format: json`` writes."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    own = logging.getLogger("indextts")
    before = own.level
    own.addHandler(handler)
    own.setLevel(logging.INFO)
    yield out
    own.removeHandler(handler)
    own.setLevel(before)


def logged(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def measured(client: TestClient) -> dict[tuple[str, ...], float]:
    text = client.get("/metrics").text
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def finished(client: TestClient, job: str) -> dict[str, Any]:
    with client.stream("GET", f"/v1/jobs/{job}/events") as events:
        for _ in events.iter_lines():
            pass
    told: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
    return told


def test_a_given_request_id_reaches_answer_engine_and_job(
    client: TestClient, engine: Listening, lines: io.StringIO
) -> None:
    answer = client.post("/tts", json={"text": "你好。"}, headers={"X-Request-ID": "order-7.a"})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "order-7.a"
    assert set(engine.asked) >= {"order-7.a"}
    job = client.post("/v1/jobs", json={"text": "再见。"}, headers={"X-Request-ID": "order-8"}).json()
    assert finished(client, job["id"])["status"] == "done"
    assert engine.asked[-1] == "order-8"

    def ended() -> list[str]:
        return [line["request_id"] for line in logged(lines) if line["message"].startswith(f"Job {job['id']} ended")]

    until(ended)  # the line follows what the job's listeners are told
    assert ended() == ["order-8"]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb", "名字", '"><script>'])
def test_an_insane_request_id_is_replaced(client: TestClient, given: str) -> None:
    answer = client.get("/v1/voices", headers=[(b"X-Request-ID", given.encode())])
    made = answer.headers["x-request-id"]
    assert made != given and len(made) == 16 and made.isalnum()


def test_a_streams_thread_works_in_the_name_of_its_request(client: TestClient, engine: Listening) -> None:
    with client.stream(
        "POST",
        "/v1/audio/speech",
        json={"input": "一。二。", "model": "tts-1", "voice": "alloy", "response_format": "pcm"},
        headers={"X-Request-ID": "stream-1"},
    ) as answer:
        assert answer.status_code == 200 and b"".join(answer.iter_bytes())
    assert set(engine.asked[-2:]) == {"stream-1"}


def test_json_lines_tell_of_a_request_and_never_what_a_person_wrote(
    client: TestClient, engine: Listening, lines: io.StringIO
) -> None:
    client.post("/tts", json={"text": f"{SECRET}。"})
    client.post("/v1/projects", json={"name": SECRET, "text": SECRET})
    client.get("/v1/lexicon", params={"search": SECRET})
    client.get(f"/audio/{SECRET}.wav")
    client.get(f"/v1/jobs/{SECRET}")
    client.post("/v1/books", files={"file": (f"{SECRET}.zzz", b"x")})
    client.post("/tts", json={"text": "好。", "voice": SECRET})
    engine.fails = True
    try:
        assert client.post("/tts", json={"text": f"{SECRET}！"}).status_code == 500
        job = client.post("/v1/jobs", json={"text": f"{SECRET}？", "title": SECRET}).json()["id"]
        assert finished(client, job)["status"] == "failed"
    finally:
        engine.fails = False
    told = logged(lines)
    answered = {(line["method"], line["route"], line["status"]) for line in told if "route" in line}
    assert ("POST", "/tts", 200) in answered and ("POST", "/tts", 500) in answered
    assert ("GET", "/audio/{name}", 404) in answered
    line = next(line for line in told if line.get("route") == "/tts")
    assert line["seconds"] > 0 and line["request_id"] and line["level"] == "INFO"
    assert "ValueError" in {line["exception"]["type"] for line in told if "exception" in line}
    assert {"not_found", "internal"} <= {line.get("code") for line in told}
    whole = lines.getvalue()
    assert SECRET not in whole and "配方" not in whole and "\\u7ea2" not in whole


def test_a_message_keeps_numbers_codes_and_words_alone() -> None:
    def said(message: str, *args: object, name: str = "indextts.x", **more: object) -> dict[str, Any]:
        record = logging.LogRecord(name, logging.INFO, "x.py", 1, message, args, None)
        record.__dict__.update(more)
        told: dict[str, Any] = json.loads(JsonLines().format(record))
        return told

    assert said("Opened %s in %.2f s", "embedded", 0.514)["message"] == "Opened embedded in 0.51 s"
    assert said("%s: %s", "voices", StudioError("no_voice", voice="老王")) | {"time": ""} == {
        "time": "",
        "level": "INFO",
        "logger": "indextts.x",
        "message": "voices: no_voice",
        "code": "no_voice",
    }
    assert said("Cannot open %s", "/home/anna/My novel.epub")["message"] == "Cannot open …"
    assert said("%d of them", "three")["message"] == "%d of them"
    assert said("future: <Task exception=ValueError('Anna')>", name="asyncio")["message"] == "…"
    assert said("%s (3 times)", "No connection can be accepted: [Errno 24]", plain=True)["message"].startswith("No c")


def test_text_lines_end_with_the_request(client: TestClient) -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(TextLines())
    log = logging.getLogger("indextts.server.observed")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        client.get("/v1/voices", headers={"X-Request-ID": "abc-1"})
        client.get("/healthz")
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)
    (line,) = out.getvalue().splitlines()  # a probe that went well is not worth one
    assert " INFO indextts.server.observed: GET /v1/voices 200 in " in line and line.endswith("[abc-1 local]")


def test_the_form_of_the_log_is_a_setting() -> None:
    assert LogConfig().format == "text" and LogConfig(format="json").format == "json"


def test_a_store_that_is_away_has_one_line_however_often_it_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("minio")
    set_up(LogConfig())
    endpoint = f"http://127.0.0.1:{free_port()}"
    objects = S3Objects("studio", "sounds", S3Config(endpoint=endpoint, access_key="a", secret_key="b"))
    for _ in range(2):
        with pytest.raises(StudioError):
            objects.has("name")
    (line,) = caplog.records
    assert line.name == "indextts.works.db.presence"


def test_metrics_tell_what_happened(client: TestClient, engine: Listening, service: WholeService) -> None:
    before = measured(client)
    assert client.post("/tts", json={"text": "今天天气很好。"}).status_code == 200
    job = client.post("/v1/jobs", json={"text": "明天见。", "live": True}).json()["id"]
    assert finished(client, job)["status"] == "done"
    client.post("/tts", json={"text": " "})
    client.get("/nothing/here")
    client.request("BREW", "/tts")
    told = {
        ("indextts_rtf_count", "embedded"): 2,
        ("indextts_first_audio_seconds_count", "whole"): 1,
        ("indextts_first_audio_seconds_count", "job"): 1,
        ("indextts_queue_wait_seconds_count", "workers"): 2,
        ("indextts_jobs_now", "done"): 1,
        ("indextts_jobs_total", "done"): 1,
        ("indextts_errors_total", "text_empty"): 1,
        ("indextts_http_seconds_count", "POST", "/tts", "2xx"): 1,
        ("indextts_http_seconds_count", "POST", "/tts", "4xx"): 1,
        ("indextts_http_seconds_count", "GET", "none", "4xx"): 1,
        ("indextts_http_seconds_count", "other", "/tts", "4xx"): 1,
        ("indextts_cache_total", "memory", "miss"): 2,
        ("indextts_characters_total", "embedded"): len("今天天气很好。明天见。"),
    }

    def found() -> dict[tuple[str, ...], float]:
        return {name: value - before.get(name, 0) for name, value in measured(client).items()}

    with suppress(AssertionError):  # a count follows its answer; what is not there in the end is shown below
        until(lambda: told.items() <= found().items())
    service.folders.look()  # it looks by itself now and then, the first time before there is anything
    now, grown = measured(client), found()
    assert {name: grown.get(name) for name in told} == told
    assert grown["indextts_cache_total", "store", "miss"] >= 1
    assert now["indextts_disk_free_bytes",] > 0 and now["indextts_threads",] > 1
    assert now["indextts_folder_bytes", "works"] > 0 and now["indextts_folder_bytes", "models"] > 10_000
    assert now["process_resident_memory_bytes",] > 10**6 and now["process_open_fds",] > 3


@pytest.mark.night
def test_what_waits_and_what_was_copied_is_told_by_its_age(
    client: TestClient, service: WholeService, engine: Listening, tmp_path: Path
) -> None:
    assert measured(client)["indextts_oldest_waiting_job_seconds",] == 0
    assert ("indextts_backup_age_seconds",) not in measured(client)
    service.works.keeper.look()
    backup(service.config, tmp_path / "studio.tar")
    engine.hold()
    try:
        jobs = [client.post("/v1/jobs", json={"text": f"第{number}句。"}).json()["id"] for number in range(12)]
        until(lambda: measured(client)["indextts_oldest_waiting_job_seconds",] > 0)
        told = measured(client)
        assert told["indextts_jobs_now", "queued"] > 0
    finally:
        engine.release()
    assert 0 <= told["indextts_backup_age_seconds",] < 3600
    assert 0 <= told["indextts_copy_age_seconds", "works"] < 3600
    for job in jobs:
        finished(client, job)
    until(lambda: measured(client)["indextts_oldest_waiting_job_seconds",] == 0)


def test_refusals_are_counted_by_reason_and_are_no_errors_of_ours(client: TestClient, service: WholeService) -> None:
    before = service.meter.totals()
    assert client.get("/v1/voices", headers={"Host": "evil.test"}).status_code == 403
    found = measured(client)
    assert found["indextts_refusals_total", "host_not_allowed"] == 1
    now = service.meter.totals()
    assert (now["refused"] - before["refused"], now["errors"] - before["errors"]) == (1, 0)


def test_addresses_that_clients_invent_make_no_new_labels(client: TestClient) -> None:
    def names() -> set[str]:
        return {name[2] for name in measured(client) if name[0] == "indextts_http_seconds_count"}

    for number in range(20):
        client.get(f"/invented/{number}")
        client.get(f"/v1/jobs/{number}")
        client.get(f"/audio/{number}.wav")
    assert names() >= {"none", "/v1/jobs/{job}", "/audio/{name}"}
    assert not [name for name in names() if any(char.isdigit() for char in name.replace("/v1/", ""))]
