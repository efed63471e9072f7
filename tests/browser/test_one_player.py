"""One player for the whole page: what plays is named and stopped on every tab, and never is there a second sound."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import WAIT_MS, Open
from tests.browser.test_one_sound import HEAR, PLAYER, SOUNDING, WATCH
from tests.browser.test_page import generate

pytestmark = pytest.mark.browser

TEXT = "今天天气很好，我们在重庆住了三天，还去了江边散步。" * 4
BAR, TITLE, PLAY = "#player .player", "#player .player-title", "#player .player-play"
AT_FOOT = """(part) => { const box = document.querySelector(part).getBoundingClientRect();
    return box.height > 0 && box.bottom <= innerHeight && box.top > innerHeight - 140; }"""


def when(page: Page, condition: str) -> None:
    page.wait_for_function(condition)


def spoken(page: Page) -> None:
    """The text is spoken, and would go on for ever."""
    page.uncheck("#play-as-made-yes")
    generate(page, TEXT)
    page.evaluate(f"{PLAYER}.loop = true")


def another(url: str, text: str = "码头的早晨很安静。") -> str:
    """A job that is not of the text."""
    job = str(httpx.post(f"{url}/v1/jobs", json={"text": text}).json()["id"])
    for _ in range(WAIT_MS // 50):
        if httpx.get(f"{url}/v1/jobs/{job}?wait=1").json()["status"] == "done":
            return job
    raise AssertionError("it never ends")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), pytest.param(390, 844, marks=pytest.mark.gate)])
def test_on_every_tab_a_bar_says_what_plays_and_stops_it(open_page: Open, width: int, height: int) -> None:
    page = open_page(width=width, height=height)
    spoken(page)
    page.click("#header [data-tab=system]")
    expect(page.locator(BAR)).to_be_hidden()  # nothing was heard yet
    page.keyboard.press("Space")
    for tab in ("voices", "dictionary", "books", "history", "models", "system"):
        page.click(f"#header [data-tab={tab}]")
        expect(page.locator(TITLE)).to_contain_text("今天天气很好")
        assert page.evaluate(AT_FOOT, BAR), tab
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.click(PLAY)
        when(page, f"{PLAYER}.paused")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Space")
        when(page, f"!{PLAYER}.paused")
        page.keyboard.press("Escape")
        when(page, f"{PLAYER}.paused")
        page.click(PLAY)
        when(page, f"!{PLAYER}.paused")
    page.click("#player .player-close")
    when(page, f"{PLAYER}.paused")
    expect(page.locator(BAR)).to_be_hidden()
    page.click("#header [data-tab=speak]")
    expect(page.locator(BAR)).to_be_visible()
    expect(page.locator(TITLE)).to_be_hidden()


def test_beside_the_text_another_sound_has_its_own_bar_and_gives_the_place_back(open_page: Open, url: str) -> None:
    page = open_page()
    spoken(page)
    take = page.get_attribute("#take-data", "data-take")
    page.click(PLAY)
    when(page, f"{PLAYER}.currentTime > 0.5")
    open_ = "(id) => indexttsStudio.player.open(id, { play: true, title: '雾 · 第一章', foreign: true })"
    page.evaluate(open_, another(url))
    expect(page.locator(TITLE)).to_have_text("雾 · 第一章")
    assert page.evaluate(AT_FOOT, BAR)
    expect(page.locator("#caption-text")).not_to_contain_text("码头")
    # The text's own stands in its place, and goes on from where it was.
    expect(page.locator(".player-rest")).to_contain_text("今天天气很好")
    page.click(".player-rest button")
    when(page, f"indexttsStudio.player.job?.id === '{take}' && !{PLAYER}.paused && {PLAYER}.currentTime > 0.5")
    expect(page.locator(TITLE)).to_be_hidden()
    expect(page.locator(".player-rest")).to_be_hidden()
    # It is so when the other one is closed, too: but then it is still.
    page.evaluate(open_, another(url))
    expect(page.locator(TITLE)).to_have_text("雾 · 第一章")
    page.click("#player .player-close")
    when(page, f"indexttsStudio.player.job?.id === '{take}' && {PLAYER}.paused")


def test_on_a_phone_nothing_shows_through_the_bar_of_another_sound(open_page: Open, url: str) -> None:
    page = open_page(width=390, height=844)
    page.click("#header [data-tab=history]")
    page.evaluate("(id) => indexttsStudio.player.open(id, { play: true, title: '雾', foreign: true })", another(url))
    expect(page.locator(TITLE)).to_have_text("雾")
    bar = """() => { const bar = document.querySelector("#listen"), box = bar.getBoundingClientRect();
        return [getComputedStyle(bar).visibility, bar.contains(document.elementFromPoint(3, box.top + 3)),
            [...bar.children].filter((part) => part.id !== "player" && part.offsetHeight
                && getComputedStyle(part).visibility === "visible").length]; }"""
    assert page.evaluate(bar) == ["visible", True, 0]


def test_a_sample_plays_in_the_same_bar(open_page: Open) -> None:
    page = open_page()
    page.evaluate(WATCH)
    page.click(HEAR)
    when(page, f"{SOUNDING} === 1")
    expect(page.locator("#sample .player-title")).to_have_text("内置女声")
    assert page.evaluate(AT_FOOT, "#sample")
    page.click("#sample .player-play")
    when(page, f"{SOUNDING} === 0")
    expect(page.locator(f"{HEAR} .glyph-play")).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    when(page, f"{SOUNDING} === 1")
    page.select_option("#sample .player-speed", "1.5")
    assert page.evaluate("window.samples[0].playbackRate") == 1.5
    expect(page.locator("#player .player-speed")).to_have_value("1.5")
    page.locator("#sample input[type=range]").focus()
    page.keyboard.press("Home")
    page.click("#sample .player-close")
    expect(page.locator("#sample")).to_have_count(0)
    when(page, f"{SOUNDING} === 0")
    assert page.evaluate("window.samples.length") == 1


def test_a_sample_that_is_paused_before_it_arrives_goes_on_when_asked(open_page: Open) -> None:
    page = open_page()
    page.evaluate(WATCH)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/audio/"), hold)
    page.click(HEAR)
    when(page, f"{SOUNDING} === 1")  # it plays as far as the page knows, and waits for its sound
    page.click("#sample .player-play")
    when(page, f"{SOUNDING} === 0")
    for route in held:
        route.continue_()
    expect(page.locator("#sample")).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    when(page, f"{SOUNDING} === 1")


def test_a_sentence_of_the_editor_stops_the_player_and_the_player_it(open_page: Open) -> None:
    page = open_page()
    spoken(page)
    page.click(PLAY)
    when(page, f"!{PLAYER}.paused")
    page.click("#header [data-tab=edit]")
    sentence = page.locator("#editor [data-do=play]").first
    sentence.click()
    when(page, f"{PLAYER}.paused")
    expect(page.locator("#editor .glyph-stop, #editor .glyph-pause").first).to_be_visible()
    page.click(PLAY)
    when(page, f"!{PLAYER}.paused")
    expect(page.locator("#editor .sentence .glyph-stop, #editor .sentence .glyph-pause")).to_have_count(0)
