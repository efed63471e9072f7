"""``/tts``, ``/tts/generate``, plans, and the audio they lead to."""

from __future__ import annotations

import io
import time

import pytest
import soundfile
from starlette.testclient import TestClient

from indextts.engines.base import Engine
from indextts.platform.config import Config
from tests.support.services import application, files_in, make_service
from tests.support.whole import WholeService

FORMATS = {"wav": "WAV", "flac": "FLAC", "mp3": "MP3", "opus": "OGG"}


def test_answer_and_audio(client: TestClient) -> None:
    response = client.post("/tts", json={"text": "你好，世界。", "emotion": "happy", "speed": 1.2, "seed": 3})
    assert response.status_code == 200
    body = response.json()
    assert {"audio_url", "duration_s", "engine", "fallback", "stages", "request_id"} <= set(body)
    assert (body["engine"], body["fallback"]) == ("embedded", False)
    assert [stage["name"] for stage in body["stages"]][:3] == ["normalise", "prosody", "phonemes"]
    assert all(stage["seconds"] >= 0 for stage in body["stages"])
    assert body["request_id"] == response.headers["x-request-id"]
    audio = client.get(body["audio_url"])
    assert audio.headers["content-type"] == "audio/wav"
    info = soundfile.info(io.BytesIO(audio.content))
    assert (info.subtype, info.channels) == ("PCM_16", 1)
    assert info.duration == pytest.approx(body["duration_s"], abs=0.01)


@pytest.mark.parametrize("audio_format", FORMATS)
def test_formats(client: TestClient, audio_format: str) -> None:
    body = client.post("/tts", json={"text": "今天天气很好。", "format": audio_format}).json()
    audio = client.get(body["audio_url"])
    assert body["audio_url"].endswith(f".{audio_format}")
    assert soundfile.info(io.BytesIO(audio.content)).format == FORMATS[audio_format]


def test_null_is_the_default(client: TestClient) -> None:
    body = {"text": "你好", "engine": None, "voice": None, "emotion": None, "speed": None, "format": None, "seed": None}
    assert client.post("/tts", json=body).json()["format"] == "wav"


def test_settings_reach_the_voice(client: TestClient) -> None:
    def seconds(**settings: object) -> float:
        return float(client.post("/tts", json={"text": "今天天气很好。", **settings}).json()["duration_s"])

    assert seconds(speed=2.0) < seconds() < seconds(speed=0.5)


@pytest.mark.parametrize("sampling", [{"beams": 1}, '{"beams": 1}', "beams=1"])
def test_sampling_and_words_in_json_and_in_forms(client: TestClient, sampling: object) -> None:
    asked = {"text": "你好。", "sampling": sampling, "emotion_text": "太开心了！"}
    told = client.post("/tts", json=asked).json()["receipt"]["settings"]
    assert told["sampling"]["beams"] == 1 and told["sampling"]["steps"] == 25
    assert told["emotion_text"] == "太开心了！"
    if isinstance(sampling, str):
        form = client.post("/tts/generate", data={"text": "你好。", "sampling": sampling}).json()
        assert form["receipt"]["settings"]["sampling"] == told["sampling"]
    other = client.post("/tts", json={"text": "你好。", "sampling": {"beams": 99}})
    assert other.status_code == 422 and "beams" in other.json()["error"]["message"]


