"""The first screen: the result in view, nothing that moves, settings that stand in nobody's way, lists and presets."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import LONG, TEXT, choose, generate, write
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser

SHIFTS = """
(() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries())
      window.shifts.push([
        one.hadRecentInput, one.value, ...one.sources.map(({ node }) => node?.id || node?.className || node?.nodeName),
      ]);
  }).observe({ type: "layout-shift", buffered: true });
})()
"""
"""Writes down what moves, and whether that was just after a click, which the browser's own sum forgives."""

SAMPLES = """
(() => {
  window.sounding = [];
  HTMLMediaElement.prototype.play = function () {
    window.sounding.push(this.currentSrc || this.src);
    return Promise.resolve();
  };
})()
"""


def shifted(page: Page, *, clicked: bool = True) -> float:
    """How much moved since this was asked last; without ``clicked``, what moved just after a click is left out."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    moved: list[list[Any]] = page.evaluate("window.shifts.splice(0)")
    return float(sum(one[1] for one in moved if clicked or not one[0]))


def top_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None, selector
    return box["y"]


def is_in_view(page: Page, selector: str) -> bool:
    seen = "(part) => { const box = part.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    found: bool = page.locator(selector).first.evaluate(seen)
    return found


def test_the_first_result_is_in_view_on_a_laptop(open_page: Open) -> None:
    page = open_page(width=1366, height=680)
    assert is_in_view(page, "#generate")
    generate(page)
    page.wait_for_function("document.querySelector('#listen').getBoundingClientRect().bottom <= innerHeight")
    assert is_in_view(page, "#generate"), "both at the same time"
    generate(page, LONG)
    page.wait_for_function("document.querySelector('#listen').getBoundingClientRect().bottom <= innerHeight")
    assert is_in_view(page, "#generate")


@pytest.mark.parametrize(("width", "height"), [(1366, 680), (390, 844)])
def test_the_text_grows_from_five_lines_and_then_scrolls_in_itself(open_page: Open, width: int, height: int) -> None:
    page = open_page(width=width, height=height)
    high = "document.querySelector('#text textarea').clientHeight"
    empty = page.evaluate(high)
    assert 4.5 * 31.5 <= empty <= 7 * 31.5
    write(page, "一行\n" * 8)
    some = page.evaluate(high)
    write(page, "一行\n" * 200)
    page.wait_for_function(f"{high} > {empty}")
    most = page.evaluate(high)
    assert empty < some <= most < height / 2
    assert page.evaluate(
        "(() => { const area = document.querySelector('#text textarea');"
        " return area.scrollHeight > area.clientHeight; })()"
    )
    assert is_in_view(page, "#generate")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_first_steps_are_in_view_before_the_first_run(open_page: Open, language: str) -> None:
    page = open_page(width=1366, height=680, language=language)
    expect(page.locator("#result .tour li")).to_have_count(3)
    for step in range(3):
        assert is_in_view(page, f"#result .tour li:nth-child({step + 1})")
    assert is_in_view(page, "#result [data-example]")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_nothing_is_cut_off_on_a_phone(open_page: Open, language: str) -> None:
    page = open_page(width=390, height=844, language=language)
    spilled = """() => [...document.querySelectorAll("#header a, #header button, #under-text button, #actions > *")]
        .filter((part) => part.getBoundingClientRect().width)
        .filter((part) => {
            const { left, right } = part.getBoundingClientRect(), bar = part.parentElement;
            return left < 0 || right > innerWidth - 4 || bar.scrollWidth > bar.clientWidth;
        })
        .map((part) => part.outerHTML)"""
    assert page.evaluate(spilled) == []
    assert page.locator("#header [data-tab]:visible").count() == 8
    play, cancel = page.locator("#play-as-made label").bounding_box(), page.locator("#cancel").bounding_box()
    assert play is not None and cancel is not None and play["x"] + play["width"] <= cancel["x"] + 1


def test_nothing_jumps(open_page: Open) -> None:
    page = open_page(width=1366, height=680)
    page.add_init_script(SHIFTS)
    page.reload()
    page.wait_for_selector("#status[data-state=ready]")
    page.wait_for_selector("#licence .licence")
    assert shifted(page) < 0.1, "while the page is loaded"
    at = top_of(page, "#generate")
    for name in ("混合…", "用文字描述…", "参考录音…", "高兴"):
        choose(page, "emotion", name)
        page.wait_for_timeout(100)
        assert top_of(page, "#generate") == at, name
    # What one opens in the settings pushes on what stands below it there, and nothing else.
    assert shifted(page, clicked=False) < 0.02, "where the emotion comes from"
    for fold in ("#settings-head summary", "#delivery > button", "#advanced > button", "#licence summary"):
        page.click(fold)
        page.wait_for_timeout(100)
        assert top_of(page, "#generate") == at, fold
    choose(page, "engine", "快速")
    expect(page.locator("#engine input")).to_have_value("快速")
    assert top_of(page, "#generate") == at
    assert page.evaluate(
        "(() => { const part = document.querySelector('#settings'); return part.scrollHeight > part.clientHeight; })()"
    ), "it scrolls by itself"
    assert page.evaluate("document.querySelector('#settings').getBoundingClientRect().bottom <= innerHeight")
    assert shifted(page, clicked=False) < 0.02, "what is unfolded"
    write(page)
    generate(page)
    page.wait_for_timeout(800)
    first = shifted(page)
    generate(page, TEXT + "再来一句。")
    page.wait_for_timeout(800)
    assert first < 0.02, "the first result"
    assert shifted(page) < 0.02, "the second result"


@pytest.mark.gate
def test_on_a_phone_the_settings_are_a_sheet_and_the_result_follows_generate(open_page: Open) -> None:
    page = open_page(width=390, height=844)
    at = top_of(page, "#generate")
    expect(page.locator("#settings")).to_be_hidden()
    expect(page.locator("#settings-open")).to_contain_text("内置女声 · 中性")
    page.click("#settings-open")
    expect(page.locator("#voice input")).to_be_visible()
    expect(page.locator("#settings [data-sheet=close]")).to_be_focused()
    assert top_of(page, "#generate") == at
    choose(page, "voice", "童声")
    page.keyboard.press("Escape")
    expect(page.locator("#settings")).to_be_hidden()
    expect(page.locator("#settings-open")).to_be_focused()
    expect(page.locator("#settings-open")).to_contain_text("童声 · 中性")
    result, button = page.locator("#result").bounding_box(), page.locator("#generate").bounding_box()
    assert result is not None and button is not None
    assert 0 < result["y"] - (button["y"] + button["height"]) < 40


def test_a_list_stays_within_the_window_and_is_chosen_from_by_keys(open_page: Open) -> None:
    page = open_page(width=1366, height=420)
    page.focus("#emotion input")
    page.keyboard.press("ArrowDown")
    inside = "(list) => { const box = list.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    assert page.locator("#picker-list").evaluate(inside)
    page.keyboard.press("End")
    active = page.get_attribute("#emotion input", "aria-activedescendant")
    last = page.locator("#picker-list [role=option]").last
    assert last.get_attribute("id") == active and last.evaluate(inside)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#picker-list")).to_be_hidden()
    expect(page.locator("#emotion input")).to_have_value("高兴")
    expect(page.locator("#intensity input[type=range]")).to_be_enabled()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#emotion input")).to_have_value("高兴")


def test_a_voice_is_heard_before_it_is_chosen_and_favourites_stand_first(open_page: Open) -> None:
    page = open_page()
    page.evaluate(SAMPLES)
    page.click("#voice input")
    page.locator("#picker-list [data-id=deep_man] .option-hear").click()
    page.wait_for_function("window.sounding.length === 1")
    expect(page.locator("#voice input")).to_have_value("内置女声")
    page.keyboard.press("Escape")
    page.click("#voice [data-do=hear]")
    page.wait_for_function("window.sounding.length === 2")
    page.click("#header [data-tab=voices]")
    page.click("#voice-rows [data-id=deep_man] .voice-love")
    page.click("#header [data-tab=speak]")
    page.click("#voice input")
    expect(page.locator("#picker-list [role=option]").first).to_contain_text("低沉男声")
    expect(page.locator("#picker-list .option-section").first).to_have_text("收藏")


def test_a_voice_of_the_library_is_found_and_used(open_page: Open) -> None:
    page = open_page()
    page.click("#header [data-tab=voices]")
    rows = page.locator("#voice-rows li")
    expect(rows.first).to_be_visible()
    everyone = rows.count()
    page.fill(".voice-filters input", "男")
    expect(rows).not_to_have_count(everyone)
    assert all("男" in text for text in rows.all_inner_texts())
    page.fill(".voice-filters input", "")
    page.click(".voice-filters [data-group=children]")
    expect(rows).to_have_count(1)
    rows.first.locator("[data-do=use]").click()
    expect(page.locator("#generate")).to_be_visible()
    expect(page.locator("#voice input")).to_have_value("童声")
    generate(page, "你好。")
    page.click("#header [data-tab=voices]")
    page.click(".voice-filters [data-group='']")
    rows.first.locator("[data-do=use]").click()
    expect(page.locator("#voice input")).to_have_value("内置女声")


def test_all_settings_are_kept_under_a_name(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    choose(page, "voice", "低沉男声")
    choose(page, "emotion", "悲伤")
    page.locator("#intensity input[type=range]").fill("0.9")
    page.click("#settings-head summary")
    page.click("#settings-head [type=submit]")
    expect(page.locator(".presets-said")).to_have_text("起个名字再保存。")
    page.fill("#settings-head [name=name]", "睡前")
    page.click("#settings-head [type=submit]")
    expect(page.locator(".preset-name")).to_have_text("睡前")
    choose(page, "voice", "童声")
    choose(page, "emotion", "高兴")
    page.reload()
    page.click("#settings-head summary")
    page.click(".preset-name")
    expect(page.locator("#voice input")).to_have_value("低沉男声")
    expect(page.locator("#emotion input")).to_have_value("悲伤")
    expect(page.locator("#intensity input[type=number]")).to_have_value("0.9")
    page.click(".preset-rows [data-do=rename]")
    page.keyboard.type("夜里")
    page.keyboard.press("Enter")
    expect(page.locator(".preset-name")).to_have_text("夜里")
    page.click(".preset-rows [data-do=remove]")
    expect(page.locator(".preset-name")).to_have_count(0)
    page.click(".presets-said [data-do=undo]")
    expect(page.locator(".preset-name")).to_have_text("夜里")
    generate(page, "你好。")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_generate_can_be_read_to_its_last_sign(open_page: Open, dark: bool) -> None:
    page = open_page(dark=dark)
    page.mouse.move(0, 0)
    look = page.locator("#generate").evaluate("""(button) => {
      const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      const shade = (colour) => {
        const [red, green, blue] = colour.match(/[\\d.]+/g).map((value) => channel(Number(value) / 255));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const [own, keys] = [getComputedStyle(button), getComputedStyle(button, "::after")];
      const [one, other] = [shade(own.color), shade(own.backgroundColor)];
      return [(Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05), Number(keys.opacity)];
    }""")
    assert look[0] >= 4.5 and look[1] == 1


@pytest.mark.parametrize("width", [320, 360, 390])
def test_english_has_room_on_a_phone(open_page: Open, width: int) -> None:
    """Names of tabs do not run together, and nothing leaves its card."""
    page = open_page(width, 800, "en-US")
    page.fill("#text textarea", "Please say this again. All is well. " * 12)
    gaps = page.evaluate(
        """() => {
          const words = [...document.querySelectorAll("#header .tabs a")].map((tab) => {
            const range = document.createRange();
            range.selectNodeContents(tab);
            return range.getBoundingClientRect();
          });
          return words.slice(1).map((word, at) => word.left - words[at].right);
        }"""
    )
    assert min(gaps) >= 5
    card = page.locator("#writing").bounding_box()
    result = page.locator("#result").bounding_box()
    meter = page.evaluate(
        """() => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector("#meter-text"));
          return range.getBoundingClientRect().right;
        }"""
    )
    assert card and result
    assert (card["x"], card["width"]) == (result["x"], result["width"])
    assert meter <= card["x"] + card["width"] - 8


@pytest.mark.parametrize("width", [390, 1440])
def test_the_reading_does_not_scroll_sideways(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    generate(
        page, "Tom: I read the book. Did you?\nEmma: The wind was strong.\nTom: We wind the rope, and go on.\n" * 2
    )
    box = page.locator("#reading .reading-text")
    box.evaluate("(box) => box.scrollTo(99, 0)")
    assert box.evaluate("(box) => box.scrollLeft") == 0
