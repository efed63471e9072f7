"""How loud the parts of English words are beside each other: no hiss above its vowel, no word far above the rest.

The teacher's first words are several decibels above its last ones, and the vocoder makes an *s* of its mel that is
louder than the vowel; the Mandarin network does neither. Levels are moved in the mel, before it is spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.reading.phonemes.symbols import VOWELS
from indextts.sound.mel import mel_edges

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EVENED: Final = 0.6
"""Share of a word's distance from the others' level that is taken away."""
MOST_DB: Final = 6.0
UNDER_VOWEL_DB: Final = {"S": 6.0, "SH": 6.0, "CH": 6.0, "T": 6.0, "Z": 5.0, "ZH": 5.0, "JH": 5.0}
"""Decibels that the loudest frame of a consonant stays below the loudest of its word's vowels."""
BESIDE: Final = 0.9
"""Share of an English word's distance from the Mandarin around it that is taken away."""
_SMOOTHED: Final = 5
"""Frames over which a change of level is spread."""


def levels(mel: Floats, mean: Floats, scale: Floats) -> Doubles:
    """Decibels of each frame ``[L]``; a band's magnitude is a mean over its width, which grows with its pitch."""
    edges = mel_edges(mel.shape[1])
    power = 100.0 ** (mel.astype(np.float64) * scale + mean) @ (edges[2:] - edges[:-2])
    return np.asarray(10.0 * np.log10(power + 1e-12), np.float64)


def even(mel: Floats, frames: Ints, words: Sequence[Sequence[str]], mean: Floats, scale: Floats) -> Floats:
    """``mel`` ``[L, bands]`` of words with their phones, one for a pause, each of so many ``frames`` ``[T]``."""
    level = levels(mel, mean, scale)
    ends = np.cumsum(frames)
    loudest = [level[end - count : end].max(initial=-np.inf) for end, count in zip(ends, frames, strict=True)]
    gains = np.zeros(len(frames))
    tops: list[float] = []
    spans: list[tuple[int, Sequence[str]]] = []
    place = 0
    for phones in words:
        vowels = [loudest[place + at] for at, phone in enumerate(phones) if phone.rstrip("012") in VOWELS]
        if vowels and np.isfinite(max(vowels)):
            tops.append(max(vowels))
            spans.append((place, phones))
        place += max(len(phones), 1)
    usual = float(np.median(tops)) if tops else 0.0
    for top, (first, phones) in zip(tops, spans, strict=True):
        change = float(np.clip(-EVENED * (top - usual), -MOST_DB, MOST_DB))
        for at, phone in enumerate(phones):
            under = UNDER_VOWEL_DB.get(phone)
            excess = loudest[first + at] - (top - under) if under is not None else 0.0
            gains[first + at] = change - max(excess, 0.0)
    frame_gains = np.repeat(gains, frames)
    wide = np.pad(frame_gains, _SMOOTHED // 2, mode="edge")
    smooth = np.convolve(wide, np.ones(_SMOOTHED) / _SMOOTHED, "valid") if frame_gains.size else frame_gains
    # A burst is shorter than what smoothing leaves of its change.
    lowered = np.minimum(smooth, frame_gains) if smooth.size == frame_gains.size else frame_gains
    evened: Floats = (mel + (lowered / 20.0)[:, None] / scale).astype(np.float32)
    return evened


def beside_mandarin(audio: Floats, samples: Doubles, words: Sequence[tuple[int, int, bool]]) -> Doubles:
    """Decibels for each symbol that bring English words to the level of the Mandarin around them, as they are heard.

    ``audio`` has symbol i from ``samples[i]`` to ``samples[i + 1]``; of each word its first symbol, the one behind its
    last, and whether it is English. A mel does not tell: English is heard louder than a Mandarin mel of the same level.
    """
    changes = np.zeros(len(samples) - 1)
    edges = np.clip(np.round(samples), 0, audio.size).astype(np.int64)
    heard = [
        10.0 * np.log10(np.square(audio[edges[begin] : edges[end]], dtype=np.float64).mean() + 1e-12)
        if edges[end] > edges[begin]
        else -np.inf
        for begin, end, _ in words
    ]
    around = [level for level, (_, _, english) in zip(heard, words, strict=True) if not english and level > -60.0]
    if not around:
        return changes
    usual = float(np.median(around))
    for place, (level, (begin, end, english)) in enumerate(zip(heard, words, strict=True)):
        if english and level > -60.0:
            near = [heard[at] for at in (place - 1, place + 1) if 0 <= at < len(words) and not words[at][2]]
            wanted = (usual + float(np.mean([max(each, usual - MOST_DB) for each in near] or [usual]))) / 2.0
            changes[begin:end] = np.clip(BESIDE * (wanted - level), -MOST_DB, MOST_DB)
    return changes
