"""ARPAbet as dictionaries print it: ``M IH1 N AH0 T`` becomes ``ˈmɪnət``."""

from __future__ import annotations

from typing import Final

from indextts.phonemes.symbols import is_arpabet

_VOWELS: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɝ", "EY": "eɪ", "IH": "ɪ",
    "IY": "i", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "u",
}  # fmt: skip
_CONSONANTS: Final = {
    "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "dʒ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "ŋ", "P": "p", "R": "r", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_UNSTRESSED: Final = {"AH0": "ə", "ER0": "ɚ"}
_MARKS: Final = {"1": "ˈ", "2": "ˌ"}
_GLIDES: Final = frozenset({"L", "R", "W", "Y"})


def ipa(reading: str) -> str:
    """The phonetic letters of an ARPAbet reading; anything else comes back as it is."""
    if not is_arpabet(reading):
        return reading
    parts = reading.split()
    vowels = [place for place, part in enumerate(parts) if part not in _CONSONANTS]
    letters = [_CONSONANTS.get(part) or _UNSTRESSED.get(part) or _VOWELS[part[:2]] for part in parts]
    previous = -1
    for place in vowels:
        mark = _MARKS.get(parts[place][2:], "") if len(vowels) > 1 else ""
        if mark:
            begin = _onset(parts, previous + 1, place)
            letters[begin] = mark + letters[begin]
        previous = place
    return "".join(letters)


def _onset(parts: list[str], first: int, vowel: int) -> int:
    """Where the syllable of a vowel begins: it takes the consonants that can begin a word together."""
    if first == 0:
        return 0
    begin = max(first, vowel - 1)
    if parts[begin] == "NG" or begin == vowel:
        return vowel
    if begin > first and parts[begin] in _GLIDES and parts[begin - 1] in "PBTDKGF":
        begin -= 1
    if begin > first and parts[begin - 1] == "S" and parts[begin] in ("P", "T", "K"):
        begin -= 1
    return begin
