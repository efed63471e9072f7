"""English in the letters of the IPA: ARPAbet is printed in them, and what people write in them becomes ARPAbet.

ipa("M IH1 N AH0 T")                  # ˈmɪnət
read_ipa("minute", "/ˈmɪnɪt/")        # M IH1 N IH0 T
read_ipa("tomato", "təˈmɑːtəʊ")       # T AH0 M AA1 T OW0

American and British letters are read, with or without marks of stress and slashes. Whatever :func:`ipa` prints is
read back as the same sounds.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from indextts.model.i18n.messages import Bilingual
from indextts.platform.lru import cached
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.symbols import VOWELS, is_arpabet

_PHONES: Final = tables_beside(__file__, "phones.yaml")
IPA_VOWELS: Final[dict[str, str]] = _PHONES["ipa_vowels"]
IPA_CONSONANTS: Final[dict[str, str]] = _PHONES["ipa_consonants"]
_UNSTRESSED: Final = {"AH0": "ə", "ER0": "ɚ"}
_MARKS: Final = {"1": "ˈ", "2": "ˌ"}
_ONSETS: Final = frozenset(_PHONES["onsets"])
"""Consonants that can begin an English word together; further, any one but NG, and before UW also one and Y."""
_BEFORE_Y: Final = frozenset({"P", "B", "K", "G", "F", "V", "M", "HH", "S P", "S K"})
_LONGEST: Final = 3
_APART: Final = "."  # Parts sounds whose letters together would be another one: ``ˈkɔrt.ʃɪp``.
_LONG: Final = "ː"
_KEPT_MARKS: Final = "\u0327\u0329"
"""Combining marks that tell sounds apart: the cedilla, and what makes a consonant a syllable."""
_SAME: Final = {
    **dict.fromkeys("'’‘ʹ′", "ˈ"), ",": "ˌ", **dict.fromkeys(":ˑ", _LONG),
    **dict.fromkeys("-·‿|", _APART), **dict.fromkeys("()ʰʷʲʱˠ", ""), "ɡ": "g", "ɹ": "r", "ɻ": "r", "ʁ": "r", "ʳ": "r",
    "ᵊ": "ə", "ᵻ": "ɪ", "ɨ": "ɪ", "ɫ": "l", "ʧ": "tʃ", "ʤ": "dʒ", "ʔ": "",
}  # fmt: skip
_ENCLOSED: Final = re.compile(r"\s*(?:/([^/]*)/|\[([^\]]*)\])\s*")
_ONLY_IPA: Final = re.compile("[ɑɒɐɔəɚɛɜɝɪʊʌʃʒθðŋɹɡɫʧʤˈˌː]")  # Letters that no English word is written with.


class UnreadableError(ValueError):
    """What was written cannot be said; tells why in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(en, zh)


@cached(4096, longest=400)
def ipa(reading: str) -> str:
    """An ARPAbet reading in phonetic letters, as dictionaries print it: ``M IH1 N AH0 T`` becomes ``ˈmɪnət``.

    Stress stands before its syllable, which takes as many consonants as can begin a word together; one syllable alone
    bears none. A full stop parts sounds that would else be read as one (``ˈkɔrt.ʃɪp``). Anything else comes back as is.
    """
    if not is_arpabet(reading):
        return reading
    parts = reading.split()
    vowels = [place for place, part in enumerate(parts) if part not in IPA_CONSONANTS]
    letters = [_letters(part) for part in parts]
    marks = [_APART if _runs_together(*pair) else "" for pair in pairwise(["", *letters])]
    previous = -1
    for place in vowels:
        mark = _MARKS.get(parts[place][2:], "") if len(vowels) > 1 else ""
        if mark:
            marks[_onset(parts, previous + 1, place)] = mark
        previous = place
    return "".join(mark + letter for mark, letter in zip(marks, letters, strict=True))


def looks_like_ipa(written: str) -> bool:
    """Whether ``written`` is meant as phonetic letters: it has some that no word has, or stands between slashes."""
    if _ONLY_IPA.search(written) or _ENCLOSED.fullmatch(written):
        return True
    return "æ" in written and not isinstance(_scanned(_plain(written)), str)


