"""The page's own player: what is heard of a job, when, and what a person can do with it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import WAIT_MS, Open
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser

SENTENCES = ("今天天气很好。", "我们在重庆住了三天。", "明天去公园看花，然后回家吃饭。", "你想一起来吗？")
TEXT = "".join(SENTENCES)
LONG = TEXT * 30


def new(mark: str, sentences: int = 4) -> str:
    """A text that no other test has spoken: what was spoken before is kept, and would not wait for the engine."""
    return "".join(f"{mark}的第{number}句话，说得不长。" for number in "一二三四五六七八"[:sentences])


Begin = Callable[..., str]


@pytest.fixture
def begin(url: str) -> Begin:
    """Begins a job over REST, as the page does; returns its id."""

    def begin_one(text: str = TEXT, **more: Any) -> str:
        answer = httpx.post(f"{url}/v1/jobs", json={"text": text, "live": True, **more})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    return begin_one


def finished(page: Page, url: str, job: str) -> dict[str, Any]:
    """The job with its segments, once it is done."""
    for _ in range(WAIT_MS // 50):
        told: dict[str, Any] = httpx.get(f"{url}/v1/jobs/{job}?segments=true").json()
        if told["status"] == "done":
            return told
        assert told["status"] in ("queued", "running")
        page.wait_for_timeout(50)
    raise AssertionError("it never ends")


def listen(page: Page, job: str, **options: Any) -> None:
    """Open it in the player, whose audio's events are written down from then on."""
    page.evaluate(_LISTEN, [job, options])


_LISTEN = """([job, options]) => {
    const { player } = window.indexttsStudio, audio = player.root.querySelector("audio");
    if (!window.heard) {
        window.heard = [];
        for (const name of ["play", "playing", "pause", "waiting", "seeking", "seeked", "ended", "error", "ratechange"])
            audio.addEventListener(name, () => window.heard.push(name));
    }
    window.heard.length = 0;
    player.open(job, options);
}"""


def audio(page: Page, what: str) -> Any:
    return page.evaluate(f"(() => {{ const a = document.querySelector('#player audio'); return {what}; }})()")


def when(page: Page, condition: str) -> None:
    """Wait until that holds of ``a``, the audio element."""
    page.wait_for_function(f"(() => {{ const a = document.querySelector('#player audio'); return {condition}; }})()")


def state(page: Page, name: str) -> None:
    expect(page.locator("#player .player")).to_have_attribute("data-state", name)


def events(page: Page) -> list[str]:
    return list(page.evaluate("window.heard"))


def button(page: Page, name: str) -> Locator:
    return page.locator(f"#player .player-{name}")


# ---------------------------------------------------------------------- sound at once, and without a gap


@pytest.mark.gate
def test_the_first_sentence_is_heard_while_the_next_ones_are_made(
    open_page: Open, begin: Begin, engine: HeldEngine
) -> None:
    page = open_page()
    engine.hold()
    job = begin(new("先听", 2))
    listen(page, job, play=True)
    state(page, "waiting")
    expect(page.locator(".player-note")).to_have_text("正在合成第一句…")
    engine.let_through(1)
    when(page, "a.currentTime > 0.1 && !a.paused")
    # At the end of what is there it waits, and goes on by itself when there is more.
    state(page, "waiting")
    expect(page.locator(".player-note")).to_have_text("正在合成下一句…")
    here = audio(page, "a.currentTime")
    engine.let_through(1)
    when(page, f"a.currentTime > {here} + 0.1")
    engine.release()
    when(page, "a.ended")
    assert [name for name in events(page) if name in ("pause", "seeking", "error")] == ["pause"], "only at its end"
    state(page, "paused")


@pytest.mark.gate
def test_what_was_heard_to_its_end_begins_anew_where_a_page_comes_back_to_it(
    open_page: Open, begin: Begin, url: str
) -> None:
    page = open_page()
    job = begin(new("听完", 2))
    end = finished(page, url, job)["segments"][-1]
    end_s = end["start_s"] + end["duration_s"]
    listen(page, job, at=end_s)
    when(page, "a.currentTime === 0")
    button(page, "play").click()
    when(page, "a.currentTime > 0.1 && !a.paused")
    listen(page, "", play=False)
    listen(page, job, at=end_s, play=True)
    when(page, f"a.currentTime > 0.1 && a.currentTime < {end_s} - 0.2 && !a.paused")


