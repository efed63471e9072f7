"""Merges the writer's marks with the dictionary's words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from indextts.markup.marked import Marked
from indextts.text.overrides import Override
from indextts.utterance.model import Lang

_CLAUSE: Final = re.compile(r"[^。！？!?…；;\n.]*+(?:[。！？!?…；;\n]++|\.++|\Z)[”’」』）)\]]*+\s*+")
"""A stretch in a given language ends where a sentence may: it must not hold sentences together."""


def merge(marked: Marked, matches: Sequence[Override] = ()) -> list[Override]:
    """All fixed stretches, in order and apart: the writer's, the dictionary's outside them, and languages.

    A match that a tag or a pause cuts into is left out; one in a stretch with a language takes that language.
    """
    own = sorted(marked.fixed, key=lambda fixed: fixed.start)
    starts, ends = [fixed.start for fixed in own], [fixed.end for fixed in own]
    cuts = sorted({*marked.pauses, *marked.cuts, *(span.start for span in marked.emotion_spans)})
    kept: list[Override] = []
    for match in matches:
        touches = bisect_left(starts, match.end) > bisect_right(ends, match.start)
        if not touches and bisect_left(cuts, match.end) <= bisect_right(cuts, match.start):
            kept.append(match)
    fixed = sorted([*own, *kept], key=lambda one: one.start)
    return sorted([*fixed, *_languages(marked, fixed)], key=lambda one: one.start)


def _languages(marked: Marked, fixed: Sequence[Override]) -> Iterator[Override]:
    """The rest of the stretches with a language, around what is fixed."""
    at = 0
    for start, end, lang in marked.langs:
        while at < len(fixed) and fixed[at].end <= start:
            at += 1
        done = start
        while at < len(fixed) and fixed[at].start < end:
            yield from _clauses(marked.text, done, fixed[at].start, lang)
            done = max(done, fixed[at].end)
            at += 1
        yield from _clauses(marked.text, done, end, lang)


def _clauses(text: str, start: int, end: int, lang: Lang) -> Iterator[Override]:
    while start < end:
        match = _CLAUSE.match(text, start, end)
        stop = match.end() if match and match.end() > start else end
        if text[start:stop].strip():
            yield Override(start, stop, source="markup", lang=lang)
        start = stop
