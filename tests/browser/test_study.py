"""Study mode: sentence by sentence, as often and as slowly as one likes, with time to repeat and readings hidden."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from indextts.model.i18n.messages import Language
from indextts.studio.strings import STRINGS
from tests.browser.conftest import Open, settle
from tests.browser.test_axe import AXE, DARK, MORE, RUN
from tests.browser.test_books import engine, made, no_books, opened
from tests.browser.test_books_making import DOUBTFUL, spoken, word
from tests.browser.test_page import generate
from tests.browser.test_player import audio, button, when

__all__ = ["engine", "no_books"]

pytestmark = pytest.mark.browser

TEXT = "我们去重庆。It took a minute. 好！"

WATCH = """() => {
    const audio = document.querySelector("#player audio");
    const now = () => ({ at: audio.currentTime, rate: audio.playbackRate, pitch: audio.preservesPitch });
    const note = (what) => window.told.push({ what, ...now(), when: performance.now() });
    window.told = [];
    for (const what of ["playing", "pause"]) audio.addEventListener(what, () => note(what));
}"""


def rested(page: Page, text: str = TEXT) -> None:
    """That text in the player, which stands at its beginning."""
    generate(page, text)
    when(page, "a.currentSrc")
    page.evaluate("() => { const { player } = window.indexttsStudio; player.pause(); player.seekTo(0); }")
    when(page, "a.paused && a.currentTime === 0")


def study(page: Page) -> Locator:
    button(page, "study").click()
    panel = page.locator("#player .study")
    expect(panel).to_be_visible()
    expect(button(page, "study")).to_have_attribute("aria-pressed", "true")
    return panel


def choose(page: Page, **choices: str) -> None:
    for name, value in choices.items():
        page.locator(f".study [name={name}]").select_option(value)


def segments(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("window.indexttsStudio.player.job.segments")
    return found


def said(page: Page) -> str:
    return page.locator(".study-line").inner_text().replace("\n", "")


def test_a_sentence_is_heard_twice_the_second_time_slower_then_it_waits_for_a_key(open_page: Open) -> None:
    page = open_page()
    rested(page)
    study(page)
    choose(page, after="stop", times="2", gap="1")
    page.evaluate(WATCH)
    button(page, "play").click()
    page.locator("body").focus()
    expect(page.locator(".player-note")).to_have_text("按空格继续")
    first, second, *_ = segments(page)
    told = page.evaluate("window.told")
    played = [one for one in told if one["what"] == "playing"]
    assert [(one["rate"], one["pitch"]) for one in played] == [(1, True), (0.8, True)]
    assert all(one["at"] < first["duration_s"] / 2 for one in played), "from its beginning"
    pauses = [one for one in told if one["what"] == "pause"]
    assert len(pauses) == 2 and all(abs(one["at"] - first["duration_s"]) < 0.2 for one in pauses)
    length = first["tokens"][-1]["end_s"] - first["tokens"][0]["start_s"]
    assert played[1]["when"] - pauses[0]["when"] >= 1000 * length, "in the first gap"
    assert float(page.get_attribute(".study", "data-gap") or 0) == pytest.approx(length / 0.8), "the second is longer"
    # The sentence stays marked meanwhile, and a key goes on.
    assert said(page) == "我们去重庆。"
    expect(page.locator("#reading .studied")).to_have_count(1)
    assert audio(page, "a.paused")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    when(page, f"!a.paused && a.currentTime > {second['start_s']} && a.playbackRate === 1")
    expect(page.locator(".study-line")).to_contain_text("It took a minute.")
    expect(page.locator(".player-note")).to_have_text("按空格继续")
    page.keyboard.press("Enter")
    expect(page.locator(".study-line")).to_contain_text("好！")
    expect(page.locator(".player-note")).to_have_text("按空格继续")
    page.keyboard.press("Enter")
    when(page, "a.ended")


def test_readings_are_hidden_until_asked_for_and_again_at_the_next_sentence(open_page: Open) -> None:
    page = open_page()
    rested(page)
    shown = page.locator("#reading rt >> visible=true")
    expect(shown).not_to_have_count(0)
    panel = study(page)
    choose(page, after="stop")
    hidden = (
        "[...document.querySelectorAll('#reading rt')].every((one) => getComputedStyle(one).visibility === 'hidden')"
    )
    assert page.evaluate(hidden)
    expect(panel.locator("rt")).to_have_count(0)
    ask = panel.get_by_role("button", name="显示注音")
    expect(ask).to_have_attribute("aria-pressed", "false")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    expect(panel.locator("rt")).to_have_text(["wǒmen", "qù", "chóngqìng"])
    expect(ask).to_have_attribute("aria-pressed", "true")
    assert page.locator("#reading .studied rt").first.evaluate("(one) => getComputedStyle(one).visibility") == "visible"
    assert page.locator("#reading .segment:not(.studied) rt").first.is_hidden()
    panel.get_by_role("button", name="下一句").click()
    expect(page.locator(".study-line")).to_contain_text("It took a minute.")
    expect(panel.locator("rt")).to_have_count(0)
    expect(ask).to_have_attribute("aria-pressed", "false")
    ask.click()
    expect(panel.locator("rt").last).to_have_text("ˈmɪnət")
    button(page, "study").click()
    expect(panel).to_have_count(0)
    assert not page.evaluate(hidden)


def test_what_was_chosen_is_so_the_next_time_and_it_can_be_switched_off_for_good(open_page: Open) -> None:
    page = open_page()
    rested(page)
    study(page)
    choose(page, after="stop", times="3", gap="1.5")
    page.locator(".study [name=slower]").uncheck()
    page.reload()
    expect(page.locator("#player .study")).to_be_visible()
    fields = {name: page.locator(f".study [name={name}]").input_value() for name in ("after", "times", "gap")}
    assert fields == {"after": "stop", "times": "3", "gap": "1.5"}
    expect(page.locator(".study [name=slower]")).not_to_be_checked()
    button(page, "study").click()
    page.reload()
    expect(button(page, "study")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#player .study")).to_have_count(0)


def test_stepping_begins_a_sentence_anew_and_pausing_holds_a_gap(open_page: Open) -> None:
    page = open_page()
    rested(page)
    study(page)
    choose(page, gap="1.5")
    button(page, "play").click()
    expect(page.locator(".player-note")).to_have_text("请跟读")
    page.evaluate("window.indexttsStudio.player.pause()")
    expect(page.locator(".player-note")).to_have_text("按空格继续")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(",")
    when(page, "!a.paused && a.currentTime < 0.5")
    page.keyboard.press(".")
    expect(page.locator(".study-line")).to_contain_text("It took a minute.")


def test_a_book_is_studied_with_the_same_player_on_to_its_next_chapter(open_page: Open, url: str) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "review")
    page.click("[data-do=listenAgain]")
    panel = study(page)
    choose(page, after="stop")
    expect(page.locator(".player-note")).to_have_text("按空格继续")
    page.evaluate("document.activeElement.blur()")
    panel.get_by_role("button", name="显示注音").click()
    expect(panel.locator("rt").first).not_to_be_empty()
    word(page, "转").dblclick()
    expect(panel.locator(".study-line")).to_contain_text("他们转了。")
    expect(page.locator(".player-note")).to_have_text("按空格继续")
    page.evaluate("document.activeElement.blur()")  # Enter on a word opens it
    page.keyboard.press("Enter")
    expect(page.locator(".review-text h3")).to_have_text("第二章 昼")


@pytest.mark.parametrize(("width", "language"), [(360, "en"), (390, "zh"), (1440, "zh"), (1440, "en")])
def test_it_fits_moves_nothing_and_axe_finds_nothing(open_page: Open, width: int, language: Language) -> None:
    page = open_page(width=width, height=844, language={"zh": "zh-CN", "en": "en-US"}[language])
    rested(page, TEXT + "这一句很长，" * 12 + "完了。")
    panel = study(page)
    choose(page, after="stop")
    boxes = """() => ["#listen", ".study", ".study-line", "#reading"].map((one) =>
        JSON.stringify(document.querySelector(one).getBoundingClientRect()))"""
    before = page.evaluate(boxes)
    for _ in range(3):
        panel.get_by_role("button", name=STRINGS["study_next"].of(language)).click()
        panel.get_by_role("button", name=STRINGS["study_reading"].of(language)).click()
        expect(panel.locator("rt").first).to_be_attached()
        page.evaluate("window.indexttsStudio.player.pause()")
        assert page.evaluate(boxes) == before
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    # Nor do the arrows of the choices lie on what is chosen.
    room = "(all) => all.map((one) => parseFloat(getComputedStyle(one).paddingRight))"
    assert min(panel.locator("select").evaluate_all(room)) >= 20
    # The time and the tools beside it do not lie on each other.
    time, tools = page.locator(".player-all").bounding_box(), page.locator(".player-tools").bounding_box()
    assert time is not None and tools is not None and time["x"] + time["width"] <= tools["x"]
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.wait_for_function(f"({DARK})() === {str(dark).lower()}")
        settle(page)
        page.evaluate(AXE)
        assert page.evaluate(RUN, {"only": None, "more": MORE}) == []


def test_motion_that_is_not_wanted_is_left_out(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    rested(page)
    study(page)
    choose(page, gap="1.5")
    button(page, "play").click()
    page.wait_for_function("document.querySelector('.study-left').getAnimations().length")
    easing = "document.querySelector('.study-left').getAnimations()[0].effect.getTiming().easing"
    assert "steps(4" in page.evaluate(easing)
