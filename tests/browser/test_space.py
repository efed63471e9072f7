"""Space plays and pauses what one looks at, whatever was clicked before, and never scrolls the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import generate

pytestmark = pytest.mark.browser

LINES = "\n".join(f"第{number}行，说的是雨后的院子和一只不肯进屋的猫。" for number in "一二三四五六")


def editor(page: Page) -> None:
    page.uncheck("#play-as-made-yes")
    generate(page, LINES)
    page.click("#header [data-tab=edit]")
    expect(page.locator("#editor .sentence")).to_have_count(6)


def number(page: Page, place: int) -> str:
    return f'#editor .sentence[data-place="{place}"] .s-number'


@pytest.mark.parametrize("place", [1, 4])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_line_opened_with_the_mouse_is_played_by_space(open_page: Open, place: int, width: int) -> None:
    page = open_page(width=width, height=700)
    editor(page)
    row = page.locator(f'#editor .sentence[data-place="{place}"]')
    page.click(number(page, place))
    expect(row.locator("svg.curve")).to_be_visible()
    there = page.evaluate("scrollY")
    page.keyboard.press("Space")
    expect(row.locator(".glyph-stop")).to_be_visible()
    expect(row.locator("svg.curve")).to_be_visible()
    page.keyboard.press("Space")
    expect(row.locator(".glyph-stop")).to_have_count(0)
    assert page.evaluate("scrollY") == there


def test_the_keyboard_opens_and_closes_a_line_on_its_number(open_page: Open) -> None:
    page = open_page()
    editor(page)
    page.focus(number(page, 2))
    for is_open in ("true", "false", "true"):
        page.keyboard.press("Space")
        expect(page.locator(number(page, 2))).to_have_attribute("aria-expanded", is_open)
        expect(page.locator(number(page, 2))).to_be_focused()


def test_in_the_text_it_is_a_space_and_on_the_picture_it_plays(open_page: Open) -> None:
    page = open_page()
    page.uncheck("#play-as-made-yes")
    generate(page, LINES)
    page.fill("#text textarea", "雨 ")
    page.keyboard.press("Space")
    assert page.input_value("#text textarea") == "雨  "
    page.click("#player .player-wave")
    page.wait_for_function("scrollY === (window.was = scrollY)")
    paused = page.locator("#player .player-play .glyph-play")
    playing = paused.count() == 0
    page.keyboard.press("Space")
    expect(paused).to_have_count(1 if playing else 0)
    assert page.evaluate("scrollY === window.was")
