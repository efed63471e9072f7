"""English sounds in the symbols of a Mandarin voice: ARPAbet → syllables → nearest initial and tonal final."""

from __future__ import annotations

import functools
from typing import Final

from indextts.errors import StudioError
from indextts.phonemes.english import CONSONANTS, VOWELS

LETTER_PINYIN: Final[dict[str, str]] = {
    "A": "ei1", "B": "bi4", "C": "xi1", "D": "di4", "E": "yi4", "F": "ai2 fu5", "G": "ji4", "H": "ei2 chi5",
    "I": "ai4", "J": "zhei4", "K": "kei4", "L": "ai2 lou5", "M": "ai2 mu5", "N": "en1", "O": "ou1", "P": "pi4",
    "Q": "kiu1", "R": "a4 er5", "S": "ai2 si5", "T": "ti4", "U": "you1", "V": "wei4", "W": "da2 bu4 liu5",
    "X": "ai2 ke5 si5", "Y": "wai4", "Z": "zei4",
}  # fmt: skip
"""Letters as Mandarin speakers name them."""

_INITIAL: Final[dict[str, str]] = {
    "B": "b", "CH": "ch", "D": "d", "DH": "z", "F": "f", "G": "g", "HH": "h", "JH": "zh", "K": "k", "L": "l", "M": "m",
    "N": "n", "P": "p", "R": "r", "S": "s", "SH": "sh", "T": "t", "TH": "s", "V": "^", "W": "^", "Y": "^", "Z": "z",
    "ZH": "r", "NG": "^",
}  # fmt: skip
_BEFORE_I: Final = {"CH": "q", "JH": "j", "SH": "x", "ZH": "j"}
"""Before a final with i the palatal initials are nearer."""

_FINAL: Final[dict[str, str]] = {
    "AA": "a", "AE": "ai", "AH": "a", "AO": "uo", "AW": "ao", "AY": "ai", "EH": "ei", "ER": "e", "EY": "ei", "IH": "i",
    "IY": "i", "OW": "ou", "OY": "uo", "UH": "u", "UW": "u",
}  # fmt: skip
_NASAL: Final[dict[tuple[str, str], str]] = {
    ("AA", "N"): "an", ("AE", "N"): "an", ("AH", "N"): "an", ("AO", "N"): "ong", ("AW", "N"): "ang",
    ("EH", "N"): "en", ("IH", "N"): "in", ("IY", "N"): "in", ("OW", "N"): "ong", ("UW", "N"): "uen",
    ("UH", "N"): "uen", ("ER", "N"): "en", ("AA", "NG"): "ang", ("AE", "NG"): "ang", ("AH", "NG"): "ang",
    ("AO", "NG"): "ong", ("EH", "NG"): "eng", ("IH", "NG"): "ing", ("IY", "NG"): "ing", ("OW", "NG"): "ong",
    ("AH", "M"): "an", ("AE", "M"): "an", ("AA", "M"): "ang", ("EH", "M"): "en", ("IH", "M"): "in",
    ("AO", "M"): "ong",
}  # fmt: skip
"""Vowels that take a nasal behind them into their final."""

_GLIDE: Final[dict[tuple[str, str], str]] = {
    ("W", "a"): "ua", ("W", "ai"): "uai", ("W", "an"): "uan", ("W", "ang"): "uang", ("W", "ei"): "uei",
    ("W", "en"): "uen", ("W", "eng"): "ueng", ("W", "i"): "uei", ("W", "in"): "uen", ("W", "ing"): "ueng",
    ("W", "e"): "uo", ("W", "ou"): "uo", ("W", "uo"): "uo", ("W", "u"): "u", ("W", "ong"): "ueng", ("W", "ao"): "uao",
    ("V", "a"): "ua", ("V", "ai"): "uai", ("V", "an"): "uan", ("V", "ang"): "uang", ("V", "ei"): "uei",
    ("V", "en"): "uen", ("V", "eng"): "ueng", ("V", "i"): "uei", ("V", "in"): "uen", ("V", "ing"): "ueng",
    ("V", "e"): "uo", ("V", "ou"): "uo", ("V", "uo"): "uo", ("V", "u"): "u", ("V", "ong"): "ueng", ("Y", "a"): "ia",
    ("Y", "ai"): "ie", ("Y", "an"): "ian", ("Y", "ang"): "iang", ("Y", "ao"): "iao", ("Y", "e"): "ie",
    ("Y", "ei"): "ie", ("Y", "en"): "in", ("Y", "i"): "i", ("Y", "in"): "in", ("Y", "ing"): "ing",
    ("Y", "ong"): "iong", ("Y", "ou"): "iou", ("Y", "u"): "iou", ("Y", "uen"): "vn", ("Y", "uo"): "iou",
}  # fmt: skip
"""W, V and Y melt into the final behind them."""

_LIGHT: Final[dict[str, tuple[str, str]]] = {
    "B": ("b", "u"), "CH": ("ch", "iii"), "D": ("d", "e"), "DH": ("z", "ii"), "F": ("f", "u"), "G": ("g", "e"),
    "HH": ("h", "e"), "JH": ("zh", "iii"), "K": ("k", "e"), "L": ("^", "ou"), "M": ("m", "u"), "N": ("^", "en"),
    "NG": ("^", "eng"), "P": ("p", "u"), "R": ("^", "er"), "S": ("s", "ii"), "SH": ("sh", "iii"), "T": ("t", "e"),
    "TH": ("s", "ii"), "V": ("f", "u"), "W": ("^", "u"), "Y": ("^", "i"), "Z": ("z", "ii"), "ZH": ("r", "iii"),
}  # fmt: skip
"""Consonants without a vowel: a short neutral syllable."""

