"""The silence between segments."""

from __future__ import annotations

from typing import Final

from indextts.model.sources import USER
from indextts.model.utterance import Segment, Token, Utterance
from indextts.platform.config import PauseConfig
from indextts.reading.text.segment import segment_end_kind

_BY_LEVEL: Final = {1: "word", 2: "phrase", 3: "comma", 4: "sentence"}
"""Rows of the table for a break that a person has set; #0 is no silence."""


def pause_after(
    segment: Segment, utterance: Utterance, table: PauseConfig, after: Segment | None = None, factor: float = 1.0
) -> float:
    """Seconds of silence after ``segment``, before the next one, ``after``.

    What the plan says; else ``table``, by the break that a person has set there or by what ends the segment,
    shortened by fast speech and ``factor`` times as long, as the segment's emotion has it.
    """
    if segment.pause_after_s is not None:
        return segment.pause_after_s
    last = last_spoken(segment)
    if last is not None and last.break_source == USER:
        row = _BY_LEVEL.get(last.break_after, "")
    else:
        row = segment_end_kind(segment, utterance.text)
        if row == "paragraph" and after is not None and after.voice != segment.voice:
            row = "turn"
    seconds: float = getattr(table, row) if row else 0.0
    return seconds * factor / utterance.settings.speed


def last_spoken(segment: Segment) -> Token | None:
    """The last token of ``segment`` that is said."""
    return next((token for token in reversed(segment.tokens) if token.kind != "punctuation" and token.reading), None)
