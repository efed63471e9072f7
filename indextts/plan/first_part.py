"""A long first sentence in two segments, so that a listener hears its beginning soon.

That is worth while where a pass of the engine costs little beside the speech in it: the beginning is there sooner, but
two passes cost more than one. What is decided here depends on the text and its settings alone, never on how fast a
machine is or what else it does, and stands in the plan like every other cut: what was heard can be had again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from indextts.model.utterance import Segment, Settings, Token
from indextts.reading.text import chars
from indextts.reading.text.segment import build, syllables

SOONER: Final = 0.7
"""The first part is heard after this share of the sentence's time at most …"""
DEARER: Final = 1.35
"""… and both parts take this many times as long as the sentence, at most."""
SHORTEST_S: Final = 1.0
"""Of a part: what is shorter is said less steadily."""

_SYLLABLE_S: Final = 0.21
_MARKS: Final = (chars.COMMA + chars.SEMICOLON + chars.COLON + chars.DASH).replace("、", "")
"""After which a part may end; between the members of a list it may not."""
_PAIRED: Final = chars.CLOSERS.translate({ord(mark): None for mark in "\"'"})


def parted(segment: Segment, text: str, settings: Settings, pass_s: float) -> list[Segment]:
    """``segment`` of ``text`` in two, after the first mark that suits; by itself where none does.

    ``pass_s`` is what every pass costs beside its speech, in seconds of speech: 0 where that is nothing.
    """
    whole_s = _seconds(segment.tokens, settings)
    if pass_s * (2.0 - DEARER) > whole_s * (DEARER - 1.0):
        return [segment]
    for place in _places(segment.tokens):
        first_s = _seconds(segment.tokens[:place], settings)
        if whole_s - first_s < SHORTEST_S or first_s + pass_s > SOONER * (whole_s + pass_s):
            break
        if first_s >= SHORTEST_S:
            first, rest = (build(text, part) for part in (segment.tokens[:place], segment.tokens[place:]))
            if first is not None and rest is not None:
                return [replace(_part(segment, first), pause_after_s=None), _part(segment, rest)]
    return [segment]


def _part(segment: Segment, built: Segment) -> Segment:
    """``segment`` with no more text than ``built`` has."""
    text, spoken, tokens = built.text, built.spoken, built.tokens
    return replace(segment, text=text, start=built.start, end=built.end, spoken=spoken, tokens=tokens)


def _places(tokens: Sequence[Token]) -> Iterator[int]:
    """Where a part may end: behind a mark, outside quotes and brackets, between two stretches of the written text."""
    inside, quoted = 0, False
    for place, token in enumerate(tokens[:-1], start=1):
        if token.kind == "punctuation":
            inside += (token.text in chars.OPENERS) - (token.text in _PAIRED)
            quoted ^= token.text == '"'
        after = tokens[place]
        closes = after.kind == "punctuation" and after.text not in chars.OPENERS
        if closes or inside > 0 or quoted or token.end > after.start:
            continue
        if token.kind == "punctuation" and token.text in _MARKS:
            yield place


def _seconds(tokens: Sequence[Token], settings: Settings) -> float:
    return sum(map(syllables, tokens)) * _SYLLABLE_S / settings.speed
