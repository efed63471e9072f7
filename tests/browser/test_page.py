"""What a person does with the page, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import soundfile
from playwright.sync_api import Page, expect

from indextts.model.i18n.messages import Language
from indextts.studio.strings import STRINGS
from tests.browser.conftest import REFUSED, Open, take_sound
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser

TEXT = "今天天气很好，我们去公园。重庆有12座桥！"
LONG = "".join(f"今天是第{number}天，我们去公园散步。" for number in range(60))


def write(page: Page, text: str = TEXT) -> None:
    page.fill("#text textarea", text)


def generate(page: Page, text: str = TEXT) -> None:
    write(page, text)
    page.click("#generate")
    expect(page.locator("#notice .done")).to_be_visible()
    expect(page.locator("#cancel")).to_be_disabled()


def choose(page: Page, what: str, name: str) -> None:
    """In one of the page's own lists."""
    page.click(f"#{what} input")
    page.get_by_role("option", name=name).click()


def text_of(page: Page) -> str:
    return page.input_value("#text textarea")


@pytest.mark.smoke
def test_a_sentence_becomes_sound_that_can_be_played(open_page: Open) -> None:
    page = open_page()
    page.uncheck("#play-as-made-yes")
    generate(page)
    samples, rate = take_sound(page)
    duration_s = samples.size / rate
    expect(page.locator("#player .player-all")).not_to_have_text("0:00")
    minutes, seconds = page.locator("#player .player-all").inner_text().split(":")
    assert abs(int(minutes) * 60 + int(seconds) - duration_s) <= 1
    assert abs(float(page.get_attribute("#take-data", "data-duration") or 0) - duration_s) < 0.01
    assert page.locator("#reading ruby").count() == 18
    assert "12" in page.locator("#reading .changed del").inner_text()
    assert page.evaluate("() => indexttsStudio.player.now") == 0, "it waits for the button"
    expect(page.locator("#timings table")).to_be_hidden()
    page.click("#timings summary")
    assert "实时率" in page.inner_text("#timings") and "快速引擎" in page.inner_text("#timings")
    assert TEXT in page.inner_text("#takes")
    page.click("#player .player-play")
    expect(page.locator("#player .player-now")).not_to_have_text("0:00")
    expect(page.locator("#reading .token.spoken")).to_have_count(1)


def test_nothing_moves_when_the_result_arrives(open_page: Open) -> None:
    page = open_page()
    write(page)
    places = ("#text", "#generate", "#cancel", "#emotion", "#result")
    before = {place: page.locator(place).bounding_box() for place in places}
    page.click("#generate")
    expect(page.locator("#notice .done")).to_be_visible()
    after = {place: page.locator(place).bounding_box() for place in places}
    for place in places:
        one, other = before[place], after[place]
        assert one is not None and other is not None
        assert (one["x"], one["y"], one["width"]) == (other["x"], other["y"], other["width"]), place


