"""A page whose server goes away, or whose answer never comes: it says so, and it works again."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from indextts.platform.config import Config
from indextts.studio.strings import STRINGS
from tests.browser.conftest import WAIT_MS, Open
from tests.support.ports import free_port
from tests.support.services import HeldEngine
from tests.support.tiny_voice import make_tiny_voice

pytestmark = pytest.mark.browser

TEXT = "今天天气很好，我们去公园。重庆有12座桥！"
OWN_WORDS = ("AbortError", "Connection errored out", "Failed to load resource", "BROKEN", "ERR_")
"""The browser's and Gradio's own about a loss."""


class Studio:
    """A server in a process of its own, slow enough to be killed in the middle of a text."""

    def __init__(self, folder: Path) -> None:
        make_tiny_voice(Config(cache_dir=folder).models_path)
        self._folder, self._port = folder, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, segment_s: float) -> None:
        given = [str(self._folder), str(self._port), str(segment_s)]
        self._process = subprocess.Popen([sys.executable, "-m", "tests.support.slow_server", *given])
        ends = time.monotonic() + 120
        while not self._is_ready():
            assert time.monotonic() < ends and self._process.poll() is None
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            return bool(httpx.get(f"{self.url}/healthz", timeout=5).json().get("page") == "ready")
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = Studio(tmp_path)
    yield studio
    studio.kill()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def generate(page: Page, text: str) -> None:
    page.fill("#text textarea", text)
    page.click("#generate")
    expect(page.locator("#notice .done")).to_be_visible()
    expect(page.locator("#takes .take").first).to_contain_text(text)


def test_a_server_that_is_killed_under_a_run_loses_nothing(page: Page, studio: Studio) -> None:
    studio.start(0.6)
    page.goto(studio.url)
    page.wait_for_selector("#status[data-state=ready]")
    plots = page.locator("#plots > button")
    expect(plots).to_be_hidden()
    generate(page, "第一句。")
    expect(plots).to_be_visible()
    text = "".join(f"这是第{number}句话，说得不长。" for number in "一二三四五六七八九")
    page.fill("#text textarea", text)
    page.click("#generate")
    expect(page.locator("#notice .busy")).to_contain_text(re.compile("第 [4-8]/9 段"))
    studio.kill()
    expect(page.locator("#notice [data-code=offline]")).to_be_visible()
    expect(page.locator("#generate")).to_be_disabled()
    studio.start(0.0)
    expect(page.locator("#notice [data-run=resume]")).to_be_visible()
    expect(page.locator("#notice")).to_contain_text("/9 段")
    expect(page.locator("#status")).to_have_attribute("data-state", "ready")
    expect(page.locator("#takes")).to_contain_text("第一句。")
    assert page.input_value("#text textarea") == text
    expect(plots).to_be_visible()
    page.click("#notice [data-run=resume]")
    expect(page.locator("#notice .done")).to_be_visible()
    expect(page.locator("#reading .segment")).to_have_count(9)
    expect(plots).to_be_visible()
    generate(page, "又一句。")


def test_a_page_that_is_opened_after_a_kill_finds_its_takes_and_the_cut_run(page: Page, studio: Studio) -> None:
    studio.start(0.6)
    page.goto(studio.url)
    page.wait_for_selector("#status[data-state=ready]")
    generate(page, "留下来的一句。")
    page.fill("#text textarea", "".join(f"这是另外第{number}句话，说得不长。" for number in "一二三四五六七八九"))
    page.click("#generate")
    expect(page.locator("#notice .busy")).to_contain_text(re.compile("第 [3-8]/9 段"))
    page.goto("about:blank")
    studio.kill()
    studio.start(0.0)
    page.goto(studio.url)
    expect(page.locator("#takes")).to_contain_text("留下来的一句。")
    expect(page.locator("#reading")).to_contain_text("留")
    page.click("#notice [data-run=resume]")
    expect(page.locator("#notice .done")).to_be_visible()
    expect(page.locator("#reading .segment")).to_have_count(9)


def test_a_dead_server_is_told_at_the_press_of_the_button(page: Page, studio: Studio) -> None:
    studio.start(0.0)
    page.goto(studio.url)
    page.wait_for_selector("#status[data-state=ready]")
    page.fill("#text textarea", TEXT)
    page.evaluate("window.before = true")
    asked: list[Route] = []
    # Where the press takes long, the page would find out by itself before it.
    page.route("**/healthz", lambda route: asked.append(route))
    studio.kill()
    page.click("#generate")
    for question in asked:
        question.abort()
    page.unroute("**/healthz")
    expect(page.locator("#notice [data-code=offline]")).to_have_text(STRINGS["run_offline"].zh)
    expect(page.locator("#status")).to_have_attribute("data-state", "offline")
    expect(page.locator("#generate")).to_be_disabled()
    assert page.input_value("#text textarea") == TEXT
    studio.start(0.0)
    page.wait_for_function("!window.before")  # it is another server: the page has loaded itself again
    page.wait_for_selector("#status[data-state=ready]")
    expect(page.locator("#text textarea")).to_have_value(TEXT)
    page.click("#generate")
    expect(page.locator("#notice .done")).to_be_visible()


def test_a_voice_sample_and_a_word_say_that_the_server_is_gone(page: Page, studio: Studio) -> None:
    studio.start(0.0)
    page.goto(studio.url)
    page.wait_for_selector("#status[data-state=ready]")
    page.click("#header [data-tab=dictionary]")
    page.click("#lexicon-rows [data-do=first]")
    page.fill("#lexicon-add [name=word]", "重庆")
    page.fill("#lexicon-add [name=reading]", "chong2 qing4")
    page.click("#header [data-tab=voices]")
    page.wait_for_selector("#voice-rows .voice-row")
    studio.kill()
    gone = STRINGS["fix_lost"].zh
    page.click("#voice-rows .voice-row [data-do=play] >> nth=0")
    expect(page.locator("#voicebook .voices-list .voices-said")).to_have_text(gone)
    expect(page.locator("#voicebook [aria-busy]")).to_have_count(0)
    page.click("#voicebook [data-do=hear]")
    expect(page.locator("#voicebook .voice-form .voices-said")).to_have_text(gone)
    page.click("#header [data-tab=dictionary]")
    page.click("#lexicon-add button[type=submit]")
    expect(page.locator("#lexicon .lexicon-said")).to_have_text(gone)
    # Once, and no field is called wrong for it.
    expect(page.locator("#lexicon").get_by_text(gone)).to_have_count(1)
    expect(page.locator("#lexicon-add [aria-invalid]")).to_have_count(0)
    assert page.input_value("#lexicon-add [name=word]") == "重庆"
    page.evaluate("window.before = true")
    studio.start(0.0)
    page.wait_for_function("!window.before")  # it is another server: the page has loaded itself again
    expect(page.locator("#lexicon-add [name=word]")).to_have_value("重庆")
    expect(page.locator("#lexicon-add [name=reading]")).to_have_value("chong2 qing4")
    page.click("#lexicon-add button[type=submit]")
    expect(page.locator("#lexicon-rows .entry-word")).to_have_text("重庆")
    page.reload()
    expect(page.locator("#lexicon-rows .entry-word")).to_have_text("重庆")
    assert page.input_value("#lexicon-add [name=word]") == ""


def test_a_question_that_is_never_answered_ends_in_a_sentence(
    open_page: Open, engine: HeldEngine, forgiven: list[str]
) -> None:
    forgiven += OWN_WORDS
    page = open_page()
    page.evaluate("""() => {
      const usual = AbortSignal.timeout.bind(AbortSignal);
      window.asked = [];
      AbortSignal.timeout = (patience) => { window.asked.push(patience); return usual(Math.min(patience, 300)); };
    }""")
    page.route("**/healthz", lambda route: None)  # neither answered nor refused
    expect(page.locator("#status")).to_have_attribute("data-state", "offline", timeout=2 * WAIT_MS)
    page.unroute_all()
    expect(page.locator("#status")).to_have_attribute("data-state", "ready", timeout=WAIT_MS)
    assert all(0 < patience <= 600_000 for patience in page.evaluate("() => window.asked"))


LATE = {
    "books": "#shelf-rows > *",
    "dictionary": "#lexicon-rows > *",
    "edit": "#editor .edit-empty",
    "history": "#history-rows > *",
    "models": "#models .model-row",
    "system": "#system .system-chart",
    "voices": "#voice-rows li",
}


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_tab_opened_in_a_loss_too_short_for_the_header_says_so_and_comes(
    open_page: Open, forgiven: list[str], language: str
) -> None:
    """Nobody leaves it: the script alone was lost, and the server is not seen to be away."""
    forgiven += OWN_WORDS
    page = open_page(width=390, height=844, language=language)
    gone = STRINGS["status_offline"]
    for tab, drawn in LATE.items():
        page.route(f"**/lib/{tab}.js", lambda route: route.abort())
        page.click(f"#header [data-tab={tab}]")
        line = page.locator("p.late")
        expect(line).to_have_text(gone.zh if language == "zh-CN" else gone.en)
        expect(line).to_be_in_viewport()
        page.unroute_all()
        expect(page.locator(drawn).first).to_be_visible()
        expect(line).to_have_count(0)


def test_a_tab_that_is_slow_to_come_says_that_it_is_on_its_way(open_page: Open) -> None:
    page = open_page()
    held: list[Route] = []
    page.route("**/lib/dictionary.js", lambda route: held.append(route))
    page.click("#header [data-tab=dictionary]")
    expect(page.locator("#lexicon .late")).to_have_text(STRINGS["status_connecting"].zh)
    page.click("#header [data-tab=voices]")  # the others are not held up by it
    expect(page.locator(LATE["voices"]).first).to_be_visible()
    page.click("#header [data-tab=dictionary]")
    held.pop().continue_()
    expect(page.locator(LATE["dictionary"]).first).to_be_visible()
    expect(page.locator(".late")).to_have_count(0)
