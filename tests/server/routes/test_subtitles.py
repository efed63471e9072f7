"""Subtitles and receipts in the answers of speech and plans."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import soundfile
from fastapi.testclient import TestClient

from indextts.plan.request import FORMATS
from indextts.platform.serving_config import OutputConfig
from indextts.service.outputs import Outputs
from indextts.sound.export.subtitles import Subtitles
from tests.support.decks import opened

TEXT = "2026年，你好。Hello <b>!"


@pytest.fixture(params=["/tts", "/v1/render"])
def body(request: pytest.FixtureRequest, client: TestClient) -> dict[str, object]:
    sent = {"text": TEXT}
    if request.param == "/v1/render":
        sent = client.post("/v1/plan", json=sent).json()
    answer: dict[str, object] = client.post(request.param, json=sent).json()
    return answer


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("srt", "application/x-subrip", "1\n00:00:00"), ("vtt", "text/vtt", "WEBVTT\n\n"),
        ("lrc", "text/plain", "[00:00."), ("json", "application/json", '{"sentences"'),
    ],
)  # fmt: skip
def test_every_form_lies_beside_the_audio(
    client: TestClient, body: dict[str, dict[str, str]], form: str, kind: str, begins: str
) -> None:
    url = body["subtitles"][form]
    assert url.rpartition(".")[0] == str(body["audio_url"]).rpartition(".")[0]
    answer = client.get(url)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(kind)
    text = answer.content.decode("utf-8")
    assert text.startswith(begins) and "2026年，你好。" in text


@pytest.mark.parametrize("form", FORMATS)
def test_a_deck_for_anki_lies_beside_every_form_of_the_audio(client: TestClient, form: str) -> None:
    body = client.post("/tts", json={"text": TEXT, "format": form}).json()
    answer = client.get(body["subtitles"]["apkg"])
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/apkg"
    notes = opened(answer.content).notes
    assert [note.fields[:2] for note in notes] == [
        ["2026年，你好。", "èr líng èr liù nián, níhǎo."],
        ["Hello &lt;b&gt;!", "həˈloʊ &lt;b&gt;!"],
    ]
    times = Subtitles.from_json(client.get(body["subtitles"]["json"]).content).sentences
    for note, one in zip(notes, times, strict=True):
        heard = soundfile.info(io.BytesIO(note.sound))
        assert heard.duration == pytest.approx(one.end_s - one.start_s, abs=1e-4)


def test_words_have_their_times_where_asked(client: TestClient, body: dict[str, dict[str, str]]) -> None:
    for form in ("vtt", "lrc"):
        plain, timed = (client.get(body["subtitles"][form] + query).text for query in ("", "?words=true"))
        assert plain.count("<0") < timed.count("<0")


def test_subtitles_end_with_the_audio(client: TestClient, body: dict[str, dict[str, str]]) -> None:
    subtitles = Subtitles.from_json(client.get(body["subtitles"]["json"]).content)
    assert 0 < list(subtitles.lines)[-1].end_s <= float(str(body["duration_s"])) + 0.001


def test_the_answer_has_a_receipt(body: dict[str, object]) -> None:
    assert body["reproducible"] is True and body["differs"] == [] and body["edited"] is False
    receipt = body["receipt"]
    assert isinstance(receipt, dict)
    assert len(receipt["audio"]) == 64 and receipt["settings"]["voice"] == "baker" and receipt["made_with"]


def test_another_installation_is_told_and_not_refused(client: TestClient) -> None:
    plan = client.post("/v1/plan", json={"text": "你好"}).json()
    plan["receipt"]["made_with"]["emotions"] = "0" * 64
    answer = client.post("/v1/render", json=plan)
    assert answer.status_code == 200
    assert (answer.json()["reproducible"], answer.json()["differs"]) == (False, ["emotions"])
    del plan["receipt"]
    answer = client.post("/v1/render", json=plan)
    assert answer.json()["reproducible"] is None and answer.json()["receipt"]


def test_a_repeated_text_says_that_it_was_kept(client: TestClient) -> None:
    sent = {"text": "这一句只在这里。还有一句。"}
    first, again = (client.post("/tts", json=sent).json() for _ in range(2))
    assert (first["cached"], again["cached"]) == (0, 2)
    assert client.get(first["audio_url"]).content == client.get(again["audio_url"]).content
    assert {stage["name"]: stage["seconds"] for stage in again["stages"]}["acoustic"] == 0


@pytest.mark.parametrize(
    "name", ["x.srt", "../secret.srt", "x.json", "x.apkg", f"{'a' * 32}.apkg", f"{'a' * 32}.srt", f"{'a' * 32}.vtt.srt"]
)
def test_subtitles_of_nothing_are_not_found(client: TestClient, name: str) -> None:
    answer = client.get(f"/audio/{name}")
    assert answer.status_code == 404 and answer.json()["error"]["hint"]


def test_they_are_cleaned_up_together(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path, OutputConfig(max_age_s=1000))
    times = outputs.save(b"{}", "json")
    audio = outputs.save(b"RIFF", "wav", beside=times.name)
    assert audio.name == times.name.replace(".json", ".wav") and outputs.find(times.name)
    Outputs(tmp_path, OutputConfig(max_age_s=1e-6)).sweep()
    assert outputs.find(times.name) is None and outputs.find(audio.name) is None


def test_the_schema_knows_the_new_fields(client: TestClient) -> None:
    schema = json.dumps(client.get("/openapi.json").json()["components"]["schemas"]["TtsAnswer"])
    assert all(name in schema for name in ("subtitles", "receipt", "reproducible", "differs", "edited", "cached"))
