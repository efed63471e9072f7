"""Breaks from punctuation and words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.cli import line_tools as lines
from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.reading import prosody
from tests.support.segments import build_segments


def annotated(text: str, max_syllables: int = 60) -> Utterance:
    utterance = Utterance(text, segments=build_segments(text, max_syllables=max_syllables))
    prosody.load("rules").annotate(utterance)
    return utterance


def breaks(text: str) -> dict[str, int]:
    return {t.text: t.break_after for s in annotated(text).segments for t in s.tokens}


def test_punctuation_gives_levels() -> None:
    found = breaks("沙场无情，壮志也无违。")
    assert found["情"] == 3
    assert found["违"] == 4
    assert found["，"] == found["。"] == 0


def test_no_break_inside_a_word_and_particles_lean_left() -> None:
    found = breaks("老虎的耳朵")
    assert found["老"] == found["虎"] == found["耳"] == 0
    assert found["的"] == 1


def test_long_stretches_get_a_phrase_break() -> None:
    assert 2 in breaks("从猪圈后面的小山坡上慢慢走出来一位老人和孩子").values()


def test_sources_say_where_a_break_comes_from() -> None:
    tokens = annotated("你好，世界真大").segments[0].tokens
    assert tokens[1].break_source == "punctuation"
    assert next(t for t in tokens if t.text == "大").break_source == "rules"
    assert tokens[0].break_source == ""


def test_a_persons_break_is_kept() -> None:
    utterance = annotated("老虎的耳朵很大")
    token = utterance.segments[0].tokens[0]
    token.break_after, token.break_source = 2, "user"
    utterance.segments[0].tokens[-1].break_source = "user"
    utterance.segments[0].tokens[-1].break_after = 0
    prosody.load("rules").annotate(utterance)
    assert (token.break_after, token.break_source) == (2, "user")
    assert utterance.segments[0].tokens[-1].break_after == 0


def test_annotating_twice_changes_nothing() -> None:
    utterance = annotated("英雄痛失亲人，老泪纵横。")
    once = utterance.to_json()
    prosody.load("rules").annotate(utterance)
    assert utterance.to_json() == once


def test_the_end_of_a_cut_piece_is_no_sentence_end() -> None:
    utterance = annotated("今天我们去了很远的地方，看见了许多从来没有见过的花。", max_syllables=14)
    assert [s.tokens[-2].break_after for s in utterance.segments] == [3, 4]


def test_unknown_model_is_refused() -> None:
    with pytest.raises(StudioError) as caught:
        prosody.load("oracle")
    assert caught.value.code == "unknown_choice"


def test_marks_stand_behind_characters_and_words() -> None:
    assert lines.mark_line("闭月羞花，很美。") == "闭月#1羞花#3，很美#4。"
    assert lines.mark_line("有 3 apples").endswith("apples#4")


@settings(max_examples=120, deadline=None)
@given(st.text(st.sampled_from("老虎的耳朵很大，。！ 3 5%ab\n“”GPT个1"), max_size=40))
def test_marking_changes_no_character(line: str) -> None:
    marked = lines.mark_line(line)
    for level in "1234":
        marked = marked.replace(f"#{level}", "")
    assert marked == line
