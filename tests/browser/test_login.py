"""In a browser: the login page, the way in with a key, and the way out again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from indextts.platform.serving_config import AccessConfig
from indextts.service.access_keys import Keys
from tests.browser.test_axe import AXE, RUN
from tests.support.services import HeldEngine, application, make_service, serving

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def kept(engine: HeldEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Keys]]:
    """A server that asks a person at its own machine for a key as well, and its keys."""
    file: Path = tmp_path_factory.mktemp("keys") / "keys.yaml"
    access = AccessConfig(keys="always", keys_file=str(file), local_needs_key=True)
    config = engine.config.model_copy(update={"access": access})  # type: ignore[attr-defined]
    service = make_service(config, engine, rate_limit="100000/minute")
    with serving(application(service)) as base:
        ends = time.monotonic() + 60
        while httpx.get(f"{base}/readyz").status_code != 200:
            assert time.monotonic() < ends
            time.sleep(0.05)
        yield base, service.keys


@pytest.fixture
def visit(browser: Browser, kept: tuple[str, Keys]) -> Iterator[Visit]:
    """A fresh browser at the server's address."""
    contexts: list[Any] = []

    def one(width: int = 1280, language: str = "en", *, dark: bool = False, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 720},
            locale=language,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            bypass_csp=False,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(kept[0])
        return page

    yield one
    for context in contexts:
        context.close()


@pytest.mark.gate
def test_a_key_opens_the_page_even_without_a_script(visit: Visit, kept: tuple[str, Keys]) -> None:
    url, keys = kept
    _, secret = keys.add("plain")
    page = visit(script=False)
    assert page.url == f"{url}/login?next=/"
    page.fill("#key", "its_wrong")
    page.press("#key", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("not valid on this server")
    page.fill("#key", secret)
    page.click("text=Log in")
    page.wait_for_url(f"{url}/")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_login_page_complains_of_nothing_and_fits_a_phone(visit: Visit, language: str, dark: bool) -> None:
    complaints: list[str] = []
    page = visit(320, language, dark=dark)
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.reload()
    label = page.locator("label[for=key] span:visible")
    expect(label).to_have_text("密钥" if language == "zh-CN" else "Key")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    back = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert back == ("rgb(20, 22, 27)" if dark else "rgb(247, 248, 250)")
    assert page.evaluate("document.activeElement.id") == "key"
    assert complaints == []
    page.evaluate(AXE)  # by the debugger: the page's own policy lets no script in
    assert page.evaluate(RUN, {"only": None, "more": {"target-size": {"enabled": True}}}) == []


def test_the_way_out_stands_in_the_header_on_a_phone_too(visit: Visit, kept: tuple[str, Keys]) -> None:
    url, keys = kept
    _, secret = keys.add("anna")
    page = visit(360)
    page.fill("#key", secret)
    page.press("#key", "Enter")
    page.wait_for_selector("#status[data-state=ready]")
    way_out = page.locator("#log-out button")
    expect(way_out).to_be_visible()
    expect(way_out).to_have_attribute("title", "Log out: anna")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [page.locator(f"#header {one}").bounding_box() for one in ("#help-switch", "#log-out")]
    assert boxes[0] is not None and boxes[1] is not None and boxes[0]["y"] == boxes[1]["y"]
    way_out.click()
    page.wait_for_url(f"{url}/login")
    page.goto(url)
    assert page.url == f"{url}/login?next=/"


def test_a_page_whose_key_is_removed_goes_back_to_the_login(visit: Visit, kept: tuple[str, Keys]) -> None:
    _, keys = kept
    _, secret = keys.add("gone")
    page = visit()
    page.fill("#key", secret)
    page.press("#key", "Enter")
    page.wait_for_selector("#status[data-state=ready]")
    keys.remove("gone")
    page.click("#header [data-tab=history]")  # it asks the server
    expect(page).to_have_url(re.compile("/login"))
    expect(page.locator("#key")).to_be_visible()


def test_who_needs_no_key_sees_no_way_out(browser: Browser, url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#status[data-state=ready]")
    expect(page.locator("#log-out")).to_be_hidden()
    context.close()
