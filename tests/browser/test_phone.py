"""The code for a phone on the tab System: read from a picture of the page, as a camera does, and followed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.waiting import page_ready

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(engine: HeldEngine) -> Iterator[str]:
    """A server that says that it listens to the network."""
    settings = {"host": "0.0.0.0", "rate_limit": "100000/minute", "hosts": ("*.test",)}
    service = make_service(engine.config, engine, **settings)  # type: ignore[attr-defined]
    with serving(application(service)) as base:
        page_ready(base)
        yield base


def code_of(page: Page) -> str:
    """What a camera reads in a picture of the page."""
    image = page.locator(".system-phone-code img")
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
    (found,) = zxingcpp.read_barcodes(np.asarray(picture))
    return str(found.text)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_the_code_is_read_from_the_page_and_leads_to_a_voice(open_page: Open, url: str, width: int, dark: bool) -> None:
    page = open_page(width=width, dark=dark, language="en-US")
    page.click("#header [data-tab=system]")
    section = page.locator(".system-phone")
    expect(section.get_by_label("Voice").locator("option")).not_to_have_count(1)
    section.get_by_role("button", name="Make a code").click()
    expect(section.locator(".system-said")).to_contain_text("contains a key")
    link = urlsplit(code_of(page))
    assert (link.scheme, link.netloc, link.path) == ("legado", "import", "/httpTTS")
    (imported,) = parse_qs(link.query)["src"]
    parts = urlsplit(imported)
    assert parts.port == urlsplit(url).port and not str(parts.hostname).startswith("127.")
    # The phone's way, but for the address that only it can take.
    source = httpx.get(f"{url}{parts.path}?{parts.query}").json()
    assert source["name"].startswith("IndexTTS") and "{{speakSpeed}}" in source["url"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_projects_speakers_are_chosen_by_its_name(open_page: Open, url: str) -> None:
    made = httpx.post(f"{url}/v1/projects", json={"name": "雪夜对白", "text": "小明：你好。"})
    assert made.status_code == 201
    page = open_page(language="en-US")
    page.click("#header [data-tab=system]")
    section = page.locator(".system-phone")
    section.get_by_label("By character").select_option(label="雪夜对白")
    section.get_by_role("button", name="Make a code").click()
    expect(section.locator(".system-said")).to_contain_text("contains a key")
    (imported,) = parse_qs(urlsplit(code_of(page)).query)["src"]
    parts = urlsplit(imported)
    assert httpx.get(f"{url}{parts.path}?{parts.query}").json()["name"] == "IndexTTS · 雪夜对白"
