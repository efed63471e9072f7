"""What breaks, prominence, intonation and emotions do to the voice: tables, and the numbers for each symbol."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, TypeAdapter

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Intonation, Lang, Segment, Token
from indextts.platform.config import load_table
from indextts.reading.emotion.names import EMOTIONS, NEUTRAL, weights
from indextts.reading.phonemes.en.arpabet import is_vowel
from indextts.reading.phonemes.symbols import BREAKS, TONES

Floats = npt.NDArray[np.float64]

PAUSES: Final = BREAKS[2:]
"""Break tokens that are silence at their end; the others are the ending of a syllable."""

LOW_TONE_SHARE: Final = 0.5
"""Share of an accent's pitch that a third tone takes."""
MOST_SEMITONES: Final = 4.0
"""Furthest from the voice's own pitch that emotion and decisions together ask of the model; it saturates beyond."""

FINAL_SPAN: Final = 2
"""Syllables that share in the rise or fall of an end, the last one taking all of it."""

_Name = Literal["happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm", "neutral"]
_FACTORS: Final = frozenset({"rate", "range", "pause"})
_Share = Annotated[float, Field(ge=0.5, le=2)]
_Factor = Annotated[float, Field(ge=0.25, le=4)]
_Semitones = Annotated[float, Field(ge=-6, le=6)]
_Decibels = Annotated[float, Field(ge=-12, le=12)]
_STRICT: Final[dict[str, Any]] = {"extra": "forbid", "allow_inf_nan": False}


@dataclass(frozen=True)
class BreakLength:
    """How long a break token lasts."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    length: _Factor = 1.0
    """Factor on the prediction."""
    least: Annotated[float, Field(ge=0, le=5)] = 0.0
    """Seconds at speed 1."""


@dataclass(frozen=True)
class Accent:
    """What one level of prominence does to a token."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    pitch: _Semitones = 0.0
    range: _Factor = 1.0
    """Factor on the token's own contour around its mean."""
    energy: _Decibels = 0.0
    length: _Factor = 1.0
    """Factor on its symbols but for pauses."""


@dataclass(frozen=True)
class Melody:
    """What an intonation does to a segment."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    pitch: _Semitones = 0.0
    """On all of it."""
    range: _Factor = 1.0
    """Factor on its F0 range."""
    end: _Semitones = 0.0
    """On the last syllable; those before it take their share."""
    span: Annotated[int, Field(ge=1, le=20)] = 1
    """Syllables that share in that."""


@dataclass(frozen=True)
class Delivery:
    """The whole table. What it does not name changes nothing."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    breaks: Mapping[int, BreakLength] = field(default_factory=dict)
    accents: Mapping[Lang, Mapping[int, Accent]] = field(default_factory=dict)
    melodies: Mapping[Intonation, Melody] = field(default_factory=dict)

    def accent(self, token: Token) -> Accent:
        """What the prominence of ``token`` does; nothing where nothing was decided about it."""
        if not token.prominence_source:
            return _NO_ACCENT
        return self.accents.get(token.lang, {}).get(token.prominence, _NO_ACCENT)

    def melody(self, segment: Segment) -> Melody:
        """What the intonation of ``segment`` does."""
        return self.melodies.get(segment.intonation, _NO_MELODY)


_NO_ACCENT: Final = Accent()
_NO_MELODY: Final = Melody()
_NO_BREAK: Final = BreakLength()


@dataclass(frozen=True)
class ControlCurves:
    """What the decisions about a segment ask for, for each of its T symbols."""

    semitones: Floats
    spread: Floats
    """Factor on the contour around the mean of the symbol's own token."""
    decibels: Floats
    length: Floats
    """Factor on the symbol's frames."""
    least_s: Floats
    """Seconds that the symbol lasts at speed 1, at least."""


def control_curves(
    delivery: Delivery,
    melody: Melody,
    symbols: Sequence[str],
    tokens: Sequence[Token | None],
    shapes: Sequence[str] = (),
) -> ControlCurves:
    """What breaks, accents and ``melody`` ask of ``symbols``, ``[T]``, each with its token (none at the edges).

    ``shapes`` ``[T]`` are the English phones that are said in their places, empty for none.
    """
    to_come = syllables_to_come(symbols, shapes)
    low = {
        syllable
        for symbol, syllable in zip(symbols, to_come, strict=True)
        if symbol[-1] == "3" and symbol not in BREAKS
    }
    rows = []
    for number, (symbol, token, syllable) in enumerate(zip(symbols, tokens, to_come, strict=True)):
        if token is None:
            rows.append((0.0, 1.0, 0.0, 1.0, 0.0))
            continue
        accent = delivery.accent(token)
        pitch = accent.pitch * (LOW_TONE_SHARE if syllable in low else 1.0)
        pitch += melody.pitch + melody.end * max(0.0, 1.0 - syllable / melody.span)
        pause = _NO_BREAK
        if symbol in BREAKS and tokens[number + 1] is not token:
            pause = delivery.breaks.get(token.break_after, _NO_BREAK)
        length = pause.length if symbol in PAUSES else accent.length
        rows.append((pitch, accent.range, accent.energy, length, pause.least))
    columns = np.array(rows, np.float64).reshape(-1, 5).T
    return ControlCurves(*columns)


