"""Requests as the programs send them that speak OpenAI's API: each gets sound, or one clear sentence."""

from __future__ import annotations

import base64
import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any, Final

import av
import pytest
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.platform.serving_config import OpenAIConfig
from tests.support.services import application, make_service

SPEECH = "/v1/audio/speech"
TOLD = "x-indextts-warning"

BOTH = "voice model"
FIELDS = ("voice", "model", "speed", "instructions", "backend", "chunk_size")

SPEAKING: list[tuple[str, dict[str, Any], str]] = [
    ("Open WebUI", {"model": "tts-1", "input": "Hello there.", "voice": "alloy"}, ""),
    ("Open WebUI with Kokoro", {"model": "kokoro", "input": "你好。", "voice": "af_bella"}, BOTH),
    ("Open WebUI, mixed", {"model": "kokoro", "input": "你好。", "voice": "af_bella(2)+af_sky(1)"}, BOTH),
    ("Open WebUI split on paragraphs", {"model": "tts-1-hd", "input": "一。\n\n二。", "voice": "shimmer"}, ""),
    ("Open WebUI, parameters", {"model": "x", "input": "好", "voice": "nova", "chunk_size": 9}, "model chunk_size"),
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
    ("LibreChat", {"model": "tts-1", "input": "Sure.", "voice": "alloy", "backend": "openai"}, "backend"),
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

SSML = '<speak version="1.0" xml:lang="zh-CN"><voice name="{}"><prosody rate="+10%">{}</prosody></voice></speak>'
AZURE = {"Content-Type": "application/ssml+xml", "X-Microsoft-OutputFormat": "audio-24khz-48kbitrate-mono-mp3"}
ELEVEN = "/v1/text-to-speech"

ELSEWHERE: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("OBS, browser source", "GET", "/v1/audio/speech?input=谢谢关注&voice=default", {}, ""),
    ("OBS, audio element", "GET", "/v1/audio/speech?input=Thanks&model=tts-1", {"headers": {"Range": "bytes=0-"}}, ""),
    ("xiaozhi, custom", "GET", "/v1/audio/speech?input=你好小智&voice=zh_female&response_format=wav", {}, ""),
    ("n8n, form", "POST", "/v1/audio/speech", {"data": {"model": "tts-1", "input": "Done.", "voice": "alloy"}}, ""),
    ("Legado", "GET", "/v1/legado?text=天黑了。&speed=12&voice=default", {}, ""),
    ("TalkifyTTS", "GET", "/v1/legado?text=“走吧。”他说。&speed=10", {}, ""),
    ("ReadAny", "POST", "/v1/audio/speech", {"json": {"model": "tts-1", "input": "第二章。", "voice": "alloy"}}, ""),
    ("Open WebUI, ElevenLabs", "POST", f"/elevenlabs{ELEVEN}/Rachel", {
        "json": {"text": "Hi.", "model_id": "eleven_multilingual_v2",
                 "voice_settings": {"stability": 0.5, "similarity_boost": 0.5}},
        "headers": {"xi-api-key": "unused", "Accept": "audio/mpeg"},
    }, ""),
    ("SillyTavern, ElevenLabs", "POST", f"{ELEVEN}/default", {
        "json": {"model_id": "eleven_turbo_v2_5", "text": "Hi.", "voice_settings": {"stability": 1, "speed": 1}},
    }, ""),
    ("LiveKit, ElevenLabs", "POST", f"{ELEVEN}/default/stream?output_format=pcm_24000&optimize_streaming_latency=3", {
        "json": {"text": "Hi.", "model_id": "eleven_flash_v2_5"},
    }, ""),
    ("pipecat, ElevenLabs", "POST", f"{ELEVEN}/default?output_format=mp3_44100_128", {
        "json": {"text": "Hi.", "model_id": "eleven_flash_v2_5", "language_code": "en"},
    }, ""),
    ("LiveKit, ElevenLabs by socket", "GET", f"{ELEVEN}/default/stream-input?model_id=x", {}, "not_found"),
    ("Open WebUI, Azure", "POST", "/cognitiveservices/v1", {
        "content": SSML.format("en-US-JennyNeural", "Hi.").encode(), "headers": AZURE,
    }, ""),
    ("tts-server-android", "POST", "/cognitiveservices/v1", {
        "content": SSML.format("zh-CN-XiaoxiaoNeural", "第一章。").encode(), "headers": AZURE,
    }, ""),
    ("SillyTavern, Azure", "POST", "/cognitiveservices/v1", {
        "content": SSML.format("zh-CN-YunxiNeural", "好。").encode(),
        "headers": {**AZURE, "X-Microsoft-OutputFormat": "webm-24khz-16bit-mono-opus"},
    }, "invalid_value"),
    ("AI-Vtuber, GPT-SoVITS", "POST", "/gpt-sovits/tts", {"json": {
        "text": "谢谢老板。", "text_lang": "zh", "ref_audio_path": "F:\\refs\\a.wav", "prompt_text": "你好",
        "prompt_lang": "zh", "top_k": 5, "top_p": 1.0, "temperature": 1.0, "text_split_method": "cut0",
        "batch_size": 1, "speed_factor": 1.0, "split_bucket": True, "media_type": "wav", "streaming_mode": False,
    }}, ""),
    ("AI-Vtuber, GPT-SoVITS before 2", "POST", "/gpt-sovits", {"json": {
        "refer_wav_path": "a.wav", "prompt_text": "你好", "prompt_language": "zh",
        "text": "谢谢。", "text_language": "zh",
    }}, ""),
    ("AI-Vtuber, OpenAI", "POST", "/v1/audio/speech", {"json": {
        "model": "tts-1", "input": "欢迎来到直播间。", "voice": "alloy", "response_format": "wav",
    }}, ""),
    ("AI-Vtuber, VITS", "GET", "/voice/vits?text=好&id=0&format=wav&lang=zh", {}, "not_found"),
    ("SillyTavern, GPT-SoVITS", "GET", "/tts?text=Hi.&text_lang=en&ref_audio_path=a.wav&prompt_lang=en", {}, ""),
    ("SillyTavern, XTTS", "POST", "/tts_to_audio/", {
        "json": {"text": "Hi.", "speaker_wav": "female", "language": "en"},
    }, "not_found"),
    ("danmaku reader, VOICEVOX", "POST", "/synthesis?speaker=0", {
        "json": {"kana": "ありがとう", "accent_phrases": [], "speedScale": 1.1, "pitchScale": 0, "volumeScale": 1.0,
                 "intonationScale": 1.0, "prePhonemeLength": 0.1, "postPhonemeLength": 0.1,
                 "outputSamplingRate": 24000, "outputStereo": False},
    }, ""),
    ("Zotero, captioned speech", "POST", "/dev/captioned_speech", {"json": {"input": "Results."}}, "not_found"),
    ("Read Aloud, not allowed yet", "POST", "/v1/audio/speech", {
        "json": {"model": "tts-1", "input": "Read."}, "headers": {"Origin": "chrome-extension://abcdefghij"},
    }, "origin_not_allowed"),
    ("Obsidian, not allowed yet", "POST", "/v1/audio/speech", {
        "json": {"model": "tts-1", "input": "Read."}, "headers": {"Origin": "app://obsidian.md"},
    }, "origin_not_allowed"),
    ("kokoro-web, asking first", "OPTIONS", "/v1/audio/speech", {
        "headers": {"Origin": "https://kokoro.example", "Access-Control-Request-Method": "POST"},
    }, "origin_not_allowed"),
    ("AnythingLLM, without /v1", "POST", "/audio/speech", {"json": {"input": "Hi."}}, "method_not_allowed"),
    ("STranslate, /v1 twice", "POST", "/v1/v1/audio/speech", {"json": {"input": "好。"}}, "not_found"),
    ("Home Assistant, openai_tts", "POST", "/v1/audio/speech", {"json": {
        "model": "tts-1-hd", "input": "门开了。", "voice": "shimmer", "speed": 1.0, "response_format": "wav",
        "stream": False, "extra": {"chime": True},
    }}, ""),
    ("Home Assistant, no words", "POST", "/v1/audio/speech", {"json": {"input": "…"}}, ""),
    ("Open WebUI, hearing", "POST", "/v1/audio/transcriptions", {
        "files": {"file": ("a.wav", b"RIFF")}, "data": {"model": "whisper-1"},
    }, "not_found"),
    ("n8n, chat", "POST", "/v1/chat/completions", {"json": {"model": "gpt-4o", "messages": []}}, "not_found"),
    ("Readest, Edge", "GET", "/consumer/speech/synthesize/readaloud/edge/v1?TrustedClientToken=x", {}, "not_found"),
    ("MoneyPrinterTurbo, a proxy's body", "POST", "/v1/audio/speech", {
        "content": b'{"model": "x", "input": "quo"te"}', "headers": {"Content-Type": "application/json"},
    }, "malformed"),
    ("amica, plain text", "POST", "/v1/audio/speech", {
        "content": b"Hello.", "headers": {"Content-Type": "text/plain"},
    }, "wrong_type"),
]  # fmt: skip
"""Program, method, address, the rest of a request by another door or a wrong one, and the error; none means sound."""

