"""An utterance as the networks read it: sentence by sentence, each with the end of the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from indextts.model.utterance import Token, Utterance
from indextts.reading.prosody.features import FIXED, START, Ints, Unit, complete, is_dropped
from indextts.reading.text.segment import sentence_ends

CONTEXT: Final = 16
"""Units of the text before a sentence that are shown with it."""
LONGEST: Final = 112
"""Units of a sentence that are read at once; a longer one is read in pieces."""
AHEAD: Final = 24
"""Units after such a piece that are shown with it."""


@dataclass(frozen=True)
class Window:
    """``units[begin:end]`` are decided with ``units[first:last]`` in view; a sentence begins at ``starts``."""

    first: int
    begin: int
    end: int
    last: int
    start: int
    """Where the sentence begins that is decided; ``-1`` if it began before this window."""


@dataclass(frozen=True)
class Flat:
    """The units of an utterance in one row, with the tokens that they came from."""

    units: Sequence[Unit]
    tokens: Sequence[Token]
    ends: Sequence[int]
    """One past the last unit of each sentence, ascending."""


def flatten(utterance: Utterance) -> Flat:
    """All tokens that the networks see, words numbered through, cut into sentences."""
    units: list[Unit] = []
    tokens: list[Token] = []
    ends: list[int] = []
    offset = 0
    for segment, closed in zip(utterance.segments, sentence_ends(utterance), strict=True):
        for token in segment.tokens:
            unit = Unit(token.text, token.kind, token.lang, offset + token.word, token.pos)
            if not is_dropped(unit):
                units.append(unit)
                tokens.append(token)
        offset += 1 + max((token.word for token in segment.tokens), default=0)
        if closed and len(units) > (ends[-1] if ends else 0):
            ends.append(len(units))
    return Flat(units, tokens, ends)


def windows(flat: Flat) -> Iterator[Window]:
    """Every unit is decided in exactly one window; the number of units shown is linear in their count."""
    start = 0
    for end in flat.ends:
        begin = start
        while begin < end:
            stop = end if end - begin <= LONGEST else _cut(flat.units, begin, begin + LONGEST)
            first = max(0, begin - CONTEXT)
            yield Window(first, begin, stop, min(end, stop + AHEAD), start if begin == start else -1)
            begin = stop
        start = end


def _cut(units: Sequence[Unit], begin: int, limit: int) -> int:
    """The last good place to cut ``units[begin:limit]``: after a mark, else before a word, else at the limit."""
    for place in range(limit, begin + LONGEST // 2, -1):
        if units[place - 1].kind == "punctuation" and units[place].kind != "punctuation":
            return place
    for place in range(limit, begin + LONGEST // 2, -1):
        if units[place].word != units[place - 1].word:
            return place
    return limit


def inputs(fixed: Ints, kinds: Ints, window: Window) -> tuple[Ints, int]:
    """What the network reads for a window of a row of units, ``[T, len(COLUMNS)]``, and where in it the first
    decided unit stands; ``fixed`` and ``kinds`` describe the whole row.
    """
    shown, marks = fixed[window.first : window.last], kinds[window.first : window.last]
    begin = window.begin - window.first
    if window.start >= 0:
        shown = np.insert(shown, begin, _START_ROW, axis=0)
        marks = np.insert(marks, begin, 0)
        begin += 1
    return complete(shown, marks), begin


_START_ROW: Final = np.array([START] + [0] * (FIXED - 1), np.int32)
