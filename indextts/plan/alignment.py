"""What of an edited sentence is still there after its text was changed, and what a person made of that.

Tokens of the old text are matched with those of the new one; a matched token gets what a person has set for the old.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from indextts.model.sources import AUTO, MARKUP, USER
from indextts.model.utterance import Segment, Token
from indextts.plan.pauses import last_spoken
from indextts.reading.phonemes.annotate import revise

_OWN: Final = (USER, MARKUP)
_NEUTRAL: Final = {"pitch_shift": 0.0, "duration_scale": 1.0, "energy_shift": 0.0}


def transfer(old: Sequence[Segment], new: Sequence[Segment]) -> None:
    """Put what a person has decided in the ``old`` segments on the ``new`` ones, which were read afresh, in place.

    What a mark in the new text says goes before it. Voice, emotion, strength and seed are those of the first old one,
    the silence behind and the melody of the end those of the last.
    """
    before = [(token, segment) for segment in old for token in segment.tokens]
    after = [(token, segment) for segment in new for token in segment.tokens]
    ends = {id(last_spoken(segment)) for segment in (*old, *new)}
    touched: set[int] = set()
    for was, now in pairs_of([token for token, _ in before], [token for token, _ in after]):
        if carry(was, now, same_end=(id(was) in ends) == (id(now) in ends)):
            touched.add(id(now))
    _carry_whole(old, new)
    for segment in new:
        if any(id(token) in touched for token in segment.tokens):
            revise(segment)


def pairs_of(old: Sequence[Token], new: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Tokens of both that are the same, in order."""
    there, here = ([(token.text, token.kind) for token in tokens] for tokens in (old, new))
    blocks = SequenceMatcher(None, there, here, autojunk=False).get_matching_blocks()
    return [(old[a + step], new[b + step]) for a, b, size in blocks for step in range(size)]


def carry(was: Token, now: Token, *, same_end: bool) -> bool:
    """Put what is decided of one token on another; whether what the voice is to say was changed.

    A break comes along where both end their sentences, or neither does (``same_end``).
    """
    for field, neutral in _NEUTRAL.items():
        if getattr(now, field) == neutral:
            setattr(now, field, getattr(was, field))
    if was.prominence_source in _OWN and now.prominence_source != MARKUP:
        now.prominence, now.prominence_source, now.prominence_probability = was.prominence, was.prominence_source, None
    changed = False
    if was.reading_source in _OWN and was.reading and now.reading_source != MARKUP:
        others = dict.fromkeys([now.reading, *now.alternatives, *was.alternatives])
        changed = now.reading != was.reading
        now.alternatives = [other for other in others if other and other != was.reading]
        now.reading, now.reading_source, now.reading_probability = was.reading, was.reading_source, None
    if was.break_source == USER and same_end:
        changed = changed or now.break_after != was.break_after
        now.break_after, now.break_source, now.break_probability = was.break_after, USER, None
    return changed


def _carry_whole(old: Sequence[Segment], new: Sequence[Segment]) -> None:
    first, last = old[0], old[-1]
    for segment in new:
        if not segment.emotion and first.emotion_source != AUTO:
            segment.emotion, segment.emotion_source = first.emotion, first.emotion_source
            segment.intensity = first.intensity
        if not segment.voice:
            segment.voice, segment.voice_source = first.voice, first.voice_source
        segment.seed = first.seed
    end = new[-1]
    if end.pause_after_s is None:
        end.pause_after_s, end.pause_source = last.pause_after_s, last.pause_source
    if last.intonation_source == USER:
        end.intonation, end.intonation_source, end.intonation_probability = last.intonation, USER, None
