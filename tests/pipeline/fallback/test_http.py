"""The fallback over HTTP, on the command line's report, in the figures, and on the page."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.studio.tabs.speak.actions import Actions
from indextts.studio.takes import ShownTake
from tests.support.editing import Desk
from tests.support.faulty_engines import Given, Raises, Tone, chain_service, pitch_of
from tests.support.services import application
from tests.support.takes import begin_edit, generate, local_client, made
from tests.support.whole import WholeService

TEXT = {"text": "今天天气很好。"}


@pytest.fixture
def sick() -> Raises:
    return Raises(RuntimeError("a secret"))


@pytest.fixture
def service(tmp_path: Path, sick: Raises) -> Iterator[WholeService]:
    away = Given("indextts2", Tone, installed=False)
    service = chain_service(Config(cache_dir=tmp_path), sick, Tone("sambert"), away, failures=2, retry_s=3600)
    yield service
    service.close()


@pytest.fixture
def client(service: WholeService) -> Iterator[TestClient]:
    app = application(service, page=False)
    with TestClient(app, "http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(("language", "said"), [("en", "The fast engine failed"), ("zh", "快速引擎出错")])
def test_the_answer_says_who_spoke_and_why(client: TestClient, language: str, said: str) -> None:
    answer = client.post("/tts", json=TEXT, headers={"Accept-Language": language}).json()
    assert (answer["engine"], answer["fallback"]) == ("sambert", True)
    assert said in answer["reason"] and "secret" not in answer["reason"]
    samples, rate = soundfile.read(io.BytesIO(client.get(answer["audio_url"]).content))
    assert rate == 24000 and pitch_of(samples) == "sambert"


def test_a_rendered_plan_says_it_too(client: TestClient) -> None:
    plan = client.post("/v1/plan", json=TEXT).json()
    assert plan["settings"]["engine"] == "embedded"
    answer = client.post("/v1/render", json=plan).json()
    assert (answer["engine"], answer["fallback"]) == ("sambert", True)


def test_openais_call_says_it_in_headers(client: TestClient, sick: Raises) -> None:
    response = client.post("/v1/audio/speech", json={"input": "今天天气很好。"}, headers={"Accept-Language": "zh"})
    assert response.status_code == 200
    assert (response.headers["x-engine"], response.headers["x-fallback"]) == ("sambert", "true")
    assert response.headers["x-fallback-reason"].startswith("The fast engine failed")
    sick.sick = False
    well = client.post("/v1/audio/speech", json={"input": "我们去公园。", "model": "embedded"})
    assert (well.headers["x-engine"], well.headers["x-fallback"]) == ("embedded", "false")
    assert "x-fallback-reason" not in well.headers
    events = client.post("/v1/audio/speech", json={"input": "明天再来。", "stream_format": "sse"}).text
    last = json.loads(events.strip().rsplit("data: ", 1)[1])
    assert (last["type"], last["engine"], last["fallback"]) == ("speech.audio.done", "embedded", False)


def test_models_are_those_that_are_installed(client: TestClient) -> None:
    assert [one["id"] for one in client.get("/v1/models").json()["data"]][:2] == ["embedded", "sambert"]
    assert "indextts2" not in client.get("/v1/models").text
    assert client.get("/v1/models/indextts2").status_code == 200
    asked = client.post("/v1/audio/speech", json={"input": "你好。", "model": "indextts2"})
    assert asked.headers["x-engine"] in ("embedded", "sambert") and asked.headers["x-fallback"] == "true"


@pytest.mark.parametrize("path", ["/tts", "/v1/forecast", "/v1/plan", "/v1/jobs"])
def test_an_engine_that_this_process_has_not_is_refused(client: TestClient, path: str) -> None:
    answer = client.post(path, json={**TEXT, "engine": "espeak"}, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unknown_choice")
    assert "espeak" in answer.json()["error"]["message"]


def test_voices_say_whose_they_are(client: TestClient) -> None:
    voices = client.get("/v1/audio/voices").json()["voices"]
    assert {voice["id"]: voice["engine"] for voice in voices} == {
        "baker": "embedded", "deep_man": "embedded", "zhitian_emo": "sambert", "zhizhe_emo": "sambert",
    }  # fmt: skip


def test_health_lists_all_engines_and_says_degraded(client: TestClient) -> None:
    before = client.get("/healthz").json()
    assert (before["status"], before["engines"]) == (
        "ok", {"embedded": "ready", "sambert": "ready", "indextts2": "absent"},
    )  # fmt: skip
    for text in ("一。", "二。"):
        client.post("/tts", json={"text": text})
    after = client.get("/healthz", headers={"Accept-Language": "zh"}).json()
    assert (after["status"], after["engines"]["embedded"]) == ("degraded", "failing")
    assert after["reasons"]["embedded"].startswith("快速引擎出错")
    assert client.get("/readyz").status_code == 200


def test_figures(client: TestClient) -> None:
    for text in ("一二三。", "四五六。", "七八九。"):
        client.post("/tts", json={"text": text})
    client.post("/tts", json={"text": " "})
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }
    assert found["indextts_requests_total", "ok"] == 3
    assert found["indextts_fallbacks_total", "embedded", "sambert", "raised"] == 2
    assert found["indextts_fallbacks_total", "embedded", "sambert", "open"] == 1
    assert found["indextts_breaker", "embedded"] == 2 and found["indextts_breaker", "sambert"] == 0
    assert found["indextts_engine_state", "embedded", "failing"] == 1
    assert found["indextts_engine_state", "indextts2", "absent"] == 1
    assert found["indextts_request_seconds_count",] == 3
    assert found["indextts_segments_total", "sambert"] >= 3
    assert found["indextts_speech_seconds_total", "sambert"] > 0
    assert found["indextts_busy", "workers"] == 0 and found["indextts_waiting", "indextts2"] == 0


def test_the_editor_says_it_and_does_not_keep_the_sound(service: WholeService, sick: Raises) -> None:
    sick.sick = False
    actions = Actions(service, service.works)
    desk = Desk(actions, "今天天气很好。我们去公园。")
    desk.ask(action="pitch", segment=0, token=0, value=2.0)
    sick.sick = True
    heard = desk.speak(0)
    assert "Sambert" in heard["told"] and "failed" in heard["told"] and heard["audio"]
    sick.sick = False
    again = desk.speak(0)
    assert "told" not in again and again["audio"] != heard["audio"]


def test_a_fix_leaves_no_sentence_to_a_stand_in_that_is_needed_no_more(service: WholeService, sick: Raises) -> None:
    actions = Actions(service, service.works)
    take = generate(actions, "今天天气很好。我们去公园。")

    def spoken_by(take: ShownTake) -> list[str]:
        samples = take.sound()
        places = [(segment.start_s or 0.0, segment.end_s or 0.0) for segment in take.utterance.segments]
        return [pitch_of(samples[round(begin * 24000) : round(end * 24000)]) for begin, end in places]

    assert spoken_by(take) == ["sambert", "sambert"]
    sick.sick = False
    job = begin_edit(local_client(actions), take.id, action="pitch", segment=0, token=0, value=2.0)
    assert spoken_by(made(actions, job["id"])) == ["embedded", "embedded"]
