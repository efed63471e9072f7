"""How loosely two Chinese words stand beside each other: 能量|回收 is one thing, 住户|整体 is not.

A logistic regression over hashed features (:mod:`training.prosody.cohesion`), asked where the network would pause.
"""

from __future__ import annotations

import functools
import io
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from indextts.platform.storage import assets as shipped
from indextts.reading.prosody.features import Unit, runs

WEIGHTS: Final = shipped.ASSETS / "prosody" / "cohesion.npz"
TABLE_BITS: Final = 16
SCALE: Final = 16.0
"""Steps of a stored weight in one unit of log-odds."""
_CONTENT: Final = tuple("nvabjltfszimgkx")
"""First letters of the parts of speech that compounds are made of."""


class Cohering(NamedTuple):
    """A word or marks: the text, part of speech (``.`` of marks), kind and last unit."""

    text: str
    pos: str
    kind: str = "punctuation"
    last: int = -1


def words_of(units: Sequence[Unit]) -> list[Cohering]:
    """The words and marks that ``units`` make, with an empty mark before and two behind."""
    found = [("".join(units[place].text for place in run), units[run[0]], run[-1]) for run in runs(units)]
    words = [Cohering(text, "." if first.kind == "punctuation" else first.pos or "x", first.kind, last)
             for text, first, last in found]  # fmt: skip
    return [Cohering("^", "."), Cohering("^", "."), *words, Cohering("$", "."), Cohering("$", ".")]


def gaps(words: Sequence[Cohering]) -> Iterator[int]:
    """The Chinese words that another one follows, both of which may be parts of a compound."""
    for at, pair in enumerate(pairwise(words)):
        if all(word.pos[0] in _CONTENT and word.kind == "hanzi" for word in pair):
            yield at


@functools.cache
def weights() -> npt.NDArray[np.float32]:
    """What was learned: their sum at :func:`rows` are the log-odds of a pause, as far as the words tell."""
    with np.load(io.BytesIO(shipped.read(WEIGHTS))) as file:
        return np.asarray(file["weights"], np.float32) / SCALE


def rows(words: Sequence[Cohering], at: int) -> npt.NDArray[np.int64]:
    """Where the weights of the gap behind the word ``at`` lie."""
    far, before, (left, p, *_), (right, q, *_), behind, later = words[at - 2 : at + 4]
    kinds, sizes = p[0] + q[0], f"{min(len(left), 4)}{min(len(right), 4)}"
    sides = (takewhile(lambda word: word.pos != ".", side) for side in (words[at::-1], words[at + 1 :]))
    ahead, rest = (min(12, sum(len(word.text) for word in side)) for side in sides)
    one, two = (word.text if word.pos != "." and len(word.text) == 1 else word.pos for word in (before, behind))
    features = (
        "b", "A" + left, "B" + right, f"p{p}_{q}", "l" + sizes, f"lp{sizes}{kinds}", "a-" + left[-1], "a0" + left[0],
        "b0" + right[0], "b-" + right[-1], "ab" + left[-1] + right[0], "ae" + left[-1] + right[-1], f"pa{p}{right[-1]}",
        f"pb{q}{left[-1]}", f"a2{left[-2:]}{kinds}", f"b2{right[-2:]}{kinds}", f"L{one}{kinds}", f"R{two}{kinds}",
        f"LP{before.pos}{kinds}", f"RP{behind.pos}{kinds}", f"d{ahead}", f"e{rest}",
        f"de{min(ahead, 8)}_{min(rest, 8)}", f"LR{one}{two}{kinds}", f"q{far.pos}{before.pos}{kinds}",
        f"s{behind.pos}{later.pos}{kinds}", f"RB{behind.pos}{q}{right[-1]}",
    )  # fmt: skip
    return np.array([zlib.crc32(feature.encode()) & ((1 << TABLE_BITS) - 1) for feature in features], np.int64)
