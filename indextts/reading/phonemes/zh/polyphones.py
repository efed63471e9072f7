"""Polyphones, characters of several readings: logistic regression over the words around them.

Weights lie in one table of bytes, addressed by a hash of the feature, so that the model loads at once and needs
no library. ``python -m training.polyphones`` makes it. Before it go rules about the characters around, which decide
一担水, 脸涨得通红, 推举他为队长: they are data too, ``assets/contexts.txt``, which says how they are written.
"""

from __future__ import annotations

import base64
import functools
import json
import math
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from indextts.platform.storage.assets import ASSETS, read_text

ASSET: Final = ASSETS / "polyphones.json"
CONTEXTS: Final = ASSETS / "contexts.txt"
CLASSICAL: Final = ASSETS / "classical.txt"
"""Rules for what is classical Chinese; each goes against everything else."""
TOPIC: Final = 6
"""Words on either side that tell what the text is about."""
REACH: Final = 14
"""Characters on either side that a rule may look at."""
_END: Final = "。"
_ANYTHING: Final = "-"

TABLE_BITS: Final = 21
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
    earlier = words[index - 2] if index > 1 else _EDGE
    later = words[index + 2] if index + 2 < len(words) else _EDGE
    offset, size = at - word.start, len(word.text)
    place = f"{offset}{min(size, 4)}"
    found = [
        "b", "B" + base, "S" + base + source, "l" + left[1], "r" + right[0], "L" + left, "R" + right,
        "m" + left[0], "s" + right[1], "c" + left[1] + right[0], f"w{offset}{word.text}", "o" + place,
        "p" + place + word.pos, "v" + place + before.text, "n" + place + after.text, "x" + place + before.pos,
        "y" + place + after.pos, f"z{place}{before.pos}_{after.pos}", f"q{base}{place}{after.pos}",
        f"t{place}{right[0]}{before.pos}", f"u{place}{left[1]}{after.pos}", f"e{len(text) - at < 3}{place}{left[1]}",
        f"V{place}{earlier.text}", f"N{place}{later.text}", f"X{place}{earlier.pos}_{before.pos}",
        f"Y{place}{after.pos}_{later.pos}", f"d{before.text}_{word.text}", f"f{word.text}_{after.text}",
        f"j{place}{before.text[-1:]}_{after.text[:1]}", f"g{place}{before.pos}{after.text}",
        f"h{place}{before.text}{after.pos}",
    ]  # fmt: skip
    found += ["<" + one.text for one in words[max(0, index - TOPIC) : index]]
    found += [">" + one.text for one in words[index + 1 : index + 1 + TOPIC]]
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
    own: Mapping[str, bytes] = field(default_factory=dict)
    """Tables of those that are learned apart."""

    def probabilities(self, char: str, places: Sequence[int]) -> dict[str, float]:
        """How likely each reading of ``char`` is, given its :func:`features`."""
        table = self.own.get(char, self.table)
        mask = len(table) - 1
        scores: list[float] = []
        for number in range(len(self.labels[char])):
            step = number * LABEL_STEP
            scores.append(sum([table[(place + step) & mask] for place in places]) - OFFSET * len(places))
        top = max(scores)
        powers = [math.exp((score - top) / SCALE) for score in scores]
        total = sum(powers)
        return {label: power / total for label, power in zip(self.labels[char], powers, strict=True)}

    @staticmethod
    def from_json(text: str) -> Model:
        """The model in the file that ``training.polyphones`` writes."""
        data = json.loads(text)
        labels = {char: tuple(said.split()) for char, said in data["labels"].items()}
        own = {char: zlib.decompress(base64.b85decode(table)) for char, table in data["own"].items()}
        return Model(labels, zlib.decompress(base64.b85decode(data["table"])), own)


NO_MODEL: Final = Model({}, b"")
"""One that knows no character."""


@functools.cache
def load() -> Model:
    return Model.from_json(read_text(ASSET))


@dataclass(frozen=True)
class Context:
    """A reading of a character, and the context that asks for it."""

    reading: str
    before: str
    after: str
    """Regular expressions, or empty for anything: compiled when they are first needed, most of them never."""
    alone: bool
    """Only where the character is a word by itself, or in what no dictionary has as a phrase."""
    firm: int
    """1: also against the general dictionary's phrases; 2: against our own, too."""

    def fits(self, before: str, after: str) -> bool:
        """Whether what stands on either side asks for the reading."""
        return (not self.before or _pattern(self.before).search(before) is not None) and (
            not self.after or _pattern(self.after).match(after) is not None
        )


_pattern = functools.cache(re.compile)


def by_context(text: str, at: int, word: SegmentedWord, *, in_phrase: int) -> str | None:
    """What the rules make of ``text[at]``, a character of ``word``; ``None`` where none fits.

    ``in_phrase`` says that the general dictionary (1) has a phrase there, or that something is sure of it (2).
    """
    if text[at] not in contexts():
        return None
    alone = not in_phrase or (len(word.text) < 3 and word.start == at)
    before, after = _around(text, at)
    for rule in _rules(text[at], False):
        if (rule.alone and not alone) or in_phrase > rule.firm:
            continue
        if rule.fits(before, after):
            return rule.reading
    return None


def in_classical(text: str, at: int) -> str | None:
    """The reading of ``text[at]`` in classical Chinese, where that is one of its own; else ``None``."""
    if text[at] not in contexts(classical=True):
        return None
    before, after = _around(text, at)
    return next((rule.reading for rule in _rules(text[at], True) if rule.fits(before, after)), None)


def _around(text: str, at: int) -> tuple[str, str]:
    """What rules may look at on either side."""
    before = text[max(0, at - REACH) : at] if at > REACH else _END + text[:at]
    return before, text[at + 1 : at + 1 + REACH] + (_END if at + 1 + REACH >= len(text) else "")


@functools.cache
def contexts(*, classical: bool = False) -> Mapping[str, tuple[str, ...]]:
    """The rules of each character, a line each."""
    found: dict[str, list[str]] = {}
    for line in read_text(CLASSICAL if classical else CONTEXTS).splitlines():
        if line and not line.startswith("#"):
            found.setdefault(line.split(maxsplit=1)[0][-1], []).append(line)
    return {char: tuple(lines) for char, lines in found.items()}


@functools.cache
def _rules(char: str, classical: bool) -> tuple[Context, ...]:
    return tuple(map(_rule, contexts(classical=classical)[char]))


def _rule(line: str) -> Context:
    head, reading, before, after = line.split()
    return Context(
        reading,
        "" if before == _ANYTHING else f"(?:{before})$",
        "" if after == _ANYTHING else after,
        "=" in head,
        head.count("!"),
    )