def test_the_beginning_is_heard_before_anything_is_known_of_the_job(
    open_page: Open, begin: Begin, engine: HeldEngine
) -> None:
    page = open_page()
    held: list[Route] = []
    hold = True
    facts = re.compile(r"/v1/jobs/[^/]+(\?segments=true|/events)$")
    page.route(facts, lambda route: held.append(route) if hold else route.continue_())
    engine.hold()
    job = begin(new("先要"))
    with page.expect_request(f"**/v1/jobs/{job}/segments/0"):
        listen(page, job, play=True)
    engine.let_through(1)
    when(page, "a.currentTime > 0.1 && !a.paused")
    assert page.evaluate("() => indexttsStudio.player.job.made") == 0
    engine.release()
    hold = False
    for route in held:
        route.continue_()
    when(page, "a.ended")
    assert "error" not in events(page) and "seeking" not in events(page)


def test_a_job_that_is_stopped_before_there_is_any_sound_is_no_fault(
    open_page: Open, begin: Begin, url: str, engine: HeldEngine
) -> None:
    page = open_page()
    engine.hold()
    job = begin(new("先停"))
    with page.expect_response(f"**/v1/jobs/{job}/segments/0") as answered:
        listen(page, job, play=True)
        httpx.post(f"{url}/v1/jobs/{job}/cancel")
    assert answered.value.status == 204
    state(page, "paused")
    expect(page.locator(".player-failure")).to_be_empty()
    engine.release()


def test_play_pressed_before_there_is_any_sound_does_not_stop_dead(
    open_page: Open, begin: Begin, engine: HeldEngine
) -> None:
    page = open_page()
    engine.hold()
    listen(page, begin(new("早按")))
    button(page, "play").click()
    expect(button(page, "play")).to_have_attribute("aria-label", "暂停")
    engine.release()
    when(page, "a.ended")
    assert [name for name in events(page) if name in ("pause", "seeking")] == ["pause"]


def test_the_segments_together_are_the_whole_sample_by_sample(open_page: Open, begin: Begin, url: str) -> None:
    page = open_page()
    job = begin()
    told = finished(page, url, job)
    whole, rate = soundfile.read(io.BytesIO(httpx.get(f"{url}/v1/jobs/{job}/result?format=wav").content), dtype="int16")
    decoded = [np.array(page.evaluate(_DECODED, [job, one["index"], rate])) for one in told["segments"]]
    assert len(decoded) == len(SENTENCES)
    for one, samples in zip(told["segments"], decoded, strict=True):
        assert samples.size == round(one["duration_s"] * rate)
        assert np.array_equal(samples, whole[round(one["start_s"] * rate) :][: samples.size])
    assert sum(samples.size for samples in decoded) == whole.size
    for one, other in pairwise(told["segments"]):
        assert abs(one["start_s"] + one["duration_s"] - other["start_s"]) < 1e-6


_DECODED = """async ([job, index, rate]) => {
    const answer = await fetch(`/v1/jobs/${job}/segments/${index}`);
    const audio = await new OfflineAudioContext(1, 1, rate).decodeAudioData(await answer.arrayBuffer());
    return [...audio.getChannelData(0)].map((value) => Math.round(value * 32768));
}"""
"""The samples that the browser finds in a segment as the player gets it."""


def test_what_comes_out_of_the_player_has_no_gap(open_page: Open, begin: Begin, url: str) -> None:
    page = open_page()
    job = begin()
    finished(page, url, job)
    whole, rate = soundfile.read(
        io.BytesIO(httpx.get(f"{url}/v1/jobs/{job}/result?format=wav").content), dtype="float32"
    )
    length = len(whole) / rate
    listen(page, job)
    when(page, f"a.buffered.length && a.buffered.end(0) > {length} - 0.1")
    page.evaluate(_RECORD)
    when(page, "a.ended")
    assert "waiting" not in events(page)[events(page).index("playing") :]
    recorded, own_rate = page.evaluate("window.recorded()")
    heard, made = _stretches(np.array(recorded), own_rate), _stretches(whole, rate)
    assert len(heard) == len(made) > 3
    # What is spoken and every pause in it is where it was made: nothing is left out or put in.
    later = [(begin - first, end - last) for (begin, end), (first, last) in zip(heard, made, strict=True)]
    assert np.ptp(later) < 0.030


