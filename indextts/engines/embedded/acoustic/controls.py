"""From wishes in semitones, decibels and factors to the numbers that FastSpeech 2 is driven by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

PITCH_OFFSETS: Final = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""Offsets of the model's normalised F0 …"""
PITCH_SEMITONES: Final = (-4.7, -3.0, 0.0, 2.3, 3.2)
"""… and the semitones by which they move the median F0, measured on the embedded voice."""

MODEL_PITCH: Final = (-3.0, 2.5)
"""Semitones that the model itself is asked for, down and up; it saturates beyond, and resampling does the rest."""

MODEL_TEMPO: Final = 1.5
"""How fast the model itself is asked to speak; it slurs beyond, and pressing its mel together does the rest."""


@dataclass(frozen=True)
class PitchPlan:
    """How a shift of a whole sentence is shared between the model and resampling."""

    model_semitones: float
    stretch: float
    """Frames are made this many times longer, and the sound is then played this many times faster."""


def plan_pitch(semitones: float) -> PitchPlan:
    """Ask the model for what it does well, and resampling for the remainder of ``semitones``."""
    inside = float(np.clip(semitones, *MODEL_PITCH))
    return PitchPlan(inside, 2.0 ** ((semitones - inside) / 12.0))


@dataclass(frozen=True)
class TempoPlan:
    """How a change of tempo is shared between the model and what is done to its mel."""

    model_tempo: float
    """Durations are divided by this."""
    squeeze: float
    """And the mel then takes this many times less time."""


def plan_tempo(tempo: float) -> TempoPlan:
    """Ask the model for what it does well; ``tempo`` is a factor on its own."""
    inside = min(tempo, MODEL_TEMPO)
    return TempoPlan(inside, tempo / inside)


def pitch_offset(semitones: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Normalised-F0 offsets for shifts in semitones; beyond the measured range the slope of its ends goes on."""
    wish = np.asarray(semitones, np.float64)
    inside = np.interp(wish, PITCH_SEMITONES, PITCH_OFFSETS)
    below = np.minimum(wish - PITCH_SEMITONES[0], 0.0) / (PITCH_SEMITONES[1] - PITCH_SEMITONES[0])
    above = np.maximum(wish - PITCH_SEMITONES[-1], 0.0) / (PITCH_SEMITONES[-1] - PITCH_SEMITONES[-2])
    return inside + below + above


def effort_offset(decibels: float) -> float:
    """Normalised-energy offset that gives the timbre of speaking ``decibels`` louder.

    Kept within what the model renders cleanly (+1 costs 0.25 of DNSMOS, −1 every third word that was understood); the
    level itself is set on the finished sound.
    """
    return float(np.interp(decibels, (-12.0, -4.8, 0.0, 2.5, 12.0), (-0.5, -0.4, 0.0, 0.25, 0.4)))


def shape_f0(f0: Floats, speaking: npt.NDArray[np.bool_], *, semitones: npt.ArrayLike, spread: float) -> Floats:
    """Move and widen a contour: ``spread`` scales it around the mean of its ``speaking`` symbols, tones and all.

    ``f0`` and ``speaking`` are ``[T]``; ``semitones`` is one number or ``[T]``.
    """
    mean = float(f0[speaking].mean()) if speaking.any() else 0.0
    shaped: Floats = (mean + (f0 - mean) * spread + pitch_offset(semitones)).astype(np.float32)
    return shaped


REACH: Final = (-4.5, 2.6)
"""Normalised F0 that the model still follows for one symbol; asked for more, it falls back instead of going on."""


def within_reach(f0: Floats, own: npt.ArrayLike) -> Floats:
    """``f0`` ``[T]``, in which a person's ``own`` semitones ``[T]`` are, with no symbol moved out of :data:`REACH`.

    What is outside without them stays as it is.
    """
    plain = f0 - pitch_offset(own)
    held: Floats = np.clip(f0, np.minimum(plain, REACH[0]), np.maximum(plain, REACH[1])).astype(np.float32)
    return held


def whole_frames(durations: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Durations in whole frames, ``[T]``."""
    return np.round(np.maximum(np.asarray(durations, np.float64), 0.0)).astype(np.int64)


def squeeze(mel: Floats, factor: float) -> Floats:
    """A mel ``[L, bands]`` that takes ``factor`` times less time: ``[round(L / factor), bands]``, at least a frame."""
    count = max(1, round(len(mel) / factor))
    if count == len(mel):
        return mel
    # Frame i stands for the time from i to i + 1: middles stay middles.
    at = np.clip((np.arange(count) + 0.5) * len(mel) / count - 0.5, 0.0, len(mel) - 1.0)
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, len(mel) - 1)
    share = (at - below).astype(np.float32)[:, None]
    pressed: Floats = mel[below] * (1.0 - share) + mel[above] * share
    return pressed
