"""Which neighbouring segments may be spoken in one pass, as far as their plan says, and what such a pass is called.

An engine that speaks several segments at once (:class:`indextts.engines.base.SpeaksTogether`) is offered those that
share all settings and that nothing divides. What a segment sounds like depends on its pass then, so the pass, and the
segment's place in it, are part of the sound's name. The first segment that is said is a pass of its own, and so is the
next one where that is the same sentence: somebody waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from indextts.model.sources import USER
from indextts.model.utterance import Segment, Settings, Token, Utterance
from indextts.plan.pauses import last_spoken
from indextts.plan.segment_cache import digest, segment_key
from indextts.reading.text import chars
from indextts.reading.text.segment import STRONG


def is_said(segment: Segment) -> bool:
    """Whether there is anything to hear of it: a sentence of unknown characters has no phones."""
    return any(token.phones for token in segment.tokens)


def stands_alone(utterance: Utterance, index: int) -> bool:
    """Whether a segment is a pass of its own whatever follows: one that is waited for, and one that was changed."""
    return is_edited(utterance.segments[index]) or is_awaited(utterance, index)


def is_awaited(utterance: Utterance, index: int) -> bool:
    """Whether a segment is the first that is said, or comes next and goes on with that one's sentence."""
    segments = utterance.segments
    if any(map(is_said, segments[: max(0, index - 1)])):
        return False
    return index == 0 or not is_said(segments[index - 1]) or _goes_on(segments[index - 1])


def alike(utterance: Utterance, begin: int, end: int) -> int:
    """How many segments from ``begin`` on, of those before ``end``, may share a pass; that one does not stand alone."""
    segments, settings = utterance.segments, utterance.settings
    own = segments[begin].own(settings)
    place = begin + 1
    while place < end:
        one = segments[place]
        if not is_said(one) or is_edited(one) or one.own(settings) != own or _is_divided(segments[place - 1]):
            break
        place += 1
    return place - begin


def is_edited(segment: Segment) -> bool:
    """Whether a person has changed how it is said, or a mark how some of it is: it is spoken by itself then."""
    if segment.intonation_source == USER:
        return True
    return any(
        USER in (token.reading_source, token.break_source, token.prominence_source)
        or (token.duration_scale, token.pitch_shift, token.energy_shift) != (1.0, 0.0, 0.0)
        for token in segment.tokens
    )


def pass_name(contents: Sequence[str]) -> str:
    """Of segments that are spoken together; empty for one by itself."""
    return digest(repr(("pass", *contents))) if len(contents) > 1 else ""


def key_in_pass(own: str, settings: Settings, surroundings: str, name: str, place: int) -> str:
    """The name of the sound of a segment at ``place`` of a pass; by itself, that of any engine's segment."""
    if not name:
        return segment_key(own, settings, surroundings)
    return segment_key(own, settings, digest(repr((surroundings, name, place))))


def kept_in_pass(own: str, settings: Settings, surroundings: str, name: str, place: int) -> str:
    """The name of a sound that stands at that place, though it was heard in another pass, before an edit."""
    return key_in_pass(own, settings, digest(repr((surroundings, "kept"))), name, place)


def lately_names(contents: Sequence[str], index: int, total: int, settings: Settings, surroundings: str) -> list[str]:
    """Names under which the sound of segment ``index`` is found again whatever pass it was spoken in.

    Its contents beside those of one neighbour: where a text is edited, a sentence that was not keeps one of them. The
    last one has no next neighbour, and is known by the last but one before it as well. The last name is for a sentence
    that is taken out of its text to be heard alone.
    """
    near = [("after", index - 1), ("before", index + 1)]
    if index == total - 1:
        near.append(("last after", index - 2))
    beside = [(where, contents[place]) for where, place in near if 0 <= place < len(contents)]
    own = contents[index]
    return [segment_key(own, settings, digest(repr((surroundings, *one)))) for one in (*beside, ("alone", ""))]


def _is_divided(before: Segment) -> bool:
    """Whether the writer has set how long it is silent after a segment, or it ends without a mark.

    Nothing would tell the engine to pause there, be it a heading or a piece of a sentence that is too long.
    """
    last = last_spoken(before)
    if before.pause_after_s is not None or (last is not None and last.break_source == USER):
        return True
    mark = _last_mark(before)
    return mark is None or mark.kind != "punctuation"


def _goes_on(before: Segment) -> bool:
    """Whether a segment ends with a mark within a sentence, and nothing is set there."""
    mark = _last_mark(before)
    return mark is not None and mark.text not in STRONG and not _is_divided(before)


def _last_mark(segment: Segment) -> Token | None:
    return next((token for token in reversed(segment.tokens) if token.text not in chars.CLOSERS), None)
