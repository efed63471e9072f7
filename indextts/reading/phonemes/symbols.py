"""The embedded voice's symbols and how a pinyin syllable is written in them; the sounds of ARPAbet."""

from __future__ import annotations

import functools
from typing import Final

from indextts.model.errors import StudioError
from indextts.platform.tables import tables_beside

_TABLES: Final = tables_beside(__file__, "symbols.yaml")
INITIALS: Final[tuple[str, ...]] = tuple(_TABLES["initials"].split())
FINALS: Final[tuple[str, ...]] = tuple(_TABLES["finals"].split())
TONES: Final = "12345"
VOWELS: Final = frozenset(["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"])
CONSONANTS: Final[frozenset[str]] = frozenset(_TABLES["consonants"].split())
"""ARPAbet's, as :data:`VOWELS`."""
ZERO_INITIAL: Final = "^"
BREAKS: Final = ("#0", "#1", "#2", "#3")
"""Break tokens: inside a word, after a word, after a phrase, after an intonational phrase."""

SYMBOLS: Final[tuple[str, ...]] = (
    "pad", "sil", *BREAKS, ZERO_INITIAL, *INITIALS, *(final + tone for final in FINALS for tone in TONES), "eos",
)  # fmt: skip
"""The voice's inventory in the order of its ids, from 0."""

_WHOLE: Final[dict[str, str]] = _TABLES["whole"]
"""Syllables that begin with their final (``y`` and ``w`` are spelling), and interjections without a vowel."""

_SHORT: Final = {"iu": "iou", "ui": "uei", "un": "uen", "ue": "ve", "ü": "v", "üe": "ve", "üan": "van", "ün": "vn"}
"""Finals that pinyin writes short."""


@functools.lru_cache(maxsize=4096)
def syllable_to_symbols(pinyin: str) -> tuple[str, str]:
    """``zhong1`` as ``("zh", "ong1")``: initial and tonal final.

    Raises :class:`StudioError` ``unknown_symbol`` for what is no syllable with a tone from 1 to 5.
    """
    syllable, tone = pinyin[:-1].replace("u:", "v").replace("ü", "v"), pinyin[-1:]
    pair = _split(syllable) if tone in TONES and tone else None
    if pair is None:
        raise StudioError("unknown_symbol", text=pinyin, reading=pinyin)
    return pair[0], pair[1] + tone


def is_syllable(pinyin: str) -> bool:
    try:
        syllable_to_symbols(pinyin)
    except StudioError:
        return False
    return True


def is_arpabet(reading: str) -> bool:
    """Whether every part of ``reading`` is an ARPAbet phone; vowels may carry a stress digit."""
    parts = reading.split()
    return bool(parts) and all(
        part in CONSONANTS or (part.rstrip("012") in VOWELS and len(part) <= 3) for part in parts
    )


def _split(syllable: str) -> tuple[str, str] | None:
    if syllable in _WHOLE:
        return ZERO_INITIAL, _WHOLE[syllable]
    initial = next((i for i in (syllable[:2], syllable[:1]) if i in INITIALS), "")
    final = syllable[len(initial) :]
    if not initial:
        # Only finals that begin with a, e or o stand alone as they are written.
        return (ZERO_INITIAL, final) if final in FINALS and final[:1] in "aeo" and final != "ong" else None
    if initial in ("j", "q", "x"):
        if final[:1] == "u":
            final = "v" + final[1:]
    elif final == "i" and initial in ("z", "c", "s"):
        final = "ii"
    elif final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "iii"
    final = _SHORT.get(final, final)
    # Spellings that are not pinyin: the voice's own long names of finals.
    written = syllable[len(initial) :]
    if final not in FINALS or (written in ("iou", "uei", "uen", "ii", "iii", "er", "ueng") and final == written):
        return None
    return initial, final
