"""What the page explains: keys, marks, dialogues, and the first steps."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

TEXT = "#text textarea"


def test_the_help_opens_by_button_and_key_and_closes_by_escape(open_page: Open) -> None:
    page = open_page()
    page.click("#help-switch")
    expect(page.locator("#help")).to_contain_text("[停顿 500ms]")
    expect(page.locator("#help")).to_contain_text("小明：")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.focus("#help-switch")
    page.keyboard.press("?")
    expect(page.locator("#help kbd").first).to_be_visible()
    page.click("#help [data-help=close]")
    page.click(TEXT)
    page.keyboard.type("?")
    expect(page.locator("#help")).to_be_hidden()
    expect(page.locator(TEXT)).to_have_value("?")


@pytest.mark.parametrize(
    ("mark", "written", "selected"),
    [
        ("pause", "银[停顿 500ms]行在哪里", "500"),
        ("reading", "银<行|hang2>在哪里", "hang2"),
        ("emotion", "银[高兴]行[/高兴]在哪里", ""),
        ("emphasis", "银[强调]行[/强调]在哪里", ""),
    ],
)
def test_a_mark_is_put_around_what_is_chosen_and_undone_by_the_browser(
    open_page: Open, mark: str, written: str, selected: str
) -> None:
    page = open_page()
    page.fill(TEXT, "银行在哪里")
    page.eval_on_selector(TEXT, "(area) => area.setSelectionRange(1, 2)")
    if mark == "pause":
        page.eval_on_selector(TEXT, "(area) => area.setSelectionRange(1, 1)")
    page.click(f"#inserts [data-insert={mark}]")
    expect(page.locator(TEXT)).to_have_value(written)
    chosen = page.eval_on_selector(TEXT, "(area) => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == selected
    page.keyboard.press("Control+z")
    expect(page.locator(TEXT)).to_have_value("银行在哪里")


def test_marks_that_the_help_puts_in_are_understood(open_page: Open) -> None:
    page = open_page()
    for mark in ("reading", "emotion", "emphasis", "pause"):
        page.click("#help-switch")
        page.click(f"#help [data-insert={mark}]")
        page.keyboard.press("Control+End")
    page.click("#generate")
    expect(page.locator("#notice .done")).to_be_visible()


def test_examples_and_first_steps_are_in_the_readers_language(open_page: Open) -> None:
    page = open_page(language="en-US")
    expect(page.locator("#reading .tour li")).to_have_count(3)
    page.click("#reading [data-point='#text textarea']")
    expect(page.locator(TEXT)).to_be_focused()
    page.click("#examples button:has-text('Numbers')")
    value = page.input_value(TEXT)
    assert "$12,800.50" in value and value.isascii()