def test_a_mixture_of_emotions_in_every_form(client: TestClient) -> None:
    spelt = "happy:0.6+surprised:0.3"
    for emotion in (spelt, {"happy": 0.6, "surprised": 0.3}, [0.6, 0, 0, 0, 0, 0, 0.3, 0]):
        body = {"text": "今天天气很好。", "emotion": emotion, "loudness": -20, "peak": -3}
        assert client.post("/tts", json=body).status_code == 200
        settings = client.post("/v1/plan", json=body).json()["settings"]
        assert (settings["emotion"], settings["loudness"], settings["peak"]) == (spelt, -20, -3)
    for text in (spelt, '{"happy": 0.6, "surprised": 0.3}'):
        form = {"text": "你好", "emotion": text, "loudness": "-20"}
        assert client.post("/tts/generate", data=form).status_code == 200
    refused = client.post("/tts/generate", data={"text": "你好", "emotion": "happy:2"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "bad_emotion")


def test_form(client: TestClient) -> None:
    data = {"text": "你好", "emotion": "sad", "speed": "0.8", "seed": "7", "voice": "", "format": "flac"}
    for sent in (
        client.post("/tts/generate", data=data),
        client.post("/tts/generate", files=[(k, (None, v)) for k, v in data.items()]),
    ):
        assert sent.status_code == 200, sent.text
        assert client.get(sent.json()["audio_url"]).headers["content-type"] == "audio/flac"
    empty = [("reference", ("", b"", "application/octet-stream"))]  # what a browser sends for a file field left empty
    assert client.post("/tts/generate", data={"text": "你好"}, files=empty).status_code in (200,)


def test_audio_is_served_in_ranges(client: TestClient) -> None:
    url = client.post("/tts", json={"text": "你好"}).json()["audio_url"]
    whole = client.get(url)
    head = client.head(url)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(whole.content)), b"")
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    beyond = client.get(url, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"
    assert beyond.json()["error"]["code"] == "malformed" and "file ends" in beyond.json()["error"]["message"]


@pytest.mark.parametrize(
    "given",
    ["items=0-1", "bytes=5-1", "bytes=0-1,9-3", "bytes=a-b", "bytes=", "bytes=-", "bytes", "bytes=1-2-3", "bytes=0--1"],
)
def test_a_range_that_is_none_is_left_out(client: TestClient, given: str) -> None:
    url = client.post("/tts", json={"text": "你好"}).json()["audio_url"]
    answer = client.get(url, headers={"Range": given})
    assert answer.status_code == 200 and answer.content == client.get(url).content


@pytest.mark.parametrize(("given", "size"), [("Bytes=0-9", 10), ("bytes=-5", 5), ("bytes= 0-1", 2), ("bytes=0-1,", 2)])
def test_a_range_in_another_spelling_is_one(client: TestClient, given: str, size: int) -> None:
    url = client.post("/tts", json={"text": "你好"}).json()["audio_url"]
    answer = client.get(url, headers={"Range": given})
    assert (answer.status_code, len(answer.content)) == (206, size)


def test_what_a_client_has_is_not_sent_again(client: TestClient) -> None:
    url = client.post("/tts", json={"text": "你好"}).json()["audio_url"]
    tag = client.get(url).headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = client.get(url, headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_audio_goes_when_it_is_old(client: TestClient, service: WholeService, config: Config) -> None:
    import os

    url = client.post("/tts", json={"text": "你好"}).json()["audio_url"]
    path = service.outputs.folder / url.rpartition("/")[2]
    then = time.time() - config.outputs.max_age_s - 1
    os.utime(path, (then, then))
    assert client.get(url).json()["error"]["code"] == "not_found"
    service.outputs.sweep()
    assert path.name not in files_in(service.outputs.folder)


def test_plan_and_render(client: TestClient) -> None:
    plan = client.post("/v1/plan", json={"text": "重庆。", "speed": 0.9}).json()
    assert plan["stage"] == "phonemes"
    assert [token["text"] for token in plan["segments"][0]["tokens"]][:2] == ["重", "庆"]
    plain = client.post("/v1/render", json=plan).json()["duration_s"]
    for token in plan["segments"][0]["tokens"]:
        token["duration_scale"] = 2.0
    slow = client.post("/v1/render?format=flac", json=plan).json()
    assert slow["duration_s"] > plain * 1.3
    assert slow["format"] == "flac"


def test_prosody_can_be_chosen_seen_and_edited(client: TestClient) -> None:
    plan = client.post("/v1/plan", json={"text": "你来吗？", "prosody": "rules"}).json()
    assert plan["settings"]["prosody"] == "rules"
    (segment,) = plan["segments"]
    assert (segment["intonation"], segment["intonation_source"]) == ("question", "punctuation")
    plain = client.post("/v1/render", json=plan).json()["duration_s"]
    for token in segment["tokens"][:2]:
        assert (token["prominence"], token["prominence_probability"]) == (0, None)
        token.update(prominence=2, prominence_source="user", break_after=3, break_source="user")
    segment.update(intonation="statement", intonation_source="user")
    assert client.post("/v1/render", json=plan).json()["duration_s"] > plain + 0.1
    segment["intonation"] = "sung"
    refused = client.post("/v1/render", json=plan)
    assert refused.status_code == 422 and "intonation" in refused.json()["error"]["message"]
    unknown = client.post("/v1/plan", json={"text": "你来吗？", "prosody": "bert"})
    assert unknown.status_code == 422 and "lm, causal, rules, llm" in unknown.json()["error"]["hint"]


def test_behind_a_prefix(config: Config, service: WholeService) -> None:
    prefixed = config.model_copy(update={"server": config.server.model_copy(update={"root_path": "/studio"})})
    with TestClient(application(service, prefixed, page=False)) as client:
        for seen in ("/studio", ""):  # some proxies strip the prefix, some do not
            url = client.post(f"{seen}/tts", json={"text": "你好"}).json()["audio_url"]
            assert url.startswith("/studio/audio/")
            assert client.get(url.removeprefix("/studio" if not seen else "")).status_code == 200
            assert "/studio/openapi.json" in client.get(f"{seen}/docs").text
            assert client.get(f"{seen}/v1/nothing").json()["error"]["code"] == "not_found"
        assert client.get("/studio/openapi.json").json()["servers"] == [{"url": "/studio"}]


def test_request_ids(client: TestClient) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": "abc-123"})
    assert given.headers["x-request-id"] == "abc-123"
    made = [
        client.get("/healthz", headers={"X-Request-ID": "no spaces <or> tags"}).headers["x-request-id"] for _ in "ab"
    ]
    assert made[0] != made[1] and all(len(name) == 16 for name in made)


def test_a_fault_of_ours_is_a_500_in_form(config: Config, held: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    service = make_service(config, held)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(held, "speak", fail)
    with TestClient(application(service, config, page=False), raise_server_exceptions=False) as client:
        response = client.post("/tts", json={"text": "你好"})
        assert (response.status_code, response.json()["error"]["code"]) == (500, "internal")
        assert "secret detail" not in response.text
        assert response.json()["request_id"] in response.json()["error"]["hint"]
        assert client.get("/healthz").status_code == 200


def test_a_full_disk_is_said(
    config: Config, client: TestClient, service: WholeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import os

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        response = client.post("/tts", json={"text": "你好"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "disk_full")
    assert client.post("/tts", json={"text": "你好"}).status_code == 200
