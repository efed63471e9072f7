"""Natural voices over HTTP: listed with their character, mixed in every call, kept, and the nearest to a recording."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from indextts.engines.kokoro import install
from indextts.platform.config import Config
from tests.support.recordings import speech, wav
from tests.support.services import application, make_service
from tests.support.tiny_kokoro import VOICES, make_published
from tests.support.tiny_voice import make_tiny_voice

MIX = "zf_xiaoxiao(2)+zm_yunxi(1)"
ONE = "zf_xiaoxiao(0.667)+zm_yunxi(0.333)"
TEXT = "今天天气很好。"


def client_of(config: Config) -> Iterator[TestClient]:
    service = make_service(config, rate_limit="100000/minute")
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = Path(tmp_path_factory.mktemp("natural"))
    config = Config(cache_dir=home)
    make_tiny_voice(config.models_path)

    def never(folder: str, **_: object) -> None:
        raise AssertionError("nothing is to be fetched")

    install.ensure(config, local=make_published(home / "published"), fetch=never, say=lambda _: None)
    yield from client_of(config)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    config = Config(cache_dir=Path(tmp_path_factory.mktemp("bare")))
    make_tiny_voice(config.models_path)
    yield from client_of(config)


def refused(answer: Any, status: int, code: str) -> str:
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code
    return str(answer.json()["error"]["message"])


def heard(client: TestClient, **body: Any) -> np.ndarray:
    answer = client.post("/tts", json={"text": TEXT, **body})
    assert answer.status_code == 200, answer.text
    return np.asarray(soundfile.read(io.BytesIO(client.get(answer.json()["audio_url"]).content))[0])


def test_the_list_tells_the_character_of_each_in_both_languages(client: TestClient) -> None:
    listed = client.get("/v1/voices").json()["voices"]
    natural = [voice for voice in listed if voice.get("natural")]
    assert [voice["id"] for voice in natural] == list(VOICES) == [voice["id"] for voice in listed[:4]]
    emma = next(voice for voice in natural if voice["id"] == "bf_emma")
    assert (emma["group"], emma["languages"], emma["grade"], emma["dnsmos"]) == ("women", ["en", "zh"], "B-", 3.39)
    assert emma["hz"] > 100 and "British" in emma["description_en"] and "英式" in emma["description_zh"]
    plain = client.get("/v1/audio/voices", headers={"accept-language": "en"}).json()["voices"]
    told = {voice["id"]: voice for voice in plain}
    assert told["bf_emma"]["group"] == "women" and told["bf_emma"]["description"] == emma["description_en"]


def test_every_call_takes_a_mixture(client: TestClient) -> None:
    mixed = heard(client, voice=MIX)
    np.testing.assert_array_equal(mixed, heard(client, voice="zm_yunxi + zf_xiaoxiao(2.0)"))
    other = heard(client, voice="zf_xiaoxiao")
    assert mixed.size != other.size or not np.array_equal(mixed, other)
    openai = client.post("/v1/audio/speech", json={"input": TEXT, "voice": MIX, "response_format": "wav"})
    assert openai.status_code == 200
    assert soundfile.read(io.BytesIO(openai.content))[0].size == mixed.size
    plan = client.post("/v1/plan", json={"text": TEXT, "voice": MIX}).json()
    assert plan["settings"]["voice"] == ONE and plan["settings"]["engine"] == "kokoro"
    dialogue = {"text": "A：你好吗？\nB：我很好。", "speakers": {"A": "zm_yunxi+zf_xiaoxiao(2)", "B": "bf_emma"}}
    assert [one["voice"] for one in client.post("/v1/plan", json=dialogue).json()["segments"]] == [ONE, "bf_emma"]
    ssml = {"text": f'好<voice name="{MIX}">好</voice>', "voice": "bf_emma"}
    assert [one["voice"] for one in client.post("/v1/plan", json=ssml).json()["segments"]] == ["", ONE]


@pytest.mark.parametrize(
    ("voice", "code", "word"),
    [
        ("zf_xiaoxiao+zm_yunxi+af_heart+bf_emma+zf_xiaoni", "bad_voice", "at most 4"),
        ("zf_xiaoxiao(0)", "bad_voice", "weight"),
        ("zf_xiaoxiao+", "bad_voice", "look like"),
        ("zf_xiaoxiao+af_bella", "unknown_choice", "af_bella"),
        ("zf_xiaoxiao:pitch=40", "bad_voice", "pitch"),
    ],
)
def test_a_wrong_mixture_gets_one_clear_sentence_everywhere(
    client: TestClient, voice: str, code: str, word: str
) -> None:
    english = {"accept-language": "en"}
    for path in ("/tts", "/v1/plan"):
        assert word in refused(client.post(path, json={"text": TEXT, "voice": voice}, headers=english), 422, code)
    told = client.post("/v1/audio/speech", json={"input": TEXT, "voice": voice})  # OpenAI's clients never fail for it
    assert told.status_code == 200 and "spoken by the default voice" in told.headers["x-indextts-warning"]
    ssml = {"text": f'好<voice name="{voice}">好</voice>'}
    assert word in refused(client.post("/v1/plan", json=ssml, headers=english), 422, code)


def test_a_mixture_is_kept_with_sliders_on_top_changed_and_removed(client: TestClient) -> None:
    made = client.post("/v1/voices", json={"name": "暖声", "mix": MIX, "pitch": -2.0})
    assert made.status_code == 201, made.text
    voice = made.json()
    assert voice["mix"] == ONE and voice["pitch"] == -2.0
    address = f"/v1/voices/{voice['id']}"
    assert client.get(address).json() == voice
    assert voice["id"] in [one["id"] for one in client.get("/v1/audio/voices").json()["voices"]]
    np.testing.assert_array_equal(heard(client, voice=voice["id"]), heard(client, voice=f"{MIX}:pitch=-2"))
    changed = client.put(address, json={"mix": "bf_emma(3)+af_heart"}).json()
    assert changed == {**voice, "mix": "bf_emma(0.75)+af_heart(0.25)"}
    assert client.put(address, json={"pitch": 0}).json() == {**changed, "pitch": 0.0}
    assert client.delete(address).status_code == 204
    refused(client.post("/tts", json={"text": TEXT, "voice": voice["id"]}), 422, "voice_gone")
    assert client.post(f"{address}/restore").json()["mix"] == changed["mix"]
    assert client.delete(address).status_code == 204


def test_what_cannot_be_mixed_is_not_kept(client: TestClient) -> None:
    for mix, code in (
        ("zf_xiaoxiao+af_bella", "unknown_choice"), ("baker+zm_yunxi", "unknown_choice"), ("", "bad_voice"),
        (7, "invalid_value"), (f"{MIX}:pitch=2", "bad_voice"),
    ):  # fmt: skip
        refused(client.post("/v1/voices", json={"name": "x", "mix": mix}), 422, code)
    assert not any(voice["own"] for voice in client.get("/v1/voices").json()["voices"])


def test_without_the_natural_voices_it_is_said_what_is_missing(bare: TestClient) -> None:
    english = {"accept-language": "en"}
    for path, body in (("/tts", {"text": TEXT, "voice": MIX}), ("/v1/voices", {"name": "x", "mix": MIX})):
        assert "not installed" in refused(bare.post(path, json=body, headers=english), 422, "bad_voice")
    recording = {"reference": ("a.wav", wav(speech()), "audio/wav")}
    refused(bare.post("/v1/voices/nearest", files=recording), 409, "natural_absent")
    assert not any(voice.get("natural") for voice in bare.get("/v1/voices").json()["voices"])


def test_the_nearest_voices_to_a_recording_are_found_and_nothing_is_kept(client: TestClient) -> None:
    recording = {"reference": ("a.wav", wav(speech(hertz=230.0)), "audio/wav")}
    answer = client.post("/v1/voices/nearest", files=recording)
    assert answer.status_code == 200, answer.text
    found = answer.json()["voices"]
    assert len(found) == 3 and {voice["id"] for voice in found} <= set(VOICES)
    distances = [voice["distance"] for voice in found]
    assert distances == sorted(distances)
    assert all(voice["closeness"] == "distant" for voice in found if voice["distance"] > 4)
    assert client.get("/v1/clones").json()["voices"] == []
    refused(client.post("/v1/voices/nearest", files={"reference": ("a.wav", b"no sound")}), 422, "recording_not_audio")
    both = [("reference", ("a.wav", wav(speech()))), ("reference", ("b.wav", wav(speech(hertz=220.0))))]
    refused(client.post("/v1/voices/nearest", files=both), 422, "invalid_value")
    refused(client.post("/v1/voices/nearest", files={"reference": ("a.wav", b"")}), 422, "recording_empty")
