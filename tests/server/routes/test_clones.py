"""Cloned voices over HTTP."""

from __future__ import annotations

import contextlib
import io
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from indextts.model.errors import StudioError
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.platform.storage.manifest import ModelFolder
from indextts.server.uploads import RecordingTurns
from indextts.voices.cloning import prepare
from indextts.voices.cloning.recordings import Recording, read_recording
from tests.support.recordings import encoded, noise, speech, wav
from tests.support.services import application, make_service, serving
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import until
from tests.support.whole import WholeService

LOW, HIGH = wav(speech(4.0, 120.0)), encoded(speech(4.0, 220.0), "mp3")
FIELDS = {"name": "老王", "consent": "本人的声音"}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    config = Config(cache_dir=Path(tmp_path_factory.mktemp("clones")))
    make_tiny_voice(config.models_path)
    return config


@pytest.fixture(scope="module")
def service(config: Config) -> WholeService:
    return make_service(config, rate_limit="100000/minute", max_upload_bytes=3_000_000)


@pytest.fixture(scope="module")
def server(service: WholeService) -> Iterator[TestClient]:
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(server: TestClient) -> Iterator[TestClient]:
    yield server
    for voice in server.get("/v1/clones").json()["voices"]:
        server.delete(f"/v1/clones/{voice['id']}")


def files(*recordings: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("reference", (f"{number}.wav", data, "audio/wav")) for number, data in enumerate(recordings)]


def made(client: TestClient, *recordings: bytes, **fields: Any) -> dict[str, Any]:
    answer = client.post("/v1/clones", data={**FIELDS, **fields}, files=files(*(recordings or (LOW,))))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def refused(answer: Any, status: int, code: str) -> str:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code and error["message"] and error["hint"]
    return str(error["message"])


def test_a_voice_that_was_deleted_as_restorable_is_put_back_with_its_recordings(client: TestClient) -> None:
    voice = client.post("/v1/clones", data=FIELDS, files=files(LOW)).json()
    voice.pop("findings")
    address = f"/v1/clones/{voice['id']}"
    assert client.delete(address, params={"restorable": True}).status_code == 204
    refused(client.get(address), 404, "no_voice")
    assert client.post(f"{address}/restore").json() == voice
    assert client.get(f"{address}/preview").status_code == 200
    refused(client.post(f"{address}/restore"), 410, "undo_gone")
    client.delete(address)
    refused(client.post(f"{address}/restore"), 410, "undo_gone")


def test_a_voice_is_made_shown_changed_and_removed(client: TestClient) -> None:
    voice = made(client, LOW, HIGH, tags="讲师, 男", weights="1,3", consent_date="2026-01-31")
    assert (voice["name"], voice["tags"], voice["consent_date"]) == ("老王", ["讲师", "男"], "2026-01-31")
    assert [one["weight"] for one in voice["references"]] == [1, 3] and voice["findings"] == []
    assert voice["group"] in ("men", "women") and 115 < voice["pitch_hz"] < 225
    voice.pop("findings")
    assert client.get("/v1/clones").json()["voices"] == [voice]
    assert client.get(f"/v1/clones/{voice['id']}").json() == voice
    changed = client.patch(f"/v1/clones/{voice['id']}", json={"name": "王老师", "tags": [], "weights": [2, 2]}).json()
    assert (changed["name"], changed["tags"], changed["references"][0]["weight"]) == ("王老师", [], 2)
    assert client.delete(f"/v1/clones/{voice['id']}").status_code == 204
    refused(client.get(f"/v1/clones/{voice['id']}"), 404, "no_voice")
    refused(client.delete(f"/v1/clones/{voice['id']}"), 404, "no_voice")
    assert client.get("/v1/clones").json() == {"voices": []}


def test_references_come_and_go(client: TestClient) -> None:
    voice = made(client)
    path = f"/v1/clones/{voice['id']}/references"
    more = client.post(path, files=files(HIGH), data={"weights": "0.5"}).json()
    assert [one["weight"] for one in more["references"]] == [1, 0.5]
    left = client.delete(f"{path}/{voice['references'][0]['sha256']}").json()
    assert left["references"] == more["references"][1:]
    refused(client.delete(f"{path}/{left['references'][0]['sha256']}"), 422, "bad_clone")
    refused(client.post(path, data={"weights": "1"}), 422, "recording_none")
    refused(client.post("/v1/clones/clone-99/references", files=files(HIGH)), 404, "no_voice")


