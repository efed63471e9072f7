"""The gate before the page: something at once, the page when it is there, the API whatever happens."""

from __future__ import annotations

import errno
import json
import os
import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx
import pytest

from indextts.platform.config import Config
from indextts.studio import mount_options
from tests.support.services import application, serving
from tests.support.waiting import until
from tests.support.whole import WholeService

if TYPE_CHECKING:
    import gradio as gr

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}


def small_page(_: WholeService) -> tuple[gr.Blocks, dict[str, Any]]:
    import gradio as gr

    with gr.Blocks(title="Small") as page:
        text, shout = gr.Textbox(label="text"), gr.Textbox(label="shout")
        text.submit(str.upper, text, shout, api_name="shout")
    return page, {}


def studio_page(_: WholeService) -> tuple[gr.Blocks, dict[str, Any]]:
    """A page within the studio's own HTML."""
    return small_page(_)[0], mount_options()


@pytest.fixture(scope="module")
def page_url(service: WholeService) -> Any:
    with serving(application(service, build_page=studio_page)) as base:
        until(lambda: httpx.get(f"{base}/readyz").status_code == 200)
        yield base


def test_page_is_mounted(page_url: str) -> None:
    page = httpx.get(page_url, headers=BROWSER)
    assert page.status_code == 200
    assert "<gradio-app" in page.text and "Small" in page.text
    assert httpx.head(page_url).status_code == 200
    health = httpx.get(f"{page_url}/healthz").json()
    assert (health["page"], health["status"]) == ("ready", "ok")
    assert "page" in health["load_times"]


def test_the_queue_runs_in_this_server(page_url: str) -> None:
    functions = httpx.get(f"{page_url}/config").json()["dependencies"]
    (function,) = [part for part in functions if part["api_name"] == "shout"]
    call = {"data": ["hello"], "fn_index": function["id"], "session_hash": "queue"}
    assert httpx.post(f"{page_url}/gradio_api/queue/join", json=call).status_code == 200
    with httpx.stream("GET", f"{page_url}/gradio_api/queue/data?session_hash=queue", timeout=30) as answer:
        messages = [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line]
    (done,) = [message for message in messages if message["msg"] == "process_completed"]
    assert done["output"]["data"] == ["HELLO"]


def test_nothing_from_other_hosts(page_url: str) -> None:
    for path in ("/", "/docs"):
        page = httpx.get(page_url + path, headers=BROWSER)
        loads = re.findall(r"""<(?:script|link|img|iframe|source)[^>]*(?:src|href)=["']([^"']+)""", page.text)
        assert all(not re.match(r"(https?:)?//", address) for address in loads), loads
        policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == "'self'"
        assert (
            "http" not in page.headers["content-security-policy"] and "*" not in page.headers["content-security-policy"]
        )
        assert page.headers["x-content-type-options"] == "nosniff"


def scripts_of(policy: str) -> str:
    return next(part for part in policy.split("; ") if part.startswith("script-src"))


def test_only_the_servers_own_scripts_run(page_url: str) -> None:
    marks = set()
    for path in ("/", "/docs", "/"):
        page = httpx.get(page_url + path, headers=BROWSER)
        allowed = scripts_of(page.headers["content-security-policy"])
        (nonce,) = re.findall(r"'nonce-([^']+)'", allowed)
        assert "'unsafe-inline'" not in allowed
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert scripts and all(f'nonce="{nonce}"' in tag for tag in scripts)
        marks.add(nonce)
    assert len(marks) == 3


@pytest.fixture(scope="module")
def below_a_prefix(config: Config, service: WholeService) -> Iterator[str]:
    """The page as a proxy publishes it below ``/studio``."""
    server = config.server.model_copy(update={"root_path": "/studio"})
    app = application(service, config.model_copy(update={"server": server}), build_page=studio_page)
    with serving(app) as base:
        until(lambda: httpx.get(f"{base}/healthz").json()["page"] == "ready")
        yield base


PREFIXES = pytest.mark.parametrize("seen", ["/studio/", "/"])
"""Some proxies strip the prefix, some do not."""


@PREFIXES
def test_the_manifest_is_found_below_a_prefix(below_a_prefix: str, seen: str) -> None:
    base = below_a_prefix
    page = httpx.get(base + seen, headers=BROWSER)
    (link,) = re.findall(r'<link rel="manifest" href="([^"]+)"', page.text)
    address = urljoin(f"{base}/studio/", link)
    manifest = httpx.get(base + seen + address.removeprefix(f"{base}/studio/")).json()
    assert urljoin(address, manifest["start_url"]) == f"{base}/studio/"
    assert httpx.get(f"{base}{seen}config").json()["root"].endswith("/studio")


@PREFIXES
def test_the_pages_files_are_found_below_a_prefix(below_a_prefix: str, seen: str) -> None:
    page = httpx.get(below_a_prefix + seen, headers=BROWSER)
    links = re.findall(r'"\./(page/[0-9a-f]{16}/[^"]+)"', page.text)
    assert {link.partition(".")[2] for link in links} >= {"js", "css", "webmanifest"}
    for link in links:
        assert httpx.get(below_a_prefix + seen + link).status_code == 200, link
    styles = re.findall(r'<link rel="stylesheet" href="\./(assets/[^"]+)" disabled>', page.text)
    assert len(styles) > 10, "those that the page brings itself"
    for link in styles:
        assert httpx.get(below_a_prefix + seen + link).status_code == 200, link


