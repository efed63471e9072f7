"""The editor's tab: a plan is changed with mouse and keyboard, and the change is measured in the sound."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from indextts.engines.embedded import engine as embedded
from indextts.model.utterance import Utterance
from indextts.platform.config import Config
from indextts.sound.pitch import track
from tests.browser.conftest import REFUSED, WAIT_MS, Open, take_sound
from tests.browser.test_page import generate
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser

TEXT = "今天天气很好。我们在重庆住了三天，然后就回来了。你也去吗？"
RATE = 24000
CHONG = 3
"""Which token of the second sentence is 重."""


@pytest.fixture(scope="module")
def engine(real_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldEngine]:
    """The published voice: there is a pitch to be measured."""
    engine = HeldEngine(embedded.load(real_config))
    cache = tmp_path_factory.mktemp("cache_hub")
    engine.config = real_config.model_copy(update={"cache_dir": cache, "prosody": "rules"})  # type: ignore[attr-defined]
    yield engine


def sentence(page: Page, number: int) -> Locator:
    return page.locator(f'#editor .sentence[data-place="{number}"]')


def edit(page: Page, text: str = TEXT, place: int = 1) -> Locator:
    """Generate, go to the editor, open a sentence."""
    generate(page, text)
    page.click("[data-tab=edit]")
    expect(sentence(page, 0)).to_have_class("sentence open")
    if place:
        sentence(page, place).locator("[data-do=open]").click()
    expect(sentence(page, place).locator("svg.curve")).to_be_visible()
    expect(sentence(page, place).locator(".making")).to_have_count(0)
    return sentence(page, place)


def press(page: Page, action: str, place: int | None = None, then: str = "") -> None:
    """Choose something in the menu of the tools, or of the line ``place``; ``then`` in the one that it opens."""
    opener = "#editor [data-do=more]" if place is None else f'#editor [data-place="{place}"] [data-do=line-more]'
    page.click(opener)
    for name in filter(None, (action, then)):
        page.click(f".sheet [role=menuitem][data-do={name}]")


def cell(row: Locator, field: str, token: int) -> Locator:
    return row.locator(f'.s-table [data-field="{field}"][data-token="{token}"]')


def drag(page: Page, row: Locator, token: int, grip: str, dx: float = 0, dy: float = 0) -> None:
    # Not by Playwright, which waits for a row that answers may redraw meanwhile.
    row.evaluate("row => row.scrollIntoView({ block: 'nearest' })")
    place = f'#editor .sentence.open .curve [data-token="{token}"] [data-drag={grip}]'
    # Playwright takes a promise for a yes, whatever it will say.
    ends = time.monotonic() + WAIT_MS / 1000
    while (found := page.evaluate(STEADY, place)) is None:
        assert time.monotonic() < ends, f"{place} never comes to rest"
    x, y = found["x"], found["y"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2, steps=3)
    page.mouse.move(x + dx, y + dy, steps=3)
    page.mouse.up()


STEADY = """async (grip) => {
    const middle = () => {
        const box = document.querySelector(grip)?.getBoundingClientRect();
        return box?.width ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
    };
    const before = middle();
    for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
    const now = middle();
    const still = before && now && before.x === now.x && before.y === now.y;
    return still && document.elementFromPoint(now.x, now.y) === document.querySelector(grip) ? now : null;
}"""
"""The middle of a grip that can be taken there: it has stayed where it is, and nothing lies over it."""


def made(page: Page, row: Locator, engine: HeldEngine) -> None:
    """Wait until the sentence was spoken anew, and the page knows of it."""
    ends = time.monotonic() + WAIT_MS / 1000
    while not engine.spoken:
        assert time.monotonic() < ends
        page.wait_for_timeout(20)
    expect(row.locator(".making")).to_have_count(0)


def assemble(page: Page) -> None:
    take = page.get_attribute("#take-data", "data-take")
    page.click("#edit-assemble")
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", take or "")
    expect(page.locator("#edit-assemble.done")).to_be_enabled()


def whole(page: Page, url: str) -> np.ndarray:
    samples: np.ndarray = take_sound(page)[0]
    return samples


def times(page: Page) -> list[tuple[float, float]]:
    """When each sentence of the take in the player begins and ends."""
    found = page.eval_on_selector_all(
        "#reading .segment", "all => all.map((one) => [Number(one.dataset.start), Number(one.dataset.end)])"
    )
    return [(begin, end) for begin, end in found]


def sentences(page: Page, url: str) -> list[np.ndarray]:
    samples = whole(page, url)
    return [samples[round(begin * RATE) : round(end * RATE)] for begin, end in times(page)]


def pitch_of(page: Page, url: str, token: int) -> float:
    """Median pitch of a token of the second sentence in the take's sound, in semitones."""
    at = page.locator(f'#reading .token[data-at="1.{token}"]')
    begin, end = (float(at.get_attribute(f"data-{name}") or 0) for name in ("start", "end"))
    seconds, hertz = track(whole(page, url).astype(np.float32) / 32768, RATE)
    inside = hertz[(seconds >= begin) & (seconds <= end) & ~np.isnan(hertz)]
    assert inside.size >= 4
    return float(12 * np.log2(np.median(inside)))


