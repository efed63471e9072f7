"""Calls in the words of ElevenLabs, GPT-SoVITS and VOICEVOX; with their own clients where there are any."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from vvclient import Client as VoicevoxClient

from indextts.platform.config import Config
from indextts.platform.serving_config import DoorsConfig
from indextts.server.doors.elevenlabs import _alignment
from tests.support.services import application, make_service, serving
from tests.support.whole import WholeService

TEXTS = ("今天天气很好，我们去公园吧。", "The weather is nice, so we walk.")
NO_NUMBERS: list[Any] = ["fast", "24000", True, [], 10**400, -(10**400)]
ELEVEN = "/v1/text-to-speech/default"
TOLD = "X-IndexTTS-Warning"


@pytest.fixture(scope="module")
def service(config: Config) -> Iterator[WholeService]:
    service = make_service(config, rate_limit="100000/minute")
    yield service
    service.close()


@pytest.fixture(scope="module")
def address(service: WholeService) -> Iterator[str]:
    with serving(application(service, page=False)) as address:
        yield address


@pytest.fixture(scope="module")
def client(service: WholeService) -> Iterator[TestClient]:
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        client.headers["Accept-Language"] = "en"
        yield client


def length(sound: bytes) -> float:
    samples, rate = soundfile.read(io.BytesIO(sound))
    assert float(np.abs(samples).max()) > 0.01
    return len(samples) / float(rate)


def error_of(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/json" and answer.json()["error"]["message"]
    return str(answer.json()["error"]["code"])


# ---------------------------------------------------------------------- ElevenLabs


@pytest.mark.parametrize("text", TEXTS)
def test_elevenlabs_own_client_speaks(address: str, text: str) -> None:
    client = ElevenLabs(api_key="unused", base_url=f"{address}/elevenlabs")
    voices = client.voices.get_all().voices
    assert voices and voices[0].voice_id and client.models.list()[0].can_do_text_to_speech
    sound = b"".join(client.text_to_speech.convert(voices[0].voice_id, text=text, model_id="eleven_multilingual_v2"))
    assert length(sound) > 1.0
    streamed = client.text_to_speech.stream("default", text=text, output_format="pcm_16000")
    assert len(b"".join(streamed)) > 2 * 16_000
    timed = client.text_to_speech.convert_with_timestamps("default", text=text)
    assert length(base64.b64decode(timed.audio_base_64)) > 1.0
    assert timed.alignment is not None and "".join(timed.alignment.characters) == text


def test_elevenlabs_client_needs_no_prefix_to_speak(address: str) -> None:
    client = ElevenLabs(api_key="unused", base_url=address)
    assert length(b"".join(client.text_to_speech.convert("JBFqnCBsd6RMkjVDRZzb", text="Hello."))) > 0.3
    assert client.voices.search().voices


@pytest.mark.parametrize(
    ("output_format", "rate"),
    [("wav_16000", 16_000), ("wav_44100", 44_100), ("mp3_22050_32", 22_050), ("opus_48000_64", 48_000)],
)
def test_the_sound_has_the_rate_that_was_asked_for(client: TestClient, output_format: str, rate: int) -> None:
    answer = client.post(ELEVEN, params={"output_format": output_format}, json={"text": "Hello there."})
    assert soundfile.info(io.BytesIO(answer.content)).samplerate == rate
    both = [
        client.post(f"{ELEVEN}{more}", params={"output_format": "pcm_24000"}, json={"text": "Hi."})
        for more in ("", "/stream")
    ]
    assert both[0].content == both[1].content


@pytest.mark.parametrize("more", ["", "/stream", "/with-timestamps", "/stream/with-timestamps"])
def test_an_unknown_voice_and_speed_are_told(client: TestClient, more: str) -> None:
    answer = client.post(f"/v1/text-to-speech/Rachel{more}", json={"text": "Hi.", "voice_settings": {"speed": 9}})
    assert answer.status_code == 200 and {"Rachel", "speed"} <= set(answer.headers[TOLD].replace('"', " ").split())


@pytest.mark.parametrize("more", ["", "/with-timestamps"])
@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"language_code": "ru", "next_text": "b"}, ["language_code", "next_text"]),
        ({"voice_settings": {"stability": 0.5, "speed": 1.1}}, ["voice_settings stability"]),
        *(({"voice_settings": one}, ["voice_settings"]) for one in ("x", 3, [1])),
        *(({"seed": one}, ["seed"]) for one in (-1, 2**31, "7", 1.5, True)),
        *((one, []) for one in ({"seed": 3}, {"voice_settings": None}, {"model_id": "eleven_v3", "language_code": None},
                                {"voice_settings": {"speed": 1.2, "style": None}})),
    ],
)  # fmt: skip
def test_what_of_elevenlabs_body_is_not_used_is_told(
    client: TestClient, more: str, fields: dict[str, Any], names: list[str]
) -> None:
    answer = client.post(ELEVEN + more, json={"text": "Hi.", **fields})
    assert answer.status_code == 200 and (TOLD in answer.headers) is bool(names)
    assert all(name in answer.headers[TOLD] for name in names)


def test_elevenlabs_own_client_finds_voices(address: str, service: WholeService) -> None:
    client = ElevenLabs(api_key="unused", base_url=f"{address}/elevenlabs")
    every = [one.id for one in service.voices()]
    assert [client.voices.get(one).voice_id for one in every] == every
    with pytest.raises(ApiError) as refused:
        client.voices.get("nobody")
    assert refused.value.status_code == 404 and refused.value.body["error"]["code"] == "voice_gone"
    paged: list[str] = []
    token = None
    while token is not None or not paged:
        page = client.voices.search(page_size=2, next_page_token=token)
        assert len(page.voices) <= 2 and page.total_count == len(every) and page.has_more is bool(page.next_page_token)
        paged, token = [*paged, *(one.voice_id for one in page.voices)], page.next_page_token
    assert paged == every
    named = client.voices.search(search=service.voices()[1].name_en.upper(), page_size=10)
    assert every[1] in [one.voice_id for one in named.voices]
    assert not client.voices.search(search="no such voice here").voices
    for wrong in ("page_size=0", "page_size=x", "next_page_token=-1"):
        assert httpx.get(f"{address}/elevenlabs/v2/voices?{wrong}").status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (ELEVEN, {}, "text_empty"), (ELEVEN, {"text": 5}, "invalid_value"),
        (f"{ELEVEN}?output_format=ulaw_8000", {"text": "a"}, "invalid_value"),
        (f"{ELEVEN}?output_format=mp3_99999999999999999999", {"text": "a"}, "invalid_value"),
        *((f"{ELEVEN}?output_format={name}", {"text": "a"}, "invalid_value")
          for name in ("pcm_0080009", "wav_024000000", "mp3_022050_32", "pcm_", "pcm_+8000", "pcm_048000999999")),
        *((ELEVEN, {"text": "a", "voice_settings": {"speed": one}}, "invalid_value") for one in NO_NUMBERS),
        (f"{ELEVEN}/with-timestamps", {"text": " "}, "text_empty"),
        (f"{ELEVEN}/stream/with-timestamps", {"text": " "}, "text_empty"),
    ],
)  # fmt: skip
def test_what_elevenlabs_call_cannot_mean_gets_a_sentence(
    client: TestClient, path: str, body: dict[str, Any], code: str
) -> None:
    answer = client.post(path, json=body)
    assert 400 <= answer.status_code < 500 and error_of(answer) == code


def test_a_sentence_without_a_word_is_a_silence_of_the_rate_that_was_asked_for(client: TestClient) -> None:
    answer = client.post(f"{ELEVEN}?output_format=pcm_16000", json={"text": "👍……"})
    assert answer.status_code == 200 and answer.content == bytes(round(0.3 * 16_000) * 2)


def test_times_come_with_each_piece(client: TestClient) -> None:
    text = "今天天气很好。我们去公园吧。The end."
    answer = client.post(f"{ELEVEN}/stream/with-timestamps", params={"output_format": "pcm_24000"}, json={"text": text})
    pieces = [json.loads(line) for line in answer.text.splitlines()]
    sound = b"".join(base64.b64decode(one["audio_base64"]) for one in pieces)
    assert sound == client.post(ELEVEN, params={"output_format": "pcm_24000"}, json={"text": text}).content
    starts = [at for one in pieces if one["alignment"] for at in one["alignment"]["character_start_times_seconds"]]
    assert len(pieces) > 1 and starts == sorted(starts) and 0 < starts[-1] < len(sound) / 48_000


@pytest.mark.parametrize(
    "text",
    [
        "你好，世界。今天好。",
        "  “你好！”——他说。（The end...)  She left at 3.14 p.m.; AT&amp;T paid $5.\n",
        "他<行|xing2>了[pause 300ms]走吧。👍 好！",
        "He is a he. **He is.** a\n\nb",
    ],
)
def test_the_pieces_together_are_the_text(client: TestClient, text: str) -> None:
    answer = client.post(f"{ELEVEN}/stream/with-timestamps", params={"output_format": "pcm_24000"}, json={"text": text})
    pieces = [one["alignment"] for one in map(json.loads, answer.text.splitlines()) if one["alignment"]]
    whole = client.post(f"{ELEVEN}/with-timestamps", params={"output_format": "pcm_24000"}, json={"text": text}).json()
    characters = [one for piece in pieces for one in piece["characters"]]
    assert characters == whole["alignment"]["characters"] == list(text)
    for name in ("character_start_times_seconds", "character_end_times_seconds"):
        times = [at for piece in pieces for at in piece[name]]
        assert len(times) == len(text) and times == sorted(times)


@given(st.lists(st.tuples(st.text("ab你好", min_size=1, max_size=3), st.text(" ，.", max_size=2)), max_size=8))
def test_every_character_has_its_time_in_order(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in parts)
    words = [{"word": word, "start_time": 0.5 * at, "end_time": 0.5 * at + 0.3} for at, (word, _) in enumerate(parts)]
    found = _alignment(text, words)
    starts, ends = found["character_start_times_seconds"], found["character_end_times_seconds"]
    assert "".join(found["characters"]) == text and len(starts) == len(ends) == len(text)
    assert all(a <= b for a, b in pairwise(starts)) and all(a <= b for a, b in zip(starts, ends, strict=True))


# ---------------------------------------------------------------------- GPT-SoVITS


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("path", ["/tts", "/gpt-sovits/tts"])
def test_gpt_sovits_query_speaks(client: TestClient, path: str, text: str) -> None:
    fields = {
        "text": text,
        "text_lang": "zh",
        "ref_audio_path": "D:\\refs\\默认.wav",
        "prompt_lang": "zh",
        "speed_factor": "1.2",
    }
    answer = client.get(
        path, params={**fields, "text_split_method": "cut5", "batch_size": "1", "streaming_mode": "true"}
    )
    assert answer.headers["content-type"] == "audio/wav" and length(answer.content) > 1.0
    slower = client.get(path, params={**fields, "speed_factor": "0.8"})
    assert length(slower.content) > 1.2 * length(answer.content)


def test_gpt_sovits_body_and_its_first_interface_speak(client: TestClient) -> None:
    body = {"text": "你好。", "text_lang": "zh", "ref_audio_path": "", "media_type": "ogg", "speed_factor": 1.0}
    answer = client.post("/gpt-sovits/tts", json=body)
    assert answer.headers["content-type"] == "audio/ogg" and length(answer.content) > 0.3
    assert length(client.get("/gpt-sovits", params={"text": "你好。", "text_language": "zh"}).content) > 0.3
    assert client.get("/set_gpt_weights", params={"weights_path": "x"}).json()["message"] == "success"


def test_the_reference_names_the_voice(client: TestClient, service: WholeService) -> None:
    voice = service.voices()[1]
    by_name = client.get("/tts", params={"text": "你好。", "ref_audio_path": f"/refs/{voice.name_zh}.wav"})
    by_id = client.get("/tts", params={"text": "你好。", "voice": voice.id})
    assert by_name.content == by_id.content and TOLD not in by_name.headers
    other = client.get("/tts", params={"text": "你好。", "ref_audio_path": "/refs/派蒙.wav"})
    assert other.status_code == 200 and "voice" in other.headers[TOLD]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "text_empty"), ({"text": "a", "media_type": "midi"}, "invalid_value"),
        *(({"text": "a", "speed_factor": one}, "invalid_value") for one in ("x", "nan", "1" * 400, "1e999", "true")),
    ],
)  # fmt: skip
def test_what_gpt_sovits_call_cannot_mean_gets_a_sentence(
    client: TestClient, fields: dict[str, str], code: str
) -> None:
    answer = client.get("/tts", params=fields)
    assert 400 <= answer.status_code < 500 and error_of(answer) == code


@pytest.mark.parametrize("speed", [True, [1], {}, 10**400])
def test_what_is_no_speed_in_gpt_sovits_body_gets_a_sentence(client: TestClient, speed: Any) -> None:
    assert error_of(client.post("/gpt-sovits/tts", json={"text": "a", "speed_factor": speed})) == "invalid_value"


# ---------------------------------------------------------------------- VOICEVOX


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("prefix", ["", "/voicevox"])
def test_voicevox_own_client_speaks(address: str, text: str, prefix: str) -> None:
    style = httpx.get(f"{address}{prefix}/speakers").json()[1]["styles"][0]["id"]

    async def work() -> tuple[bytes, bytes]:
        async with VoicevoxClient(address + prefix) as client:
            assert await client.fetch_engine_version() and await client.fetch_core_versions()
            await client.init_speaker(style)
            assert await client.is_inited_speaker(style)
            query = await client.create_audio_query(text, style)
            plain = await query.synthesis(speaker=style)
            query.data |= {"speedScale": 1.5, "outputSamplingRate": 48_000}
            return plain, await query.synthesis(speaker=style)

    plain, fast = asyncio.run(work())
    assert length(plain) > 1.25 * length(fast) > 0.5
    assert soundfile.info(io.BytesIO(fast)).samplerate == 48_000


def test_a_voices_number_stays_and_0_is_the_default(client: TestClient, service: WholeService) -> None:
    numbers = [one["styles"][0]["id"] for one in client.get("/speakers").json()]
    assert len(set(numbers)) == len(service.voices()) and numbers == [
        one["styles"][0]["id"] for one in client.get("/voicevox/speakers").json()
    ]
    query = client.post("/audio_query", params={"text": "你好。", "speaker": 0}).json()
    assert length(client.post("/synthesis", params={"speaker": 0}, json=query).content) > 0.3


def test_a_character_of_voicevox_speaks_with_the_default_voice_and_that_is_told(client: TestClient) -> None:
    query = client.post("/audio_query", params={"text": "你好。", "speaker": 3})
    assert query.status_code == 200  # as programs have it in their settings
    default, other = (client.post("/synthesis", params={"speaker": one}, json=query.json()) for one in (0, 3))
    assert other.status_code == 200 and other.content == default.content
    assert "speaker 3 is not here" in other.headers[TOLD] and TOLD not in default.headers


def test_the_scales_of_a_query_are_heard(client: TestClient) -> None:
    query = client.post("/audio_query", params={"text": "今天天气很好。", "speaker": 0}).json()

    def said(**scales: Any) -> Any:
        return client.post("/synthesis", params={"speaker": 0}, json={**query, **scales})

    loud, quiet = (soundfile.read(io.BytesIO(said(volumeScale=one).content))[0] for one in (1.0, 0.5))
    assert float(np.sqrt(np.mean(quiet**2))) == pytest.approx(0.5 * float(np.sqrt(np.mean(loud**2))), rel=0.15)
    assert said(pitchScale=0.15).content != said().content
    told = said(intonationScale=1.5, outputStereo=True, speedScale=9.0).headers[TOLD]
    assert all(name in told for name in ("intonationScale", "outputStereo", "speed"))


@pytest.mark.parametrize(
    ("body", "speaker", "code"),
    [
        ({}, "0", "invalid_value"), ({"kana": ""}, "0", "text_empty"), ({"kana": "你好。"}, "x", "invalid_value"),
        ({"kana": "a", "outputSamplingRate": 1}, "0", "invalid_value"),
        *(({"kana": "a", "outputSamplingRate": one}, "0", "invalid_value") for one in NO_NUMBERS),
        ({"kana": "a", "outputSamplingRate": 24_000.5}, "0", "invalid_value"),
        *(({"kana": "a", "speedScale": one}, "0", "invalid_value") for one in (None, *NO_NUMBERS)),
    ],
)  # fmt: skip
def test_what_voicevox_call_cannot_mean_gets_a_sentence(
    client: TestClient, body: dict[str, Any], speaker: str, code: str
) -> None:
    answer = client.post("/synthesis", params={"speaker": speaker}, json=body)
    assert 400 <= answer.status_code < 500 and error_of(answer) == code


def test_a_whole_number_may_be_written_with_a_point(client: TestClient) -> None:
    answer = client.post("/synthesis", params={"speaker": 0}, json={"kana": "你好。", "outputSamplingRate": 16_000.0})
    assert soundfile.info(io.BytesIO(answer.content)).samplerate == 16_000


# ---------------------------------------------------------------------- each can be closed; all need a key


def test_a_closed_door_is_not_there(config: Config) -> None:
    shut = DoorsConfig(elevenlabs=False, gpt_sovits=False, voicevox=False)
    service = make_service(config)
    app = application(service, service.config.model_copy(update={"doors": shut}), page=False)
    with TestClient(app) as client:
        for method, path in (
            ("POST", ELEVEN), ("GET", "/v2/voices"), ("GET", "/elevenlabs/v1/models"), ("GET", "/tts?text=a"),
            ("GET", "/set_gpt_weights"), ("GET", "/speakers"), ("POST", "/audio_query?text=a&speaker=0"),
            ("POST", "/synthesis?speaker=0"), ("GET", "/version"), ("POST", "/initialize_speaker"),
        ):  # fmt: skip
            answer = client.request(method, path, json={"text": "a"} if method == "POST" else None)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), path
    service.close()


def test_elevenlabs_key_is_ours(config: Config) -> None:
    service = make_service(config, host="0.0.0.0")
    key = service.keys.add("eleven")[1]
    with TestClient(application(service, page=False), client=("192.0.2.9", 5)) as client:
        assert client.post(ELEVEN, json={"text": "Hi."}).status_code == 401
        assert client.post(ELEVEN, json={"text": "Hi."}, headers={"xi-api-key": key}).status_code == 200
        assert client.get("/speakers").status_code == 401
    service.keys.remove("eleven")
    service.close()
