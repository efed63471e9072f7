"""A clause has one verb of its own: where more words pass for one than there are clauses, the likeliest noun is one.

Neighbours alone cannot tell: *they carried the music stands back* has its verb before *stands*.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from indextts.platform import tables

_words = functools.partial(tables.members, __file__, file="clauses.yaml")

_SAYING: Final = _words("saying")
_BARE: Final = _words("bare")  # Verbs behind which another one stands without *to*: *watch the birds fly*.
_ALSO_OPENERS: Final = frozenset(("as", "after", "before", "since", "until", "till", "than"))
"""Prepositions that open clauses as well."""
_FINITE: Final = frozenset(("v", "vx"))
_CHAIN: Final = frozenset(("d", "r"))  # What may stand between an auxiliary and its verb.
_NOUN_PHRASE: Final = frozenset(("n", "nr", "a", "vg"))
_BEFORE: Final = frozenset(("n", "nr", "a"))

Costs = Callable[[str], Mapping[str, float]]
"""What a word can be, with what it costs to take it for that."""


def mend(words: Sequence[str], tags: list[str], costs: Costs) -> None:
    """Make nouns of verbs in ``tags`` where a stretch without marks has more of them than clauses."""
    begin = 0
    for end in range(len(words) + 1):
        if end == len(words) or tags[end] == ".":
            _mend_stretch(words, tags, range(begin, end), costs)
            begin = end + 1


def verbs(words: Sequence[str], tags: Sequence[str]) -> tuple[int, int]:
    """How many verbs with a subject a stretch without marks has, and how many more than it has room for."""
    places = range(len(words))
    found = _with_subject(tags, places)
    return len(found), len(found) - _clauses(words, tags, places, found)


def _mend_stretch(words: Sequence[str], tags: list[str], places: range, costs: Costs) -> None:
    verbs = _with_subject(tags, places)
    surplus = len(verbs) - _clauses(words, tags, places, verbs)
    if surplus <= 0:
        return
    nouns = [(known["n"] - known.get("v", 0.0), at) for at in verbs if (known := _as_noun(words, tags, at, costs))]
    for _, at in sorted(nouns)[:surplus]:
        tags[at] = "n"


def _with_subject(tags: Sequence[str], places: range) -> list[int]:
    return [at for at in places if _has_subject(tags, at, places.start)]


def _has_subject(tags: Sequence[str], at: int, begin: int) -> bool:
    """Whether a verb stands at ``at`` that is neither behind *to* nor behind its auxiliary."""
    if tags[at] not in _FINITE:
        return False
    before = at - 1
    while before >= begin and tags[before] in _CHAIN:
        before -= 1
    return before < begin or tags[before] not in ("to", "vx")


def _clauses(words: Sequence[str], tags: Sequence[str], places: range, verbs: Sequence[int]) -> int:
    """How many verbs a stretch has room for."""
    count = 1
    for at in places:
        tag, left = tags[at], tags[at - 1] if at > places.start else "."
        word = words[at].lower()
        if tag == "cs" or word in _SAYING or word in _BARE:
            count += left != "cs"
        elif tag == "p" and word in _ALSO_OPENERS:
            count += any(verb > at for verb in verbs)
        elif tag == "c" and tags[at + 1 : at + 2] != ["cs"]:
            end = next((to for to in range(at + 1, places.stop) if tags[to] in ("c", "cs")), places.stop)
            count += any(at < verb < end for verb in verbs)
        elif tag == "rs" and left not in ("cs", "c", ".", "d"):
            count += 1
    return count


def _as_noun(words: Sequence[str], tags: Sequence[str], at: int, costs: Costs) -> Mapping[str, float] | None:
    """What a verb can be, if it may be the last noun of a phrase with an article or behind a preposition."""
    if tags[at] != "v" or not at or tags[at - 1] not in _BEFORE:
        return None
    begin = at - 1
    while begin and tags[begin - 1] in _NOUN_PHRASE:
        begin -= 1
    known = costs(words[at])
    return known if begin and tags[begin - 1] in ("dt", "p", "v", "vg") and "n" in known else None
