"""The tab with the server's state: what it says first, its charts and their numbers, the bundle."""

from __future__ import annotations

import re
import zipfile
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import REFUSED, Open

pytestmark = pytest.mark.browser

MOMENT: dict[str, Any] = {
    "at": 1_790_000_000.0, "cpu": 0.5, "memory_bytes": 400_000_000, "threads": 20, "descriptors": 40, "busy": 1,
    "waiting": 2, "wait_s": 0.1, "requests": 9, "errors": 0, "refused": 0, "segments": 4, "rtf": 0.25, "first_s": 0.4,
    "cache_hits": 0.5, "disk_free_bytes": 40_000_000_000,
}  # fmt: skip
TOLD: dict[str, Any] = {
    "version": "1.0", "status": "ok", "findings": [], "uptime_s": 7300.0, "cores": 2, "workers": 2,
    "jobs": {"running": 1, "queued": 2}, "engines": {}, "now": MOMENT, "step_s": 30.0, "hour": [],
}  # fmt: skip
GAP = 20


def hour() -> list[dict[str, Any]]:
    """An hour in which nobody spoke for a while."""
    return [
        {**MOMENT, "at": MOMENT["at"] + 30 * step, "cpu": step / 120, "rtf": None if step < GAP else 0.25}
        for step in range(120)
    ]


def answered(page: Page, **changes: Any) -> None:
    page.route(re.compile("/v1/system$"), lambda route: route.fulfill(json={**TOLD, **changes}))
    page.click("#header [data-tab=system]")


def test_the_server_itself_says_that_all_is_well(open_page: Open) -> None:
    page = open_page()
    assert page.locator("#header [data-tab]").last.get_attribute("data-tab") == "system"
    page.click("#header [data-tab=system]")
    expect(page.locator("#system .system-chart")).to_have_count(6)
    # The machine that runs this may be short of something itself: then it says so, and what to do.
    expect(page.locator("#system .system-found p").first).to_be_visible()
    expect(page.locator("#system .system-found")).to_have_attribute("data-state", re.compile("^(good|bad)$"))


def test_charts_say_what_they_show_and_have_their_numbers_beside_them(open_page: Open) -> None:
    page = open_page(language="en-US")
    answered(page, hour=hour())
    expect(page.locator("#system .system-found")).to_have_text("Everything is working.")
    labels = page.locator("#system svg[role=img]").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert labels[0] == "Processor: now 50 %, max. 99 % in the last hour"
    assert len(labels) == 6 and "0.25" in labels[3] and "0.4 s" in labels[4]
    lines = page.locator("#system path.line").evaluate_all("all => all.map((one) => one.getAttribute('d'))")
    assert lines[3].count("L") == 120 - GAP and lines[0].count("L") == 120 and lines[3].count("M") == 1
    page.click("#system summary")
    expect(page.locator("#system tbody tr")).to_have_count(13)
    expect(page.locator("#system tbody tr").last.locator("td")).to_have_text(
        ["50 %", "400 MB", "3", "0.25", "0.4 s", "0"]
    )
    expect(page.locator("#system tbody tr").first.locator("td").nth(3)).to_have_text("–")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_wrong_stands_first_with_what_to_do(open_page: Open) -> None:
    page = open_page()
    wrong = {"code": "system_disk", "message": "磁盘快满了：还剩 0.4 GB。", "hint": "请腾出空间。"}
    answered(page, findings=[wrong], status="degraded")
    expect(page.locator("#system .system-found[data-state=bad]")).to_have_text("磁盘快满了：还剩 0.4 GB。请腾出空间。")


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page: Open) -> None:
    page = open_page(width=390, height=844)
    answered(page, hour=hour())
    page.click("#system summary")
    expect(page.locator("#system tbody tr")).to_have_count(13)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_bundle_is_saved_and_said(open_page: Open) -> None:
    page = open_page()
    page.click("#header [data-tab=system]")
    expect(page.locator("#system .system-bundle .hint")).to_contain_text("不含文本")
    with page.expect_download() as saved:
        page.click("#system [data-do=bundle]")
    assert re.fullmatch(r"indextts-diagnosis-\d{8}-\d{6}\.zip", saved.value.suggested_filename)
    with zipfile.ZipFile(saved.value.path()) as packed:
        assert any(name.endswith("/metrics.txt") for name in packed.namelist())
    expect(page.locator("#system .system-bundle .system-said")).to_contain_text(saved.value.suggested_filename)


def test_who_may_not_see_it_is_told_where_it_is_seen(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = open_page(language="en-US")
    error = {"code": "system_forbidden", "message": "It is shown elsewhere.", "hint": "Go there."}
    body = {"error": error, "request_id": "1"}
    page.route(re.compile("/v1/system$"), lambda route: route.fulfill(status=403, json=body))
    page.click("#header [data-tab=system]")
    expect(page.locator("#system .system-found")).to_have_text("It is shown elsewhere. Go there.")
    expect(page.locator("#system section:visible")).to_have_count(0)
