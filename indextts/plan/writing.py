"""A plan's text with marks for what a person has decided in it, so that it can be said again from the text alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from indextts.model.sources import MARKUP, USER
from indextts.model.utterance import Segment, Token
from indextts.plan.versions import Plan, Sentence

_OWN = (USER, MARKUP)


def written(plan: Plan) -> str:
    """The text, with a mark for each reading, pause and emotion that is not the text's own.

    Pitch, lengths and versions have no marks.
    """
    labels = {one.segment.voice: one.lead for one in plan.sentences if one.lead.strip()}
    parts, speaker = [plan.base.text], ""
    if plan.base.pause_before_s:
        parts.append(f"[pause {plan.base.pause_before_s:g}s]")
    for sentence in plan.sentences:
        lead, voice = sentence.lead, sentence.segment.voice
        if labels and not lead.strip() and voice != speaker and voice in labels:
            lead = labels[voice] if parts[-1].endswith("\n") or not parts[-1] else "\n" + labels[voice]
        parts += [lead, _said(sentence), sentence.tail]
        speaker = voice
    return "".join(parts)


def _said(sentence: Sentence) -> str:
    segment = sentence.segment
    body = "".join(_read(sentence.body, segment))
    if segment.emotion and segment.emotion_source in _OWN and segment.emotion.isalpha():
        strength = "" if segment.intensity is None else f" {segment.intensity:.3g}"
        body = f"[{segment.emotion}{strength}]{body}[/{segment.emotion}]"
    if segment.pause_after_s is not None:
        body += f"[pause {segment.pause_after_s:g}s]"
    return body


def _read(body: str, segment: Segment) -> Iterator[str]:
    """The text, with marks around what has a reading of its own."""
    at = 0
    for (begin, end), tokens in groupby(segment.tokens, key=_place):
        own = [*tokens]
        token = own[0]
        marked = len(own) == 1 and token.reading and token.reading_source in _OWN
        if not marked or begin < at or end > len(body) or body[begin:end] != token.text:
            continue  # a number that was rewritten has no single reading
        yield body[at:begin]
        yield f"<{token.text}|{token.reading}>"
        at = end
    yield body[at:]


def _place(token: Token) -> tuple[int, int]:
    return token.start, token.end
