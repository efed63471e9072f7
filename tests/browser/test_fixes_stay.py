"""What was fixed on the first tab is still fixed after the next Generate, wherever its sentence went."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.test_fix import generate_anew, reading_of, token
from tests.browser.test_page import generate, write
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser

TEXT = "我们在银行门口排队。他长得很高。"
KEPT = "#reading .fixes-kept"


def gap_after(page: Page, text: str) -> Locator:
    place = token(page, text).get_attribute("data-at")
    return page.locator(f"#reading .break[data-gap='{place}']")


def choose_level(page: Page, row: str, level: int) -> None:
    """Choose in the open dialog, and wait until its sentence is spoken anew."""
    choice = f"#fix [data-row={row}] .choice:nth-child({level + 1})"
    page.click(choice)
    expect(page.locator(choice)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")


def read_as(page: Page, text: str, reading: str, shown: str) -> None:
    token(page, text).click()
    page.click(f"#fix [data-choose={reading}]")
    expect(page.locator("#fix .fix-option[aria-pressed=true]")).to_have_text(shown)
    page.keyboard.press("Escape")


@pytest.mark.gate
def test_a_reading_a_pause_and_an_emphasis_stay_when_text_is_added(open_page: Open) -> None:
    page = open_page()
    generate(page, TEXT)
    assert page.get_attribute("#take-data", "data-fixes") == "0"
    read_as(page, "长", "chang2", "cháng")
    gap_after(page, "在").click(force=True)
    choose_level(page, "gap_choose", 3)
    token(page, "高").click()
    choose_level(page, "stress_choose", 2)
    write(page, "你好。" + TEXT + "再见。")
    generate_anew(page)
    assert reading_of(page, "长") == "cháng"
    expect(gap_after(page, "在")).to_have_attribute("data-level", "3")
    expect(token(page, "高")).to_have_attribute("data-stress", "2")
    expect(page.locator(KEPT)).to_contain_text("保留了 3 处修改")
    # Discard speaks it as the page would.
    before = page.get_attribute("#take-data", "data-take")
    page.click(f"{KEPT} button")
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", before or "")
    assert reading_of(page, "长") == "zhǎng"
    expect(page.locator(KEPT)).to_have_count(0)
    generate_anew(page)
    assert reading_of(page, "长") == "zhǎng"


def choose_unheard(page: Page, text: str, level: int) -> None:
    """Choose an emphasis, and go on without waiting for what it sounds like."""
    token(page, text).click()
    page.click(f"#fix [data-row=stress_choose] .choice:nth-child({level + 1})")
    expect(page.locator("#fix")).to_contain_text("正在再读这一句")


def test_a_fix_made_while_another_is_still_being_spoken_adds_to_it(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    generate(page, TEXT)
    first = page.get_attribute("#take-data", "data-take")
    engine.hold()
    choose_unheard(page, "高", 2)
    choose_unheard(page, "排", 1)
    choose_unheard(page, "行", 2)
    # This one is not decided yet: it stays open when what was decided before is drawn.
    token(page, "队").click()
    open_one = page.locator("#fix strong")
    expect(open_one).to_have_text("队")
    engine.release()
    for text, level in (("高", "2"), ("排", "1"), ("行", "2")):
        expect(token(page, text)).to_have_attribute("data-stress", level)
    expect(open_one).to_have_text("队")
    assert page.get_attribute("#take-data", "data-fixes") == "3"
    assert page.get_attribute("#take-data", "data-take") != first
    page.keyboard.press("Escape")
    # Generate waits for it too.
    engine.hold()
    choose_unheard(page, "门", 1)
    page.click("#fix [data-close]")
    write(page, TEXT + "再见。")
    page.keyboard.press("Control+Enter")
    engine.release()
    expect(page.locator(KEPT)).to_contain_text("保留了 4 处修改")
    expect(token(page, "门")).to_have_attribute("data-stress", "1")


def test_in_a_changed_sentence_a_fix_stays_or_is_told_as_lost(open_page: Open) -> None:
    page = open_page(language="en-US")
    generate(page, TEXT)
    read_as(page, "长", "chang2", "cháng")
    write(page, "他长得很矮。我们在银行门口排队。")
    generate_anew(page)
    assert reading_of(page, "长") == "cháng"
    expect(page.locator(KEPT)).to_contain_text("1 fix kept")
    write(page, "她长得很矮。我们在银行门口排队。")
    generate_anew(page)
    expect(page.locator(KEPT)).to_have_text("1 fix no longer fits the text")
    # Of another text nothing is told.
    write(page, "今天天气很好。")
    generate_anew(page)
    expect(page.locator(KEPT)).to_have_count(0)


def test_a_corrected_sentence_is_heard_at_once_where_what_is_made_is_played(open_page: Open) -> None:
    page = open_page()
    generate(page, TEXT)
    page.wait_for_function("document.querySelector('#player audio').paused")
    read_as(page, "长", "chang2", "cháng")
    begin, end = page.eval_on_selector(
        "#reading .segment:nth-of-type(2)", "one => [Number(one.dataset.start), Number(one.dataset.end)]"
    )
    audio = "document.querySelector('#player audio')"
    page.wait_for_function(f"{audio}.paused && {audio}.currentTime > {begin}")
    assert page.evaluate(f"{audio}.currentTime") <= end + 0.3
    page.uncheck("#play-as-made-yes")
    page.evaluate("window.indexttsStudio.player.seekTo(0)")
    read_as(page, "长", "zhang3", "zhǎng")
    expect(page.locator("#player")).not_to_have_attribute("data-state", "playing")
    assert page.evaluate(f"{audio}.paused")
