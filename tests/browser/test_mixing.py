"""Natural voices in the voices' tab: heard, mixed, kept, spoken with, and the nearest to a recording."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from indextts.engines.kokoro import install
from indextts.platform.config import Config
from indextts.voices.catalogue import VoiceFamily
from tests.browser.conftest import REFUSED, Open
from tests.browser.test_axe import AXE, MORE, RUN
from tests.browser.test_page import generate
from tests.support.services import HeldEngine, application, held_voice, make_service, serving
from tests.support.tiny_kokoro import VOICES, make_published
from tests.support.waiting import page_ready

pytestmark = pytest.mark.browser

RECORDING = Path(__file__).parents[1] / "data" / "natural" / "zm_yunxi.ogg"


def never(folder: str, **_: object) -> None:
    raise AssertionError("nothing is to be fetched")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> HeldEngine:
    engine = held_voice(tmp_path_factory.mktemp("cache_hub"))
    config: Config = engine.config  # type: ignore[attr-defined]
    published = make_published(tmp_path_factory.mktemp("published"))
    install.ensure(config, local=published, fetch=never, say=lambda _: None)
    return engine


@pytest.fixture(scope="module")
def url(engine: HeldEngine) -> Iterator[str]:
    """A server with every engine that is installed."""
    service = make_service(engine.config, rate_limit="100000/minute")  # type: ignore[attr-defined]
    with serving(application(service)) as base:
        page_ready(base)
        yield base


@pytest.fixture(autouse=True)
def family(engine: HeldEngine) -> Iterator[VoiceFamily]:
    family = VoiceFamily(engine.config)  # type: ignore[attr-defined]
    yield family
    for voice in family.own():
        family.remove(voice.id)
    family.close()


def opened(page: Page) -> Page:
    page.click("#header [data-tab=voices]")
    expect(page.locator("#voice-rows [data-id=zf_xiaoxiao]")).to_be_visible()
    return page


def shares(page: Page) -> list[str]:
    return page.locator("#voicebook .mix-row output").all_inner_texts()


def add(page: Page, voice: str) -> None:
    page.click(f"#voice-rows [data-id={voice}] [data-do=start]")


def test_natural_voices_come_first_with_their_character_and_can_be_heard(open_page: Open) -> None:
    page = opened(open_page(language="en"))
    rows = page.locator("#voice-rows li").evaluate_all("rows => rows.map(row => row.dataset.id)")
    # The page's language first.
    assert rows[: len(VOICES)] == sorted(VOICES, key=lambda voice: voice[0] == "z")
    emma = page.locator("#voice-rows [data-id=bf_emma]")
    expect(emma).to_contain_text("British English · woman")
    expect(emma).to_contain_text("authors' grade B-")
    with page.expect_request("**/tts") as asked:
        emma.locator("[data-do=play]").click()
    sent = asked.value.post_data_json or {}
    assert sent["voice"] == "bf_emma" and sent["text"].startswith("Hello")
    expect(emma.locator("[data-do=play] .glyph-pause")).to_be_visible()
    page.wait_for_selector("#voicebook .voicebook[data-heard^='/audio/']")
    page.click("#voicebook [data-group=natural]")
    expect(page.locator("#voice-rows li")).to_have_count(len(VOICES))


def test_two_voices_are_mixed_heard_kept_and_spoken_with(open_page: Open, family: VoiceFamily) -> None:
    page = opened(open_page())
    add(page, "zf_xiaoxiao")
    add(page, "zm_yunxi")
    assert shares(page) == ["50 %", "50 %"]
    page.locator("#voicebook .mix-share").nth(1).fill("25")
    assert shares(page) == ["75 %", "25 %"]
    stand = page.locator("#voicebook .mix-share").evaluate_all("all => all.map(one => `${one.value} %`)")
    assert stand == shares(page), "each slider stands where its number says"
    page.locator("#voice-pitch").fill("-2")
    with page.expect_request("**/tts") as asked:
        page.click("#voicebook [data-do=hear]")
    sent = asked.value.post_data_json or {}
    assert sent["voice"].startswith("zf_xiaoxiao(75)+zm_yunxi(25):")
    page.wait_for_selector("#voicebook .voicebook[data-heard^='/audio/']")
    page.fill("#voicebook [name=name]", "暖声")
    page.click("#voicebook [type=submit]")
    expect(page.locator("#project-said")).to_contain_text("已保存“暖声”")
    (mine,) = family.own()
    assert (mine.mix, mine.design.pitch) == ("zf_xiaoxiao(0.75)+zm_yunxi(0.25)", -2.0)
    row = page.locator(f"#voice-rows [data-id={mine.id}]")
    expect(row).to_contain_text("晓晓 75 % + 云希 25 %")
    row.locator("[data-do=use]").click()
    generate(page, "今天天气很好。")
    expect(page.locator("#voice input")).to_have_value("我的 · 暖声")


def test_a_kept_mixture_is_changed_and_taken_back(open_page: Open, family: VoiceFamily) -> None:
    made = family.add("暖声", {"pitch": 1.0}, "zf_xiaoxiao(3)+zm_yunxi")
    page = opened(open_page())
    page.click(f"#voice-rows [data-id={made.id}] [data-do=edit]")
    assert shares(page) == ["75 %", "25 %"]
    page.locator("#voicebook .mix-row select").nth(1).select_option("af_heart")
    page.click("#voicebook [type=submit]")
    expect(page.locator("#project-said")).to_contain_text("已更新“暖声”")
    assert family.get(made.id).mix == "zf_xiaoxiao(0.75)+af_heart(0.25)"
    page.click("#project-said [data-do=undo]")
    expect(page.locator(f"#voice-rows [data-id={made.id}]")).to_contain_text("云希 25 %")
    assert family.get(made.id) == made


def test_a_mixture_is_made_with_the_keyboard_alone(open_page: Open) -> None:
    page = opened(open_page(language="en"))
    page.locator("#voicebook [data-do=mix-add]").focus()
    for _ in range(4):
        page.keyboard.press("Enter")
        expect(page.locator("#voicebook .mix-row select").last).to_be_focused()
        page.locator("#voicebook [data-do=mix-add]").focus()
    expect(page.locator("#voicebook [data-do=mix-add]")).to_be_disabled()
    values = page.locator("#voicebook .mix-row select").evaluate_all("all => all.map(one => one.value)")
    assert len(set(values)) == 4
    first = page.locator("#voicebook .mix-share").first
    first.focus()
    page.keyboard.press("End")
    assert first.get_attribute("aria-valuetext") == shares(page)[0] == "97 %"
    assert (first.get_attribute("aria-label") or "").startswith("Share of ")
    for left in (3, 2, 1, 0):
        page.locator("#voicebook [data-do=mix-drop]").last.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#voicebook .mix-row")).to_have_count(left)
        assert page.evaluate("document.activeElement.dataset.do") in ("mix-drop", "mix-add")


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_in_a_mixture_and_beside_a_recording(open_page: Open, dark: bool) -> None:
    page = opened(open_page(language="en", dark=dark))
    add(page, "zf_xiaoxiao")
    add(page, "af_heart")
    page.set_input_files("#voicebook [name=nearest]", RECORDING)
    expect(page.locator("#voicebook .nearest-found li")).to_have_count(3)
    page.evaluate(AXE)
    assert page.evaluate(RUN, {"only": None, "more": MORE}) == []


def test_the_nearest_voices_to_a_recording_are_shown_and_added_to_the_mixture(
    open_page: Open, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    page = opened(open_page(language="en"))
    page.set_input_files("#voicebook [name=nearest]", RECORDING)
    found = page.locator("#voicebook .nearest-found li")
    expect(found).to_have_count(3)
    expect(found.first).to_contain_text("Yunxi")
    expect(found.first).to_contain_text("very similar")
    expect(page.locator("#voicebook .nearest-found")).to_contain_text("remain the voices of other people")
    found.first.locator("[data-do=start]").click()
    expect(page.locator("#voicebook .mix-row select")).to_have_value("zm_yunxi")
    page.set_input_files("#voicebook [name=nearest]", {"name": "a.wav", "mimeType": "audio/wav", "buffer": b"no sound"})
    expect(page.locator("#voicebook .nearest-found .told")).to_contain_text("a.wav")
