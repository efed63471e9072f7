"""Stretches that the writer has decided about, and the pauses asked for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indextts.model.utterance import Lang, Token
from indextts.reading.text import say_as
from indextts.reading.text.overrides import Override, PlacedOverride, in_order, parted, place, within
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
    assert [(one.start, one.end) for one in (first, second, third)] == [(0, 1), (1, 2), (2, 3)]
    longer = tokens("这人行长在说", Override(1, 4, reading="ren2 hang2 zhang3"))
    assert [(one.start, one.end) for one in longer] == [(at, at + 1) for at in range(6)]


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


def test_of_two_stretches_that_begin_at_one_place_the_longer_holds_whatever_their_order() -> None:
    short, long = Override(2, 4, spoken="短的"), Override(2, 6, spoken="长一些的")
    for fixed in ((short, long), (long, short)):
        assert said("我们来去看看花", *fixed) == "我们长一些的花"


def test_of_two_stretches_that_overlap_the_first_holds() -> None:
    assert said("我们来去看看花", Override(3, 7, spoken="后面"), Override(2, 4, spoken="前面")) == "我们前面看看花"


SPANS = st.lists(st.tuples(st.integers(-2, 14), st.integers(-2, 14)), max_size=6)


@given(SPANS, st.integers(0, 12))
@example([(0, 12), (12, 12)], 12)
@example([(0, 3), (3, 5), (-1, 2)], 5)
def test_stretches_in_order_are_inside_apart_and_the_first_of_those_that_overlap(
    spans: list[tuple[int, int]], length: int
) -> None:
    fixed = [Override(*span) for span in spans]
    wanted: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda one: (one[0], -one[1])):
        if 0 <= start < end <= length and all(end <= a or b <= start for a, b in wanted):
            wanted.append((start, end))
    assert [(one.start, one.end) for one in in_order(fixed, length)] == wanted


@given(st.lists(st.integers(0, 20), max_size=12).map(sorted), SPANS)
def test_a_stretch_lies_where_its_characters_went(starts: list[int], spans: list[tuple[int, int]]) -> None:
    for placed in place([Override(*span) for span in spans], starts):
        assert list(range(placed.start, placed.end)) == [
            at for at, begin in enumerate(starts) if placed.fixed.start <= begin < placed.fixed.end
        ]
    found = [(one.fixed.start, one.fixed.end) for one in place([Override(*span) for span in spans], starts)]
    assert found == [(a, b) for a, b in spans if any(a <= begin < b for begin in starts)]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.integers(0, 5), st.sets(st.integers(0, 8)))
def test_what_is_decided_inside_a_stretch_and_what_is_left_of_it_are_all_of_it(
    steps: list[int], begin: int, cuts: set[int]
) -> None:
    starts = [sum(steps[: at + 1]) for at in range(len(steps))]
    edges = sorted(cuts)
    inside = tuple(Override(a, b, reading="x") for a, b in zip(edges[::2], edges[1::2], strict=False))
    whole = PlacedOverride(begin, begin + len(starts), Override(0, 9, spoken="s", inside=inside))
    pieces = list(parted(whole, starts))
    held = [piece.fixed for piece in pieces for _ in range(piece.start, piece.end)]
    assert held == [next((one for one in inside if one.start <= at < one.end), whole.fixed) for at in starts]
    assert all(one.start < one.end for one in pieces)
    assert [one.start for one in pieces] == [begin, *(one.end for one in pieces[:-1])]
    assert all(one.fixed != other.fixed for one, other in pairwise(pieces))


@given(st.sets(st.integers(0, 20)), st.integers(0, 20), st.integers(1, 20))
def test_parts_within_a_stretch_are_counted_from_its_beginning(cuts: set[int], start: int, size: int) -> None:
    edges = sorted(cuts)
    placed = [PlacedOverride(a, b, Override(a, b)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    found = [(one.start, one.end, one.fixed) for one in within(placed, start, start + size)]
    assert found == [
        (max(one.start, start) - start, min(one.end, start + size) - start, one.fixed)
        for one in placed
        if one.start < start + size and start < one.end
    ]
