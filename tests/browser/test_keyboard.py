"""The way of the keyboard is short: to what is heard, to the reading, and past the header."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import generate

pytestmark = pytest.mark.browser

PRESSES = {"#player .player-play": 4, "#reading .token": 8}
"""From the text, at most; a link that skips counts as one."""


def presses(page: Page, target: str, skip: str) -> int:
    """How many it takes from the focus to ``target``; its link ``skip`` is taken where it is met."""
    for number in range(1, 40):
        page.keyboard.press("Tab")
        if page.evaluate("(skip) => document.activeElement.matches(skip)", skip):
            expect(page.locator(skip)).to_have_css("opacity", "1")
            page.keyboard.press("Enter")
        if page.evaluate("(target) => document.activeElement.matches(target)", target):
            return number
    raise AssertionError(f"{target} is not met")


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en-US", marks=pytest.mark.gate)])
def test_from_the_text_to_what_is_heard_and_read(open_page: Open, language: str) -> None:
    page = open_page(language=language)
    page.focus("#text textarea")
    page.keyboard.press("Tab")  # nothing is heard yet: there is no link to it
    expect(page.locator("#examples button").first).to_be_focused()
    generate(page, "今天天气很好，我们去公园。")
    for (target, most), skip in zip(PRESSES.items(), ("play", "reading"), strict=True):
        page.focus("#text textarea")
        assert presses(page, target, f"[data-skip={skip}]") <= most, target
    page.focus("#text textarea")
    assert presses(page, "#generate", ".none") <= 6


@pytest.mark.parametrize(("target", "skip"), zip(PRESSES, ("play", "reading"), strict=True))
def test_what_came_while_the_focus_stayed_in_the_text_is_near(open_page: Open, target: str, skip: str) -> None:
    page = open_page()
    while not page.evaluate("document.activeElement.matches('#text textarea')"):
        page.keyboard.press("Tab")
    page.keyboard.type("今天天气很好，我们去公园。")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#reading .token")
    page.wait_for_selector("#player .player-play:not(:disabled)")
    expect(page.locator("#text textarea")).to_be_focused()
    assert presses(page, target, f"[data-skip={skip}]") <= PRESSES[target]


def test_a_row_of_buttons_is_one_stop_that_arrows_walk(open_page: Open) -> None:
    page = open_page()
    page.focus("#text textarea")
    page.keyboard.press("Tab")
    for key, name in {"ArrowRight": "故事", "End": "强调", "ArrowLeft": "情感", "Home": "新闻"}.items():
        page.keyboard.press(key)
        expect(page.locator(":focus")).to_have_text(name)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(":focus")).to_have_text("强调")
    page.keyboard.press("Tab")
    expect(page.locator("#play-as-made-yes")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(":focus")).to_have_text("强调")


def test_the_first_stop_of_the_page_leads_past_the_header(open_page: Open) -> None:
    page = open_page()
    for tab, place in {"speak": "#text textarea", "voices": "#voicebook", "system": "#system"}.items():
        page.click(f"#header [data-tab={tab}]")
        page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
        page.focus("#header .skip")
        expect(page.locator("#header .skip")).to_have_css("opacity", "1")
        page.keyboard.press("Enter")
        expect(page.locator(place)).to_be_focused()
    assert page.evaluate("document.querySelector('#header').querySelector('a, button').matches('.skip')")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_another_language_leaves_the_focus_on_its_switch_on_every_tab(open_page: Open, language: str) -> None:
    page = open_page(language=language)
    for tab in page.locator("#header [data-tab]").all():
        tab.click()
        page.evaluate("window.before = true")
        page.focus("#language-switch")
        page.keyboard.press("Enter")
        page.wait_for_function("!window.before")
        expect(page.locator("#language-switch")).to_be_focused()
        page.wait_for_selector("#status[data-state=ready]")
        expect(page.locator("#language-switch")).to_be_focused()
    page.reload()  # a person's own reload is none of the page's
    page.wait_for_selector("#status[data-state=ready]")
    expect(page.locator("#language-switch")).not_to_be_focused()


def test_a_page_that_finds_another_server_is_written_in_where_it_was(open_page: Open) -> None:
    page = open_page()
    page.click("#header [data-tab=dictionary]")
    page.click("#lexicon-rows [data-do=first]")
    page.fill("#lexicon-add [name=reading]", "chong2 qing4")
    page.evaluate("window.before = true")
    page.evaluate("window.gradio_config.app_id = 'of an earlier server'")
    # Gradio tells that it was not answered.
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p data-testid=toast-body></p>')")
    page.wait_for_function("!window.before")
    expect(page.locator("#lexicon-add [name=reading]")).to_be_focused()


HIDDEN = """() => {
  const part = document.activeElement, box = part.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.bottom - 2);
  const bars = [...document.querySelectorAll("#listen, #result")].filter((bar) =>
    getComputedStyle(bar).position === "fixed" && !bar.contains(part));
  return bars.some((bar) => bar.contains(there)) ? part.outerHTML.slice(0, 120) : "";
}"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 600), (1280, 560)])
@pytest.mark.parametrize("tab", ["speak", "edit", "voices", "history"])
def test_what_has_the_focus_is_never_under_the_players_bar(open_page: Open, width: int, height: int, tab: str) -> None:
    page = open_page(width=width, height=height)
    generate(page, "雨停了，月亮从云里出来。")
    page.click(f"#header [data-tab={tab}]")
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    page.focus("#header .skip")
    hidden: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        hidden += filter(None, [page.evaluate(HIDDEN)])
    assert hidden == []


@pytest.mark.parametrize("dark", [False, True])
def test_the_text_shows_that_it_has_the_focus(open_page: Open, dark: bool) -> None:
    page = open_page(dark=dark)
    colour = "getComputedStyle(document.querySelector('#writing')).borderTopColor"
    page.focus("#generate")
    without = page.evaluate(colour)
    page.keyboard.press("Shift+Tab")
    page.focus("#text textarea")
    assert page.evaluate(colour) != without
