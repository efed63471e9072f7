"""Plans over HTTP: edited, rendered, refused by the field's path."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.model.utterance import Utterance
from indextts.plan.check import MAX_SYMBOLS
from indextts.service.service import SpeechService

JSON = {"Content-Type": "application/json"}
TEXT = "你好，世界。今天天气很好！12 o'clock."


@pytest.fixture(scope="module")
def plan(client: TestClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/plan", json={"text": TEXT}).json()
    return answer


def send(client: TestClient, plan: object, language: str = "en") -> Any:
    body = plan if isinstance(plan, bytes) else json.dumps(plan).encode()
    return client.post("/v1/render", content=body, headers={**JSON, "Accept-Language": language})


def edited(plan: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy with ``value`` at ``path``, such as ``segments[0].text``."""
    changed = copy.deepcopy(plan)
    place: Any = changed
    steps = path.replace("[", ".").replace("]", "").split(".")
    for step in steps[:-1]:
        place = place[int(step)] if step.isdigit() else place[step]
    place[int(steps[-1]) if steps[-1].isdigit() else steps[-1]] = value
    return changed


HUGE = "x" * 1_000_000
NONSENSE: list[tuple[str, object]] = [
    ("segments[1].tokens[3].duration_scale", -1.0),
    ("segments[1].tokens[3].duration_scale", 99),
    ("segments[1].tokens[3].duration_scale", "1"),
    ("segments[1].tokens[3].duration_scale", None),
    ("segments[1].tokens[3].pitch_shift", 12.5),
    ("segments[1].tokens[3].energy_shift", -100),
    ("segments[1].tokens[3].break_after", 5),
    ("segments[1].tokens[3].break_after", -1),
    ("segments[1].tokens[3].break_after", 1.5),
    ("segments[1].tokens[3].break_after", True),
    ("segments[1].tokens[3].prominence", 3),
    ("segments[1].tokens[3].reading", "zzz9"),
    ("segments[1].tokens[3].reading", "hao"),
    ("segments[1].tokens[3].reading", "hao3 " * 100),
    ("segments[1].tokens[3].reading", 7),
    ("segments[1].tokens[3].kind", "noun"),
    ("segments[1].tokens[3].lang", "fr"),
    ("segments[1].tokens[3].start", 999),
    ("segments[1].tokens[3].start", 0),
    ("segments[1].tokens[3].end", -1),
    ("segments[1].tokens[3].text", HUGE),
    ("segments[1].tokens[3].surprise", 1),
    ("segments[1].tokens[3].phones[0].symbol", "qq"),
    ("segments[1].tokens[3].phones[0].frames", -3.0),
    ("segments[1].tokens[3].phones[0].frames", 1e300),
    ("segments[1].tokens[3].phones[0].f0", 1e30),
    ("segments[1].tokens[3].phones[0].energy", -50),
    ("segments[1].tokens[3].phones[0].shape", None),
    ("segments[1].tokens", {}),
    ("segments[1].tokens[3]", None),
    ("segments[1].start", 999),
    ("segments[1].start", -1),
    ("segments[2].start", 0),
    ("segments[1].end", 1),
    ("segments[1].intonation", "sung"),
    ("segments[1].pause_after_s", -0.1),
    ("segments[1].pause_after_s", 1e9),
    ("segments[1].emotion", "jolly"),
    ("segments[1].intensity", 1.5),
    ("segments[1].voice", "nobody"),
    ("segments[1].seed", -1),
    ("segments[1]", "x"),
    ("segments", []),
    ("segments", "x"),
    ("pause_before_s", 1e6),
    ("settings.speed", "fast"),
    ("settings.volume", 1),
    ("stage", "done"),
    ("format", 2),
    ("format", "1"),
    ("surprise", 1),
    ("receipt.product", 1),
    ("receipt.made_with", {str(number): "" for number in range(1000)}),
    ("receipt.made_with", {"\x1b[2J": "x"}),
    ("receipt.made_with", {"x" * 500: "x"}),
]


@pytest.mark.parametrize(("path", "value"), NONSENSE, ids=[f"{path}={str(value)[:12]}" for path, value in NONSENSE])
def test_nonsense_is_refused_by_its_path_in_both_languages(
    client: TestClient, plan: dict[str, Any], path: str, value: object
) -> None:
    wrong = edited(plan, path, value)
    for language, words in (("en", "The plan is not valid"), ("zh", "合成方案无效")):
        answer = send(client, wrong, language)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (422, "bad_plan")
        assert words in error["message"] and path in error["message"]
        assert len(error["message"]) < 300 and error["hint"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(client: TestClient, plan: dict[str, Any], number: str) -> None:
    path = "segments[0].tokens[0].duration_scale"
    body = json.dumps(edited(plan, path, "HERE")).replace('"HERE"', number).encode()
    answer = send(client, body)
    assert answer.status_code == 422 and path in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"[]", 422), (b"null", 422), (b"{", 422), (b'"x"', 422), (b"\xff\xfe", 422),
        (b"[" * 100_000, 422), (b'{"text":' * 50_000, 422), (b'{"text": "x"} tail', 422),
        (b'{"text": "' + b"x" * 10_000_000 + b'"}', 422), (b" " * 40_000_000, 422),
    ],
)  # fmt: skip
def test_what_is_no_plan_at_all(client: TestClient, body: bytes, status: int) -> None:
    answer = send(client, body)
    assert answer.status_code == status and answer.json()["error"]["hint"]