def _stretches(samples: np.ndarray, rate: int) -> list[tuple[float, float]]:
    """Seconds where something is heard; what is silent for less than a tenth of a second belongs to it."""
    loud = np.flatnonzero(np.abs(samples) > 0.02) / rate
    cuts = np.flatnonzero(np.diff(loud) > 0.1)
    begins, ends = loud[np.concatenate(([0], cuts + 1))], loud[np.concatenate((cuts, [loud.size - 1]))]
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


_RECORD = """async () => {
    const context = new AudioContext({ sampleRate: 24000 });
    await context.resume();
    const { player } = window.indexttsStudio;
    const source = context.createMediaElementSource(player.root.querySelector("audio"));
    const tape = context.createScriptProcessor(16384, 1, 1), parts = [];
    tape.onaudioprocess = ({ inputBuffer }) => parts.push(...inputBuffer.getChannelData(0));
    source.connect(tape).connect(context.destination);
    window.recorded = async () => {
        const whole = parts.length + 3 * 16384; // what is on its way still
        while (parts.length < whole) await new Promise((done) => setTimeout(done, 50));
        return [parts, context.sampleRate];
    };
    player.play();
}"""


# ---------------------------------------------------------------------- going to a place


# Notes what is fetched when it is asked for: the browser's own events come later on a busy machine.
_FETCHES = """() => {
    const real = window.fetch;
    window.fetched = [];
    window.fetch = (what, ...more) => {
        window.fetched.push(String(what.url ?? what));
        return real(what, ...more);
    };
}"""


def test_any_place_of_a_long_text_is_heard_at_once_and_only_what_is_near_is_kept(
    open_page: Open, begin: Begin, url: str
) -> None:
    page = open_page()
    job = begin(LONG)
    told = finished(page, url, job)
    length = told["duration_s"]
    assert length > 150
    page.evaluate(_FETCHES)
    listen(page, job)
    expect(button(page, "all")).not_to_have_text("0:00")
    for share in (0.95, 0.4, 0.7):
        to = length * share
        page.evaluate("(to) => { window.fetched.length = 0; window.indexttsStudio.player.seekTo(to); }", to)
        when(page, f"!a.seeking && Math.abs(a.currentTime - {to}) < 0.01 && a.readyState >= 3")
        index = next(one["index"] for one in told["segments"] if one["start_s"] + one["duration_s"] > to)
        fetched = [int(n) for n in re.findall(r"/segments/(\d+)", " ".join(page.evaluate("window.fetched")))]
        assert not fetched or index in fetched[:2], "its own sentence is next; one may have been on its way"
    button(page, "play").click()
    when(page, f"a.currentTime > {length * 0.7} + 0.5")
    ranges = audio(
        page, "Array.from({ length: a.buffered.length }, (_, i) => [a.buffered.start(i), a.buffered.end(i)])"
    )
    assert sum(end - start for start, end in ranges) < length


def test_a_click_and_a_drag_on_the_picture_go_there(open_page: Open, begin: Begin, url: str) -> None:
    page = open_page()
    job = begin()
    length = finished(page, url, job)["duration_s"]
    listen(page, job)
    expect(button(page, "play")).to_be_enabled()
    when(page, "a.readyState >= 3")
    box = page.locator(".player-wave").bounding_box()
    assert box is not None and box["width"] > 700, "as wide as the result"
    y = box["y"] + box["height"] / 2
    page.mouse.click(box["x"] + box["width"] * 0.9, y)
    when(page, f"Math.abs(a.currentTime - {0.9 * length}) < 0.05")
    page.mouse.move(box["x"] + box["width"] * 0.2, y)
    expect(page.locator(".player-tip")).to_have_class(re.compile("shown"))
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, y, steps=4)
    assert abs(audio(page, "a.currentTime") - 0.9 * length) < 0.05, "not before it is let go"
    page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=4)
    page.mouse.up()
    when(page, f"Math.abs(a.currentTime - {0.5 * length}) < 0.05")