@pytest.mark.smoke
def test_a_pitch_that_is_dragged_and_a_length_and_a_pause_are_heard_there_and_nowhere_else(
    open_page: Open, url: str, engine: HeldEngine
) -> None:
    page = open_page()
    row = edit(page)
    before, pitch, spans = sentences(page, url), pitch_of(page, url, CHONG), times(page)
    engine.spoken.clear()
    drag(page, row, CHONG, "pitch", dy=-56)
    value = float(cell(row, "pitch", CHONG).input_value())
    assert 5 <= value <= 7
    drag(page, row, CHONG + 1, "length", dx=40)
    assert float(cell(row, "length", CHONG + 1).input_value()) > 1.4
    row.locator("[data-set=pause]").fill("1.2")
    page.keyboard.press("Tab")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    expect(page.locator("#edit-assemble")).to_have_text("拼成全文")
    assemble(page)
    after, now = sentences(page, url), times(page)
    assert np.array_equal(before[0], after[0]) and np.array_equal(before[2], after[2])
    assert after[1].size > before[1].size + 0.08 * RATE
    assert now[2][0] - now[1][1] == pytest.approx(1.2, abs=0.01) != spans[2][0] - spans[1][1]
    assert pitch_of(page, url, CHONG) - pitch > 1.0  # the voice follows about a third of so large a wish
    assert "我们在重庆住了三天，然后就回来了。" in engine.spoken


def test_the_sentence_alone_is_spoken_a_moment_after_the_change(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    row = edit(page)
    expect(row.locator(".s-time")).not_to_have_text("")
    length = float(row.locator(".s-time").inner_text().split()[0])
    engine.spoken.clear()
    cell(row, "length", CHONG).fill("3")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([was]) => parseFloat(document.querySelector('.sentence.open .s-time').textContent) > was + 0.15", arg=[length]
    )
    assert set(engine.spoken) == {"我们在重庆住了三天，然后就回来了。"}
    times_spoken = len(engine.spoken)
    with page.expect_response(lambda answer: "/audio/" in answer.url) as sound:
        row.locator("[data-do=play]").click()
    assert sound.value.ok
    expect(row.locator("[data-do=play]")).to_have_attribute("aria-label", "停止")
    expect(row.locator("[data-do=play]")).to_have_attribute("aria-label", "播放这一句（空格）")
    assert len(engine.spoken) == times_spoken, "what was made is played"


def test_everything_can_be_done_with_the_keyboard_alone(open_page: Open, url: str) -> None:
    page = open_page(language="en-US")
    row = edit(page)
    pitch = pitch_of(page, url, CHONG)
    cell(row, "pitch", CHONG - 1).focus()
    page.keyboard.press("ArrowRight")
    expect(cell(row, "pitch", CHONG)).to_be_focused()
    for _ in range(8):
        page.keyboard.press("ArrowUp")
    expect(cell(row, "pitch", CHONG)).to_have_value("4")
    expect(row.locator(f'.curve [data-token="{CHONG}"].marked')).to_have_count(1)
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    expect(cell(row, "pitch", CHONG)).to_be_focused()
    page.keyboard.press("Tab")
    expect(cell(row, "pitch", CHONG + 1)).to_be_focused()
    # Keys that come slowly are edits of their own.
    for keys, wanted in (("Control+z", "0"), ("Control+Shift+z", "4")):
        while (value := cell(row, "pitch", CHONG).input_value()) != wanted:
            page.keyboard.press(keys)
            expect(cell(row, "pitch", CHONG)).not_to_have_value(value)
    expect(cell(row, "pitch", CHONG + 1)).to_be_focused()
    cell(row, "break", CHONG + 1).select_option("3")
    expect(row.locator(f'.break[data-gap="1.{CHONG + 1}"]')).to_have_attribute("data-level", "3")
    row.locator("[data-read]").nth(CHONG).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fix .fix-option[aria-pressed=true]")).to_have_text("chóng")
    page.keyboard.press("Escape")
    take = page.get_attribute("#take-data", "data-take") or ""
    page.keyboard.press("Control+Enter")
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", take)
    expect(page.locator("#edit-assemble")).to_have_text("Play all")
    assert pitch_of(page, url, CHONG) - pitch > 1.5


