"""English words as the voice's plan writes them: ARPAbet → syllables, and one symbol for each phone.

A phone's ``shape`` is the ARPAbet phone that is said. Its ``symbol`` is the Mandarin one that comes nearest: it is not
heard, and tells the Mandarin network around it what its neighbours are like.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final, NamedTuple

from indextts.model.errors import StudioError
from indextts.platform.lru import cached
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.symbols import VOWELS, is_arpabet

LETTER_PINYIN: Final[dict[str, str]] = {
    letter: said for letter, (_, said) in tables_beside(__file__, "letters.yaml").items()
}
"""Letters as Mandarin speakers name them."""

CLUSTERS: Final = frozenset(tables_beside(__file__, "phones.yaml")["clusters"])
"""Consonants that may begin a syllable together."""

_NEAREST: Final[dict[str, str]] = tables_beside(__file__, "phones.yaml")["nearest"]
"""Finals without their tone, and initials."""
_TONES: Final = {"1": "4", "2": "1"}
_LIGHT: Final = "5"


class WrittenPhone(NamedTuple):
    """One symbol, and the English phone that is said in its place."""

    symbol: str
    shape: str


class _Part(NamedTuple):
    """One vowel with the consonants around it."""

    onset: list[str]
    vowel: str
    stress: str
    coda: list[str]


@cached(8192, longest=200)
def to_symbols(reading: str) -> tuple[WrittenPhone, ...]:
    """The plan's symbols for an ARPAbet reading, one for each phone, every vowel with its stress.

    Raises :class:`StudioError` ``unknown_symbol`` if a part of ``reading`` is no ARPAbet phone.
    """
    written = []
    for syllable in syllables(reading):
        for phone in syllable:
            base = phone.rstrip("012")
            if base in VOWELS:
                stress = phone[len(base) :] or ("1" if reading.count(" ") == 0 else "0")
                written.append(WrittenPhone(_NEAREST[base] + _TONES.get(stress, _LIGHT), base + stress))
            else:
                written.append(WrittenPhone(_NEAREST[base], base))
    return tuple(written)


def is_vowel(shape: str) -> bool:
    return shape.rstrip("012") in VOWELS


def is_former(shape: str) -> bool:
    """Whether a plan has it from a version that made English of Mandarin sounds."""
    return shape == "silent" or " " in shape


def syllables(reading: str) -> list[list[str]]:
    """An ARPAbet reading's phones, stress digits kept, parted as English parts them.

    Raises :class:`StudioError` ``unknown_symbol`` if a part of ``reading`` is no ARPAbet phone.
    """
    if not is_arpabet(reading):
        raise StudioError("unknown_symbol", text=reading, reading=reading)
    phones = reading.split()
    lengths = [len(part.onset) + 1 + len(part.coda) for part in _parts(phones)] or [len(phones)]
    ends = list(accumulate(lengths))
    return [phones[end - length : end] for length, end in zip(lengths, ends, strict=True)]


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
        if (len(rest) <= 1 and rest != ["NG"]) or " ".join(rest) in CLUSTERS:
            return consonants[:cut], rest
    return consonants, []
