"""A plan as the editor's script draws it: plain data, with everything that the eye needs worked out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indextts.engines.embedded.acoustic.controls import PITCH_OFFSETS, PITCH_SEMITONES
from indextts.model.utterance import Phone, Segment, Token
from indextts.plan import lines
from indextts.plan.comparing import compared
from indextts.plan.editing import EditSession
from indextts.plan.pauses import last_spoken
from indextts.plan.versions import Plan, Version
from indextts.reading.phonemes.printed import printed
from indextts.reading.phonemes.symbols import BREAKS
from indextts.service.shown import label_of, shown_segment

if TYPE_CHECKING:
    from indextts.platform.config import PauseConfig

View = dict[str, Any]
_Time = tuple[float | None, float | None]

FIRST: Final = 40
"""Sentences of a plan that are told in full when it is opened: more than any window shows."""
MOST: Final = 80
"""Sentences that one answer tells in full."""
FRAME_S: Final = 0.0125
"""Seconds of one of the voice's frames."""

_SETTINGS: Final = ("voice", "emotion", "intensity", "seed", "speed", "pitch", "energy")
_OFFSETS: Final = (2 * PITCH_OFFSETS[0], *PITCH_OFFSETS, 2 * PITCH_OFFSETS[-1])
_SEMITONES: Final = (
    PITCH_SEMITONES[0] + 2 * (PITCH_SEMITONES[0] - PITCH_SEMITONES[1]),
    *PITCH_SEMITONES,
    PITCH_SEMITONES[-1] + 2 * (PITCH_SEMITONES[-1] - PITCH_SEMITONES[-2]),
)


def plan_view(
    session: EditSession,
    table: PauseConfig,
    places: Iterable[int] | None = None,
    before: Plan | None = None,
) -> View:
    """The plan's state, and its sentences: those of ``places`` as ``changed``, or ``all`` of them.

    Of ``all``, those that are far down come without their readings and tokens, which are asked for when they are seen.
    With the plan ``before``, what has changed since; where sentences have come, gone or moved, ``order`` has the
    places that they had, and −1 for new ones.
    """
    plan = session.plan
    view: View = {
        "id": session.id,
        "revision": session.revision,
        "take": session.take_id,
        "undo": session.history.can_undo,
        "redo": session.history.can_redo,
        "assembled": session.assembled,
        "settings": {name: getattr(plan.settings, name) for name in _SETTINGS},
    }
    if before is not None and before.settings == plan.settings:
        order, changed = compared(before, plan)
        if order != [*range(len(before.sentences))]:
            view["order"] = order
        places = changed
    if places is None:
        count = len(plan.sentences)
        view["all"] = [sentence_view(session, index, table, full=index < FIRST) for index in range(count)]
    else:
        full = [index for index in places if 0 <= index < len(plan.sentences)]
        view["changed"] = {
            str(index): sentence_view(session, index, table, full=number < MOST) for number, index in enumerate(full)
        }
    return view


def sentence_view(session: EditSession, index: int, table: PauseConfig, *, full: bool = True) -> View:
    """One sentence: its versions and its own settings; with ``full``, how it is read and its tokens."""
    plan, sentence = session.plan, session.plan.sentences[index]
    heard = session.heard(sentence.version)
    segment = heard.segment if heard else sentence.segment
    first, last = lines.line(plan, index)
    view: View = {
        "text": sentence.segment.text.strip(),
        "line": lines.line_text(plan, index) if last - first > 1 else None,
        "locked": sentence.locked,
        "chosen": sentence.chosen,
        "versions": [_version(session, version) for version in sentence.versions],
        "emotion": sentence.segment.emotion,
        "intensity": sentence.segment.intensity,
        "voice": sentence.segment.voice,
        "label": label_of(sentence.lead if index else plan.base.text + sentence.lead),
        "pause": sentence.segment.pause_after_s,
        "silence": round(lines.silence(plan, index, table), 3),
        "duration": None if heard is None else round((segment.end_s or 0.0) - (segment.start_s or 0.0), 3),
        "audio": heard.audio if heard else "",
    }
    if not full:
        return view
    times = _times(segment) if heard else _expected(segment, segment.own(plan.settings).speed)
    return {
        **view,
        "reading": shown_segment(segment),
        "tokens": [
            _token(token, spoken, time, token is last_spoken(sentence.segment))
            for token, spoken, time in zip(sentence.segment.tokens, segment.tokens, times, strict=True)
        ],
    }


def _times(segment: Segment) -> list[_Time]:
    return [(token.start_s, token.end_s) for token in segment.tokens]


def _expected(segment: Segment, speed: float) -> list[_Time]:
    """When each token will be said, by the lengths that were predicted for it; nothing where there are none."""
    at, times = 0.0, list[_Time]()
    for token in segment.tokens:
        frames = [phone.frames for phone in token.phones]
        if None in frames:
            return [(None, None)] * len(segment.tokens)
        length = sum(frame or 0.0 for frame in frames) * FRAME_S * token.duration_scale / speed
        times.append((at, at + length) if frames else (None, None))
        at += length
    return times


def _version(session: EditSession, version: Version) -> View:
    heard, seed = session.heard(version), version.segment.seed
    seed = session.plan.settings.seed if seed is None else seed
    return {"name": version.name, "seed": seed, "audio": heard.audio if heard else ""}


def _token(token: Token, spoken: Token, time: _Time, last: bool) -> View:
    if not token.reading or token.kind == "punctuation":
        return {"text": token.text, "said": False}
    contour, mean = contour_of(spoken)
    return {
        "text": token.text,
        "said": True,
        "printed": printed(token.reading),
        "pitch": token.pitch_shift,
        "length": token.duration_scale,
        "volume": token.energy_shift,
        "break": token.break_after,
        "last": last,
        "start": time[0],
        "end": time[1],
        "contour": contour,
        "mean": mean,
    }


def contour_of(token: Token) -> tuple[list[list[float]], float]:
    """The pitch that the model gave a token: ``[[share of its length, semitones], …]``, and the mean.

    Semitones from the voice's middle; without a token's own shift. Empty where nothing was predicted.
    """
    lengths = [phone.frames or 0.0 for phone in token.phones]
    total = sum(lengths)
    points: list[list[float]] = []
    weights: list[float] = []
    at = 0.0
    for phone, length in zip(token.phones, lengths, strict=True):
        if total and phone.f0 is not None and length and _sings(phone):
            height = float(np.interp(phone.f0, _OFFSETS, _SEMITONES))
            points.append([round((at + length / 2) / total, 3), round(height, 2)])
            weights.append(length)
        at += length
    mean = float(np.average([height for _, height in points], weights=weights)) if points else 0.0
    return points, round(mean, 2)


def _sings(phone: Phone) -> bool:
    """Whether a symbol has a pitch that is heard: finals, and the ending of a syllable."""
    if phone.shape == "silent":
        return False
    return phone.symbol[-1:] in "12345" if phone.symbol not in BREAKS else phone.symbol in BREAKS[:2]
