"""A page whose server goes away, or whose answer never comes: it says so, and it works again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from indextts.server import create_app
from indextts.studio.strings import STRINGS
from tests.browser.conftest import WAIT_MS, Open
from tests.support.services import HeldEngine, make_service, serving

pytestmark = pytest.mark.browser

TEXT = "今天天气很好，我们去公园。重庆有12座桥！"
OWN_WORDS = ("AbortError", "Connection errored out", "Failed to load resource", "BROKEN", "ERR_")
"""The browser's and Gradio's own about a loss."""


@contextmanager
def studio(engine: HeldEngine, port: int = 0) -> Iterator[str]:
    service = make_service(engine.config, engine, rate_limit="100000/minute")  # type: ignore[attr-defined]
    with served(create_app(service.config, service=service), port) as base:
        yield base


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    with serving(app, grace_s=1, port=port) as base:
        ends = time.monotonic() + 60
        while httpx.get(f"{base}/healthz").json().get("page") != "ready":
            assert time.monotonic() < ends
            time.sleep(0.05)
        yield base


def begin(page: Page, engine: HeldEngine) -> None:
    engine.hold()
    page.fill("#text textarea", TEXT)
    page.click("#generate")
    expect(page.locator("#notice .busy")).to_be_visible()
    expect(page.locator("#generate")).to_be_disabled()


def works(page: Page) -> None:
    expect(page.locator("#generate")).to_be_enabled(timeout=WAIT_MS)
    page.click("#generate")
    expect(page.locator("#notice .done")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#generate")).to_be_enabled(timeout=WAIT_MS)


def test_a_server_that_dies_under_a_run_is_told_and_the_page_works_again_when_it_is_back(
    browser: Browser, engine: HeldEngine
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    with ExitStack() as first:
        base = first.enter_context(studio(engine))
        page.goto(base)
        page.wait_for_selector("#status[data-state=ready]")
        begin(page, engine)
    expect(page.locator("#status")).to_have_attribute("data-state", "offline", timeout=WAIT_MS)
    engine.release()
    with studio(engine, port=urlsplit(base).port or 0):
        expect(page.locator("#notice")).to_have_text(STRINGS["run_lost"].zh, timeout=WAIT_MS)
        expect(page.locator("#status")).to_have_attribute("data-state", "ready", timeout=WAIT_MS)
        assert page.input_value("#text textarea") == TEXT
        works(page)
        context.close()


class Leaky:
    """An app whose stream of answers is cut off, or goes on in silence, from a moment on."""

    def __init__(self, app: Any, breaks: bool) -> None:
        self._app, self._breaks = app, breaks
        self.dry = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def leak(message: Any) -> None:
            if self.dry.is_set():
                if self._breaks:
                    raise OSError("the connection is gone")
                await asyncio.Event().wait()  # for good
            await send(message)

        stream = scope["type"] == "http" and scope["path"].endswith("/queue/data")
        await self._app(scope, receive, leak if stream else send)


@pytest.mark.parametrize("breaks", [False, True], ids=["silent", "cut off"])
def test_an_answer_that_is_lost_on_its_way_does_not_leave_the_page_waiting(
    browser: Browser, engine: HeldEngine, breaks: bool
) -> None:
    service = make_service(engine.config, engine, rate_limit="100000/minute")  # type: ignore[attr-defined]
    app = Leaky(create_app(service.config, service=service), breaks)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    with served(app) as base:
        page.goto(base)
        page.wait_for_selector("#status[data-state=ready]")
        begin(page, engine)
        app.dry.set()
        engine.release()
        with page.expect_navigation(timeout=2 * WAIT_MS):
            pass
        app.dry.clear()
        page.wait_for_selector("#status[data-state=ready]")
        expect(page.locator("#notice")).to_have_text(STRINGS["run_lost"].zh, timeout=WAIT_MS)
        if not breaks:
            expect(page.locator("#takes")).to_contain_text(TEXT, timeout=WAIT_MS)  # it was made, and came another way
        works(page)
        context.close()


def test_a_question_that_is_never_answered_ends_in_a_sentence(
    open_page: Open, engine: HeldEngine, forgiven: list[str]
) -> None:
    forgiven += OWN_WORDS
    page = open_page()
    page.evaluate("""() => {
      const usual = AbortSignal.timeout.bind(AbortSignal);
      window.asked = [];
      AbortSignal.timeout = (patience) => { window.asked.push(patience); return usual(Math.min(patience, 300)); };
    }""")
    page.route("**/healthz", lambda route: None)  # neither answered nor refused
    expect(page.locator("#status")).to_have_attribute("data-state", "offline", timeout=2 * WAIT_MS)
    page.unroute_all()
    expect(page.locator("#status")).to_have_attribute("data-state", "ready", timeout=WAIT_MS)
    assert all(0 < patience <= 600_000 for patience in page.evaluate("() => window.asked"))
