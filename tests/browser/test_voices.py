"""The voices' tab: listen, design, save, speak with it, remove, take back; and the speakers of a dialogue."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from indextts.platform.config import Config
from indextts.voices.catalogue import VoiceFamily
from tests.browser.conftest import REFUSED, Open
from tests.browser.test_page import choose, generate
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def family(engine: HeldEngine) -> Iterator[VoiceFamily]:
    """The server's own voices, none of a person's before and after."""
    config: Config = engine.config  # type: ignore[attr-defined]
    family = VoiceFamily(config)

    def clear() -> None:
        for voice in family.own():
            family.remove(voice.id)

    clear()
    yield family
    clear()
    family.close()


def opened(page: Page) -> Page:
    page.click("#header [data-tab=voices]")
    expect(page.locator("#voice-rows li").first).to_be_visible()
    return page


def design(page: Page, name: str, tract: str = "0.86", pitch: str = "-9") -> None:
    page.locator("#voice-tract").fill(tract)
    page.locator("#voice-pitch").fill(pitch)
    page.fill("#voicebook [name=name]", name)
    page.click("#voicebook [type=submit]")


def own(page: Page) -> list[str]:
    return page.locator("#voice-rows li:has([data-do=remove]) .voice-name").all_inner_texts()


def test_a_voice_is_designed_heard_saved_and_spoken_with(open_page: Open, family: VoiceFamily) -> None:
    page = opened(open_page())
    assert page.locator("#voice-rows li").count() == len(family.named)
    page.locator("#voice-tract").fill("0.86")
    page.locator("#voice-pitch").fill("-9")
    expect(page.locator("#voicebook output[name=pitch-value]")).to_have_text("−9 半音")
    page.click("#voicebook [data-do=hear]")
    page.wait_for_selector("#voicebook .voicebook[data-heard^='/audio/']")
    design(page, "老船长")
    expect(page.locator("#project-said")).to_contain_text("已保存“老船长”")
    assert own(page) == ["老船长"]
    mine = family.own()[0]
    assert (mine.design.tract, mine.design.pitch) == (0.86, -9.0)
    page.click("#header [data-tab=speak]")
    generate(page, "今天天气很好。")
    choose(page, "voice", "我的 · 老船长")
    page.click("#generate")
    expect(page.locator("#takes .take")).to_have_count(2)
    expect(page.locator(".notice.done")).to_be_visible()


def test_changed_removed_and_taken_back(open_page: Open, family: VoiceFamily) -> None:
    page = opened(open_page())
    design(page, "老船长")
    expect(page.locator("#voice-rows [data-do=remove]")).to_have_count(1)
    page.click("#voice-rows [data-do=edit]")
    expect(page.locator("#voicebook .voice-form h2")).to_have_text("修改“老船长”")
    expect(page.locator("#voice-tract")).to_have_value("0.86")
    design(page, "大副", "0.9", "-7")
    expect(page.locator("#project-said")).to_contain_text("已更新“大副”")
    assert own(page) == ["大副"] and family.own()[0].design.pitch == -7
    page.click("#voice-rows [data-do=remove]")
    expect(page.locator("#project-said [data-do=undo]")).to_be_focused()
    assert own(page) == [] and family.own() == []
    page.keyboard.press("Enter")
    expect(page.locator("#voice-rows [data-do=remove]")).to_have_count(1)
    assert own(page) == ["大副"]
    page.reload()
    expect(page.locator("#voice-rows [data-do=remove]")).to_have_count(1)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_what_was_done_to_a_voice_is_told_where_it_is_seen_and_a_removed_one_comes_back(
    open_page: Open, family: VoiceFamily, width: int, height: int
) -> None:
    mine = family.add("老船长", {"pitch": -9.0})
    page = opened(open_page(width=width, height=height))
    remove = page.locator(f'#voice-rows [data-id="{mine.id}"] [data-do=remove]')
    remove.scroll_into_view_if_needed()
    remove.click()
    expect(page.locator("#project-said")).to_contain_text("已删除“老船长”")
    expect(page.locator("#project-said [data-do=undo]")).to_be_in_viewport(ratio=1)
    page.reload()
    expect(page.locator("#voice-rows li").first).to_be_visible()
    page.click("#voicebook .deleted > summary")
    expect(page.locator("#voicebook .deleted-row").first).to_contain_text("老船长")
    page.locator("#voicebook .deleted-row [data-do=restore]").first.click()
    expect(page.locator("#project-said")).to_contain_text("已恢复“老船长”")
    expect(remove).to_be_visible()
    assert [one.id for one in family.own()] == [mine.id]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_search_that_only_a_persons_own_voice_matches_does_not_say_that_none_does(open_page: Open, url: str) -> None:
    httpx.post(f"{url}/v1/voices", json={"name": "Old captain"}).raise_for_status()
    page = opened(open_page(language="en-US"))
    page.fill("#voicebook .voice-filters input", "captain")
    expect(page.locator("#voice-rows .voice-name")).to_have_text("Old captain")
    expect(page.locator("#voice-rows .nothing")).to_have_count(0)
    page.fill("#voicebook .voice-filters input", "no such voice")
    expect(page.locator("#voice-rows .nothing")).to_have_text(["No matching voices."] * 2)


@pytest.mark.parametrize("width", [1366, 390])
def test_the_name_of_a_speaker_is_seen_whole(open_page: Open, width: int) -> None:
    page = open_page(width=width, height=844, language="en-US")
    page.fill("#text textarea", "Ms. Patterson: Good morning.\nDr. Hargreaves: Good morning, all.")
    names = page.locator("#speakers .speaker > span")
    expect(names).to_have_text(["Ms. Patterson", "Dr. Hargreaves"])
    seen = "all => all.map((one) => [one.scrollWidth <= one.clientWidth, getComputedStyle(one).textOverflow])"
    assert names.evaluate_all(seen) == [[True, "clip"]] * 2


LOST = "没有音色“老船长”，改用“"


def test_a_preset_and_a_project_tell_which_voice_of_theirs_was_removed(
    open_page: Open, url: str, family: VoiceFamily
) -> None:
    mine, other = family.add("老船长", {"pitch": -9.0}), family.add("大副", {"pitch": -5.0})
    page = open_page()
    choose(page, "voice", "我的 · 老船长")
    page.click("#settings-head .presets summary")
    page.fill("#settings-head .preset-form input", "夜班")
    page.click("#settings-head .preset-form button")
    choose(page, "voice", "我的 · 大副")
    family.remove(mine.id)
    page.reload()
    page.click("#settings-head .presets summary")
    page.click("#settings-head .preset-name")
    expect(page.locator("#project-said")).to_contain_text(LOST)
    expect(page.locator("#voice input")).not_to_have_value("我的 · 大副")
    said = {"text": "今天天气很好。", "settings": {"voice": mine.id}}
    spoken = {"text": "A：你好吗？\nB：我很好。", "settings": {"voice": other.id}, "speakers": {"A": mine.id}}
    for number, fields in enumerate((said, spoken)):
        project = httpx.post(f"{url}/v1/projects", json={"name": f"项目{number}", **fields}).json()["id"]
        page.reload()
        page.click("#header [data-tab=history]")
        expect(page.locator("#project-said", has_text=LOST)).to_have_count(0)
        page.click(f'#history [data-project="{project}"] [data-do=open]')
        expect(page.locator("#project-said")).to_contain_text(LOST)
    expect(page.locator("#voice input")).to_have_value("我的 · 大副")


def test_a_voice_that_is_put_back_speaks_again(open_page: Open, family: VoiceFamily) -> None:
    family.add("老船长", {"pitch": -9.0})
    page = open_page()
    choose(page, "voice", "我的 · 老船长")
    opened(page).click("#voice-rows [data-do=remove]")
    page.click("#project-said [data-do=undo]")
    page.click("#header [data-tab=speak]")
    expect(page.locator("#voice input")).to_have_value("我的 · 老船长")


def test_the_editor_calls_a_removed_voice_by_its_name(
    open_page: Open, family: VoiceFamily, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    mine = family.add("老船长", {"pitch": -9.0})
    page = open_page()
    choose(page, "voice", "我的 · 老船长")
    generate(page, "今天天气很好。")
    family.remove(mine.id)
    page.click("#header [data-tab=edit]")
    voice = page.locator("#editor .sentence.open [data-set=voice]")
    expect(voice.locator("option").first).to_contain_text("老船长")
    page.click("#editor .sentence.open [data-do=write]")
    page.locator("#editor .s-write textarea").fill("今天天气不错。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#editor")).to_contain_text("没有音色“老船长”：它已被删除")
    expect(page.locator("#editor")).not_to_contain_text(mine.id)


def test_the_editor_says_after_a_reload_too_that_what_is_heard_is_from_before(open_page: Open) -> None:
    page = open_page()
    generate(page, "今天天气很好。")
    page.click("#header [data-tab=edit]")
    page.click("#editor .sentence.open [data-do=write]")
    page.locator("#editor .s-write textarea").fill("今天天气不错。")
    page.keyboard.press("Enter")
    expect(page.locator(".player-note")).to_have_text("还是修改之前的音频")
    page.reload()
    expect(page.locator("#editor .sentence.open")).to_contain_text("错")
    expect(page.locator(".player-note")).to_have_text("还是修改之前的音频")


def test_what_was_begun_while_a_voice_was_saved_stays(open_page: Open) -> None:
    page = opened(open_page())
    held: list[Route] = []
    # Saving ends when every list is drawn anew; that of the voices is drawn first.
    page.route("**/v1/store", lambda route: held.append(route))
    design(page, "老船长")
    page.click("#voice-rows [data-do=edit]")
    expect(page.locator("#voicebook [name=name]")).to_have_value("老船长")
    assert held
    for route in held:
        route.continue_()
    expect(page.locator("#project-said")).to_contain_text("已保存“老船长”")
    expect(page.locator("#voicebook .voice-form h2")).to_have_text("修改“老船长”")
    expect(page.locator("#voicebook [name=name]")).to_have_value("老船长")


def test_what_is_refused_is_told_beside_the_name(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = opened(open_page(language="en"))
    design(page, "Deep man")
    expect(page.locator("#voicebook .told")).to_contain_text("already")
    expect(page.locator("#voicebook [name=name]")).to_be_focused()
    page.keyboard.type("!")
    expect(page.locator("#voicebook .told")).to_have_text("")
    page.locator("#voice-rows li", has_text="Deep man").locator("[data-do=start]").click()
    expect(page.locator("#voice-pitch")).to_have_value("-11")
    page.locator("#voice-pitch").dblclick()
    expect(page.locator("#voice-pitch")).to_have_value("0")


def test_the_speakers_of_a_dialogue_are_shown_and_chosen(open_page: Open) -> None:
    page = open_page()
    page.fill("#text textarea", "A：你好吗？\nB：我很好。")
    expect(page.locator("#speakers select")).to_have_count(2)
    expect(page.locator("#speakers [data-label=B]")).to_have_value("young_man")
    page.select_option("#speakers [data-label=B]", "child")
    generate(page, "A：你好吗？\nB：我很好。")
    expect(page.locator("#reading .token").first).to_contain_text("你")
    page.fill("#text textarea", "只有一个人说话。")
    expect(page.locator("#speakers select")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_narrow_screen(open_page: Open, dark: bool) -> None:
    page = opened(open_page(width=390, height=844, dark=dark))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in ("#voice-tract", "#voice-pitch", "#voicebook [data-do=hear]", "#voicebook [type=submit]"):
        box = page.locator(part).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
