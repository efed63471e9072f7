"""What is told of a reading, for those who draw it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from indextts.model.utterance import Change, Segment, Token, Utterance
from indextts.plan.fixes import Fixes
from indextts.reading.phonemes.reading_input import tone_marked
from indextts.service.shown import MAX_TOKENS, is_doubtful, label_of, shown, shown_segment


def hanzi(text: str, reading: str, **more: object) -> Token:
    return Token(text, "hanzi", "zh", 0, 1, reading=reading, **more)  # type: ignore[arg-type]


def mark(text: str) -> Token:
    return Token(text, "punctuation", "zh", 0, 1)


def told(*tokens: Token) -> list[dict[str, Any]]:
    """Of the tokens of one sentence, as JSON has it."""
    found = json.loads(json.dumps(shown_segment(Segment("x", 0, 1, tokens=list(tokens)))))
    return list(found["tokens"])


@pytest.mark.parametrize(
    ("reading", "printed"),
    [
        ("chong2", "chóng"), ("qing4", "qìng"), ("lv4", "lǜ"), ("nve4", "nüè"), ("gui4", "guì"), ("liu2", "liú"),
        ("dou1", "dōu"), ("xiao3", "xiǎo"), ("er5", "er"), ("de5", "de"), ("yi1", "yī"), ("n2", "ń"), ("xue2", "xué"),
        ("AE1 P", "AE1 P"), ("", ""), ("12", "12"), ("EY1", "EY1"),
    ],
)  # fmt: skip
def test_pinyin_is_printed_with_tone_marks(reading: str, printed: str) -> None:
    assert tone_marked(reading) == printed


def test_what_is_as_usual_is_left_out() -> None:
    plain, word, stop = told(hanzi("天", "tian1"), Token("App", "word", "en", 0, 3, reading="AE1 P"), mark("。"))
    assert plain == {"text": "天", "reading": "tian1", "printed": "tiān"}
    assert word == {"text": "App", "kind": "word", "lang": "en", "reading": "AE1 P", "printed": "æp", "last": True}
    assert stop == {"text": "。", "kind": "punctuation"}


def test_choices_that_look_alike_in_print_are_one() -> None:
    others = ["DH IH0 S", "DH AE1 T", "DH AE0 T"]
    [token] = told(Token("this", "word", "en", 0, 4, reading="DH IH1 S", alternatives=others))
    assert token["others"] == [["DH AE1 T", "ðæt"]]
    [token] = told(hanzi("重", "chong2", reading_source="phrase", alternatives=["zhong4", "chong2"]))
    assert token["others"] == [["zhong4", "zhòng"]] and token["source"] == "phrase"


def test_a_break_an_emphasis_and_a_melody_come_with_what_decided_them_and_how_sure_it_was() -> None:
    first = hanzi("好", "hao3", break_after=2, break_source="lm", break_probability=0.934)
    second = hanzi("看", "kan4", break_after=9, prominence=2, prominence_source="lm", prominence_probability=0.5)
    segment = Segment("x", 0, 1, tokens=[first, second, mark("。")], start_s=0.0, end_s=1.2345678)
    segment.intonation, segment.intonation_source, segment.intonation_probability = "question", "lm", 0.0
    segment.emotion, segment.emotion_source, segment.emotion_probability = "happy", "auto", 0.874
    found = shown_segment(segment)
    one, two, _ = found["tokens"]
    assert (one["break_after"], one["break_source"], one["break_sure"]) == (2, "lm", 93) and "last" not in one
    assert (two["break_after"], two["stress"], two["stress_source"], two["stress_sure"]) == (4, 2, "lm", 50)
    assert two["last"] and "stress" not in one
    assert (found["intonation"], found["intonation_source"], found["intonation_sure"]) == ("question", "lm", 0)
    assert (found["emotion"], found["emotion_sure"], found["start_s"], found["end_s"]) == ("happy", 87, 0.0, 1.23457)


def test_a_rewritten_piece_has_one_origin_and_what_was_written_there() -> None:
    change = [Change("12", "十二", "number")]
    ten, two, piece, same = told(
        hanzi("十", "shi2", changes=change),
        hanzi("二", "er4", changes=change),
        hanzi("个", "ge4"),
        hanzi("个", "ge4", changes=[Change("个", "个", "x")]),
    )
    assert ten["origin"] == two["origin"] == [0, 1] and ten["written"] == two["written"] == "12"
    assert "origin" not in piece and "written" not in same and same["origin"] == [0, 1]


def test_a_reading_is_doubtful_when_it_is_not_likely_enough() -> None:
    assert is_doubtful(hanzi("重", "zhong4", reading_probability=0.9, alternatives=["chong2"]))
    assert not is_doubtful(hanzi("重", "chong2", reading_probability=0.99, alternatives=["zhong4"]))
    assert not is_doubtful(hanzi("重", "chong2", reading_source="user", alternatives=["zhong4"])), "a person chose it"
    assert not is_doubtful(hanzi("天", "tian1", reading_probability=0.5)), "nothing else to choose"
    [token] = told(hanzi("重", "zhong4", reading_probability=0.9, alternatives=["chong2"]))
    assert token["doubtful"]


def test_each_sentence_tells_its_voice_and_whom_the_text_names_before_it() -> None:
    text = "小明：好。好。\n**小红**: 好。\n\n好。"

    def said(start: int, voice: str = "") -> Segment:
        return Segment("好。", start, start + 2, tokens=[hanzi("好", "hao3"), mark("。")], voice=voice)

    reading = shown(Utterance(text, segments=[said(3), said(5), said(16, "man"), said(20)]))
    named = [(one.get("label"), one.get("voice"), one.get("begins")) for one in reading["segments"]]
    assert named == [("小明", None, None), (None, None, None), ("小红", "man", True), (None, None, True)]
    assert reading["voice"] == "default"
    assert label_of("他说：") == "他说" and label_of("a: b") == ""


@pytest.mark.parametrize(
    "between",
    [
        "Kevin：（笑）", "x\nKevin: (laughs) ", "Kevin（笑）：", "**Kevin** (sighs): *coughs* ", "[00:12] Kevin:",
        "Kevin (00:01):", "Kevin：【停顿】",
    ],
)  # fmt: skip
def test_a_speakers_name_is_told_whatever_stands_beside_it(between: str) -> None:
    assert label_of(between) == "Kevin"


@pytest.mark.parametrize("between", ["（灯光：暗）", "(pause) ", "\n"])
def test_a_direction_alone_names_nobody(between: str) -> None:
    assert label_of(between) == ""


def test_a_book_is_cut_at_a_whole_segment_and_says_so() -> None:
    segments = [Segment("x", 0, 1, tokens=[hanzi("天", "tian1")] * 100) for _ in range(40)]
    reading = shown(Utterance("x", segments=segments))
    assert sum(len(one["tokens"]) for one in reading["segments"]) == MAX_TOKENS and reading["hidden"] == 25
    assert shown(Utterance("x", segments=segments), 1e9)["hidden"] == 0


def test_what_is_heard_before_a_time_is_told_of_however_long_a_text() -> None:
    segments = [
        Segment("x", 0, 1, tokens=[hanzi("天", "tian1")] * 100, start_s=10.0 * place, end_s=10.0 * place + 9)
        for place in range(40)
    ]
    for until_s, drawn in ((0.0, 15), (150.0, 15), (150.1, 16), (205.0, 21), (9000.0, 40)):
        assert len(shown(Utterance("x", segments=segments), until_s)["segments"]) == drawn


def test_fixes_are_counted_and_those_that_were_to_stay_are_compared_with_them() -> None:
    fixed = hanzi("重", "zhong4", reading_source="user")
    now = Utterance("重。", segments=[Segment("重。", 0, 2, tokens=[fixed, mark("。")])])
    assert shown(now)["fixes"] == 1 and "kept" not in shown(now)
    two = Segment("重。", 0, 2, tokens=[fixed, fixed])
    assert {"kept": 1, "lost": 1}.items() <= shown(now, fixed=Fixes(Utterance("", segments=[two]))).items()
    other = Utterance("天。", segments=[Segment("天。", 0, 2, tokens=[hanzi("天", "tian1")])])
    assert "kept" not in shown(other, fixed=Fixes(now)), "it is another text"
    assert shown(Utterance("重。", segments=[Segment("重。", 0, 2)]), fixed=Fixes(now))["lost"] == 1
