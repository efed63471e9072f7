"""Lines of the editor: their text is changed in place, they are split, joined, moved, found, kept as files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import REFUSED, Open
from tests.browser.test_editor import CHONG, TEXT, cell, edit, press, sentence
from tests.browser.test_page import generate

pytestmark = pytest.mark.browser


def texts(page: Page) -> list[str]:
    """What each line says, by the names of their numbers."""
    names = page.locator("#editor .sentence[data-place] .s-number").evaluate_all(
        "all => all.map((one) => one.getAttribute('aria-label'))"
    )
    return [str(name).partition(". ")[2] for name in names]


def expect_texts(page: Page, *wanted: str) -> None:
    page.wait_for_function(
        """(wanted) => {
            const lines = [...document.querySelectorAll("#editor .sentence[data-place] .s-number")];
            const said = lines.map((one) => one.getAttribute("aria-label").replace(/^\\d+\\. /, ""));
            return JSON.stringify(said) === JSON.stringify(wanted);
        }""",
        arg=list(wanted),
    )


FIRST, SECOND, THIRD = "今天天气很好。", "我们在重庆住了三天，然后就回来了。", "你也去吗？"
assert FIRST + SECOND + THIRD == TEXT


def test_a_word_is_changed_in_place_and_all_other_edits_stay(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    cell(row, "pitch", CHONG).fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    row.locator("[data-do=write]").click()
    box = row.locator(".s-text")
    expect(box).to_be_focused()
    expect(box).to_have_value(SECOND)
    box.fill("随便写的。")
    page.keyboard.press("Escape")
    expect(row.locator(".s-text")).to_have_count(0)
    expect_texts(page, FIRST, SECOND, THIRD)
    sentence(page, 1).locator(".s-reading ruby").first.dblclick()
    row.locator(".s-text").fill("他们在重庆住了五天，然后就回来了。")
    page.keyboard.press("Enter")
    expect_texts(page, FIRST, "他们在重庆住了五天，然后就回来了。", THIRD)
    expect(row.locator("[data-do=write]")).to_be_focused()
    expect(cell(row, "pitch", CHONG)).to_have_value("3")
    expect(row.locator(".making")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect_texts(page, FIRST, SECOND, THIRD)
    expect(cell(row, "pitch", CHONG)).to_have_value("3")


def test_marks_are_put_in_as_the_buttons_under_the_text_write_them(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    row.locator("[data-do=write]").click()
    box = row.locator(".s-text")
    box.fill("我们在重庆。")
    box.evaluate("(box) => box.setSelectionRange(3, 4)")
    row.locator("[data-do=insert-reading]").click()
    page.keyboard.type("chong2")
    expect(box).to_have_value("我们在<重|chong2>庆。")
    box.evaluate("(box) => box.setSelectionRange(0, 2)")
    row.locator("[data-do=insert-emphasis]").click()
    box.evaluate("(box) => box.setSelectionRange(box.value.length, box.value.length)")
    row.locator("[data-do=insert-pause]").click()
    page.keyboard.type("300")
    expect(box).to_have_value("[强调]我们[/强调]在<重|chong2>庆。[停顿 300ms]")
    page.keyboard.press("Enter")
    expect_texts(page, FIRST, "我们在重庆。", THIRD)


def test_each_line_of_a_dialogue_shows_who_speaks(open_page: Open) -> None:
    page = open_page()
    generate(page, "小明：今天去哪里？我不知道。\n小红：我们去公园。")
    page.click("[data-tab=edit]")
    who = page.locator("#editor .sentence .who")
    expect(who.locator("b")).to_have_text(["小明", "小明", "小红"])
    pills = page.locator("#reading .who").evaluate_all("all => all.map((one) => one.className)")
    assert who.evaluate_all("all => all.map((one) => one.className)") == [pills[0], *pills], "as in the reading"
    sentence(page, 2).locator("[data-do=open]").click()
    voice = sentence(page, 2).locator("[data-set=voice]")
    names = who.locator("small").all_inner_texts()
    assert names[0] == names[1] != names[2]
    voice.select_option("child")
    expect(who.locator("small").nth(2)).not_to_have_text(names[2])
    expect(who.locator("b")).to_have_text(["小明", "小明", "小红"])


def test_a_wrong_mark_is_told_and_what_was_typed_stays_in_the_box(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = open_page()
    row = edit(page)
    row.locator("[data-do=write]").click()
    row.locator(".s-text").fill("坏<标|zzz9>记。")
    page.keyboard.press("Enter")
    expect(row.locator(".s-write .told")).not_to_be_empty()
    expect(row.locator(".s-text")).to_have_value("坏<标|zzz9>记。")
    expect(row.locator(".s-text")).to_be_focused()


def test_lines_are_split_joined_added_and_removed(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    row.locator("[data-do=write]").click()
    row.locator(".s-text").evaluate("(box) => box.setSelectionRange(10, 10)")
    page.keyboard.press("Shift+Enter")
    expect_texts(page, FIRST, SECOND[:10], SECOND[10:], THIRD)
    press(page, "merge", 1)
    expect_texts(page, FIRST, SECOND, THIRD)
    press(page, "add", 1)
    draft = page.locator("#editor .sentence.draft .s-text")
    expect(draft).to_be_focused()
    draft.fill("这是新加的一句。")
    page.keyboard.press("Enter")
    expect_texts(page, FIRST, SECOND, "这是新加的一句。", THIRD)
    press(page, "remove-line", 1)
    expect_texts(page, FIRST, "这是新加的一句。", THIRD)
    for _ in range(4):
        page.keyboard.press("Control+z")
    expect_texts(page, FIRST, SECOND, THIRD)
    expect(page.locator("#editor [data-do=undo]")).to_be_disabled()


def test_the_open_line_has_one_picture_and_its_table_is_reached_whatever_comes_and_goes(open_page: Open) -> None:
    page = open_page()
    row = edit(page, place=0)
    drawn, cell = page.locator("#editor .s-curve svg"), row.locator(".s-table input:enabled").first
    for act, key, texts in (
        ("remove-line", "", (FIRST, THIRD)),
        ("", "Control+z", (FIRST, SECOND, THIRD)),
        ("merge", "", (FIRST, SECOND + THIRD)),
        ("", "Control+z", (FIRST, SECOND, THIRD)),
    ):
        if act:
            press(page, act, 1)
        else:
            page.keyboard.press(key)
        expect_texts(page, *texts)
        expect(drawn).to_have_count(1)
        cell.click()
        expect(cell).to_be_focused()


def test_lines_are_moved_by_their_grips_and_by_keys_and_take_their_edits_along(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    cell(row, "pitch", CHONG).fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    expect(row.locator(".making")).to_have_count(0)
    grip, first = row.locator(".s-grip").bounding_box(), sentence(page, 0).bounding_box()
    assert grip and first
    page.mouse.move(grip["x"] + 6, grip["y"] + 6)
    page.mouse.down()
    page.mouse.move(grip["x"] + 6, first["y"] + 30, steps=4)
    page.mouse.move(grip["x"] + 6, first["y"] + 8, steps=2)
    page.mouse.up()
    expect_texts(page, SECOND, FIRST, THIRD)
    expect(sentence(page, 0)).to_have_class("sentence open")
    expect(cell(sentence(page, 0), "pitch", CHONG)).to_have_value("3")
    expect(sentence(page, 1).locator('.token[data-at="1.0"]')).to_have_count(1)
    sentence(page, 0).locator(".s-number").focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect_texts(page, FIRST, THIRD, SECOND)
    expect(sentence(page, 2).locator(".s-number")).to_be_focused()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect_texts(page, FIRST, SECOND, THIRD)


def test_what_is_found_is_replaced_one_by_one_and_everywhere(open_page: Open) -> None:
    page = open_page()
    edit(page)
    press(page, "find")
    page.keyboard.type("天")
    expect(page.locator(".edit-find .edit-found")).to_have_text("共 3 处")
    page.fill("#editor [data-find=by]", "日")
    page.keyboard.press("Enter")
    expect(page.locator(".edit-find .edit-found")).to_have_text("第 1 / 3 处")
    page.click("#editor [data-do=replace-one]")
    expect_texts(page, "今日天气很好。", SECOND, THIRD)
    page.click("#editor [data-do=replace-all]")
    expect_texts(page, "今日日气很好。", SECOND.replace("天", "日"), THIRD)
    page.keyboard.press("Control+z")
    expect_texts(page, "今日天气很好。", SECOND, THIRD)


def test_lines_are_kept_as_numbered_files_and_the_text_goes_back_to_its_box(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    row = edit(page)
    with page.expect_download() as download:
        press(page, "line-file", 1, "mp3")
    assert download.value.suggested_filename.startswith("002-我们在重庆住了三天")
    assert download.value.suggested_filename.endswith(".mp3")
    with page.expect_download() as download:
        press(page, "line-files", then="wav")
    file = tmp_path / "lines.zip"
    download.value.save_as(file)
    names = zipfile.ZipFile(io.BytesIO(file.read_bytes())).namelist()
    assert names[0] == "001-今天天气很好.wav" and len(names) == 3
    row.locator("[data-set=pause]").fill("1.5")
    page.keyboard.press("Tab")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    press(page, "to-text")
    expect(page.locator("#text textarea")).to_have_value(f"{FIRST}{SECOND}[pause 1.5s]{THIRD}")


def test_a_new_result_takes_the_edits_of_sentences_that_it_has_as_well(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    cell(row, "pitch", CHONG).fill("4")
    page.keyboard.press("Enter")
    sentence(page, 0).locator("[data-do=lock]").click()
    expect(sentence(page, 0)).to_have_class("sentence locked")
    page.click("[data-tab=speak]")
    generate(page, "前面多了一句。" + TEXT)
    page.click("[data-tab=edit]")
    page.click("#editor [data-do=other]")
    expect(page.locator("#editor .told").first).to_have_text("保留了 2 句的修改。")
    expect_texts(page, "前面多了一句。", FIRST, SECOND, THIRD)
    expect(sentence(page, 1).locator("[data-do=lock]")).to_have_attribute("aria-pressed", "true")
    sentence(page, 2).locator("[data-do=open]").click()
    expect(cell(sentence(page, 2), "pitch", CHONG)).to_have_value("4")


@pytest.mark.parametrize(
    ("first", "then", "wanted"), [("Control+a", "4", 4), ("End", "4", 4), ("Control+a -1", ".5", -1.5)]
)
def test_a_number_is_typed_while_the_answer_about_its_sentence_comes(
    open_page: Open, first: str, then: str, wanted: float
) -> None:
    """The row is drawn anew between two keys: what is typed says the same as it would without that."""
    page = open_page()
    held: list[Route] = []
    generate(page, TEXT)
    page.route("**/v1/editor/*/sounds", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/v1/editor/*/sounds"):
        page.click("[data-tab=edit]")
    box = cell(sentence(page, 0), "pitch", 0)
    box.focus()
    for keys in first.split():
        page.keyboard.press(keys) if keys.isalpha() or "+" in keys else page.keyboard.type(keys)
    box.evaluate("box => { box.closest('.sentence').querySelector('.s-line').dataset.old = 'yes' }")
    held[0].continue_()
    expect(page.locator("#editor .s-line[data-old]")).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.type(then)
    assert float(box.input_value()) == wanted
    with page.expect_response("**/v1/editor/*/edits") as answer:
        page.keyboard.press("Enter")
    assert answer.value.ok


def test_before_and_now_are_heard_by_turns(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    cell(row, "pitch", CHONG).fill("4")
    page.keyboard.press("Enter")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    press(page, "beside")
    bar = page.locator("#editor .edit-beside")
    expect(bar).to_contain_text("1 句不同")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or "") if "/sounds" in request.url else None)
    bar.locator("[data-do=beside-play]").click()
    expect(row).to_have_class("sentence open heard")
    bar.locator("[data-do=beside-was]").click()
    expect(bar.locator("[data-do=beside-was]")).to_have_attribute("aria-pressed", "true")
    expect(sentence(page, 2)).to_have_class("sentence heard")
    assert any("beside" in body for body in asked)
    bar.locator("[data-do=beside-play]").click()
    expect(page.locator("#editor .heard")).to_have_count(0)


def test_a_long_plan_is_drawn_where_it_is_seen_and_can_be_found_everywhere(open_page: Open) -> None:
    page = open_page()
    generate(page, "".join(f"第{number}句话在这里。" for number in range(1, 91)))
    page.click("[data-tab=edit]")
    last = sentence(page, 89)
    expect(page.locator("#editor .sentence")).to_have_count(90)
    expect(last.locator(".s-plain")).to_have_text("第90句话在这里。")
    last.evaluate("row => row.scrollIntoView()")
    expect(last.locator(".token").first).to_be_visible()
    expect(last.locator(".s-plain")).to_have_count(0)
    last.locator("[data-do=open]").click()
    expect(last.locator("svg.curve")).to_be_visible()
