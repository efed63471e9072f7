"""Requests as the programs send them that speak OpenAI's API: each gets sound, or one clear sentence."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import av
import pytest
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.platform.serving_config import OpenAIConfig
from tests.support.services import application, make_service

SPEECH = "/v1/audio/speech"
TOLD = "x-indextts-warning"

BOTH = "voice model"

SPEAKING: list[tuple[str, dict[str, Any], str]] = [
    ("Open WebUI", {"model": "tts-1", "input": "Hello there.", "voice": "alloy"}, ""),
    ("Open WebUI with Kokoro", {"model": "kokoro", "input": "你好。", "voice": "af_bella"}, BOTH),
    ("Open WebUI, mixed", {"model": "kokoro", "input": "你好。", "voice": "af_bella(2)+af_sky(1)"}, BOTH),
    ("Open WebUI split on paragraphs", {"model": "tts-1-hd", "input": "一。\n\n二。", "voice": "shimmer"}, ""),
    ("Open WebUI, other parameters", {"model": "x", "input": "好", "voice": "nova", "chunk_size": 200}, "model"),
    ("SillyTavern", {"model": "tts-1", "input": "*She smiles.* Hi.", "voice": "fable", "speed": 0.25}, "speed"),
    ("SillyTavern, fast", {"model": "tts-1-hd", "input": "Hi.", "voice": "onyx", "speed": 4}, "speed"),
    ("SillyTavern, compatible", {"model": "kokoro-v1", "input": "Hi.", "voice": "af_heart", "speed": 1}, BOTH),
    ("LiveKit", {"model": "gpt-4o-mini-tts", "input": "Hi.", "voice": "ash", "response_format": "pcm"}, ""),
    ("LiveKit, silent", {"model": "kokoro", "input": "Hi.", "voice": "af_alloy", "instructions": ""}, BOTH),
    ("pipecat", {"model": "gpt-4o-mini-tts", "input": "Hi.", "voice": "sage", "response_format": "pcm"}, ""),
    ("Zotero-TTS", {"model": "kokoro", "input": "Results.", "voice": "am_adam", "return_timing": True}, BOTH),
    ("Zotero-TTS, no times", {"model": "tts-1", "input": "Results.", "voice": "echo", "return_timing": False}, ""),
    ("Read Aloud", {"model": "tts-1", "input": "Read me.", "voice": "alloy", "response_format": "mp3"}, ""),
    ("Read Aloud, opus", {"model": "tts-1", "input": "Read me.", "voice": "alloy", "response_format": "opus"}, ""),
    ("STranslate", {"model": "tts-1", "input": "翻译好了。", "voice": "alloy", "speed": 1.0}, ""),
    ("STranslate, own model", {"model": "CosyVoice2-0.5B", "input": "翻译好了。", "voice": "anna"}, BOTH),
    ("MoneyPrinter", {"model": "kokoro", "input": "今天。", "voice": "zf_xiaobei", "speed": 1.2}, BOTH),
    ("MoneyPrinterTurbo, SiliconFlow", {
        "model": "FunAudioLLM/CosyVoice2-0.5B", "input": "今天。", "voice": "FunAudioLLM/CosyVoice2-0.5B:alex",
        "response_format": "mp3", "sample_rate": 32000, "stream": False, "speed": 1.0, "gain": 0,
    }, BOTH),
    ("AnythingLLM", {"model": "tts-1", "input": "Answer.", "voice": "alloy"}, ""),
    ("AnythingLLM, generic", {"model": None, "input": "Answer.", "voice": "bf_emma"}, "voice"),
    ("Obsidian Aloud", {"model": "tts-1", "input": "Note.", "voice": "shimmer", "response_format": "mp3"}, ""),
    ("xiaozhi", {"model": "doubao", "input": "你好小智", "voice": "zh_female", "response_format": "wav"}, BOTH),
    ("n8n", {"model": "tts-1", "input": "Done.", "voice": "alloy", "response_format": "mp3", "speed": 1}, ""),
    ("n8n, AAC", {"model": "tts-1", "input": "Done.", "voice": "alloy", "response_format": "aac", "speed": 1}, ""),
    ("n8n, FLAC", {"model": "tts-1", "input": "Done.", "voice": "alloy", "response_format": "flac"}, ""),
    ("voicemode", {"model": "tts-1", "input": "Hi.", "voice": "af_sky", "response_format": "pcm"}, "voice"),
    ("voicemode, emotional", {
        "model": "gpt-4o-mini-tts", "input": "Hi.", "voice": "nova", "instructions": "Speak cheerfully.",
    }, ""),
    ("amica", {"model": "kokoro", "input": "Yes!", "voice": "af_heart", "response_format": "wav"}, BOTH),
    ("kokoro-web", {"model": "model_q8f16", "input": "Hi.", "voice": "af_heart", "response_format": "mp3"}, BOTH),
    ("kokoro-web, mixed", {"model": "model", "input": "Hi.", "voice": "af_heart*0.5+af_bella*0.5"}, BOTH),
    ("Kokoro-FastAPI", {
        "model": "kokoro", "input": "Hi.", "voice": "af_bella", "stream": True, "lang_code": "a",
        "volume_multiplier": 1, "return_download_link": False, "normalization_options": {"normalize": True},
    }, BOTH),
    ("LiteLLM", {"model": "openai/tts-1", "input": "Hi.", "voice": "alloy"}, "model"),
    ("LangChain", {"model": "tts-1", "input": "Hi.", "voice": "alloy", "response_format": "mp3", "speed": 1.5}, ""),
    ("openai SDK", {"model": "tts-1", "input": "Hi.", "voice": "marin", "stream_format": "audio"}, ""),
    ("openai SDK, custom voice", {"model": "gpt-4o-mini-tts", "input": "Hi.", "voice": {"id": "voice_1234"}}, "voice"),
    ("openai SDK, dated", {"model": "gpt-4o-mini-tts-2025-12-15", "input": "Hi.", "voice": "cedar"}, "model"),
    ("OpenAI-Edge-TTS", {"model": "tts-1", "input": "你好。", "voice": "zh-CN-XiaoxiaoNeural", "speed": 1.1}, "voice"),
    ("openedai-speech", {"model": "tts-1-hd", "input": "Hi.", "voice": "me", "speed": 0.9}, "voice"),
    ("speaches", {"model": "speaches-ai/Kokoro-82M-v1.0-ONNX", "input": "Hi.", "voice": "af_heart"}, BOTH),
    ("speaches, Piper", {"model": "speaches-ai/piper-zh_CN", "input": "你好。", "voice": "huayan"}, BOTH),
    ("Home Assistant", {"model": "tts-1", "input": "灯开了。", "voice": "shimmer", "speed": 1.0}, ""),
    ("Home Assistant, instructions", {
        "model": "gpt-4o-mini-tts", "input": "灯开了。", "voice": "nova", "instructions": "慢一点，声音低沉。",
    }, ""),
    ("LobeChat", {"model": "gpt-4o-mini-tts", "input": "好的。", "voice": "verse"}, ""),
    ("LibreChat", {"model": "tts-1", "input": "Sure.", "voice": "alloy", "backend": "openai"}, ""),
    ("Dify", {"model": "tts-1", "input": "好的。", "voice": "alloy", "response_format": "mp3"}, ""),
    ("ebook readers, slow", {"model": "tts-1", "input": "第一章。", "voice": "alloy", "speed": 0.5}, ""),
    ("Readest", {"model": "tts-1", "input": "Chapter One.", "voice": "ballad", "speed": 2.5}, "speed"),
    ("Pandrator", {"model": "tts-1-hd", "input": "Once.", "voice": "fable", "response_format": "wav"}, ""),
    ("abogen", {"model": "kokoro", "input": "Once.", "voice": "bm_george", "response_format": "wav"}, BOTH),
    ("an accent", {"model": "tts-1", "input": "Hi.", "instructions": "Irish accent."}, "instructions"),
    ("no voice, no model", {"input": "只有文字。"}, ""),
    ("null everywhere", {"input": "空。", "model": None, "voice": None, "speed": None, "response_format": None}, ""),
]  # fmt: skip
"""Program, body of our own, and the fields that are told to be replaced."""

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no text", {"model": "tts-1", "voice": "alloy"}, "text_empty"),
    ("text that is no text", {"input": ["a"], "voice": "alloy"}, "invalid_value"),
    ("voice that is no voice", {"input": "a", "voice": 7}, "unknown_choice"),
    ("model that is no name", {"input": "a", "model": {"id": 1}}, "invalid_value"),
    ("instructions that are no text", {"input": "a", "instructions": 1}, "invalid_value"),
    ("format that nobody writes", {"input": "a", "response_format": "midi"}, "invalid_value"),
    ("speed beyond OpenAI's", {"input": "a", "speed": 5}, "out_of_range"),
    ("speed that is a word", {"input": "a", "speed": "fast"}, "out_of_range"),
    ("times that are no yes or no", {"input": "a", "return_timing": "maybe"}, "invalid_value"),
    ("way to stream", {"input": "a", "stream_format": "websocket"}, "invalid_value"),
]


@pytest.fixture(scope="module")
def strict(config: Config) -> Iterator[TestClient]:
    service = make_service(config.model_copy(update={"openai": OpenAIConfig(strict=True)}))
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        yield client
    service.close()


def told(response: Any) -> set[str]:
    """The fields that the header names."""
    sentences = response.headers.get(TOLD, "")
    return {field for field in ("voice", "model", "speed", "instructions") if f"{field} " in sentences}


def test_there_are_sixty_requests() -> None:
    assert len(SPEAKING) + len(REFUSED) >= 60


@pytest.mark.parametrize(("program", "body", "replaced"), SPEAKING, ids=[program for program, _, _ in SPEAKING])
def test_what_a_program_sends_is_spoken(client: TestClient, program: str, body: dict[str, Any], replaced: str) -> None:
    response = client.post(SPEECH, json=body)
    assert response.status_code == 200, response.text
    sound = base64.b64decode(response.json()["audio"]) if body.get("return_timing") else response.content
    assert len(sound) > 500
    assert set(replaced.split()) <= told(response), response.headers.get(TOLD)
    assert replaced or TOLD not in response.headers


@pytest.mark.parametrize(("what", "body", "code"), REFUSED, ids=[what for what, _, _ in REFUSED])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_meant_gets_one_sentence(
    client: TestClient, what: str, body: dict[str, Any], code: str, language: str
) -> None:
    response = client.post(SPEECH, json=body, headers={"Accept-Language": language})
    error = response.json()["error"]
    assert response.status_code in (400, 422) and error["code"] == code, error
    assert error["message"] and (max(error["message"]) >= "\u4e00") == (language == "zh")


@pytest.mark.parametrize(
    "fields",
    [
        {"input": "你好，世界。"},
        {"input": "Hello.", "voice": "af_heart", "model": "kokoro", "speed": "1.5"},
        {"input": 'Say "this" & that.', "response_format": "wav", "speed": "0.25"},
        {"input": "Hi.", "instructions": "cheerful", "commercial": "false"},
    ],
)
def test_a_query_and_both_kinds_of_form_say_the_same_as_a_body(client: TestClient, fields: dict[str, str]) -> None:
    body = {**fields, **({"speed": float(fields["speed"])} if "speed" in fields else {})}
    body |= {"commercial": False} if "commercial" in fields else {}
    wanted = client.post(SPEECH, json=body)
    files = {name: (None, value) for name, value in fields.items()}
    for got in (
        client.get(SPEECH, params=fields),
        client.post(SPEECH, data=fields),
        client.post(SPEECH, files=files),
    ):
        assert got.status_code == 200, got.text
        assert got.content == wanted.content and got.headers.get(TOLD) == wanted.headers.get(TOLD)


def test_a_wrong_query_is_told_like_a_wrong_body(client: TestClient) -> None:
    assert client.get(SPEECH, params={"voice": "alloy"}).json()["error"]["code"] == "text_empty"
    assert client.get(SPEECH, params={"input": "a", "speed": "x"}).json()["error"]["code"] == "out_of_range"
    assert client.get(SPEECH, params={"input": "a", "speakers": "{"}).json()["error"]["code"] == "invalid_value"


def test_what_is_replaced_stands_in_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "indextts.server.streamed"):
        client.post(SPEECH, json={"input": "a", "voice": "no one", "model": "nothing", "speed": 3})
    (line,) = [record.getMessage() for record in caplog.records if "replaced" in record.getMessage()]
    assert "voice" in line and "model" in line and "speed" in line


def test_a_header_holds_no_line_and_no_letter_that_it_may_not(client: TestClient) -> None:
    response = client.post(SPEECH, json={"input": "a", "voice": "é\r\nSet-Cookie: a=b", "instructions": "口音\n重"})
    assert response.status_code == 200 and "set-cookie" not in response.headers
    assert response.headers[TOLD].isascii() and len(response.headers[TOLD]) < 1000


def test_speeds_that_no_voice_keeps_are_brought_to_the_nearest(client: TestClient) -> None:
    def pcm(speed: float) -> bytes:
        return bytes(client.post(SPEECH, json={"input": "好", "speed": speed, "response_format": "pcm"}).content)

    assert pcm(0.25) == pcm(0.5) and pcm(4) == pcm(2)


def test_instructions_change_what_they_name_and_the_rest_is_told(client: TestClient) -> None:
    def spoken(**body: Any) -> Any:
        return client.post(SPEECH, json={"input": "今天天气很好", "response_format": "pcm", **body})

    slower = spoken(instructions="Speak slowly, with an Irish accent")
    assert slower.content == spoken(speed=0.85).content
    assert "Irish accent" in slower.headers[TOLD] and "slowly" not in slower.headers[TOLD]
    own = spoken(speed=1.5, instructions="慢一点")
    assert own.content == spoken(speed=1.5).content and "instructions" in told(own)


def test_aac_is_a_stream_that_players_read(client: TestClient) -> None:
    response = client.post(SPEECH, json={"input": "今天天气很好。我们去公园。", "response_format": "aac"})
    assert response.headers["content-type"] == "audio/aac"
    wav = client.post(SPEECH, json={"input": "今天天气很好。我们去公园。", "response_format": "pcm"}).content
    with av.open(io.BytesIO(response.content), "r") as file:
        (stream,) = file.streams.audio
        assert stream.codec_context.name == "aac" and stream.codec_context.layout.name == "mono"
        rate = stream.rate
        seconds = sum(frame.samples for frame in file.decode(stream)) / rate
    assert seconds == pytest.approx(len(wav) / 2 / 24_000, abs=0.15)


def test_words_come_with_their_times(client: TestClient) -> None:
    text = "今天 hello world 很好。明天再来。"
    body = {"input": text, "response_format": "pcm", "return_timing": True}
    whole = client.post(SPEECH, json=body)
    answer = whole.json()
    seconds = len(base64.b64decode(answer["audio"])) / 2 / 24_000
    words = answer["timestamps"]
    starts = [word["start_time"] for word in words]
    assert starts == sorted(starts) and all(0 <= w["start_time"] < w["end_time"] <= seconds + 0.05 for w in words)
    said = "".join(word["word"] for word in words)
    assert "hello" in said and "今天" in said and "再来" in said
    events = client.post(SPEECH, json={**body, "stream_format": "sse"})
    parts = [json.loads(line.removeprefix("data: ")) for line in events.text.split("\n\n") if line]
    heard = [word for part in parts for word in part.get("timestamps", [])]
    assert heard == words
    assert all(part.get("timestamps") for part in parts if part["type"] == "speech.audio.delta"), "as they are spoken"


def test_models_and_voices_are_where_clients_look(client: TestClient) -> None:
    assert client.get("/v1/audio/models").json() == client.get("/v1/models").json()
    assert {"id", "name"} <= set(client.get("/v1/audio/voices").json()["voices"][0])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"model": "kokoro-v1"}, "invalid_value"),
        ({"voice": "af_heart_none"}, "unknown_choice"),
        ({"response_format": "aac"}, "invalid_value"),
        ({"speed": 3.0}, "out_of_range"),
    ],
)
def test_strict_refuses_what_is_not_here(strict: TestClient, body: dict[str, Any], code: str) -> None:
    error = strict.post(SPEECH, json={"input": "好", **body}).json()["error"]
    assert error["code"] == code, error


def test_strict_takes_json_alone_and_follows_no_instructions(strict: TestClient) -> None:
    assert strict.get(SPEECH, params={"input": "a"}).status_code == 405
    assert strict.post(SPEECH, data={"input": "a"}).status_code == 415
    response = strict.post(SPEECH, json={"input": "好", "instructions": "Whisper.", "return_timing": True})
    assert response.headers["content-type"] == "audio/mpeg" and "instructions" in told(response)
