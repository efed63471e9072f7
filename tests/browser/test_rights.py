"""Commercial use on the page: what is generated with it is free, and what is not is told before it is saved."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from indextts.engines.kokoro import install
from indextts.platform.config import Config, EnginesConfig
from tests.browser.conftest import Open, take_sound, unfold
from tests.support.services import application, make_service, serving
from tests.support.tiny_kokoro import make_published
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import page_ready, until

pytestmark = pytest.mark.browser

LATE_S = 30


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The fast voice goes before the natural ones, so that a natural one speaks only because it has to."""
    home = tmp_path_factory.mktemp("rights")
    config = Config(cache_dir=home, engines=EnginesConfig(order=("embedded", "kokoro")))
    make_tiny_voice(config.models_path)
    install.ensure(config, local=make_published(home / "published"), fetch=lambda *_, **__: None, say=lambda _: None)
    service = make_service(config, rate_limit="100000/minute")
    with serving(application(service)) as base:
        page_ready(base)
        yield base


def test_a_take_that_is_not_free_is_told_before_it_is_saved(open_page: Open) -> None:
    page = open_page()
    page.fill("#text textarea", "今天天气很好。")
    page.click("#generate")
    page.wait_for_selector("#take-data[data-take]", state="attached")
    warned = page.locator("#not-free p")
    expect(warned).to_be_hidden()
    page.locator("#commercial label").first.click()
    expect(warned).to_contain_text("embedded")
    expect(warned).to_contain_text("语言模型")
    unfold(page, "advanced")
    expect(page.locator("#prosody input")).to_have_value("规则")
    page.click("#generate")
    expect(warned).to_be_hidden()
    expect(page.locator("#notice .done")).to_contain_text("所选音色不能商用")
    samples, _ = take_sound(page)
    assert samples.any()
    page.locator("#commercial label").first.click()
    expect(page.locator("#prosody input")).to_have_value("语言模型")


def test_a_book_that_was_spoken_before_is_told_beside_its_files(open_page: Open, url: str) -> None:
    book = httpx.post(f"{url}/v1/books", json={"text": "第一章\n\n今天天气很好。"}, timeout=60).json()["id"]
    httpx.post(f"{url}/v1/books/{book}/speak", timeout=60)
    until(lambda: httpx.get(f"{url}/v1/jobs/{book}", timeout=60).json()["status"] == "done", LATE_S)
    page = open_page()
    page.goto(f"{url}/#/books/{book}")
    page.get_by_role("tab", name="成品").or_(page.get_by_text("成品", exact=True)).first.click()
    warned = page.locator(".making-warned")
    expect(warned).to_be_hidden()
    page.get_by_text("导出设置").click()
    page.get_by_text("商用：只用").click()
    expect(warned).to_contain_text("不能商用")
    assert httpx.get(f"{url}/v1/books/{book}", timeout=60).json()["settings"]["commercial"] is True