def read_ipa(written: str, stresses: Callable[[int], Sequence[str]]) -> str:
    """ARPAbet of ``written``.

    Where it marks no stress, ``stresses`` is asked for that of so many vowels, a digit for each; empty if it does not
    know. Raises :class:`UnreadableError` for what is no sound of English.
    """
    found = _scanned(_plain(written))
    if isinstance(found, str):
        shown = found if found.isprintable() else f"U+{ord(found):04X}"
        raise UnreadableError(f"“{shown}” is not a sound of English in IPA", f"国际音标里“{shown}”不是英语的音")
    if not found:
        raise UnreadableError("there is no sound in it", "其中没有音")
    vowels = [place for place, (_, phone) in enumerate(found) if phone[:2] in VOWELS]
    phones = [phone for _, phone in found]
    digits = ["1" if mark == "ˈ" else "2" if mark == "ˌ" else "0" for mark in _marks_of_vowels(found, vowels)]
    if not any(mark for mark, _ in found):
        digits = list(stresses(len(vowels)) if len(vowels) > 1 else ()) or _usual_stress([phones[at] for at in vowels])
    for place, digit in zip(vowels, digits, strict=True):
        phones[place] = phones[place][:2] + digit
    return " ".join(phones)


def _usual_stress(vowels: Sequence[str]) -> list[str]:
    """The main stress lies on the first vowel that is not a reduced one."""
    full = next((place for place, vowel in enumerate(vowels) if vowel not in _UNSTRESSED), None)
    return ["1" if place == full else "0" for place in range(len(vowels))]


def _marks_of_vowels(found: Sequence[tuple[str, str]], vowels: Sequence[int]) -> list[str]:
    """The mark of stress that stands before each vowel and after the one before it."""
    marks = []
    before = 0
    for place in vowels:
        marks.append(next((mark for mark, _ in found[before : place + 1] if mark), ""))
        before = place + 1
    return marks


def _plain(written: str) -> str:
    """The letters that stand between slashes, if there are any; those that are written in several ways in one."""
    enclosed = _ENCLOSED.fullmatch(written)
    inside = (enclosed[1] or enclosed[2] or "") if enclosed else written
    parts = unicodedata.normalize("NFD", inside.lower())
    kept = (char for char in parts if char in _KEPT_MARKS or not unicodedata.combining(char))
    return "".join(_APART if char.isspace() else _SAME.get(char, char) for char in kept)


@functools.cache
def _sounds() -> dict[str, tuple[str, ...]]:
    """Letters that are read, and their phones; what this module prints is among them."""
    own = {letters.replace("ɡ", "g"): (phone,) for phone, letters in (IPA_VOWELS | IPA_CONSONANTS).items()}
    own |= {letters: (phone,) for phone, letters in _UNSTRESSED.items()}
    table: dict[str, str] = tables_beside(__file__, "ipa.yaml")
    return own | {letters: tuple(phones.split()) for letters, phones in table.items()}


@cached(4096, longest=400)
def _scanned(plain: str) -> tuple[tuple[str, str], ...] | str:
    """The phones, each with the mark of stress before it; or the first letter that is none of English.

    The longest run of letters that is a sound counts.
    """
    sounds = _sounds()
    found: list[tuple[str, str]] = []
    mark, at = "", 0
    while at < len(plain):
        if plain[at] in (_APART, _LONG):
            at += 1
        elif plain[at] in "ˈˌ":
            mark, at = plain[at], at + 1
        else:
            length = next((size for size in (4, 3, 2, 1) if plain[at : at + size] in sounds), 0)
            if not length:
                return plain[at]
            first, *others = sounds[plain[at : at + length]]
            found += [(mark, first), *(("", phone) for phone in others)]
            mark, at = "", at + length
    return tuple(found)


def _letters(part: str) -> str:
    return IPA_CONSONANTS.get(part) or _UNSTRESSED.get(part) or IPA_VOWELS[part[:2]]


@cached(4096)
def _runs_together(left: str, right: str) -> bool:
    """Whether the letters of two sounds are read as other sounds where nothing parts them."""
    return bool(left) and _scanned(_plain(left + right)) != _scanned(_plain(left + _APART + right))


def _onset(parts: Sequence[str], first: int, vowel: int) -> int:
    """Where the syllable of the vowel begins, at ``first`` or later: the first of a word takes all before it."""
    if first == 0:
        return 0
    for begin in range(max(first, vowel - _LONGEST), vowel):
        cluster = parts[begin:vowel]
        if len(cluster) == 1 and cluster[0] != "NG":
            return begin
        if " ".join(cluster) in _ONSETS:
            return begin
        if parts[vowel].startswith("UW") and cluster[-1] == "Y" and " ".join(cluster[:-1]) in _BEFORE_Y:
            return begin
    return vowel
