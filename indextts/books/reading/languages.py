"""Whether a text is in a language that the voices here speak, and whether it is a text at all.

warning_of(sample)      # None, or a sentence in English and Chinese: hours of nonsense are told before they are spoken
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from typing import Final

from indextts.books.reading.limits import notice
from indextts.platform.tables import tables_beside

_LEAST: Final = 120  # Letters, with the marks on them, below which nothing is said of words …
_LEAST_OF_SCRIPT: Final = 40  # … and of letters that neither English nor Chinese has
_KANA: Final = 0.12  # Share of letters of Japanese syllables, which stand between Chinese characters …
_FOREIGN: Final = 0.3
"""… and of any other letters that are neither Latin nor Chinese, from which on a text is in their language."""
_HAN: Final = re.compile("[\u3400-\u9fff]")
_LATIN: Final = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
_WORDS: Final = re.compile("[a-zà-ɏḁ-ỿ]+(?:['’][a-z]+)?")
_CODES: Final = re.compile(r"\(cid:\d+\)|\ufffd|/[gG]\d{1,5}\b")
_COMMON_LATIN: Final = 0.08
"""Share of small words below which a text in Latin letters is in none of the languages that are known."""
_COMMON_HAN: Final = 0.22
"""Share of the common characters below which Chinese characters make no sense; prose has three times as many."""


def warning_of(sample: str) -> tuple[str, str] | None:
    """What to tell a person of a text like ``sample``, in English and Chinese; None where voices here speak it."""
    letters = sum(unicodedata.category(char)[0] in "LM" for char in sample)
    coded = len(_CODES.findall(sample))
    if coded * 20 > max(letters, _LEAST):
        return notice("meaningless")
    if letters < _LEAST_OF_SCRIPT:
        return None
    scripts = Counter(
        unicodedata.name(char, "?").partition(" ")[0]
        for char in sample
        if char > "ɏ" and unicodedata.category(char)[0] in "LM"
    )
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > letters * _KANA:
        return notice("unspoken", "Japanese", "日语")
    for script, count in scripts.most_common(2):
        if script not in ("CJK", "LATIN", "FULLWIDTH", "BOPOMOFO") and count > letters * _FOREIGN:
            english, chinese = tables_beside(__file__, "tables.yaml")["scripts"].get(
                script, (script.title(), "其他语言")
            )
            return notice("unspoken", english, chinese)
    if letters < _LEAST:
        return None
    han, latin = _HAN.findall(sample), _LATIN.findall(sample)
    if len(han) > letters / 4:
        common = frozenset(tables_beside(__file__, "tables.yaml")["common"])
        return notice("meaningless") if sum(char in common for char in han) < len(han) * _COMMON_HAN else None
    return _of_latin(sample) if len(latin) > letters / 2 else None


def _of_latin(sample: str) -> tuple[str, str] | None:
    words = Counter(_WORDS.findall(sample.casefold()))
    total = sum(words.values())
    if total < _LEAST / 4:
        return None
    shares = {key: sum(words[word] for word in small) / total for key, small in _small_words().items()}
    best = max(shares, key=lambda key: shares[key])
    if shares[best] < _COMMON_LATIN:
        # Names, code and lists have few small words, but their letters are those of words.
        vowels = sum(sample.casefold().count(vowel) for vowel in "aeiouyäöüéèáàóíúãõêôåø")
        if vowels < sum(map(str.isalpha, sample)) * 0.2:
            return notice("meaningless")
        return notice("unspoken", "a language other than English", "英文以外的语言") if _is_prose(sample) else None
    if best == "en" or shares["en"] > shares[best] * 0.7:
        return None
    return notice("unspoken", *tables_beside(__file__, "tables.yaml")["latin_languages"][best])


def _is_prose(sample: str) -> bool:
    """Whether a text has sentences: most of its words begin small, and lines end as sentences do."""
    words = re.findall(r"[^\W\d_]+", sample)
    ends = len(re.findall(r"[.!?…][”\"’']?(?:\s|$)", sample))
    return sum(word[0].islower() for word in words) > 0.75 * len(words) and len(words) < 40 * ends


@functools.cache
def _small_words() -> dict[str, frozenset[str]]:
    return {
        key: frozenset(words.split()) for key, words in tables_beside(__file__, "tables.yaml")["small_words"].items()
    }