_CLUSTERS: Final = frozenset({
    "B L", "B R", "D R", "F L", "F R", "G L", "G R", "K L", "K R", "K W", "P L", "P R", "S K", "S L", "S M", "S N",
    "S P", "S T", "S W", "T R", "T W", "TH R", "SH R", "D W", "HH Y", "K Y", "B Y", "P Y", "F Y", "M Y", "V Y",
    "S K R", "S P L", "S P R", "S T R", "S K W", "HH W", "G W",
})  # fmt: skip
"""Consonants that may begin a syllable together."""

Syllable = tuple[str, str]


@functools.lru_cache(maxsize=8192)
def to_symbols(reading: str) -> tuple[Syllable, ...]:
    """The syllables, each ``(initial, tonal final)``, of an ARPAbet reading; never none.

    Raises :class:`StudioError` ``unknown_symbol`` if a part of ``reading`` is no ARPAbet phone.
    """
    phones = reading.split()
    bases = [phone.rstrip("012") for phone in phones]
    if not phones or any(base not in VOWELS and base not in CONSONANTS for base in bases):
        raise StudioError("unknown_symbol", text=reading, reading=reading)
    nuclei = [index for index, base in enumerate(bases) if base in VOWELS]
    if not nuclei:
        return tuple((initial, f"{final}5") for initial, final in (_LIGHT[base] for base in bases))
    stresses = [phones[index][-1] if phones[index][-1] in "012" else "0" for index in nuclei]
    out: list[Syllable] = []
    onset = bases[: nuclei[0]]
    for order, nucleus in enumerate(nuclei):
        following = nuclei[order + 1] if order + 1 < len(nuclei) else len(bases)
        between = bases[nucleus + 1 : following]
        coda, rest = (between, []) if order + 1 == len(nuclei) else _part(between)
        if coda == ["M"] and rest:
            # Before another consonant the lips close for it anyway: no syllable of its own.
            nasal = _syllable(onset, bases[nucleus], coda, _tone(stresses, order))
            out.extend(nasal[:-1] if (bases[nucleus], "M") in _NASAL else nasal)
        else:
            out.extend(_syllable(onset, bases[nucleus], coda, _tone(stresses, order)))
        onset = rest
    return tuple(out)


def _part(consonants: list[str]) -> tuple[list[str], list[str]]:
    """Consonants between two vowels: the longest possible beginning goes to the second syllable."""
    for cut in range(len(consonants) + 1):
        rest = consonants[cut:]
        if (len(rest) <= 1 and rest != ["NG"]) or " ".join(rest) in _CLUSTERS:
            return consonants[:cut], rest
    return consonants, []


def _tone(stresses: list[str], order: int) -> str:
    """High and falling where the stress is; level before it, neutral behind it."""
    if stresses[order] == "1":
        return "4"
    if stresses[order] == "2":
        return "1"
    if len(stresses) == 1 or "1" in stresses[:order]:
        return "5"
    return "1"


def _syllable(onset: list[str], vowel: str, coda: list[str], tone: str) -> list[Syllable]:
    final = _FINAL[vowel]
    if vowel == "AH" and tone in "15":
        final = "e"
    coda = list(coda)
    if coda and (vowel, coda[0]) in _NASAL:
        final = _NASAL[vowel, coda[0]]
        if vowel == "AH" and tone in "15":
            final = "en" if coda[0] != "NG" else "eng"
        if coda[0] != "M":
            coda.pop(0)
    elif coda and coda[0] == "L" and vowel in ("AH", "AO", "OW", "UH"):
        final = "ou"
        coda.pop(0)
    light: list[Syllable] = [_neutral(consonant) for consonant in onset[:-2]]
    head = onset[-2:]
    initial = "^"
    if head:
        last = head[-1]
        if last in "WYV" and (last, final) in _GLIDE and _GLIDE[last, final] != "uao":
            final = _GLIDE[last, final]
            if len(head) == 2:
                initial = _initial(head[0], final)
        else:
            if len(head) == 2:
                light.append(_neutral(head[0]))
            initial = _initial(last, final)
    if final == "uo" and initial in ("b", "p", "m", "f"):
        final = "o"
    body: list[Syllable] = [(initial, final + tone)]
    if vowel == "OY":
        body.append(("^", "i5"))
    elif vowel in ("AY", "EY", "AW", "OY") and coda[:1] == ["N"]:
        body.append(("^", "en5"))
        coda.pop(0)
    elif vowel == "ER" and tone != "5" and final == "e":
        body.append(("^", "er5"))
    return [*light, *body, *(_neutral(consonant) for consonant in coda)]


def _initial(consonant: str, final: str) -> str:
    if consonant in _BEFORE_I and final.startswith("i"):
        return _BEFORE_I[consonant]
    return _INITIAL[consonant]


def _neutral(consonant: str) -> Syllable:
    initial, final = _LIGHT[consonant]
    return initial, f"{final}5"
