"""Polyphones, characters of several readings: logistic regression over the words around them.

Weights lie in one table of bytes, addressed by a hash of the feature, so that the model loads at once and needs
no library. ``python -m training.polyphones`` makes it.
"""

from __future__ import annotations

import base64
import functools
import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indextts.storage.assets import ASSETS, read_text

ASSET: Final = ASSETS / "polyphones.json"
TABLE_BITS: Final = 20
SCALE: Final = 16.0
"""Steps of a stored weight in one unit of log-odds."""
OFFSET: Final = 128
"""A stored byte that means zero."""
LABEL_STEP: Final = 0x9E3779B1
"""From one label's place in the table to the next one's: far, so that features do not meet."""


@dataclass(frozen=True)
class SegmentedWord:
    """A word of the segmented text: where it begins, its characters, its part of speech."""

    start: int
    text: str
    pos: str


def features(text: str, at: int, words: Sequence[SegmentedWord], index: int, base: str, source: str) -> list[int]:
    """Places in the weight table of what is known about ``text[at]``, a character of ``words[index]``.

    ``base`` is what dictionaries and rules make of it, and ``source`` which of them.
    """
    char, word = text[at], words[index]
    left, right = text[max(0, at - 2) : at].rjust(2, "^"), text[at + 1 : at + 3].ljust(2, "$")
    before = words[index - 1] if index else _EDGE
    after = words[index + 1] if index + 1 < len(words) else _EDGE
    offset, size = at - word.start, len(word.text)
    place = f"{offset}{min(size, 4)}"
    found = (
        "b", "B" + base, "S" + base + source, "l" + left[1], "r" + right[0], "L" + left, "R" + right,
        "m" + left[0], "s" + right[1], "c" + left[1] + right[0], f"w{offset}{word.text}", "o" + place,
        "p" + place + word.pos, "v" + place + before.text, "n" + place + after.text, "x" + place + before.pos,
        "y" + place + after.pos, f"z{place}{before.pos}_{after.pos}", f"q{base}{place}{after.pos}",
        f"t{place}{right[0]}{before.pos}", f"u{place}{left[1]}{after.pos}", f"e{len(text) - at < 3}{place}{left[1]}",
    )  # fmt: skip
    return places(char, found)


def places(char: str, found: Iterable[str]) -> list[int]:
    """Where the weights of ``char``'s features lie in the table."""
    start = zlib.crc32(char.encode())
    mask = (1 << TABLE_BITS) - 1
    return [zlib.crc32(feature.encode(), start) & mask for feature in found]


_EDGE: Final = SegmentedWord(-1, "", "$")


@dataclass(frozen=True)
class Model:
    """What was learned: the readings that each character can have, and the weights."""

    labels: Mapping[str, tuple[str, ...]]
    table: bytes

    def probabilities(self, char: str, places: Sequence[int]) -> dict[str, float]:
        """How likely each reading of ``char`` is, given its :func:`features`."""
        mask = len(self.table) - 1
        scores: list[float] = []
        for number in range(len(self.labels[char])):
            step = number * LABEL_STEP
            scores.append(sum([self.table[(place + step) & mask] for place in places]) - OFFSET * len(places))
        top = max(scores)
        powers = [math.exp((score - top) / SCALE) for score in scores]
        total = sum(powers)
        return {label: power / total for label, power in zip(self.labels[char], powers, strict=True)}

    @staticmethod
    def from_json(text: str) -> Model:
        """The model in the file that ``training.polyphones`` writes."""
        data = json.loads(text)
        labels = {char: tuple(said.split()) for char, said in data["labels"].items()}
        return Model(labels, zlib.decompress(base64.b85decode(data["table"])))


@functools.cache
def load() -> Model:
    return Model.from_json(read_text(ASSET))
