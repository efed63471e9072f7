"""How loosely two Chinese words stand beside each other: 能量|回收 is one thing, 住户|整体 is not.

A logistic regression over hashed features (:mod:`training.prosody.cohesion`), asked where the network would pause; with
what else counts against a pause that no mark asks for.
"""

from __future__ import annotations

import functools
import io
import zlib
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise, takewhile
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from indextts.platform.storage import assets as shipped
from indextts.reading.prosody.features import Unit, runs
from indextts.reading.prosody.windows import Flat

WEIGHTS: Final = shipped.ASSETS / "prosody" / "cohesion.npz"
TABLE_BITS: Final = 16
SCALE: Final = 16.0
"""Steps of a stored weight in one unit of log-odds."""
Floats = npt.NDArray[np.float32]
_CONTENT: Final = tuple("nvabjltfszimgkx")  # First letters of the parts of speech that compounds are made of.
_NO_MARK: Final = (0.04, 0.5)
"""How probable it may be at most that a mark was left out in a compound, and where a noun or a part of one follows."""
_CLOSE: Final = (-0.6, 0.7)
"""How loose two Chinese words must be to be left alone, and what each step below counts for: fitted by development."""
_GOVERNS: Final = dict.fromkeys(("v", "u", "q", "zv", "zn", "md", "rn", "ri", "rl", "rz"), 1.5) | {"nf": 2.5}
"""What counts against a pause behind a word that governs the next, by parts of speech: 提高|核酸检测能力, 一个|非常."""
_NAMES: Final = ("n", "vn", "b", "m", "nz", "ns", "ng")  # Parts of speech that a compound goes on with.
_OBJECTS: Final = "nmbqa"  # What begins an object; before it a verb keeps more than before a clause.
_OBJECT: Final = (0.15, 1.0)
"""How probable a left-out mark may be between the two, and what counts against a pause there more."""
_LATIN: Final = 2.5  # The same before a name in letters behind a Chinese word: *手机 GPU*.
_SPOILED: Final = (20, 0.06, 1.2)
"""One wrong pause spoils a sentence, and a long one has many places for it: what each syllable beyond the first number
counts against all of them, at most how much; that much also with letters, of which the network learned no pause."""
_BREATH: Final = 14  # Syllables between two marks; among more than these the likeliest pause stays.
_UNDENIED: Final = (0.05, 0.2)
"""How probable a left-out mark is from which on that does not count: among characters, with letters."""


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


def corrected(flat: Flat, chances: Floats, gaps_left: Floats, least: float, short: Set[int]) -> Floats:
    """``chances`` of a pause with less where it is ``least`` probable and no mark is, as ``gaps_left`` has it: between
    Chinese words that belong together, behind one that governs the next, before letters, in a long sentence.
    """
    likely = {int(place) for place in np.flatnonzero(chances[:, 0] >= least)}
    words = words_of(flat.units) if likely else []
    content, spoiled, out = {*gaps(words)}, _spoiled(flat, chances[:, 0]), chances.copy()
    for at, ((text, pos, kind, place), right) in enumerate(pairwise(words)):
        if place not in likely or right.pos == ".":
            continue
        gap, (less, most) = gaps_left[place], spoiled[place]
        less = less if gap < most else 0.0
        names = right.pos in _NAMES or right.pos[0] + words[at + 2].pos[0] in ("vn", "an")
        if at in content and gap < _NO_MARK[names and pos not in ("m", "zg")]:
            less += _CLOSE[1] * max(0.0, _CLOSE[0] - float(weights()[rows(words, at)].sum()))
        governed = pos[0] == "v" and right.pos[0] in _OBJECTS
        most = _NO_MARK[1] if pos[0] != "v" or place in short else _OBJECT[0] if governed else _NO_MARK[0]
        if kind == "hanzi" != right.kind:
            less += _LATIN
        elif kind == "hanzi" and gap < most and text[-1] not in "说称道":  # what is said is a clause
            less += max(_GOVERNS.get(pair, 0.0) for pair in (pos[0], pos + right.pos[0])) + governed * _OBJECT[1]
        odds = np.exp(-less) * chances[place] / np.maximum(1.0 - chances[place], 1e-6)
        out[place] = odds / (1.0 + odds)
    return out


def _spoiled(flat: Flat, chances: Floats) -> Floats:
    """What counts against a pause behind each unit for its sentence, and up to which chance of a mark, ``[N, 2]``."""
    out = np.zeros((len(flat.units), 2), np.float32)
    free, each, most = _SPOILED
    for begin, end in pairwise((0, *flat.ends)):
        kinds = [unit.kind for unit in flat.units[begin:end] if unit.kind != "punctuation"]
        foreign = any(kind != "hanzi" for kind in kinds)
        out[begin:end] = most if foreign else min(most, each * max(0, len(kinds) - free)), _UNDENIED[foreign]
    marks = [-1, *(at for at, unit in enumerate(flat.units) if unit.kind == "punctuation"), len(flat.units)]
    for before, behind in pairwise(marks):
        if behind - before > _BREATH + 1:
            out[before + 1 + int(chances[before + 1 : behind - 1].argmax()), 0] = 0.0
    return out