def test_a_reading_is_chosen_in_the_same_dialog_as_on_the_other_tab(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = open_page()
    row = edit(page)
    row.locator(f'.token[data-at="1.{CHONG}"]').click()
    page.click("#fix [data-choose=zhong4]")
    expect(page.locator("#fix .fix-option[aria-pressed=true]")).to_have_text("zhòng")
    expect(row.locator(f'.token[data-at="1.{CHONG}"] rt')).to_have_text("zhòng")
    page.fill("#fix input[name=reading]", "zzz9")
    page.click("#fix button[type=submit]")
    expect(page.locator("#fix [role=alert]")).to_contain_text("读音不能是“zzz9”")
    page.click("#fix [data-close]")
    expect(page.locator("#fix")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(row.locator(f'.token[data-at="1.{CHONG}"] rt')).to_have_text("chóng")


def test_versions_are_kept_compared_and_chosen(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    row.locator("[data-do=again]").click()
    expect(row.locator(".version")).to_have_text(["A", "B"])
    expect(row.locator(".version[aria-pressed=true]")).to_have_text("B")
    expect(row.locator(".version").nth(1)).to_have_attribute("title", "版本 B · 种子 1")
    drag(page, row, CHONG, "pitch", dy=-40)
    expect(row.locator(".curve .bar.mine")).to_have_count(1)
    row.locator("[data-do=compare]").click()
    expect(row.locator(".version.playing")).to_have_text("B")
    expect(row.locator(".version.playing")).to_have_text("A")
    expect(row.locator(".version.playing")).to_have_text("B")
    row.locator("[data-do=compare]").click()
    expect(row.locator(".version.playing")).to_have_count(0)
    row.locator(".version").first.click()
    expect(row.locator(".version[aria-pressed=true]")).to_have_text("A")
    expect(row.locator(".curve .bar.mine")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(row.locator(".curve .bar.mine")).to_have_count(1)
    press(page, "drop", 1)
    expect(row.locator(".version")).to_have_text(["A"])
    row.locator("[data-do=line-more]").click()
    expect(page.locator(".sheet [data-do=add]")).to_be_focused()
    expect(page.locator(".sheet [data-do=drop]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(row.locator("[data-do=line-more]")).to_be_focused()


def test_a_locked_sentence_stays_when_the_others_are_read_again(open_page: Open) -> None:
    page = open_page()
    row = edit(page)
    row.locator("[data-do=lock]").click()
    expect(row).to_have_class("sentence open locked")
    expect(cell(row, "pitch", CHONG)).to_be_disabled()
    expect(row.locator("[data-do=again]")).to_be_disabled()
    press(page, "all-again")
    expect(sentence(page, 0).locator(".s-version")).to_have_text("B / 2")
    expect(row.locator(".version")).to_have_text(["A"])
    page.click("#editor .tempo summary")
    page.select_option("[data-set=whole-emotion]", "sad")
    expect(row.locator(".chip")).to_have_text("中性")
    expect(sentence(page, 0).locator(".chip")).to_have_count(0)
    for _ in range(3):
        page.click("[data-do=undo]")
    expect(row).to_have_class("sentence open")
    expect(page.locator("#editor [data-do=undo]")).to_be_disabled()


def test_a_sentence_gets_an_emotion_of_its_own(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = open_page()
    row = edit(page)
    row.locator("[data-set=emotion]").select_option("happy")
    expect(row.locator(".chip")).to_have_text("高兴")
    row.locator("[data-set=intensity]").fill("80")
    page.keyboard.press("Tab")
    expect(row.locator("[data-set=intensity]")).to_have_value("80")
    row.locator("[data-set=intensity]").fill("300")
    page.keyboard.press("Tab")
    expect(row.locator(".told")).to_contain_text("强度应在 0 到 1 之间")


def test_what_was_refused_stays_told_when_the_sound_of_an_earlier_change_arrives(
    open_page: Open, engine: HeldEngine, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    page = open_page()
    row = edit(page)
    engine.hold()
    row.locator("[data-set=emotion]").select_option("happy")
    expect(row.locator(".s-play.making")).to_be_visible()
    row.locator("[data-set=intensity]").fill("300")
    page.keyboard.press("Tab")
    expect(row.locator(".told")).to_contain_text("强度应在 0 到 1 之间")
    engine.release()
    expect(row.locator(".s-play.making")).to_have_count(0)
    expect(row.locator(".told")).to_contain_text("强度应在 0 到 1 之间")


def test_a_plan_is_saved_opened_again_and_survives_a_reload(
    open_page: Open, tmp_path: Path, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    page = open_page()
    row = edit(page)
    cell(row, "pitch", CHONG).fill("3.5")
    page.keyboard.press("Enter")
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    with page.expect_download() as download:
        press(page, "save")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    plan = Utterance.from_json(file.read_bytes())
    assert plan.segments[1].tokens[CHONG].pitch_shift == 3.5 and file.name.endswith(".plan.json")

    page.reload()
    # The line is open that was.
    expect(cell(sentence(page, 1), "pitch", CHONG)).to_have_value("3.5")
    page.click("[data-do=undo]")
    expect(cell(sentence(page, 1), "pitch", CHONG)).to_have_value("0")

    take = page.get_attribute("#take-data", "data-take") or ""
    page.set_input_files("#edit-file", file)
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", take)
    expect(page.locator("#editor [data-do=redo]")).to_be_disabled()
    # The take is opened in the plan that is there, whose second sentence is open already.
    expect(cell(sentence(page, 1), "pitch", CHONG)).to_have_value("3.5")
    data = json.loads(file.read_text("utf-8"))
    data["segments"][0]["tokens"][0]["duration_scale"] = -1
    file.write_text(json.dumps(data), "utf-8")
    page.set_input_files("#edit-file", file)
    expect(page.locator("#edit-notice [role=alert]")).to_contain_text("合成方案无效")
    expect(page.locator("#edit-notice [role=alert]")).to_contain_text("duration_scale")
    expect(cell(sentence(page, 1), "pitch", CHONG)).to_have_value("3.5")


def test_a_text_that_was_not_spoken_yet_is_opened_and_an_empty_page_says_what_to_do(open_page: Open) -> None:
    page = open_page()
    with page.expect_request(lambda request: request.url.endswith("/v1/editor")) as asked:
        page.click("[data-tab=edit]")
    assert (asked.value.post_data_json or {}).get("page"), "the open page has told its name, so that its plan is kept"
    expect(page.locator("#editor .edit-empty")).to_contain_text("先写几句话")
    page.click("#editor .edit-empty a")
    page.fill("#text textarea", TEXT)
    page.click("[data-tab=edit]")
    expect(page.locator("#editor .sentence")).to_have_count(3)
    expect(page.locator("#edit-assemble")).to_have_text("播放全文")


def test_a_tab_that_is_opened_while_a_text_is_made_shows_it_when_it_is_there(
    open_page: Open, engine: HeldEngine
) -> None:
    page, empty = open_page(), "#editor .edit-empty"
    for text, count in (("一会儿就好。你等一下。", 2), ("后来又写了一句。", 1)):
        page.fill("#text textarea", text)
        engine.hold()
        page.click("#generate")
        expect(page.locator("#notice .busy")).to_be_visible()
        page.click("[data-tab=edit]")
        # The one before is there, and may be edited meanwhile.
        expect(page.locator(empty if count == 2 else "#editor .sentence").first).to_be_visible()
        if count == 2:
            expect(page.locator(empty)).to_contain_text("正在打开")
        engine.release()
        expect(page.locator("#editor .sentence")).to_have_count(count)
        page.click("[data-tab=speak]")


def test_a_tab_that_waits_for_a_text_says_what_to_do_when_that_is_cancelled(
    open_page: Open, engine: HeldEngine
) -> None:
    page = open_page()
    page.fill("#text textarea", "这一句不要了。")
    engine.hold()
    page.click("#generate")
    expect(page.locator("#notice .busy")).to_be_visible()
    page.click("[data-tab=edit]")
    expect(page.locator("#editor .edit-empty")).to_contain_text("正在打开")
    page.evaluate("() => document.querySelector('#cancel').click()")
    expect(page.locator("#editor .edit-empty")).to_contain_text("先写几句话")
    engine.release()


def test_a_new_result_waits_until_it_is_asked_for(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    row = edit(page)
    drag(page, row, CHONG, "pitch", dy=-40)
    expect(page.locator("#editor [data-do=undo]")).to_be_enabled()
    page.click("[data-tab=speak]")
    page.fill("#text textarea", "别的文字。")
    take = page.get_attribute("#take-data", "data-take") or ""
    page.click("#generate")
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", take)
    page.click("[data-tab=edit]")
    expect(page.locator("#editor .edit-other")).to_be_visible()
    expect(page.locator("#editor .sentence")).to_have_count(3)
    # It goes on waiting while the old plan is edited and heard.
    engine.spoken.clear()
    drag(page, row, CHONG, "pitch", dy=30)
    made(page, row, engine)
    expect(page.locator("#editor .edit-other")).to_be_visible()
    page.click("#editor [data-do=other]")
    expect(page.locator("#editor .sentence")).to_have_count(1)


def test_assembling_can_be_cancelled(open_page: Open, engine: HeldEngine) -> None:
    page = open_page()
    row = edit(page)
    engine.spoken.clear()
    drag(page, row, CHONG, "pitch", dy=-40)
    expect(page.locator("#edit-assemble")).to_have_text("拼成全文")
    made(page, row, engine)
    take = page.get_attribute("#take-data", "data-take")
    engine.hold()
    page.click("#edit-assemble")
    expect(page.locator("#edit-notice .busy")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#edit-notice .busy")).to_have_count(0)
    engine.release()
    expect(page.locator("#edit-assemble")).to_be_enabled()
    assert page.get_attribute("#take-data", "data-take") == take


def test_the_heads_of_the_table_name_what_the_curve_draws_and_the_player_lies_on_neither(open_page: Open) -> None:
    page = open_page(width=1366, height=768)
    row = edit(page, place=2)
    found = row.evaluate("""(row) => [...row.querySelectorAll(".s-table thead th")].map((head) => {
        const { left, right } = head.getBoundingClientRect();
        const column = row.querySelector(`.curve-token[data-token="${head.dataset.token}"] .column`);
        const drawn = column.getBoundingClientRect();
        return [Math.abs(drawn.left - left) < 2, drawn.right < right + 2, drawn.width > 44];
    })""")
    assert found == [[True, True, True]] * 4
    expect(row.locator(".curve text", has_text="也")).to_have_count(0)
    page.locator("#editor .s-table tr").last.locator("select").first.focus()
    last, bar = row.bounding_box(), page.locator("#result").bounding_box()
    assert last and bar and last["y"] + last["height"] <= bar["y"] + 1


@pytest.mark.parametrize("width", [360, 390, 1024, 1440])
@pytest.mark.parametrize(("language", "dark"), [("zh-CN", False), ("en-US", True)])
def test_it_fits_the_window_and_can_be_read(open_page: Open, width: int, language: str, dark: bool) -> None:
    page = open_page(width=width, height=844, language=language, dark=dark)
    row = edit(page)
    row.locator("[data-do=again]").click()
    expect(row.locator(".version")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    spilled = page.evaluate("""() => [...document.querySelectorAll("#editor button, #editor .s-field, #editor .chip")]
        .filter((part) => part.offsetParent && !part.closest("[data-scrolls]"))
        .filter((part) => part.getBoundingClientRect().right > innerWidth - 8
            || part.scrollWidth > part.clientWidth + 2)
        .map((part) => part.textContent || part.title)""")
    assert spilled == []
    unnamed = page.evaluate("""() => [...document.querySelectorAll("#editor :is(input, select, button)")]
        .filter((part) => !part.hidden && !part.closest("label"))
        .filter((part) => !(part.getAttribute("aria-label") || part.textContent))
        .map((part) => part.outerHTML)""")
    assert unnamed == []


def test_the_plots_are_drawn_when_they_are_opened_by_scripts_of_our_own(open_page: Open) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    generate(page, TEXT)
    assert not [address for address in asked if "Plotly" in address]
    page.click("#plots > button")
    words = page.locator("#plot .js-plotly-plot .annotation")
    expect(words.first).to_contain_text("今")
    assert words.count() > 15
    assert [address for address in asked if "Plotly" in address]
    take = page.get_attribute("#take-data", "data-take") or ""
    page.fill("#text textarea", "你好。")
    page.click("#generate")
    expect(page.locator("#take-data")).not_to_have_attribute("data-take", take)
    expect(words).to_have_count(2)
