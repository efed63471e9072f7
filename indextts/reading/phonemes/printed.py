"""Readings as dictionaries print them: pinyin with its tone marks, English in the letters of the IPA.

printed("chong2 qing4")      # chóng qìng
printed("M IH1 N AH0 T")     # ˈmɪnət
word_reading(tokens)         # Chóngqìng's syllables in one: chóngqìng
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from indextts.model.utterance import Token
from indextts.reading.phonemes.reading_input import tone_marked
from indextts.reading.phonemes.symbols import is_arpabet

IPA_VOWELS: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɝ", "EY": "eɪ", "IH": "ɪ",
    "IY": "i", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "u",
}  # fmt: skip
IPA_CONSONANTS: Final = {
    "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "dʒ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "ŋ", "P": "p", "R": "r", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_UNSTRESSED: Final = {"AH0": "ə", "ER0": "ɚ"}
_MARKS: Final = {"1": "ˈ", "2": "ˌ"}
_ONSETS: Final = frozenset({
    "P L", "B L", "K L", "G L", "F L", "S L", "P R", "B R", "T R", "D R", "K R", "G R", "F R", "TH R", "SH R", "T W",
    "D W", "K W", "G W", "TH W", "S W", "S P", "S T", "S K", "S M", "S N", "S F", "S P L", "S P R", "S T R", "S K R",
    "S K L", "S K W",
})  # fmt: skip
"""Consonants that can begin an English word together; further, any one but NG, and before UW also one and Y."""
_BEFORE_Y: Final = frozenset({"P", "B", "K", "G", "F", "V", "M", "HH", "S P", "S K"})
_LONGEST: Final = 3
_BEGINS_WITH_VOWEL: Final = tuple("aoeāáǎàōóǒòēéěèê")


def pinyin(reading: str) -> str:
    """Syllables with tone numbers as they are printed, with their marks."""
    return " ".join(map(tone_marked, reading.split()))


def printed(reading: str) -> str:
    """Pinyin with its tone marks, ARPAbet in phonetic letters; anything else as it is."""
    return ipa(reading) if is_arpabet(reading) else pinyin(reading)


def ipa(reading: str) -> str:
    """An ARPAbet reading in phonetic letters, as dictionaries print it: ``M IH1 N AH0 T`` becomes ``ˈmɪnət``.

    Stress stands before its syllable, which takes as many consonants as can begin a word together; one syllable alone
    bears none. Anything that is not ARPAbet comes back as it is.
    """
    if not is_arpabet(reading):
        return reading
    parts = reading.split()
    vowels = [place for place, part in enumerate(parts) if part not in IPA_CONSONANTS]
    letters = [IPA_CONSONANTS.get(part) or _UNSTRESSED.get(part) or IPA_VOWELS[part[:2]] for part in parts]
    previous = -1
    for place in vowels:
        mark = _MARKS.get(parts[place][2:], "") if len(vowels) > 1 else ""
        if mark:
            begin = _onset(parts, previous + 1, place)
            letters[begin] = mark + letters[begin]
        previous = place
    return "".join(letters)


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


def word_reading(tokens: Sequence[Token]) -> str:
    """What is said for the tokens of one word, printed; empty for marks.

    The syllables of a Chinese word stand together, with an apostrophe where one could be misread (``xī'ān``); what a
    figure or a sign is read as stands apart.
    """
    said = [(token, printed(token.reading)) for token in tokens if token.reading]
    line = ""
    for number, (token, reading) in enumerate(said):
        before = said[number - 1][0] if number else None
        if before is None:
            line = reading
        elif token.kind == before.kind == "hanzi" and token.word == before.word and not token.changes:
            line += ("'" if reading.startswith(_BEGINS_WITH_VOWEL) else "") + reading
        else:
            line += " " + reading
    return line
