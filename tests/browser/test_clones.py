"""Cloned voices on the page: recordings are chosen or made, checked, kept, heard, renamed, exported and removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from indextts.platform.config import Config
from indextts.voices.cloning.library import CloneLibrary
from tests.browser.conftest import FLAGS, Open
from tests.support.recordings import encoded, noise, prepared, speech, wav
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """With a microphone into which somebody speaks all the time."""
    spoken = tmp_path_factory.mktemp("microphone") / "speech.wav"
    spoken.write_bytes(wav(speech(20, 180), 24_000))
    flags = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={spoken}",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *flags])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def library(engine: HeldEngine) -> Iterator[CloneLibrary]:
    """The server's own cloned voices, none before and after."""
    config: Config = engine.config  # type: ignore[attr-defined]
    library = CloneLibrary(config)

    def clear() -> None:
        for voice in library.voices():
            library.remove(voice.id)

    clear()
    yield library
    clear()
    library.close()


def opened(page: Page) -> Page:
    page.click("#header [data-tab=voices]")
    expect(page.locator("#clonebook [type=submit]")).to_be_visible()
    return page


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    payloads = [{"name": name, "mimeType": "audio/wav", "buffer": data} for name, data in files]
    page.set_input_files("#clonebook [name=recordings]", payloads)  # type: ignore[arg-type]


def is_sent(route: Route) -> bool:
    return route.request.method == "POST"


def rows(page: Page) -> list[str]:
    return page.locator("#clone-rows .voice-name").all_inner_texts()


def test_recordings_become_a_voice_that_is_heard_renamed_and_removed(open_page: Open, library: CloneLibrary) -> None:
    page = opened(open_page())
    expect(page.locator("#clone-rows")).to_contain_text("还没有")
    expect(page.locator("#clonebook .clones-engine")).to_contain_text("还没有安装")
    expect(page.locator("#clonebook .clones-engine a")).to_have_attribute("href", "#/models")
    choose(page, ("a.m4a", encoded(speech(6, 120), "m4a")), ("b.wav", wav(speech(5, 125, seed=3))))
    expect(page.locator("#clonebook .clone-state")).to_have_count(2)
    expect(page.locator("#clonebook .clone-state").last).to_contain_text("没有发现问题")
    page.click("#clonebook [type=submit]")
    expect(page.locator("#clonebook .told")).to_contain_text("同意")
    page.fill("#clonebook .clone-form [name=name]", "老王")
    page.fill("#clonebook [name=tags]", "讲师，男")
    page.fill("#clonebook [name=consent]", "本人的声音")
    page.check("#clonebook [name=agreed]")
    page.click("#clonebook [type=submit]")
    expect(page.locator("#clonebook .voices-said")).to_contain_text("已保存“老王”")
    assert rows(page) == ["老王"]
    expect(page.locator("#clone-rows .hint")).to_contain_text("男声 · 2 个录音")
    expect(page.locator("#clone-rows .clone-tag")).to_have_text(["讲师", "男"])
    expect(page.locator("#clonebook .clone-file")).to_have_count(0)
    voice = library.voices()[0]
    assert (voice.consent, voice.tags, len(voice.references)) == ("本人的声音", ("讲师", "男"), 2)
    page.click("#clone-rows [data-do=play]")
    page.wait_for_selector("#clonebook .voicebook[data-heard$='/preview']")
    page.click("#clone-rows [data-do=rename]")
    page.locator("#clone-rows input").fill("王老师")
    page.keyboard.press("Enter")
    expect(page.locator("#clone-rows .voice-name")).to_have_text("王老师")
    assert library.voices()[0].name == "王老师"
    page.click("#clone-rows [data-do=remove]")
    expect(page.locator("#project-said [data-do=undo]")).to_be_focused()
    assert rows(page) == [] and library.voices() == []
    page.keyboard.press("Enter")
    expect(page.locator("#clone-rows .voice-name")).to_have_text("王老师")
    assert library.voices()[0].references == voice.references


