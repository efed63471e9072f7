"""Parts of speech of English words: from a table of words, from endings, and from the words around them.

:func:`tags` is all there is to know. The best row of tags is the one whose words and pairs of neighbours cost least;
words, endings and costs stand in ``parts_of_speech.yaml`` and below. The tags are those that the Chinese words have
(``n v a d p c r m``, names ``nr``) and some that Chinese does not need.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from indextts.platform.lru import cached
from indextts.platform.tables import tables_beside
from indextts.reading.text.en import finite
from indextts.reading.text.en.compounds import is_compound

TAGS: Final[Mapping[str, str]] = {
    "n": "noun", "nr": "name", "r": "pronoun", "rs": "pronoun before its verb", "m": "number",
    "a": "adjective", "dt": "article or possessive",
    "v": "verb that has a subject, or its plain form", "vx": "auxiliary", "vg": "form in -ing", "vd": "participle",
    "d": "adverb", "p": "preposition", "c": "and, or, but", "cs": "opens a clause", "to": "to before a verb",
    ".": "a mark",
}  # fmt: skip


Candidates = tuple[tuple[str, float], ...]
"""What a word can be, and what it costs to take it for that."""

_FAR: Final = 5.0
_NOUNS: Final = frozenset(("n", "nr"))
_DISAGREEING: Final = 0.6  # What a verb costs more that does not go with the noun before it.
_COMPOUND: Final = 0.6  # What the second word of a written compound costs less as a noun.
_HEADS: Final = frozenset(("n", "nr", "a", "vg", "vd"))
_NO_SUBJECT: Final = 2.0
"""What it costs more to take the first word for a verb with the s of its subject: *Nurses work*."""
_WITH_S: Final = re.compile(r"[^s]s$")
_SELDOM: Final = 1.2  # What it costs more to take a word for what it can be, but seldom is.
_WORD: Final = re.compile(r"[A-Za-z]")
_POSSESSIVE: Final = re.compile(r"(?:'s|s')$")
_PLAIN: Final[Candidates] = (("n", 0.3), ("v", 1.8), ("a", 2.2))


def tags(words: Sequence[str]) -> list[str]:
    """The part of speech of each of the words of one sentence, one of :data:`TAGS`; marks stand among them."""
    pairs = _pairs()
    rows: list[dict[str, tuple[float, str]]] = []
    costs = {".": 0.0}
    for place, word in enumerate(words):
        row: dict[str, tuple[float, str]] = {}
        for tag, own in candidates(word, begins=place == 0 or not _WORD.search(words[place - 1])):
            beside, from_ = _beside(words[place - 1], word, tag) if place else (0.0, _NOUNS)
            if tag == "v" and not place and _WITH_S.search(word):
                own += _NO_SUBJECT
            to = {
                left: cost + pairs[left].get(tag, _FAR) + (beside if left in from_ else 0.0)
                for left, cost in costs.items()
            }
            before = min(to, key=to.__getitem__)
            row[tag] = (to[before] + own, before)
        rows.append(row)
        costs = {tag: cost for tag, (cost, _) in row.items()}
    if not rows:
        return []
    tag = min(costs, key=lambda last: costs[last] + pairs[last].get(".", _FAR))
    found: list[str] = []
    for row in reversed(rows):
        found.append(tag)
        tag = row[tag][1]
    found.reverse()
    finite.mend(words, found, lambda word: dict(candidates(word)))
    return found


def head_noun(words: Sequence[str]) -> int:
    """Which of ``words``, commas among them, a phrase is about that an article begins: *stout, rosy old gentleman*
    about the last one; -1 if none is.
    """
    head = first = -1
    for place, tag in enumerate(tags(["the", *words])[1:]):
        if words[place] == ",":
            beside = (words[place - 1], words[place + 1])
            if not all(any(kind == "a" for kind, _ in candidates(word)) for word in beside):
                break
            head, first = -1, head if first < 0 else first
        elif tag == "n" or (head < 0 and place + 1 == len(words)):
            head = place
        elif tag != "a" or head >= 0:
            break
    return first if head < 0 else head


def _beside(word: str, following: str, tag: str) -> tuple[float, frozenset[str]]:
    """What it costs more to take ``following`` for ``tag``, and behind which tags of ``word`` it does."""
    if tag == "v" and _disagree(word, following):
        return _DISAGREEING, _NOUNS
    if tag == "n" and is_compound(word, following):
        return -_COMPOUND, _HEADS
    return 0.0, _NOUNS


def _disagree(noun: str, verb: str) -> bool:
    """Whether ``noun`` is one and ``verb`` has no s, or the other way about: *oil stain*, *guest lists*."""
    noun, verb = noun.lower(), verb.lower()
    if verb.endswith("s") and not verb.endswith("ss"):
        return noun.endswith("s") and not noun.endswith("ss")
    plural = (noun.endswith("s") and not noun.endswith("ss")) or noun in _listed("plurals")
    return not plural and not verb.endswith("ed") and verb not in _listed("past")


@functools.cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(_table()[name].split())


@cached(8192)
def candidates(word: str, *, begins: bool = False) -> Candidates:
    """What ``word`` can be; ``begins`` says that its capital may be that of a sentence."""
    if not _WORD.search(word):
        return ((".", 0.0),)
    plain = word.lower().replace("’", "'")
    known = _lexicon().get(plain)
    named = word[0].isupper() and not begins and len(word) > 1
    if known is not None:
        named_too = named and not {tag for tag, _ in known} & {"dt", "r", "p", "c", "cs"}
        return (("nr", 0.4), *known) if named_too else known
    if _POSSESSIVE.search(plain) and len(plain) > 3:
        return (("dt", 0.0),) if plain.endswith("'s") else (("dt", 0.5), ("n", 0.5))
    guessed = _by_ending(plain)
    if named or (len(word) > 1 and word.isupper()):
        return (("nr", 0.0), *((tag, cost + 2.0) for tag, cost in guessed if tag != "v"))
    return (("nr", 1.5), *guessed) if word[0].isupper() else guessed


def is_known(word: str) -> bool:
    """Whether the table has a word in small letters."""
    return word in _lexicon()


def _by_ending(word: str) -> Candidates:
    ends = (end for end in _table()["endings"] if word.endswith(end) and len(word) > len(end) + 2)
    end = next(ends, "")
    return tuple(_table()["endings"][end].items()) if end else _PLAIN


@functools.cache
def _pairs() -> Mapping[str, Mapping[str, float]]:
    found: Mapping[str, Mapping[str, float]] = _table()["pairs"]
    return found


def _table() -> dict[str, Any]:
    return tables_beside(__file__, "parts_of_speech.yaml")


@functools.cache
def _lexicon() -> Mapping[str, Candidates]:
    """Word (in small letters) → what it can be."""
    table = _table()
    found: dict[str, dict[str, float]] = {}

    def take(words: str | list[str], tag: str, cost: float = 0.0) -> None:
        for word in words.split() if isinstance(words, str) else words:
            own = found.setdefault(word.lower(), {})
            own[tag] = max(own.get(tag, cost), cost)

    for name, tag in _table()["lists"].items():
        take(table[name], tag)
    take("to", "to")
    take("to", "p", 0.4)
    take(table["full_auxiliaries"], "v", 1.5)
    take(table["particles"], "d", 0.9)
    take(table["adverbs"], "d", 0.1)
    take(table["not_adverbs"], "n", 1.0)
    too = frozenset(table["nouns_too"].split())
    mostly, described = (frozenset(table[name].split()) for name in ("nouns_mostly", "adjectives_mostly"))
    for verb in {*table["verbs"].split(), *too, *mostly, *described}:
        plain, regular, ing = _forms(verb)
        if verb in described:
            take(verb, "a")
            take(verb, "v", _SELDOM)
            plain = plain[1:]
        take(plain, "v", 0.3 + _SELDOM if verb in mostly else 0.3 if verb in too else 0.0)
        take(regular, "v", 0.1)
        take(regular, "vd", 0.1)
        take(ing, "vg")
        take([form for form in ing if "n" not in found.get(form, {})], "n", 1.4)
        if verb in too or verb in mostly:
            take(plain, "n", 0.3)
    for name, tag in (("seldom_verbs", "v"), ("seldom_nouns", "n")):
        for word in table[name].split():
            found[word][tag] += _SELDOM
    return {word: tuple(own.items()) for word, own in found.items()}


def _forms(verb: str) -> tuple[list[str], list[str], list[str]]:
    """The plain form and that with s, the forms in -ed and those in -ing; some of them are none that exists."""
    base = verb.removesuffix("e")
    ending = "es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s"
    if re.search(r"[^aeiou]y$", verb):
        return [verb, f"{verb[:-1]}ies"], [f"{verb[:-1]}ied"], [f"{verb}ing"]
    stems = [base, verb + verb[-1]] if len(verb) < 8 and verb[-1] in "bdgklmnprt" else [base]
    return [verb, verb + ending], [f"{stem}ed" for stem in stems], [f"{stem}ing" for stem in {verb, *stems}]
