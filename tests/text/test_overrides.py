"""Stretches that the writer has decided about, and the pauses asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.text import say_as
from indextts.text.overrides import Override
from indextts.utterance.model import Lang, Token
from tests.support.segments import build_segments

TEXT = "银行2024年行了。New York minute 12:30，好的"


def tokens(text: str, *fixed: Override) -> list[Token]:
    return [token for segment in build_segments(text, max_syllables=36, fixed=fixed) for token in segment.tokens]


def said(text: str, *fixed: Override) -> str:
    return "".join(token.text for token in tokens(text, *fixed))


def test_syllables_go_to_their_characters() -> None:
    first, second, third = tokens("人行长", Override(1, 3, reading="hang2 zhang3"))
    assert (first.reading, second.reading, third.reading) == ("", "hang2", "zhang3")
    assert second.reading_source == third.reading_source == "user"
    assert [second.text, third.text] == ["行", "长"]


def test_reading_of_an_english_word_keeps_it_whole() -> None:
    word = tokens("a ChatGPT day", Override(2, 9, reading="CH AE1 T", source="lexicon"))[1]
    assert (word.text, word.kind, word.lang, word.reading, word.reading_source) == (
        "ChatGPT", "word", "en", "CH AE1 T", "lexicon",
    )  # fmt: skip


def test_digits_with_a_reading_are_not_normalised() -> None:
    token = tokens("拨1吧", Override(1, 2, reading="yao1"))[1]
    assert (token.text, token.lang, token.reading) == ("1", "zh", "yao1")


def test_other_words_are_said_and_normalised_and_keep_their_place() -> None:
    text = "我用WHO的5kg"
    found = tokens(text, Override(2, 5, spoken="世卫第2组", source="lexicon"))
    assert "".join(token.text for token in found) == "我用世卫第二组的五千克"
    put = [token for token in found if (token.start, token.end) == (2, 5)]
    assert "".join(token.text for token in put) == "世卫第二组"
    assert any(change.was == "WHO" and change.rule == "lexicon" for change in put[0].changes)


@pytest.mark.parametrize(
    ("text", "kind", "lang", "spoken"),
    [
        ("110", "telephone", "zh", "幺幺零"),
        ("110", "cardinal", "zh", "一百一十"),
        ("110", "digits", "zh", "一一零"),
        ("3", "ordinal", "zh", "第三"),
        ("3", "ordinal", "en", "third"),
        ("IV", "cardinal", "en", "four"),
        ("20240315", "date", "zh", "二零二四年三月十五日"),
        ("3:45", "duration", "zh", "三分四十五秒"),
        ("NASA", "spell-out", "en", "N A S A"),
        ("$5", "currency", "zh", "五美元"),
        ("5 km", "unit", "en", "five kilometers"),
        ("+1 23", "telephone", "en", "plus  one   two three "),
    ],
)
def test_kinds(text: str, kind: str, lang: Lang, spoken: str) -> None:
    assert say_as.read(text, kind, lang).split() == spoken.split()
    assert kind in say_as.KINDS


def test_kind_is_used_and_recorded() -> None:
    token = tokens("房间110吧", Override(2, 5, say_as="telephone"))[2]
    assert (token.text, token.changes[0].rule, token.start, token.end) == ("幺", "telephone", 2, 5)


def test_language_can_be_forced_for_a_stretch() -> None:
    assert said("我说 2024 吧", Override(3, 7, lang="en")) == "我说twentytwentyfour吧"


def test_pauses_end_segments_behind_the_marks_that_follow() -> None:
    segments = build_segments("你好，世界。 再见", max_syllables=36, pauses={2: 0.5, 7: 1.5})
    assert [(s.text, s.pause_after_s) for s in segments] == [("你好，", 0.5), ("世界。", 1.5), ("再见", None)]


def test_pauses_that_meet_add_up_and_one_before_all_speech_is_nothing() -> None:
    segments = build_segments("  你好 ， 再见", max_syllables=36, pauses={0: 9.0, 4: 0.5, 6: 0.25})
    assert [(s.text, s.pause_after_s) for s in segments] == [("你好 ，", 0.75), ("再见", None)]


def test_no_sentence_ends_inside_a_fixed_stretch() -> None:
    assert len(build_segments("他说a。b很好", max_syllables=36, fixed=[Override(2, 5, reading="EY1")])) == 1


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from(["r", "s", "k", "l"])), max_size=5),
    st.dictionaries(st.integers(0, 40), st.floats(0, 5), max_size=4),
)
def test_any_stretches_and_pauses(stretches: list[tuple[int, int, str]], pauses: dict[int, float]) -> None:
    fields = {"r": {"reading": "hang2"}, "s": {"spoken": "5个"}, "k": {"say_as": "digits"}, "l": {"lang": "en"}}
    fixed = [Override(a, b, **fields[kind]) for a, b, kind in stretches]  # type: ignore[arg-type]
    reached = 0
    for segment in build_segments(TEXT, max_syllables=60, fixed=fixed, pauses=pauses):
        assert TEXT[segment.start : segment.end] == segment.text
        assert segment.start >= reached
        reached = segment.end
        last: Token | None = None
        for token in segment.tokens:
            assert segment.start <= token.start < token.end <= segment.end
            if last is not None:
                assert token.start >= last.end or (token.start, token.end) == (last.start, last.end)
            last = token


def test_an_english_alias_is_words_not_letters() -> None:
    (segment,) = build_segments("SQL很快。", max_syllables=60, fixed=[Override(0, 3, spoken="sequel server")])
    assert [token.text for token in segment.tokens][:3] == ["sequel", "server", "很"]
