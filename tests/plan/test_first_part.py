"""Where a long first sentence is parted for whoever waits for it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from indextts.model.utterance import Settings
from indextts.plan.first_part import DEARER, SHORTEST_S, SOONER, parted
from tests.support.segments import build_segments

LONG = "今天天气特别好，我们一起去公园里散步吧。"
PASS_S = 0.6


def parts(text: str, pass_s: float = PASS_S, **settings: float) -> list[str]:
    [whole] = build_segments(text, max_syllables=60)
    found = parted(whole, text, Settings(**settings), pass_s)  # type: ignore[arg-type]
    if len(found) > 1:
        assert text[found[0].start : found[1].end] == whole.text and found[0].end <= found[1].start, "nothing is lost"
        assert [token.text for one in found for token in one.tokens] == [token.text for token in whole.tokens]
        assert [one.tokens[0].word for one in found] == [0, 0], "words are counted from 0 in each"
    return [one.text.strip() for one in found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (LONG, "今天天气特别好，"),
        ("他慢慢地走过来说：“今天的天气真好，我们出去走走。”", "他慢慢地走过来说："),
        ("When the weather is good, we like to walk around in the park.", "When the weather is good,"),
        ("他终于来到了这里——那个很久以前的老地方。", "他终于来到了这里——"),
    ],
)
def test_it_is_parted_after_its_first_mark_that_suits(text: str, first: str) -> None:
    assert parts(text)[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "今天天气特别好我们一起去公园里散步吧。",
        "苹果和香蕉、梨子和葡萄、西瓜和桃子都是水果。",
        "“今天的天气真好，我们出去走走吧，”他慢慢地说。",
        "公园（在城市的东边，离这里有三公里）今天开放。",
        "好，我们一起去公园里散步，吧。",
        "大家一起去公园里散步然后再回到家里来，好吗？",
        "今天，好。",
    ],
    ids=["no mark", "a list", "in quotes", "in brackets", "a word", "a late mark", "a short one"],
)
def test_it_stays_whole_where_no_mark_suits(text: str) -> None:
    assert parts(text) == [text]


def test_how_much_a_pass_costs_decides() -> None:
    assert len(parts(LONG, 0.0)) == 2
    assert len(parts(LONG, 5.0)) == 1, "two passes would take much longer than one"
    assert len(parts(LONG, math.inf)) == 1
    assert len(parts(LONG, 0.0, speed=2.0)) == 1, "fast speech is short"


@pytest.mark.parametrize("pass_s", [0.0, 0.3, 0.66, 1.0, 1.6, 2.2])
def test_what_is_parted_is_heard_soon_and_costs_little_more(pass_s: float) -> None:
    for before in range(2, 30, 3):
        for after in range(2, 30, 3):
            found = parts(f"{'好' * before}，{'好' * after}。", pass_s)
            first_s, rest_s = 0.21 * before, 0.21 * after
            alone = first_s + rest_s + pass_s
            if len(found) == 2:
                assert min(first_s, rest_s) >= SHORTEST_S - 1e-9
                assert first_s + pass_s <= SOONER * alone + 1e-9 and alone + pass_s <= DEARER * alone + 1e-9


def test_what_is_set_on_a_sentence_holds_in_both_parts_and_its_pause_after_the_second() -> None:
    [whole] = build_segments(LONG, max_syllables=60)
    whole = replace(whole, emotion="happy", intensity=0.5, voice="clone-1", seed=4, pause_after_s=1.5)
    first, rest = parted(whole, LONG, Settings(), PASS_S)
    assert [one.pause_after_s for one in (first, rest)] == [None, 1.5]
    for one in (first, rest):
        assert (one.emotion, one.intensity, one.voice, one.seed) == ("happy", 0.5, "clone-1", 4)
