"""Whatever way generated speech leaves the house, its label goes with it."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
import yaml

from indextts.cli.main import main
from indextts.plan.request import FORMATS
from indextts.platform.config import Config, LabelConfig
from indextts.server.schemas import AUDIO_TYPES
from indextts.service.preload import Preloader
from indextts.sound.export.label import Label, read_label
from indextts.studio.tabs.speak.actions import Actions
from tests.support.decks import opened
from tests.support.editing import Desk
from tests.support.services import make_service
from tests.support.tiny_voice import make_tiny_voice
from tests.support.whole import WholeService

TEXT = "今天天气很好。我们在重庆住了三天。"
PRODUCER = "91110000MA01234567"
FILES = ("wav", "mp3", "flac", "opus")
"""The formats that have a place for a label: not raw PCM."""

OTHERS = {
    "/v1/clones/{voice}/preview": "a person's own recording",
    "/v1/clones/{voice}/export": "a person's own recordings",
    "/v1/lexicon/export": "a dictionary",
    "/v1/jobs/{job}/events": "news of a job",
    "/v1/books/{book}/cover": "a picture",
    "/v1/feeds/{book}": "a list of chapters, which says itself that they are generated",
    "/v1/feeds/{book}/cover": "a picture",
    "/v1/books/{book}/music/{place}": "a person's own sound",
    "/v1/system/bundle": "what is known of the server",
}
"""Calls whose files or streams are no generated speech."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    config = Config(cache_dir=tmp_path_factory.mktemp("label"), label=LabelConfig(producer=PRODUCER))
    make_tiny_voice(config.models_path)
    return config


@pytest.fixture(scope="module")
def service(config: Config) -> Iterator[WholeService]:
    service = make_service(config, rate_limit="100000/minute")
    yield service
    service.close()


@pytest.fixture(scope="module")
def desk(service: WholeService) -> Desk:
    return Desk(Actions(service, service.works), TEXT)


Read = Callable[[bytes, str], Label | None]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(data: bytes, form: str) -> Label | None:
        path = tmp_path / f"heard.{form}"
        path.write_bytes(data)
        if form != "pcm":
            assert soundfile.info(path).frames > 0
        return read_label(path)

    return read


def checked(label: Label | None) -> Label:
    assert label is not None
    assert (label.label, label.producer, label.propagator) == ("1", PRODUCER, PRODUCER)
    assert label.produce_id == label.propagate_id != ""
    return label


# ---------------------------------------------------------------------- each call that gives sound, by its address


def by_answer(desk: Desk, read: Read) -> None:
    plan = desk.client.post("/v1/plan", json={"text": TEXT}).json()
    for form in FILES:
        answers = [
            desk.client.post("/tts", json={"text": TEXT, "format": form}),
            desk.client.post("/tts/generate", data={"text": TEXT, "format": form}),
            desk.client.post("/v1/render", params={"format": form}, json=plan),
        ]
        assert [answer.status_code for answer in answers] == [200] * 3, answers[-1].text
        found = [answer.json() for answer in answers]
        labels = {checked(read(desk.client.get(one["audio_url"]).content, form)) for one in found}
        assert len(labels) == 1, "the same sound has the same number"
        assert found[0]["receipt"]["audio"].startswith(labels.pop().produce_id)
        for note in opened(desk.client.get(found[0]["subtitles"]["apkg"]).content).notes:
            checked(read(note.sound, "mp3"))


def openai(desk: Desk, read: Read) -> None:
    for form in FILES:
        for text in ("你好。", TEXT):
            body = {"model": "tts-1", "voice": "alloy", "input": text, "response_format": form}
            first, again = (desk.client.post("/v1/audio/speech", json=body).content for _ in range(2))
            assert checked(read(first, form)) == read(again, form)
            if form == "mp3":  # the label stands in the first bytes of a stream
                assert b"AIGC" in first[:32]
            sse = desk.client.post("/v1/audio/speech", json={**body, "stream_format": "sse"}).text
            events = [json.loads(line.removeprefix("data: ")) for line in sse.splitlines() if line]
            checked(read(b"".join(base64.b64decode(one.get("audio", "")) for one in events), form))


