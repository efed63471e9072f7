"""Marked stretches on tokens, and beside the dictionary."""

from __future__ import annotations

import itertools

import pytest

from indextts.model.utterance import Segment, Token, Utterance
from indextts.reading.markup import apply, merge, parse
from indextts.reading.text.overrides import Override


def _utterance(text: str) -> Utterance:
    tokens = [Token(char, "hanzi", "zh", place, place + 1) for place, char in enumerate(text)]
    return Utterance(text, segments=[Segment(text, 0, len(text), tokens=tokens)])


def _tokens(text: str) -> list[Token]:
    marked = parse(text)
    utterance = _utterance(marked.text)
    apply(utterance, marked)
    return utterance.segments[0].tokens


def test_only_the_marked_tokens_change() -> None:
    before, marked, after = _tokens("一<prosody rate='50%' pitch='-2st' volume='+3dB'>二</prosody>三")
    assert (marked.duration_scale, marked.pitch_shift, marked.energy_shift) == (2.0, -2.0, 3.0)
    for token in (before, after):
        assert (token.duration_scale, token.pitch_shift, token.energy_shift) == (1.0, 0.0, 0.0)


def test_nested_spans_add_up_within_bounds() -> None:
    (token,) = _tokens("<prosody rate='25%' pitch='+9st'>" * 2 + "一" + "</prosody>" * 2)
    assert (token.duration_scale, token.pitch_shift) == (4.0, 12.0)


@pytest.mark.parametrize(
    ("level", "usual", "expected"),
    [("moderate", [0, 1, 2], [1, 2, 2]), ("strong", [0, 1, 2], [2, 2, 2]), ("none", [0, 1, 2], [0, 0, 0])],
)
def test_an_emphasis_is_never_less_than_what_a_word_has_without(
    level: str, usual: list[int], expected: list[int]
) -> None:
    for before, after in zip(usual, expected, strict=True):
        marked = parse(f"<emphasis level='{level}'>sail</emphasis>")
        token = Token("sail", "word", "en", 0, 4, prominence=before)
        apply(Utterance(marked.text, segments=[Segment("sail", 0, 4, tokens=[token])]), marked)
        assert (token.prominence, token.prominence_source) == (after, "markup")


def test_tokens_out_of_order_and_shared_places_are_found() -> None:
    marked = parse("一<emphasis>26</emphasis>三")
    tokens = [Token("二", "hanzi", "zh", 1, 3), Token("六", "hanzi", "zh", 1, 3), Token("一", "hanzi", "zh", 0, 1)]
    utterance = Utterance(marked.text, segments=[Segment("一26三", 0, 4, tokens=tokens)])
    apply(utterance, marked)
    assert [token.prominence for token in tokens] == [1, 1, 0]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("在重庆", True),
        ("在<lang xml:lang='zh'>重庆</lang>", True),
        ("在<重|zhong4>庆", False),
        ("在重[pause 1s]庆", False),
        ("在[pause 1s]重庆[pause 1s]", True),
    ],
)
def test_marks_go_before_the_dictionary(text: str, kept: bool) -> None:
    marked = parse(text)
    match = Override(1, 3, reading="chong2 qing4", source="lexicon")
    merged = merge(marked, [match])
    assert (match in merged) is kept
    assert all(a.end <= b.start for a, b in itertools.pairwise(merged))
