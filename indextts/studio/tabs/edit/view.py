"""A plan as the editor's script draws it: plain data, with everything that the eye needs worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indextts.engines.embedded.acoustic.controls import PITCH_OFFSETS, PITCH_SEMITONES
from indextts.i18n.messages import Language
from indextts.phonemes.symbols import BREAKS
from indextts.plan.editing import EditSession
from indextts.plan.pauses import last_spoken, pause_after
from indextts.plan.versions import Version
from indextts.studio.tabs.speak.reading_html import printed, sentence_html
from indextts.utterance.model import Phone, Token

if TYPE_CHECKING:
    from indextts.config import PauseConfig

View = dict[str, Any]

_SETTINGS: Final = ("voice", "emotion", "intensity", "seed", "speed", "pitch", "energy")
_OFFSETS: Final = (2 * PITCH_OFFSETS[0], *PITCH_OFFSETS, 2 * PITCH_OFFSETS[-1])
_SEMITONES: Final = (
    PITCH_SEMITONES[0] + 2 * (PITCH_SEMITONES[0] - PITCH_SEMITONES[1]),
    *PITCH_SEMITONES,
    PITCH_SEMITONES[-1] + 2 * (PITCH_SEMITONES[-1] - PITCH_SEMITONES[-2]),
)


def plan_view(session: EditSession, table: PauseConfig, language: Language, places: list[int] | None = None) -> View:
    """The plan's state, and its sentences: those of ``places`` as ``changed``, or ``all`` of them."""
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
    if places is None:
        view["all"] = [sentence_view(session, index, table, language) for index in range(len(plan.sentences))]
    else:
        view["changed"] = {str(index): sentence_view(session, index, table, language) for index in places}
    return view


def sentence_view(session: EditSession, index: int, table: PauseConfig, language: Language) -> View:
    """One sentence: how it is read, its versions, its own settings, its tokens."""
    plan, sentence = session.plan, session.plan.sentences[index]
    heard = session.heard(sentence.segment)
    segment = heard.segment if heard else sentence.segment
    silence_s = sentence.segment.pause_after_s or 0.0
    if index < len(plan.sentences) - 1:
        silence_s = pause_after(sentence.segment, plan.base, table)
    return {
        "html": sentence_html(segment, index, language),
        "text": sentence.segment.text.strip(),
        "locked": sentence.locked,
        "chosen": sentence.chosen,
        "versions": [_version(session, version) for version in sentence.versions],
        "emotion": sentence.segment.emotion,
        "intensity": sentence.segment.intensity,
        "voice": sentence.segment.voice,
        "pause": sentence.segment.pause_after_s,
        "silence": round(silence_s, 3),
        "duration": None if heard is None else round((segment.end_s or 0.0) - (segment.start_s or 0.0), 3),
        "audio": heard.audio if heard else "",
        "tokens": [
            _token(token, spoken, token is last_spoken(sentence.segment))
            for token, spoken in zip(sentence.segment.tokens, segment.tokens, strict=True)
        ],
    }


def _version(session: EditSession, version: Version) -> View:
    heard, seed = session.heard(version.segment), version.segment.seed
    seed = session.plan.settings.seed if seed is None else seed
    return {"name": version.name, "seed": seed, "audio": heard.audio if heard else ""}


def _token(token: Token, spoken: Token, last: bool) -> View:
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
        "start": spoken.start_s,
        "end": spoken.end_s,
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
