"""Plans of texts that were read by the rules alone, quickly, without a voice."""

from __future__ import annotations

from indextts.phonemes.annotate import annotate
from indextts.phonemes.en.pronunciation import is_word
from indextts.plan import lines, versions
from indextts.plan.versions import Plan
from indextts.text.frontend import build_segments
from indextts.utterance.model import Settings, Utterance


def read(text: str) -> Utterance:
    """``text`` with its readings."""
    utterance = Utterance(text, Settings(voice="baker"))
    utterance.segments = build_segments(text, is_word=is_word, max_syllables=60)
    for segment in utterance.segments:
        for token in segment.tokens[:-1]:
            token.break_after, token.break_source = 1, "rules"
    annotate(utterance)
    return utterance


def plan_of(*sentences: str, between: str = "") -> Plan:
    return versions.opened(read(between.join(sentences)))


def said(plan: Plan) -> list[str]:
    """The lines' texts."""
    return [lines.line_text(plan, first) for first, _ in lines.lines_of(plan)]
