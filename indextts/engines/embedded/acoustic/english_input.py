"""What the English network is told of each phone: which one it is, and where it stands.

Training and speaking both come through here, so that the network hears in use what it has learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.reading.phonemes.en.arpabet import syllables

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

PAUSE: Final = "pau"
SCHWA: Final = "AX"
"""An unstressed AH."""
PHONES: Final = (
    PAUSE, SCHWA, "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH",
    "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z",
    "ZH",
)  # fmt: skip
"""By the number that the network knows them by."""
MARKS: Final = 12
"""Numbers beside a phone."""
PLACES: Final = 6
"""Numbers that tell a frame where in its phone it lies."""
POINTS: Final = 3
"""Places in a phone for which its pitch is told: the middles of so many equal parts."""
MEAN_HZ: Final = 240.0
"""The pitch that octaves are counted from."""

_FUNCTION_WORDS: Final = """
    a an the and or but nor if than that as of to in on at by for from with into onto upon over under about between
    through during without within against i you he she it we they me him her us them my your his its our their this
    these those who whom whose which what there is are was were am be been being do does did have has had will would
    can could shall should may might must not so it's that's i'm he's she's we're they're you're
"""
FUNCTION_WORDS: Final = frozenset(_FUNCTION_WORDS.split())
"""Words that carry no content, in small letters."""

_FAR: Final = 7
"""Words to a pause, beyond which more make no difference."""
_LONG: Final = 14
_COUNTED: Final = 12.0
"""Frames from a phone's ends that are counted."""


@dataclass(frozen=True)
class EnglishWord:
    """One word as it is to be said; a pause, if it has no phones."""

    phones: tuple[str, ...]
    """ARPAbet with stress, as the dictionary has it."""
    function: bool = False
    ends: bool = False
    """Of a pause: whether a sentence ends there."""


SILENCE: Final = EnglishWord((), ends=True)


def describe(words: Sequence[EnglishWord], before: int = 0, behind: int = 0) -> tuple[Ints, Floats]:
    """Numbers of phones ``[T]`` and marks ``[T, MARKS]``; a pause is one phone.

    ``before`` and ``behind`` are words of another language that stand around these with no pause between.
    """
    pauses = (place for place, word in enumerate(words) if not word.phones)
    gaps = [-1 - before, *pauses, len(words) + behind]
    names: list[str] = []
    rows: list[Sequence[float]] = []
    phrase = 0
    for place, word in enumerate(words):
        if not word.phones:
            phrase += 1
            names.append(PAUSE)
            rows.append([0.0] * (MARKS - 1) + [float(word.ends)])
            continue
        since, until = place - gaps[phrase] - 1, gaps[phrase + 1] - place - 1
        ending = gaps[phrase + 1] >= len(words) or words[gaps[phrase + 1]].ends
        in_phrase = [
            min(since, _FAR) / _FAR,
            min(until, _FAR) / _FAR,
            min(since + until + 1, _LONG) / _LONG,
            float(until == 0),
            float(ending),
        ]
        parted = syllables(" ".join(word.phones))
        first_of_word = True
        for number, syllable in enumerate(parted):
            stress = any(phone[-1] in "12" for phone in syllable)
            for at, phone in enumerate(syllable):
                base = phone.rstrip("012")
                unstressed = base == "AH" and phone[-1] == "0"
                names.append(SCHWA if unstressed else base)
                last = at + 1 == len(syllable)
                rows.append([
                    float(stress),
                    float(word.function),
                    float(first_of_word),
                    float(last and number + 1 == len(parted)),
                    float(at == 0),
                    float(last),
                    *in_phrase,
                    min(len(parted) - 1 - number, 4) / 4.0,
                ])  # fmt: skip
                first_of_word = False
    ids = np.array([PHONES.index(name) for name in names], np.int64)
    return ids, np.array(rows, np.float32).reshape(len(names), MARKS)


def places(frames: Ints) -> Floats:
    """Where each frame lies in its phone, ``[L, PLACES]``, for the frames ``[T]`` of all phones."""
    length = np.repeat(frames, frames).astype(np.float32)
    done = (np.arange(length.size) - np.repeat(np.cumsum(frames) - frames, frames) + 0.5).astype(np.float32)
    left = length - done
    near, far = np.minimum(done, _COUNTED) / _COUNTED, np.minimum(left, _COUNTED) / _COUNTED
    rows = (done / length, left / length, near, far, np.log(length) / 3.0, np.minimum(length, 24.0) / 24.0)
    return np.stack(rows, 1).astype(np.float32)


def frame_pitch(octaves: Floats, frames: Ints) -> Floats:
    """The pitch of every frame ``[L]``, through the points of all phones ``[T, POINTS]``."""
    ends = np.cumsum(frames)
    at = (ends - frames)[:, None] + frames[:, None] * (np.arange(POINTS) + 0.5)[None, :] / POINTS
    there = frames > 0
    pitch = np.interp(np.arange(ends[-1]) + 0.5, at[there].reshape(-1), octaves[there].reshape(-1))
    return np.asarray(pitch, np.float32)
