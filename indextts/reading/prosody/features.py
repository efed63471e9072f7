"""Input features of the prosody networks: whole numbers for each unit. Training uses them too; numpy only.

A *unit* is a Chinese character, an English word, a spelt letter or a mark. Each is described by :data:`COLUMNS`; both
languages share them: of a Chinese character ``word`` is the word around it and ``tag`` its place in that word with the
part of speech, of an English word they are its stem and its shape (capitals, syllables, stress).
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from indextts.model.utterance import Kind, Lang, Token
from indextts.platform import tables
from indextts.platform.lru import cached
from indextts.platform.storage import assets as shipped
from indextts.reading.phonemes.en import pronunciation

Ints = npt.NDArray[np.int32]

COLUMNS: Final = (
    "unit", "word", "tag", "suffix", "prefix", "length", "left", "right", "before", "behind",
)  # fmt: skip
"""``left`` and ``right`` are the pairs of neighbouring units, ``before`` and ``behind`` the nearest marks with their
distance; these four depend on what stands around, the first six (:data:`FIXED`) on the word alone."""
FIXED: Final = 6

PAD, START, MASK, OTHER_HANZI, OTHER_WORD, OTHER_MARK = range(6)
"""Numbers of the column ``unit`` that are no entry of the vocabulary; ``START`` stands before each sentence."""
RESERVED: Final = 6
STEMS: Final = 4096
"""Places for English stems in the column ``word``; Chinese words follow them."""
AFFIXES: Final = 1024
PAIRS: Final = 16384
REACH: Final = 12
"""Units from which on a mark counts as far."""
MARKS: Final = ("", ",，", "、", "。.", "？?", "！!", "；;：:", "…—–―~～")
"""Kinds of marks, from 1; other marks (quotes, brackets) are of kind :data:`OTHER_KIND`, units that are none of 0."""
OTHER_KIND: Final = 8
NEAR: Final = (OTHER_KIND + 1) * (REACH + 1)
"""Size of the columns ``before`` and ``behind``."""
ENGLISH_LENGTHS: Final = 26
"""Of English words the column ``length`` holds this and the rank, of Chinese characters place and size of the word."""
LENGTHS: Final = ENGLISH_LENGTHS + 16

_KINDS: Final[Mapping[str, int]] = {char: kind for kind, chars in enumerate(MARKS) for char in chars}
_ENGLISH_TAGS: Final = 3 * 2 * 6 * 4
_PLACES: Final = 4  # Of a character in its word: begins it, inside, ends it, alone.


class Unit(NamedTuple):
    """A character, English word, letter or mark; the units of one word share ``word``."""

    text: str
    kind: Kind
    lang: Lang
    word: int
    pos: str


def is_dropped(unit: Unit) -> bool:
    """Whether the network is not shown a unit: English quotes, which the labelled texts do not have."""
    return unit.kind == "punctuation" and unit.lang == "en" and unit.text in "\"“”‘’'`*_#^|\\"


def mark_kind(unit: Unit | Token) -> int:
    """The kind of a mark, 0 for what is spoken."""
    return _KINDS.get(unit.text, OTHER_KIND) if unit.kind == "punctuation" else 0


@dataclass(frozen=True)
class Vocabulary:
    """The known units, Chinese words and parts of speech, the most frequent first; networks read their places."""

    units: Sequence[str]
    words: Sequence[str]
    poses: Sequence[str]
    _units: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)
    _words: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)
    _poses: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._units.update((text, place) for place, text in enumerate(self.units, start=RESERVED))
        self._words.update((text, place) for place, text in enumerate(self.words, start=STEMS + 2))
        self._poses.update((text, place) for place, text in enumerate(self.poses, start=1))

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each of :data:`COLUMNS` has."""
        tags = 2 + _PLACES * (len(self.poses) + 1) + _ENGLISH_TAGS
        return (
            RESERVED + len(self.units), STEMS + 2 + len(self.words), tags, AFFIXES, AFFIXES, LENGTHS, PAIRS, PAIRS,
            NEAR, NEAR,
        )  # fmt: skip

    @staticmethod
    def load(path: Path) -> Vocabulary:
        """Read what ``training.prosody`` wrote."""
        data = json.loads(shipped.read(path))
        return Vocabulary(data["units"], data["words"], data["poses"])

    def fixed(self, sentence: Sequence[Unit]) -> Ints:
        """The first :data:`FIXED` columns of each of N units, ``[N, FIXED]``."""
        out = np.zeros((len(sentence), FIXED), np.int32)
        for run in runs(sentence):
            first = sentence[run[0]]
            if first.kind == "hanzi":
                self._hanzi(out, sentence, run)
                continue
            for place in run:
                unit = sentence[place]
                if unit.kind == "punctuation":
                    out[place] = self._units.get(unit.text, OTHER_MARK), 0, 1, 0, 0, 0
                else:
                    out[place] = self._english(unit)
        return out

    def _hanzi(self, out: Ints, sentence: Sequence[Unit], run: Sequence[int]) -> None:
        size = len(run)
        word = self._words.get("".join(sentence[place].text for place in run), 1)
        pos = self._poses.get(sentence[run[0]].pos, 0)
        for at, place in enumerate(run):
            inside = 3 if size == 1 else 0 if at == 0 else 2 if at == size - 1 else 1
            unit = self._units.get(sentence[place].text, OTHER_HANZI)
            out[place] = unit, word, 2 + _PLACES * pos + inside, 0, 0, min(size, 5) * 5 + min(size - at, 5) - 5

    def _english(self, unit: Unit) -> tuple[int, ...]:
        key = unit_key(unit)
        plain = key.strip("'") or key
        place = self._units.get(key, OTHER_WORD)
        stem = plain.removesuffix("'s")
        for ending in ("ing", "edly", "ed", "ly", "es", "s"):
            if stem.endswith(ending) and len(stem) - len(ending) > 2:
                stem = stem.removesuffix(ending)
                break
        shape = 2 + _PLACES * (len(self.poses) + 1) + _shape(unit.text, plain)
        # The more frequent a word, the lower its number: its logarithm tells content words from function words.
        rank = min(15, int(math.log2(place))) if place >= RESERVED else 15
        length = min(len(plain), 9) if unit.kind == "word" else 0
        return (
            place, 2 + _hash(stem, STEMS), shape, 1 + _hash(plain[-3:], AFFIXES - 1),
            1 + _hash(plain[:3] if unit.kind == "word" else str(length), AFFIXES - 1), ENGLISH_LENGTHS + rank,
        )  # fmt: skip


