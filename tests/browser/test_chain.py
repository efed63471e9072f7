"""The page while the first engine hangs: speech comes all the same, with the reason on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from indextts.platform.config import Config
from tests.browser.conftest import Open, take_sound
from tests.support.faulty_engines import Hangs, Tone, chain_service, pitch_of
from tests.support.services import application, serving
from tests.support.waiting import page_ready

pytestmark = pytest.mark.browser

DEADLINE_S = 20.0


class Held(Hangs):
    """Lets go at the end of a test, as the fixtures expect."""

    def release(self) -> None:
        self.let_go.set()


@pytest.fixture
def engine() -> Held:
    return Held()


@pytest.fixture
def url(engine: Held, tmp_path: Path) -> Iterator[str]:
    config = Config(cache_dir=tmp_path)
    service = chain_service(config, engine, Tone("sambert", 16000), deadline_s=DEADLINE_S, stall_s=1.0, retry_s=1.0)
    with serving(application(service)) as base:
        page_ready(base)
        yield base


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "秒没有响应"), ("en", "did not respond")], ids=["zh", "en"])
def test_the_first_engine_hangs_and_the_page_still_speaks(
    language: str, said: str, open_page: Open, engine: Held
) -> None:
    page = open_page(language=language)
    page.fill("#text textarea", "今天天气很好，我们去公园。")
    page.click("#generate")
    notice = page.locator("#notice .done")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("Sambert")
    expect(notice).to_contain_text(said)
    expect(page.locator("#timings .fallback")).to_contain_text(said)
    samples, rate = take_sound(page, "float64")
    assert (rate, pitch_of(samples)) == (24000, "sambert")


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "秒没有响应"), ("en", "did not respond")], ids=["zh", "en"])
def test_a_book_that_the_next_engine_read_says_so_until_it_is_made_again(
    language: str, said: str, open_page: Open, engine: Held, url: str
) -> None:
    book = httpx.post(f"{url}/v1/books", json={"text": "第一章\n\n今天天气很好。\n\n第二章\n\n我们去公园。"}).json()[
        "id"
    ]
    page = open_page(language=language)
    page.goto(f"{url}/#/books/{book}")
    page.click("#book [data-do=speak]")
    told, again = page.locator("#book .book-warnings"), page.locator("#book [data-do=speak]")
    expect(told).to_contain_text(said)
    expect(page.locator("#book .book-state")).to_have_attribute("data-kind", "done")
    expect(told).to_contain_text(said)
    expect(page.locator("#book .chapter-state").first).to_contain_text("Sambert")
    page.click("#book [data-section=files]")
    expect(page.locator("#book .shop-word")).to_contain_text(said)
    engine.sick = False
    engine.release()
    page.wait_for_timeout(1200)  # until the engine is asked again
    again.click()
    expect(told).to_be_empty()
    expect(page.locator("#book .book-state")).to_have_attribute("data-kind", "done")
    expect(again).to_be_disabled()
    expect(page.locator("#book .shop-word")).to_be_empty()
    page.click("#book [data-section=chapters]")
    expect(page.locator("#book .chapter-state").first).not_to_contain_text("Sambert")
    expect(page.locator("#book .chapters-making")).to_be_empty()
