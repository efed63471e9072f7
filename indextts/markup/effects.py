"""Applies length, pitch, loudness and emphasis of marked stretches to the tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from indextts.markup.marked import Marked, Span
from indextts.utterance.model import Token, Utterance
from indextts.utterance.sources import MARKUP

LIMITS: Final = {"duration_scale": (0.25, 4.0), "pitch_shift": (-12.0, 12.0), "energy_shift": (-24.0, 12.0)}
"""What one token may be asked for, nested tags together: a factor, semitones, decibels."""


def apply(utterance: Utterance, marked: Marked) -> None:
    """Put the spans of ``marked`` on the tokens whose middle lies in them; nested ones add up, within :data:`LIMITS`.

    Of emphases the innermost counts. ``utterance`` is one of ``marked.text``.
    """
    if not marked.spans:
        return
    tokens = [token for segment in utterance.segments for token in segment.tokens]
    for token, active in zip(tokens, _active(tokens, marked.spans), strict=True):
        for span in active:
            token.duration_scale = _within("duration_scale", token.duration_scale * span.duration)
            token.pitch_shift = _within("pitch_shift", token.pitch_shift + span.pitch)
            token.energy_shift = _within("energy_shift", token.energy_shift + span.energy)
            if span.prominence is not None and token.kind != "punctuation":
                token.prominence, token.prominence_source = span.prominence, MARKUP
                token.prominence_probability = None


def feel(utterance: Utterance, marked: Marked) -> None:
    """Give each segment the emotion that is marked where its words begin."""
    starts = [span.start for span in marked.emotion_spans]
    for segment in utterance.segments if starts else []:
        begin = next((token.start for token in segment.tokens if token.kind != "punctuation"), segment.start)
        number = bisect_right(starts, begin) - 1
        span = marked.emotion_spans[max(number, 0)]
        if number >= 0 and span.emotion:
            segment.emotion, segment.emotion_source, segment.intensity = span.emotion, MARKUP, span.intensity


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
