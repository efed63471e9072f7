"""English sounds out of Mandarin mels: each takes a part of its symbol's frames and moves their spectrum.

What a sound takes and how far its spectrum moves is data (:mod:`indextts.phonemes.en.arpabet`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.audio.mel import mel_edges
from indextts.phonemes.en.arpabet import FORMANT_SCALE, SILENT, TERMS, Sound, is_vowel

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

PITCH_LIFT: Final = 0.4
"""Normalised F0 that is added to shaped symbols: it takes back half of what the formant scale does to the pitch."""
FINAL_LENGTHENING: Final = 1.35
"""A vowel right before a pause is this many times longer."""
RING: Final = 6
"""Frames for which a final goes on sounding in the symbol after it."""

_FADE: Final = 5
_SILENT_BREAKS: Final = frozenset({"#2", "#3", "sil"})
"""After an English sound these are silence; the other breaks are not heard there."""
_HUSH_DB: Final = -75.0
_SILENCE_DB: Final = -85.0


def is_flowing(symbol: str) -> bool:
    """Whether a break is not heard after an English sound."""
    return symbol in ("#0", "#1")


def heard_frames(shapes: Sequence[str], sounds: Mapping[str, Sound], symbols: Sequence[str]) -> dict[int, float]:
    """Frames at normal speed of the shaped symbols, by their place: those of a final grow before a pause."""
    frames: dict[int, float] = {}
    for place, shape in enumerate(shapes):
        if shape == SILENT:
            frames[place] = 0.0
        elif shape:
            sound = sounds[shape]
            factor = FINAL_LENGTHENING if is_vowel(shape) and _is_last(place, shapes, symbols) else 1.0
            frames[place] = sound.frames * factor
    return frames


def _is_last(place: int, shapes: Sequence[str], symbols: Sequence[str]) -> bool:
    for behind in range(place + 1, len(symbols)):
        if shapes[behind] == SILENT or is_flowing(symbols[behind]):
            continue
        return not shapes[behind] and symbols[behind] in _SILENT_BREAKS
    return True


class Shaper:
    """Applies the table to mels of one voice. Thread-safe."""

    def __init__(self, sounds: Mapping[str, Sound], mean: Floats, scale: Floats) -> None:
        """``mean`` and ``scale``, ``[80]``, turn the voice's mels into log₁₀ magnitudes."""
        self._sounds = sounds
        self._mean, self._scale = mean, scale
        bands = mean.size
        places = (np.arange(bands) + 0.5) / bands
        self._cosines = np.cos(np.pi * np.arange(TERMS)[:, None] * places[None, :])
        centres = mel_edges(bands)[1:-1]
        # The band below and the share of the band above it from which each band's level comes.
        source = np.interp(centres / FORMANT_SCALE, centres, np.arange(bands))
        self._below = np.floor(source).astype(np.int64)
        self._share = (source - self._below).astype(np.float32)

    def __call__(
        self, mel: Floats, decoded: Ints, wanted: Ints, shapes: Sequence[str], symbols: Sequence[str]
    ) -> tuple[Floats, Ints]:
        """Make the shaped symbols of a sentence of T symbols.

        ``mel`` ``[sum(decoded), 80]`` is what the model made of them, ``decoded`` frames each; ``wanted`` ``[T]``
        says how many frames the shaped ones shall have. Returns the new mel and its frames ``[T]``.
        """
        level = 20.0 * (mel * self._scale + self._mean)
        starts = np.concatenate([[0], np.cumsum(decoded)])
        # Frames of one symbol, and which.
        pieces: list[tuple[Floats, int]] = []
        after_shape = False
        for place, (shape, symbol) in enumerate(zip(shapes, symbols, strict=True)):
            begin, end = int(starts[place]), int(starts[place + 1])
            if shape == SILENT or (not shape and after_shape and is_flowing(symbol)):
                continue
            if shape:
                behind = int(decoded[min(place + 1, decoded.size - 1)])
                made = self._made(level, begin, end, behind, shape, int(wanted[place]))
            elif after_shape and symbol in _SILENT_BREAKS:
                made = _fade(pieces[-1][0][-1], max(end - begin - RING, _FADE))
            else:
                made = level[begin:end]
            after_shape = bool(shape)
            if len(made):
                pieces.append((made, place))
        level = _joined(pieces, shapes)
        frames = np.zeros(decoded.size, np.int64)
        for made, place in pieces:
            frames[place] = len(made)
        shaped: Floats = ((level / 20.0 - self._mean) / self._scale).astype(np.float32)
        return shaped, frames

    def _made(self, level: Floats, begin: int, end: int, behind: int, shape: str, count: int) -> Floats:
        """``count`` frames of a sound, in dB."""
        sound = self._sounds[shape]
        if sound.rings_on:
            end += min(behind, RING)
        at = np.linspace(*_part(sound, begin, end, count), max(count, 1))
        below = np.clip(np.floor(at).astype(np.int64), 0, len(level) - 1)
        above = np.minimum(below + 1, len(level) - 1)
        share = (at - below)[:, None]
        taken = level[below] * (1.0 - share) + level[above] * share
        longer = taken[:, self._below] * (1.0 - self._share)
        longer += taken[:, np.minimum(self._below + 1, taken.shape[1] - 1)] * self._share
        way = np.linspace(0.0, 1.0, len(at))[:, None]
        terms = (1.0 - way) * np.asarray(sound.first) + way * np.asarray(sound.last)
        made: Floats = (longer + terms @ self._cosines).astype(np.float32)
        return made


def _part(sound: Sound, begin: int, end: int, count: int) -> tuple[float, float]:
    """First and last frame of what is taken; as many frames as are wanted if there are, for a held frame buzzes."""
    first = begin + sound.begin * (end - begin)
    last = max(first, begin + sound.end * (end - begin) - 1.0)
    if last - first < count - 1:
        first = max(begin, (first + last - count + 1) / 2.0)
        last = min(end - 1.0, first + count - 1)
        first = max(float(begin), last - count + 1)
    return first, max(first, last)


def _fade(last: Floats, count: int) -> Floats:
    """From a sound into silence, in dB."""
    way = np.linspace(0.0, 1.0, _FADE)[:, None]
    out = np.full((count, last.size), _SILENCE_DB, np.float32)
    out[:_FADE] = last * (1.0 - way) + _HUSH_DB * way
    return out


def _joined(pieces: Sequence[tuple[Floats, int]], shapes: Sequence[str]) -> Floats:
    """One after the other, smoothed where a shaped one meets its neighbour."""
    level = np.concatenate([made for made, _ in pieces])
    padded = np.pad(level, ((1, 1), (0, 0)), mode="edge")
    smooth = (padded[:-2] + 2.0 * padded[1:-1] + padded[2:]) / 4.0
    joint = np.zeros(len(level), bool)
    place = 0
    for (made, before), (_, after) in pairwise(pieces):
        place += len(made)
        joint[place - 1 : place + 1] = bool(shapes[before] or shapes[after])
    joined: Floats = np.where(joint[:, None], smooth, level).astype(np.float32)
    return joined
