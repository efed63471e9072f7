"""Breaks, emphasis and melody: seen in the reading, changed in the page, and heard in the sound that it plays."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from indextts.engines.embedded import engine as embedded
from indextts.platform.config import Config
from tests.browser.conftest import Open, take_sound
from tests.browser.test_fix import sentences, token
from tests.browser.test_page import generate
from tests.engines.embedded.test_prosody_heard import silence_ms
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser

TEXT = "今天天气很好。我们在重庆住了三天，然后就回来了。你也去吗？"


@pytest.fixture(scope="module")
def engine(real_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldEngine]:
    """The published voice: a pause can be measured only where there is speech around it."""
    engine = HeldEngine(embedded.load(real_config))
    cache = tmp_path_factory.mktemp("cache_hub")
    engine.config = real_config.model_copy(update={"cache_dir": cache, "prosody": "rules"})  # type: ignore[attr-defined]
    yield engine


def gap(page: Page, text: str) -> Locator:
    """The gap behind a character."""
    at = token(page, text).get_attribute("data-at")
    return page.locator(f'#reading .break[data-gap="{at}"]')


def pause_ms(page: Page, url: str, text: str) -> float:
    """The silence behind a character, in the sound that the page plays."""
    samples, rate = take_sound(page, "float32")
    assert rate == 24000
    return silence_ms(samples, float(token(page, text).get_attribute("data-end") or 0), 0.2)


def choose(page: Page, row: str, place: int) -> None:
    """The choice at ``place`` of a row of the dialog, and wait until it has been made."""
    page.click(f"#fix [data-row={row}] .choice:nth-child({place + 1})")
    expect(page.locator("#fix [data-undo]")).to_be_visible()


def test_the_marks_are_there_and_say_what_they_are(open_page: Open) -> None:
    page = open_page()
    generate(page, TEXT)
    expect(gap(page, "庆")).to_have_attribute("title", "不停顿")
    expect(gap(page, "天").nth(0)).to_be_attached()
    title = gap(page, "好").get_attribute("title") or ""
    assert "句末停顿" in title and "标点" in title
    assert page.locator("#reading .melody[data-ending]").count() == 3
    expect(page.locator("#reading .melody-question[data-ending]")).to_have_attribute("title", "疑问 · 依据：标点")
    tokens = page.locator("#reading .token[data-at]").count()
    assert page.locator("#reading .break[data-gap]").count() == tokens, "one gap behind each"
    expect(page.locator("#reading .legend")).to_contain_text("语调")


def test_a_break_that_is_set_moved_and_taken_back_is_heard_where_its_mark_stands(open_page: Open, url: str) -> None:
    page = open_page()
    generate(page, TEXT)
    before = sentences(page, url)
    assert pause_ms(page, url, "庆") < 50
    gap(page, "庆").click()
    expect(page.locator("#fix")).to_have_attribute("aria-label", "“庆”与“住”之间的停顿")
    expect(page.locator("#fix .choice[aria-pressed=true]")).to_contain_text("无")
    choose(page, "gap_choose", 3)
    expect(gap(page, "庆")).to_have_class("break break-3 mine open")
    assert pause_ms(page, url, "庆") > 120
    after = sentences(page, url)
    assert np.array_equal(before[0], after[0]) and np.array_equal(before[2], after[2]), "the others are untouched"

    page.keyboard.type('"]\\')  # a key that means nothing here
    page.keyboard.press("ArrowRight")
    expect(gap(page, "住")).to_have_class("break break-3 mine open")
    expect(page.locator("#fix")).to_have_attribute("aria-label", "“住”与“了”之间的停顿")
    assert pause_ms(page, url, "庆") < 50 < 120 < pause_ms(page, url, "住")
    page.click("#fix [data-undo]")
    expect(gap(page, "庆")).to_have_attribute("data-level", "3")
    expect(gap(page, "住")).not_to_have_attribute("data-level", "3")
    page.keyboard.press("Escape")
    expect(page.locator("#fix")).to_have_count(0)


def test_a_break_is_dragged_to_another_gap(open_page: Open, url: str) -> None:
    page = open_page()
    generate(page, TEXT)
    gap(page, "庆").click()
    choose(page, "gap_choose", 3)
    page.keyboard.press("Escape")
    one, other = gap(page, "庆").bounding_box(), gap(page, "三").bounding_box()
    assert one is not None and other is not None
    page.mouse.move(one["x"] + one["width"] / 2, one["y"] + 10)
    page.mouse.down()
    page.mouse.move(other["x"], other["y"] + 12, steps=8)
    expect(gap(page, "三")).to_have_class("break break-0 drop")
    page.mouse.up()
    expect(gap(page, "三")).to_have_attribute("data-level", "3")
    expect(gap(page, "庆")).to_have_attribute("data-level", "0")
    expect(page.locator("#fix [data-undo]")).to_be_visible()
    assert pause_ms(page, url, "庆") < 50 < 120 < pause_ms(page, url, "三")
    # A drag that ends nowhere, or is given up, changes nothing.
    take = page.get_attribute("#take-data", "data-take")
    page.keyboard.press("Escape")
    there = gap(page, "三").bounding_box()
    assert there is not None
    page.mouse.move(there["x"] + 4, there["y"] + 10)
    page.mouse.down()
    page.mouse.move(there["x"] + 4, there["y"] + 400, steps=4)
    page.mouse.up()
    expect(page.locator("#fix")).to_have_count(0)
    assert page.get_attribute("#take-data", "data-take") == take


def test_a_break_at_the_end_says_that_it_stays_and_selects_nothing(open_page: Open) -> None:
    page = open_page()
    generate(page, TEXT)
    last = gap(page, "好")
    expect(last).to_have_attribute("title", re.compile("不能移动"))
    expect(last).to_have_css("cursor", "pointer")
    box, away = last.bounding_box(), page.locator("#takes .take").first.bounding_box()
    assert box is not None and away is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 14)
    page.mouse.down()
    page.mouse.move(away["x"] + 50, away["y"] + 10, steps=8)
    assert page.evaluate("String(getSelection())") == ""
    page.mouse.up()
    last.click()
    expect(page.locator("#fix")).to_contain_text("不能移动")
    expect(page.locator("#fix [data-key=ArrowLeft]")).to_have_count(0)


def test_a_word_is_emphasised_and_everything_can_be_reached_by_keyboard(open_page: Open, url: str) -> None:
    page = open_page(language="en-US")
    generate(page, TEXT)
    before = sentences(page, url)
    token(page, "重").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fix [data-row=stress_choose] [aria-pressed=true]")).to_have_text("Plain")
    page.locator("#fix [data-row=stress_choose] .choice").nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fix [data-undo]")).to_be_visible()
    expect(page.locator("#fix :focus")).to_have_text("Strong")
    for text in "重庆":
        expect(token(page, text)).to_have_attribute("data-stress", "2")
    after = sentences(page, url)
    assert np.array_equal(before[0], after[0]) and after[1].size > before[1].size, "a stressed word takes longer"
    assert page.locator("#fix [data-row=gap_choose] .choice").count() == 4
    page.keyboard.press("Escape")
    expect(token(page, "重")).to_be_focused()


def test_the_melody_of_a_sentence_can_be_changed(open_page: Open, url: str) -> None:
    page = open_page()
    generate(page, TEXT)
    before = sentences(page, url)
    page.locator("#reading .melody-statement[data-ending]").first.click()
    expect(page.locator("#fix")).to_have_attribute("aria-label", "这一句的语调")
    choose(page, "melody_choose", 1)
    expect(page.locator("#reading .melody-question[data-ending]")).to_have_count(2)
    after = sentences(page, url)
    assert not np.array_equal(before[0], after[0]) and np.array_equal(before[1], after[1])


def test_the_pause_between_two_sentences_can_be_changed(open_page: Open, url: str) -> None:
    page = open_page()
    generate(page, TEXT)
    before = sentences(page, url)
    gap(page, "好").click()
    choose(page, "gap_choose", 1)
    after = sentences(page, url)
    assert after[0].size < before[0].size - 24000 * 0.3
    assert np.array_equal(before[1], after[1]) and np.array_equal(before[2], after[2])


def test_an_edit_that_takes_long_can_be_cancelled(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    generate(page, "他们去年在重庆住了五天。")  # of which no edit was spoken before
    gap(page, "庆").click()
    engine.hold()
    page.click("#fix [data-row=gap_choose] .choice:nth-child(4)")
    expect(page.locator("#fix")).to_contain_text("正在再读这一句")
    expect(page.locator("#cancel")).to_be_enabled()
    page.click("#cancel")
    expect(page.locator("#notice .plain")).to_contain_text("已取消")
    engine.release()
    expect(gap(page, "庆")).to_have_attribute("data-level", "0")
    expect(page.locator("#fix .choice:not([aria-pressed=true])").first).to_be_enabled()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_rows_fit_into_the_dialog(open_page: Open, width: int, language: str) -> None:
    page = open_page(width=width, height=844, language=language)
    generate(page, TEXT)
    melody = page.locator("#reading .melody[data-ending]").last
    for part in (token(page, "吗"), gap(page, "庆"), gap(page, "吗"), melody):
        part.scroll_into_view_if_needed()
        part.click()
        spilled = page.evaluate("""() => [...document.querySelectorAll("#fix .choice, #fix .row-name")]
            .filter((part) => part.scrollWidth > part.clientWidth + 1
                || part.getBoundingClientRect().right > part.closest("#fix").getBoundingClientRect().right - 8)
            .map((part) => part.textContent)""")
        assert spilled == []
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_a_line_of_a_dialogue_begins_with_its_speaker_whose_voice_can_be_chosen_there(open_page: Open) -> None:
    page = open_page()
    page.uncheck("#play-as-made-yes")
    generate(page, "小明：你真的要走吗？\n小红：是啊，车票都买好了。\n小明：那记得给我写信。")
    pills = page.locator("#reading button.who")
    expect(pills).to_have_count(3)
    boxes = [box for pill in pills.all() if (box := pill.bounding_box()) is not None]
    assert all(box["height"] < 30 and box["width"] > 80 for box in boxes), "nothing is broken into letters"
    assert len({round(box["x"]) for box in boxes}) == 1 and len({round(box["y"]) for box in boxes}) == 3
    for pill in pills.all():
        word = pill.locator("xpath=following::*[contains(@class, 'token')][1]").bounding_box()
        own = pill.bounding_box()
        assert word is not None and own is not None and own["x"] + own["width"] <= word["x"]
    before = page.get_attribute("#take-data", "data-take")
    pills.first.click()
    now = page.locator(".sheet [aria-current]")
    expect(now).to_be_focused()
    assert now.locator("span").inner_text() in pills.first.inner_text()
    assert all(page.locator(".sheet [role=menuitem] small").all_inner_texts()), "each says what kind of voice it is"
    page.get_by_role("menuitem", name="童声").click()
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", before or "")
    expect(pills.nth(0)).to_contain_text("童声")
    expect(pills.nth(2)).to_contain_text("童声")
    expect(page.locator("#speakers select[data-label='小明'] option:checked")).to_have_text("童声")
