"""OpenAI's calls."""

from __future__ import annotations

import base64
import io
import json
import wave
from typing import Any

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from indextts.plan.request import SpeechRequest
from indextts.service.service import SpeechService

TEXT = "今天天气很好。我们去公园。明天再来。"


def post(client: TestClient, **body: Any) -> Any:
    response = client.post("/v1/audio/speech", json={"input": TEXT, "model": "tts-1", "voice": "alloy", **body})
    assert response.status_code == 200, response.text
    return response


@pytest.mark.parametrize(
    ("audio_format", "content_type"),
    [("wav", "audio/wav"), ("flac", "audio/flac"), ("mp3", "audio/mpeg"), ("opus", "audio/ogg"), ("pcm", "audio/pcm")],
)
def test_formats(client: TestClient, service: SpeechService, audio_format: str, content_type: str) -> None:
    response = post(client, response_format=audio_format)
    assert response.headers["content-type"] == content_type
    speech = service.speak(SpeechRequest(TEXT))
    if audio_format == "pcm":
        seconds = len(response.content) / 2 / 24_000
    else:
        samples, rate = soundfile.read(io.BytesIO(response.content))
        seconds = len(samples) / rate
    # An MP3 stream cannot say how much of its last frames is padding.
    assert seconds == pytest.approx(speech.duration_s, abs=0.12 if audio_format == "mp3" else 0.06)


def test_what_curl_sends_without_a_type_is_read(client: TestClient) -> None:
    wanted = post(client, response_format="pcm").content
    body = json.dumps({"input": TEXT, "response_format": "pcm", "speed": 1.0})
    answer = client.post(
        "/v1/audio/speech", content=f" \n{body}", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 200 and answer.content == wanted
    form = client.post("/v1/audio/speech", data={"input": TEXT, "response_format": "pcm", "speed": "1.0"})
    assert form.status_code == 200 and form.content == wanted
    broken = client.post("/v1/audio/speech", content='{"input": ', headers=dict(answer.request.headers.items()))
    assert broken.status_code == 400 and broken.json()["error"]["code"] == "malformed"


def test_speed_changes_how_long_the_speech_lasts(client: TestClient) -> None:
    def seconds(**body: float | None) -> float:
        return len(post(client, input="今天天气很好", response_format="pcm", **body).content) / 2 / 24_000

    usual = seconds()
    assert seconds(speed=1.0) == seconds(speed=None) == usual
    # Sounds last whole frames, and the pauses at both ends stay as they are.
    assert seconds(speed=2.0) / usual == pytest.approx(0.5, abs=0.05)
    assert seconds(speed=0.5) / usual == pytest.approx(2.0, abs=0.15)


def test_the_stream_is_the_whole_speech(client: TestClient, service: SpeechService) -> None:
    pcm = np.frombuffer(post(client, response_format="pcm").content, "<i2")
    speech = service.speak(SpeechRequest(TEXT))
    assert speech.sample_rate == 24_000
    np.testing.assert_allclose(pcm / 32767, speech.samples, atol=1e-4)


def test_a_single_sentence_comes_as_a_file_that_knows_its_length(client: TestClient) -> None:
    body = {"input": "你好，世界。", "response_format": "wav"}
    with wave.open(io.BytesIO(client.post("/v1/audio/speech", json=body).content)) as file:
        assert 0 < file.getnframes() < 10 * file.getframerate()
        assert len(file.readframes(10**9)) == 2 * file.getnframes()


def test_defaults(client: TestClient) -> None:
    response = client.post("/v1/audio/speech", json={"input": "你好"})
    assert response.headers["content-type"] == "audio/mpeg"


@pytest.mark.parametrize("voice", ["baker", "default", "nova", {"id": "baker"}, None])
@pytest.mark.parametrize("model", ["embedded", "tts-1-hd", "gpt-4o-mini-tts"])
def test_names(client: TestClient, voice: object, model: str) -> None:
    assert post(client, input="好", voice=voice, model=model, response_format="pcm", user="x").content


def test_events(client: TestClient) -> None:
    response = post(client, response_format="pcm", stream_format="sse")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line.removeprefix("data: ")) for line in response.text.split("\n\n") if line]
    assert [event["type"] for event in events] == ["speech.audio.delta"] * 3 + ["speech.audio.done"]
    sound = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
    assert sound == post(client, response_format="pcm").content


def test_instructions_are_not_ignored_in_silence(client: TestClient) -> None:
    assert "not used" in post(client, input="好", instructions="Whisper.").headers["x-indextts-warning"]
    assert "x-indextts-warning" not in post(client, input="好").headers


def test_models(client: TestClient) -> None:
    listing = client.get("/v1/models").json()
    assert listing["object"] == "list"
    names = ["embedded", "tts-1", "tts-1-hd", "gpt-4o-mini-tts"]
    assert [(item["id"], item["object"]) for item in listing["data"]] == [(name, "model") for name in names]
    for name in names:
        assert post(client, input="好", model=name, response_format="pcm").content, "each of them speaks"
    assert client.get("/v1/models/embedded").json()["id"] == "embedded"
    assert client.get("/v1/models/nobody").status_code == 404


def test_voices(client: TestClient) -> None:
    voice, *others = client.get("/v1/audio/voices").json()["voices"]
    assert len(others) >= 6 and len({other["id"] for other in others}) == len(others)
    assert set(voice) == {"id", "name", "description", "engine", "group", "languages", "licence"}
    assert (voice["id"], voice["engine"]) == ("baker", "embedded")
    chinese, *_ = client.get("/v1/audio/voices", headers={"Accept-Language": "zh"}).json()["voices"]
    assert chinese["name"] != voice["name"]
