"""IPA in a text: ``think /θɪŋk/``, ``the vowel [iː]``, and words of two readings with a mark of stress, ``reˈcord``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from indextts.model.sources import MARKUP
from indextts.reading.phonemes.en import heteronyms
from indextts.reading.phonemes.en.ipa import UnreadableError, read_ipa
from indextts.reading.text.overrides import Override

_STRETCH: Final = re.compile(
    r"/(?P<strokes>[^\s/\[\]][^/\n\[\]]{0,40})(?<!\s)/(?![A-Za-z\d/])|\[(?P<brackets>[^\[\]\n/]{1,40})\]"
)
_SURE: Final = re.compile("[æɑɒɐɔəɚɛɜɝɪʊʌʃʒθðŋɹɡɫʧʤˈˌː]|^[a-z]{1,2}:$")
_LETTERS_ALONE: Final = re.compile(r"[a-z]{1,3}")
_TOUCHED: Final = re.compile(r"[A-Za-z\d_/.:~]$")
"""What stands before a stroke that opens nothing, or before the name of a folder."""
_OF_SOUNDS: Final = re.compile(
    r"[/\[][a-z]{1,2}:[/\]]|音标|音素|元音|辅音|发音|读音|\b(?:vowels?|consonants?|diphthongs?|phonemes?|phonetics?"
    r"|pronounc\w+|pronunciations?|IPA)\b|\bsounds?(?= (?:is |of |as |like )?[/\[])"
)
_STRESSED: Final = re.compile(r"(?<![A-Za-zˈˌ])[A-Za-z]*[ˈˌ][A-Za-zˈˌ]*[A-Za-z]")
_SYLLABIC: Final = re.compile(r"(?<=[012] )((?:[A-Z]{1,2} )*(?:[BDFGKPSTVZ]|[CDSTZ]H|JH)) (?=[LMN]$)")
"""Where the last consonant is a syllable: ``ˈæpl``."""
_STRESS: Final = re.compile("[ˈˌ]")


def in_text(text: str) -> Iterator[Override]:
    """What stands in IPA in a text, in order and apart: ``think /θɪŋk/``, ``the vowel [iː]``; and words of two
    readings with a mark of stress, ``reˈcord``.

    Between strokes or brackets it has a letter that no word has. Where a text has such, or speaks of sounds, plain
    letters between strokes are IPA as well: ``/p/``; elsewhere they may be a path.
    """
    if "/" not in text and "[" not in text and not _STRESS.search(text):
        return
    of_sounds = bool(_SURE.search(text) or _OF_SOUNDS.search(text))
    done = 0
    for found in _STRETCH.finditer(text) if of_sounds else ():
        yield from _stressed(text, done, found.start())
        inside, done = found[found.lastgroup or 0], found.end()
        sure = inside.islower() and _SURE.search(inside) is not None
        plain = found.lastgroup == "strokes" and _LETTERS_ALONE.fullmatch(inside)
        touched = _TOUCHED.search(text, 0, found.start()) is not None
        reading = _reading(inside) if sure or (plain and not touched) else ""
        if reading:
            yield Override(*found.span(), reading=reading, lang="en", source=MARKUP)
    yield from _stressed(text, done, len(text))


def _reading(written: str) -> str:
    """ARPAbet of what is English in IPA, word by word; nothing for what is not."""
    try:
        words = [read_ipa(word, lambda count: ()) for word in written.split()]
    except UnreadableError:
        return ""
    return " ".join(_SYLLABIC.sub(r"\1 AH0 ", word) for word in words)


def _stressed(text: str, first: int, last: int) -> Iterator[Override]:
    """Words of two readings whose stress is marked: ``ˈrecord`` and ``reˈcord``."""
    for found in _STRESSED.finditer(text, first, last):
        at_once = found[0][0] == "ˈ"
        for reading in heteronyms.alternatives(_STRESS.sub("", found[0])):
            if (re.sub(r"[^012]", "", reading)[:1] == "1") == at_once:
                yield Override(*found.span(), reading=reading, lang="en", source=MARKUP)
                break
