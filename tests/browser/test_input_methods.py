"""A key with which an input method writes is no key of the page's: its Enter takes a word, its Escape gives one up."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import generate

pytestmark = pytest.mark.browser

PRESSED = """(part, { key, how }) => part.dispatchEvent(new KeyboardEvent("keydown",
  { key, code: key, bubbles: true, cancelable: true, ...how }))"""
WAYS: dict[str, dict[str, object]] = {
    "while it writes": {"isComposing": True, "keyCode": 229},
    "told late, as Safari does": {"isComposing": False, "keyCode": 229},
    "with Ctrl": {"isComposing": True, "ctrlKey": True},
}


@pytest.fixture(params=WAYS, ids=[way.replace(" ", "-") for way in WAYS])
def how(request: pytest.FixtureRequest) -> dict[str, object]:
    return WAYS[str(request.param)]


def composed(page: Page, field: str, how: dict[str, object], *keys: str) -> None:
    """In ``field`` an input method writes with Enter and Escape, or with those ``keys``."""
    for key in keys or ("Enter", "Escape"):
        taken = page.locator(field).evaluate(PRESSED, {"key": key, "how": how})
        assert taken, f"{key} in {field} was the page's"


def test_no_text_is_spoken_and_no_run_stopped(open_page: Open, how: dict[str, object]) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if sent.method == "POST" else None)
    page.fill("#text textarea", "雨停了，月亮出来了。")
    composed(page, "#text textarea", {**how, "ctrlKey": True})
    page.wait_for_timeout(300)
    assert not [address for address in asked if address.endswith("/v1/jobs")]
    expect(page.locator("#reading .token")).to_have_count(0)


def test_fields_stay_open_with_what_is_in_them(open_page: Open, how: dict[str, object]) -> None:
    page = open_page()
    page.click("#settings-head summary")
    page.fill("#settings-head [name=name]", "慢速旁白")
    page.click("#settings-head [type=submit]")
    page.click("#settings-head [data-do=rename]")
    renamed = "#settings-head li input"
    page.fill(renamed, "旁白")
    composed(page, renamed, how)
    expect(page.locator(renamed)).to_have_value("旁白")
    page.keyboard.press("Escape")

    generate(page, "雨停了，月亮出来了。")
    page.click("#reading .token[data-at] >> nth=0")
    page.fill("#fix input", "yu3")
    composed(page, "#fix input", how)
    expect(page.locator("#fix input")).to_have_value("yu3")
    page.keyboard.press("Escape")
    expect(page.locator("#fix")).to_have_count(0)


def test_lines_and_searches_of_the_editor_stay(open_page: Open, how: dict[str, object]) -> None:
    page = open_page()
    generate(page, "雨停了，月亮出来了。")
    page.click("#header [data-tab=edit]")
    expect(page.locator("#editor .sentence").first).to_be_visible()
    page.keyboard.press("F2")
    page.fill("#editor .s-text", "雪停了。")
    composed(page, "#editor .s-text", how)
    expect(page.locator("#editor .s-text")).to_have_value("雪停了。")
    page.keyboard.press("Escape")
    page.click("#editor [data-do=more]")
    page.click(".sheet [data-do=find]")
    page.keyboard.type("月")
    composed(page, ".edit-find input >> nth=0", how)
    expect(page.locator(".edit-find input").first).to_have_value("月")


def test_names_in_sheets_and_the_sheet_of_a_phone_stay(open_page: Open, how: dict[str, object]) -> None:
    page = open_page(width=390, height=844)
    page.click("#settings-open")
    page.click("#settings-head summary")
    page.fill("#settings-head [name=name]", "轻声")
    composed(page, "#settings-head [name=name]", how, "Escape")
    expect(page.locator("#settings-head [name=name]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#settings-head [name=name]")).to_be_hidden()
