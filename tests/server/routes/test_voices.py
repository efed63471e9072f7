"""The family of voices over HTTP, and speaking with them through every call."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.voices.catalogue import VoiceFamily
from tests.support.services import application, make_service
from tests.support.tiny_voice import make_tiny_voice

CAPTAIN = {"name": "老船长", "tract": 0.86, "pitch": -9.0}
DIALOGUE = "A：你好吗？\nB：我很好。"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    config = Config(cache_dir=Path(tmp_path_factory.mktemp("voices")))
    make_tiny_voice(config.models_path)
    return config


@pytest.fixture(scope="module")
def server(config: Config) -> Iterator[TestClient]:
    """A server whose voices are its own."""
    service = make_service(config, rate_limit="100000/minute")
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(server: TestClient) -> Iterator[TestClient]:
    yield server
    for voice in server.get("/v1/voices").json()["voices"]:
        if voice["own"]:
            server.delete(f"/v1/voices/{voice['id']}")


def refused(answer: Any, status: int, code: str) -> str:
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code
    return str(answer.json()["error"]["message"])


def heard(client: TestClient, **body: Any) -> np.ndarray:
    answer = client.post("/tts", json={"text": "今天天气很好。", **body})
    assert answer.status_code == 200, answer.text
    return samples(client.get(answer.json()["audio_url"]).content)


def samples(file: bytes) -> np.ndarray:
    audio, _ = soundfile.read(io.BytesIO(file))
    return np.asarray(audio)


def voices_of(client: TestClient, **body: Any) -> list[tuple[str, str]]:
    plan = client.post("/v1/plan", json=body)
    assert plan.status_code == 200, plan.text
    return [(segment["text"], segment["voice"]) for segment in plan.json()["segments"]]


def test_a_voice_from_birth_to_death(client: TestClient) -> None:
    made = client.post("/v1/voices", json=CAPTAIN)
    assert made.status_code == 201
    voice = made.json()
    assert voice == {**CAPTAIN, "id": voice["id"], "range": 1.0, "rate": 1.0, "tilt": 0.0}
    address = f"/v1/voices/{voice['id']}"
    assert client.get(address).json() == voice
    assert voice["id"] in [one["id"] for one in client.get("/v1/audio/voices").json()["voices"]]
    changed = client.put(address, json={"pitch": -8, "name": "大副"}).json()
    assert changed == {**voice, "pitch": -8.0, "name": "大副"}
    assert client.put(address, json=changed).json() == changed
    assert client.delete(address).status_code == 204
    for answer in (client.get(address), client.delete(address), client.put(address, json={})):
        refused(answer, 404, "no_voice")
    refused(client.post("/tts", json={"text": "好", "voice": voice["id"]}), 422, "voice_gone")


def test_what_cannot_be_made(client: TestClient) -> None:
    client.post("/v1/voices", json=CAPTAIN)
    refused(client.post("/v1/voices", json=CAPTAIN), 409, "voice_exists")
    refused(client.post("/v1/voices", json={"name": "童声"}), 409, "voice_exists")
    refused(client.put("/v1/voices/baker", json={"pitch": 1}), 409, "voice_fixed")
    refused(client.delete("/v1/voices/baker"), 409, "voice_fixed")
    for wrong in ({}, {"name": ""}, {"name": "x", "tract": 2}, {"name": "x", "pitch": "high"}, {"name": ["x"]}):
        refused(client.post("/v1/voices", json=wrong), 422, "bad_voice")
    assert "size" in refused(client.post("/v1/voices", json={"name": "x", "size": 1}), 422, "invalid_value")
    refused(client.post("/v1/voices", content=b"{", headers={"content-type": "application/json"}), 400, "malformed")


def test_the_list_has_names_groups_and_designs(client: TestClient) -> None:
    client.post("/v1/voices", json=CAPTAIN)
    listed = client.get("/v1/voices").json()["voices"]
    assert listed[0]["id"] == "baker" and listed[0]["tract"] == 1.0
    assert [voice["name_zh"] for voice in listed if voice["own"]] == ["老船长"]
    assert {voice["group"] for voice in listed} == {"women", "men", "children", "own"}
    chinese = client.get("/v1/audio/voices", headers={"accept-language": "zh"}).json()["voices"]
    assert {"低沉男声", "老船长"} <= {voice["name"] for voice in chinese}
    assert all(set(voice) >= {"id", "name", "engine", "languages", "licence"} for voice in chinese)


def test_every_call_speaks_with_every_voice(client: TestClient) -> None:
    captain = client.post("/v1/voices", json=CAPTAIN).json()["id"]
    usual = heard(client)
    others = [heard(client, voice=voice) for voice in ("deep_man", "child", captain)]
    assert all(other.size != usual.size or not np.allclose(other, usual) for other in others)
    np.testing.assert_array_equal(others[2], heard(client, voice="design:tract=0.86,pitch=-9"))
    np.testing.assert_array_equal(usual, heard(client, voice="default"))
    openai = {"input": "今天天气很好。", "response_format": "wav"}
    bodies = {  # the sound: the label's number is that of the request
        voice: samples(client.post("/v1/audio/speech", json={**openai, "voice": voice}).content).tobytes()
        for voice in ("baker", "default", "alloy", "deep_man", captain)
    }
    assert bodies["baker"] == bodies["default"] == bodies["alloy"]
    assert len({bodies["baker"], bodies["deep_man"], bodies[captain]}) == 3
    form = client.post("/tts/generate", data={"text": DIALOGUE, "speakers": json.dumps({"A": captain, "B": "child"})})
    assert form.status_code == 200


def test_a_dialogue_is_planned_with_its_voices(client: TestClient) -> None:
    assert voices_of(client, text=DIALOGUE) == [("你好吗？", ""), ("我很好。", "young_man")]
    assert voices_of(client, text=DIALOGUE, voice="young_man")[1][1] not in ("", "young_man")
    assert voices_of(client, text=DIALOGUE, speakers={"A": "child", "B": "default"}) == [
        ("你好吗？", "child"),
        ("我很好。", ""),
    ]
    assert voices_of(client, text=DIALOGUE, speakers={})[0][0].startswith("A")
    assert voices_of(client, text='好<voice name="低沉男声">好</voice>') == [("好", ""), ("好", "deep_man")]
    refused(client.post("/tts", json={"text": DIALOGUE, "speakers": {"A": "nobody"}}), 422, "unknown_choice")
    refused(client.post("/tts", json={"text": DIALOGUE, "speakers": "A"}), 422, "bad_speakers")
    refused(client.post("/tts/generate", data={"text": "好", "speakers": "{"}), 422, "invalid_value")


def test_a_plan_with_a_voice_that_is_gone_is_refused(client: TestClient) -> None:
    captain = client.post("/v1/voices", json=CAPTAIN).json()["id"]
    plan = client.post("/v1/plan", json={"text": DIALOGUE, "speakers": {"B": captain, "A": "baker"}}).json()
    assert client.post("/v1/render", json=plan).status_code == 200
    client.delete(f"/v1/voices/{captain}")
    assert captain in refused(client.post("/v1/render", json=plan), 422, "bad_plan")


def test_voices_outlive_the_server_and_come_from_the_command_line(client: TestClient, config: Config) -> None:
    captain = client.post("/v1/voices", json=CAPTAIN).json()["id"]
    family = VoiceFamily(config)
    assert family.design(captain).pitch == -9
    mate = family.add("大副", {"pitch": -5})
    family.close()
    assert client.get(f"/v1/voices/{mate.id}").json()["name"] == "大副"


def test_the_description_of_the_api_has_the_calls(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths["/v1/voices"]) == {"get", "post"} and set(paths["/v1/voices/{voice}"]) == {"get", "put", "delete"}


def test_a_deleted_voice_is_put_back_under_its_own_id_once(client: TestClient) -> None:
    made = client.post("/v1/voices", json=CAPTAIN).json()
    assert client.delete(f"/v1/voices/{made['id']}").status_code == 204
    assert client.post(f"/v1/voices/{made['id']}/restore").json() == made
    refused(client.post(f"/v1/voices/{made['id']}/restore"), 410, "undo_gone")


def test_deleted_voices_are_listed_the_last_one_first(client: TestClient) -> None:
    both = [client.post("/v1/voices", json={**CAPTAIN, "name": name}).json()["id"] for name in ("大副", "水手")]
    for one in both:
        client.delete(f"/v1/voices/{one}")
    found = client.get("/v1/voices", params={"deleted": True}).json()["voices"]
    assert [one["id"] for one in found[:2]] == both[::-1] and found[0]["name_en"] == "水手"
    assert found[0]["deleted"] > found[1]["deleted"] > 0
    client.post(f"/v1/voices/{both[0]}/restore")
    found = client.get("/v1/voices", params={"deleted": True}).json()["voices"]
    assert both[1] in [one["id"] for one in found] and both[0] not in [one["id"] for one in found]


def test_a_voice_whose_name_was_taken_meanwhile_is_not_put_back(client: TestClient) -> None:
    made = client.post("/v1/voices", json=CAPTAIN).json()
    client.delete(f"/v1/voices/{made['id']}")
    client.post("/v1/voices", json=CAPTAIN)
    refused(client.post(f"/v1/voices/{made['id']}/restore"), 409, "voice_exists")


def test_a_line_of_a_dialogue_keeps_the_straight_quotation_mark_that_it_begins_with(client: TestClient) -> None:
    said = ['"Yes."', '"No," he said.', "'Just go!'", "Home."]
    text = "\n".join(f"{label} {one}" for label, one in zip(("A:", "B: (laughs)", "A:", "B:"), said, strict=True))
    plan = client.post("/v1/plan", json={"text": text}).json()
    assert [one["text"] for one in plan["segments"]] == said


def test_who_speaks_which_lines_is_told_before_they_are_spoken(client: TestClient) -> None:
    found = client.post("/v1/voices/cast", json={"text": DIALOGUE, "voice": "default"}).json()["cast"]
    assert found == [{"label": "A", "voice": "baker"}, {"label": "B", "voice": "young_man"}]
    assert client.post("/v1/voices/cast", json={"text": "你好"}).json() == {"cast": []}
    refused(client.post("/v1/voices/cast", json={"text": 3}), 422, "invalid_value")
    refused(client.post("/v1/voices/cast", json={}), 422, "invalid_value")
    refused(client.post("/v1/voices/cast", json={"text": "A：好", "voice": {}}), 422, "invalid_value")