def test_files_of_the_machine_stay_private(page_url: str, service: WholeService) -> None:
    for path in ("/etc/passwd", "..%2f..%2fetc%2fpasswd", str(service.config.models_path)):
        assert httpx.get(f"{page_url}/gradio_api/file={path}").status_code in (403, 404)


_ODD = ("a" * 300, "a" * 5_000, "字" * 100, "a%00b", "%0a", "a/" * 400, "%ff%fe", "." * 255 + "x")


@pytest.mark.parametrize("name", _ODD, ids=range(len(_ODD)))
@pytest.mark.parametrize("folder", ["static", "static/img", "assets", "page", "page/x", "gradio_api/file="])
def test_a_name_that_no_file_can_have_is_one_that_is_not_there(
    page_url: str, folder: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    for method in ("GET", "HEAD"):
        answer = httpx.request(method, f"{page_url}/{folder}/{name}")
        assert answer.status_code in (404, 405), answer.text
    assert httpx.get(f"{page_url}/{folder}/{name}").json()["error"]["code"] == "not_found"
    assert len(caplog.text) < 5_000 and "Traceback" not in caplog.text


def test_an_error_of_gradios_is_no_engines() -> None:
    from indextts.server.errors import from_status

    assert from_status(500, "GET", "HTTP 500", request_id="x").code == "internal"


def test_the_api_keeps_its_addresses(page_url: str) -> None:
    for path in ("/nothing", "/v1/nothing", "/audio/nothing.wav"):
        response = httpx.get(page_url + path)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")
    assert httpx.post(page_url, json={}).json()["error"]["code"] == "method_not_allowed"
    assert httpx.get(f"{page_url}/v1/render").status_code == 405


def test_docs_describe_the_calls(page_url: str) -> None:
    api = httpx.get(f"{page_url}/openapi.json").json()
    assert {
        "/healthz",
        "/readyz",
        "/tts",
        "/tts/generate",
        "/v1/audio/speech",
        "/v1/models",
        "/v1/audio/voices",
    } <= set(api["paths"])
    body = api["paths"]["/tts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert "happy" in body["properties"]["emotion"]["examples"]
    assert "429" in api["paths"]["/tts"]["post"]["responses"]


def test_until_the_page_is_there(service: WholeService) -> None:
    go = threading.Event()

    def slow_page(service: WholeService) -> tuple[gr.Blocks, dict[str, Any]]:
        go.wait(60)
        return small_page(service)

    with serving(application(service, build_page=slow_page)) as base:
        page = httpx.get(base, headers=BROWSER)
        assert page.status_code == 200 and "Starting" in page.text
        assert 'http-equiv="refresh"' in page.text and "//" not in re.sub(r"// .*|<!--.*", "", page.text)
        assert httpx.get(base, headers={"Accept-Language": "zh-CN"}).text.count('<html lang="zh-CN">') == 1
        for call in (httpx.get(f"{base}/readyz"), httpx.get(f"{base}/config"), httpx.post(f"{base}/gradio_api/call/x")):
            assert (call.status_code, call.json()["error"]["code"]) == (503, "loading")
            assert int(call.headers["retry-after"]) >= 1
        assert httpx.post(f"{base}/tts", json={"text": "你好"}).status_code == 200
        go.set()
        until(lambda: httpx.get(f"{base}/readyz").status_code == 200)
        assert "<gradio-app" in httpx.get(base).text


def test_a_page_that_fails_on_the_disk_is_built_when_the_disk_is_well_again(
    service: WholeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indextts.server.page_gate.RETRY_S", 0.05)
    read_only = threading.Event()
    read_only.set()

    def page_on_disk(service: WholeService) -> tuple[gr.Blocks, dict[str, Any]]:
        if read_only.is_set():
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return small_page(service)

    with serving(application(service, build_page=page_on_disk)) as base:
        until(lambda: httpx.get(f"{base}/healthz").json()["page"] == "failed")
        read_only.clear()
        until(lambda: httpx.get(f"{base}/healthz").json()["page"] == "ready")
        assert "<gradio-app" in httpx.get(base).text


def test_a_page_that_fails_leaves_the_api(service: WholeService) -> None:
    def broken_page(_: WholeService) -> tuple[gr.Blocks, dict[str, Any]]:
        raise RuntimeError("no page today")

    with serving(application(service, build_page=broken_page)) as base:
        until(lambda: httpx.get(f"{base}/healthz").json()["page"] == "failed")
        assert httpx.get(f"{base}/healthz").json()["status"] == "degraded"
        assert httpx.get(f"{base}/readyz").status_code == 200
        assert httpx.post(f"{base}/tts", json={"text": "你好"}).status_code == 200
        page = httpx.get(base, headers=BROWSER)
        assert page.status_code == 503 and "API works" in page.text
        assert httpx.get(f"{base}/config").json()["error"]["code"] == "not_found"
