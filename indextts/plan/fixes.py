"""What a person has fixed in a take: readings, pauses, emphasis and the like.

    kept = fixes_of(take.utterance)              # goes with the next request

:mod:`indextts.plan.keeping` puts them on the text when it is spoken again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indextts.model.sources import USER
from indextts.model.utterance import Segment, Token, Utterance


@dataclass(frozen=True)
class Fixes:
    """What a person has fixed in a text."""

    plan: Utterance
    """Its sentences' texts, and of those where something is fixed also that."""


def fixes_of(utterance: Utterance) -> Fixes | None:
    """What a person has fixed in ``utterance``; ``None`` where that is nothing.

    Which of the possible readings a sentence has is among them.
    """
    segments = [_bare(segment) for segment in utterance.segments]
    if not any(map(places, segments)):
        return None
    return Fixes(Utterance("", utterance.settings, segments))


def places(segment: Segment) -> int:
    """How many places of a sentence a person has fixed: tokens, and what is set of it as a whole."""
    sources = segment.intonation_source, segment.emotion_source, segment.voice_source, segment.pause_source
    whole = sources.count(USER) + (segment.seed is not None)
    emphasised = {(token.kind, token.word) for token in segment.tokens if token.prominence_source == USER}
    others = [token for token in segment.tokens if is_fixed(token)]
    words = {(token.kind, token.word) for token in others}
    return whole + len(others) + len(emphasised - words)


def count_fixes(utterance: Utterance) -> int:
    """How many places of a whole text a person has fixed."""
    return sum(map(places, utterance.segments))


def _bare(segment: Segment) -> Segment:
    """The text of a sentence and a person's fixes alone; without its tokens where it has none."""
    bare = Segment(segment.text, segment.start, segment.end, seed=segment.seed)
    if segment.voice_source == USER:
        bare.voice, bare.voice_source = segment.voice, USER
    if segment.pause_source == USER:
        bare.pause_after_s, bare.pause_source = segment.pause_after_s, USER
    if segment.emotion_source == USER:
        bare.emotion, bare.emotion_source, bare.intensity = segment.emotion, USER, segment.intensity
    if segment.intonation_source == USER:
        bare.intonation, bare.intonation_source = segment.intonation, USER
    if places(segment):
        bare.tokens = [_bare_token(token) for token in segment.tokens]
    return bare


def _bare_token(token: Token) -> Token:
    bare = Token(token.text, token.kind, token.lang, token.start, token.end, token.word)
    if token.reading or token.kind != "punctuation":
        bare.reading = token.reading  # whether it is said decides where the sentence ends
    if token.reading_source == USER:
        bare.reading_source = USER
    if token.break_source == USER:
        bare.break_after, bare.break_source = token.break_after, USER
    if token.prominence_source == USER:
        bare.prominence, bare.prominence_source = token.prominence, USER
    bare.pitch_shift, bare.duration_scale = token.pitch_shift, token.duration_scale
    bare.energy_shift = token.energy_shift
    return bare


def is_fixed(token: Token) -> bool:
    """Whether a person has fixed a token, not only its whole word."""
    moved = (token.pitch_shift, token.duration_scale, token.energy_shift) != (0.0, 1.0, 0.0)
    return moved or USER in (token.reading_source, token.break_source)


def shares_a_sentence(old: Utterance, new: Iterable[Segment]) -> bool:
    """Whether the two texts have anything in common: of another text nothing is told."""
    known = {segment.text.strip() for segment in old.segments}
    return any(segment.text.strip() in known for segment in new)
