"""A voice's sample can be stopped, and never sounds beside the player."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import generate

pytestmark = pytest.mark.browser

WATCH = """() => { window.samples = []; const Real = window.Audio;
window.Audio = function (address) { const one = new Real(address); one.loop = true; window.samples.push(one);
    return one; }; }"""
"""A sample is short: here each goes on until it is stopped."""
SOUNDING = "window.samples.filter((one) => !one.paused).length"
PLAYER = "document.querySelector('#player audio')"
HEAR = "#voice [data-do=hear]"


def sounds(page: Page, samples: int) -> None:
    page.wait_for_function(f"{SOUNDING} === {samples}")


def test_a_sample_stops_when_pressed_again_and_when_the_player_plays(open_page: Open) -> None:
    page = open_page()
    page.uncheck("#play-as-made-yes")
    generate(page, "今天天气很好，我们在重庆住了三天，还去了江边散步。" * 4)
    page.evaluate(WATCH)
    page.click(HEAR)
    sounds(page, 1)
    expect(page.locator(f"{HEAR} .glyph-pause")).to_have_count(1)
    page.click(HEAR)
    sounds(page, 0)
    expect(page.locator(f"{HEAR} .glyph-play")).to_have_count(1)
    assert page.evaluate("window.samples.length") == 1, "it is not fetched anew"
    page.click(HEAR)
    sounds(page, 1)
    page.keyboard.press("Escape")
    sounds(page, 0)
    # The player stops it, and it stops the player.
    page.click(HEAR)
    sounds(page, 1)
    page.click("#player .player-play")
    page.wait_for_function(f"!{PLAYER}.paused && {SOUNDING} === 0")
    page.click(HEAR)
    page.wait_for_function(f"{PLAYER}.paused && {SOUNDING} === 1")
    page.keyboard.press("Escape")
    # In the list of voices it is the same.
    page.click("#voice input")
    option = page.locator("#picker-list [data-id=deep_man] .option-hear")
    option.click()
    sounds(page, 1)
    expect(option.locator(".glyph-pause")).to_have_count(1)
    option.click()
    sounds(page, 0)
    option.click()
    sounds(page, 1)
    page.keyboard.press("Escape")
    sounds(page, 0)
    expect(page.locator("#picker-list")).to_be_hidden()