def test_what_is_missing_or_wrong_is_told(client: TestClient) -> None:
    def post(*recordings: bytes, **fields: Any) -> Any:
        return client.post("/v1/clones", data=fields, files=files(*recordings) or [("x", ("", b""))])

    refused(post(LOW, name="x"), 422, "consent_missing")
    refused(post(LOW, name="x", consent=" "), 422, "consent_missing")
    refused(post(LOW, consent="本人"), 422, "bad_voice")
    refused(post(LOW, **FIELDS, consent_date="soon"), 422, "bad_clone")
    refused(post(LOW, **FIELDS, weights="a"), 422, "invalid_value")
    refused(post(LOW, **FIELDS, weights="1,2"), 422, "bad_clone")
    refused(post(LOW, **FIELDS, colour="red"), 422, "invalid_value")
    refused(client.post("/v1/clones", data=FIELDS), 422, "recording_none")
    refused(client.post("/v1/clones", data={**FIELDS, "reference": "me.wav"}), 422, "invalid_value")
    refused(client.post("/v1/clones", data=FIELDS, files=[("file", ("a.wav", LOW))]), 422, "invalid_value")
    refused(client.post("/v1/clones", json=FIELDS), 415, "wrong_type")
    refused(post(*[LOW[:3000]] * 11, **FIELDS), 422, "recording_many")
    made(client)
    refused(post(LOW, **FIELDS), 409, "voice_exists")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "recording_empty"),
        (b"hello", "recording_not_audio"),
        (wav(np.zeros(72_000)), "recording_silent"),
        (wav(speech(0.2)), "recording_short"),
        (wav(noise(3.0)), "recording_no_speech"),
        (wav(np.tile(speech(2.0)[:, None], (1, 9))), "recording_form"),
    ],
)
def test_bad_recordings(client: TestClient, data: bytes, code: str) -> None:
    assert "“0.wav”" in refused(client.post("/v1/clones", data=FIELDS, files=files(data)), 422, code)
    chinese = client.post("/v1/clones", data=FIELDS, files=files(data), headers={"Accept-Language": "zh"})
    assert "“0.wav”" in refused(chinese, 422, code)
    assert client.get("/v1/clones").json() == {"voices": []}