def test_a_long_text_can_be_cancelled_and_the_page_is_as_before(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    generate(page)
    reading = page.inner_text("#reading .reading-text")
    engine.hold()
    write(page, LONG)
    page.click("#generate")
    expect(page.locator("#notice .busy")).to_contain_text("第 1/60 段")
    expect(page.locator("#generate")).to_be_disabled()
    page.click("#cancel")
    expect(page.locator("#notice .plain")).to_contain_text("已取消")
    expect(page.locator("#generate")).to_be_enabled()
    expect(page.locator("#cancel")).to_be_disabled()
    assert text_of(page) == LONG and page.inner_text("#reading .reading-text") == reading
    engine.release()
    generate(page)


@pytest.mark.gate
def test_the_key_that_generates_leaves_a_box_that_has_the_focus_as_it_is(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)  # no engine here is free for commercial use
    page = open_page()
    write(page)
    box = page.locator("#commercial input[type=checkbox]")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    with page.expect_request("**/v1/jobs") as asked:
        page.keyboard.press("Control+Enter")
    assert (asked.value.post_data_json or {})["commercial"] is True
    expect(page.locator("#notice [role=alert], [role=alert] strong").first).to_be_visible()
    expect(box).to_be_checked()


def test_keys_generate_cancel_and_play(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    engine.hold()
    write(page, LONG[:30])
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notice .busy")).to_be_visible()
    expect(page.locator("#cancel")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.locator("#notice .plain")).to_be_visible()
    expect(page.locator("#generate")).to_be_enabled()
    engine.release()
    page.uncheck("#play-as-made-yes")
    write(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notice .done")).to_be_visible()
    expect(page.locator("#player .player-all")).not_to_have_text("0:00")
    page.keyboard.press("Space")
    assert text_of(page) == TEXT + " ", "in the text, Space is a space"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    expect(page.locator("#player .player-now")).not_to_have_text("0:00")


@pytest.mark.gate
def test_mistakes_are_told_in_place_and_the_text_stays(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = open_page()
    write(page, "？！")
    page.click("#generate")
    expect(page.locator("#notice [role=alert]")).to_contain_text("没有能读出来的内容")
    assert text_of(page) == "？！" and page.locator("#reading .empty").count() == 1
    write(page, "字" * 10_001)
    expect(page.locator("#meter-text")).to_have_class("over")
    page.click("#generate")
    expect(page.locator("#notice [role=alert]")).to_contain_text("10001")
    assert len(text_of(page)) == 10_001


@pytest.mark.gate
def test_a_text_cannot_put_markup_into_the_page(open_page: Open) -> None:
    page = open_page(language="en-US")
    nasty = "<img src=x onerror='window.hit=1'>${window.hit=2}{{constructor}} 你好"
    generate(page, nasty)
    assert page.evaluate("window.hit") is None
    assert page.locator("#reading img, #takes img").count() == 0
    assert "${window.hit=2}{{constructor}} 你好" in page.inner_text("#takes")


def test_the_language_switch_keeps_text_settings_and_takes(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = open_page(language="zh-CN")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page.locator("#generate")).to_contain_text("生成")
    choose(page, "emotion", "高兴")
    generate(page)
    with page.expect_navigation():
        page.click("#language-switch")
    expect(page.locator("#generate")).to_contain_text("Generate")
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator("#emotion input")).to_have_value("Happy")
    expect(page.locator("#intensity-word")).to_contain_text("Clear")
    assert text_of(page) == TEXT
    expect(page.locator("#reading")).to_contain_text("Readings")
    expect(page.locator("#takes")).to_contain_text("Recent")
    write(page, "？")
    page.click("#generate")
    expect(page.locator("#notice [role=alert]")).to_contain_text("nothing that can be read aloud")
    page.reload()
    expect(page.locator("#generate")).to_contain_text("Generate")


@pytest.mark.parametrize(("locale", "word"), [("zh-TW", "生成"), ("en-GB", "Generate"), ("fr-FR", "Generate")])
def test_the_language_follows_the_browser(open_page: Open, locale: str, word: str) -> None:
    expect(open_page(language=locale).locator("#generate")).to_contain_text(word)


@pytest.mark.parametrize(("language", "other"), [("zh-CN", "en"), ("en-US", "zh")])
def test_no_string_of_the_other_language_is_seen(open_page: Open, language: str, other: Language) -> None:
    page = open_page(language=language)
    for fold in ("#delivery", "#advanced"):
        page.click(f"{fold} > button")
    generate(page, "你好。")
    seen = page.inner_text("body")
    differing = [words.of(other) for words in STRINGS.values() if words.en != words.zh]
    wrong = [text for text in differing if len(text) > 3 and text in seen]
    assert wrong == [] and "__i18n__" not in seen


def test_the_theme_follows_the_system_until_it_is_chosen(open_page: Open) -> None:
    page = open_page(dark=True)
    is_dark = "[document.documentElement, document.body].every((part) => part.classList.contains('dark'))"
    assert page.evaluate(is_dark)
    page.click("#theme-switch")
    assert not page.evaluate(is_dark)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    page.wait_for_selector("#generate")
    assert not page.evaluate(is_dark)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground


def test_the_first_paint_already_has_the_chosen_colours(open_page: Open) -> None:
    page = open_page(dark=False)
    page.click("#theme-switch")
    seen = "(() => { window.firstSeen = document.documentElement.className; })"
    page.add_init_script(f"document.addEventListener('DOMContentLoaded', {seen}, {{ once: true }})")
    page.reload()
    page.wait_for_selector("#generate")
    assert "dark" in page.evaluate("window.firstSeen")


@pytest.mark.gate
def test_an_example_replaces_the_text_and_can_be_undone(open_page: Open) -> None:
    page = open_page()
    write(page, "我自己的文字")
    expect(page.locator("#undo")).to_be_hidden()
    page.click("#examples button:has-text('对话')")
    expect(page.locator("#text textarea")).to_have_value(STRINGS["example_dialogue_text"].zh)
    page.click("#undo")
    expect(page.locator("#text textarea")).to_have_value("我自己的文字")
    expect(page.locator("#undo")).to_be_hidden()
    expect(page.locator("#meter-text")).to_contain_text("6 字")


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "opus"])
def test_downloads_have_a_readable_name_and_the_right_content(open_page: Open, kind: str, tmp_path: Path) -> None:
    page = open_page()
    generate(page, "你好，世界。")
    with page.expect_download() as download:
        page.click(f"#download-{kind}")
    assert download.value.suggested_filename == f"你好 世界.{kind}"
    file = tmp_path / "download"
    download.value.save_as(file)
    wanted = float(page.get_attribute("#take-data", "data-duration") or 0)
    assert abs(soundfile.info(file).duration - wanted) < 0.1


def test_earlier_takes_play_again_and_give_their_text_back(open_page: Open) -> None:
    page = open_page()
    generate(page, "第一句。")
    generate(page, "第二句话要长得多，所以它的声音也更长。")
    rows = page.locator("#takes .take")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    rows.nth(1).locator("[data-action=play]").click()
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("#reading ruby")).to_have_count(3)
    rows.nth(1).locator("[data-action=restore]").click()
    expect(page.locator("#text textarea")).to_have_value("第一句。")
    expect(page.locator("#meter-text")).to_contain_text("4 字")
    page.click("#undo")
    expect(page.locator("#text textarea")).to_have_value("第二句话要长得多，所以它的声音也更长。")
    with page.expect_download() as download:
        rows.nth(1).locator("[data-action=wav]").click()
    assert download.value.suggested_filename == "第一句.wav"


