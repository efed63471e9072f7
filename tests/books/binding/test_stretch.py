"""When what is heard in a chapter is heard in the file, with the pauses that are put into it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indextts.books.binding import Binding
from indextts.books.binding.stretch import ChapterStretch
from tests.support.bound import RATE, chapter, spoken


@pytest.mark.parametrize("rate", [RATE, 44_100])
def test_what_ends_at_a_pause_ends_before_it_and_what_begins_there_begins_after_it(rate: int) -> None:
    pcm = spoken(3.0)
    made = chapter(pcm, title_samples=RATE, joints=(2 * RATE,))
    stretch = ChapterStretch.of(made, rate, Binding(title_pause_s=0.5, part_pause_s=0.25))
    heard = [(stretch.time(at, end=True), stretch.time(at)) for at in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)]
    assert heard == [(0.0, 0.0), (0.5, 0.5), (1.0, 1.5), (2.0, 2.0), (2.5, 2.75), (3.25, 3.25)]
    stretch.head, stretch.lead = rate, rate // 2
    assert (stretch.time(1.0, end=True), stretch.time(1.0), stretch.begin_s) == (2.5, 3.0, 1.5)


def test_a_pause_at_the_end_of_all_or_of_no_length_is_none() -> None:
    made = chapter(spoken(1.0), title_samples=RATE // 2, joints=(spoken(1.0).size,))
    assert ChapterStretch.of(made, RATE, Binding(title_pause_s=0.0, part_pause_s=1.0)).pauses == ()


@pytest.mark.parametrize(("head", "tail"), [(0, 0), (700, 900), (-5000, -3000), (1, -1), (-1, 1)])
@pytest.mark.parametrize(("lead", "trail"), [(0, 0), (300, 200)])
@pytest.mark.parametrize("size", [66_100, 3 << 16])
def test_all_of_a_stretch_is_where_its_numbers_say(head: int, tail: int, lead: int, trail: int, size: int) -> None:
    pcm = np.random.default_rng(1).integers(-9000, 9000, size).astype(np.int16)
    places = ((1 << 16) - 1, 1 << 16, (1 << 16) + 1) if size > 1 << 17 else (RATE, 66_000)
    made = chapter(pcm, title_samples=places[0], joints=places[1:])
    stretch = ChapterStretch.of(made, RATE, Binding(title_pause_s=0.5, part_pause_s=1.25))
    stretch.head, stretch.tail, stretch.lead, stretch.trail = head, tail, lead, trail
    stretch.chime = np.full(50, 0.25, np.float32)
    inside = lead + stretch.spoken + trail
    # Music is laid from the end of what stands before all: it may begin before the speech and go on after it.
    stretch.beds = [(0, np.full(lead + 100, 0.1, np.float32))]
    stretch.beds.append((inside - trail - 10, np.full(trail + 10, 0.2, np.float32)))
    own = pcm.astype(np.float32) / np.float32(32767.0)
    parts = [own[: places[0]], np.zeros(RATE // 2, np.float32)]
    for here, after in zip(places[1:], (*places[2:], size), strict=True):
        parts += [own[places[places.index(here) - 1] : here], np.zeros(RATE * 5 // 4, np.float32)]
        last = own[here:after]
    whole = np.concatenate([np.zeros(lead, np.float32), *parts, last, np.zeros(trail, np.float32)])
    whole = whole[max(0, -head) :]
    for begin, bed in stretch.beds:
        there = whole[begin : begin + bed.size]
        there += bed[: there.size]
    whole = whole[: whole.size + min(0, tail)]
    wanted = [np.zeros(max(0, head), np.float32), whole, np.zeros(max(0, tail), np.float32), stretch.chime]
    heard = np.concatenate(list(stretch.pieces()))
    assert heard.size == stretch.samples
    assert np.array_equal(heard, np.concatenate(wanted))
    assert all(0 < piece.size <= max(RATE, 1 << 16) for piece in stretch.pieces())


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_a_stretch_at_another_rate_is_as_long_as_it_says(rate: int) -> None:
    pcm = spoken(1.0)
    stretch = ChapterStretch.of(chapter(pcm), rate, Binding())
    heard = np.concatenate(list(stretch.pieces()))
    assert heard.size == stretch.samples == round(pcm.size * rate / RATE)
    assert np.abs(heard[rate // 10 : -rate // 10]).max() > 0.01


@pytest.mark.parametrize("more", [-1, 1])
def test_a_sound_of_another_length_than_its_chapter_says_is_refused(more: int) -> None:
    made = chapter(spoken(1.0))
    stretch = ChapterStretch.of(replace(made, samples=made.samples + more), RATE, Binding())
    with pytest.raises(ValueError, match="samples"):
        list(stretch.pieces())
    list(ChapterStretch.of(made, RATE, Binding()).pieces())


def test_nothing_is_heard_before_the_file_begins() -> None:
    stretch = ChapterStretch.of(chapter(spoken(1.0)), RATE, Binding())
    stretch.head = -RATE // 2
    assert [stretch.time(at) for at in (0.0, 0.25, 0.5, 1.0)] == [0.0, 0.0, 0.0, 0.5]


@pytest.mark.parametrize(("samples", "begins", "ends"), [(-0.7, 0, 0), (-0.3, 1, 0), (0.3, 1, 0), (0.7, 1, 1)])
def test_half_a_sample_decides_on_which_side_of_a_pause_something_is(samples: float, begins: int, ends: int) -> None:
    made = chapter(spoken(3.0), title_samples=RATE)
    stretch = ChapterStretch.of(made, RATE, Binding(title_pause_s=0.5))
    at_s = (RATE + samples) / RATE
    assert stretch.time(at_s) - at_s == pytest.approx(0.5 * begins, abs=1e-9)
    assert stretch.time(at_s, end=True) - at_s == pytest.approx(0.5 * ends, abs=1e-9)


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000])
def test_a_tone_at_another_rate_has_its_height_and_lasts_to_the_end(rate: int) -> None:
    tone = (9000 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.int16)
    stretch = ChapterStretch.of(chapter(tone), rate, Binding())
    heard = np.concatenate(list(stretch.pieces()))
    wanted = 9000 / 32767 * np.sin(2 * np.pi * 440 * np.arange(heard.size) / rate)
    edge = rate // 100
    assert np.abs(heard - wanted)[edge:-edge].max() < 0.01
    assert np.abs(heard[-edge:]).max() > 0.1, "what the filter still held is heard"
