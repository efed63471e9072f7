"""Where an English sentence pauses though it has no mark: behind a clause or phrase that stands before the main clause,
and behind a long subject. From parts of speech alone; what is not plain by these is left to the network.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from indextts.platform import tables
from indextts.reading.text.en.compounds import is_compound
from indextts.reading.text.en.parts_of_speech import candidates

_words = functools.partial(tables.members, __file__, file="clauses.yaml")

_OPENERS: Final = _words("openers")  # What opens a clause before the main one.
_AHEAD: Final = _words("ahead")  # What may stand before such a word.
_OPENING_PHRASES: Final = ("by the time", "every time", "each time", "the moment", "the minute", "now that", "in case")
_NOMINATIVE: Final = _words("nominative")  # Pronouns that are never an object.
_RELATIVE: Final = _words("relative")
_TIMES: Final = _words("times")  # Behind *that* they make a time: *that night*.
_SAYING: Final = _words("saying")  # Words that a clause may follow without *that*.
_GOING: Final = _words("going")  # Verbs that may stand without an object.
_ORDERS: Final = _words("orders")  # Verbs that one asks for something with.
_DEEDS: Final = frozenset({"v", "vx"})
_NOMINAL: Final = frozenset({"n", "nr", "r", "m"})
_WITHIN: Final = frozenset({"a", "n", "nr", "m", "vg", "vd", "d", "dt"})
"""What stands between an article and the verb of its noun."""
_AT_SENTENCE: Final = frozenset(".?!;:…\n")  # Marks behind which a sentence begins.
_WITH_VERB: Final = _words("with_verb")  # Adverbs that are said with the verb behind them, besides those in -ly.
_WHOEVER: Final = _words("whoever")  # What opens a clause that is the subject of another.
_NEARLY: Final = _words("nearly")  # What is said with the article behind it.
_GENTLY: Final = _words("gently")  # Adverbs before what is asked for, besides those in -ly.
_SHARES: Final = _words("shares")  # What a noun may begin with besides an article.
_LEAVING: Final = _words("leaving")
_STATES: Final = _words("states")
_STATED: Final = 9  # Words from such a verb to what its object is, at most.
_BEING: Final = frozenset(("be", "been", "being", "have"))  # Auxiliaries that stand behind another one.
_KNOWING: Final = _words("knowing")  # What ends *as far as I know*.
_NEAR: Final = 9  # Words within which a noun has its verb …
_FAR: Final = 16  # … or the second one, where a clause tells of it.
_LONG: Final = 6  # Words of a subject from which on a speaker pauses behind it.
_LONG_WITH_CLAUSE: Final = 5  # The same where a clause stands in it.


@dataclass
class _Count:
    """What has been met of a stretch: verbs with a subject, and clauses that need one."""

    verbs: int = 0
    needed: int = 1
    inside: bool = False
    """Whether a verb goes on behind its auxiliary."""
    in_front: bool = False
    """Whether it is a clause that stands before the main one."""

    def take(self, words: Sequence[str], tags: Sequence[str], at: int) -> None:
        tag = tags[at]
        before = tags[at - 1] if at else "."
        read = tag == "n" and words[at - 1] in ("who", "which") and "v" in dict(candidates(words[at]))
        read |= tag == "vd" and before == "v" and "v" in dict(candidates(words[at]))  # I ordered arrived.
        alone = self.in_front and tag == "vd" and not self.inside and self.verbs == 0 and before in ("n", "nr", "d")
        read |= alone and "v" in dict(candidates(words[at]))  # When the band finally struck up.
        if "'" in words[at] and tag == "rs":
            self.verbs += 1  # You're; she'd.
            self.inside = True
        elif (tag in _DEEDS and before != "to") or read:
            self.verbs += not (self.inside or (before == "c" and self.verbs))
            self.inside = tag == "vx"
        else:
            self.inside = self.inside and tag in ("d", "vg", "vd")
        if _relates(words, tags, at):
            self.needed += 1


def ends(words: Sequence[str], tags: Sequence[str]) -> set[int]:
    """The words behind which a pause belongs, by their places. Marks stand among ``words``, tagged ``.``."""
    low = [word.lower().replace("’", "'") for word in words]
    found: set[int] = set()
    begin = 0
    for at in range(len(low) + 1):
        if at == len(low) or tags[at] == ".":
            if at - begin > 4:
                first = begin == 0 or low[begin - 1] in _AT_SENTENCE
                place = _end(low[begin:at], tags[begin:at], first=first)
                if place is not None:
                    found.add(begin + place)
            begin = at + 1
    return found


def _end(words: Sequence[str], tags: Sequence[str], *, first: bool) -> int | None:
    """The place in a stretch without marks; ``first`` says that a sentence begins with it."""
    start = 0
    while start < len(words) - 4 and words[start] in _AHEAD and not _opens(words, start):
        start += 1
    length = _opens(words, start)
    if words[start : start + 3] == ["as", "far", "as"]:
        return next((at for at in range(start + 4, len(words) - 2) if words[at] in _KNOWING), None)
    if length:
        return _main_clause(words, tags, start + length, needed=1)
    if tags[start] in ("vg", "to") or words[start] == "to" or words[start : start + 2] == ["in", "order"]:
        if not first:
            return None
        return _main_clause(words, tags, start + 1, needed=0)
    if first and words[start] in _ORDERS:
        return _second_order(words, tags, start)
    if words[start] in _WHOEVER:
        return _long_subject(words, tags, start)
    if words[0] in _NOMINATIVE or tags[start] not in ("dt", "n", "nr", "r", "m", "a"):
        return None
    return _long_subject(words, tags, start)


def _second_order(words: Sequence[str], tags: Sequence[str], begin: int) -> int | None:
    """*Click the button in the corner* | *and select Settings*."""
    for at in range(begin + _LONG_WITH_CLAUSE, len(words) - 1):
        behind = [word for word in words[at + 1 : at + 3] if word != "then"]
        if words[at] == "and" and behind and behind[0] in _ORDERS:
            return at - 1
    return None


def _opens(words: Sequence[str], at: int) -> int:
    """How many words open a clause at ``at``."""
    two, three = " ".join(words[at : at + 2]), " ".join(words[at : at + 3])
    if three in _OPENING_PHRASES or three in ("as soon as", "as long as"):
        return 3
    if two in _OPENING_PHRASES:
        return 2
    return int(words[at] in _OPENERS)


def _relates(words: Sequence[str], tags: Sequence[str], at: int) -> bool:
    """Whether a clause of its own begins at ``at``: *that*, *who*, or *when* inside a sentence."""
    if words[at] == "that" and words[at + 1 : at + 2] and words[at + 1] in _TIMES:
        return False
    if words[at] in _RELATIVE and (tags[at] == "cs" or (words[at][:2] == "wh" and tags[at - 1] == "p")):
        return True
    return at > 1 and words[at] in _OPENERS and tags[at] == "cs" and tags[at - 1] != "d"


def _main_clause(words: Sequence[str], tags: Sequence[str], begin: int, needed: int) -> int | None:
    """The last word of what stands before the main clause; the words from ``begin`` on are of the first one."""
    count = _Count(needed=needed, in_front=needed > 0)
    for at in range(begin, len(words) - 1):
        if at > begin + 1 and count.verbs >= count.needed and _begins(words, tags, at):
            return at - 1
        starts = words[at] in _NOMINATIVE or (tags[at] == "rs" and at > begin)
        if starts and at > begin and tags[at - 1] not in ("cs", "c", "."):
            count.needed += 1  # The book I ordered; he said she was ill.
        count.take(words, tags, at)
    return None


def _begins(words: Sequence[str], tags: Sequence[str], at: int) -> bool:
    """Whether a main clause begins at ``at``, once the clause before it has its verb."""
    left, tag, word = tags[at - 1], tags[at], words[at]
    if left in ("cs", "c", "dt", "to", "rs", "vx") or words[at - 1] in _SAYING | _AHEAD | _NEARLY:
        return False
    if word in _NOMINATIVE:
        return True
    idle = left != "v" or words[at - 1] in _GOING or _is_noun_as_well(words, tags, at - 1)
    if tag == "rs":
        return idle and left != "p"
    behind = tags[at + 1] if at + 1 < len(tags) else "."
    states = left == "a" and at > 1 and tags[at - 2] in ("v", "vx", "d")  # If it is cold, stay.
    if tag == "d" and idle and words[at + 1] in _ORDERS and (word in _GENTLY or word.endswith("ly")):
        return left != "cs" and behind != "vd"
    asked = word in _ORDERS and not is_compound(words[at - 1], word)
    if asked and ((idle and left in ("n", "nr", "v", "vg", "vd", "d")) or states):
        if words[at + 1 : at + 2] and words[at + 1] in ("up", "down", "on", "off", "out", "in"):
            return True
        return word == "please" or behind in ("dt", "r") or (tag == "v" and behind in ("a", "n", "nr", "d", "p"))
    if (tag in ("dt", "nr") or word in _SHARES) and idle and left not in ("p", "a", "vg", "nr"):
        return _has_verb(words, tags, at)
    return False


def _is_noun_as_well(words: Sequence[str], tags: Sequence[str], at: int) -> bool:
    """Whether what passes for a verb ends a phrase with an article: *in the hospital car park*."""
    begin = at
    while begin and tags[begin - 1] in ("n", "nr", "a"):
        begin -= 1
    return begin < at and tags[begin - 1] == "dt" and "n" in dict(candidates(words[at]))


def _has_verb(words: Sequence[str], tags: Sequence[str], at: int) -> bool:
    """Whether a noun that begins at ``at`` has its verb behind it, or behind what is said of it: *the band on the pier
    had gone*, *the couple who rented the flat had*.
    """
    related = told = False
    for place in range(at + 1, min(len(tags), at + _FAR)):
        left, tag = tags[place - 1 : place + 1]
        verb = tag in _DEEDS and left != "to"
        if related:
            if tag in (".", "c"):
                return False
            if verb and left not in _DEEDS:
                if told:
                    return True
                told = True
        elif place >= at + _NEAR:
            return False
        elif verb:
            return left in ("n", "nr", "d", "m", "rs", "r") or tags[at] == "nr"
        elif words[place] in ("who", "which", "that") and tag == "cs":
            related = True
        elif tag == "dt" and left != "p":
            return False
        elif tag == "p" and (left in ("n", "nr") or words[place - 1] in _SHARES):
            continue
        elif tag not in _WITHIN and not (tag == "c" and left in _NOMINAL) and not (tag in ("r", "rs") and left == "c"):
            return False
    return False


def _long_subject(words: Sequence[str], tags: Sequence[str], begin: int) -> int | None:
    """The last word of a long subject."""
    clause = words[begin] in _WHOEVER
    count = _Count(needed=1 + clause)
    for at in range(begin, len(words) - 1):
        if _is_state(words, at):
            continue
        goes_on = count.inside and (tags[at] == "v" or tags[at - 1] == "vx" or words[at] in _BEING)
        if tags[at] in _DEEDS and not goes_on and at > begin and tags[at - 1] not in ("to", "c", "rs", "cs", "dt"):
            if count.verbs + 1 >= count.needed and not _is_participle(words, tags, at):
                long = at - begin >= (_LONG_WITH_CLAUSE if clause else _LONG)
                return _behind_subject(words, tags, at) if long else None
        elif tags[at] == "c" and count.verbs >= count.needed:
            return None
        starts = words[at] in _NOMINATIVE or (tags[at] == "rs" and at > begin)
        if starts and tags[at - 1] not in ("cs", "c", "."):
            count.needed, clause = count.needed + 1, True
        clause = clause or _relates(words, tags, at)
        if not _is_participle(words, tags, at):
            count.take(words, tags, at)
    return None


def _behind_subject(words: Sequence[str], tags: Sequence[str], at: int) -> int | None:
    """The last word of the subject of the verb at ``at``; ``None`` if that is as likely a noun."""
    behind = tags[at + 1] if at + 1 < len(tags) else "."
    place = at - 1
    while tags[place] == "d" and (words[place] in _WITH_VERB or words[place].endswith("ly")):
        place -= 1
    left = tags[place]
    noun = "n" in dict(candidates(words[at])) and not (left == "n" and behind in ("dt", "r", "cs", "to"))
    if left in ("cs", "p", "a", "rs", "dt") or (left in _DEEDS and words[place] not in _GOING):
        return None
    return None if tags[at] == "v" and noun else place


def _is_state(words: Sequence[str], at: int) -> bool:
    """Whether a word says how something is left: *left the door open*, *kept the gate locked*."""
    left = not _LEAVING.isdisjoint(words[max(0, at - _STATED) : at])
    return left and words[at] in _STATES


def _is_participle(words: Sequence[str], tags: Sequence[str], at: int) -> bool:
    """Whether a form in -ed before a preposition belongs to the noun, since a verb stands farther on: *the law passed
    by the Senate requires*.
    """
    left, behind = tags[at - 1], tags[at + 1] if at + 1 < len(tags) else "."
    if tags[at] != "v" or left not in _NOMINAL or behind != "p" or "vd" not in dict(candidates(words[at])):
        return False
    for place in range(at + 2, len(tags)):
        if tags[place] in ("c", "cs", "rs"):
            return False
        if tags[place] in _DEEDS and tags[place - 1] in ("n", "nr", "r", "d"):
            return _behind_subject(words, tags, place) is not None
    return False
