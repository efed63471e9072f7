"""Readings as dictionaries print them: pinyin with its tone marks, English in the letters of the IPA.

printed("chong2 qing4")      # chóng qìng
printed("M IH1 N AH0 T")     # ˈmɪnət
word_reading(tokens)         # Chóngqìng's syllables in one: chóngqìng
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from indextts.model.utterance import Token
from indextts.reading.phonemes.en.ipa import ipa
from indextts.reading.phonemes.reading_input import tone_marked
from indextts.reading.phonemes.symbols import is_arpabet

_BEGINS_WITH_VOWEL: Final = tuple("aoeāáǎàōóǒòēéěèê")


def pinyin(reading: str) -> str:
    """Syllables with tone numbers as they are printed, with their marks."""
    return " ".join(map(tone_marked, reading.split()))


def printed(reading: str) -> str:
    """Pinyin with its tone marks, ARPAbet in phonetic letters; anything else as it is."""
    return ipa(reading) if is_arpabet(reading) else pinyin(reading)


def typed(reading: str) -> str:
    """A reading as a field for typing shows it: :func:`printed`, English between slashes so that it is read back."""
    return f"/{ipa(reading)}/" if is_arpabet(reading) else pinyin(reading)


def distinct(reading: str, alternatives: Sequence[str]) -> list[str]:
    """The alternatives that look different from ``reading`` and from each other in print."""
    by_print: dict[str, str] = {}
    for one in (reading, *alternatives):
        by_print.setdefault(printed(one), one)
    return [one for one in by_print.values() if one != reading]


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
