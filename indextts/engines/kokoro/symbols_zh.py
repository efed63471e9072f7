"""Kokoro v1.1-zh's symbols, and how pinyin is written in them.

Its 171 symbols share numbers with those of v1.0, nine of them with another meaning. Mandarin is written as an initial
and a final of one symbol each and the tone's digit; the rhotic ending stands before the digit of the syllable that it
belongs to, and a stroke between words. English is written as for v1.0.
"""

from __future__ import annotations

from typing import Final

from indextts.engines.kokoro import symbols
from indextts.reading.phonemes.symbols import syllable_to_symbols

_OTHERWISE: Final = frozenset("ꭧɚɥɤɻ↓→↗↘")
"""Symbols of v1.0 whose numbers mean something else here."""
_OWN: Final = {
    "/": 7, "ㄓ": 23, "ㄅ": 30, "ㄆ": 32, "R": 34, "ㄇ": 37, "ㄈ": 38, "ㄉ": 40, "ㄊ": 49, "ㄋ": 73, "ㄌ": 74, "ㄍ": 79,
    "ㄎ": 84, "ㄦ": 85, "ㄏ": 88, "ㄐ": 89, "ㄑ": 91, "ㄒ": 93, "ㄔ": 94, "ㄕ": 95, "ㄗ": 96, "ㄘ": 97, "ㄙ": 98,
    "月": 99, "ㄚ": 100, "ㄛ": 104, "ㄝ": 105, "ㄞ": 106, "ㄟ": 107, "ㄠ": 108, "ㄡ": 109, "ㄢ": 117, "ㄣ": 121,
    "ㄤ": 122, "ㄥ": 124, "ㄖ": 126, "ㄧ": 127, "ㄨ": 134, "ㄩ": 137, "ㄜ": 140, "ㄭ": 141, "十": 144, "压": 145,
    "言": 146, "阳": 149, "要": 150, "阴": 151, "应": 152, "用": 153, "又": 154, "中": 155, "穵": 159, "外": 160,
    "万": 161, "王": 163, "为": 165, "文": 166, "瓮": 167, "我": 168, "3": 169, "5": 170, "1": 171, "2": 172, "4": 173,
    "元": 175, "云": 176,
}  # fmt: skip
IDS: Final[dict[str, int]] = {char: id_ for char, id_ in symbols.IDS.items() if char not in _OTHERWISE} | _OWN
"""Each symbol's number."""

_INITIALS: Final = {
    "^": "", "b": "ㄅ", "p": "ㄆ", "m": "ㄇ", "f": "ㄈ", "d": "ㄉ", "t": "ㄊ", "n": "ㄋ", "l": "ㄌ", "g": "ㄍ",
    "k": "ㄎ", "h": "ㄏ", "j": "ㄐ", "q": "ㄑ", "x": "ㄒ", "zh": "ㄓ", "ch": "ㄔ", "sh": "ㄕ", "r": "ㄖ", "z": "ㄗ",
    "c": "ㄘ", "s": "ㄙ",
}  # fmt: skip
_FINALS: Final = {
    "a": "ㄚ", "ai": "ㄞ", "an": "ㄢ", "ang": "ㄤ", "ao": "ㄠ", "e": "ㄜ", "ei": "ㄟ", "en": "ㄣ", "eng": "ㄥ",
    "er": "ㄦ", "i": "ㄧ", "ii": "ㄭ", "iii": "十", "ia": "压", "ian": "言", "iang": "阳", "iao": "要", "ie": "ㄝ",
    "in": "阴", "ing": "应", "iong": "用", "iou": "又", "ong": "中", "ou": "ㄡ", "u": "ㄨ", "ua": "穵", "uai": "外",
    "uan": "万", "uang": "王", "uei": "为", "uen": "文", "ueng": "瓮", "uo": "我", "o": "ㄛ", "v": "ㄩ", "ve": "月",
    "van": "元", "vn": "云",
}  # fmt: skip


def mandarin(pinyin: str) -> str:
    """Write one syllable of pinyin with its tone, ``zhong1``, as ``ㄓ中1``.

    Raises :class:`StudioError` ``unknown_symbol`` for what is no such syllable.
    """
    initial, final = syllable_to_symbols(pinyin)
    return _INITIALS[initial] + _FINALS[final[:-1]] + final[-1]


def rhotic(syllable: str) -> tuple[str, str]:
    """Divide a written syllable with a rhotic ending in what its own character says and what 儿 says.

    The tone goes with the ending: ``万2`` becomes ``万`` and ``R2``, ``ㄍㄜ1`` ``ㄍ`` and ``ㄦ1``.
    """
    sound, tone = syllable[:-1], syllable[-1]
    if len(sound) > 1 and sound.endswith("ㄜ"):
        return sound[:-1], f"ㄦ{tone}"
    return sound, f"R{tone}"
