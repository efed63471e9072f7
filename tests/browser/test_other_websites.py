"""Pages of other websites, in a real browser on the server's own machine: they get nothing and do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.browser.conftest import FLAGS, WAIT_MS
from tests.support import websites
from tests.support.services import HeldEngine
from tests.support.websites import FETCH

pytestmark = pytest.mark.browser

FORMS = (
    "/tts/generate",
    "/v1/clones",
    "/v1/clones/import",
    "/gradio_api/upload",
    "/v1/lexicon/import",
    "/v1/audio/speech",
)


@pytest.fixture(scope="module")
def website() -> Iterator[int]:
    """The port of another website."""
    with websites.website() as port:
        yield port


@pytest.fixture(scope="module")
def misled(chromium: str) -> Iterator[Browser]:
    """A browser for whom another website's names lead to this machine, and that does not hold its pages back itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *websites.MISLED])
        yield browser
        browser.close()


@pytest.fixture
def page(misled: Browser) -> Iterator[Page]:
    context = misled.new_context(locale="en-US")
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def port_of(url: str) -> int:
    return urlsplit(url).port or 80


def state(url: str) -> tuple[Any, ...]:
    """All that a website could have changed."""
    return tuple(httpx.get(url + path).json() for path in ("/v1/lexicon", "/v1/clones"))


@pytest.mark.parametrize("name", ["evil.test", "localhost.", "x.localhost"])
def test_a_name_that_leads_here_opens_nothing(page: Page, url: str, name: str) -> None:
    """What rebinding gives a website: its own name, in front of this server."""
    here = f"http://{name}:{port_of(url)}"
    for path in ("/", "/v1/voices", "/config", "/gradio_api/info"):
        answer = page.goto(here + path)
        assert answer is not None and answer.status == 403, path
        assert "host_not_allowed" in answer.text()
    # The website's own page came from there too, before the name was pointed elsewhere.
    page.route(f"{here}/attack", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto(f"{here}/attack")
    kind, status, text = page.evaluate(FETCH, [f"{here}/v1/voices", {}])
    assert (kind, status) == ("basic", 403) and "host_not_allowed" in text
    for method, path in (("DELETE", "/v1/clones/clone-1"), ("POST", "/tts"), ("POST", "/gradio_api/queue/join")):
        options = {"method": method, "headers": {"Content-Type": "application/json"}, "body": '{"text": "hello"}'}
        assert page.evaluate(FETCH, [here + path, options])[1] == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "localhost.", "x.localhost"])
def test_another_website_reads_nothing(page: Page, url: str, website: int, name: str) -> None:
    page.goto(f"http://evil.test:{website}/")
    here = f"http://{name}:{port_of(url)}"
    for path in ("/v1/voices", "/config", "/", "/metrics", "/gradio_api/info"):
        for options in ({}, {"credentials": "include"}, {"headers": {"X-Mine": "1"}}):
            assert page.evaluate(FETCH, [here + path, options])[0] == "failed"
        assert page.evaluate(FETCH, [here + path, {"mode": "no-cors"}])[2] in ("", "TypeError: Failed to fetch")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "localhost.", "x.localhost"])
def test_another_websites_forms_are_refused(page: Page, url: str, website: int, name: str, engine: HeldEngine) -> None:
    before, spoken = state(url), len(engine.spoken)
    for path in FORMS:
        page.goto(f"http://evil.test:{website}/")
        with page.expect_navigation() as sent:
            page.evaluate(
                """(address) => {
                  const form = document.createElement("form");
                  Object.assign(form, { method: "post", action: address, enctype: "multipart/form-data" });
                  const field = document.createElement("input");
                  Object.assign(field, { name: "text", value: "hello" });
                  form.append(field);
                  document.body.append(form);
                  form.submit();
                }""",
                f"http://{name}:{port_of(url)}{path}",
            )
        answer: Response = sent.value
        assert answer.status == 403, path
        assert answer.json()["error"]["code"] in ("origin_not_allowed", "host_not_allowed")
    assert state(url) == before and len(engine.spoken) == spoken


def test_another_website_sends_nothing_behind_the_scenes(
    page: Page, url: str, website: int, engine: HeldEngine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "indextts.server.guard")
    before, spoken = state(url), len(engine.spoken)
    page.goto(f"http://evil.test:{website}/")
    for path in FORMS:
        for body in ("text=hello", '{"text": "hello", "input": "hello"}'):
            page.evaluate(FETCH, [url + path, {"method": "POST", "mode": "no-cors", "body": body}])
    # They did arrive: it was not the browser that held them back.
    assert all(caplog.text.count(f"Refused POST {path}:") == 2 for path in FORMS)
    assert state(url) == before and len(engine.spoken) == spoken


def test_another_website_embeds_nothing(page: Page, url: str, website: int) -> None:
    sound = httpx.post(f"{url}/tts", json={"text": "hello"}).json()["audio_url"]
    page.goto(f"http://evil.test:{website}/")
    loaded = page.evaluate(
        """async (address) => {
          const sound = new Audio();
          return await new Promise((done) => {
            sound.onloadedmetadata = () => done("loaded");
            sound.onerror = () => done("refused");
            sound.src = address;
          });
        }""",
        url + sound,
    )
    assert loaded == "refused"


def test_a_link_on_another_website_opens_the_studio(page: Page, url: str, website: int) -> None:
    sound = httpx.post(f"{url}/tts", json={"text": "hello"}).json()["audio_url"]
    for address in (url + "/", f"{url}/docs", url + sound):
        page.goto(f"http://evil.test:{website}/")
        with page.expect_navigation() as followed:
            page.evaluate("(address) => { location.href = address; }", address)
        assert followed.value.status in (200, 206), address
    length = "() => document.querySelector('video, audio').duration > 0"
    page.wait_for_function(length)  # the sound plays in a window of its own
    page.goto(url)
    page.wait_for_selector("#status[data-state=ready]")
