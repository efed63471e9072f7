"""The silence between segments."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Segment, Settings, Token, Utterance
from indextts.plan.pauses import last_spoken, pause_after
from indextts.platform.config import PauseConfig
from tests.support.segments import build_segments

TABLE = PauseConfig()


def first(text: str, **settings: float) -> tuple[Segment, Utterance]:
    utterance = Utterance(text, Settings(**settings), build_segments(text, max_syllables=36))  # type: ignore[arg-type]
    for segment in utterance.segments:
        for token in segment.tokens:
            token.reading = "a1" if token.kind != "punctuation" else ""
    return utterance.segments[0], utterance


def test_what_ends_a_segment_decides_and_speed_shortens_it() -> None:
    assert pause_after(*first("你好。世界"), TABLE) == TABLE.sentence
    assert pause_after(*first("你好？世界", speed=2.0), TABLE) == TABLE.question / 2


@pytest.mark.parametrize("level", range(5))
def test_a_persons_break_goes_before_the_mark(level: int) -> None:
    segment, utterance = first("你好。世界")
    token = last_spoken(segment)
    assert token is segment.tokens[1]
    token.break_after, token.break_source = level, "user"
    wanted = (0.0, TABLE.word, TABLE.phrase, TABLE.comma, TABLE.sentence)[level]
    assert pause_after(segment, utterance, TABLE) == wanted


def test_a_line_behind_which_another_voice_goes_on_is_a_turn() -> None:
    segment, utterance = first("你好。\n世界")
    after = utterance.segments[1]
    assert pause_after(segment, utterance, TABLE, after) == TABLE.paragraph
    after.voice = "deep_man"
    assert pause_after(segment, utterance, TABLE, after) == TABLE.turn < TABLE.paragraph
    segment, utterance = first("你好。世界")
    utterance.segments[1].voice = "deep_man"
    assert pause_after(segment, utterance, TABLE, utterance.segments[1]) == TABLE.sentence


def test_what_the_plan_says_goes_before_all() -> None:
    segment, utterance = first("你好。世界")
    segment.pause_after_s = 1.5
    assert pause_after(segment, utterance, TABLE) == 1.5


def test_nothing_is_said_nowhere() -> None:
    assert last_spoken(Segment("。", 0, 1, tokens=[Token("。", "punctuation", "zh", 0, 1)])) is None
