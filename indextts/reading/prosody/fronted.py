"""Where the main clause of an English sentence begins if what stands before it has lost its comma.

*Because water expands as it freezes | ice floats.* There is one such place at most, so all gaps of the stretch compete,
and *none* with them: a softmax over sums of weights (:mod:`training.prosody.fronted`). Both sides of a gap are tagged
by themselves, as if the mark stood there: what follows it is a sentence with a subject and a verb of its own.
"""

from __future__ import annotations

import functools
import io
import math
import re
import zlib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from indextts.model.utterance import Token
from indextts.platform import tables
from indextts.platform.storage import assets as shipped
from indextts.reading.text.en import clauses, finite, phrases
from indextts.reading.text.en.compounds import begins_compound, ends_compound, is_compound
from indextts.reading.text.en.parts_of_speech import candidates, tags
from indextts.reading.text.segment import one_number, within_name

WEIGHTS: Final = shipped.ASSETS / "prosody" / "fronted.npz"
TABLE_BITS: Final = 17
SCALE: Final = 16.0
"""Steps of a stored weight in one unit of log-odds."""
FEWEST: Final = 6
"""Words of a stretch that is looked at."""
SURE: Final = 0.6
"""How probable a place must be."""
SURER: Final = 0.85
"""The same where the mark that closes the stretch is a comma, which may be the one that is looked for."""
_BESIDE: Final = 2  # Words on either side of it behind which there is no other pause.
_MOST: Final = 45  # Words of the longest one.

_words = functools.partial(tables.members, clauses.__file__, file="clauses.yaml")

_OPENERS: Final = _words("openers") | {"whether", "should", "had", "were", "given", "provided", "despite", "without"}
"""Words that a clause or phrase before the main clause begins with."""
_TWO: Final = frozenset(pair.replace("_", " ") for pair in _words("two"))
"""What opens one together with the word behind it."""
_GOING: Final = _words("going")
_ORDERS: Final = _words("orders")
_OPENING_TAGS: Final = frozenset(("p", "vg", "to"))
_CODES: Final = {
    "n": "N", "nr": "P", "r": "R", "rs": "S", "m": "M", "a": "A", "d": "D", "dt": "T", "v": "V", "vx": "X", "vg": "G",
    "vd": "E", "p": "I", "c": "C", "cs": "B", "to": "O", ".": ".",
}  # fmt: skip
_CLAUSE: Final = re.compile("D?([TAMNPRGE]*[NPRMT]|S)(I[TAMNPRG]*[NPR])*D*[VX]")
"""The codes of a subject, perhaps with what is said of it, and its verb."""
_FAR: Final = 8  # From where on a distance is *far*.

Weights = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FrontedPart:
    """What is said before the first mark of a sentence."""

    words: list[str]
    tags: list[str]
    last: list[int]
    """The last token of each word."""
    closing: str
    """The mark at its end."""
    barred: set[int]
    """The words behind which it cannot stand."""
    gaps: list[float]
    """How probable a network finds it that a mark was left out behind each word; none where it was not asked."""


class Front(NamedTuple):
    """What stands before a main clause."""

    stretch: range
    """All tokens up to the sentence's first mark."""
    end: int
    """The token behind which a mark was left out."""
    beside: frozenset[int]
    """The tokens around it behind which nothing else pauses."""


def find(tokens: Sequence[Token], gaps: Sequence[float], held: Set[int]) -> Front | None:
    """Where the mark that a sentence lacks belongs: behind none of the tokens that are ``held``; ``gaps`` says how
    probable a network finds it behind each.
    """
    lead = sum(1 for _ in takewhile(lambda token: token.kind == "punctuation", tokens))
    if lead:  # a quotation's mark
        found = find(tokens[lead:], gaps[lead:], {at - lead for at in held})
        beside = frozenset(at + lead for at in found.beside) if found else frozenset()
        return found and Front(range(found.stretch.stop + lead), found.end + lead, beside)
    stretch = first_stretch(tokens, gaps, held)
    if stretch is None:
        return None
    places, rows = choices(stretch)
    chances = probabilities(weights(), rows)
    best = int(chances.argmax())
    if best == len(places) or chances[best] < (SURER if stretch.closing == "," else SURE):
        return None
    end, last = places[best], stretch.last
    around = (last[at] for at in range(max(0, end - _BESIDE), min(len(last), end + _BESIDE + 1)) if at != end)
    return Front(range(last[-1] + 1), last[end], frozenset(around))


def first_stretch(tokens: Sequence[Token], gaps: Sequence[float], held: Set[int]) -> FrontedPart | None:
    """The English words that a sentence begins with, up to its first mark, if they may be what a mark belongs into."""
    spoken = list(takewhile(lambda token: token.kind != "punctuation", tokens))
    if not spoken or any(token.lang != "en" or token.kind not in ("word", "letter") for token in spoken):
        return None
    places, words = phrases.in_words(spoken, range(len(spoken)))
    parts, last = [spoken[word[0]].pos for word in places], [word[-1] for word in places]
    opens = words[0].lower() in _OPENERS or " ".join(words[:2]).lower() in _TWO or parts[0] in _OPENING_TAGS
    if not opens or not FEWEST <= len(words) <= _MOST:
        return None
    closing = tokens[len(spoken)].text if len(spoken) < len(tokens) else ""
    barred = {
        at
        for at, place in enumerate(last[:-1])
        if place in held or one_number(*tokens[place : place + 2]) or within_name(*tokens[place : place + 2])
    }
    return FrontedPart(words, parts, last, closing, barred, [gaps[place] for place in last] if any(gaps) else [])