NAMED: Final = (
    "Open WebUI", "SillyTavern", "LiveKit", "Zotero", "Read Aloud", "STranslate", "MoneyPrinterTurbo", "AnythingLLM",
    "Obsidian", "Legado", "xiaozhi", "OBS", "Home Assistant", "kokoro-web", "Readest", "n8n", "pipecat", "voicemode",
    "amica", "AI-Vtuber", "tts-server-android", "LiteLLM", "LangChain", "TalkifyTTS", "ReadAny",
)  # fmt: skip
"""Programs that people have asked for, by the beginnings of their rows."""


@pytest.fixture(scope="module")
def strict(config: Config) -> Iterator[TestClient]:
    service = make_service(config.model_copy(update={"openai": OpenAIConfig(strict=True)}))
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        yield client
    service.close()


def told(response: Any) -> set[str]:
    """The fields that the header names."""
    sentences = response.headers.get(TOLD, "")
    return {field for field in FIELDS if re.search(rf"\b{field}\b", sentences)}


def test_there_are_enough_requests_of_every_program() -> None:
    assert len(SPEAKING) + len(REFUSED) >= 60 and len(ELSEWHERE) >= 30
    programs = [*(row[0] for row in SPEAKING), *(row[0] for row in ELSEWHERE)]
    assert [one for one in NAMED if not any(program.startswith(one) for program in programs)] == []


