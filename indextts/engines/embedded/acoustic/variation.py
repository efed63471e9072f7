"""Other readings of the same sentence: small, smooth changes of timing, melody and effort, drawn from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.prosody_controls import PAUSES
from indextts.utterance.model import Token

Floats = npt.NDArray[np.float64]

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

    semitones: Floats
    spread: Floats
    """Factor on the contour around the mean of the symbol's own token."""
    effort: Floats
    """Units of the model's normalised energy."""
    length: Floats
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


def _wave(draw: np.random.Generator, count: int) -> Floats:
    """Values for tokens in a row: unit variance, a slow part and each one's own."""
    window = np.hanning(2 * _REACH + 3)[1:-1]
    slow = np.convolve(draw.standard_normal(count + 2 * _REACH), window / np.sqrt(np.square(window).sum()), "valid")
    wave = _SLOW * slow + np.sqrt(1.0 - _SLOW**2) * draw.standard_normal(count)
    clipped: Floats = np.clip(wave, -_MOST, _MOST)
    return clipped