def choices(stretch: FrontedPart) -> tuple[list[int], list[Places]]:
    """The words behind which the mark may stand, and where the weights for each lie; those of *none* are the last."""
    words = stretch.words
    low = [word.lower().replace("’", "'") for word in words]
    opener = " ".join(low[:2]) if " ".join(low[:2]) in _TWO else low[0]
    places = [at for at in range(opener.count(" ") + 1, len(words) - 2) if at not in stretch.barred]
    said = _of_network(stretch.gaps, places)
    most = [f"Ng{round(10 * max(stretch.gaps[at] for at in places))}"] if said else []
    ruled, good = clauses.ends(words, stretch.tags), phrases.gaps(words, stretch.tags)
    for at in places:
        said.setdefault(at, []).extend((f"E{len(ruled)}{at in ruled}", f"a{round(5 * good[at])}"))
    rows = [_rows(_seen(stretch, low, at, opener) + said[at]) for at in places]
    return places, [*rows, _rows(_of_none(stretch, opener) + most)]


def probabilities(table: Weights, rows: Sequence[Places]) -> npt.NDArray[np.float64]:
    """How probable each choice is."""
    sums = np.array([table[row].sum() for row in rows], np.float64)
    powers = np.exp(sums - sums.max())
    chances: npt.NDArray[np.float64] = powers / powers.sum()
    return chances


@functools.cache
def weights() -> Weights:
    """What was learned."""
    with np.load(io.BytesIO(shipped.read(WEIGHTS))) as file:
        table: Weights = file["weights"].astype(np.float32) / SCALE
    return table


def _rows(features: Sequence[str]) -> Places:
    return np.array([zlib.crc32(feature.encode()) & ((1 << TABLE_BITS) - 1) for feature in features], np.int64)


def _seen(stretch: FrontedPart, low: Sequence[str], at: int, opener: str) -> list[str]:
    """What stands on both sides of the gap behind the word ``at``."""
    words = stretch.words
    ahead, behind = words[: at + 1], words[at + 1 :]
    tags_ahead, tags_behind = tags(ahead), tags([",", *behind])[1:]
    front, rest = _coded(tags_ahead), _coded(tags_behind)
    left, right, later = low[at : at + 3]
    end = front[-1]
    room_ahead = "{}{}".format(*_counted(ahead, tags_ahead))
    room_behind = "{}{}".format(*_counted(behind, tags_behind))
    kinds = dict(candidates(right))
    bare = "v" in kinds and not right.endswith(("s", "ed", "ing")) and rest[1:2] in tuple("TRIANPMDES")
    known = dict(candidates(left))
    main = _CLAUSE.match(rest) is not None
    halves = f"{begins_compound(words[at])}{ends_compound(words[at + 1])}"
    return [
        "b", "l" + left, "r" + right, "L" + end, "R" + rest[0], "LR" + end + rest[0], "LL" + front[-2:],
        "RR" + rest[:2], "RRR" + rest[:3], "LLL" + front[-3:], "x" + end + rest[:2], "y" + front[-2:] + rest[0],
        "o" + _coded(stretch.tags[at : at + 2]), "w" + left + rest[0], "v" + end + right, "k" + room_ahead,
        "q" + room_behind, f"kq{room_ahead}_{room_behind}", f"c{is_compound(words[at], words[at + 1])}",
        f"d{min(at, _FAR)}", f"e{min(len(words) - at, _FAR)}", f"op{opener}{room_ahead}",
        f"P{words[at + 1][:1].isupper()}{words[at][:1].isupper()}{end}",
        f"s{right[-1] == 's'}{left[-1] == 's'}{end}{rest[:2]}", f"lv{'v' in known}{'n' in known}{rest[0]}",
        f"im{bare}{end}{room_ahead}", f"i{bare}{right}", f"z{left[-3:]}{rest[0]}", f"Z{end}{right[-3:]}",
        "R4" + rest[:4], "R5" + rest[:5], "F4" + front[-4:], "FL" + front[:3] + front[-2:],
        f"m{main}{opener}", f"m{main}{end}", "h" + halves, "h" + halves + end, f"rw{right} {later}",
        f"g{left in _GOING}{rest[0]}{room_ahead}", f"or{right in _ORDERS}{bare}{end}",
    ]  # fmt: skip


def _counted(words: Sequence[str], parts: Sequence[str]) -> tuple[int, int]:
    """How many verbs a side has, and how many more than clauses."""
    verbs, surplus = finite.verbs(words, parts)
    return min(verbs, 2), max(-2, min(surplus, 2))


def _of_network(gaps: Sequence[float], places: Sequence[int]) -> dict[int, list[str]]:
    """What the network's answers speak for, for each place."""
    found: dict[int, list[str]] = {}
    for rank, at in enumerate(sorted(places, key=lambda at: -gaps[at]) if gaps else ()):
        odds = max(gaps[at], 1e-6) / max(1.0 - gaps[at], 1e-6)
        level = max(-6, min(round(math.log(odds)), 4))
        found[at] = [f"G{level}", f"Gr{min(rank, 4)}", f"Gb{level}_{min(rank, 2)}"]
    return found


def _of_none(stretch: FrontedPart, opener: str) -> list[str]:
    """What a stretch is that may have no such place."""
    verbs, surplus = finite.verbs(stretch.words, stretch.tags)
    count = f"{min(verbs, 4)}{max(-2, min(surplus, 3))}"
    return [
        "N", "No" + opener, "Nb" + count, f"Nv{opener}{min(verbs, 3)}", f"N2{_coded(stretch.tags[1:2])}{opener}",
        f"Nn{min(len(stretch.words), 12)}", f"Nq{stretch.closing == '?'}{_coded(stretch.tags[1:2])}{opener}",
        f"N0{_coded(stretch.tags[:1])}{count}",
    ]  # fmt: skip


def _coded(parts: Sequence[str]) -> str:
    return "".join(_CODES.get(part, "?") for part in parts)
