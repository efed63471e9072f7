"""What was deleted in the last day stands at the foot of the lists, and comes back from there."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_history import TEXT, history, made, projects, spoken

pytestmark = pytest.mark.browser


def unfolded(page: Page, place: str) -> None:
    page.click(f"{place} .deleted > summary")
    expect(page.locator(f"{place} .deleted li").first).to_be_visible()


def test_a_project_and_a_take_that_were_deleted_are_restored_from_the_history(open_page: Open, url: str) -> None:
    project, take = made(url, name="春游", text=TEXT), spoken(url)
    page = history(open_page())
    unfolded(page, "#history")
    for path in (f"projects/{project}", f"jobs/{take}"):
        httpx.delete(f"{url}/v1/{path}")
    page.reload()
    expect(page.locator("#history-rows")).not_to_contain_text("春游")
    expect(page.locator("#history .deleted-row")).to_have_count(0)
    unfolded(page, "#history")
    for kind, name in {"projects": project, "jobs": take}.items():
        page.click(f'#history .deleted [data-path="/v1/{kind}/{name}/restore"]')
        expect(page.locator("#project-said")).to_contain_text("已恢复")
        expect(page.locator(f'#history .deleted [data-path*="{name}"]')).to_have_count(0)
        assert httpx.get(f"{url}/v1/{kind}/{name}").status_code == 200
    assert page.evaluate("document.activeElement.closest('.deleted') !== null"), "the keyboard goes on there"
    expect(page.locator(f'#history-rows [data-project="{project}"]')).to_contain_text("春游")
    expect(page.locator(f'#history-rows [data-job="{take}"]')).to_be_visible()
    assert [one["id"] for one in projects(url)] == [project]


def test_a_book_that_was_deleted_is_restored_from_the_shelf(open_page: Open, url: str) -> None:
    book = httpx.post(f"{url}/v1/books", json={"text": "Chapter 1\nIt rained.", "title": "Rain"}).json()["id"]
    httpx.delete(f"{url}/v1/books/{book}")
    page = open_page(language="en-US")
    page.click("#header [data-tab=books]")
    expect(page.locator("#shelf .deleted > summary")).to_have_text("Recently deleted")
    unfolded(page, "#shelf")
    expect(page.locator("#shelf .deleted")).to_contain_text("Rain")
    page.get_by_role("button", name="Restore: Rain").first.click()
    expect(page.locator("#project-said")).to_contain_text("“Rain” was restored.")
    expect(page.locator(f'#shelf-rows [data-id="{book}"]')).to_be_visible()
    httpx.delete(f"{url}/v1/books/{book}")
