"""What a person can change about a sentence that was read, and the one way in which a change is made.

A reading, a break, an emphasis, how its melody ends; a token's pitch, length and loudness; the silence after it, its
emotion, its voice, its seed. The reading panel and the editor send the same edits:

    edit = edit_from(event, utterance)
    utterance = apply(utterance, [edit])        # to be spoken by Pipeline.render

A plan that was edited as JSON goes through :func:`indextts.reading.phonemes.annotate.revise` as well when it is
rendered.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast, get_args

from indextts.model.errors import StudioError, printable
from indextts.model.settings import AUTO, EMOTIONS, MAX_SEED, RANGES, out_of_range, unknown_choice
from indextts.model.sources import USER
from indextts.model.utterance import Intonation, Segment, Token, Utterance
from indextts.plan.pauses import last_spoken
from indextts.reading.markup.effects import LIMITS
from indextts.reading.markup.values import MAX_PAUSE_S
from indextts.reading.phonemes.annotate import revise
from indextts.reading.phonemes.reading_input import read

MAX_TYPED: Final = 80
"""Characters of a typed reading."""


@dataclass(frozen=True)
class Edit(ABC):
    """One change of one sentence."""

    segment: int
    """Which sentence."""

    @abstractmethod
    def apply(self, sentence: Segment) -> None:
        """Make it, in place."""


@dataclass(frozen=True)
class TokenEdit(Edit):
    """One change of one token, or of what stands after it."""

    token: int
    """Which of the sentence's tokens."""


@dataclass(frozen=True)
class ReadingEdit(TokenEdit):
    """Read the token like this."""

    reading: str

    def apply(self, sentence: Segment) -> None:
        token = sentence.tokens[self.token]
        others = dict.fromkeys([token.reading, *token.alternatives])
        token.alternatives = [other for other in others if other != self.reading]
        token.reading, token.reading_source = self.reading, USER


@dataclass(frozen=True)
class Break(TokenEdit):
    """Pause after the token, 0 (not) to 4."""

    level: int

    def apply(self, sentence: Segment) -> None:
        _set_break(sentence.tokens[self.token], self.level)


@dataclass(frozen=True)
class Moved(TokenEdit):
    """The break after the token goes after ``to``, and what was there comes here."""

    to: int

    def apply(self, sentence: Segment) -> None:
        here, there = sentence.tokens[self.token], sentence.tokens[self.to]
        level = here.break_after
        _set_break(here, there.break_after)
        _set_break(there, level)


@dataclass(frozen=True)
class Emphasis(TokenEdit):
    """The token's word stands out, 0 (not) to 2."""

    level: int

    def apply(self, sentence: Segment) -> None:
        chosen = sentence.tokens[self.token]
        for token in sentence.tokens:
            if token.kind == chosen.kind and token.word == chosen.word:
                token.prominence, token.prominence_source, token.prominence_probability = self.level, USER, None


@dataclass(frozen=True)
class Ending(TokenEdit):
    """The sentence's melody ends like this."""

    intonation: Intonation

    def apply(self, sentence: Segment) -> None:
        sentence.intonation, sentence.intonation_source = self.intonation, USER
        sentence.intonation_probability = None


@dataclass(frozen=True)
class Shift(TokenEdit):
    """The token's own semitones, decibels, or length relative to the prediction."""

    field: str
    """``pitch_shift``, ``energy_shift`` or ``duration_scale``."""
    value: float

    def apply(self, sentence: Segment) -> None:
        setattr(sentence.tokens[self.token], self.field, self.value)


@dataclass(frozen=True)
class Level(Edit):
    """All tokens as the model says them: no pitch, length or loudness of a person's own is left."""

    def apply(self, sentence: Segment) -> None:
        for token in sentence.tokens:
            token.pitch_shift, token.duration_scale, token.energy_shift = 0.0, 1.0, 0.0


@dataclass(frozen=True)
class Pause(Edit):
    """So many seconds of silence after the sentence; ``None`` leaves it to the pause table."""

    seconds: float | None

    def apply(self, sentence: Segment) -> None:
        sentence.pause_after_s = self.seconds
        sentence.pause_source = "" if self.seconds is None else USER


@dataclass(frozen=True)
class Emotion(Edit):
    """The sentence's own emotion and how strong it is; an empty name leaves both to the settings."""

    emotion: str
    intensity: float | None

    def apply(self, sentence: Segment) -> None:
        sentence.emotion, sentence.emotion_probability = self.emotion, None
        sentence.emotion_source = USER if self.emotion else ""
        sentence.intensity = self.intensity if self.emotion else None


@dataclass(frozen=True)
class VoiceEdit(Edit):
    """The sentence's own voice; an empty id leaves it to the settings."""

    voice: str

    def apply(self, sentence: Segment) -> None:
        sentence.voice, sentence.voice_source = self.voice, USER if self.voice else ""


@dataclass(frozen=True)
class Seed(Edit):
    """Which of the possible readings; ``None`` leaves it to the settings."""

    seed: int | None

    def apply(self, sentence: Segment) -> None:
        sentence.seed = self.seed


