"""A run of the page: heard while it is made, stopped and gone on with, found again after a reload and elsewhere."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from indextts.platform.config import Config
from tests.browser.conftest import Open
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.tiny_voice import make_tiny_voice

pytestmark = pytest.mark.browser

PARTS = 6


def text_of(mark: str) -> str:
    """Sentences that no other test has spoken."""
    return "".join(f"这是{mark}的第{number}句话，说得不长。" for number in "一二三四五六"[:PARTS])


def begin(page: Page, engine: HeldEngine, mark: str, made: int = 2) -> str:
    """Generate, and let so many parts be made."""
    text = text_of(mark)
    engine.spoken.clear()
    engine.hold()
    engine.let_through(made)
    page.fill("#text textarea", text)
    page.click("#generate")
    expect(page.locator("#notice .busy")).to_contain_text(f"正在合成 第 {made + 1}/{PARTS} 段")
    return text


def heard_s(page: Page) -> float:
    return float(page.evaluate("() => indexttsStudio.player.now"))


def is_done(page: Page) -> None:
    expect(page.locator("#notice .done")).to_be_visible()
    expect(page.locator("#generate")).to_be_enabled()
    expect(page.locator("#cancel")).to_be_disabled()
    expect(page).to_have_title("IndexTTS Studio")


def test_a_text_is_heard_while_the_rest_of_it_is_made_and_seen_from_every_tab(
    open_page: Open, engine: HeldEngine
) -> None:
    page = open_page()
    begin(page, engine, "边做边听")
    page.wait_for_function("() => indexttsStudio.player.now > 0.3")
    assert len(engine.spoken) == 2, "the rest has not been generated yet"
    expect(page).to_have_title(f"(3/{PARTS}) IndexTTS Studio")
    page.click("#header [data-tab=dictionary]")
    ring = page.locator("#header [data-tab=speak] #run-sign")
    expect(ring).to_be_visible()
    expect(ring).to_have_attribute("aria-label", re.compile(f"3/{PARTS}"))
    engine.release()
    expect(page.locator("#run-sign")).to_be_hidden()
    page.click("#header [data-tab=speak]")
    is_done(page)
    expect(page.locator("#reading .segment")).to_have_count(PARTS)
    assert len(engine.spoken) == PARTS


def test_the_first_sentence_is_there_before_anybody_has_pressed_anything(browser: Browser, tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    make_tiny_voice(config.models_path)
    service = make_service(config)
    with serving(application(service)) as url:
        page = browser.new_context(locale="zh-CN").new_page()
        page.goto(url)
        page.wait_for_selector("#licence .licence")
        with page.expect_response("**/v1/jobs/ahead") as answer:
            page.fill("#text textarea", text_of("先说"))
        assert answer.value.status == 204
        page.click("#generate")
        is_done(page)
        (job,) = httpx.get(f"{url}/v1/jobs").json()["jobs"]
        assert (job["cached"], job["segments_done"]) == (1, PARTS)
        page.context.close()


def test_who_wants_to_listen_later_says_so_once(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    page.uncheck("#play-as-made-yes")
    page.reload()
    expect(page.locator("#play-as-made-yes")).not_to_be_checked()
    begin(page, engine, "以后再听")
    engine.release()
    is_done(page)
    assert heard_s(page) == 0
    expect(page.locator(".player")).to_have_attribute("data-state", "paused")


def test_what_was_cancelled_is_kept_as_far_as_it_is_and_can_be_gone_on_with(
    open_page: Open, engine: HeldEngine
) -> None:
    page = open_page()
    text = begin(page, engine, "取消以后")
    page.keyboard.press("Escape")
    expect(page.locator("#notice .plain")).to_contain_text(f"完成了 2/{PARTS} 段")
    expect(page.locator("#generate")).to_be_enabled()
    wav = page.locator("#download-wav")
    expect(wav).to_be_disabled()  # the player holds what nobody has kept
    assert page.input_value("#text textarea") == text
    page.click("#notice [data-run=keep]")
    expect(page.locator("#notice")).to_contain_text("已保留前 2 段")
    expect(page.locator("#reading .segment")).to_have_count(2)
    expect(page.locator("#takes .take").first).to_contain_text(f"2/{PARTS} 段")
    expect(wav).to_be_enabled()
    engine.release()
    page.click("#notice [data-run=resume]")
    is_done(page)
    expect(page.locator("#reading .segment")).to_have_count(PARTS)
    assert len(engine.spoken) == PARTS, "nothing was spoken twice"
    expect(page.locator("#takes .take")).to_have_count(1)


def test_a_page_that_is_loaded_anew_finds_its_run_and_goes_on(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    begin(page, engine, "重新加载")
    job = page.evaluate("() => indexttsStudio.player.job.id")
    page.wait_for_function("() => indexttsStudio.player.now > 0.3")
    page.reload()
    expect(page.locator("#notice .busy")).to_contain_text(f"第 3/{PARTS} 段")
    expect(page.locator("#generate")).to_be_disabled()
    assert page.evaluate("() => indexttsStudio.player.job.id") == job
    page.wait_for_function("() => indexttsStudio.player.now > 0.4")
    engine.release()
    is_done(page)
    expect(page.locator("#reading .segment")).to_have_count(PARTS)
    assert len(engine.spoken) == PARTS


def test_another_window_finds_the_run_and_both_see_its_end(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    begin(page, engine, "两个窗口")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#notice .busy")).to_contain_text(f"第 3/{PARTS} 段")
    other.click("#player .player-play")
    other.wait_for_function("() => indexttsStudio.player.now > 0.2")
    engine.release()
    for window in (page, other):
        is_done(window)
        expect(window.locator("#reading .segment")).to_have_count(PARTS)


def test_a_run_that_ended_while_nobody_looked_is_there(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    begin(page, engine, "没人看的时候")
    address = page.url
    page.goto("about:blank")
    engine.release()
    page.goto(address)
    expect(page.locator("#reading .segment")).to_have_count(PARTS)
    expect(page.locator("#generate")).to_be_enabled()


def test_no_key_starts_what_nobody_sees(open_page: Open, engine: HeldEngine, url: str) -> None:
    while httpx.get(f"{url}/v1/jobs?status=queued&status=running").json()["total"]:
        time.sleep(0.05)  # a page that opens now would find the run of the test before
    page = open_page()
    page.fill("#text textarea", text_of("看不见"))
    for tab in ("dictionary", "voices", "models"):
        page.click(f"#header [data-tab={tab}]")
        page.keyboard.press("Control+Enter")
    page.click("#header [data-tab=speak]")
    page.wait_for_selector("html[data-view=speak]")
    # A key that comes before the tab that was clicked has opened.
    page.evaluate("""() => {
      document.querySelector("#header [data-tab=voices]").click();
      document.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
    }""")
    page.wait_for_timeout(500)
    page.click("#header [data-tab=speak]")
    expect(page.locator("#notice .idle")).to_have_count(1)
    expect(page.locator("#reading .empty")).to_have_count(1)


def test_those_who_look_elsewhere_are_told_where_they_have_asked_for_it(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    page.add_init_script("""
      window.told = [];
      window.Notification = class {
        static permission = "default";
        static async requestPermission() { window.asked = true; this.permission = "granted"; return "granted"; }
        constructor(title, more) { window.told.push([title, more.body]); }
      };
      window.early = Date.now;
    """)
    page.reload()
    page.wait_for_selector("#status[data-state=ready]")
    begin(page, engine, "看别处")
    assert page.evaluate("() => window.asked") is None, "nobody is asked without having pressed anything"
    page.evaluate("() => { Date.now = () => window.early() + 20000; }")
    page.click("#notice [data-run=tell]")
    assert page.evaluate("() => window.asked") is True
    page.evaluate("() => Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
    engine.release()
    page.wait_for_function("() => window.told.length")
    title, body = page.evaluate("() => window.told[0]")
    assert title == "语音合成好了" and body.startswith("这是看别处的第一句话")


def test_an_example_says_what_to_do_next_and_the_first_one_is_heard(open_page: Open) -> None:
    page = open_page()
    page.click("#examples button:has-text('新闻')")
    expect(page.locator("#notice .plain")).to_contain_text("按“生成”就能听到")
    page.fill("#text textarea", "")
    page.click("#reading [data-example]")
    page.wait_for_function("() => indexttsStudio.player.now > 0.1")
    is_done(page)


def test_a_long_reading_is_shown_to_its_end_and_older_takes_too(open_page: Open) -> None:
    page = open_page()
    page.uncheck("#play-as-made-yes")
    page.fill("#text textarea", "今天天气很好，我们去公园散步。" * 120)
    page.click("#generate")
    is_done(page)
    assert page.locator("#reading .segment").count() < 120
    page.click("#reading [data-action=whole]")
    expect(page.locator("#reading .segment")).to_have_count(120)
    for number in range(9):
        page.fill("#text textarea", f"再来第{number}个。")
        page.click("#generate")
        expect(page.locator("#takes .take").first).to_contain_text(f"再来第{number}个")
        is_done(page)
    expect(page.locator("#takes .take")).to_have_count(8)
    page.click("#takes [data-action=more]")
    expect(page.locator("#takes .take")).to_have_count(10)


def test_the_forecast_threatens_nobody(open_page: Open) -> None:
    page = open_page()
    page.fill("#text textarea", "今天天气很好，我们去公园散步。" * 660)
    expect(page.locator("#meter-text")).to_have_text(re.compile("^[\\d,]+ 字 · 马上开始播放 · 约 [\\d 分秒]+$"))


def test_a_run_that_fails_says_why_and_the_next_one_goes(open_page: Open) -> None:
    page = open_page()
    page.fill("#text textarea", "坏<标|zzz9>记。")
    page.click("#generate")
    expect(page.locator("#notice .error")).to_contain_text("zzz9")
    expect(page.locator("#cancel")).to_be_disabled()
    expect(page.locator("#player .player-failure")).to_be_empty()
    page.fill("#text textarea", "好句子。")
    page.click("#generate")
    is_done(page)


def test_what_is_wrong_with_a_text_leaves_with_that_text(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append("422")
    page = open_page()
    page.fill("#text textarea", "……")
    page.click("#generate")
    expect(page.locator("#notice .error")).to_be_visible()
    page.fill("#text textarea", "……有话说了。")
    expect(page.locator("#notice .error")).to_have_count(0)


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_on_a_phone_the_time_stands_beside_the_buttons_while_more_is_made(
    open_page: Open, engine: HeldEngine, language: str
) -> None:
    page = open_page(width=390, language=language)
    engine.hold()
    engine.let_through(2)
    page.fill("#text textarea", text_of(f"电话{language}"))
    page.click("#generate")
    expect(page.locator(".player-all")).to_contain_text("about" if language == "en-US" else "约")
    time_box, back_box = (page.locator(f"#player .player-{one}").bounding_box() for one in ("time", "back"))
    assert time_box and back_box and time_box["x"] + time_box["width"] <= back_box["x"]
    assert page.locator("#player .player-time").evaluate("(one) => one.scrollWidth <= one.clientWidth")
    engine.release()
