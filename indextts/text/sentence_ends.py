"""Where sentences end in what the text stage has cut."""

from __future__ import annotations

from typing import Final

from indextts.utterance.model import Segment, Utterance

STRONG: Final = "。！？!?…；;."
"""Marks that end a sentence."""
_CLOSERS: Final = frozenset("”’」』》〉）)】〕]}〗\"'～~" + STRONG)
_LINE_BREAKS: Final = frozenset("\n\r\v\f\x85\u2028\u2029")


def sentence_ends(utterance: Utterance) -> list[bool]:
    """For each segment whether a sentence, a line or the text ends with it: a piece of a longer sentence ends none."""
    lines = line_ends(utterance)
    return [line or _closes(segment) for segment, line in zip(utterance.segments, lines, strict=True)]


def line_ends(utterance: Utterance) -> list[bool]:
    """For each segment whether its line, or the text, ends after it."""
    following = [*utterance.segments[1:], None]
    return [
        after is None or not _LINE_BREAKS.isdisjoint(utterance.text[segment.end : after.start])
        for segment, after in zip(utterance.segments, following, strict=False)
    ]


def _closes(segment: Segment) -> bool:
    """Whether ``segment`` ends with a strong mark, perhaps in quotes or brackets."""
    for token in reversed(segment.tokens):
        if token.kind != "punctuation" or token.text not in _CLOSERS:
            return False
        if token.text in STRONG:
            return True
    return False
