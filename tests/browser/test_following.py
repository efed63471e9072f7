"""The reading follows the sound, and leaves those alone who scroll there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import generate

pytestmark = pytest.mark.browser

SENTENCE = "今天天气很好，我们在重庆住了三天，还去了江边散步。"
LONG = SENTENCE * 30
PILL = "#reading .to-heard"
HELD = """() => { const box = document.querySelector("#reading .reading-text");
    const spoken = box.querySelector(".spoken");
    return spoken && (spoken.getBoundingClientRect().bottom - box.getBoundingClientRect().top)
        / Number.parseFloat(getComputedStyle(box).lineHeight); }"""
"""Which line of the box the one that is heard is, 2 being the second; nothing while none is."""


def seek(page: Page, seconds: float) -> None:
    page.evaluate("(to) => window.indexttsStudio.player.seekTo(to)", seconds)


def prepared(page: Page, text: str) -> float:
    """Speak it in silence; how long it lasts."""
    page.uncheck("#play-as-made-yes")
    generate(page, text)
    expect(page.locator("#player .player-play")).to_be_enabled()
    return float(page.get_attribute("#take-data", "data-duration") or 0)


def scrolled(page: Page) -> float:
    return float(page.evaluate("document.querySelector('#reading .reading-text').scrollTop"))


def second_line(page: Page) -> None:
    page.wait_for_function(f"Math.abs(({HELD})() - 2) < 0.6")


def test_the_line_that_is_heard_is_the_second_of_the_box(open_page: Open) -> None:
    page = open_page()
    length = prepared(page, LONG)
    seek(page, length * 0.46)
    second_line(page)
    middle = scrolled(page)
    # It goes on with the sound by itself.
    page.evaluate("window.indexttsStudio.player.play()")
    page.wait_for_function(
        "(before) => document.querySelector('#reading .reading-text').scrollTop > before", arg=middle
    )
    page.evaluate("window.indexttsStudio.player.pause()")
    # At the beginning and at the end there is no more to scroll.
    seek(page, 0.3)
    page.wait_for_function("document.querySelector('#reading .reading-text').scrollTop === 0")
    expect(page.locator(PILL)).to_have_count(0)


def test_whoever_scrolls_is_left_alone_and_shown_the_way_back(open_page: Open) -> None:
    page = open_page(language="en-US")
    length = prepared(page, LONG)
    seek(page, length * 0.42)
    second_line(page)
    page.locator("#reading .reading-text").hover()
    page.mouse.wheel(0, -3000)
    page.wait_for_function("document.querySelector('#reading .reading-text').scrollTop === 0")
    expect(page.locator(PILL)).to_have_text("↓ Now playing")
    page.evaluate("window.indexttsStudio.player.play()")
    spoken = page.locator("#reading .spoken").element_handle()
    page.wait_for_function(
        "(before) => { const now = document.querySelector('#reading .spoken'); return now && now !== before; }",
        arg=spoken,
    )
    assert scrolled(page) == 0
    page.click(PILL)
    second_line(page)
    expect(page.locator(PILL)).to_have_count(0)
    page.evaluate("window.indexttsStudio.player.pause()")
    # By keys it is the same, and a jump in the sound goes there at once.
    page.locator("#reading .token[tabindex='0']").focus()
    page.keyboard.press("Home")
    expect(page.locator(PILL)).to_be_visible()
    seek(page, length * 0.78)
    second_line(page)
    expect(page.locator(PILL)).to_have_count(0)


def test_what_of_a_long_text_is_not_drawn_comes_when_the_sound_gets_there(open_page: Open) -> None:
    page = open_page()
    length = prepared(page, SENTENCE * 80)
    expect(page.locator("#reading [data-action=whole]")).to_be_visible()
    drawn = page.locator("#reading .segment").count()
    seek(page, length - 1)
    page.wait_for_function("(before) => document.querySelectorAll('#reading .segment').length > before", arg=drawn)
    expect(page.locator("#reading .spoken")).to_have_count(1)
    page.wait_for_function(f"({HELD})() <= 6.5")
    # A fix there leaves it drawn.
    place = page.locator("#reading .token", has_text="重").last
    at = place.get_attribute("data-at")
    place.click()
    page.click("#fix [data-choose=zhong4]")
    expect(page.locator(f"#reading .token[data-at='{at}'] rt")).to_have_text("zhòng")


def test_where_motion_is_not_wanted_nothing_glides(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("""() => { window.asked = [];
        const scroll = Element.prototype.scrollTo;
        Element.prototype.scrollTo = function (...how) {
            if (this.matches(".reading-text")) window.asked.push(how[0].behavior);
            scroll.apply(this, how); }; }""")
    length = prepared(page, LONG)
    seek(page, length * 0.46)
    page.evaluate("window.indexttsStudio.player.play()")
    page.wait_for_function("window.asked.length > 2")
    assert set(page.evaluate("window.asked")) == {"instant"}
