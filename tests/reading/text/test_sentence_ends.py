"""Where sentences end, the same for everything that decides about breaks."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Utterance
from indextts.reading import prosody
from indextts.reading.text.segment import line_ends, sentence_ends
from tests.support.segments import build_segments


def read(text: str) -> Utterance:
    return Utterance(text, segments=build_segments(text, max_syllables=8))


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_a_line_ends_a_sentence_that_has_no_mark(gap: str) -> None:
    utterance = read(f"今天天气很好{gap}我们出去走走")
    assert line_ends(utterance) == [True, True]
    assert sentence_ends(utterance) == [True, True]


def test_quotes_and_brackets_stand_behind_the_mark() -> None:
    assert sentence_ends(read("“他走了。”（真的！）")) == [True, True]


@pytest.mark.parametrize("model", ["rules", "lm"])
def test_a_piece_of_a_long_sentence_ends_with_a_pause_and_the_sentence_with_a_longer_one(model: str) -> None:
    utterance = read("他说今天的天气非常好，所以我们决定一起出去走一走。")
    ends = sentence_ends(utterance)
    assert len(ends) > 1 and ends == [False] * (len(ends) - 1) + [True]
    prosody.load(model).annotate(utterance)
    last = [next(t for t in reversed(s.tokens) if t.kind != "punctuation").break_after for s in utterance.segments]
    assert last == [3] * (len(ends) - 1) + [4]


@pytest.mark.parametrize(
    "marked",
    [
        "We lack vitamin K.| Vitamin K helps.",
        "It is type B.| Patients need rest.",
        "Let us take plan C.| Now go.",
        "He got a B.| The teacher smiled.",
        "He drives a model T.| It is old.",
        "We met George W. Bush.",
        "They like J. R. R. Tolkien and C. S. Lewis.",
        "The judge, J. Smith, left.",
        "Use the 3rd ed. of the book.",
        "See order no. (12) and the 2nd edn. (1999).",
        "This is the 6th ed.| We like it.",
    ],
)
def test_a_letter_and_an_edition_end_a_sentence_where_another_begins(marked: str) -> None:
    parts = marked.split("|")
    assert [segment.text.strip() for segment in build_segments("".join(parts), max_syllables=60)] == [
        part.strip() for part in parts
    ]
