"""How a person corrects a reading, and hears the difference."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import REFUSED, Open, take_sound
from tests.browser.test_page import generate
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser

TEXT = "今天天气很好。我们在重庆住了三天。明天 hello 吗？"


def token(page: Page, text: str) -> Locator:
    return page.locator("#reading .token[data-at]", has_text=text).first


def reading_of(page: Page, text: str) -> str:
    return token(page, text).locator("rt").inner_text()


def generate_anew(page: Page) -> None:
    """The text that stands there, once more."""
    before = page.get_attribute("#take-data", "data-take")
    page.click("#generate")
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", before or "")


def sentences(page: Page, url: str) -> list[np.ndarray]:
    """The samples of each sentence of the shown take, with the pause behind it."""
    samples, rate = take_sound(page)
    starts = page.eval_on_selector_all("#reading .segment", "all => all.map((one) => Number(one.dataset.start))")
    cuts = [round(start * rate) for start in starts[1:]]
    return np.split(samples, cuts)


def test_one_click_reads_a_character_otherwise_and_only_its_sentence_sounds_different(
    open_page: Open, url: str, engine: HeldEngine
) -> None:
    page = open_page()
    generate(page, TEXT)
    assert reading_of(page, "重") == "chóng"
    before = sentences(page, url)
    token(page, "重").click()
    expect(page.locator("#fix .fix-option[aria-pressed=true]")).to_have_text("chóng")
    engine.spoken.clear()
    page.click("#fix [data-choose=zhong4]")
    expect(page.locator("#fix .fix-option[aria-pressed=true]")).to_have_text("zhòng")
    assert reading_of(page, "重") == "zhòng"
    expect(page.locator("#notice .done")).to_contain_text("只再读了这一句")
    after = sentences(page, url)
    assert engine.spoken == ["我们在重庆住了三天。"]
    assert np.array_equal(before[0], after[0]) and np.array_equal(before[2], after[2])
    size = min(before[1].size, after[1].size)
    difference = before[1][:size].astype(float) - after[1][:size]
    assert np.sqrt(np.mean(difference**2)) > 100, "it can be heard"
    expect(page.locator("#takes .take")).to_have_count(1)
    page.click("#fix [data-listen]")
    begin, end = page.eval_on_selector(
        "#reading .segment:nth-of-type(2)", "one => [Number(one.dataset.start), Number(one.dataset.end)]"
    )
    page.wait_for_function("!document.querySelector('#player audio').paused")
    page.wait_for_function("document.querySelector('#player audio').paused")
    assert begin < page.evaluate("document.querySelector('#player audio').currentTime") <= end + 0.3
    page.click("#fix [data-undo]")
    expect(page.locator("#fix .fix-option[aria-pressed=true]")).to_have_text("chóng")
    expect(page.locator("#fix [data-undo]")).to_have_count(0)
    assert all(np.array_equal(one, other) for one, other in zip(before, sentences(page, url), strict=True))
    page.reload()
    expect(token(page, "重").locator("rt")).to_have_text("chóng")


def test_a_reading_can_be_corrected_with_the_keyboard_alone(open_page: Open) -> None:
    page = open_page()
    page.uncheck("#play-as-made-yes")
    generate(page, TEXT)
    first = page.locator("#reading .token[data-at]").first
    expect(first).to_have_attribute("tabindex", "0")
    expect(page.locator("#reading .token[tabindex='0']")).to_have_count(1)
    first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#reading .token:focus")).to_contain_text("hello")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#reading .token:focus")).to_contain_text("天")
    page.keyboard.press("Enter")
    expect(page.locator("#fix")).to_be_visible()
    assert page.evaluate("document.querySelector('#fix').contains(document.activeElement)")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('#fix').contains(document.activeElement)")
    page.locator("#fix input[name=reading]").focus()
    page.keyboard.type("tián")
    page.keyboard.press("Enter")
    expect(page.locator("#fix .fix-option[aria-pressed=true]")).to_have_text("tián")
    page.keyboard.press("Escape")
    expect(page.locator("#fix")).to_have_count(0)
    expect(page.locator("#reading .token:focus rt")).to_have_text("tián")
    page.keyboard.press("Space")
    expect(page.locator("#fix")).to_be_visible()
    expect(page.locator("#player .player-now")).to_have_text("0:00")


@pytest.mark.parametrize("dialog", ["open", "of another word", "closed", "typed in"])
def test_ctrl_z_takes_a_change_back_and_leaves_the_text(open_page: Open, dialog: str) -> None:
    page = open_page()
    page.focus("#text textarea")
    page.keyboard.insert_text(TEXT)
    page.keyboard.press("Control+Enter")
    token(page, "重").click()
    page.click("#fix [data-choose=zhong4]")
    expect(page.locator("#fix [data-undo]")).to_be_visible()
    if dialog == "of another word":
        token(page, "天").click()
    elif dialog == "closed":
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
    elif dialog == "typed in":
        page.focus("#fix .fix-typed input")
        page.keyboard.press("a")
        page.keyboard.press("Control+z")
        expect(page.locator("#fix .fix-typed input")).to_have_value("")
        page.keyboard.press("Control+z")  # nothing is left of what was typed there
        expect(token(page, "重").locator("rt")).to_have_text("zhòng")
        page.focus("#fix [data-undo]")
    page.keyboard.press("Control+z")
    expect(token(page, "重").locator("rt")).to_have_text("chóng")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    page.click("#header [data-tab=books]")
    page.keyboard.press("Control+z")  # nor is it hidden on another tab
    page.click("#header [data-tab=speak]")
    expect(page.locator("#text textarea")).to_have_value(TEXT)
    expect(token(page, "重").locator("rt")).to_have_text("chóng")
    page.focus("#text textarea")
    page.keyboard.press("Control+z")
    expect(page.locator("#text textarea")).to_have_value("")


def test_a_reading_that_cannot_be_said_is_refused_in_its_place(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = open_page(language="en-US")
    generate(page, TEXT)
    shown = page.get_attribute("#take-data", "data-take")
    token(page, "重").click()
    page.fill("#fix input[name=reading]", "<b>zzz9</b>")
    page.click("#fix button[type=submit]")
    expect(page.locator("#fix [role=alert]")).to_contain_text("“<b>zzz9</b>” is not a valid reading")
    expect(page.locator("#fix input[name=reading]")).to_be_focused()
    expect(page.locator("#generate")).to_be_enabled()
    assert page.get_attribute("#take-data", "data-take") == shown
    page.fill("#fix input[name=reading]", "zhong4")
    page.keyboard.press("Enter")
    expect(page.locator("#fix .fix-option[aria-pressed=true]")).to_have_text("zhòng")
    token(page, "hello").click()
    page.fill("#fix input[name=reading]", "hh ah0 l ow1")
    page.keyboard.press("Enter")
    expect(token(page, "hello").locator("rt")).to_have_text("həˈloʊ")
    assert reading_of(page, "重") == "zhòng"


def test_an_english_word_is_written_as_people_write_sounds(
    open_page: Open, engine: HeldEngine, forgiven: list[str]
) -> None:
    """In phonetic letters or by words; the choices differ in print, and nobody reads of ARPAbet or pinyin."""
    forgiven.append(REFUSED)
    page = open_page(language="en-US")
    generate(page, "Please say this again. All is well.")
    token(page, "this").click()
    shown = page.locator("#fix .fix-option").all_inner_texts()
    assert len(set(shown)) == len(shown)
    field = page.locator("#fix .fix-typed input")
    assert "like: that" in (field.get_attribute("placeholder") or "")
    for typed, letters in [("ðæt", "ðæt"), ("like: these", "ðiz"), ("that", "ðæt"), ("/ðəʊz/", "ðoʊz")]:
        engine.spoken.clear()
        field.fill(typed)
        page.keyboard.press("Enter")
        expect(token(page, "this").locator("rt")).to_have_text(letters)
        assert engine.spoken in (["Please say this again."], [])
    expect(page.locator("#fix .remember [name=reading]")).to_have_value("/ðoʊz/")
    field.fill("zorptang")
    page.keyboard.press("Enter")
    told = page.locator("#fix-told")
    expect(told).to_contain_text("“like: zorptang”")
    assert "ARPAbet" not in told.inner_text() and "pinyin" not in told.inner_text()
    page.locator("#fix [data-undo]").click()
    expect(token(page, "this").locator("rt")).to_have_text("ðæt")


def test_a_fix_that_takes_long_says_so_and_can_be_cancelled(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    generate(page, TEXT)
    token(page, "重").click()
    engine.hold()
    page.fill("#fix input[name=reading]", "zhuang4")
    page.keyboard.press("Enter")
    expect(page.locator("#fix")).to_contain_text("正在再读这一句")
    expect(page.locator("#cancel")).to_be_enabled()
    page.click("#cancel")
    expect(page.locator("#notice .plain")).to_contain_text("已取消")
    expect(page.locator("#fix [data-choose=zhong4]")).to_be_enabled()
    expect(page.locator("#fix [role=alert]")).to_have_count(0)
    engine.release()
    assert reading_of(page, "重") == "chóng"
    page.keyboard.press("Escape")
    expect(page.locator("#fix")).to_have_count(0)


def test_escape_closes_the_dialog_and_leaves_what_was_chosen_in_it(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    generate(page, TEXT)
    token(page, "重").click()
    engine.hold()
    page.click("#fix [data-choose=zhong4]")
    expect(page.locator("#fix")).to_contain_text("正在再读这一句")
    page.keyboard.press("Escape")
    expect(page.locator("#fix")).to_have_count(0)
    engine.release()
    expect(token(page, "重").locator("rt")).to_have_text("zhòng")
    # With no dialog open it stops what is being spoken.
    engine.hold()
    token(page, "天").click()
    page.click("#fix [data-row=stress_choose] .choice:nth-child(3)")
    page.keyboard.press("Escape")
    expect(page.locator("#cancel")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.locator("#notice .plain")).to_contain_text("已取消")
    engine.release()
    expect(token(page, "天")).not_to_have_attribute("data-stress", "2")


def test_the_dialog_goes_away_by_itself_when_the_reading_is_another(open_page: Open) -> None:
    page = open_page()
    generate(page, TEXT)
    token(page, "重").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#fix")).to_have_count(0)
    token(page, "重").click()
    page.click("#text textarea")
    expect(page.locator("#fix")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_the_dialog_stays_inside_the_window(open_page: Open, width: int) -> None:
    page = open_page(width=width, height=844)
    generate(page, TEXT)
    for text in ("今", "重", "吗"):
        token(page, text).scroll_into_view_if_needed()
        token(page, text).click()
        box = page.locator("#fix").bounding_box()
        assert box is not None and box["x"] >= 8 and box["x"] + box["width"] <= width - 8
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
