"""What a person can change about a sentence, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest

from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Token, Utterance
from indextts.plan.edits import Break, Emphasis, Ending, Moved, ReadingEdit, apply, edit_from, token_of, wanted_reading


def test_readings_may_be_typed_as_people_write_them_or_chosen() -> None:
    token = hanzi("重", "chong2", alternatives=["zhong4"])
    assert [wanted_reading(token, typed) for typed in ("zhòng", " Zhong4 ", "zhong4")] == ["zhong4"] * 3
    assert wanted_reading(Token("minute", "word", "en", 0, 6), "m ih1 n ah0 t") == "M IH1 N AH0 T"
    letter = Token("Q", "letter", "en", 0, 1, reading="K Y UW1", alternatives=["kiu1"])
    assert wanted_reading(letter, "kiu1") == "kiu1"


def plan(*tokens: Token) -> Utterance:
    return Utterance("x", segments=[Segment("x", 0, 1, tokens=list(tokens))], stage="phonemes")


def hanzi(text: str, reading: str, word: int = 0, **more: Any) -> Token:
    return Token(text, "hanzi", "zh", 0, 1, word=word, reading=reading, **more)


def test_a_reading_that_the_voice_cannot_say_is_refused_by_name() -> None:
    utterance = plan(hanzi("重", "chong2"))
    for reading in ("zzz9", "zhong", "x" * 500, "", "<b>", "chong2 qing4", "AE1"):
        with pytest.raises(StudioError) as caught:
            wanted_reading(utterance.segments[0].tokens[0], reading)
        assert caught.value.code == "bad_reading" and "重" in str(caught.value) and len(str(caught.value)) < 900
    with pytest.raises(StudioError, match="cannot pronounce"):
        apply(utterance, [ReadingEdit(0, 0, "zzz9")])
    assert utterance.segments[0].tokens[0].reading == "chong2"


def test_a_place_where_nothing_is_read_is_refused() -> None:
    utterance = plan(hanzi("重", "chong2"), Token("。", "punctuation", "zh", 1, 2))
    assert token_of(utterance, 0, 0).text == "重"
    for place in ((0, 1), (0, 2), (1, 0), (-1, 0), (0, -1)):
        with pytest.raises(StudioError):
            token_of(utterance, *place)


def test_neighbours_follow_the_new_tone_and_earlier_fixes_stay() -> None:
    utterance = plan(hanzi("你", "ni2", 0), hanzi("好", "hao3", 1, alternatives=["hao4"]))
    once = apply(utterance, [ReadingEdit(0, 1, "hao4")])
    you, good = once.segments[0].tokens
    assert (you.reading, good.reading, good.reading_source) == ("ni3", "hao4", "user")
    assert good.alternatives == ["hao3"]
    again = apply(once, [ReadingEdit(0, 0, "ni4")]).segments[0].tokens
    assert [token.reading for token in again] == ["ni4", "hao4"]


def test_a_break_moves_and_what_was_there_comes_back() -> None:
    utterance = plan(hanzi("一", "yi1", 0, break_after=3), hanzi("二", "er4", 1, break_after=1), hanzi("三", "san1", 2))
    one, two, _ = apply(utterance, [Moved(0, 0, 1)]).segments[0].tokens
    assert (one.break_after, two.break_after) == (1, 3) and one.break_source == two.break_source == "user"
    assert utterance.segments[0].tokens[0].break_after == 3
    one, *_ = apply(utterance, [Break(0, 0, 2)]).segments[0].tokens
    assert (one.break_after, one.break_source) == (2, "user") and one.phones[-1].symbol == "#2"


def test_a_break_stops_the_tones_before_it() -> None:
    utterance = plan(hanzi("我", "wo2", 0, break_after=1), hanzi("走", "zou3", 1))
    assert apply(utterance, [Break(0, 0, 3)]).segments[0].tokens[0].reading == "wo3"
    assert apply(utterance, [Break(0, 0, 1)]).segments[0].tokens[0].reading == "wo2"


def test_a_break_at_the_end_takes_the_place_of_a_pause_in_seconds_unless_the_text_ends_there() -> None:
    utterance = plan(hanzi("你", "ni3", 0), hanzi("好", "hao4", 1))
    utterance.segments[0].pause_after_s = 2.0
    utterance.segments.append(utterance.segments[0])
    after = apply(utterance, [Break(0, 1, 4), Break(1, 1, 4)])
    assert [segment.pause_after_s for segment in after.segments] == [None, 2.0]
    inside = apply(utterance, [Break(0, 0, 2), Moved(0, 0, 1)])
    assert inside.segments[0].pause_after_s == 2.0 and inside.segments[1] is utterance.segments[1]


def test_an_emphasis_is_its_whole_words() -> None:
    utterance = plan(hanzi("重", "chong2", 0), hanzi("庆", "qing4", 0), hanzi("好", "hao3", 1))
    tokens = apply(utterance, [Emphasis(0, 1, 2)]).segments[0].tokens
    assert [(token.prominence, token.prominence_source) for token in tokens] == [(2, "user"), (2, "user"), (0, "")]


def test_a_melody_is_its_sentences() -> None:
    segment = apply(plan(hanzi("好", "hao3")), [Ending(0, 0, "question")]).segments[0]
    assert (segment.intonation, segment.intonation_source) == ("question", "user")


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"action": "break", "level": 5}, "bad_edit"),
        ({"action": "break", "level": True}, "bad_edit"),
        ({"action": "break"}, "bad_edit"),
        ({"action": "emphasis", "level": 3}, "bad_edit"),
        ({"action": "ending", "intonation": "sung"}, "bad_edit"),
        ({"action": "ending", "intonation": ["question"]}, "bad_edit"),
        ({"action": "ending"}, "bad_edit"),
        ({"action": "move", "to": 0}, "bad_edit"),
        ({"action": "move", "to": 2}, "bad_edit"),
        ({"action": "move", "to": 3}, "nothing_read"),
        ({"action": "move"}, "nothing_read"),
        ({"action": "fix", "reading": "zzz9"}, "bad_reading"),
        ({"action": "break", "level": 1, "token": 9}, "nothing_read"),
    ],
)
def test_what_the_page_cannot_mean_is_refused(event: dict[str, Any], code: str) -> None:
    utterance = plan(*(hanzi(text, "yi1", word) for word, text in enumerate("一二三")))
    with pytest.raises(StudioError) as caught:
        edit_from({"segment": 0, "token": 0, **event}, utterance)
    assert caught.value.code == code
