"""What is said in one breath: which gaps between English words without a mark are paused at.

Those that a clause ends at, and, where so much would be said without a pause that a reader breathes, the best of the
others. What is said of a word's neighbours (:mod:`indextts.reading.text.en.phrases`) is corrected here by the clause
that it stands in: no pause parts a short subject from its verb, or stands inside it.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from indextts.platform import tables
from indextts.reading.text.en.parts_of_speech import candidates

_words = functools.partial(tables.members, __file__, file="clauses.yaml")

BREATH: Final = 9
"""Words that are said without a pause where no clause ends among them …"""
_MOST: Final = 11  # … and so many if no gap is likely and good.
_BREATHLESS: Final = 25  # Syllables that nobody says without a pause, and how good a gap there must be among them.
_PASSABLE: Final = 0.7
_CLAUSAL: Final = 1.9  # How good a gap is that a clause ends at.
_FAIR: Final = 0.85  # The same of one that may part what is too long.
_GOOD: Final = 1.2
_LIKELY: Final = 0.5
_TITLE: Final = 2.5  # The same before a title.
_NEW_SUBJECT: Final = 1.8
_CERTAIN: Final = 0.85  # How good a gap before what may be a new subject is, and how probable it must be.
_TOLD: Final = (0.4, 0.45)
_VERY_LIKELY: Final = 0.75  # The same before what rather tells of the noun: *they sold the house | we move in June*.
_WHAT: Final = frozenset(("what", "whatever", "whoever", "whether", "how", "why", "that", "who", "which"))
"""What opens a clause that is the subject of another."""
_CHANCE: Final = 0.15  # How probable a phrase must end at any gap that is paused at.
_LONG_SUBJECT: Final = 6  # Words of a subject from which on a pause may part it from its verb.
_BESIDE: Final = 3  # Words between two pauses, at least.
_APART: Final = 4  # Words on both sides of a long pause, at least.
_EVEN: Final = 6.0  # How much better, in log-odds, a gap in the middle of what is too long is than one at its edge.
_INSIDE: Final = 0.2  # What a gap is worth that has no pause.
_POOR: Final = 0.3
NEVER: Final = -1.0
BARRED: Final = -2.0
"""The same where no other sign is believed, and where not even a main clause begins."""
_ALSO_OPENERS: Final = frozenset(("as", "after", "before", "since", "until", "till", "once"))
"""Prepositions that open clauses as well."""
_WITH_OPENER: Final = frozenset(("just", "even", "only", "right", "especially", "particularly", "shortly", "soon"))
"""Adverbs that stand with the opener behind them."""
_TWO: Final = frozenset(("every time", "each time", "the moment", "the minute", "the way"))  # They open a clause.
_FINITE: Final = frozenset(("v", "vx"))
_NOMINAL: Final = frozenset(("dt", "a", "n", "nr", "m", "r", "vd", "vg"))
_ENDS_NOUN: Final = frozenset(("n", "nr", "r", "m"))
_NO_SUBJECT: Final = frozenset(("p", "vg", "vd", "to", "d"))
"""What a clause begins with that has something else before its subject."""
_OBJECTS: Final = frozenset(("dt", "r", "m", "a", "n", "nr"))
_VERBAL: Final = frozenset(("v", "vg", "vd"))
_SELDOM: Final = 1.0  # What it costs at most to take a word for what it may be.
_LATER: Final = _words("relative")
_TIMES: Final = _words("times") | {"hour", "moment", "minute"}
_ADJECTIVES: Final = ("thern", "stern", "ful", "ous", "ive", "less", "able", "ible")
_NOUN_PHRASE: Final = frozenset(("dt", "a", "n", "nr", "m", "r"))
_PARTICLES: Final = frozenset(("up", "down", "off", "out", "away", "back", "over"))
_COUPLE: Final = 6  # Words from *between* to its *and*, at most.


@dataclass(frozen=True)
class Unmarked:
    """English words between two marks."""

    good: Sequence[float]
    """How good the gap behind each word is."""
    chances: Sequence[tuple[float, float]]
    """How probable a phrase and a clause end behind each."""
    certain: Collection[int]
    """The words that grammar or a mark that was left out makes a pause behind."""
    barred: Collection[int]
    """The words behind which there is none."""
    sizes: Sequence[int] = ()
    """How many syllables each word has, about."""


def pauses(stretch: Unmarked, least: tuple[float, float]) -> dict[int, int]:
    """The words of a stretch behind which there is a pause, each with its break, 2 or 3; ``least`` says how probable a
    phrase and a clause must end there.
    """
    good, chances, last = stretch.good, stretch.chances, len(stretch.good) - 1
    found = {at: 2 for at in range(last) if at in stretch.certain and at not in stretch.barred}
    places = [at for at in range(last) if at not in stretch.barred and good[at] > _INSIDE and chances[at][0] >= _CHANCE]
    for at in sorted(places, key=lambda at: -chances[at][0]):
        near = min(abs(at - each) for each in (-1, last, *found))
        if _ends_clause(good[at], chances[at][0], least[0]) and near >= _BESIDE - (good[at] == _TITLE):
            found[at] = 2
    while True:
        added = [
            best
            for begin, end in itertools.pairwise([-1, *sorted(found), last])
            if (best := _best(stretch, places, begin, end)) is not None
        ]
        if not added:
            break
        found |= dict.fromkeys(added, 2)
    for at in found:
        near = min(abs(at - each) for each in (-1, last, *(each for each in found if each != at)))
        sure = good[at] >= _CLAUSAL or at in stretch.certain
        if sure and near >= _APART and chances[at][1] >= least[1]:
            found[at] = 3
    return found


def _ends_clause(good: float, chance: float, least: float) -> bool:
    told = _TOLD[0] <= good <= _TOLD[1] and chance >= _VERY_LIKELY
    return told or (good >= _NEW_SUBJECT and chance >= (least if good >= _CLAUSAL else _CERTAIN))


def _best(stretch: Unmarked, places: Sequence[int], begin: int, end: int) -> int | None:
    """Where what is said between two pauses is parted, if it is long; if it is very long, at the best of all gaps."""

    def score(at: int) -> float:
        chance = min(max(stretch.chances[at][0], 1e-4), 1 - 1e-4)
        share = (at - begin) / (end - begin)
        return math.log(chance / (1 - chance)) + _EVEN * share * (1 - share)

    fair = [at for at in places if begin + _APART <= at <= end - _APART and stretch.good[at] >= _FAIR]
    if end - begin <= _MOST:
        fair = [at for at in fair if stretch.good[at] >= _GOOD and stretch.chances[at][0] >= _LIKELY]
    if end - begin > BREATH and fair:
        return max(fair, key=score)
    if sum(stretch.sizes[begin + 1 : end + 1]) < _BREATHLESS:
        return None
    middle = range(begin + _BESIDE, end - _BESIDE + 1)
    least = [at for at in middle if at not in stretch.barred and stretch.good[at] >= _PASSABLE]
    return max(least, key=lambda at: score(at) + _EVEN * stretch.good[at], default=None)


def corrected(words: Sequence[str], tags: Sequence[str], good: Sequence[float]) -> list[float]:
    """How good the gaps of a stretch without marks are, by the clauses that they stand in."""
    low = [word.lower().replace("’", "'") for word in words]
    found = list(good)
    waiting = 0
    for begin, end in _clauses(low, tags):
        verbs = [at for at in range(begin, end) if _is_finite(low, tags, at)]
        opener = begin - 1
        if verbs and opener > 1 and low[opener] in _ALSO_OPENERS and tags[begin] != "rs":
            found[opener - 1] = 0.0 if low[opener - 1] in _WITH_OPENER else max(found[opener - 1], 2.0)
        if not verbs:
            # For its verb: the lighthouse that he kept | was blown up.
            waiting += end > begin or not _WHAT.isdisjoint(low[end : end + 1])
            continue
        if tags[begin] not in _NO_SUBJECT and low[verbs[0]] != "let":
            _hold_subject(found, tags, begin, verbs[0], sure=not _may_be(low[verbs[0]], "n"))
        doubtful = {verb for verb in verbs[1:] if _may_be(low[verb], "n")}
        ends = sorted((verb for verb in verbs[1:] if _follows_clause(tags, verb)), key=lambda verb: verb in doubtful)
        for verb in verbs[1:]:
            if low[verb : verb + 2] == ["let", "us"] or (waiting and verb in ends[:waiting]):
                found[verb - 1], waiting = 2.0 if verb >= _LONG_SUBJECT - 1 else _GOOD, max(0, waiting - 1)
            elif tags[verb - 1] in (*_ENDS_NOUN, "a") and tags[0] != "v":
                # Gave the league champions a lead; helped the city win.
                bare = verb in doubtful or "vd" not in dict(candidates(low[verb]))
                found[verb - 1] = min(found[verb - 1], _POOR) if bare else found[verb - 1]
    for at, (tag, right) in enumerate(itertools.pairwise(tags)):
        word, following = low[at], low[at + 1]
        behind = tags[at + 2] if at + 2 < len(tags) else "."
        named = words[at][:1].isupper() and words[at + 1][:1].isupper()
        if at and named and "dt" not in (tag, right) and word != "i" != following:
            found[at] = min(found[at], 0.1)  # A Glacis United player.
        if named and tags[at - 1 : at] == ["dt"] and following.endswith("'s"):
            found[at] = BARRED  # The County Coroner's Office.
        tells = tag in _VERBAL and word.removesuffix("ing") in _words("saying")
        if right == "rs" and (tag == "a" or tells or _tells(low, tags, at)):
            found[at] = min(found[at], _POOR if tells else _TOLD[0])  # I'm afraid I'll be late.
        those = low[at - 1] in _words("which_ones") or (low[at - 1] == "the" and low[at - 2] in ("of", "all", "only"))
        fronted = not {"cs", "p", "vg", "to"}.isdisjoint(tags[:2])
        two = tags[at + 2 : at + 3] == ["v"] and tags[at + 3 : at + 4] in (["v"], ["vx"], ["vd"])
        if right == "rs" and tag == "n" and at > 1 and (two or (those and word not in _TIMES and not fronted)):
            found[at] = NEVER  # Those books you need; the man they trusted left.
        best = any(each.endswith("est") or each in _words("best") for each in low[max(0, at - 1) : at + 1])
        told = word in _words("told_of") or low[at - 2 : at] in (["kind", "of"], ["kinds", "of"], ["type", "of"])
        if right == "rs" and at and (told or (best and word not in _TIMES)):
            found[at] = NEVER  # The best show I have seen; the kind of news I needed.
        if right == "c" and found[at] > 1.0 and behind in _NOMINAL and not _opens(low, tags, at + 1):
            found[at] = 1.0  # Particles and gases.
        if following in ("after", "before") and tag == "n" and low[at - 1 : at] in (["a"], ["the"], ["one"]):
            found[at] = min(found[at], _POOR) if word in _TIMES else found[at]  # A day after it cleared.
        if right == "rs" and " ".join(low[max(0, at - 1) : at + 1]) in _TWO:
            found[at], found[at - 2] = 0.0, max(found[at - 2], 2.0) if at > 1 else 0.0
        then = low[at + 2] if at + 2 < len(low) else ""
        if right == "c" and (behind == "rs" or (behind == "d" and tags[at + 3 : at + 4] == ["rs"])):
            found[at] = max(found[at], 2.0)  # And so they left.
        helped = tag == behind == "n" and low[at - 1] in _words("bare")
        if right == "c" and (helped or (tags[0] == "vg" and not any(_is_finite(low, tags, to) for to in range(at)))):
            found[at] = min(found[at], 1.0)  # Let light and air in; a trip to Rome and the coast took days.
        described = _may_be(word, "a") and _may_be(then, "a")
        inside = ("p", "dt", "vx", "to") if tag in _VERBAL else ("p", "dt") if described else ()
        if right == "c" and at and tags[at - 1] in inside and behind in (*_VERBAL, "a", "d", "n"):
            found[at] = min(found[at], _POOR)  # For direct and precise access; to be built and tested.
        over = word in _PARTICLES and tags[at - 1 : at] == ["v"] and behind == "v"
        if right == "c" and (over or (tag in ("vd", "vg") and behind in ("vd", "vg"))):
            found[at] = min(found[at], _POOR)  # Constructed and tested; curl over and die.
        if right == "vg" and (tag == "r" or then == "of"):
            found[at] = min(found[at], _POOR)  # Found ourselves checking; the slight humming of the engine.
        if len(word) > 1 and words[at].isupper() and right == "v" and _may_be(following, "n"):
            found[at] = 0.1  # The MAC address.
        if right in _FINITE and (word == "not" or (tag in ("d", "a") and tags[at - 1 : at] == ["vx"])):
            found[at] = NEVER  # Will likely have.
        if following == "then" and (behind in ("v", "rs") or then in _WHAT):  # If I knew then what I know.
            found[at] = BARRED if then in _WHAT else max(found[at], 2.0)  # Then keep going.
        capital = words[at + 1][:1].isupper() and not words[at + 1].startswith("I'") and following != "i"
        if (tag == "nr" and words[at + 1] in ("The", "A")) or (right == "rs" and capital):
            found[at] = _TITLE  # Chapter Three The Long Road.
        if tag == "c" or word == "being" or (low[at - 1 : at] == ["to"] and following in _PARTICLES):
            found[at] = 0.0
        if right == "dt" and tag == "vg" and tags[at - 1 : at] == ["p"]:
            found[at] = NEVER  # Ways of ending a test.
        if right in _OBJECTS and tag not in _ENDS_NOUN - {"n"} and _may_be(word, *_VERBAL):
            found[at] = min(found[at], _POOR)
        if word in _WITH_OPENER and right == "cs":
            found[at], found[at - 1] = 0.0, max(found[at - 1], 2.0) if at else 0.0
        if word in _ALSO_OPENERS and at and tag in ("cs", "p") and right == "p":
            found[at - 1], found[at] = found[at - 1] * (tags[at - 1] != "d"), _GOOD  # Shortly after | with them.
        if word == "like" and at and following in _words("nominative"):
            found[at - 1 : at + 1] = [_GOOD, BARRED]
        said = tells and (tags[at - 1 : at] in (["to"], ["rs"], ["vx"]) or tag == "vg")
        to = next((to for to in range(at + 1, min(at + _COUPLE, len(low))) if tags[to] not in _NOUN_PHRASE), at)
        if to > at + 1 and (tags[to] in _FINITE if said else word == "with" and tags[to] == "vg"):
            found[to - 1] = NEVER if said else BARRED  # To think a certain person did it; with her sending it.
        if to > at + 1 and word == "with" and low[to] in _words("left"):
            found[to - 1 : to + 1] = [BARRED, max(found[to], _GOOD)]  # With a minute left.
        kinds = dict(candidates(word))
        modifies = min(kinds.get("a", 9.0), kinds.get("vg", 9.0)) < kinds.get("n", 9.0) or word.endswith(_ADJECTIVES)
        no_verb = right in _VERBAL and (low[at - 1] != "the" or _may_be(following, "n"))
        if tags[at - 1 : at] == ["dt"] and modifies and (right == "n" or no_verb):
            found[at] = BARRED if right == "n" else NEVER  # The sleeping powder; a powerful shot.
        asks = word in _words("inverted") or (word in _words("being") and "".join(low[at - 1 : at]) in _words("asking"))
        if (asks or (not at and word in _words("being"))) and right in ("dt", "nr", "n"):
            to = next((to for to in range(at + 2, len(low)) if tags[to - 1] in _ENDS_NOUN and tags[to] not in "nr"), to)
            found[to - 1] = NEVER  # What would the boys do?
        beside = following in _words("behind_noun") and tag in _ENDS_NOUN and behind not in ("a", "d", "rs")
        if beside or (following == "as" and word in _words("used_as")) or (right == "rs" and low[at - 1] == "turns"):
            found[at] = min(found[at], 0.1)  # The people here; used as a door.
        if word == "between":
            both = next((to for to in range(at + 1, min(at + _COUPLE, len(low))) if low[to] == "and"), None)
            if both is not None and tags[both + 1 : both + 2] != ["v"]:
                found[both - 1] = 0.0
    return found


def _hold_subject(good: list[float], tags: Sequence[str], begin: int, verb: int, *, sure: bool) -> None:
    """Have no pause in a subject from ``begin`` on, and none behind a short one; ``sure``: the verb is no noun."""
    while verb > begin and tags[verb - 1] == "d":
        verb -= 1
    long = verb - begin >= _LONG_SUBJECT
    for at in range(begin, verb - long):
        good[at] = min(good[at], _POOR if long else NEVER)
    if long and sure and good[verb - 1] > _POOR:
        good[verb - 1] = max(good[verb - 1], _CLAUSAL)


def _follows_clause(tags: Sequence[str], verb: int) -> bool:
    """Whether a verb may be that of the clause around the one before it; *let you pick* has an object."""
    object_ = tags[verb - 1] == "r" and verb > 1 and tags[verb - 2] in _FINITE
    object_ |= tags[max(0, verb - 2) : verb] == ["dt", "a"]  # A flat pack wardrobe.
    return tags[verb - 1] not in ("c", "dt", "rs", "p", "d") and not object_


def _is_finite(low: Sequence[str], tags: Sequence[str], at: int) -> bool:
    before = at - 1
    while before >= 0 and tags[before] == "d":
        before -= 1
    if tags[at] == "n" and before >= 0 and low[before] in ("who", "which"):
        return "v" in dict(candidates(low[at]))
    return tags[at] in _FINITE and (before < 0 or tags[before] not in ("to", "vx"))


def _tells(low: Sequence[str], tags: Sequence[str], at: int) -> bool:
    """Whether a clause without an opener tells of the noun at ``at``, which stands behind a verb or *of*."""
    head = at
    while head and tags[head - 1] in ("a", "n", "nr", "m"):
        head -= 1
    if tags[at] != "n" or head < 2 or tags[head - 1] != "dt":
        return False
    fronted = tags[0] in ("cs", "p", "vg", "to")
    return low[head - 2] == "of" or (tags[head - 2] in ("vg", "vd", "v", "c") and not fronted)


def _may_be(word: str, *kinds: str) -> bool:
    return any(cost <= _SELDOM for kind, cost in candidates(word) if kind in kinds)


def _clauses(low: Sequence[str], tags: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From where behind its opener to where each clause of a stretch goes."""
    begin = waiting = 0
    for at, tag in enumerate(tags):
        told = any(_is_finite(low, tags, each) for each in range(begin, at))
        openers = (each for each in range(at, len(tags)) if tags[each] in ("cs", "dt") and low[each] in _LATER)
        later = next(openers, len(tags)) if tag == "p" else at
        if tag == "p" and told and waiting >= sum(_is_finite(low, tags, each) for each in range(at, later)):
            continue  # Who had called before the fire | told us: the last verb is of what waits for one.
        if tag == "cs" or low[at] == "whose" or (tag in ("c", "dt", "p", "d") and _opens(low, tags, at)):
            yield begin, at
            begin, waiting = at + 1, waiting + (not told)
        elif tag == "dt" and low[at - 1 : at] == ["sure"]:
            yield begin, at
            begin = at
        elif (
            tag in ("rs", "dt") and not told and tags[begin] in ("dt", "n", "a") and at > begin and tags[at - 1] == "n"
        ):
            yield begin, at  # The playlist my roommate puts on.
            begin, waiting = at, waiting + 1
    yield begin, len(low)


def _opens(low: Sequence[str], tags: Sequence[str], at: int) -> bool:
    """Whether a clause with a subject and a verb of its own follows a word that may open one."""
    that = low[at] == "that" and (at or tags[1:2] in (["dt"], ["nr"], ["rs"]))
    if (low[at] not in _ALSO_OPENERS and tags[at] != "c" and not that) or (low[at] == "so" and tags[at + 1] in "ad"):
        return False
    place = at + 1
    while place < len(low) and (tags[place] in _NOMINAL or (tags[place] == "p" and low[place] == "of")):
        place += 1
    if tags[at + 1 : at + 2] == ["rs"]:
        return True
    subject = place > at + 1
    while place < len(low) and tags[place] == "d":
        place += 1
    return subject and place < len(low) and tags[place] in _FINITE and tags[place - 1] != "dt"
