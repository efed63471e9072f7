"""Gradio's calls as its clients make them, and as clients that leave, break off and never close do."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import io
import json
import queue
import shutil
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import gradio as gr
import httpx
import pytest

from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.server import gradio_calls
from indextts.server.uploads import UploadFolder
from tests.support.services import HeldEngine, application, files_in, make_service, serving
from tests.support.waiting import until
from tests.support.whole import WholeService

LONG = "今天天气很好，我们去公园。" * 5


@contextlib.contextmanager
def studio(config: Config, held: HeldEngine | None = None, **changes: Any) -> Iterator[tuple[str, WholeService]]:
    """A real server with the studio's page."""
    service = make_service(config, held, **{"rate_limit": "100000/minute", **changes})
    with serving(application(service)) as base:
        until(lambda: httpx.get(f"{base}/readyz").status_code == 200)
        yield base, service
        if held is not None:
            held.release()


@pytest.fixture(scope="module")
def slow(config: Config) -> Iterator[tuple[str, WholeService, HeldEngine]]:
    held = HeldEngine(embedded.load(config))
    with studio(config, held) as (base, service):
        yield base, service, held


@pytest.fixture
def held_studio(slow: tuple[str, WholeService, HeldEngine]) -> Iterator[tuple[str, WholeService]]:
    """One whose engine waits."""
    base, service, held = slow
    held.hold()
    yield base, service
    held.release()
    until(lambda: service.admission.busy == 0)


@pytest.fixture
def held(slow: tuple[str, WholeService, HeldEngine]) -> HeldEngine:
    return slow[2]


def number(base: str) -> int:
    """The endpoint's number, as Gradio's own clients find it."""
    calls = httpx.get(f"{base}/config").json()["dependencies"]
    return int(next(call["id"] for call in calls if call["api_name"] == "synthesize"))


def join(base: str, session: str) -> str:
    """Ask for speech as Gradio's clients do; the event's id."""
    values = {name: part.get("parameter_default") for name, part in parameters(base).items()} | {"text": LONG}
    body = {"data": list(values.values()), "fn_index": number(base), "session_hash": session}
    answer = httpx.post(f"{base}/gradio_api/queue/join", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["event_id"])


def parameters(base: str) -> dict[str, dict[str, Any]]:
    info = httpx.get(f"{base}/gradio_api/info").json()["named_endpoints"]["/synthesize"]["parameters"]
    return {part["parameter_name"]: part for part in info}


def values(base: str) -> list[Any]:
    return [LONG if name == "text" else part["parameter_default"] for name, part in parameters(base).items()]


def test_leaving_the_stream_of_a_session_ends_its_work(held_studio: tuple[str, WholeService], held: HeldEngine) -> None:
    base, service = held_studio
    join(base, "one")
    with httpx.stream("GET", f"{base}/gradio_api/queue/data", params={"session_hash": "one"}, timeout=30):
        until(lambda: service.admission.busy == 1)
    until(lambda: service.admission.busy == 0)
    assert not held.go.is_set()  # it was the leaving, not the end of the work


def test_closing_a_direct_call_ends_its_work(held_studio: tuple[str, WholeService], held: HeldEngine) -> None:
    base, service = held_studio
    body = {"data": values(base)}
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{base}/gradio_api/run/synthesize", json=body, timeout=httpx.Timeout(30, read=0.5))
    until(lambda: service.admission.busy == 0)
    assert not held.go.is_set()


def test_cancelling_a_call_as_gradios_clients_do_ends_its_work(
    held_studio: tuple[str, WholeService], held: HeldEngine
) -> None:
    base, service = held_studio
    event = join(base, "two")
    with httpx.stream("GET", f"{base}/gradio_api/queue/data", params={"session_hash": "two"}, timeout=30):
        until(lambda: service.admission.busy == 1)
        body = {"session_hash": "two", "fn_index": number(base), "event_id": event}
        httpx.post(f"{base}/gradio_api/cancel", json=body)
        until(lambda: service.admission.busy == 0)
    assert not held.go.is_set()


