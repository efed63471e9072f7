"""What each emotion does to the voice: a table of shifts, scaled by intensity and mixed by shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from indextts.config import load_table
from indextts.emotion.names import EMOTIONS, NEUTRAL, weights
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual

Floats = npt.NDArray[np.float64]

FINAL_SPAN: Final = 2
"""Syllables that share in the rise or fall of an end, the last one taking all of it."""

_Factor = Annotated[float, Field(ge=0.5, le=2)]
_Semitones = Annotated[float, Field(ge=-6, le=6)]
_Name = Literal["happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm", "neutral"]
_FACTORS: Final = frozenset({"rate", "range", "pause"})


@dataclass(frozen=True)
class EmotionShift:
    """A change of a whole segment against neutral."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "allow_inf_nan": False}

    rate: _Factor = 1.0
    """Speaking rate, as a factor."""
    pitch: _Semitones = 0.0
    """Semitones added to the mean F0."""
    range: _Factor = 1.0
    """Factor on the F0 range around the segment's mean, its tones and all."""
    energy: Annotated[float, Field(ge=-12, le=12)] = 0.0
    """Decibels."""
    declination: _Semitones = 0.0
    """Semitones that the last syllable lies above the first, a straight line between them; below, if negative."""
    final: _Semitones = 0.0
    """Semitones by which the end rises, or falls, on top."""
    pause: Annotated[float, Field(ge=0.25, le=4)] = 1.0
    """Factor on the silences inside a segment and on the one after it."""
    tilt: Annotated[float, Field(ge=-3, le=3)] = 0.0
    """Decibels for each octave above 1 kHz, and the opposite below it."""

    def scaled(self, intensity: float) -> EmotionShift:
        """Nothing at intensity 0, the whole shift at 1, geometric for factors in between."""
        return mixed([(self, intensity)])


def mixed(parts: Sequence[tuple[EmotionShift, float]]) -> EmotionShift:
    """Shifts together, each by its share: a weighted sum, and for factors the product of their powers."""
    values = {}
    for name in (field.name for field in fields(EmotionShift)):
        if name in _FACTORS:
            values[name] = float(np.prod([getattr(shift, name) ** share for shift, share in parts]))
        else:
            values[name] = sum(getattr(shift, name) * share for shift, share in parts)
    return EmotionShift(**values)


def shift_of(table: Mapping[str, EmotionShift], emotion: str, intensity: float) -> EmotionShift:
    """What a name or mixture (:mod:`indextts.emotion.names`) does at ``intensity``.

    Raises :class:`StudioError` as :func:`indextts.emotion.names.weights`.
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


def load_emotions(path: Path) -> Mapping[str, EmotionShift]:
    """Read the table; every emotion must be there, and neutral must change nothing.

    Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong.
    """
    from pydantic import TypeAdapter

    table: dict[Any, EmotionShift] = {**load_table(path, TypeAdapter(dict[_Name, EmotionShift]))}
    missing = [name for name in EMOTIONS if name not in table]
    if missing:
        names = ", ".join(missing)
        reason = Bilingual(f"there is no row for {names}.", f"缺少 {names}。")
        raise StudioError("bad_config", path=path, reason=reason)
    if table[NEUTRAL] != EmotionShift():
        reason = Bilingual("neutral must change nothing.", "neutral 不应有任何改变。")
        raise StudioError("bad_config", path=path, reason=reason)
    return table
