"""A book that leaves for other programs: EPUB, the address of its podcast with a code, Audiobookshelf."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from indextts.platform.serving_config import AudiobookshelfConfig
from tests.browser.conftest import REFUSED, Open
from tests.browser.test_axe import AXE, MORE, RUN
from tests.browser.test_books import made, no_books, opened, told, unfolded
from tests.support.audiobookshelf import TOKEN, StandIn, stand_in
from tests.support.services import HeldEngine, held_voice
from tests.support.waiting import until

__all__ = ["no_books"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def there() -> Iterator[StandIn]:
    with stand_in() as shelf:
        yield shelf


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, there: StandIn) -> HeldEngine:
    engine = held_voice(tmp_path_factory.mktemp("cache_hub"))
    shelf = AudiobookshelfConfig(url=there.url, token=TOKEN)
    engine.config = engine.config.model_copy(update={"audiobookshelf": shelf})  # type: ignore[attr-defined]
    return engine


def spoken(url: str) -> str:
    book = made(url)
    httpx.post(f"{url}/v1/books/{book}/speak", json={}).raise_for_status()
    until(lambda: httpx.get(f"{url}/v1/jobs/{book}").json()["status"] == "done")
    return book


def test_an_epub_has_its_own_choices_and_is_downloaded(open_page: Open, url: str, tmp_path: Path) -> None:
    book = spoken(url)
    page = opened(open_page(), url, book, "files")
    unfolded(page, "making-settings")
    expect(page.locator("[name=ruby]")).to_be_hidden()
    page.locator("[name=format]").select_option("epub")
    page.locator("[name=ruby]").select_option("all")
    page.locator("[name=clips]").select_option("word")
    until(lambda: [told(url, book)["options"][one] for one in ("format", "ruby", "clips")] == ["epub", "all", "word"])
    page.click(".making-file[data-form=epub] button")
    with page.expect_download() as taken:
        page.click(".making-file[data-form=epub] a")
    taken.value.save_as(tmp_path / "book.epub")
    assert taken.value.suggested_filename == "夜与昼.epub"
    with zipfile.ZipFile(tmp_path / "book.epub") as archive:
        assert b"<ruby>" in archive.read("EPUB/text/0001.xhtml")


@pytest.mark.parametrize(("dark", "width"), [(False, 1440), (True, 360)])
def test_a_podcast_is_opened_made_anew_and_ended(open_page: Open, url: str, dark: bool, width: int) -> None:
    book = spoken(url)
    page = opened(open_page(dark=dark, width=width), url, book, "files")
    podcast = page.locator(".podcast")
    podcast.get_by_role("button", name="生成地址").click()
    field = podcast.get_by_label("播客地址")
    first = field.input_value()
    expect(podcast.locator("img")).to_be_visible()
    parts = urlsplit(first)
    answer = httpx.get(f"{url}{parts.path}?{parts.query}")
    assert answer.status_code == 200 and "<enclosure" in answer.text
    again, end = (podcast.get_by_role("button", name=name).bounding_box() for name in ("换新地址", "停用"))
    assert again and end and again["x"] + again["width"] <= end["x"] and again["y"] == end["y"], "side by side"
    podcast.get_by_role("button", name="换新地址").click()
    until(lambda: field.input_value() != first)
    assert httpx.get(f"{url}{parts.path}?{parts.query}").status_code == 404
    image = podcast.locator("img")
    image.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
    assert [one.text for one in zxingcpp.read_barcodes(np.asarray(picture))] == [field.input_value()]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.evaluate(AXE)
    assert page.evaluate(RUN, {"only": None, "more": MORE}) == []
    podcast.get_by_role("button", name="停用").click()
    expect(field).to_be_hidden()
    expect(podcast.get_by_role("button", name="生成地址")).to_be_focused()


def test_a_book_is_sent_to_audiobookshelf_once_and_again_where_wanted(
    open_page: Open, url: str, there: StandIn, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    book = spoken(url)
    page = opened(open_page(), url, book, "files")
    push = page.locator(".push")
    push.get_by_role("button", name="发送").click()
    expect(push.get_by_role("status")).to_contain_text("已在媒体库“有声书”中")
    push.get_by_role("button", name="发送").click()
    push.get_by_role("button", name="再次发送").click()
    expect(push.get_by_role("status")).to_contain_text("(2)")
    assert [one["title"] for one in there.items] == ["夜与昼", "夜与昼 (2)"]
