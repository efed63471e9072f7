"""A reader's own font size makes everything larger, and a narrow window, as by zooming, cuts nothing off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import FLAGS, WAIT_MS, Open, settle
from tests.browser.test_page import generate
from tests.browser.test_scripts import TABS as DRAWN

pytestmark = pytest.mark.browser

PLAIN = 16
DIALOGUE = "小雨：下雪了，快来看！\n阿宽：It is 3 degrees below zero."
WORDS = ("#text textarea", "#generate", "#examples button", "#meter p", "#header [data-tab=books]", "#reading h2")
SPILLED = """() => [...document.querySelectorAll("body *")].filter((part) => {
  const box = part.getBoundingClientRect();
  if (!box.width || !part.checkVisibility({ visibilityProperty: true }) || part.closest(".sr-only")) return false;
  for (let over = part.parentElement; over; over = over.parentElement)
    if (over !== document.body && over.scrollWidth > over.clientWidth && getComputedStyle(over).overflowX !== "visible")
      return false;  // it is scrolled there, or cut off on purpose
  return box.left < -1 || box.right > innerWidth + 1;
}).map((part) => part.outerHTML.slice(0, 120))"""
COVERED = """() => {
  const bars = [...document.querySelectorAll("#listen, #result")].filter((part) =>
    getComputedStyle(part).position === "fixed");
  return [...document.querySelectorAll("main :is(button, a, input, h2)")]
    .filter((part) => part.checkVisibility({ visibilityProperty: true }) && !part.closest("#listen, #sample, .skip"))
    .filter((part) => {
      part.scrollIntoView({ block: "center", behavior: "instant" });
      const { left, width, bottom } = part.getBoundingClientRect();
      const there = document.elementFromPoint(left + width / 2, bottom - 2);
      return bars.some((bar) => !bar.contains(part) && bar.contains(there));
    })
    .map((part) => part.outerHTML.slice(0, 120));
}"""
"""What the player's bar lies over, wherever the page is scrolled to."""


@pytest.fixture(scope="module", params=[PLAIN, 20, 32])
def font(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def browser(chromium: str, font: int) -> Iterator[Browser]:
    """Of a reader who has set that font size."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        flags = (*FLAGS, f"--blink-settings=defaultFontSize={font}")
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


def sizes(page: Page) -> list[float]:
    read = "(part) => parseFloat(getComputedStyle(part).fontSize)"
    return [float(page.locator(words).first.evaluate(read)) for words in WORDS]


def test_all_words_are_as_large_as_the_reader_wants_them(open_page: Open, font: int) -> None:
    page = open_page(width=1440 * font // PLAIN)
    generate(page, DIALOGUE)
    assert sizes(page) == [size * font / PLAIN for size in (18, 16, 13, 13, 14, 14)]
    page.click("#header [data-tab=edit]")
    expect(page.locator("#editor .sentence").first).to_be_visible()
    height = page.locator("#editor .field:visible").first.evaluate("(part) => part.getBoundingClientRect().height")
    assert height >= 31 * font / PLAIN, "what holds words grows with them"


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_is_cut_off_and_no_end_is_covered(open_page: Open, font: int, width: int, language: str) -> None:
    if width < 320 * font / PLAIN:
        pytest.skip("narrower than the narrowest screen, seen at that size")
    page = open_page(width=width, height=800, language=language)
    generate(page, DIALOGUE)
    expect(page.locator("#player .player-play")).to_be_enabled()
    found: dict[str, list[str]] = {}
    for tab in page.locator("#header [data-tab]").all():
        tab.click()
        expect(page.locator(DRAWN[f"{tab.get_attribute('data-tab')}"]).first).to_be_visible()
        settle(page)
        name = f"{tab.get_attribute('data-tab')}"
        found[f"{name}, beside the window"] = page.evaluate(SPILLED)
        found[f"{name}, under the bar"] = page.evaluate(COVERED)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert {place: parts for place, parts in found.items() if parts} == {}
