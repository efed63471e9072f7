"""English sounds in the symbols of a Mandarin voice: ARPAbet → syllables → the voice's initials and tonal finals.

What stands for what is data (``arpabet_tables``). This module parts a word into syllables and looks their parts up.
"""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

from indextts.errors import StudioError
from indextts.phonemes import arpabet_tables as tables
from indextts.phonemes.english import VOWELS, is_arpabet
from indextts.phonemes.symbols import FINALS, TONES

LETTER_PINYIN: Final[dict[str, str]] = {
    "A": "ei1", "B": "bi4", "C": "xi1", "D": "di4", "E": "yi4", "F": "ai2 fu5", "G": "ji4", "H": "ei2 chi5",
    "I": "ai4", "J": "zhei4", "K": "kei4", "L": "ai2 lou5", "M": "ai2 mu5", "N": "en1", "O": "ou1", "P": "pi4",
    "Q": "kiu1", "R": "a4 er5", "S": "ai2 si5", "T": "ti4", "U": "you1", "V": "wei4", "W": "da2 bu4 liu5",
    "X": "ai2 ke5 si5", "Y": "wai4", "Z": "zei4",
}  # fmt: skip
"""Letters as Mandarin speakers name them."""

Syllable = tuple[str, ...]
"""Symbols that are said without a break between them: an initial and a tonal final, or a few more consonants."""

_BOUNDARY: Final = "_"
_FINALS: Final = frozenset(FINALS)
_STOPS: Final = frozenset("PTK")


class _Part(NamedTuple):
    """One vowel with the consonants around it."""

    onset: list[str]
    vowel: str
    stress: str
    coda: list[str]


@functools.lru_cache(maxsize=8192)
def to_symbols(reading: str) -> tuple[Syllable, ...]:
    """The syllables of an ARPAbet reading in the voice's symbols; never none, and never without a vowel.

    Raises :class:`StudioError` ``unknown_symbol`` if a part of ``reading`` is no ARPAbet phone.
    """
    if not is_arpabet(reading):
        raise StudioError("unknown_symbol", text=reading, reading=reading)
    parts = _parts(reading.split())
    if not parts:
        return _syllables([item for phone in reading.split() for item in _toned(tables.CARRIED[phone], tables.NEUTRAL)])
    main = next((index for index, part in enumerate(parts) if part.stress == "1"), len(parts))
    items: list[str] = []
    for index, part in enumerate(parts):
        items += [_BOUNDARY, *_said(part, _tone(part.stress, index, main))]
    return _syllables(items)


def _parts(phones: list[str]) -> list[_Part]:
    bases = [phone.rstrip("012") for phone in phones]
    nuclei = [index for index, base in enumerate(bases) if base in VOWELS]
    parts: list[_Part] = []
    onset = bases[: nuclei[0]] if nuclei else []
    for order, nucleus in enumerate(nuclei):
        last = order + 1 == len(nuclei)
        between = bases[nucleus + 1 : None if last else nuclei[order + 1]]
        coda, following = (between, []) if last else _split(between)
        stress = phones[nucleus][-1]
        parts.append(_Part(onset, bases[nucleus], stress if stress in "012" else "0", coda))
        onset = following
    if len(parts) == 1 and phones[nuclei[0]][-1] not in "012":
        parts[0] = parts[0]._replace(stress="1")
    return parts


def _split(consonants: list[str]) -> tuple[list[str], list[str]]:
    """Consonants between two vowels: the longest possible beginning goes to the second syllable."""
    for cut in range(len(consonants) + 1):
        rest = consonants[cut:]
        if (len(rest) <= 1 and rest != ["NG"]) or " ".join(rest) in tables.CLUSTERS:
            return consonants[:cut], rest
    return consonants, []


def _tone(stress: str, index: int, main: int) -> str:
    if stress == "1":
        return tables.STRESSED
    if stress == "2":
        return tables.SECOND_STRESS
    return tables.BEFORE_STRESS if index <= main else tables.BEHIND_STRESS


def _said(part: _Part, tone: str) -> list[str]:
    """Symbols and boundaries of one syllable."""
    coda = list(part.coda)
    vowel = "AX" if part.vowel == "AH" and part.stress == "0" else part.vowel
    final = tables.JOINED.get((vowel, coda[0])) if coda else None
    if final is not None:
        coda.pop(0)
    elif part.stress == "0":
        final = tables.VOWELS.get(f"{vowel}0")
    head, *rest = (final or tables.VOWELS[vowel]).split()
    onset = list(part.onset)
    if onset and onset[-1] in tables.GLIDES:
        head = tables.GLIDES[onset.pop()].get(head, head)
    items: list[str] = []
    for consonant in onset[:-1]:
        items += [*_toned(tables.CARRIED[consonant], tables.NEUTRAL), _BOUNDARY]
    items += _initial(onset, head).split()
    items += _toned(f"{head} {' '.join(rest)}", tone)
    for consonant in coda:
        items += [_BOUNDARY, *_toned(tables.CARRIED[consonant], tables.NEUTRAL)]
    return items


def _initial(onset: list[str], final: str) -> str:
    if not onset:
        return tables.ZERO
    consonant = onset[-1]
    if consonant in _STOPS and onset[-2:-1] == ["S"]:
        return tables.AFTER_S[consonant]
    if final[0] in "iv" and final not in ("ii", "iii"):
        return tables.INITIALS_BEFORE_I.get(consonant) or tables.INITIALS[consonant]
    return tables.INITIALS[consonant]


def _toned(entry: str, tone: str) -> list[str]:
    """A table's entry with tones on its finals: those of its first syllable bear ``tone``, later ones none."""
    items: list[str] = []
    for item in entry.split():
        if item == _BOUNDARY and any(other[-1] in TONES for other in items):
            tone = tables.NEUTRAL
        items.append(item + tone if item in _FINALS else item)
    return items


def _syllables(items: list[str]) -> tuple[Syllable, ...]:
    out: list[list[str]] = [[]]
    for item in items:
        if item != _BOUNDARY:
            out[-1].append(item)
        elif out[-1]:
            out.append([])
    return tuple(tuple(syllable) for syllable in out if syllable)