def legado(desk: Desk, read: Read) -> None:
    for form in FILES:
        for text in ("你好。", TEXT):
            checked(read(desk.client.get("/v1/legado", params={"text": text, "format": form}).content, form))


def stream(desk: Desk, read: Read) -> None:
    for form in FILES:
        for text in ("你好。", TEXT):
            query, kind = {"response_format": form}, {"Content-Type": "text/plain"}
            first, again = (
                desk.client.post("/v1/audio/stream", params=query, content=text, headers=kind).content for _ in range(2)
            )
            assert checked(read(first, form)) == read(again, form)


def _job(desk: Desk) -> str:
    job = desk.client.post("/v1/jobs", json={"text": TEXT}).json()["id"]
    for _ in range(600):
        if desk.client.get(f"/v1/jobs/{job}").json()["status"] == "done":
            return f"/v1/jobs/{job}"
        time.sleep(0.05)
    raise AssertionError(job)


def job_segment(desk: Desk, read: Read) -> None:
    job = _job(desk)
    for form in FILES:
        checked(read(desk.client.get(f"{job}/segments/0", params={"format": form}).content, form))


def job_stream(desk: Desk, read: Read) -> None:
    job = _job(desk)
    for form in ("mp3", "wav", "opus"):
        checked(read(desk.client.get(f"{job}/stream", params={"format": form}).content, form))


def job_result(desk: Desk, read: Read) -> None:
    one, other = _job(desk), _job(desk)
    for note in opened(desk.client.get(f"{one}/result", params={"format": "apkg"}).content).notes:
        checked(read(note.sound, "mp3"))
    for form in FILES:
        whole = desk.client.get(f"{one}/result", params={"format": form}).content
        again = desk.client.get(f"{other}/result", params={"format": form}).content
        assert checked(read(whole, form)) == read(again, form), "the same work has the same label"
        if form != "opus":  # whose streams have a number by chance
            assert whole == again


def line(desk: Desk, read: Read) -> None:
    for form in FILES:
        asked = {"revision": desk.plan["revision"], "format": form}
        checked(read(desk.client.get(f"{desk.address}/lines/0", params=asked).content, form))


def lines(desk: Desk, read: Read) -> None:
    for form in FILES:
        asked = {"revision": desk.plan["revision"], "format": form}
        with zipfile.ZipFile(io.BytesIO(desk.client.get(f"{desk.address}/lines", params=asked).content)) as archive:
            names = archive.namelist()
            assert len(names) == 2
            for name in names:
                checked(read(archive.read(name), form))


def project(desk: Desk, read: Read) -> None:
    project = desk.client.post("/v1/projects", json={"name": "春游", "text": TEXT}).json()["id"]
    job = desk.client.post("/v1/jobs", json={"text": TEXT, "project": project}).json()["id"]
    while desk.client.get(f"/v1/jobs/{job}").json()["status"] != "done":
        time.sleep(0.05)
    packed = desk.client.get(f"/v1/projects/{project}/export").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sounds = [name for name in archive.namelist() if name.startswith("sounds/")]
        assert sounds
        for name in sounds:
            checked(read(archive.read(name), "flac"))


def podcast(desk: Desk, read: Read) -> None:
    book = desk.client.post("/v1/books", json={"text": f"第一章\n{TEXT}"}).json()["id"]
    desk.client.post(f"/v1/books/{book}/speak")
    while desk.client.get(f"/v1/jobs/{book}").json()["status"] != "done":
        time.sleep(0.05)
    feed = desk.client.post(f"/v1/books/{book}/feed").json()["address"]
    (sound,) = re.findall(r'enclosure url="([^"]+)"', desk.client.get(feed).text)
    checked(read(desk.client.get(sound).content, "mp3"))


