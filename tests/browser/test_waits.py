"""Work that waits for a disk says so on the page, wherever it is shown, and goes on by itself."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language
from indextts.studio.strings import STRINGS
from indextts.works.sounds.sounds import SoundStore
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

TEXT = "今天的第一句话，说得不长。今天的第二句话，说得不长。"
LANGUAGES: dict[str, Language] = {"zh-CN": "zh", "en-US": "en"}


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """While its one item is true, no sound can be written."""
    full, keep = [True], SoundStore._keep

    def keeping(self: SoundStore, *given: Any) -> None:
        if full[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        keep(self, *given)

    def probing(folder: Any) -> None:
        if full[0]:
            raise StudioError("disk_full", path=folder)

    monkeypatch.setattr(SoundStore, "_keep", keeping)
    monkeypatch.setattr("indextts.works.sounds.sounds.probe", probing)
    yield full
    full[0] = False


def waits(place: str) -> str:
    return STRINGS["waits_disk"].of(LANGUAGES[place])


@pytest.mark.parametrize("place", LANGUAGES)
def test_a_take_that_waits_says_for_what_in_the_history_and_in_the_player(
    open_page: Open, url: str, away: list[bool], place: str
) -> None:
    page: Page = open_page(language=place)
    text = TEXT + place
    job = httpx.post(f"{url}/v1/jobs", json={"text": text, "live": True}).json()["id"]
    page.evaluate("job => window.indexttsStudio.player.open(job, { play: true })", job)
    expect(page.locator(".player-note")).to_have_text(waits(place))
    page.click("#header [data-tab=history]")
    row = page.locator(f".history-take[data-job='{job}']")
    expect(row.locator(".history-state")).to_contain_text(waits(place))
    away[0] = False
    expect(row).to_have_attribute("data-state", "done")
    expect(row.locator(".history-state")).to_have_count(0)
    expect(page.locator(".player-note")).not_to_have_text(waits(place))


@pytest.mark.parametrize("place", LANGUAGES)
def test_a_book_that_waits_says_for_what_and_can_be_paused(
    open_page: Open, url: str, away: list[bool], place: str
) -> None:
    given = {"text": f"第一章 夜\n\n天黑了{place}。\n\n第二章 昼\n\n天亮了，大家都走了。\n", "title": "夜与昼"}
    book = httpx.post(f"{url}/v1/books", json=given).json()["id"]
    page: Page = open_page(language=place)
    page.goto(f"{url}/#/books/{book}")
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state")).to_contain_text(waits(place))
    expect(page.locator(".book-do [data-do=pause]")).to_be_visible()
    away[0] = False
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    expect(page.locator(".book-state")).not_to_contain_text(waits(place))