def test_a_body_that_no_plan_has_is_refused_as_such(client: TestClient, plan: dict[str, Any]) -> None:
    limit = client.app.state.config.server.max_plan_bytes  # type: ignore[attr-defined]
    assert limit < 10_000_000
    body = json.dumps(plan).encode()
    assert send(client, body.ljust(limit)).status_code == 200
    for language in ("en", "zh"):
        answer = send(client, body.ljust(limit + 1), language)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_plan")
        assert "body" in answer.json()["error"]["message"] and str(limit) in answer.json()["error"]["message"]


@pytest.mark.night
def test_work_is_bounded(client: TestClient, plan: dict[str, Any]) -> None:
    token = plan["segments"][0]["tokens"][0]
    mark = {"text": "，", "kind": "punctuation", "lang": "zh", "start": 9, "end": 10}
    many = {
        "segments": edited(plan, "segments", [{**plan["segments"][0], "tokens": []}] * 10_001),
        "segments[0].tokens": edited(plan, "segments[0].tokens", [token] * 5_000),
        "segments[1].tokens": edited(plan, "segments[1].tokens", [mark] * 50_001),
    }
    slow = {**token, "duration_scale": 4.0, "reading": " ".join(["ni3"] * 8), "reading_source": "user"}
    segment = {**plan["segments"][0], "tokens": [slow] * 40}
    many["minutes"] = edited(plan, "segments", [segment] * 50)
    long = copy.deepcopy(plan)
    for phone in (phone for token in long["segments"][0]["tokens"] for phone in token["phones"]):
        phone["frames"] = 800.0
    long["segments"][0]["tokens"] = long["segments"][0]["tokens"][:1] * 40
    for token in long["segments"][0]["tokens"]:
        token["duration_scale"] = 4.0
    many["segments[0]"] = long
    for path, wrong in many.items():
        answer = send(client, wrong)
        assert answer.status_code == 422 and path in answer.json()["error"]["message"], path
    assert MAX_SYMBOLS < 5_000


def test_a_plan_without_readings_is_refused(client: TestClient, plan: dict[str, Any]) -> None:
    assert "no readings" in send(client, edited(plan, "stage", "text")).json()["error"]["message"]


def test_a_refused_edit_costs_the_other_sentences_nothing(client: TestClient, plan: dict[str, Any]) -> None:
    assert send(client, plan).status_code == 200
    assert send(client, edited(plan, "segments[1].tokens[0].duration_scale", -1)).status_code == 422
    right = send(client, edited(plan, "segments[1].tokens[0].duration_scale", 1.5)).json()
    assert right["cached"] == len(plan["segments"]) - 1


def test_nothing_is_spoken_before_all_is_checked(service: SpeechService, plan: dict[str, Any]) -> None:
    wrong = Utterance.from_json(json.dumps(plan))
    wrong.segments[-1].tokens[0].reading = "zzz9"
    pipeline = service.preloader.pipeline()
    with pytest.raises(Exception, match="zzz9"):
        pipeline.accept(wrong)


def test_readings_are_taken_as_people_write_them(client: TestClient) -> None:
    plan = client.post("/v1/plan", json={"text": "Say this again. 你好"}).json()
    typed = edited(plan, "segments[0].tokens[1].reading", "ðæt")
    assert send(client, typed).status_code == 200
    wrong = send(client, edited(plan, "segments[0].tokens[1].reading", "zorptang"))
    message = wrong.json()["error"]["message"]
    assert wrong.status_code == 422 and "segments[0].tokens[1].reading" in message and "ARPAbet" not in message


def test_tones_follow_a_moved_break_and_a_new_reading(client: TestClient) -> None:
    plan = client.post("/v1/plan", json={"text": "你好。", "prosody": "rules"}).json()
    first = client.post("/v1/render", json=plan).json()
    wrong = edited(plan, "segments[0].tokens[1].reading", "hao4")
    by_hand = edited(wrong, "segments[0].tokens[0].reading", "ni3")
    by_hand["segments"][0]["tokens"][0]["reading_source"] = "user"
    sounds = [client.get(client.post("/v1/render", json=one).json()["audio_url"]).content for one in (wrong, by_hand)]
    assert sounds[0] == sounds[1] != client.get(first["audio_url"]).content


# ---------------------------------------------------------------------- anything at all


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to everything in a piece of JSON."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["user", "ni3", "AH0", "#2", "sil", "eos", 0, 4, 1e308, 2**63, "\ud800", "好"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@given(st.data())
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_any_change_of_a_plan_gives_audio_or_a_plain_refusal(
    client: TestClient, plan: dict[str, Any], data: st.DataObject
) -> None:
    changed = copy.deepcopy(plan)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(changed)))
        place: Any = changed
        for step in path[:-1]:
            place = place[step]
        match data.draw(st.sampled_from(["set", "delete", "double", "number"])):
            case "set":
                place[path[-1]] = data.draw(junk)
            case "number":
                place[path[-1]] = data.draw(st.integers(-5, 1000) | st.floats(-20, 20))
            case "delete":
                del place[path[-1]]
            case "double" if isinstance(place, list):
                place.insert(path[-1], copy.deepcopy(place[path[-1]]))
    answer = send(client, changed)
    if answer.status_code == 200:
        audio = client.get(answer.json()["audio_url"])
        assert audio.status_code == 200 and audio.content[:4] == b"RIFF"
    else:
        assert 400 <= answer.status_code < 500
        assert set(answer.json()["error"]) == {"code", "message", "hint"}
