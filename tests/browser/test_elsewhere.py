"""What does not belong into the text box finds its place: long texts, subtitles, and files dropped onto the page."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_books import drop, epub, no_books, told

__all__ = ["no_books"]

pytestmark = pytest.mark.browser

LINES = ("天气很好。", "我们去公园。", "走吧。")
SRT = "".join(f"{n}\n00:00:0{3 * n},000 --> 00:00:0{3 * n + 2},000\n{line}\n\n" for n, line in enumerate(LINES))
VTT = "WEBVTT\n\n" + SRT.replace(",", ".")


def book_of(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_text_that_is_too_long_becomes_a_book_in_one_click(open_page: Open, url: str) -> None:
    page = open_page()
    page.fill("#text textarea", "第一章 夜\n" + "天黑了，风停了。" * 700 + "\n第二章 昼\n" + "天亮了，雨停了。" * 700)
    expect(page.locator("#meter-text")).to_contain_text("超出")
    page.get_by_role("button", name="做成有声书 →").click()
    expect(page.locator("#book .chapter-title")).to_have_text(["第一章 夜", "第二章 昼"])
    # It is called by its beginning, not by the name of a file that nobody has.
    expect(page.locator("#book .book-title")).to_contain_text("天黑了，风停了")


def test_whoever_presses_generate_is_offered_the_book_as_well(open_page: Open) -> None:
    page = open_page()
    page.fill("#text textarea", "天黑了，风停了。" * 1300)
    page.click("#generate")
    expect(page.locator("#notice")).to_contain_text("做成有声书")
    page.locator("#notice [data-run=book]").click()
    expect(page.locator("#book .book-title")).to_contain_text("天黑了，风停了")


@pytest.mark.parametrize("text", [pytest.param(SRT, marks=pytest.mark.gate), VTT], ids=["srt", "vtt"])
def test_pasted_subtitles_are_recognised_and_become_a_dub(open_page: Open, url: str, text: str) -> None:
    page = open_page()
    page.fill("#text textarea", text)
    expect(page.locator("#notice")).to_contain_text("这是字幕。")
    page.get_by_role("button", name="做成配音").click()
    expect(page.locator("#book .book-title")).to_have_text("天气很好。")
    options = told(url, book_of(page.url))["options"]
    assert (options["fit"], options["format"]) == (True, "wav")
    chapter = told(url, book_of(page.url), "/chapters/1")
    assert chapter["text"].split("\n") == list(LINES)


def test_of_pasted_subtitles_only_the_words_are_read(open_page: Open) -> None:
    page = open_page()
    page.fill("#text textarea", SRT)
    page.get_by_role("button", name="只读文字").click()
    expect(page.locator("#text textarea")).to_have_value("\n".join(LINES))
    expect(page.locator("#notice")).not_to_contain_text("字幕")
    page.click("#generate")
    expect(page.locator("#reading .segment")).to_have_count(len(LINES))


def test_who_generates_pasted_subtitles_hears_no_times_and_may_have_them_back(open_page: Open) -> None:
    page = open_page()
    page.fill("#text textarea", SRT)
    expect(page.locator("#project-switch")).to_contain_text("天气很好")
    page.click("#generate")
    expect(page.locator("#reading .segment")).to_have_count(len(LINES))
    expect(page.locator("#text textarea")).to_have_value("\n".join(LINES))
    expect(page.locator("#project-said")).to_contain_text("只读字幕里的文字")
    page.click("#project-said [data-do=undo]")
    expect(page.locator("#text textarea")).to_have_value(SRT)


def test_files_are_dropped_anywhere_and_each_kind_finds_its_place(open_page: Open, url: str) -> None:
    page = open_page()
    # A short text is read where it can be changed, whatever its encoding …
    drop(page, "公园.txt", "我们去公园。".encode("gb18030"), "body")
    expect(page.locator("#text textarea")).to_have_value("我们去公园。")
    expect(page.locator("#notice")).to_contain_text("已读入“公园.txt”。")
    # … also from another tab; it can be a book all the same.
    page.click("#header [data-tab=dictionary]")
    drop(page, "天气.md", "天气很好。".encode(), "body")
    expect(page.locator("#text textarea")).to_have_value("天气很好。")
    expect(page.locator("#text textarea")).to_be_visible()
    page.locator("#notice [data-run=book]").click()
    expect(page.locator("#book .book-title")).to_have_text("天气很好")
    page.click("#header [data-tab=speak]")
    drop(page, "夜与昼.epub", epub(), "#text")
    expect(page.locator("#book .book-title")).to_have_text("夜与昼")
    page.click("#header [data-tab=speak]")
    drop(page, "影片.srt", SRT.encode(), "#text")
    expect(page.locator("#book .book-title")).to_have_text("影片")
    assert told(url, book_of(page.url))["options"]["fit"]
    assert page.locator("#text textarea").input_value() == "天气很好。"


def test_on_the_shelf_a_text_is_a_book_at_once(open_page: Open, url: str) -> None:
    page = open_page()
    page.click("#header [data-tab=books]")
    drop(page, "公园.txt", "我们去公园。".encode(), "body")
    expect(page.locator("#book .book-title")).to_have_text("公园")
    assert len(httpx.get(f"{url}/v1/books").json()["books"]) == 1