def test_work_that_nobody_waits_for_ends_after_a_while(
    held_studio: tuple[str, WholeService], held: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, service = held_studio
    looks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    look = gradio_calls.GradioCalls._end_unheard
    # The first call of a process may begin later than the shortened wait ends: the look waits for it.

    def held_back(self: gradio_calls.GradioCalls, left: Any) -> None:
        looks.put(lambda: look(self, left))

    monkeypatch.setattr(gradio_calls.GradioCalls, "_end_unheard", held_back)
    monkeypatch.setattr(gradio_calls, "UNHEARD_S", 0.1)
    join(base, "nobody")
    until(lambda: service.admission.busy == 1)
    looks.get(timeout=240)()
    until(lambda: service.admission.busy == 0)
    assert not held.go.is_set()


@pytest.mark.night
def test_work_that_somebody_waits_for_goes_on(
    held_studio: tuple[str, WholeService], held: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, service = held_studio
    looked = threading.Semaphore(0)
    look = gradio_calls.GradioCalls._end_unheard

    def counted(self: gradio_calls.GradioCalls, left: Any) -> None:
        look(self, left)
        looked.release()

    monkeypatch.setattr(gradio_calls.GradioCalls, "_end_unheard", counted)
    monkeypatch.setattr(gradio_calls, "UNHEARD_S", 1.0)
    join(base, "three")
    ended: list[dict[str, Any]] = []
    with httpx.stream("GET", f"{base}/gradio_api/queue/data", params={"session_hash": "three"}, timeout=30) as answer:
        assert looked.acquire(timeout=30)
        held.release()
        for line in answer.iter_lines():
            message = json.loads(line.removeprefix("data: ")) if line else {}
            if message.get("msg") == "process_completed":
                ended.append(message)
    assert [message["success"] for message in ended] == [True]
    assert Path(ended[0]["output"]["data"][0]["path"]).suffix == ".wav"
    assert service.admission.busy == 0


# ---------------------------------------------------------------------- sessions


@pytest.mark.night
def test_sessions_that_nobody_closes_are_forgotten_and_an_open_page_is_not(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[gradio_calls.PageSessions] = []

    class Watched(gradio_calls.PageSessions):
        def __init__(self, *bounds: Any) -> None:
            super().__init__(*bounds)
            made.append(self)

    monkeypatch.setattr(gradio_calls, "PageSessions", Watched)
    monkeypatch.setattr(gradio_calls, "MOST", 5)
    with studio(config) as (base, _), httpx.Client(base_url=base, timeout=30) as client:
        body = {"data": [""] * len(parameters(base)), "fn_index": number(base)}

        def ask(session: str) -> None:
            client.post("/gradio_api/run/synthesize", json={**body, "session_hash": session})

        ask("open")
        with httpx.stream("GET", f"{base}/gradio_api/heartbeat/open", timeout=30) as beats:
            beat = beats.iter_lines()  # held: without it the connection goes
            assert next(beat)
            for other in range(20):
                ask(f"other {other}")
            assert len(made[0].session_data) <= 5 and set(made[0].time_last_used) == set(made[0].session_data)
            assert "open" in made[0] and "other 19" in made[0] and "other 3" not in made[0]
        until(lambda: not made[0]._open)
        for other in range(20, 30):
            ask(f"other {other}")
        assert "open" not in made[0] and len(made[0].session_data) <= 5


def test_what_a_forgotten_session_was_doing_is_stopped() -> None:
    stopped: list[str] = []
    with gr.Blocks() as page:
        state = gr.State("nothing", delete_callback=stopped.append)
    sessions = gradio_calls.PageSessions(2, 3600.0)
    sessions.set_blocks(page)
    for name in ("a", "b", "c"):
        sessions[name][state._id] = name
    assert stopped == ["a"] and list(sessions.session_data) == ["b", "c"]


def test_sessions_that_are_idle_for_long_are_forgotten() -> None:
    with gr.Blocks() as page:
        gr.State("nothing")
    sessions = gradio_calls.PageSessions(10, 0.0)
    sessions.set_blocks(page)
    assert sessions["a"] and sessions["b"]
    with sessions.open("b"):
        sessions.sweep()
        assert list(sessions.session_data) == ["b"]
    sessions.sweep()
    assert not sessions.session_data and not sessions.time_last_used


# ---------------------------------------------------------------------- uploads


@pytest.fixture(scope="module")
def uploading(config: Config) -> Iterator[tuple[str, WholeService]]:
    with studio(config, max_upload_bytes=200_000, max_body_bytes=2_000) as (base, service):
        yield base, service


def folder_of(service: WholeService) -> Path:
    return service.config.cache_path / "gradio"


def kept(service: WholeService) -> list[str]:
    folder = folder_of(service)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def post(base: str, data: bytes, name: str = "a.wav") -> httpx.Response:
    return httpx.post(f"{base}/gradio_api/upload", files={"files": (name, data)}, timeout=30)


def test_an_upload_is_kept_as_gradios_clients_expect_it(uploading: tuple[str, WholeService]) -> None:
    base, service = uploading
    paths = post(base, b"sound" * 100, "../..\\我 的.wav").json()
    assert Path(paths[0]).read_bytes() == b"sound" * 100
    assert Path(paths[0]).name == "我 的.wav" and Path(paths[0]).is_relative_to(folder_of(service))
    assert httpx.get(f"{base}/gradio_api/file={paths[0]}").content == b"sound" * 100


@pytest.mark.parametrize("call", ["run/synthesize", pytest.param("upload", marks=pytest.mark.night)])
def test_a_body_beyond_the_limit_is_refused_before_its_end(uploading: tuple[str, WholeService], call: str) -> None:
    base, service = uploading
    before = kept(service)
    place = urlsplit(base)
    kind = "multipart/form-data; boundary=x" if call == "upload" else "application/json"
    head = (
        f"POST /gradio_api/{call} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: {kind}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'
    with socket.create_connection((str(place.hostname), place.port or 80), timeout=30) as client:
        client.sendall(head.encode())
        for chunk in (part, *[bytes(50_000)] * 5):
            client.sendall(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        answer = b""
        while b"body_too_large" not in answer:  # nothing more is sent, and the end never comes
            received = client.recv(65536)
            assert received, answer
            answer += received
    assert answer.startswith(b"HTTP/1.1 413")
    assert kept(service) == before


def test_an_upload_that_breaks_off_leaves_nothing(
    uploading: tuple[str, WholeService], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, service = uploading
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = kept(service)
    place = urlsplit(base)
    part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n' + bytes(100_000)
    head = (
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(part) + 5000}\r\n\r\n"
    )
    for _ in range(3):
        with socket.create_connection((str(place.hostname), place.port or 80), timeout=30) as client:
            client.sendall(head.encode() + part)
    assert post(base, b"later").status_code == 200  # behind those in the server's own order
    assert len(kept(service)) == len(before) + 1
    assert files_in(tmp_path) == []


def test_a_full_disk_is_told_and_leaves_nothing(
    uploading: tuple[str, WholeService], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, service = uploading

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = files_in(folder_of(service))
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", full)
        answer = post(base, b"sound")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "disk_full")
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.SpooledTemporaryFile.write", full)
        answer = post(base, b"sound")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "disk_full")
    assert files_in(folder_of(service)) == before
    assert post(base, b"sound").status_code == 200


def test_what_is_no_upload_is_refused_in_words(uploading: tuple[str, WholeService]) -> None:
    base, _ = uploading
    address = f"{base}/gradio_api/upload"
    for answer, status, code in (
        (httpx.post(address, json={}), 415, "wrong_type"),
        (httpx.post(address, data={"files": "x"}), 415, "wrong_type"),
        (httpx.post(address, files={"other": b"x"}), 422, "invalid_value"),
        (httpx.post(f"{base}/gradio_api/queue/join", files={"files": b"x"}), 415, "wrong_type"),
        (httpx.post(address, content=b"x", headers={"Content-Type": "multipart/form-data"}), 400, "malformed"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
        assert answer.json()["error"]["message"]


def test_uploads_are_bounded_in_all(config: Config) -> None:
    with studio(config, max_uploads_bytes=1500) as (base, service):
        shutil.rmtree(folder_of(service), ignore_errors=True)
        assert post(base, bytes(1000)).status_code == 200
        answer = post(base, bytes(1000))
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "uploads_full")
        assert int(answer.headers["retry-after"]) >= 1
        assert post(base, bytes(400)).status_code == 200


def test_the_oldest_uploads_make_room(tmp_path: Path) -> None:
    folder = UploadFolder(tmp_path, max_bytes=25, max_age_s=3600.0, in_use_s=0.0)
    first, second = (folder.save(io.BytesIO(bytes(10)), 10, name) for name in ("a", "b"))
    third = folder.save(io.BytesIO(bytes(10)), 10, "c")
    assert not first.parent.exists() and second.exists() and third.exists()
    with pytest.raises(StudioError) as raised:
        folder.save(io.BytesIO(bytes(30)), 30, "d")
    assert raised.value.code == "uploads_full"


def test_left_overs_are_swept(tmp_path: Path) -> None:
    (tmp_path / "tmpabc").write_bytes(b"broken off long ago")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.wav").write_bytes(b"in use")
    UploadFolder(tmp_path, max_bytes=100, max_age_s=3600.0, in_use_s=0.0).sweep()
    assert files_in(tmp_path) == ["folder"]
    UploadFolder(tmp_path, max_bytes=100, max_age_s=0.0, in_use_s=0.0).sweep()
    assert files_in(tmp_path) == []


@pytest.mark.night
def test_left_overs_of_an_earlier_run_are_swept_when_the_server_starts(config: Config) -> None:
    orphan = config.cache_path / "gradio" / "tmporphan"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"broken off")
    with studio(config, deadline_s=0.001):
        until(lambda: not orphan.exists())


@pytest.mark.night
def test_a_server_that_nobody_uses_rests(
    slow: tuple[str, WholeService, HeldEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gradio looks into its queue a thousand times a second by itself: 6 % of a core, day and night."""
    base, _, _ = slow
    slept: list[float] = []
    sleep = asyncio.sleep

    async def counted(delay: float, result: Any = None) -> Any:
        slept.append(delay)
        return await sleep(delay, result)

    monkeypatch.setattr(asyncio, "sleep", counted)
    time.sleep(2)
    assert 0 < len(slept) < 500, Counter(slept)
    assert httpx.get(f"{base}/readyz").status_code == 200