def test_keys_go_back_and_on_and_mean_nothing_where_one_writes(open_page: Open, begin: Begin, url: str) -> None:
    page = open_page()
    job = begin(TEXT * 2)
    told = finished(page, url, job)
    starts = [one["start_s"] for one in told["segments"]]
    listen(page, job)
    expect(button(page, "play")).to_be_enabled()
    when(page, "a.readyState >= 3")

    def at(seconds: float) -> None:
        when(page, f"Math.abs(a.currentTime - {seconds}) < 0.05")

    page.focus("#text textarea")
    for key in ("ArrowRight", ".", ",", "Space"):
        page.keyboard.press(key)
    assert page.input_value("#text textarea") == "., " and audio(page, "a.paused && a.currentTime === 0")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    at(5)
    page.keyboard.press("ArrowLeft")
    at(0)
    page.keyboard.press(".")
    at(starts[1])
    page.keyboard.press(".")
    at(starts[2])
    page.keyboard.press(",")
    at(starts[1])
    page.locator(".player-wave").focus()
    page.keyboard.press("End")
    at(told["duration_s"])
    page.keyboard.press("Home")
    at(0)
    page.keyboard.press("Space")
    when(page, "!a.paused")
    page.keyboard.press("Space")
    when(page, "a.paused")
    button(page, "on").click()
    assert audio(page, "a.currentTime") >= 5
    button(page, "back").click()
    when(page, "a.currentTime < 5")


# ---------------------------------------------------------------------- speed, volume, a sentence again


def test_speed_and_volume_are_kept_and_the_pitch_stays(open_page: Open, begin: Begin, url: str) -> None:
    page = open_page()
    job = begin()
    finished(page, url, job)
    listen(page, job)
    button(page, "speed").select_option("1.5")
    button(page, "level").fill("0.4")
    assert audio(page, "[a.playbackRate, a.preservesPitch, a.volume, a.muted]") == [1.5, True, 0.4, False]
    button(page, "mute").click()
    expect(button(page, "mute")).to_have_attribute("aria-label", "取消静音")
    button(page, "mute").click()
    assert audio(page, "[a.volume, a.muted]") == [0.4, False]
    page.reload()
    page.wait_for_selector("#status[data-state=ready]")
    listen(page, job, play=True)
    when(page, "a.currentTime > 0.2")
    assert audio(page, "[a.playbackRate, a.preservesPitch, a.volume]") == [1.5, True, 0.4]
    expect(button(page, "speed")).to_have_value("1.5")
    assert page.evaluate("navigator.mediaSession.metadata.title"), "told to the system too"


def test_a_sentence_is_heard_again_and_again(open_page: Open, begin: Begin, url: str) -> None:
    page = open_page()
    job = begin()
    second = finished(page, url, job)["segments"][1]
    listen(page, job)
    expect(button(page, "play")).to_be_enabled()
    begins, ends = second["start_s"], second["start_s"] + second["duration_s"]
    page.evaluate("(to) => window.indexttsStudio.player.seekTo(to)", begins + 0.1)
    button(page, "loop").click()
    expect(button(page, "loop")).to_have_attribute("aria-pressed", "true")
    button(page, "play").click()
    page.wait_for_function("window.heard.filter((name) => name === 'seeked').length >= 3")
    assert begins - 0.05 <= audio(page, "a.currentTime") <= ends + 0.3
    button(page, "loop").click()
    when(page, f"a.currentTime > {ends + 0.1} || a.ended")
    # One alone: it ends with it.
    page.evaluate("window.indexttsStudio.player.playSegment(0)")
    when(page, "a.paused && a.currentTime > 0.3")
    assert audio(page, "a.currentTime") < begins + 0.3


# ---------------------------------------------------------------------- what is seen


def test_the_picture_fills_as_sentences_come(open_page: Open, begin: Begin, engine: HeldEngine) -> None:
    page = open_page()
    engine.hold()
    job = begin(new("画面", 8))
    listen(page, job)
    engine.let_through(2)
    page.wait_for_function("window.indexttsStudio.player.job.made >= 2")
    some = page.evaluate(_FILLED)
    assert 0.05 < some < 0.6
    expect(button(page, "all")).to_contain_text("约")
    engine.release()
    page.wait_for_function("window.indexttsStudio.player.job.over")
    assert page.evaluate(_FILLED) > 0.95
    expect(button(page, "all")).not_to_contain_text("约")
    sharp = "(() => { const c = document.querySelector('#player canvas'); return c.width / c.clientWidth; })()"
    assert abs(page.evaluate(sharp) - page.evaluate("devicePixelRatio")) < 0.01


