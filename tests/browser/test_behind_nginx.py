"""The page as it is published: encrypted, below a prefix, behind nginx with the shipped configuration."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Response, expect, sync_playwright

from indextts.server import connections
from tests.browser.conftest import FLAGS, WAIT_MS
from tests.support.nginx import MISSING, NAME, Proxy, behind_nginx
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.waiting import page_ready

pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(MISSING), reason=MISSING)]


@pytest.fixture(scope="module")
def proxy(engine: HeldEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    settings = {"hosts": (NAME,), "trusted_proxies": ("127.0.0.1",), "root_path": "/studio"}
    service = make_service(engine.config, engine, **settings)  # type: ignore[attr-defined]
    options = connections.options(service.config.server)
    engine.key = service.keys.add("anna")[1]  # type: ignore[attr-defined]
    with (
        serving(application(service), **options) as studio,
        behind_nginx("indextts-prefix.conf", studio, tmp_path_factory.mktemp("nginx")) as proxy,
    ):
        page_ready(studio)
        yield proxy


@pytest.fixture(scope="module")
def visitor(chromium: str) -> Iterator[Browser]:
    """A browser for whom the shipped configuration's name leads to this machine."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        names = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, names])
        yield browser
        browser.close()


def test_a_visitor_below_a_prefix_hears_the_first_sentence_while_the_next_one_is_made(
    visitor: Browser, proxy: Proxy, engine: HeldEngine
) -> None:
    context = visitor.new_context(ignore_https_errors=True, locale="zh-CN")
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    answers: list[Response] = []
    complaints: list[str] = []
    page.on("response", lambda answer: answers.append(answer))
    page.on("websocket", lambda socket: complaints.append(f"a socket to {socket.url}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"{proxy.url}/studio")  # without the stroke, as people write it
    assert urlsplit(page.url).path == "/studio/login", "nobody is this machine's person behind a proxy"
    page.fill("input[name=key]", engine.key)  # type: ignore[attr-defined]
    page.keyboard.press("Enter")
    page.wait_for_selector("#status[data-state=ready]")
    assert page.url == f"{proxy.url}/studio/"

    engine.hold()
    page.fill("#text textarea", "今天天气很好。我们在重庆住了三天。")
    page.click("#generate")
    engine.let_through(1)
    heard = "(() => { const a = document.querySelector('#player audio'); return a && a.currentTime > 0.1; })()"
    page.wait_for_function(heard)
    assert engine.spoken[-1] == "今天天气很好。", "the next sentence is not spoken yet"
    engine.release()
    page.wait_for_function("document.querySelector('#player audio').ended")
    expect(page.locator("#generate")).to_be_enabled()

    manifest = page.evaluate("document.querySelector('link[rel=manifest]').href")
    for link in (manifest, f"{proxy.url}/studio/manifest.json", f"{proxy.url}/studio/docs"):
        assert page.evaluate("link => fetch(link).then(answer => answer.status)", link) == 200
    own = [answer for answer in answers if not answer.url.startswith(("data:", "blob:"))]
    assert {answer.url[: len(proxy.url) + 8] for answer in own[1:]} == {f"{proxy.url}/studio/"}, "own[0] is /studio"
    assert [answer.url for answer in own if answer.status >= 400] == []
    assert complaints == []
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert cookies, "the login's"
    assert all(cookie["path"].startswith("/studio") and cookie["secure"] for cookie in cookies.values()), cookies
    context.close()
