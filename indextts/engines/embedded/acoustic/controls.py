"""From wishes in semitones, decibels and factors to the numbers that FastSpeech 2 is driven by.

Other readings of the same sentence are small, smooth changes of these numbers, drawn from a seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.delivery import PAUSES
from indextts.model.utterance import Token

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

PITCH_OFFSETS: Final = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""Offsets of the model's normalised F0 …"""
PITCH_SEMITONES: Final = (-4.7, -3.0, 0.0, 2.3, 3.2)
"""… and the semitones by which they move the median F0, measured on the embedded voice."""

MODEL_PITCH: Final = (-3.0, 2.5)
"""Semitones that the model itself is asked for, down and up; it saturates beyond, and resampling does the rest."""

MODEL_TEMPO: Final = 1.5
"""How fast the model itself is asked to speak; it slurs beyond, and pressing its mel together does the rest."""


def plan_pitch(semitones: float) -> tuple[float, float]:
    """The semitones to ask the model for, which does these well, and a factor for resampling, which does the rest.

    Frames are made that many times longer, and the sound is then played that many times faster.
    """
    inside = float(np.clip(semitones, *MODEL_PITCH))
    return inside, 2.0 ** ((semitones - inside) / 12.0)


def plan_tempo(tempo: float) -> tuple[float, float]:
    """What to divide the model's durations by, and how many times less time its mel then takes.

    ``tempo`` is a factor on the model's own.
    """
    inside = min(tempo, MODEL_TEMPO)
    return inside, tempo / inside


def pitch_offset(semitones: npt.ArrayLike) -> Doubles:
    """Normalised-F0 offsets for shifts in semitones; beyond the measured range the slope of its ends goes on."""
    wish = np.asarray(semitones, np.float64)
    inside = np.interp(wish, PITCH_SEMITONES, PITCH_OFFSETS)
    below = np.minimum(wish - PITCH_SEMITONES[0], 0.0) / (PITCH_SEMITONES[1] - PITCH_SEMITONES[0])
    above = np.maximum(wish - PITCH_SEMITONES[-1], 0.0) / (PITCH_SEMITONES[-1] - PITCH_SEMITONES[-2])
    return inside + below + above


def pitch_semitones(offsets: npt.ArrayLike) -> Doubles:
    """The inverse of :func:`pitch_offset`."""
    given = np.asarray(offsets, np.float64)
    inside = np.interp(given, PITCH_OFFSETS, PITCH_SEMITONES)
    below = np.minimum(given - PITCH_OFFSETS[0], 0.0) * (PITCH_SEMITONES[1] - PITCH_SEMITONES[0])
    above = np.maximum(given - PITCH_OFFSETS[-1], 0.0) * (PITCH_SEMITONES[-1] - PITCH_SEMITONES[-2])
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


_ALONE: Final = 0.3
"""How much of what sets a symbol's shift apart from its neighbours the model evens out."""
_NEIGHBOURS: Final = 3
"""Symbols on each side that it does so over."""


def set_apart(own: npt.ArrayLike) -> Doubles:
    """A person's ``own`` semitones ``[T]``, more of them where a symbol stands alone with its shift.

    The model moves a single token by less than a stretch of many. What is not shifted stays so.
    """
    wish = np.asarray(own, np.float64)
    if not wish.any():
        return wish
    padded = np.pad(wish, _NEIGHBOURS, mode="edge")
    around = np.convolve(padded, np.full(2 * _NEIGHBOURS + 1, 1.0 / (2 * _NEIGHBOURS + 1)), "valid")
    apart: Doubles = np.where(wish != 0.0, wish + _ALONE * (wish - around), 0.0)
    return apart


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


def smooth_joins(mel: Floats, joins: Sequence[int]) -> None:
    """Soften ``mel`` ``[L, bands]`` in place on both sides of each of ``joins``, the first frames of what follows."""
    for join in joins:
        around = mel[max(0, join - 2) : join + 2]
        if len(around) == 4:
            mel[join - 1 : join + 1] = (around[:2] + 2.0 * around[1:3] + around[2:]) / 4.0


OWN_READING: Final = 0
"""The seed that leaves the model's reading as it is."""

_SEMITONES: Final = 0.6
_SPREAD: Final = 0.10
_EFFORT: Final = 0.18
_LENGTH: Final = 0.06
_PAUSE: Final = 0.15
"""Standard deviations: semitones, shares of a token's own range, units of the model's energy, shares of a length."""
_MOST: Final = 2.0
"""Standard deviations that nothing goes beyond: a reading is another one, not an odd one."""
_SLOW: Final = 0.8
"""Share of the slow wave, which carries phrases; the rest is each token's own."""
_REACH: Final = 3
"""Tokens on each side that a slow wave is smoothed over."""


@dataclass(frozen=True)
class Variation:
    """What another reading changes in each of T symbols."""

    semitones: Doubles
    spread: Doubles
    """Factor on the contour around the mean of the symbol's own token."""
    effort: Doubles
    """Units of the model's normalised energy."""
    length: Doubles
    """Factor on the symbol's frames."""


def vary(seed: int, text: str, tokens: Sequence[Token | None], symbols: Sequence[str]) -> Variation | None:
    """The reading ``seed`` of a sentence ``text``, for ``symbols`` ``[T]`` with their tokens; ``None`` for the model's.

    The same seed and text give the same draws for each token in turn, whatever was edited in them.
    """
    if seed == OWN_READING:
        return None
    places: dict[int, int] = {}
    for token in tokens:
        if token is not None:
            places.setdefault(id(token), len(places))
    digest = hashlib.blake2b(f"{seed} {text}".encode("utf-8", "replace"), digest_size=16).digest()
    draw = np.random.default_rng(int.from_bytes(digest, "big"))
    waves = np.stack([_wave(draw, len(places)) for _ in range(5)])
    waves = np.concatenate([waves, np.zeros((5, 1))], axis=1)  # the edges, which belong to no token
    pitch, spread, effort, length, pause = waves[:, [len(places) if t is None else places[id(t)] for t in tokens]]
    silent = np.array([symbol in PAUSES for symbol in symbols])
    return Variation(
        _SEMITONES * pitch,
        np.exp(_SPREAD * spread),
        _EFFORT * effort,
        np.exp(np.where(silent, _PAUSE * pause, _LENGTH * length)),
    )


def _wave(draw: np.random.Generator, count: int) -> Doubles:
    """Values for tokens in a row: unit variance, a slow part and each one's own."""
    window = np.hanning(2 * _REACH + 3)[1:-1]
    slow = np.convolve(draw.standard_normal(count + 2 * _REACH), window / np.sqrt(np.square(window).sum()), "valid")
    wave = _SLOW * slow + np.sqrt(1.0 - _SLOW**2) * draw.standard_normal(count)
    clipped: Doubles = np.clip(wave, -_MOST, _MOST)
    return clipped