def test_a_double_click_resets_a_slider(open_page: Open) -> None:
    page = open_page()
    slider = page.locator("#intensity input[type=range]")
    expect(slider).to_be_disabled()  # there is no emotion that it could change
    choose(page, "emotion", "高兴")
    expect(slider).to_be_enabled()
    slider.fill("0.9")
    expect(page.locator("#intensity input[type=number]")).to_have_value("0.9")
    slider.dblclick()
    expect(page.locator("#intensity input[type=number]")).to_have_value("0.6")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_width_scrolls_sideways(open_page: Open, width: int) -> None:
    page = open_page(width=width, height=844)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    generate(page, TEXT * 5)
    assert page.evaluate(overflow) == 0
    player, text = page.locator("#listen").bounding_box(), page.locator("#text").bounding_box()
    assert player is not None and text is not None
    settings = page.locator("#settings").bounding_box()
    if width == 390:
        assert settings is None, "the settings are folded"
        assert abs(player["y"] + player["height"] - 844) < 2, "the player sticks to the bottom"
    else:
        assert settings is not None and settings["x"] > text["x"] + text["width"] - 1


def test_controls_have_names(open_page: Open) -> None:
    page = open_page()
    generate(page)
    nameless = page.evaluate("""() => [...document.querySelectorAll("button, input, textarea")]
        .filter((part) => part.offsetParent && !part.getAttribute("aria-label") && !part.labels?.length
            && !part.innerText.trim() && !part.textContent.trim())
        .map((part) => part.outerHTML.slice(0, 200))""")
    assert nameless == []


def test_the_count_and_the_forecast_follow_the_text(open_page: Open) -> None:
    page = open_page()
    meter = page.locator("#meter-text")
    expect(meter).to_have_text("最多 10,000 字")
    write(page, "今天天气很好。")
    expect(meter).to_contain_text("7 字 · 马上开始播放 · 约")
    forecast = re.compile(r"· 约 ([\d.]+) 秒")

    def seconds(text: str) -> float:
        write(page, text)
        expect(meter).to_contain_text("字 · ")
        found = forecast.search(meter.inner_text())
        assert found is not None
        return float(found[1])

    plain = seconds("今天去银行。\n明天再来。")
    marked = seconds("A：[高兴]今天去银<行|hang2>。[/高兴][pause 500ms]\nB：明天<emphasis>再</emphasis>来。")
    assert marked == plain, "labels and marks are not spoken"
    write(page, "𠮷" * 10_001)
    expect(meter).to_have_text("10,001 字，超出 1 字 做成有声书 →")


def test_a_lost_server_is_told_in_the_header_and_the_page_recovers(
    open_page: Open, engine: HeldEngine, forgiven: list[str]
) -> None:
    forgiven += ["502", "AbortError", "Connection errored out"]  # the browser's and Gradio's own words about the loss
    page = open_page()
    engine.hold()
    write(page, LONG[30:60])
    page.click("#generate")
    expect(page.locator("#notice .busy")).to_be_visible()
    page.route("**/healthz", lambda route: route.fulfill(status=502, body="bad gateway"))
    expect(page.locator("#status")).to_have_attribute("data-state", "offline")
    expect(page.locator("#notice [data-code=offline]")).to_be_visible()
    page.unroute("**/healthz")
    expect(page.locator("#status")).to_have_attribute("data-state", "ready")
    expect(page.locator("#notice .busy")).to_be_visible()
    engine.release()
    expect(page.locator("#notice .done")).to_be_visible()
    expect(page.locator("#generate")).to_be_enabled()
    assert text_of(page) == LONG[30:60]


def test_controls_are_named_in_chinese_on_the_chinese_page(open_page: Open) -> None:
    page = open_page()
    for fold in ("#delivery", "#advanced"):
        page.click(f"{fold} > button")
    expect(page.locator("#speed .reset-button")).to_have_attribute("aria-label", "“语速（倍）”恢复默认")
    english = page.evaluate("""() => [...document.querySelectorAll("[aria-label], [title], [placeholder]")]
        .filter((part) => part.checkVisibility() && !part.dataset.insert) // a mark is the same in both
        .flatMap((part) => ["aria-label", "title", "placeholder"].map((name) => part.getAttribute(name)))
        .filter((text) => /[a-z]{4}/i.test(text ?? "") && !/[\\u4e00-\\u9fff]/.test(text))""")
    assert english == []
