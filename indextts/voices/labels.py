"""Whether what stands before a colon is somebody: a word for a person, a known name, or what may be a name."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Final

from indextts.model.people import Gender
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.en import terms
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.en.tables import FUNCTION_WORDS
from indextts.reading.text.tokens import is_guessed, tagged
from indextts.voices.sexes import guessed_sex, looks_given, sex_of, table

NAME: Final = re.compile(r"[\u4e00-\u9fff·]{1,8}|[A-Z][\w'’-]*\.?(?: [A-Z][\w'’-]*){0,2}")  # The form of a name
_NEW: Final = re.compile(r"(?=.[a-z]*[aeiouy])[A-Z][a-z]{2,11}|[\u4e00-\u9fff]{2,4}")
"""What nobody knows and may yet be a name …"""
_FULL: Final = re.compile(r"\b([A-Z][\w'’-]+) (?=([A-Z][\w'’-]+))")
_NICKNAME: Final = re.compile("[阿小老][\u4e00-\u9fff]")
_THINGS: Final = frozenset("麦米雪车时钱费葱康金")  # Surnames that make words of things behind 小
_TAGS: Final = frozenset(("n", "v", "vn", "a", "d", "m", "r"))  # … but for words of these kinds
_PERSON: Final = frozenset(("nr", "nrt", "nrfg"))  # The tagger's names for names of people


@functools.lru_cache(maxsize=1000)
def is_person(label: str) -> bool:
    """Whether ``label`` is a word for a person, or a name that is known as one."""
    if is_narrator(label):
        return True
    if not NAME.fullmatch(label):
        return False
    if label[0].isascii():
        first, _, rest = label.partition(" ")
        known = known_people("en")
        titled = bool(rest) and first.rstrip(".") in known_people("titles")
        return titled or not known.isdisjoint((first, first.capitalize()))
    if label in known_people("no_people"):
        return False
    tags = tagged(label)
    return label in known_people("zh") or (len(tags) == 1 and len(label) > 1 and tags[0][1] in _PERSON)


def is_narrator(label: str) -> bool:
    """Whether scripts call by ``label`` whoever reads what nobody says."""
    return label.casefold() in known_people("narrators")


@functools.cache
def known_people(language: str) -> frozenset[str]:
    """Words for people and names of people, of ``zh`` or ``en``; or one of the other lists beside them."""
    listed = frozenset(tables_beside(__file__, "people.yaml")[language].split())
    if language == "en":
        listed |= (table("en", "given_female") | table("en", "given_male")) - known_people("also_words")
    return listed


@functools.lru_cache(maxsize=1000)
def may_be_new(label: str) -> bool:
    """Whether a label that nobody knows is no word: one in letters is in no dictionary, a Chinese one has a surname."""
    if not _NEW.fullmatch(label) or label in known_people("no_people"):
        return False
    if label[0].isascii():
        return label in known_people("also_words") or not is_word(label.lower())
    tags = tagged(label)
    plain = len(tags) == 1 and tags[0][1] in _TAGS and not is_guessed(label)
    if _sounds_given(label):
        return True
    surnames = table("zh", "surnames")
    if label[0] in "小老" and label[1:] in surnames - _THINGS:
        return True
    full = label[0] in surnames and len(label) < 4
    return not plain and (full or label[:2] in table("zh", "double_surnames") or _NICKNAME.fullmatch(label) is not None)


@functools.lru_cache(maxsize=1000)
def may_return(label: str) -> bool:
    """Whether somebody may be called ``label``: 顾南枝, 大熊; not 优点."""
    if label[0].isascii():
        return True
    (_, tag), *more = tagged(label)
    if label in known_people("no_people"):
        return False
    named = tag.startswith(("nr", "ns", "nz")) or (len(label) == 2 and label[0] in table("zh", "prefixes"))
    return bool(more) or named or looks_given(label)


@functools.lru_cache(maxsize=1000)
def is_no_word(label: str) -> bool:
    """Whether a label in letters begins with no common word: one that has other forms, serves others, or is a term."""
    word = label.partition(" ")[0].lower()
    forms = (f"{word}s", f"{word}es", f"{word}ed", f"{word}ing", f"{word[:-1]}ies", *([word[:-1]] * word.endswith("s")))
    return word.isascii() and not (word in FUNCTION_WORDS or terms.find(word) or any(map(is_word, forms)))


def is_hardly_a_word(label: str) -> bool:
    """Whether a label in letters is a name though nobody knows it, if whole sentences of two are said in turn."""
    return is_no_word(label) or label in known_people("also_words")


def sex_within(texts: Iterable[str]) -> Callable[[str], Gender]:
    """:func:`sex_of`, and of a family name, alone or titled, the sex of the given name before it in ``texts``."""
    found: dict[str, set[Gender]] = {}
    for given, family in (pair for text in texts for pair in _FULL.findall(text)):
        found.setdefault(family, set()).add(guessed_sex(given))

    def sex(name: str) -> Gender:
        title, _, family = name.rpartition(" ")
        beside = found.get(family, set()) - {""} if not title or title.rstrip(".") in known_people("titles") else ()
        return sex_of(name) or (next(iter(beside)) if len(beside) == 1 else "")

    return sex


def looks_named(label: str) -> bool:
    """Whether it has the form of a name: 小北, 阿珍, ``Ysolde``; not 小心 and 小时."""
    if label[0].isascii():
        return bool(guessed_sex(label)) and label not in known_people("also_words")
    tag = tagged(label)[0][1]
    prefixed = len(label) == 2 and label[0] in table("zh", "prefixes") and tag not in ("n", "v", "d", "a", "m")
    return prefixed or (_sounds_given(label) and bool(guessed_sex(label)))


def _sounds_given(label: str) -> bool:
    """Whether it is hardly anything but a given name: 欣怡 and 梓涵; 山东 and 健康 look like one, and are words."""
    word = not is_guessed(label) and label[0] != label[1:] and tagged(label)[0][1] != "i"
    return not word and looks_given(label)
