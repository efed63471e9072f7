"""Names of people in Chinese text: what the segmenter and the readings know them by."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from indextts.platform import tables
from indextts.platform.storage.assets import ASSETS, read_text

GIVEN_NAMES: Final = ASSETS / "given_names.txt"
"""``character first second``: how much it looks like the first and the second of a given name, in tenths of a logarithm
(``python -m training.given_names``).
"""
GIVEN: Final = 2
"""Characters of a given name that is looked for."""
LIKELY: Final = 10
"""What they reach together where nothing but a family name says that they are one."""
TAG: Final = "nr"
"""A name's part of speech."""
_AFTER: Final = "后"
_DEEDS: Final = ("v", "vn")  # What that stands behind: 烧结后.
_NO_NAME: Final = "tpcrmv"  # First letters of the parts of speech that no given name is taken for.
UNKNOWN: Final = (-100, -100)
FOREIGN: Final = "nrt"
_BOUND: Final = frozenset(("zg", "rg", "ng", "g"))
_PIECES: Final = frozenset((FOREIGN, TAG, "nz", "j", "x")) | _BOUND
"""Parts of speech of foreign names, and of what they are cut into, some of which is no word by itself."""

_characters = functools.partial(tables.members, __file__, file="people.yaml")


@functools.cache
def given_names() -> dict[str, tuple[int, int]]:
    """Character → how much it looks like the first and the second of a given name, in tenths of a logarithm."""
    rows = (line.split() for line in read_text(GIVEN_NAMES).splitlines())
    return {char: (int(first), int(second)) for char, first, second in rows}


def likeness(given: str) -> int:
    """How much two characters look like a given name, in tenths of a logarithm."""
    first, second = (given_names().get(char, UNKNOWN)[place] for place, char in enumerate(given))
    return first + second


def named(run: str) -> Iterator[tuple[int, int]]:
    """Where a family name and a given name of two characters stand in ``run``, of which no word is known."""
    begin, families, never = 0, _characters("families"), _characters("never_given")
    if run[1:2] == "和" and run[0] in families and run[2:3] in _characters("behind_he"):
        yield 0, 2  # 仇和在昆明
        begin = 2
    while begin + GIVEN < len(run):
        end = begin + 1 + GIVEN
        given = run[begin + 1 : end]
        if run[begin] in families and never.isdisjoint(given) and likeness(given) >= LIKELY:
            yield begin, end
            begin = end
        else:
            begin += 1


def is_person(family: str, given: str, tag: str) -> bool:
    """Whether a character and a word of the dictionary, of which ``tag`` is the part of speech, may be a name."""
    fits = family in _characters("families") and tag[:1] not in _NO_NAME
    return fits and likeness(given) >= LIKELY and _characters("never_given").isdisjoint(given)


def is_family(char: str) -> bool:
    """Whether a character is a family name."""
    return char in _characters("families")


def is_link(char: str) -> bool:
    """Whether a character stands between names, or between other words."""
    return char in _characters("links")


def sounds() -> frozenset[str]:
    """Characters that foreign names are written with."""
    return _characters("sounds")


def is_one_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two words that follow each other, with their tags, are pieces of one foreign name: 兹|维列夫, 诺|伊尔."""
    (head, tag), (tail, kind) = one, other
    guessed = kind == TAG and len(tail) > GIVEN and (tag in _BOUND or not is_family(tail[0]))
    foreign = FOREIGN in (tag, kind) or len(head + tail) > 2 * GIVEN or guessed
    fits = all(said in _PIECES or (said == "ns" and len(word) == 1) for word, said in (one, other))
    ends = len(tail) == 1 and tail in _characters("sound_endings") and tag in _PIECES
    part = min(len(head), len(tail)) <= GIVEN or tag == kind == FOREIGN
    return part and foreign and (fits or ends) and head[-1] != tail[0] and sounds().issuperset(head + tail)


def ends_substance(char: str) -> bool:
    """Whether the name of a substance ends with a character, and no word begins with it: 芬纳西泮."""
    return char in _characters("substance_endings")


def is_role(word: str) -> bool:
    """Whether ``word`` ends as what tells what a person is: 队员, 教授."""
    return len(word) > 1 and word[-1] in _characters("role_endings")


def loosened(word: str, before: str) -> list[str]:
    """``word``, which was guessed, without a character at its edge that serves others: 时|有, 烧结 后|致.

    ``before`` is the part of speech of what stands before it.
    """
    if word[-1] in _characters("never_last"):
        return [word[:-1], word[-1]]
    if word[0] in _characters("never_first") or ends_substance(word[0]) or (word[0] in _AFTER and before in _DEEDS):
        return [word[0], word[1:]]
    return [word]


def unlinked(run: str) -> list[str]:
    """The parts of ``run``, of which no word is known, that links make: 陈幸同, 和, 王艺迪."""
    return [part for part in _links().split(run) if part]


@functools.cache
def _links() -> re.Pattern[str]:
    return re.compile(f"([{''.join(_characters('links'))}])")