def _set_break(token: Token, level: int) -> None:
    token.break_after, token.break_source, token.break_probability = level, USER, None


def apply(utterance: Utterance, edits: Iterable[Edit]) -> Utterance:
    """``utterance`` after ``edits``, with the tones and symbols that follow from them.

    What no edit changes stays as the plan has it, even where this version would read it otherwise. Nothing is changed
    in place: edited sentences are copies, the others are shared. Raises :class:`StudioError` ``unknown_symbol`` for a
    reading that the voice cannot say.
    """
    segments = list(utterance.segments)
    for edit in edits:
        sentence = copy.deepcopy(segments[edit.segment])
        edit.apply(sentence)
        between = edit.segment + 1 < len(segments)
        if between and isinstance(edit, Break) and sentence.tokens[edit.token] is last_spoken(sentence):
            sentence.pause_after_s, sentence.pause_source = None, ""  # the break decides the silence from now on
        revise(sentence)
        segments[edit.segment] = sentence
    return replace(utterance, segments=segments, stage="phonemes")


_SHIFTS: Final = {
    "pitch": ("pitch_shift", "pitch"),
    "length": ("duration_scale", "duration"),
    "volume": ("energy_shift", "energy"),
}
"""The token's field, and the name under which a message knows it."""

_OF_SENTENCES: Final = ("level", "pause", "emotion", "voice", "seed")


def edit_from(event: Mapping[str, Any], utterance: Utterance) -> Edit:
    """The edit that the page sent: ``action``, ``segment``, ``token`` and what goes with the action.

    Raises :class:`StudioError`: ``nothing_read`` for a place without a reading, ``bad_reading`` for a reading that
    cannot be said, ``bad_edit`` for a level, a place or a melody that there is not, ``out_of_range`` for a number.
    That an emotion and a voice exist is for the service to say.
    """
    action, value = event.get("action"), event.get("value")
    segment, place = _whole(event, "segment"), _whole(event, "token")
    if action not in _OF_SENTENCES:
        token = token_of(utterance, segment, place)
    elif not 0 <= segment < len(utterance.segments):
        raise StudioError("nothing_read")
    match action:
        case "level":
            return Level(segment)
        case "pause":
            return Pause(segment, None if value is None else _number(event, "value", "pause", 0.0, MAX_PAUSE_S))
        case "emotion":
            strength = event.get("intensity")
            given = None if strength is None else _number(event, "intensity", "intensity", *RANGES["intensity"])
            if value == AUTO:
                raise unknown_choice("emotion", AUTO, EMOTIONS)
            return Emotion(segment, str(value or ""), given)
        case "voice":
            return VoiceEdit(segment, str(value or ""))
        case "seed":
            return Seed(segment, None if value is None else int(_number(event, "value", "seed", 0, MAX_SEED)))
        case "break":
            return Break(segment, place, _level(event, 4))
        case "move":
            other = _whole(event, "to")
            end = last_spoken(utterance.segments[segment])
            if other == place or end in (token, token_of(utterance, segment, other)):
                raise StudioError("bad_edit")
            return Moved(segment, place, other)
        case "emphasis":
            return Emphasis(segment, place, _level(event, 2))
        case "ending":
            wanted = event.get("intonation")
            if not wanted or wanted not in get_args(Intonation):
                raise StudioError("bad_edit")
            return Ending(segment, place, cast(Intonation, wanted))
        case "pitch" | "length" | "volume":
            field, name = _SHIFTS[str(action)]
            return Shift(segment, place, field, _number(event, "value", name, *LIMITS[field]))
    return ReadingEdit(segment, place, wanted_reading(token, str(event.get("reading", ""))))


def wanted_reading(token: Token, typed: str) -> str:
    """What was typed or chosen for ``token``, in the form that the stages use: ``zhòng`` becomes ``zhong4``.

    Raises :class:`StudioError` ``bad_reading``, naming what can be said.
    """
    known = typed in (token.reading, *token.alternatives)
    return typed if known else read(token.text, printable(typed, MAX_TYPED)).text


def token_of(utterance: Utterance, segment: int, token: int) -> Token:
    """The token at that place. Raises :class:`StudioError` ``nothing_read`` where there is none that can be read."""
    if 0 <= segment < len(utterance.segments) and 0 <= token < len(utterance.segments[segment].tokens):
        found = utterance.segments[segment].tokens[token]
        if found.kind != "punctuation" and found.reading:
            return found
    raise StudioError("nothing_read")


def _whole(event: Mapping[str, Any], name: str) -> int:
    value = event.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _number(event: Mapping[str, Any], key: str, name: str, low: float, high: float) -> float:
    """A number of the event; ``name`` is what a message calls it."""
    value = event.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise out_of_range(name, value, low, high)  # not-a-number is in no range
    return float(value)


def _level(event: Mapping[str, Any], most: int) -> int:
    level = _whole(event, "level")
    if not 0 <= level <= most:
        raise StudioError("bad_edit")
    return level
