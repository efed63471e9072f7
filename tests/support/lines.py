"""Plans of texts that were read by the rules alone, quickly, without a voice."""

from __future__ import annotations

from indextts.model.utterance import Settings, Utterance
from indextts.plan import lines, versions
from indextts.plan.versions import Plan
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.frontend import build_segments


def read(text: str, *, commercial: bool = False) -> Utterance:
    """``text`` with its readings."""
    utterance = Utterance(text, Settings(voice="baker", commercial=commercial))
    utterance.segments = build_segments(text, is_word=is_word, max_syllables=60)
    for segment in utterance.segments:
        for token in segment.tokens[:-1]:
            token.break_after, token.break_source = 1, "rules"
    annotate(utterance)
    return utterance


def plan_of(*sentences: str, between: str = "", commercial: bool = False) -> Plan:
    return versions.opened(read(between.join(sentences), commercial=commercial))


def said(plan: Plan) -> list[str]:
    """The lines' texts."""
    return [lines.line_text(plan, first) for first, _ in lines.lines_of(plan)]