def unit_key(unit: Unit) -> str:
    """The entry of the vocabulary that a unit is looked up by: letters apart from words, words in small letters."""
    if unit.kind == "letter":
        return unit.text.upper() + "."
    return unit.text.lower() if unit.kind == "word" else unit.text


def _hash(text: str, size: int) -> int:
    return zlib.crc32(text.encode()) % size


@cached(8192)
def _shape(text: str, plain: str) -> int:
    capitals = 2 if len(text) > 1 and text.isupper() else 1 if text[:1].isupper() else 0
    phones = pronunciation.known(plain) or ""
    stresses = [phone[-1] for phone in phones.split() if phone[-1].isdigit()]
    main = stresses.index("1") if "1" in stresses else 0
    serving = plain in tables.members(__file__, "en_function_words")
    return ((capitals * 2 + serving) * 6 + min(len(stresses), 5)) * 4 + min(main, 3)


def runs(sentence: Sequence[Unit]) -> Iterable[list[int]]:
    """Places of the units of each word."""
    run: list[int] = []
    for place, unit in enumerate(sentence):
        if run and (unit.word != sentence[run[0]].word or unit.kind != sentence[run[0]].kind):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def complete(fixed: Ints, kinds: Ints) -> Ints:
    """All columns ``[N, len(COLUMNS)]`` from the fixed ones and the kinds of the marks ``[N]``."""
    size = len(fixed)
    out = np.zeros((size, len(COLUMNS)), np.int32)
    out[:, :FIXED] = fixed
    if not size:
        return out
    units = fixed[:, 0].astype(np.int64)
    # A pair with a hidden unit says nothing of it.
    pairs = np.where((units[:-1] == MASK) | (units[1:] == MASK), 0, 1 + (units[:-1] * 40503 + units[1:]) % (PAIRS - 1))
    out[1:, 6] = out[:-1, 7] = pairs
    places = np.arange(size)
    stops = (kinds > 0) & (kinds < OTHER_KIND)
    last = np.maximum.accumulate(np.where(stops, places, -1))
    last = np.concatenate([[-1], last[:-1]])
    following = np.minimum.accumulate(np.where(stops, places, size)[::-1])[::-1]
    following = np.concatenate([following[1:], [size]])
    ends = np.append(kinds, 0)
    far = REACH + 1
    out[:, 8] = ends[np.where(last < 0, size, last)] * far + np.minimum(places - last - 1, REACH)
    out[:, 9] = ends[following] * far + np.minimum(following - places - 1, REACH)
    return out


def kinds_of(sentence: Sequence[Unit]) -> Ints:
    """:func:`mark_kind` of each unit."""
    return np.array([mark_kind(unit) for unit in sentence], np.int32)
