"""What of Gradio answers at all, and what its callers can name: nothing of this machine but what they uploaded."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gradio_client import Client, handle_file
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.server.calls import LIGHT_CALLS
from indextts.server.page_gate import mounted
from indextts.service.service import SpeechService
from indextts.studio import build_page, mount_options
from indextts.works.works import Works
from tests.support.services import application, make_service, serving
from tests.support.whole import WholeService

if TYPE_CHECKING:
    import gradio as gr

OPEN = {
    "GET /",
    "HEAD /",
    "GET /config",
    "GET /theme.css",
    "GET /manifest.json",
    "GET /favicon.ico",
    "GET /assets/{path:path}",
    "GET /static/{path:path}",
    "GET /gradio_api/info",
    "GET /gradio_api/theme.css",
    "GET /gradio_api/startup-events",
    "GET /gradio_api/app_id",
    "GET /gradio_api/heartbeat/{session_hash}",
    "GET /gradio_api/file={path_or_url:path}",
    "HEAD /gradio_api/file={path_or_url:path}",
    "GET /gradio_api/queue/data",
    "POST /gradio_api/queue/join",
    "POST /gradio_api/run/{api_name}",
    "POST /gradio_api/cancel",
    "POST /gradio_api/reset",
    "POST /gradio_api/upload",
    "GET /gradio_api/upload_progress",
}
"""What the page and Gradio's clients call."""

SECRETS = ("/etc/passwd", "/proc/self/environ", "/dev/zero", "http://127.0.0.1:9/x", "https://example.com/x.wav")


def studio_page(works: Works, service: SpeechService) -> tuple[gr.Blocks, dict[str, Any]]:
    return build_page(service, works), mount_options()


def files_page(_: SpeechService) -> tuple[gr.Blocks, dict[str, Any]]:
    """A page that takes a recording."""
    import gradio as gr

    def listen(text: str, recording: str) -> str:
        return f"{text} {hashlib.sha256(Path(recording).read_bytes()).hexdigest()}"

    with gr.Blocks() as page:
        text, recording, heard = gr.Textbox(label="text"), gr.File(label="reference"), gr.Textbox()
        text.submit(listen, [text, recording], heard, api_name="synthesize")
    return page, {}


def serve(service: WholeService, build: Any) -> Iterator[str]:
    app = application(service, build_page=build)
    with serving(app) as base:
        while httpx.get(f"{base}/healthz").json()["page"] == "loading":
            pass
        yield base


@pytest.fixture(scope="module")
def base(service: WholeService) -> Iterator[str]:
    yield from serve(service, partial(studio_page, service.works))


@pytest.fixture(scope="module")
def files_base(service: WholeService) -> Iterator[str]:
    yield from serve(service, files_page)


@pytest.fixture(scope="module")
def function(base: str) -> int:
    """The number of the page's public call."""
    parts = httpx.get(f"{base}/config").json()["dependencies"]
    return next(int(part["id"]) for part in parts if part["api_name"] == "synthesize")


def file_value(path: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "orig_name": "x", "meta": {"_type": "gradio.FileData"}, **more}


