"""Cuts tokens into segments that the model can say in one go.

First at every mark that may end a segment: sentence ends, commas, dashes. Then neighbours are joined again as long as
they fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

SENTENCE_ENDS: Final = frozenset((".", "!", "?", "▁.", "▁?", "▁..."))
_COMMAS: Final = frozenset((",", "▁,"))
_DASHES: Final = frozenset(("-",))
_QUOTES: Final = ("'", "▁'")
_SHORTEST: Final = 2
"""A mark ends a segment only after more tokens than this, itself among them."""

Segments = list[list[str]]


def split(tokens: Sequence[str], longest: int, quick: int = 0) -> Segments:
    """Segments of at most ``longest`` tokens (a mark may still follow one that long).

    Among the first ``quick`` tokens segments are joined up to half that length only, for an early first sound.
    """
    return _split(tokens, SENTENCE_ENDS, longest, quick)


def _split(tokens: Sequence[str], marks: frozenset[str], longest: int, quick: int) -> Segments:
    segments: Segments = []
    current: list[str] = []
    for place, token in enumerate(tokens):
        current.append(token)
        if not marks & _COMMAS and not _COMMAS.isdisjoint(current):
            segments += _split(current, _COMMAS, longest, quick)
        elif not marks & _DASHES and not _DASHES.isdisjoint(current):
            segments += _split(current, _DASHES, longest, quick)
        elif len(current) > longest:
            segments += [current[at : at + longest] for at in range(0, len(current), longest)]
        elif token in marks and len(current) > _SHORTEST:
            # The published splitter takes a quote that follows along and yet begins the next segment with it.
            following = tokens[place + 1 : place + 2]
            segments.append([*current, *(quote for quote in following if quote in _QUOTES)])
        else:
            continue
        current = []
    if current:
        segments.append(current)
    return _joined(segments, longest, quick)


def _joined(segments: Segments, longest: int, quick: int) -> Segments:
    joined: Segments = []
    passed = 0
    for segment in segments:
        passed += len(segment)
        together = len(joined[-1]) + len(segment) if joined else longest + 1
        if (together <= longest and passed > quick) or together <= longest / 2:
            joined[-1] = joined[-1] + segment
        else:
            joined.append(segment)
    return joined