_FILLED = """() => {
    const { width, height } = document.querySelector("#player canvas");
    const brush = document.querySelector("#player canvas").getContext("2d");
    const middle = brush.getImageData(0, Math.floor(height / 2), width, 1).data;
    const style = getComputedStyle(document.querySelector("#player canvas"));
    const bar = style.getPropertyValue("--rest").trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(bar.slice(at, at + 2), 16));
    let last = 0;
    for (let x = 0; x < width; x += 1) {
        const [red, green, blue, seen] = middle.slice(4 * x, 4 * x + 4);
        if (seen > 200 && Math.abs(red - r) + Math.abs(green - g) + Math.abs(blue - b) < 24) last = x;
    }
    return last / width;
}"""
"""How far bars of sound reach, as a share of the width."""


def test_the_captions_follow_while_the_rest_is_made(open_page: Open, begin: Begin, engine: HeldEngine) -> None:
    page = open_page()
    engine.hold()
    listen(page, begin("今天是2026年3月5日。" + new("字幕")), play=True)
    engine.let_through(1)
    caption = page.locator("#caption-text")
    expect(caption).to_have_text("今天是2026年3月5日。")
    expect(caption.locator(".now")).to_have_count(1)
    engine.release()
    expect(caption).to_have_text("字幕的第一句话，说得不长。")


def test_nothing_moves_when_the_player_gets_something(open_page: Open, begin: Begin, url: str) -> None:
    page = open_page()
    job = begin()
    finished(page, url, job)
    places = ("#text", "#listen", "#captions", "#reading", "#player .player-wave", "#player .player-tools")
    before = {place: page.locator(place).bounding_box() for place in places}
    page.evaluate(_WATCH_SHIFTS)
    listen(page, job, play=True)
    when(page, "a.ended")
    assert {place: page.locator(place).bounding_box() for place in places} == before
    assert page.evaluate("window.shifted") < 0.02


_WATCH_SHIFTS = """() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifted += entry.value;
    }).observe({ type: "layout-shift" });
}"""


@pytest.mark.parametrize(("language", "names"), [
    ("zh-CN", ["播放", "播放位置", "后退 5 秒", "前进 5 秒", "循环这一句", "学习模式：逐句听", "播放速度", "静音",
               "音量"]),
    ("en-US", ["Play", "Playback position", "Back 5 seconds", "Forward 5 seconds", "Repeat this sentence",
               "Study sentence by sentence", "Playback speed", "Mute", "Volume"]),
])  # fmt: skip
def test_tab_goes_through_the_player_and_what_plays_comes_first(
    open_page: Open, begin: Begin, url: str, language: str, names: list[str]
) -> None:
    page = open_page(language=language)
    job = begin()
    finished(page, url, job)
    listen(page, job)
    expect(button(page, "play")).to_be_enabled()
    when(page, "a.readyState >= 3")
    button(page, "play").focus()
    found = []
    for _ in names:
        found.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("Tab")
    assert found == names
    slider = page.locator(".player-wave")
    expect(slider).to_have_attribute("role", "slider")
    text = slider.get_attribute("aria-valuetext") or ""
    assert re.fullmatch(r"0:00，共 0:\d\d" if language == "zh-CN" else r"0:00 of 0:\d\d", text)


def test_all_of_it_is_there_on_the_phone(open_page: Open, begin: Begin, url: str) -> None:
    page = open_page(width=390, height=844)
    job = begin()
    length = finished(page, url, job)["duration_s"]
    listen(page, job)
    expect(button(page, "play")).to_be_enabled()
    when(page, "a.readyState >= 3")
    for name in ("play", "wave", "back", "on", "loop", "study", "speed", "more"):
        box = button(page, name).bounding_box()
        assert box is not None and box["width"] >= 44 and box["height"] >= 44, name
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] + box["height"] <= 844, name
    expect(button(page, "level")).to_be_hidden()
    button(page, "more").click()
    expect(button(page, "more")).to_have_attribute("aria-expanded", "true")
    button(page, "level").fill("0.5")
    assert audio(page, "a.volume") == 0.5
    page.keyboard.press("Escape")
    expect(button(page, "level")).to_be_hidden()
    button(page, "more").click()
    expect(button(page, "level")).to_be_visible()
    page.locator("#text textarea").click()
    expect(button(page, "level")).to_be_hidden()
    # A finger on the picture goes there; the page may still be scrolled over it.
    assert page.locator(".player-wave").evaluate("(part) => getComputedStyle(part).touchAction") == "pan-y"
    page.evaluate(_TOUCH, 0.5)
    when(page, f"Math.abs(a.currentTime - {0.5 * length}) < 0.1")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