CALLS: dict[str, Callable[[Desk, Read], None]] = {
    "/audio/{name}": by_answer,
    "/v1/audio/speech": openai,
    "/v1/audio/stream": stream,
    "/v1/legado": legado,
    "/v1/jobs/{job}/segments/{number}": job_segment,
    "/v1/jobs/{job}/stream": job_stream,
    "/v1/jobs/{job}/result": job_result,
    "/v1/editor/{plan}/lines/{place}": line,
    "/v1/editor/{plan}/lines": lines,
    "/v1/projects/{project}/export": project,
    "/v1/feeds/{book}/{chapter}.mp3": podcast,
}


@pytest.mark.parametrize("address", CALLS)
def test_the_sound_of_a_call_bears_its_label_in_every_format(address: str, desk: Desk, read: Read) -> None:
    CALLS[address](desk, read)


def test_every_call_that_answers_with_a_file_is_among_them(desk: Desk) -> None:
    plain = ("application/json", "text/plain", "text/html")
    files = {
        path
        for path, calls in desk.app.openapi()["paths"].items()
        for call in calls.values()
        for answer in call["responses"].values()
        if any(not kind.startswith(plain) for kind in answer.get("content", {}))
    }
    assert files == CALLS.keys() | OTHERS.keys(), "a new call: have its sound labelled, and read back above"
    assert set(FORMATS) == set(AUDIO_TYPES) == {*FILES, "pcm"}


def test_what_gradios_clients_get_bears_its_label(service: WholeService) -> None:
    actions = Actions(service, service.works)
    path = asyncio.run(actions.synthesize(TEXT, {}, "en"))
    checked(read_label(Path(path)))


def test_commands_write_labelled_files_and_print_the_label_of_any(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "config.yaml"
    settings.write_text(yaml.safe_dump({"cache_dir": str(config.cache_dir), "label": {"producer": PRODUCER}}))
    monkeypatch.setenv("INDEXTTS_CONFIG", str(settings))
    monkeypatch.setattr(Preloader, "_shared", None)
    plan = tmp_path / "plan.json"
    assert main(["analyze", TEXT]) == 0
    plan.write_text(capsys.readouterr().out, encoding="utf-8")
    for form in FILES:
        said, rendered = tmp_path / f"said.{form}", tmp_path / f"rendered.{form}"
        assert main(["say", TEXT, "-o", str(said)]) == main(["render", str(plan), "-o", str(rendered)]) == 0
        assert checked(read_label(said)) == read_label(rendered)
        capsys.readouterr()
        assert main(["label", str(said)]) == 0
        printed = json.loads(capsys.readouterr().out)["AIGC"]
        assert list(printed) == [
            *("Label", "ContentProducer", "ProduceID", "ReservedCode1"),
            *("ContentPropagator", "PropagateID", "ReservedCode2"),
        ]
        assert printed["Label"] == "1" and printed["ContentProducer"] == PRODUCER
    bare = tmp_path / "bare.pcm"
    assert main(["say", TEXT, "-o", str(bare)]) == 0
    capsys.readouterr()
    for path in (bare, plan, tmp_path / "nowhere.wav", tmp_path):
        assert main(["label", str(path)]) == 1
        told = capsys.readouterr()
        assert told.out == "" and str(path) in told.err


def test_switched_off_nothing_is_added(config: Config) -> None:
    service = make_service(config.model_copy(update={"label": LabelConfig(enabled=False)}))
    try:
        desk = Desk(Actions(service, service.works), "")
        answer: dict[str, Any] = desk.client.post("/tts", json={"text": "你好。"}).json()
        assert b"AIGC" not in desk.client.get(answer["audio_url"]).content
        streamed = desk.client.post(
            "/v1/audio/speech", json={"model": "tts-1", "voice": "alloy", "input": TEXT, "response_format": "mp3"}
        )
        assert b"AIGC" not in streamed.content
    finally:
        service.close()
