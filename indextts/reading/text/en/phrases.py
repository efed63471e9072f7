"""Where an English sentence may pause without a mark: how good each gap between two words is, by parts of speech."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from indextts.platform.tables import tables_beside
from indextts.reading.text.en import breath, clauses
from indextts.reading.text.en.parts_of_speech import candidates

TOGETHER: Final = 0.2
"""Gaps up to here stand inside a phrase: no pause belongs there."""

_LEANING: Final = frozenset({"dt", "p", "to", "c", "cs"})  # What stands with the word after it.
_DEEDS: Final = frozenset({"v", "vx"})
_CLAUSE: Final = frozenset({"dt", "r", "rs", "n", "nr", "m", "a", "cs"})
_TABLES: Final = tables_beside(__file__, "clauses.yaml")
_TITLES: Final = frozenset(_TABLES["titles"].split())
_PAIRS: Final = frozenset(_TABLES["pairs"].split("; "))  # Words that *and* or *or* makes one phrase of.
_GOVERNED: Final = {preposition: frozenset(words.split()) for preposition, words in _TABLES["governed"].items()}
"""Prepositions, each with the words that govern it: *looking for*."""
_SAYING: Final = frozenset(_TABLES["saying"].split())  # What a clause without an opener follows.
_VERBAL: Final = frozenset({"v", "vg", "vd"})
_PARTICLES: Final = frozenset(("up", "down", "off", "out", "away", "back"))  # They make another verb of a verb.
_ALSO_PARTICLES: Final = _PARTICLES | {"in", "on", "over", "around", "along"}
_OBJECT: Final = 4  # Words from a verb to the end of its object, at most.
_OBJECTS: Final = frozenset(("m", "n", "a", "dt", "r"))  # What the object of a verb begins with.
_WITHIN: Final = frozenset(("n", "nr", "a", "m", "vd", "vg"))  # What stands between an article and its noun.
_THEM: Final = frozenset(("me", "him", "her", "us", "them", "it", "you"))
_BEFORE_VERB: Final = frozenset(("to", "longer", "never", "always", "also", "still", "only", "then"))
"""Between these and an article stands a verb."""
_BEING: Final = frozenset(("is", "are", "was", "were", "be", "been", "being"))  # A participle has no object there.
_NOUNS: Final = frozenset(("n", "nr", "a", "m", "d"))
_WHEN: Final = frozenset(_TABLES["times"].split())
_TIMES: Final = frozenset(("times", "once", "twice", "hours", "days", "dollars", "euros", "pounds", "cents"))
_EACH: Final = frozenset(("day", "week", "month", "year", "hour", "minute", "night", "piece", "head", "person"))

_OF_TITLES: Final = frozenset(("for", "without"))  # What stands inside names: *Campaign for Real Ale*.
_SHAPED: Final = frozenset(_TABLES["shaped"].split())  # What makes one adjective with the noun before it …
_BEHIND_BASED: Final = frozenset(("in", "on", "by", "out", "to", "from", "with", "of"))  # … but not before these.
_OR, _SO, _WHY = (frozenset(_TABLES[name].split()) for name in ("or", "so", "why"))
"""What stands behind *or*, with what it tells of: ten or less; behind *so*; and what opens a clause behind any verb."""
_AND_I: Final = 2  # Words before *and I* at the head of a sentence that are said with it.
_FEW: Final = 6  # Words that a stretch with a clause before its main clause, or with a long subject, has at least.


class Spoken(Protocol):
    """A token, or what a network reads of it."""

    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def word(self) -> int: ...
    @property
    def pos(self) -> str: ...


def after(tokens: Sequence[Spoken], *, by_clause: bool = True) -> list[float | None]:
    """How good a pause after each token is; ``None`` beside Chinese words and marks, of which this knows nothing.

    It is corrected ``by_clause`` where a reader is to pause; what is too long is cut also by what stands beside a gap.
    """
    found: list[float | None] = [None] * len(tokens)
    for english, run in itertools.groupby(range(len(tokens)), lambda at: _is_english(tokens[at])):
        places = list(run)
        if not english:
            continue
        words, texts = in_words(tokens, places)
        tags = [tokens[word[0]].pos for word in words]
        good: Sequence[float] = gaps(texts, tags)
        spoken = breath.corrected(texts, tags, good)
        both = (
            spoken if by_clause else [(one + 2 * max(other, 0.0)) / 3 for one, other in zip(good, spoken, strict=True)]
        )
        for word, gap in zip(words, both, strict=True):
            for at in word[:-1]:
                found[at] = 0.0
            if word[-1] != places[-1]:
                found[word[-1]] = max(gap, 0.0)
    return found


def parted(tokens: Sequence[Spoken]) -> set[int]:
    """The tokens behind which an English sentence pauses without a mark (:mod:`indextts.reading.text.en.clauses`)."""
    found: set[int] = set()
    for english, run in itertools.groupby(
        range(len(tokens)), lambda at: _is_english(tokens[at]) or tokens[at].kind == "punctuation"
    ):
        run = itertools.dropwhile(lambda at: tokens[at].kind == "punctuation", run)  # it begins with its first word
        words, texts = in_words(tokens, run if english else ())
        if len(words) < _FEW:
            continue
        tags = ["." if tokens[word[0]].kind == "punctuation" else tokens[word[0]].pos for word in words]
        found |= {words[place][-1] for place in clauses.ends(texts, tags) if tags[place] not in ("to", "dt")}
    return found


def in_words(tokens: Sequence[Spoken], places: Iterable[int]) -> tuple[list[list[int]], list[str]]:
    """The tokens at ``places`` word by word: where those of each stand, and its text."""
    words = [list(word) for _, word in itertools.groupby(places, lambda at: tokens[at].word)]
    return words, ["".join(tokens[at].text for at in word) for word in words]


def syllables(word: str) -> int:
    """How many an English word has, about."""
    return max(1, sum(char in "aeiouyAEIOUY" for char in word) * 2 // 3)


def _is_english(token: Spoken) -> bool:
    return token.lang == "en" and token.kind in ("word", "letter")


def gaps(words: Sequence[str], tags: Sequence[str]) -> list[float]:
    """How good a pause after each word is, from 0 to about 2.4; ``tags`` are those of
    :mod:`indextts.reading.text.en.parts_of_speech`. After a mark, and at the end, it is 3.
    """
    found = []
    for place in range(len(words)):
        if place + 1 == len(words) or "." in tags[place : place + 2]:
            found.append(3.0)
        else:
            ends = (words[place], *words[place + 2 : place + 3])
            named = (
                words[place + 1] in _OF_TITLES
                and len(ends) == 2
                and all(word[:1].isupper() and word != "I" for word in ends)
            )
            near = [word.lower() for word in words[max(0, place - 1) : place + 4]]
            found.append(0.1 if named and place else _gap(near, tags, place))
    return found


def _gap(near: Sequence[str], tags: Sequence[str], place: int) -> float:
    """The gap after ``place``; ``near`` are the words around it from the one before on."""
    left, right = tags[place], tags[place + 1]
    behind = tags[place + 2] if place + 2 < len(tags) else "."
    word, following = near[1 if place else 0], near[2 if place else 1]
    then = "".join(near[3 if place else 2 :][:1])
    if (following in ("and", "or") and _paired(word, near[3 if place else 2 :])) or (
        word in ("and", "or") and place and _paired(near[0], near[2:])
    ):
        return 0.0
    if following == "to" and word in ("forward", "due", "according", "up", "used"):
        return 0.1
    if following in ("to", "past") and behind == "m" and (left == "m" or word == "quarter"):
        return 0.0  # Seven to four.
    if (following == "per" and left in ("n", "m")) or (following == "or" and then in _OR):
        return 0.0  # Ten dollars or less.
    if word in _TIMES and following in ("a", "an") and _EACH & {*near[3 if place else 2 :][:1]}:
        return 0.0
    if word in _GOVERNED.get(following, ()) or _is_one_verb(word, following, tags, place):
        return 0.1
    if following == "and" and behind == "rs" and place < _AND_I and "i" in near[2:4]:
        return 0.1  # My sister and I.
    if following == "so" and (behind in ("a", "d") or then in _SO):
        return 0.2  # What makes it so special, so many.
    if following == "so" and behind == "rs":
        return 2.2  # It was cold outside so we stayed in.
    if left in _LEANING:
        return 0.0
    if right == "dt" and (word.endswith("ing") or (left == "n" and place and near[0] in _BEFORE_VERB)):
        return 0.2  # To access the page, no longer makes a sound, whatever the tagger makes of the verb.
    if left in _VERBAL and place > 1 and tags[place - 1] == "d" and tags[place - 2] in ("dt", "r") and right in _NOUNS:
        return 0.2  # A tightly contested first half.
    if (following == "as" and (then == "possible" or (place and near[0] == "as"))) or (word == "way" and right == "dt"):
        return 0.2  # As many as possible, as early as May; the way the network behaves.
    shaped = following in _SHAPED and then not in _BEHIND_BASED
    if shaped and left in ("n", "nr", "a") and behind not in ("dt", "r", "nr"):
        return 0.1  # Rainbow coloured.
    if left == "vd" and following == "by":
        return 0.2
    if left in ("rs", "vx") or (word in _TITLES and right in ("n", "nr", "dt")):
        return 0.1
    if right == "c":
        return _joint(left, behind, tags, place)
    if right == "cs":
        return _clause(left, word, following)
    if right == "rs" and (_is_told_of(word, tags, place) or (left == "a" and place and near[0] == "how")):
        return 0.4
    if right == "rs" and word in ("here", "there"):
        return 0.1  # Here I am.
    if right == "rs" or (following == "there" and behind == "vx" and left in ("n", "nr", "vg")):
        # A clause without a word that opens it: the book I had read.
        return 1.0 if left in _VERBAL else 0.9 if left == "d" else 2.2
    if left == "r" and word in _THEM - {"you"} and place and tags[place - 1] == "p" and right in ("n", "nr", "dt"):
        return 1.8  # In front of it stars are dim.
    if right in ("n", "nr", "m") and left in ("a", "m", "nr", "n", "vg", "vd"):
        # Names and runs of nouns; a name behind a noun may be the next subject.
        return 0.6 if (left, right) == ("n", "nr") and word not in _TITLES else 0.2 if left in _VERBAL else 0.1
    if (left == "a" and right in ("a", "vg", "vd")) or (left == "d" and right in ("vg", "vd")):
        return 0.1
    if right in _DEEDS:
        # Before what is said of the subject; an adverb stands with it.
        return {"d": 0.2, "r": 0.5}.get(left, 1.3)
    if right == "p" and following == "to" and left == "v":
        return 0.2  # Rallied to fresh highs.
    if right == "p":
        return 0.5 if then in _THEM else _adjunct(left, following)
    if right == "to":
        return 1.2 if left in ("n", "nr", "r") else 0.2 if left in _VERBAL else 0.5
    if right in ("vg", "vd"):
        if right == "vg" and behind == "n" and place and tags[place - 1] == "dt" and "a" in dict(candidates(word)):
            return 0.2  # The maximum operating distance.
        return 1.3 if left in ("n", "nr", "r") else 0.3
    if left in _VERBAL:
        # Was built | the women …; rang in the workers' cottages | the baker …
        doubtful = place and (near[0] in _BEING or (word.endswith("s") and tags[place - 1] in ("n", "nr")))
        object_ = right in _OBJECTS and word not in _SAYING and not doubtful
        return 0.2 if object_ else 0.4 if right in ("dt", "d") else 0.3
    if left == "d":
        return 0.2 if right in ("a", "d", "dt", "m", "n", "nr") else 0.5
    if right == "d":
        return 1.1 if left in ("n", "nr") else 0.5
    if following.endswith("'s"):
        return 0.6  # A name of two words, as like as not.
    # A noun, and something that does not go on with it: an object after another, or a new clause.
    return (0.8 if left == "r" else 1.8) if right in ("dt", "r") else 0.5


def _is_told_of(word: str, tags: Sequence[str], place: int) -> bool:
    """Whether a clause without an opener tells of the noun at ``place``, which is a subject or an object: *the house
    we lived in*; *the next day we left* has a time.
    """
    head = place
    while head and tags[head - 1] in _WITHIN:
        head -= 1
    if tags[place] != "n" or word in _WHEN or not head or tags[head - 1] != "dt":
        return False
    return head == 1 or tags[head - 2] in _DEEDS


def _is_one_verb(word: str, following: str, tags: Sequence[str], place: int) -> bool:
    """Whether one verb goes on behind ``place``: *move | out*, *put up | with it*, *take it | off at the door*."""
    if following in _PARTICLES and (tags[place] in _VERBAL or (place and tags[place - 1] in ("c", "to"))):
        return True  # Top up, and mop up, whatever the tagger makes of them.
    if word in _PARTICLES and tags[place + 1] == "p" and place and tags[place - 1] in _VERBAL:
        return True
    behind = tags[place + 2] if place + 2 < len(tags) else "."
    if following not in _ALSO_PARTICLES or behind not in ("p", "c", "cs", "to", "."):
        return False
    verb = next((at for at in range(place, max(-1, place - _OBJECT - 1), -1) if tags[at] in _VERBAL), None)
    return verb is not None and {"p", "c", "cs", "."}.isdisjoint(tags[verb:place])


def _paired(word: str, behind: Sequence[str]) -> bool:
    """Whether ``word`` and the first of ``behind`` make one phrase: *rock and roll*, *two and a half*."""
    return f"{word} {' '.join(behind[:1])}" in _PAIRS or list(behind[:2]) in (["a", "half"], ["a", "quarter"])


def _joint(left: str, behind: str, tags: Sequence[str], place: int) -> float:
    """Whether ``and`` begins a new clause or a second verb rather than a second noun."""
    if left in ("a", "m", "d") and (
        behind == left or (left == "a" and list(tags[place + 2 : place + 4]) == ["d", "a"])
    ):
        # "Old and new", "two hundred and fifty".
        return 0.3
    after = tags[place + 2 : place + 7]
    if "." in after:
        after = after[: after.index(".")]
    clause = behind in _CLAUSE and any(tag in _DEEDS for tag in after)
    if clause or behind in _DEEDS or behind == "to":
        return 2.2
    short = place and tags[place - 1] in ("p", "dt", "v", ".", "c") and behind in ("n", "nr")
    return 0.5 if short else 1.5


def _clause(left: str, word: str, following: str) -> float:
    """Before ``that``, ``when``, ``because``."""
    if following in ("than", "as", "like") or word in ("so", "even", "just", "only"):
        return 0.6
    if left in _VERBAL:
        return 1.4 if following == "that" else 2.2 if following in _WHY else 0.8
    if left in ("r", "d"):
        return 0.9
    return 2.2


def _adjunct(left: str, following: str) -> float:
    """Before a preposition."""
    if following == "of":
        return 0.3
    return {"n": 1.4, "nr": 1.6, "r": 0.7, "m": 1.0, "d": 0.8, "a": 0.9, "vd": 1.0, "v": 0.6, "vg": 0.7}.get(left, 0.3)
