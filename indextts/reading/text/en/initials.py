"""Letters that are a word in one place and initials in another: the key SET, OR between conditions, the basin SPA; and
letters of formulas and genes, *GaN*, *OsSPL*, *Aa*, and of handles, *liuyj*.
"""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.en import short_forms
from indextts.reading.text.en.tables import BEFORE_INITIALS, BESIDE

_ELEMENTS: Final = (
    "Li|Na|Mg|Al|Si|Cl|Ar|Ca|Ti|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|Ge|As|Se|Br|Kr|Rb|Sr|Zr|Nb|Mo|Ag|Cd|In|Sn|Sb|Te|Cs|Ba|La|Ce|Nd|Eu"
    "|Sm|Pt|Au|Hg|Pb|Bi|Pd|[HBCNOFPSKIVW]"
)
_FORMULA: Final = re.compile(rf"(?!NaN|([A-Z][a-z])\1)(?=.*[a-z])(?:{_ELEMENTS}){{2,}}")  # NaOH, but not CoCo
_ALLELES: Final = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?!(?i:(..)\1))(?:(?i:([^HMSZ]))(?i:\2)){1,3}")
"""Aa, AaBb, but not Mm or Zzz."""
_GENE: Final = re.compile(r"(?:Os|At|Zm|Ta|Gm|Nt|Hv|Sl|Mt|Dm|Hs)(?=[A-Z]{2,})")
"""The species before the name of a gene: OsSPL14."""
_STRESSED: Final = re.compile("[a-z]*[A-Z]{2,}[a-z]+|[a-z]+[A-Z]{3,}")
_SHORTEST_STRESSED: Final = 5
_LOGIC: Final = frozenset(["OR", "AND", "NOT", "IF", "AS", "BY", "IS", "IN", "ON", "DO"])

_NAMED: Final = re.compile(
    f"({'|'.join(sorted(BEFORE_INITIALS, key=len, reverse=True))})([b-df-hj-np-tv-z])([b-df-hj-np-tv-z])"
)
_SHORTEST_PART: Final = 3


def in_handle(item: str, before: str, is_word: short_forms.IsWord) -> list[str]:
    """The parts of an account's name amid Chinese that is a family name with initials, *liuyj*, or pinyin beside an
    English word, *podxiaodao*; none of any other.
    """
    if not item.islower() or is_word(item) is not False or not BESIDE["account"].search(before):
        return []
    if named := _NAMED.fullmatch(item):
        return [named[1], named[2].upper(), named[3].upper()]
    words = short_forms.in_words(item, is_word)
    english = [word for word in words if not BESIDE["syllables"].fullmatch(word)]
    if BESIDE["syllables"].fullmatch(item) or (len(english) > 1 and all(map(short_forms.is_everyday, words))):
        return []
    for size in range(len(item) - _SHORTEST_PART, _SHORTEST_PART + 1, -1):
        for cut, pinyin, word in ((size, item[:size], item[size:]), (len(item) - size, item[-size:], item[:-size])):
            mandarin = BESIDE["syllables"].fullmatch(pinyin) and BESIDE["only_mandarin"].search(pinyin)
            if mandarin and word in (english or [word]) and is_word(word):
                return [item[:cut], item[cut:]]
    return []


def are_letters(item: str, before: str, after: str) -> bool:
    """Whether the letters of a run are named one by one, whatever word they make."""
    if _FORMULA.fullmatch(item) or _ALLELES.fullmatch(item):
        return True
    return item.isupper() and BESIDE["initials"].search(f"{before}<{item}>{after}") is not None


def are_word(item: str, before: str, after: str) -> bool:
    """Whether capitals are an ordinary word: the name of a key, an operator, an examination."""
    beside = f"{before}<{item}>{after}"
    if item in _LOGIC:
        return BESIDE["operator"].search(beside) is not None and BESIDE["no_operator"].search(beside) is None
    if BESIDE["exam"].search(beside):
        return True
    return len(item) > 2 and BESIDE["key"].search(beside) is not None and short_forms.is_everyday(item.lower())


def is_stressed(item: str) -> bool:
    """Whether capitals may show which syllable of a word is stressed: *comPUter*."""
    return len(item) >= _SHORTEST_STRESSED and _STRESSED.fullmatch(item) is not None


def species(item: str) -> str:
    """The letters of a species that a gene's name begins with; empty for any other name."""
    found = _GENE.match(item)
    return found[0] if found else ""
