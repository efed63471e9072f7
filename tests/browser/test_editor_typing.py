"""What is typed and chosen in the editor while answers to earlier changes arrive late: nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_editor import CHONG, cell, edit, press

pytestmark = pytest.mark.browser


def test_no_press_of_a_key_is_lost_where_answers_come_late(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    page.evaluate(HOLD_ANSWERS)
    pitch = cell(row, "pitch", CHONG)
    pitch.focus()
    for _ in range(2):
        page.keyboard.press("ArrowUp")
        page.wait_for_function("() => document.querySelectorAll('#editor [data-dirty]').length === 0")
    page.wait_for_function("window.held.length === 1")
    page.evaluate("window.letThrough()")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    expect(pitch).to_be_focused()
    expect(pitch).to_have_value("1")
    expect(row.locator(f'.curve [data-token="{CHONG}"].marked')).to_have_count(1)
    page.keyboard.press("ArrowUp")
    page.evaluate("window.letAllThrough()")
    expect(pitch).to_have_value("1.5")
    page.wait_for_function("window.told.at(-1) === 1.5")


@pytest.mark.parametrize("fresh", [False, True])
def test_a_line_that_is_being_written_outlives_a_reload(open_page: Open, fresh: bool) -> None:
    page = open_page()
    edit(page)
    box = page.locator("#editor .s-text")
    if fresh:
        press(page, "add", 1)
    else:
        page.keyboard.press("F2")
    box.fill("还没写完的一句")
    page.reload()
    expect(box).to_have_value("还没写完的一句")
    page.click("#editor [data-do=write-cancel]")
    expect(box).to_have_count(0)
    page.reload()
    expect(page.locator("#editor .sentence").first).to_be_visible()
    expect(box).to_have_count(0)


def test_no_press_is_lost_in_the_settings_of_the_whole_either(open_page: Open) -> None:
    page = open_page()
    edit(page)
    page.evaluate(HOLD_ANSWERS)
    page.click("#editor .tempo summary")
    speed = page.locator("#editor [data-key=whole-speed]")
    speed.focus()
    for _ in range(2):
        page.keyboard.press("ArrowUp")
        page.wait_for_function("() => document.querySelectorAll('#editor [data-dirty]').length === 0")
    page.wait_for_function("window.held.length === 1")
    page.evaluate("window.letThrough()")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    expect(speed).to_be_focused()
    expect(speed).to_have_value("1.1")
    page.keyboard.press("ArrowUp")
    page.evaluate("window.letAllThrough()")
    expect(speed).to_have_value("1.15")


def test_a_button_is_clicked_although_an_answer_comes_between_press_and_release(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    page.evaluate(HOLD_ANSWERS)
    take = page.get_attribute("#take-data", "data-take") or ""
    cell(row, "pitch", CHONG).fill("3")
    page.keyboard.press("Enter")
    page.wait_for_function("window.held.length === 1")
    page.hover("#edit-assemble")
    page.mouse.down()
    page.evaluate("window.letAllThrough()")
    expect(row.locator(f'.curve [data-token="{CHONG}"].marked')).to_have_count(1)
    page.wait_for_timeout(300)
    page.mouse.up()
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", take)


def test_a_button_of_the_line_itself_is_clicked_although_the_line_is_answered_meanwhile(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    page.evaluate(HOLD_ANSWERS)
    cell(row, "pitch", CHONG).fill("3")
    page.keyboard.press("Enter")
    page.wait_for_function("window.held.length === 1")
    row.locator("[data-do=lock]").hover()
    page.mouse.down()
    page.evaluate("window.letAllThrough()")
    page.wait_for_function("window.told.at(-1) === 3")
    page.wait_for_timeout(300)
    page.mouse.up()
    expect(row).to_have_class("sentence open locked")
    expect(cell(row, "pitch", CHONG)).to_have_value("3")


HOLD_ANSWERS = """() => {
    const usual = window.fetch;
    Object.assign(window, { held: [], told: [] });
    let through = false;
    window.fetch = async (address, options) => {
        const answer = await usual(address, options);
        if (!String(address).endsWith("/edits")) return answer;
        const { changed } = await answer.clone().json();
        const token = Object.values(changed || {})[0]?.tokens[3];
        if (!through) await new Promise((go) => window.held.push(go));
        if (token) window.told.push(token.pitch);
        return answer;
    };
    window.letThrough = () => window.held.shift()();
    window.letAllThrough = () => { through = true; window.held.splice(0).forEach((go) => go()); };
}"""
"""The answers to changes wait until the test lets them through; ``told`` are the pitches that they bring."""


def test_a_file_that_was_being_chosen_while_the_tools_were_drawn_anew_is_opened(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page()
    row = edit(page)
    with page.expect_download() as download:
        press(page, "save")
    file = tmp_path / "saved.plan.json"
    download.value.save_as(file)
    take = page.get_attribute("#take-data", "data-take") or ""
    with page.expect_file_chooser() as chooser:
        press(page, "open-file")
    cell(row, "pitch", CHONG).fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    chooser.value.set_files(file)
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", take)
