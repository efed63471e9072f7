"""An edit of a plan has what follows from it for the tones around it, whoever makes it."""

from __future__ import annotations

import copy

import pytest

from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Token, Utterance
from indextts.reading.phonemes.annotate import annotate, revise
from indextts.reading.prosody import load
from tests.support.segments import build_segments


def plan(text: str) -> Segment:
    utterance = Utterance(text, segments=build_segments(text, max_syllables=36))
    load("rules").annotate(utterance)
    annotate(utterance)
    return utterance.segments[0]


def token(segment: Segment, text: str) -> Token:
    return next(token for token in segment.tokens if token.text == text)


def readings(segment: Segment) -> list[str]:
    return [token.reading for token in segment.tokens if token.kind == "hanzi"]


def test_nothing_edited_nothing_changed() -> None:
    segment = plan("我很好，你也不错，一共12个。You know.")
    before = copy.deepcopy(segment)
    assert revise(segment) is False
    assert segment == before


def test_a_new_reading_decides_the_tone_before_it() -> None:
    segment = plan("你好。")
    assert readings(segment) == ["ni2", "hao3"]
    token(segment, "好").reading = "hao4"
    assert revise(segment)
    assert readings(segment) == ["ni3", "hao4"]
    good, you = token(segment, "好"), token(segment, "你")
    assert (good.reading_source, good.reading_probability) == ("user", None)
    assert you.reading_source != "sandhi" and you.phones[1].symbol == "i3" and "ni2" in you.alternatives


def test_and_back() -> None:
    segment = plan("你好。")
    token(segment, "好").reading = "hao4"
    revise(segment)
    token(segment, "好").reading = "hao3"
    revise(segment)
    assert readings(segment) == ["ni2", "hao3"] and token(segment, "你").reading_source == "sandhi"


@pytest.mark.parametrize(
    ("text", "edited", "reading", "follows", "becomes"),
    [("不好", "好", "hao4", "不", "bu2"), ("不去", "去", "qu1", "不", "bu4"), ("一天", "天", "tian4", "一", "yi2")],
)
def test_yi_and_bu_heed_the_new_tone(text: str, edited: str, reading: str, follows: str, becomes: str) -> None:
    segment = plan(f"我{text}。")
    assert token(segment, follows).reading != becomes
    token(segment, edited).reading = reading
    revise(segment)
    assert token(segment, follows).reading == becomes


def test_a_break_ends_the_chain_and_its_going_joins_it() -> None:
    segment = plan("你好。")
    you = token(segment, "你")
    you.break_after = 3
    revise(segment)
    assert readings(segment) == ["ni2", "hao3"], "inside a word third tones always join"
    segment = plan("我走。")
    mine = token(segment, "我")
    mine.break_after = 1
    revise(segment)
    joined = readings(segment)
    mine.break_after = 3
    revise(segment)
    assert readings(segment) == ["wo3", "zou3"] and joined == ["wo2", "zou3"]
    assert (mine.break_source, mine.break_probability, mine.phones[-1].symbol) == ("user", None, "#3")


def test_readings_that_a_person_set_stay() -> None:
    segment = plan("你好。")
    you, good = token(segment, "你"), token(segment, "好")
    you.reading, you.reading_source = "ni3", "user"
    good.reading = "hao4"
    revise(segment)
    good.reading = "hao3"
    revise(segment)
    assert (you.reading, you.reading_source) == ("ni3", "user")


def test_what_was_not_touched_stays_even_if_it_would_be_read_otherwise_now() -> None:
    segment = plan("重庆很大，你好。")
    token(segment, "重").reading = "zhong4"
    revise(segment)
    token(segment, "好").reading = "hao4"
    revise(segment)
    assert readings(segment)[:2] == ["zhong4", "qing4"] and readings(segment)[-2:] == ["ni3", "hao4"]


def test_only_the_edited_symbols_are_predicted_again() -> None:
    segment = plan("你好。")
    for phone in (phone for token in segment.tokens for phone in token.phones):
        phone.frames = 5.0
    token(segment, "好").reading = "hao4"
    revise(segment)
    values = {phone.symbol: phone.frames for token in segment.tokens for phone in token.phones}
    assert values["n"] == values["h"] == 5.0 and values["ao4"] is values["i3"] is None


def test_a_reading_taken_away_makes_the_token_silent() -> None:
    segment = plan("你好。")
    token(segment, "好").reading = ""
    revise(segment)
    assert token(segment, "好").phones == [] and token(segment, "你").phones[-1].symbol != "#1"


def test_what_cannot_be_said_is_refused() -> None:
    segment = plan("你好。")
    token(segment, "好").reading = "zzz9"
    with pytest.raises(StudioError, match="zzz9"):
        revise(segment)
