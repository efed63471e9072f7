"""The page's scripts in the browser: all of them arrive, packed and kept, and none complains in any tab."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from indextts.studio.shell import GRADIOS_STYLES, SCRIPT, STYLES
from tests.browser.conftest import WAIT_MS

pytestmark = pytest.mark.browser

TABS = {"speak": "#generate", "edit": "#editor .edit-empty, #editor .sentence", "voices": "#voice-rows li",
        "dictionary": "#lexicon-rows > *", "books": "#shelf-rows > *",
        "history": "#history-rows > *", "models": "#models .model-row", "system": "#system .system-chart"}  # fmt: skip


def opened(browser: Browser, language: str) -> Page:
    page = browser.new_context(locale=language).new_page()
    page.set_default_timeout(WAIT_MS)
    return page


@pytest.mark.parametrize("language", [pytest.param("zh-CN", marks=pytest.mark.gate), "en-US"])
def test_every_tab_is_drawn_without_a_word_in_the_console(browser: Browser, url: str, language: str) -> None:
    page = opened(browser, language)
    said: list[str] = []
    answers: dict[str, Response] = {}

    def hear(line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            said.append(f"{line.type}: {line.text} {line.location}")

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda answer: answers.update({urlsplit(answer.url).path: answer}))
    page.goto(url)
    page.wait_for_selector("#status[data-state=ready]")
    for tab, drawn in TABS.items():
        page.click(f"#header [data-tab={tab}]")
        expect(page.locator(drawn).first).to_be_visible()
    names = [path for path in answers if path.endswith((SCRIPT, STYLES, GRADIOS_STYLES))]
    assert len(names) == 3
    assert not [path for path in answers if "/assets/Index-" in path and path.endswith(".css")], "they come as one"
    for name in names:
        headers = answers[name].headers
        assert answers[name].status == 200, name
        assert headers["content-encoding"] == "gzip" and "immutable" in headers["cache-control"], name
    assert said == []
    page.context.close()


def test_a_page_that_is_opened_again_fetches_no_script_anew(browser: Browser, url: str) -> None:
    page = opened(browser, "zh-CN")
    page.goto(url)
    page.wait_for_selector("#status[data-state=ready]")
    page.reload()
    page.wait_for_selector("#status[data-state=ready]")
    sizes = page.evaluate("""() => performance.getEntriesByType("resource")
        .filter((entry) => entry.name.includes("/page/")).map((entry) => entry.transferSize)""")
    assert len(sizes) >= 3 and set(sizes) == {0}
    page.context.close()


@pytest.mark.gate
def test_the_page_itself_is_small_and_carries_data_alone(url: str) -> None:
    head = httpx.get(url).text.partition('<meta property="og:title"')[0]
    inline = [tag for tag in re.findall(r"<script[^>]*>", head) if " src=" not in tag]
    assert len(inline) == 1 and 'type="application/json"' in inline[0]
    assert len(head.encode()) < 51_400 and len(gzip.compress(head.encode())) < 17_300
