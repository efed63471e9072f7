"""What marks do: readings and languages before the text is read, sound and emotion once there are tokens."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from indextts.model.sources import MARKUP
from indextts.model.utterance import Lang, Token, Utterance
from indextts.reading.markup.marked import Marked, Span
from indextts.reading.markup.values import LEVELS
from indextts.reading.text.overrides import Override

LIMITS: Final = {"duration_scale": (0.25, 4.0), "pitch_shift": (-12.0, 12.0), "energy_shift": (-24.0, 12.0)}
"""What one token may be asked for, nested tags together: a factor, semitones, decibels."""

_CLAUSE: Final = re.compile(r"[^。！？!?…；;\n.]*+(?:[。！？!?…；;\n]++|\.++|\Z)[”’」』）)\]]*+\s*+")
"""A stretch in a given language ends where a sentence may: it must not hold sentences together."""


def merge(marked: Marked, matches: Sequence[Override] = ()) -> list[Override]:
    """All fixed stretches, in order and apart: the writer's, the dictionary's outside them, and languages.

    A match that a tag or a pause cuts into is left out; one in a stretch with a language takes that language.
    """
    own = sorted(marked.fixed, key=lambda fixed: fixed.start)
    starts, ends = [fixed.start for fixed in own], [fixed.end for fixed in own]
    cuts = sorted(
        {
            *(at for at, seconds in marked.pauses.items() if seconds),
            *marked.cuts,
            *(span.start for span in marked.emotion_spans),
        }
    )
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
            yield Override(start, stop, source=MARKUP, lang=lang)
        start = stop


def apply(utterance: Utterance, marked: Marked) -> None:
    """Put the spans of ``marked`` on the tokens whose middle lies in them; nested ones add up, within :data:`LIMITS`.

    Of emphases the innermost counts, above what a word has without. ``utterance`` is one of ``marked.text``.
    """
    tokens = [token for segment in utterance.segments if marked.spans for token in segment.tokens]
    for token, active in zip(tokens, _active(tokens, marked.spans), strict=True):
        more = min(token.prominence + 1, LEVELS["strong"])
        for span in active:
            token.duration_scale = _within("duration_scale", token.duration_scale * span.duration)
            token.pitch_shift = _within("pitch_shift", token.pitch_shift + span.pitch)
            token.energy_shift = _within("energy_shift", token.energy_shift + span.energy)
            if span.prominence is not None and token.kind != "punctuation":
                token.prominence, token.prominence_source = span.prominence and max(span.prominence, more), MARKUP
                token.prominence_probability = None


def feel(utterance: Utterance, marked: Marked) -> None:
    """Give each segment the emotion that is marked where its words begin, and no pause where none is asked for."""
    starts = [span.start for span in marked.emotion_spans]
    for segment in utterance.segments if starts else []:
        begin = next((token.start for token in segment.tokens if token.kind != "punctuation"), segment.start)
        number = bisect_right(starts, begin) - 1
        span = marked.emotion_spans[max(number, 0)]
        if number >= 0 and span.emotion:
            segment.emotion, segment.emotion_source, segment.intensity = span.emotion, MARKUP, span.intensity
    still = sorted(at for at, seconds in marked.pauses.items() if not seconds)
    for segment, after in pairwise(utterance.segments) if still else []:
        if segment.pause_after_s is None and bisect_left(still, segment.end) < bisect_right(still, after.start):
            segment.pause_after_s = 0.0


def _active(tokens: Sequence[Token], spans: Sequence[Span]) -> list[list[Span]]:
    """For every token the spans around it; one sweep, as spans are never deeper than the parser lets them be."""
    found: list[list[Span]] = [[] for _ in tokens]
    order = sorted(range(len(tokens)), key=lambda index: tokens[index].start + tokens[index].end)
    waiting = sorted(spans, key=lambda span: (span.start, -span.end))
    opened: list[Span] = []
    at = 0
    for index in order:
        middle = (tokens[index].start + tokens[index].end) / 2
        while at < len(waiting) and waiting[at].start <= middle:
            opened.append(waiting[at])
            at += 1
        opened = [span for span in opened if middle < span.end]
        found[index] = list(opened)
    return found


def _within(name: str, value: float) -> float:
    low, high = LIMITS[name]
    return min(max(value, low), high)
