"""Pinyin as books print it: tone marks in place of tone numbers."""

from __future__ import annotations

from typing import Final

_MARKS: Final = {
    "a": "āáǎàa",
    "e": "ēéěèe",
    "i": "īíǐìi",
    "o": "ōóǒòo",
    "u": "ūúǔùu",
    "ü": "ǖǘǚǜü",
    "n": ("n̄", "ń", "ň", "ǹ", "n"),
    "m": ("m̄", "ḿ", "m̌", "m̀", "m"),
}


def tone_marked(reading: str) -> str:
    """Pinyin as it is printed: ``chong2`` becomes ``chóng``, ``lv4`` ``lǜ``, ``er5`` ``er``.

    Anything that is not a syllable with a tone number comes back as it is.
    """
    syllable, tone = reading[:-1].replace("v", "ü").replace("u:", "ü"), reading[-1:]
    if tone not in "12345" or not syllable.isalpha() or not syllable.islower():
        return reading
    for vowel in ("a", "e", "ou"):
        if vowel in syllable:
            place = syllable.index(vowel)
            break
    else:
        places = [index for index, char in enumerate(syllable) if char in "iuüo"]
        places = places or [index for index, char in enumerate(syllable) if char in "nm"]
        if not places:
            return syllable
        place = places[-1] if syllable[places[-1]] not in "nm" else places[0]
    return syllable[:place] + _MARKS[syllable[place]][int(tone) - 1] + syllable[place + 1 :]