def widen(f0: npt.NDArray[np.float32], tokens: Sequence[Token | None], spread: Floats) -> npt.NDArray[np.float32]:
    """``f0`` ``[T]`` with every token's own contour scaled by its ``spread`` ``[T]`` around the token's mean."""
    if np.all(spread == 1.0):
        return f0
    wide = f0.copy()
    start = 0
    for _, group in groupby(tokens, key=id):
        end = start + len(list(group))
        mean = float(f0[start:end].mean())
        wide[start:end] = mean + (f0[start:end] - mean) * spread[start:end]
        start = end
    return wide


def syllables_to_come(symbols: Sequence[str], shapes: Sequence[str] = ()) -> list[int]:
    """For each symbol how many syllables follow its own, ``[T]``.

    A Mandarin syllable ends at a break. An English one is a vowel, with the consonants before it in its word; those
    after a word's last vowel belong to that.
    """
    shapes = shapes or [""] * len(symbols)
    counts = [0] * len(symbols)
    vowels, end = 0, len(symbols)
    for place in range(len(symbols) - 1, -1, -1):
        if place and symbols[place - 1] not in BREAKS:
            continue
        unit = range(place, end)
        end = place
        own = vowels
        for each in reversed(unit):
            if shapes[each]:
                heard = is_vowel(shapes[each])
            else:
                heard = symbols[each][-1] in TONES and symbols[each] not in BREAKS
            own = vowels if heard else own
            vowels += heard
            counts[each] = own
    return counts


_delivery_form = functools.cache(lambda: TypeAdapter(Delivery))


def load_delivery(path: Path) -> Delivery:
    """Read the table. Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong."""
    return load_table(path, _delivery_form())


@dataclass(frozen=True)
class EmotionShift:
    """A change of a whole segment against neutral."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    rate: _Share = 1.0
    """Speaking rate, as a factor."""
    pitch: _Semitones = 0.0
    """Semitones added to the mean F0."""
    range: _Share = 1.0
    """Factor on the F0 range around the segment's mean, its tones and all."""
    energy: _Decibels = 0.0
    """Decibels."""
    declination: _Semitones = 0.0
    """Semitones that the last syllable lies above the first, a straight line between them; below, if negative."""
    final: _Semitones = 0.0
    """Semitones by which the end rises, or falls, on top."""
    pause: _Factor = 1.0
    """Factor on the silences inside a segment and on the one after it."""
    tilt: Annotated[float, Field(ge=-3, le=3)] = 0.0
    """Decibels for each octave above 1 kHz, and the opposite below it."""


def mixed(parts: Sequence[tuple[EmotionShift, float]]) -> EmotionShift:
    """Shifts together, each by its share: a weighted sum, and for factors the product of their powers."""
    values = {}
    for name in (one.name for one in fields(EmotionShift)):
        if name in _FACTORS:
            values[name] = float(np.prod([getattr(shift, name) ** share for shift, share in parts]))
        else:
            values[name] = sum(getattr(shift, name) * share for shift, share in parts)
    return EmotionShift(**values)


def shift_of(table: Mapping[str, EmotionShift], emotion: str, intensity: float) -> EmotionShift:
    """What a name or mixture (:mod:`indextts.reading.emotion.names`) does at ``intensity``.

    Raises :class:`StudioError` as :func:`indextts.reading.emotion.names.weights`.
    """
    return mixed([(table[name], share * intensity) for name, share in weights(emotion).items()])


def contour(shift: EmotionShift, to_come: Sequence[int]) -> Floats:
    """Semitones of declination and final movement for symbols ``[T]`` with so many syllables after their own.

    The slope turns around the middle, so that it leaves the mean; it knows syllables, not seconds, so that no edit of
    one token's length moves another one's pitch.
    """
    left = np.asarray(to_come, np.float64)
    last = max(float(left.max(initial=0.0)), 1.0)
    slope = shift.declination * (0.5 - left / last) if left.max(initial=0.0) > 0 else np.zeros(left.size)
    return slope + shift.final * np.maximum(0.0, 1.0 - left / FINAL_SPAN)


_emotions_form = functools.cache(lambda: TypeAdapter(dict[_Name, EmotionShift]))


def load_emotions(path: Path) -> Mapping[str, EmotionShift]:
    """Read the table; every emotion must be there, and neutral must change nothing.

    Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong.
    """
    rows = load_table(path, _emotions_form())
    table: dict[Any, EmotionShift] = {**rows}
    missing = [name for name in EMOTIONS if name not in table]
    if missing:
        names = ", ".join(missing)
        reason = Bilingual(f"rows are missing: {names}.", f"缺少 {names}。")
        raise StudioError("bad_config", path=path, reason=reason)
    if table[NEUTRAL] != EmotionShift():
        reason = Bilingual("neutral must change nothing.", "neutral 不应有任何改变。")
        raise StudioError("bad_config", path=path, reason=reason)
    return table