def test_eight_channels_of_192_khz(client: TestClient) -> None:
    samples = np.tile(speech(1.6, rate=192_000)[:, None], (1, 8)).astype(np.float32)
    data = io.BytesIO()
    soundfile.write(data, samples[: 192_000 * 3 // 2], 192_000, format="FLAC", subtype="PCM_16")
    assert len(data.getvalue()) < 3_000_000
    voice = made(client, data.getvalue())
    assert voice["references"][0]["sample_rate"] == 48_000


def test_too_large_an_upload(client: TestClient) -> None:
    refused(client.post("/v1/clones", data=FIELDS, files=files(bytes(3_100_000))), 413, "body_too_large")
    raw = {"Content-Type": "application/octet-stream"}
    refused(client.post("/v1/clones/import", content=bytes(3_100_000), headers=raw), 413, "body_too_large")


def test_findings_come_without_keeping_anything(client: TestClient, config: Config) -> None:
    before = list((config.cache_path / "voices").glob("*"))
    quiet = wav(speech(5.0) * 0.02, subtype="FLOAT")
    answer = client.post("/v1/clones/check", files=files(LOW, quiet, wav(np.zeros(72_000))))
    good, faint, silent = answer.json()["recordings"]
    assert good["usable"] and good["findings"] == [] and good["pitch_hz"] == pytest.approx(120, rel=0.05)
    assert (good["file"], good["sample_rate"], good["channels"]) == ("0.wav", 24_000, 1)
    assert 3.0 < good["used_s"] <= good["seconds"] == 4.0 and good["snr_db"] > 30
    assert [one["code"] for one in faint["findings"]] == ["recording_quiet"] and faint["usable"]
    assert faint["findings"][0]["hint"] and not faint["findings"][0]["refused"]
    assert not silent["usable"] and silent["findings"][0]["refused"]
    assert list((config.cache_path / "voices").glob("*")) == before
    refused(client.post("/v1/clones/check", files=files(b"x")), 422, "recording_not_audio")


def test_warnings_come_with_the_voice(client: TestClient) -> None:
    voice = made(client, wav(speech(5.0) * 0.02, subtype="FLOAT"))
    assert [one["code"] for one in voice["findings"]] == ["recording_quiet"]
    assert "“0.wav”" in voice["findings"][0]["message"]


def test_the_preview_is_the_prepared_recording(client: TestClient) -> None:
    voice = made(client, LOW, HIGH)
    for number, reference in enumerate(voice["references"]):
        answer = client.get(f"/v1/clones/{voice['id']}/preview?reference={number}")
        samples, rate = soundfile.read(io.BytesIO(answer.content))
        assert answer.headers["content-type"] == "audio/flac"
        assert samples.size / rate == pytest.approx(reference["seconds"], abs=0.01)
    part = client.get(f"/v1/clones/{voice['id']}/preview", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"fLaC")
    refused(client.get(f"/v1/clones/{voice['id']}/preview?reference=2"), 404, "not_found")
    refused(client.get("/v1/clones/clone-999/preview"), 404, "no_voice")


def test_out_and_in_again(client: TestClient) -> None:
    voice = made(client, LOW, HIGH, tags="a")
    answer = client.get(f"/v1/clones/{voice['id']}/export")
    assert answer.headers["content-type"] == "application/zip"
    assert "filename*=UTF-8''%E8%80%81%E7%8E%8B.voice" in answer.headers["content-disposition"]
    raw = {"Content-Type": "application/octet-stream"}
    refused(client.post("/v1/clones/import", content=answer.content, headers=raw), 409, "voice_exists")
    other = client.post("/v1/clones/import?name=小王", content=answer.content, headers=raw)
    assert other.status_code == 201 and other.json()["references"] == voice["references"]
    client.delete(f"/v1/clones/{voice['id']}")
    back = client.post("/v1/clones/import", files={"file": ("x.voice", answer.content)})
    assert back.status_code == 201 and back.json()["name"] == "老王"
    refused(client.post("/v1/clones/import", content=b"PK", headers=raw), 422, "bad_voice_file")
    refused(client.post("/v1/clones/import", content=b"PK", headers={"Content-Type": "text/plain"}), 415, "wrong_type")
    refused(client.post("/v1/clones/import", data={"file": "x"}, files={"y": ("", b"")}), 422, "invalid_value")


def test_bad_changes(client: TestClient) -> None:
    voice = made(client)["id"]
    for body, code in (
        ({"name": ""}, "bad_voice"),
        ({"tags": "a"}, "bad_clone"),
        ({"weights": 3}, "invalid_value"),
        ({"weights": [1, 2]}, "bad_clone"),
        ({"weights": ["1"]}, "bad_clone"),
        ({"consent": "no"}, "invalid_value"),
    ):
        refused(client.patch(f"/v1/clones/{voice}", json=body), 422, code)
    refused(client.patch("/v1/clones/clone-77", json={"name": "x"}), 404, "no_voice")
    refused(client.patch(f"/v1/clones/{voice}", content=b"{"), 415, "wrong_type")


def test_recordings_for_a_while(client: TestClient, config: Config) -> None:
    voice = client.post("/v1/clones/recordings", files=files(LOW)).json()
    assert voice["id"] == f"ref-{voice['references'][0]['sha256']}"
    assert client.get(f"/v1/clones/{voice['id']}").json()["references"] == voice["references"]
    assert client.get("/v1/clones").json() == {"voices": []}


def test_without_the_engine_references_are_refused_with_how_to_get_it(client: TestClient) -> None:
    answer = client.post("/tts/generate", data={"text": "你好"}, files=files(LOW))
    refused(answer, 422, "cloning_unavailable")
    assert "models pull indextts2" in answer.json()["error"]["hint"]
    data = {"text": "你好", "engine": "embedded"}
    refused(client.post("/tts/generate", data=data, files=files(LOW)), 422, "cloning_unsupported")
    data = {"text": "你好", "voice": "child"}
    refused(client.post("/tts/generate", data=data, files=files(LOW)), 422, "invalid_value")
    assert client.post("/tts/generate", data={"text": "你好"}, files={"reference": ("", b"")}).status_code == 200


def test_with_the_engine_references_are_the_voice(
    client: TestClient, service: WholeService, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = config.models_path / "indextts2"
    folder.mkdir(parents=True)
    (folder / "gpt.pth").write_bytes(b"x")
    ModelFolder("indextts2", folder).write_manifest(folder, "test")
    asked: list[SpeechRequest] = []

    def speak(request: SpeechRequest, **_: Any) -> Any:
        asked.append(request)
        raise StudioError("deadline", seconds=1)

    monkeypatch.setattr(service, "speak", speak)
    monkeypatch.setattr("indextts.engines.indextts2.info.find_spec", lambda name: name)
    answer = client.post("/tts/generate", data={"text": "你好", "speed": "1.5"}, files=files(LOW, HIGH))
    assert answer.status_code == 504
    (request,) = asked
    assert (request.text, request.settings.engine, request.settings.speed) == ("你好", "indextts2", 1.5)
    voice = service.clones.get(request.settings.voice)
    assert voice.id.startswith("ref-") and len(voice.references) == 2
    refused(client.post("/tts/generate", data={"text": "你好"}, files=files(b"x")), 422, "recording_not_audio")
    shutil.rmtree(folder)


def test_the_rate_limit_counts_uploads_too(config: Config) -> None:
    service = make_service(config, rate_limit="2/minute")
    with TestClient(application(service, page=False)) as client:
        for _ in range(2):
            assert client.post("/v1/clones/check", files=files(LOW)).status_code == 200
        refused(client.post("/v1/clones", data=FIELDS, files=files(LOW)), 429, "rate_limited")


def test_the_calls_are_documented(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"get", "post"} <= set(paths["/v1/clones"])
    assert {"get", "patch", "delete"} <= set(paths["/v1/clones/{voice}"])
    form = paths["/v1/clones"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(form["required"]) == {"reference", "name", "consent"}


# ---------------------------------------------------------------------- turns


@pytest.fixture
def queue(service: WholeService) -> Iterator[tuple[str, RecordingTurns]]:
    """A real server with one place to wait, and its queue of recordings."""
    config = service.config.model_copy(update={"server": service.config.server.model_copy(update={"queue_waiting": 1})})
    app = application(service, config, page=False)
    with serving(app) as base:
        yield base, app.state.recordings


@contextlib.contextmanager
def checking(base: str, *recordings: bytes) -> Iterator[None]:
    """A client that has sent recordings to be checked, and goes away at the end."""
    request = httpx.Request("POST", f"{base}/v1/clones/check", files=files(*(recordings or (LOW,))))
    place = urlsplit(base)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection((str(place.hostname), place.port or 80), timeout=30) as client:
        client.sendall(f"POST /v1/clones/check HTTP/1.1\r\n{head}\r\n".encode() + request.read())
        yield


def test_recordings_that_wait_are_forgotten_when_their_client_goes(queue: tuple[str, RecordingTurns]) -> None:
    base, turns = queue
    with turns.admission.turn(Cancel()):
        with checking(base):
            until(lambda: turns.admission.waiting == 1)
        until(lambda: turns.admission.waiting == 0)
        assert turns.admission.busy == 1  # it was the leaving, not its turn


def test_recordings_that_are_looked_at_are_left_when_their_client_goes(
    queue: tuple[str, RecordingTurns], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, turns = queue

    def endless(recording: Recording, cancel: Cancel) -> NoReturn:
        while True:
            cancel.check()
            time.sleep(0.005)

    monkeypatch.setattr(prepare, "check", endless)
    with checking(base):
        until(lambda: turns.admission.busy == 1)
    until(lambda: turns.admission.busy == 0)


def test_of_several_recordings_the_rest_is_not_begun_when_the_client_goes(
    queue: tuple[str, RecordingTurns], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, turns = queue
    begun: list[str] = []

    def watched(file: Any, name: str, cancel: Cancel) -> Recording:
        begun.append(name)
        until(lambda: cancel.cancelled)
        return read_recording(file, name, cancel)

    monkeypatch.setattr(prepare, "read_recording", watched)
    with checking(base, LOW, LOW, LOW):
        until(lambda: len(begun) == 1)
    until(lambda: turns.admission.busy == 0)
    assert begun == ["0.wav"]


def test_recordings_do_not_pile_up(queue: tuple[str, RecordingTurns]) -> None:
    base, turns = queue
    with contextlib.ExitStack() as stack:
        with turns.admission.turn(Cancel()):
            for number in range(turns.admission.waiting_limit):
                stack.enter_context(checking(base))
                until(lambda number=number: turns.admission.waiting == number + 1)  # type: ignore[misc]
            for path in ("/v1/clones/check", "/v1/clones", "/v1/clones/recordings"):
                answer = httpx.post(base + path, data=FIELDS if path == "/v1/clones" else None, files=files(LOW))
                refused(answer, 429, "queue_full")
                assert int(answer.headers["retry-after"]) >= 1
        until(lambda: turns.admission.waiting == turns.admission.busy == 0)
    assert httpx.post(f"{base}/v1/clones/check", files=files(LOW), timeout=30).status_code == 200


def test_recordings_have_the_deadline_of_all_requests(service: WholeService) -> None:
    server = service.config.server.model_copy(update={"deadline_s": 0.001})
    app = application(service, service.config.model_copy(update={"server": server}), page=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        refused(client.post("/v1/clones/check", files=files(LOW)), 504, "deadline")