def routes_of(routes: Any, prefix: str = "") -> Iterator[str]:
    """Every method and address of a FastAPI application, included routers and all."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes, prefix)
        else:
            for method in getattr(route, "methods", None) or ("GET",):
                yield f"{method} {prefix}{route.path}"


def kept(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_only_what_the_page_and_its_clients_call_is_open(base: str, service: WholeService) -> None:
    inner = mounted(partial(studio_page, service.works), service)
    (gradio,) = [route.app for route in inner.routes if hasattr(route, "app")]
    routes = set(routes_of(gradio.routes))
    assert len(routes) > 70 and routes >= OPEN
    # The API's own description stands there, and the studio's login.
    ours = {"GET /openapi.json", "HEAD /openapi.json", "GET /logout", "POST /login"}
    answered: dict[str, int] = {}
    for route in sorted(routes - OPEN - ours):
        method, path = route.split(" ", 1)
        path = path.replace("{api_name}", "synthesize").replace("{session_hash}", "s")
        answer = httpx.request(method, base + re.sub(r"\{[^}]*\}", "x", path), timeout=30)
        answered[route] = answer.status_code
        if method != "HEAD":
            assert answer.json()["error"]["code"] == "not_found", route
    assert {route: status for route, status in answered.items() if status != 404} == {}
    for part in ("deep_link", "proxy=", "component_server", "monitoring", "vibe", "custom_component"):
        assert any(part in route for route in answered), part
    for path in ("//config", "/gradio_api//deep_link?session_hash=x", "/config/", "/gradio_api/file/etc/passwd"):
        assert httpx.get(base + path).status_code == 404


def test_gradio_itself_refuses_what_the_check_before_it_would_let_pass(service: WholeService) -> None:
    with TestClient(mounted(files_page, service), raise_server_exceptions=False) as gradio:
        body = {"data": ["hello", file_value("/etc/passwd")], "fn_index": 0, "session_hash": "g"}
        answer = gradio.post("/gradio_api/run/synthesize", json=body)
        assert answer.status_code == 500 and "not uploaded" in answer.json()["error"]
        for host in ("evil.test", "x.localhost", "127.0.0.1"):
            headers = {"Host": host, "Origin": "http://evil.test", "Access-Control-Request-Method": "POST"}
            for method in ("GET", "OPTIONS"):
                named = gradio.request(method, "/config", headers=headers).headers
                assert not [name for name in named if name.startswith("access-control")], (method, host)


def test_gradios_client_speaks(base: str) -> None:
    client = Client(base, verbose=False, download_files=False)
    assert client.predict(text="你好。", api_name="/synthesize")


def test_an_uploaded_recording_can_be_used(files_base: str, tmp_path: Path) -> None:
    recording = tmp_path / "voice.wav"
    recording.write_bytes(b"RIFF sound")
    client = Client(files_base, verbose=False)
    heard = client.predict("hello", handle_file(recording), api_name="/synthesize")
    assert heard == f"hello {hashlib.sha256(b'RIFF sound').hexdigest()}"


def test_an_uploads_address_is_never_asked(files_base: str, service: WholeService) -> None:
    (path,) = httpx.post(f"{files_base}/gradio_api/upload", files={"files": ("a.wav", b"sound")}).json()
    body = {"data": ["hello", file_value(path, url="http://127.0.0.1:9/nobody")], "fn_index": 0, "session_hash": "u"}
    answer = httpx.post(f"{files_base}/gradio_api/run/synthesize", json=body)
    assert answer.json()["data"] == [f"hello {hashlib.sha256(b'sound').hexdigest()}"]
    assert httpx.get(f"{files_base}/gradio_api/file={path}").content == b"sound"


@pytest.mark.parametrize("path", SECRETS)
@pytest.mark.parametrize("call", ["run/synthesize", "run/predict", "queue/join"])
def test_a_file_of_this_machine_cannot_be_named(
    base: str, function: int, service: WholeService, call: str, path: str
) -> None:
    before = kept(service.config.cache_path / "gradio")
    for number in range(11):
        data: list[Any] = ["你好"] * 11
        data[number] = file_value(path, url=path)
        body = {"data": data, "fn_index": function, "session_hash": "secret"}
        answer = httpx.post(f"{base}/gradio_api/{call}", json=body, timeout=10)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "file_not_uploaded")
        assert "uploaded" in answer.json()["detail"]  # where Gradio's page looks
    assert kept(service.config.cache_path / "gradio") == before
    assert httpx.get(f"{base}/healthz", timeout=5).status_code == 200


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: text.replace("gradio.FileData", "gradio.\\u0046ileData").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace('"data": [', '"data": [[[{"deep": ').replace('}, "你好"', '}}]], "你好"', 1).encode(),
    ],
    ids=["escaped", "utf-16", "nested"],
)
def test_a_file_cannot_be_named_in_another_spelling(base: str, function: int, spelled: Any) -> None:
    text = json.dumps(
        {"data": [file_value("/etc/passwd"), *["你好"] * 10], "fn_index": function, "session_hash": "spelled"},
        ensure_ascii=False,
    )
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{base}/gradio_api/run/predict", content=spelled(text), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "file_not_uploaded")


def test_a_link_among_the_uploads_leads_nowhere(files_base: str, service: WholeService, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    uploads = service.config.cache_path / "gradio"
    uploads.mkdir(exist_ok=True)
    link = uploads / "link"
    link.symlink_to(secret)
    try:
        for path in (str(link), f"{uploads}/../../{secret.name}", f"{uploads}/..{secret}", str(uploads), "a\0", "link"):
            body = {"data": ["hello", file_value(path)], "fn_index": 0, "session_hash": "l"}
            answer = httpx.post(f"{files_base}/gradio_api/run/synthesize", json=body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (422, "file_not_uploaded")
    finally:
        link.unlink()


def test_files_are_served_from_the_pages_folders_only(base: str, service: WholeService) -> None:
    outputs = service.outputs.folder
    sound = service.outputs.save(b"RIFF", "wav").path
    assert httpx.get(f"{base}/gradio_api/file={sound}").content == b"RIFF"
    assert httpx.head(f"{base}/gradio_api/file={sound}").status_code == 200
    beside = service.config.cache_path / "beside.txt"
    beside.write_text("private")
    for path in (
        "/etc/passwd",
        str(beside),
        f"{outputs}/../beside.txt",
        f"{outputs}/..%2fbeside.txt",
        str(outputs),
        "http://127.0.0.1:9/x",
        "https://example.com/",
        "configs/config.yaml",
        "/dev/zero",
    ):
        assert httpx.get(f"{base}/gradio_api/file={path}", timeout=10).status_code == 404, path


def test_what_is_no_text_is_not_read_aloud(base: str, function: int) -> None:
    for text in ({"a": 1}, [1], 5):
        body = {"data": [text, *[None] * 10], "fn_index": function, "session_hash": "dict"}
        answer = httpx.post(f"{base}/gradio_api/run/synthesize", json=body, headers={"Accept-Language": "en"})
        assert "it should be a string" in answer.json()["error"]


def test_the_pages_calls_are_counted(config: Config) -> None:
    limited = make_service(config, rate_limit="2/minute")
    for base in serve(limited, partial(studio_page, limited.works)):
        codes = []
        with httpx.Client(base_url=f"{base}/gradio_api") as client:
            for number in range(2 * LIGHT_CALLS + 1):
                path = ("run/nothing", "queue/join", "cancel")[number % 3]
                answer = client.post(f"/{path}", json={}, headers={"X-Forwarded-For": f"192.0.2.{number}"})
                codes.append(answer.status_code)
        assert codes == [422] * (2 * LIGHT_CALLS) + [429]
        assert answer.json()["error"]["code"] == "rate_limited"
        assert int(answer.headers["retry-after"]) >= 1
        file = {"files": ("a.wav", b"sound")}
        codes = [httpx.post(f"{base}/gradio_api/upload", files=file).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        assert httpx.get(base).status_code == 200
    limited.close()
