"""How a take was read, as plain data for who draws it: without the voice's numbers, and without what is as usual.

    shown(utterance, until_s=0.0)       # {"segments": [{"tokens": [{"text": "重", "reading": "chong2", …}]}], …}

The page draws it in ``studio/tabs/speak/reading_draw.js``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from indextts.model.utterance import Segment, Token, Utterance
from indextts.plan.fixes import Fixes, count_fixes, shares_a_sentence
from indextts.plan.pauses import last_spoken
from indextts.reading.phonemes.printed import distinct, printed
from indextts.sound.export.subtitles import Subtitles
from indextts.voices.directions import in_one_form

Shown = dict[str, Any]

_BESIDE: Final = re.compile(r"[（(\[【*][^）)\]】*]*[）)\]】*]")  # How it is said, and when, and marks around a name

MAX_TOKENS: Final = 1500
"""Tokens that are told before the rest is requested: a long text's reading is heavy to draw."""

DOUBTFUL: Final = 0.95
"""A reading that is less likely than this is marked (docs/measurements.md says what that finds)."""

_USUAL: Final[tuple[object, ...]] = (None, "", (), [])


def shown(utterance: Utterance, until_s: float = 0.0, fixed: Fixes | None = None) -> Shown:
    """The reading of a text, of a long one its beginning: as much as :data:`MAX_TOKENS` allows, and all that is heard
    before ``until_s``; and of all of it the lines that are shown while it is heard.

    ``fixed`` are the fixes of an earlier take that were to stay: ``kept`` and ``lost`` say how many have.
    """
    segments, count = utterance.segments, count_fixes(utterance)
    told = [shown_segment(segment) for segment in _first(segments, until_s)]
    for index, one in enumerate(told):
        between = utterance.text[segments[index - 1].end if index else 0 : segments[index].start]
        one |= _given(voice=segments[index].voice, label=label_of(between), begins="\n" in between)
    lines = [
        [line.start_s, line.end_s, [[word.start_s, word.end_s, word.shown] for word in line.words]]
        for line in Subtitles.of(utterance).lines
    ]
    answer = {"voice": utterance.settings.voice, "segments": told, "hidden": len(segments) - len(told), "lines": lines}
    if fixed is not None and (count or shares_a_sentence(fixed.plan, segments)):
        answer |= {"kept": count, "lost": max(0, count_fixes(fixed.plan) - count)}
    return answer | {"fixes": count}


def _first(segments: Sequence[Segment], until_s: float) -> Iterator[Segment]:
    """As many whole segments as :data:`MAX_TOKENS` allows, the first one and those before ``until_s`` always."""
    tokens = 0
    for index, segment in enumerate(segments):
        tokens += len(segment.tokens)
        if index and tokens > MAX_TOKENS and (segment.start_s or 0.0) >= until_s:
            return
        yield segment


def shown_segment(segment: Segment) -> Shown:
    """One sentence's reading."""
    last = last_spoken(segment)
    return _given(
        start_s=_rounded(segment.start_s, 5),
        end_s=_rounded(segment.end_s, 5),
        emotion=segment.emotion,
        emotion_source=segment.emotion_source,
        emotion_sure=_percent(segment.emotion_probability),
        intonation=segment.intonation,
        intonation_source=segment.intonation_source,
        intonation_sure=_percent(segment.intonation_probability),
        tokens=[_token(token, token is last) for token in segment.tokens],
    )


def _token(token: Token, is_last: bool) -> Shown:
    if token.kind == "punctuation":
        return _given(text=token.text, kind=token.kind, **_origin(token))
    stressed = bool(token.prominence or token.prominence_source)
    return _given(
        text=token.text,
        kind="" if token.kind == "hanzi" else token.kind,
        lang="" if token.kind == "hanzi" else token.lang,
        **_origin(token),
        reading=token.reading,
        printed=printed(token.reading),
        source=token.reading_source,
        others=[(other, printed(other)) for other in distinct(token.reading, token.alternatives)],
        doubtful=is_doubtful(token),
        start_s=_rounded(token.start_s, 3),
        end_s=_rounded(token.end_s, 3),
        break_after=min(max(token.break_after, 0), 4) or None,
        break_source=token.break_source,
        break_sure=_percent(token.break_probability),
        stress=token.prominence if stressed else None,
        stress_source=token.prominence_source,
        stress_sure=_percent(token.prominence_probability),
        last=is_last,
    )


def _origin(token: Token) -> Shown:
    """Equal ``origin`` for the tokens that one rewriting of the text gave, and what was ``written`` there."""
    if not token.changes:
        return {}
    written = next((change.was for change in token.changes if change.was != change.became), "")
    return {"origin": (token.start, token.end), "written": written}


def is_doubtful(token: Token) -> bool:
    """Whether the reading may well be wrong, and the character has another one."""
    likely = token.reading_probability
    return likely is not None and likely < DOUBTFUL and any(other != token.reading for other in token.alternatives)


def label_of(between: str) -> str:
    """The name that the text before a segment gives its speaker, empty where it gives none."""
    last = in_one_form(_BESIDE.sub("", between.rsplit("\n", 1)[-1]))
    return last[:-1].strip() if last.endswith((":", "：")) else ""


def _percent(probability: float | None) -> int | None:
    return None if probability is None else round(100 * min(max(probability, 0.0), 1.0))


def _rounded(seconds: float | None, digits: int) -> float | None:
    return None if seconds is None else round(seconds, digits)


def _given(**values: Any) -> Shown:
    return {name: value for name, value in values.items() if value is not False and value not in _USUAL}