def test_the_next_voice_may_be_named_while_one_is_sent(open_page: Open, library: CloneLibrary) -> None:
    page = opened(open_page())
    choose(page, ("a.wav", wav(speech(6, 120))))
    expect(page.locator("#clonebook .clone-state")).to_contain_text("没有发现问题")
    page.fill("#clonebook .clone-form [name=name]", "老王")
    page.fill("#clonebook [name=consent]", "本人的声音")
    page.check("#clonebook [name=agreed]")
    held: list[Route] = []
    page.route("**/v1/clones", lambda route: held.append(route) if is_sent(route) else route.continue_())
    with page.expect_request(lambda request: request.method == "POST"):
        page.click("#clonebook [type=submit]")
    page.fill("#clonebook .clone-form [name=name]", "老李")
    assert len(held) == 1
    for route in held:
        route.continue_()
    expect(page.locator("#clone-rows .voice-name")).to_have_text(["老王"])
    expect(page.locator("#clonebook .voices-said")).to_contain_text("老王")
    expect(page.locator("#clonebook .clone-form [name=name]")).to_have_value("老李")
    expect(page.locator("#clonebook [name=consent]")).to_have_value("")


def test_a_recording_is_made_with_the_microphone(open_page: Open, library: CloneLibrary) -> None:
    page = opened(open_page(language="en"))
    page.click("#clonebook [data-do=record]")
    expect(page.locator("#clonebook [data-do=record]")).to_contain_text("Stop · 3 s")
    expect(page.locator("#clonebook .clone-read")).to_be_visible()
    page.click("#clonebook [data-do=record]")
    expect(page.locator("#clonebook .clone-file-name")).to_have_text("Recording 1")
    expect(page.locator("#clonebook .clone-file:not(.bad) .clone-state")).to_be_visible()
    page.fill("#clonebook .clone-form [name=name]", "Me")
    page.fill("#clonebook [name=consent]", "My own voice")
    page.check("#clonebook [name=agreed]")
    page.click("#clonebook [type=submit]")
    expect(page.locator("#clone-rows .voice-name")).to_have_text("Me")
    assert library.voices()[0].references[0].seconds > 1.5


def test_what_is_wrong_stands_beside_the_recording(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append("status of 422")
    page = opened(open_page(language="en"))
    loud = np.clip(speech(6) * 8, -1, 1)
    choose(page, ("loud.wav", wav(loud)), ("silence.wav", wav(noise(3, 0.0))), ("text.wav", b"no sound at all"))
    states = page.locator("#clonebook .clone-file")
    expect(states.nth(0).locator("[data-code=recording_clipped]")).to_contain_text("Turn down the microphone level")
    expect(states.nth(1).locator("[data-code=recording_silent]")).to_contain_text("The recording is silent.")
    expect(states.nth(2)).to_contain_text("“text.wav” is not a readable audio file")
    expect(page.locator("#clonebook .clone-file.bad")).to_have_count(2)
    page.check("#clonebook [name=agreed]")
    page.fill("#clonebook .clone-form [name=name]", "Me")
    page.fill("#clonebook [name=consent]", "My own voice")
    page.click("#clonebook [type=submit]")
    expect(page.locator("#clonebook .told")).to_contain_text("“silence.wav” is silent.")
    expect(page.locator("#clonebook .clone-form [name=name]")).to_have_value("Me")
    for _ in range(2):
        page.locator("#clonebook .clone-file.bad [data-do=drop]").first.click()
    page.click("#clonebook [type=submit]")
    expect(page.locator("#clone-rows .voice-name")).to_have_text("Me")


def test_a_voice_goes_out_as_a_file_and_comes_back(
    open_page: Open, library: CloneLibrary, tmp_path: Path, forgiven: list[str]
) -> None:
    forgiven.append("status of 409")
    voice = library.add("老王", [prepared()], consent="本人", tags=["讲师"])
    page = opened(open_page())
    with page.expect_download() as download:
        page.click("#clone-rows [data-do=export]")
    assert download.value.suggested_filename == "老王.voice"
    packed = tmp_path / "老王.voice"
    download.value.save_as(packed)
    page.set_input_files("#clonebook [name=packed]", packed)
    expect(page.locator("#clonebook .voices-said")).to_contain_text("已有名为“老王”的音色")
    library.remove(voice.id)
    page.set_input_files("#clonebook [name=packed]", packed)
    expect(page.locator("#clonebook .voices-said")).to_contain_text("已保存“老王”")
    assert [one.references for one in library.voices()] == [voice.references]


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_narrow_screen(open_page: Open, library: CloneLibrary, dark: bool) -> None:
    library.add("一个名字非常非常长的声音" * 3, [prepared()], consent="本人", tags=["很长的标签" * 4] * 1 + ["讲师"])
    page = opened(open_page(width=390, height=844, dark=dark))
    expect(page.locator("#clone-rows .voice-row")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in ("[data-do=choose]", "[data-do=record]", "[data-do=remove]", "[name=consent]", "[type=submit]"):
        box = page.locator(f"#clonebook {part}").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
