"""What the page costs a browser that has never seen it: few questions, few bytes, and none to anybody else."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

MOST_REQUESTS = 45
"""45 is the aim, and what there is; most of them are Gradio's own scripts, one for each kind of component."""

MOST_BYTES = 420_000
"""Over the wire, heads and all."""


@pytest.mark.gate
def test_a_first_visit_asks_little_and_only_this_server(browser: Browser, url: str, anew: None) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    wire: Any = context.new_cdp_session(page)
    wire.send("Network.enable")
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on("Network.requestWillBeSent", lambda sent: asked.update({sent["requestId"]: sent["request"]["url"]}))
    wire.on("Network.loadingFinished", lambda got: sizes.update({got["requestId"]: got["encodedDataLength"]}))
    page.goto(url)
    page.wait_for_selector("#status[data-state=ready]")
    page.wait_for_selector("#licence .licence", state="attached")
    page.wait_for_timeout(2000)  # what comes late counts as well
    over_the_wire = {name: address for name, address in asked.items() if not address.startswith(("data:", "blob:"))}
    told = sorted(address.removeprefix(url) for address in over_the_wire.values())
    assert [address for address in told if not address.startswith("/")] == []
    assert len(told) <= MOST_REQUESTS, "\n".join(told)
    assert 0 < sum(sizes.get(name, 0) for name in over_the_wire) <= MOST_BYTES
    # What belongs to a tab is asked for when it is opened.
    assert not [address for address in told if address.startswith(("/v1/store", "/v1/clones", "/v1/voices"))]
    for tab, address in {"voices": "/v1/clones", "models": "/v1/store"}.items():
        with page.expect_response(f"{url}{address}"):
            page.click(f"#header [data-tab={tab}]")
    context.close()


COUNTED = """
window.frames_asked = [];
const ask = window.requestAnimationFrame;
window.requestAnimationFrame = (called) => {
  window.frames_asked.push(String(called));
  return ask.call(window, called);
};
"""


def test_a_page_that_nobody_touches_rests(browser: Browser, url: str, anew: None) -> None:
    """What Gradio shows while it loads would count seconds, sixty times in each, for as long as the page is open."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.add_init_script(COUNTED)
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#status[data-state=ready]")
    page.wait_for_selector("#licence .licence", state="attached")
    assert page.evaluate("window.frames_asked.length") > 0
    for _ in range(10):  # what moves as the page comes has its time
        page.evaluate("window.frames_asked = []")
        page.wait_for_timeout(2000)
        asked = Counter(page.evaluate("window.frames_asked"))
        if asked.total() < 10:
            break
    else:
        raise AssertionError(asked)
    context.close()
