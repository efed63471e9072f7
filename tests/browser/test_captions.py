"""What is said is shown while it is said, and can be taken along as subtitles."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from indextts.sound.encode import encode
from tests.browser.conftest import Open
from tests.browser.test_page import generate
from tests.support.decks import opened

pytestmark = pytest.mark.browser

FIRST, SECOND = "今天是2026年3月5日。", "重庆很大 <b>！"


def play(page: Page) -> None:
    """Hear it from its beginning."""
    expect(page.locator("#player .player-play")).to_be_enabled()
    page.evaluate("window.indexttsStudio.player.seekTo(0); window.indexttsStudio.player.play()")


def test_the_player_shows_the_line_and_the_word_that_are_heard(open_page: Open) -> None:
    page = open_page()
    generate(page, FIRST + SECOND)
    play(page)
    caption, now = page.locator("#caption-text"), page.locator("#caption-text .now")
    expect(caption).to_have_text(FIRST)
    expect(now).to_have_count(1)
    assert now.inner_text().rstrip("。") in FIRST
    assert "2026" in page.locator("#caption-text .word").all_inner_texts()
    expect(caption).to_have_text(SECOND)
    assert page.locator("#caption-text b").count() == 0
    # At the end the first line stands there again, and of its words none is lit.
    expect(caption).to_have_text(FIRST)
    expect(page.locator("#caption-text :is(.now, .past)")).to_have_count(0)
    # It has the whole width, and its words stand as they are written.
    assert page.evaluate(WIDTHS) == [True, []]


WIDTHS = """() => {
    const part = document.querySelector("#caption-text"), row = document.querySelector("#captions");
    return [part.clientWidth > row.clientWidth - 80, [...part.children].filter((word) => {
        const style = getComputedStyle(word);
        return [style.paddingLeft, style.marginLeft, style.paddingRight].some((one) => parseFloat(one) > 0);
    }).map((word) => word.textContent)];
}"""


def test_the_times_of_the_captions_are_those_of_the_reading(open_page: Open) -> None:
    page = open_page()
    generate(page, FIRST + SECOND)
    lines = json.loads(page.get_attribute("#take-data", "data-lines") or "[]")
    tokens = page.eval_on_selector_all(
        "#reading .token[data-start]", "all => all.map((one) => [Number(one.dataset.start), Number(one.dataset.end)])"
    )
    starts = {round(start, 3) for start, _ in tokens}
    assert all(any(abs(word[0] - start) < 0.002 for start in starts) for line in lines for word in line[2])
    assert [line[2][0][0] for line in lines] == [line[0] for line in lines]


def test_room_for_the_caption_is_there_before_it_is(open_page: Open) -> None:
    page = open_page()
    generate(page, FIRST + SECOND)
    before = page.locator("#reading").bounding_box()
    play(page)
    expect(page.locator("#caption-text .now")).to_have_count(1)
    assert page.locator("#reading").bounding_box() == before


def test_subtitles_download_under_a_readable_name(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    generate(page, "你好，世界。")
    for kind, begins in {"srt": "1\n00:00:0", "vtt": "WEBVTT", "lrc": "[00:0", "json": "{"}.items():
        with page.expect_download() as download:
            page.click(f"#download-{kind}")
        assert download.value.suggested_filename == f"你好 世界.{kind}"
        download.value.save_as(tmp_path / "download")
        text = (tmp_path / "download").read_text(encoding="utf-8")
        assert text.startswith(begins) and "世界" in text
    with page.expect_download() as download:
        page.get_by_role("button", name="Anki", exact=True).click()
    assert download.value.suggested_filename == "你好 世界.apkg"
    download.value.save_as(tmp_path / "download")
    assert [note.text for note in opened((tmp_path / "download").read_bytes()).notes] == ["你好，世界。"]


def test_a_browser_hears_every_format_where_its_samples_were(open_page: Open) -> None:
    page = open_page()
    samples = np.zeros(36_000, np.float32)
    samples[12_000:24_000] = 0.3 * np.sin(np.arange(12_000) * 2 * np.pi * 440 / 24_000)
    for audio_format in ("wav", "flac", "mp3", "opus"):
        begin, end = page.evaluate(_BOUNDS, base64.b64encode(encode(samples, 24_000, audio_format)).decode())
        assert abs(begin - 0.5) < 0.0125 and abs(end - 1.0) < 0.0125, audio_format


_BOUNDS = """async (sent) => {
    const bytes = Uint8Array.from(atob(sent), (char) => char.charCodeAt(0));
    const audio = await new OfflineAudioContext(1, 1, 24000).decodeAudioData(bytes.buffer);
    const loud = [...audio.getChannelData(0)].map((value) => Math.abs(value) > 0.05);
    return [loud.indexOf(true) / audio.sampleRate, loud.lastIndexOf(true) / audio.sampleRate];
}"""
"""Seconds of the first and of the last loud sample of a file in base64."""
