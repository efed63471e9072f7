"""How the melody of each segment ends, as its last mark says."""

from __future__ import annotations

from typing import Final

from indextts.text import chars
from indextts.text.sentence_ends import line_ends
from indextts.utterance.model import Intonation, Segment, Utterance
from indextts.utterance.sources import USER

PUNCTUATION: Final = "punctuation"
RULES: Final = "rules"

_ASKING: Final = frozenset({"吗", "么"})
"""Last words that ask without a mark."""


def annotate(utterance: Utterance) -> None:
    """Set the intonation of all segments of ``utterance``; those that a person has set stay."""
    for segment, ends in zip(utterance.segments, line_ends(utterance), strict=True):
        if segment.intonation_source != USER:
            segment.intonation, segment.intonation_source = of(segment, ends=ends)
            segment.intonation_probability = None


def of(segment: Segment, *, ends: bool) -> tuple[Intonation, str]:
    """The intonation of ``segment`` and what decided; ``ends`` says that nothing follows it on its line."""
    marks = ""
    for token in reversed(segment.tokens):
        if token.kind != "punctuation":
            break
        marks += token.text
    if any(mark in "？?" for mark in marks):
        return "question", PUNCTUATION
    if any(mark in "！!" for mark in marks):
        return "exclamation", PUNCTUATION
    strong = next((mark for mark in marks if mark not in chars.CLOSERS), "")
    if strong and strong in "。." + chars.SEMICOLON:
        return "statement", PUNCTUATION
    if strong:
        return "continuation", PUNCTUATION
    if not ends:
        return "continuation", RULES
    last = next((token.text for token in reversed(segment.tokens) if token.kind == "hanzi"), "")
    return ("question" if last in _ASKING else "statement"), RULES