@pytest.mark.parametrize(
    ("method", "path", "options", "code"), [row[1:] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE]
)
def test_another_door_gives_sound_or_one_sentence(
    client: TestClient, method: str, path: str, options: dict[str, Any], code: str
) -> None:
    answer = client.request(method, path, **options)
    if code:
        error = answer.json()["error"]
        assert 400 <= answer.status_code < 500 and error["code"] == code, (answer.status_code, error)
        assert error["message"] and "\n" not in error["message"]
    else:
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("audio/") and len(answer.content) > 500


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
    assert spoken(instructions="Speak slowly like a pirate").headers[TOLD].endswith("not used: like a pirate")
    own = spoken(speed=1.5, instructions="慢一点")
    assert own.content == spoken(speed=1.5).content and "instructions" in told(own)


def test_our_own_settings_are_taken_and_every_other_field_is_told(client: TestClient) -> None:
    def spoken(**body: Any) -> Any:
        return client.post(SPEECH, json={"input": "今天天气很好", "response_format": "pcm", **body})

    plain = spoken(speeed=2, pich=None, stream=True)
    assert "speeed" in plain.headers[TOLD] and not {"pich", "stream"} & {*re.findall(r"\w+", plain.headers[TOLD])}
    ours: list[dict[str, Any]] = [{"emotion": "angry", "intensity": 1}, {"pitch": 4}, {"energy": -6}]
    for own in ours:
        taken = spoken(**own)
        assert taken.content != plain.content and TOLD not in taken.headers, own
        assert (
            client.get(SPEECH, params={"input": "今天天气很好", "response_format": "pcm", **own}).content
            == taken.content
        )
    assert spoken(seed=7).status_code == 200 and TOLD not in spoken(seed=7).headers
    foreign = spoken(emotion="bubbly", pitch="high", seed=[1], energy={})
    assert foreign.content == plain.content
    assert all(f"{name} " in foreign.headers[TOLD] for name in ("emotion", "pitch", "seed", "energy"))
    own = spoken(instructions="in a deep, sad voice", emotion="angry", pitch=1)
    assert own.content == spoken(emotion="angry", pitch=1).content and "instructions" in told(own)


def test_strict_takes_none_of_our_own_settings_and_says_so(strict: TestClient) -> None:
    response = strict.post(SPEECH, json={"input": "好", "pitch": 4, "response_format": "pcm"})
    assert response.content == strict.post(SPEECH, json={"input": "好", "response_format": "pcm"}).content
    assert "pitch" in response.headers[TOLD]


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


@pytest.mark.parametrize("text", ["……", "👍", "* * *", "——！", "🎉🎉\n。"])
@pytest.mark.parametrize("form", ["mp3", "wav", "opus", "flac", "aac"])
def test_a_sentence_without_a_word_is_a_short_silence(client: TestClient, text: str, form: str) -> None:
    answer = client.post(SPEECH, json={"input": text, "response_format": form})
    assert answer.status_code == 200 and "input" in answer.headers[TOLD], answer.text
    with av.open(io.BytesIO(answer.content), "r") as sound:
        samples = [frame.to_ndarray().astype(float) for frame in sound.decode(audio=0)]
        lasts = sum(one.shape[-1] for one in samples) / sound.streams.audio[0].rate
    assert 0.2 < lasts < 0.5 and max(abs(one).max() for one in samples) < 1e-3


def test_a_sentence_without_a_word_has_no_words_and_strict_refuses_it(client: TestClient, strict: TestClient) -> None:
    timed = client.post(SPEECH, json={"input": "👍", "return_timing": True}).json()
    assert timed["timestamps"] == [] and base64.b64decode(timed["audio"])
    events = client.post(SPEECH, json={"input": "……", "stream_format": "sse"}).text
    assert "speech.audio.delta" in events and "speech.audio.done" in events and "error" not in events
    refused = strict.post(SPEECH, json={"input": "……", "model": "tts-1", "voice": "alloy"})
    assert refused.status_code == 422 and refused.json()["error"]["code"] == "text_unspeakable"


def test_models_and_voices_are_where_clients_look(client: TestClient) -> None:
    health, same = client.get("/health"), client.get("/healthz")
    assert health.status_code == 200 and health.json().keys() == same.json().keys()
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
