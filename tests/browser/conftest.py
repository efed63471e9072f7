"""A real server with the page, and a real Chromium that watches what the page asks for and complains about."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.services import HeldEngine, application, held_voice, make_service, serving
from tests.support.waiting import page_ready

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)

WAIT_MS = 60_000
"""How long anything is waited for, here and in every test: it tells what hangs from what is slow, on any machine."""


LEFT = ("AbortError", "Connection errored out")
"""What Gradio's script complains of where a page is left, or reloaded, while it waits for an answer."""

REFUSED = "the server responded with a status of 4"
"""What the browser itself complains of where the page was refused something, and says so to its reader."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> HeldEngine:
    return held_voice(tmp_path_factory.mktemp("cache_hub"))


@pytest.fixture(scope="module")
def url(engine: HeldEngine) -> Iterator[str]:
    service = make_service(engine.config, engine, rate_limit="100000/minute")  # type: ignore[attr-defined]
    with serving(application(service)) as base:
        page_ready(base)
        yield base


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One for each file: while it lives, this thread has a running event loop, which other tests must not find."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def forgiven() -> list[str]:
    """What complaints of the browser may say in this test."""
    return []


def take_sound(page: Page, dtype: str = "int16") -> tuple[Any, int]:
    """The samples of the shown take, and their rate."""
    take = page.get_attribute("#take-data", "data-take")
    answer = httpx.get(f"{page.evaluate('location.origin')}/v1/jobs/{take}/result?format=wav", timeout=60)
    samples, rate = soundfile.read(io.BytesIO(answer.content), dtype=dtype)
    return samples, int(rate)


def unfold(page: Page, panel: str) -> None:
    """Open a panel of settings.

    Gradio writes the values into its fields once more in the frame that follows: a reader sees them after that, but a
    test could type before, and its value would go.
    """
    page.click(f"#{panel} > button")
    page.wait_for_selector(f"#{panel} input")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def settle(page: Page) -> None:
    """Wait until nothing moves but what moves for ever.

    A colour that a child inherits begins to move when that of its parent has moved: one look would miss it.
    """
    page.evaluate("""async () => {
      const moving = () => document.getAnimations().filter((one) =>
        one.playState === "running" && one.effect?.getComputedTiming().endTime !== Infinity);
      for (let found = moving(); found.length; found = moving()) {
        await Promise.all(found.map((one) => one.finished.catch(() => null)));
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      }
    }""")


@pytest.fixture
def anew(url: str) -> None:
    """Nothing is left of what other tests have written: a browser of its own would open their last project."""
    for kind in ("projects", "jobs"):
        while left := httpx.get(f"{url}/v1/{kind}", params={"limit": 100}).json()[kind]:
            for one in left:
                httpx.delete(f"{url}/v1/{kind}/{one['id']}")


@pytest.fixture
def open_page(browser: Browser, url: str, engine: HeldEngine, forgiven: list[str], anew: None) -> Iterator[Open]:
    """Opens the page in a browser of its own; at the end, no other host was asked and nothing complained."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []
    complaints: list[tuple[Page, str]] = []
    visits: Counter[Page] = Counter()

    def complain(page: Page, text: str) -> None:
        complaints.append((page, text))

    def watch(page: Page) -> None:
        def asked(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme not in ("data", "blob") and not address.startswith(url + "/"):
                strangers.append(address)

        page.on("request", lambda request: asked(request.url))
        page.on("websocket", lambda socket: asked(socket.url))
        page.on("framenavigated", lambda frame: visits.update([page] if frame == page.main_frame else []))
        page.on("pageerror", lambda error: complain(page, str(error)))
        page.on("console", lambda line: complain(page, line.text) if line.type == "error" else None)

    def open_one(width: int = 1440, height: int = 900, language: str = "zh-CN", dark: bool = False) -> Page:
        size: Any = {"width": width, "height": height}
        context = browser.new_context(viewport=size, locale=language, color_scheme="dark" if dark else "light")
        context.set_default_timeout(WAIT_MS)
        context.set_default_navigation_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto(url)
        page.wait_for_selector("#generate")
        page.wait_for_selector("#status[data-state=ready]")
        page.wait_for_selector("#licence .licence", state="attached")
        return page

    def meant(page: Page, text: str) -> bool:
        return any(word in text for word in [*forgiven, *(LEFT if visits[page] > 1 else ())])

    yield open_one
    engine.release()
    for context in contexts:
        context.close()
    assert strangers == []
    assert [text for page, text in complaints if not meant(page, text)] == []
