"""Natural voices from choosing one to the exported file: mixed, spoken, edited by hand, and kept to commercial use.

``python -m benchmarks.natural_page`` goes the same way with the published model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from indextts.engines.kokoro import install
from indextts.platform.config import Config, EnginesConfig
from indextts.sound.pitch import track
from tests.browser.conftest import Open, take_sound
from tests.browser.test_editor import CHONG, TEXT, assemble, cell, drag, edit, sentence, sentences
from tests.browser.test_page import choose, generate
from tests.support.services import application, make_service, serving
from tests.support.tiny_kokoro import make_published
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import page_ready

pytestmark = pytest.mark.browser

FIRST = "zm_yunxi"
SHARES = {"zf_xiaoxiao": 70, "zf_xiaoyi": 30}
LEAST = 4
"""Voiced frames of 10 ms that a token's pitch is taken from."""
NEAR_ST = 0.3
"""How far a pitch in the sound may be off, in semitones."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The natural voices go first, as where a machine speaks them fast enough."""
    home = tmp_path_factory.mktemp("natural")
    config = Config(cache_dir=home, engines=EnginesConfig(order=("kokoro", "embedded")))
    make_tiny_voice(config.models_path)
    published = make_published(home / "published", voices=(FIRST, *SHARES, "af_heart"))
    install.ensure(config, local=published, fetch=lambda *_, **__: None, say=lambda _: None)
    service = make_service(config, rate_limit="100000/minute")
    with serving(application(service)) as base:
        page_ready(base)
        yield base


def pick_and_mix(page: Page, name: str = "暖声") -> None:
    """Speak with one natural voice, then mix two others with the sliders, keep the mixture and choose it."""
    choose(page, "voice", "云希")
    generate(page, TEXT)
    page.click("#header [data-tab=voices]")
    for voice in SHARES:
        page.click(f"#voice-rows [data-id={voice}] [data-do=start]")
    for number, share in enumerate(SHARES.values()):
        page.locator("#voicebook .mix-share").nth(number).fill(str(share))
    page.fill("#voicebook [name=name]", name)
    page.click("#voicebook [type=submit]")
    row = page.locator("#voice-rows li", has_text=name)
    expect(row).to_contain_text("晓晓 70 % + 晓伊 30 %")
    row.locator("[data-do=use]").click()
    expect(page.locator("#voice input")).to_have_value(f"我的 · {name}")


def pitches(page: Page) -> dict[int, float]:
    """Median pitch of each token of the second sentence in the take's sound, in semitones, where there is one."""
    samples, rate = take_sound(page)
    seconds, hertz = track(samples.astype(np.float32) / 32768, rate)
    places = page.eval_on_selector_all(
        '#reading .token[data-at^="1."][data-start]',
        "all => all.map(({ dataset }) => [dataset.at.split('.')[1], dataset.start, dataset.end].map(Number))",
    )
    inside = {int(at): hertz[(seconds >= begin) & (seconds <= end) & ~np.isnan(hertz)] for at, begin, end in places}
    return {at: float(12 * np.log2(np.median(found))) for at, found in inside.items() if found.size >= LEAST}


def put_together(page: Page, url: str) -> dict[int, float]:
    """Put the edited text together; how far each token of the second sentence has moved, in semitones.

    The other sentences' sound stays as it was.
    """
    before, sounds = pitches(page), sentences(page, url)
    expect(page.locator("#edit-assemble")).to_have_text("拼成全文")
    assemble(page)
    after, now = pitches(page), sentences(page, url)
    assert np.array_equal(sounds[0], now[0]) and np.array_equal(sounds[2], now[2])
    return {at: after[at] - before[at] for at in before.keys() & after.keys()}


def drag_pitch(page: Page, dy: float) -> float:
    """Drag the pitch of a token of the open second sentence; the semitones that its field shows then."""
    row = sentence(page, 1)
    drag(page, row, CHONG, "pitch", dy=dy)
    return float(cell(row, "pitch", CHONG).input_value())


def generate_for_commercial_use(page: Page) -> None:
    """Switch commercial use on, be warned of the take that is there, generate anew, and open that with the edits."""
    page.click("[data-tab=speak]")
    page.locator("#commercial label").first.click()
    warned = page.locator("#not-free p")
    expect(warned).to_contain_text("语言模型")
    generate(page, TEXT)
    expect(warned).to_be_hidden()
    page.click("[data-tab=edit]")
    page.click("#editor [data-do=other]")
    expect(page.locator("#editor .edit-other")).to_be_hidden()
    expect(sentence(page, 1).locator("svg.curve")).to_be_visible()
    expect(sentence(page, 1).locator(".making")).to_have_count(0)


def test_a_natural_voice_is_mixed_edited_by_hand_and_exported_for_commercial_use(
    open_page: Open, url: str, tmp_path: Path
) -> None:
    page = open_page()
    pick_and_mix(page)
    edit(page)
    asked = drag_pitch(page, dy=-40)
    moved = put_together(page, url)
    assert 3 <= asked <= 6
    assert moved.pop(CHONG) == pytest.approx(asked, abs=NEAR_ST)
    assert len(moved) >= 8 and max(map(abs, moved.values())) < NEAR_ST

    generate_for_commercial_use(page)
    # What was drawn is in the new take already: taking it back lowers it again.
    field = cell(sentence(page, 1), "pitch", CHONG)
    assert float(field.input_value()) == asked
    expect(page.locator("#edit-assemble")).to_have_text("播放全文")
    field.fill("0")
    field.press("Enter")
    assert put_together(page, url)[CHONG] == pytest.approx(-asked, abs=NEAR_ST)

    page.click("[data-tab=speak]")
    with page.expect_download() as download:
        page.click("#download-wav")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    expect(page.locator("#not-free p")).to_be_hidden()
    exported, _ = soundfile.read(file, dtype="int16")
    assert np.array_equal(exported, take_sound(page)[0])
    told = httpx.get(f"{url}/v1/jobs/{page.get_attribute('#take-data', 'data-take')}", timeout=60).json()
    assert (told["engine"], told["commercial"], told["not_free"]) == ("kokoro", "yes", [])


def test_the_voices_that_speakers_are_told_to_have_are_those_that_speak(url: str) -> None:
    text = "Anna: Hello there, how are you?\nTom: I am well."
    told = httpx.post(f"{url}/v1/voices/cast", json={"text": text}).json()["cast"]
    plan = httpx.post(f"{url}/v1/plan", json={"text": text}).json()
    spoken = [one["voice"] or plan["settings"]["voice"] for one in plan["segments"]]
    assert [one["voice"] for one in told] == spoken and told[0]["voice"] == "af_heart"