_TOUCH = """(share) => {
    const wave = document.querySelector(".player-wave"), { left, top, width, height } = wave.getBoundingClientRect();
    wave.setPointerCapture = () => {};
    for (const [name, at] of [["pointerdown", 0.1], ["pointermove", share], ["pointerup", share]])
        wave.dispatchEvent(new PointerEvent(name, { bubbles: true, pointerId: 7, pointerType: "touch", isPrimary: true,
            clientX: left + at * width, clientY: top + height / 2 }));
}"""


# ---------------------------------------------------------------------- when something goes wrong, and elsewhere


def test_a_job_that_is_made_is_found_again_after_a_reload(
    open_page: Open, begin: Begin, url: str, engine: HeldEngine
) -> None:
    page = open_page()
    engine.hold()
    job = begin(new("重载"))
    listen(page, job, play=True)
    engine.let_through(2)
    when(page, "a.currentTime > 0.2")
    page.reload()
    page.wait_for_selector("#status[data-state=ready]")
    listen(page, job, play=True, at=0.3)
    when(page, "a.currentTime > 0.4")
    engine.release()
    when(page, "a.ended")
    assert abs(audio(page, "a.currentTime") - finished(page, url, job)["duration_s"]) < 0.1


def test_a_lost_server_is_said_and_tried_again_where_it_was(
    open_page: Open, begin: Begin, url: str, forgiven: list[str]
) -> None:
    forgiven.append("net::ERR_FAILED")
    page = open_page()
    job = begin(LONG)
    finished(page, url, job)
    listen(page, job, play=True)
    when(page, "a.currentTime > 0.2")
    page.route("**/segments/*", lambda route: route.abort())
    page.evaluate("window.indexttsStudio.player.seekTo(120)")
    expect(page.locator(".player-failure")).to_contain_text("连不上服务器。")
    state(page, "failed")
    page.unroute("**/segments/*")
    page.click(".player-failure button")
    when(page, "a.currentTime > 120.1 && !a.paused")
    expect(page.locator(".player-failure")).to_be_empty()
    state(page, "playing")


def test_a_job_that_is_not_there_is_said_in_a_sentence(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append("the server responded with a status of 404")
    page = open_page()
    listen(page, "x" * 22, play=True)
    expect(page.locator(".player-failure")).not_to_be_empty()
    expect(page.locator(".player-failure button")).to_have_text("再试一次")
    expect(button(page, "play")).to_be_enabled()
    state(page, "failed")


def test_a_browser_without_segments_hears_a_file(open_page: Open, begin: Begin, url: str, engine: HeldEngine) -> None:
    page = open_page()
    page.evaluate("delete window.MediaSource; delete window.ManagedMediaSource")
    engine.hold()
    job = begin(new("文件", 8) + new("整个", 8))
    listen(page, job, play=True)
    engine.let_through(12)
    when(page, "a.currentTime > 0.2")
    assert "/stream" in audio(page, "a.currentSrc")
    engine.release()
    length = finished(page, url, job)["duration_s"]
    page.wait_for_function("window.indexttsStudio.player.job.over")
    page.evaluate("(to) => window.indexttsStudio.player.seekTo(to)", length * 0.6)
    when(page, f"a.currentTime > {length * 0.6}")
    when(page, "a.ended")


# ---------------------------------------------------------------------- from the reading


def test_a_word_of_the_reading_is_a_place_to_listen_from(open_page: Open) -> None:
    from tests.browser.test_page import generate

    page = open_page()
    generate(page, TEXT)
    token = page.locator("#reading .token[data-start]", has_text="公").first
    start = float(token.get_attribute("data-start") or 0)
    expect(button(page, "play")).to_be_enabled()
    token.click()
    page.click("#fix [data-from]")
    when(page, f"a.currentTime > {start} && !a.paused")
    button(page, "play").click()
    page.keyboard.press("Escape")
    for press in ({"modifiers": ["Alt"]}, {"click_count": 2}):
        page.evaluate("window.indexttsStudio.player.seekTo(0)")
        token.click(**press)
        when(page, f"a.currentTime > {start} && a.currentTime < {start} + 3 && !a.paused")
        expect(page.locator("#fix")).to_have_count(0)
        button(page, "play").click()
