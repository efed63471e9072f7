"""What each English sound becomes in the symbols of the Mandarin voice, as data.

An entry is a row of symbols: initials, and finals without a tone (the syllable's stress gives it); ``_`` begins a new
syllable. Initials may stand alone and before any final, also where Mandarin has no such syllable.

The entries are made by hand, after how Mandarin takes English words in. ``benchmarks/accuracy_english.py`` measures how
many words an American recogniser hears in them; a search over these tables for its score found nothing that held on
other words.
"""

from __future__ import annotations

from typing import Final

STRESSED: Final = "4"
"""Tone of the main stress."""
SECOND_STRESS: Final = "1"
BEFORE_STRESS: Final = "1"
BEHIND_STRESS: Final = "5"
NEUTRAL: Final = "5"
"""Of a vowel that only carries a consonant, and of the second half of a vowel in two syllables."""

VOWELS: Final[dict[str, str]] = {
    "AA": "a", "AE": "ai", "AH": "a", "AO": "uo", "AW": "ao", "AX": "e", "AY": "ai", "EH": "ei", "ER": "e _ ^ er",
    "ER0": "e", "EY": "ei", "IH": "i", "IY": "i", "OW": "ou", "OY": "uo _ ^ i", "UH": "u", "UW": "u",
}  # fmt: skip
"""Vowels; ``AX`` is an unstressed ``AH``, and a 0 marks what is said without stress where that differs."""

JOINED: Final[dict[tuple[str, str], str]] = {
    ("AA", "M"): "ang _ m u", ("AA", "N"): "an", ("AA", "NG"): "ang", ("AA", "R"): "a _ ^ er", ("AE", "M"): "an _ m u",
    ("AE", "N"): "an", ("AE", "NG"): "ang", ("AE", "R"): "ei _ ^ er", ("AH", "M"): "an _ m u", ("AH", "N"): "an",
    ("AH", "NG"): "ang", ("AO", "L"): "ou", ("AO", "M"): "ong _ m u", ("AO", "N"): "ong", ("AO", "NG"): "ong",
    ("AO", "R"): "uo _ ^ er", ("AW", "N"): "ang", ("AW", "R"): "ao _ ^ er", ("AX", "L"): "ou", ("AX", "M"): "en _ m u",
    ("AX", "N"): "en", ("AX", "NG"): "eng", ("AY", "N"): "ai _ ^ en", ("AY", "R"): "ai _ ^ er", ("EH", "M"): "en _ m u",
    ("EH", "N"): "en", ("EH", "NG"): "eng", ("EH", "R"): "ei _ ^ er", ("EY", "N"): "ei _ ^ en",
    ("EY", "R"): "ei _ ^ er", ("IH", "M"): "in _ m u", ("IH", "N"): "in", ("IH", "NG"): "ing", ("IH", "R"): "i _ ^ er",
    ("IY", "N"): "in", ("IY", "NG"): "ing", ("IY", "R"): "i _ ^ er", ("OW", "L"): "ou", ("OW", "N"): "ong",
    ("OW", "NG"): "ong", ("OW", "R"): "uo _ ^ er", ("OY", "N"): "uo _ ^ in", ("UH", "L"): "ou", ("UH", "N"): "uen",
    ("UH", "R"): "u _ ^ er", ("UW", "N"): "uen", ("UW", "R"): "u _ ^ er",
}  # fmt: skip
"""Vowels together with the consonant behind them."""

INITIALS: Final[dict[str, str]] = {
    "B": "b", "CH": "ch", "D": "d", "DH": "z", "F": "f", "G": "g", "HH": "h", "JH": "zh", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "^", "P": "p", "R": "r", "S": "s", "SH": "sh", "T": "t", "TH": "s", "V": "f", "W": "^", "Y": "^",
    "Z": "z", "ZH": "r",
}  # fmt: skip
"""A consonant right before its vowel."""

INITIALS_BEFORE_I: Final[dict[str, str]] = {
    "CH": "q", "JH": "j", "SH": "x", "ZH": "j",
}  # fmt: skip
"""The same before finals that begin with i or v, where it differs."""

AFTER_S: Final[dict[str, str]] = {
    "K": "g", "P": "b", "T": "d",
}  # fmt: skip
"""Stops behind S: without breath."""

ZERO: Final = "^"
"""Before a vowel that begins its syllable."""

GLIDES: Final[dict[str, dict[str, str]]] = {
    "W": {
        "a": "ua", "ai": "uai", "an": "uan", "ang": "uang", "e": "uo", "ei": "uei", "en": "uen", "eng": "ueng",
        "er": "u _ ^ er", "i": "uei", "ie": "uei", "in": "uen", "ing": "ueng", "o": "uo", "ong": "ueng", "ou": "uo",
        "u": "u", "uo": "uo",
    },
    "Y": {
        "a": "ia", "ai": "ie", "an": "ian", "ang": "iang", "ao": "iao", "e": "ie", "ei": "ie", "en": "in", "er": "ie",
        "i": "i", "in": "in", "ing": "ing", "ong": "iong", "ou": "iou", "u": "iou", "uen": "vn", "uo": "iou",
    },
}  # fmt: skip
"""W and Y melt into the final behind them."""

CARRIED: Final[dict[str, str]] = {
    "B": "b u", "CH": "ch iii", "D": "d e", "DH": "z ii", "F": "f u", "G": "g e", "HH": "h e", "JH": "zh iii",
    "K": "k e", "L": "^ ou", "M": "m u", "N": "^ en", "NG": "^ eng", "P": "p u", "R": "^ er", "S": "s ii",
    "SH": "sh iii", "T": "t e", "TH": "s ii", "V": "f u", "W": "^ u", "Y": "^ i", "Z": "z ii", "ZH": "r iii",
}  # fmt: skip
"""A consonant that no vowel of the word takes along: with a light vowel, as a syllable of its own."""

CLUSTERS: Final = frozenset({
    "B L", "B R", "B Y", "D R", "D W", "F L", "F R", "F Y", "G L", "G R", "G W", "HH W", "HH Y", "K L", "K R", "K W",
    "K Y", "M Y", "P L", "P R", "P Y", "S K", "S K R", "S K W", "S L", "S M", "S N", "S P", "S P L", "S P R", "S T",
    "S T R", "S W", "SH R", "T R", "T W", "TH R", "V Y",
})  # fmt: skip
"""Consonants that may begin a syllable together."""
