"""Readings → the voices' phones: pinyin syllables, and ARPAbet parted into syllables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from indextts.errors import StudioError
from indextts.phonemes.en.arpabet import syllables as english_syllables

INITIALS: Final = (
    *("zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h"),
    *("j", "q", "x", "r", "z", "c", "s", "y", "w"),
)
"""The longest first; y and w are initials like the others."""

_SPELT: Final = {
    "n": "en",
    "ng": "en",
    "hng": "en",
    "hm": "en",
    "m": "mu",
    "ê": "ei",
    "eh": "ei",
    "lue": "lve",
    "nue": "nve",
}
"""Interjections without a vowel, and spellings of what has another."""
_LONG: Final = {"ui": "uei", "un": "uen", "iu": "iou"}
"""Finals that pinyin writes short."""
_ONSETS: Final = {"a": "ga", "e": "ge", "o": "go"}
"""What stands before a syllable that begins with its final."""
_FRONTED: Final = frozenset("jqxy")
"""Initials behind which u is ü."""
ER: Final = ("ge", "er_c")


class PhoneSyllable(NamedTuple):
    """Its phones, and the tone that all of them share."""

    phones: tuple[str, ...]
    tone: str


def mandarin(pinyin: str, has: Callable[[str], bool]) -> list[PhoneSyllable]:
    """``zhong1`` as its two phones; a rhotic final that the voice has not (``has``) becomes a syllable more.

    Tone 6 is a third tone said as a second; two digits ending in 5 are a tone that has become neutral. Raises
    :class:`StudioError` ``unknown_symbol`` for what the voice cannot say.
    """
    letters = pinyin.rstrip("0123456789")
    digits = pinyin[len(letters) :]
    tone = {"6": "2"}.get(digits, "5" if len(digits) == 2 and digits[1] == "5" else digits)
    if tone not in ("1", "2", "3", "4", "5"):
        raise StudioError("unknown_symbol", text=pinyin, reading=pinyin)
    initial, final, rhotic = _split(letters.lower())
    if rhotic and has(f"{final}r_c"):
        syllables = [(initial, f"{final}r_c")]
    elif rhotic:
        syllables = [(initial, f"{final}_c"), ER]
    else:
        syllables = [(initial, f"{final}_c")]
    if not all(has(phone) for pair in syllables for phone in pair):
        raise StudioError("unknown_symbol", text=pinyin, reading=pinyin)
    return [PhoneSyllable(pair, f"tone{tone}") for pair in syllables]


def _split(letters: str) -> tuple[str, str, bool]:
    letters = letters.replace("u:", "v").replace("ü", "v")
    rhotic = letters.endswith("r") and letters != "er"
    letters = letters[:-1] if rhotic else letters
    letters = _SPELT.get(letters, letters)
    initial = next((start for start in INITIALS if letters.startswith(start)), "")
    final = letters[len(initial) :]
    if not initial:
        return _ONSETS.get(final[:1], ""), final, rhotic
    if initial in _FRONTED and final.startswith("u"):
        final = "v" + final[1:]
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "ih"
    elif final == "i" and initial in ("z", "c", "s"):
        final = "ii"
    return "xx_c" if initial == "x" else f"{initial}_c", _LONG.get(final, final), rhotic


def english(reading: str, has: Callable[[str], bool]) -> list[PhoneSyllable]:
    """An ARPAbet reading, ``P AY1 TH AA0 N`` or with its syllables parted by full stops.

    Raises :class:`StudioError` ``unknown_symbol``.
    """
    given = [part.split() for part in reading.split(".")]
    parts = given if len(given) > 1 else english_syllables(reading)
    return [_stressed(part, has, reading) for part in parts if part]


def _stressed(phones: Sequence[str], has: Callable[[str], bool], reading: str) -> PhoneSyllable:
    said = tuple(phone.rstrip("012").lower() for phone in phones)
    if not all(has(phone) and not phone.endswith("_c") for phone in said):
        raise StudioError("unknown_symbol", text=reading, reading=reading)
    stress = next((phone[-1] for phone in phones if phone[-1] in "012"), "0")
    # Secondary stress counts as none.
    return PhoneSyllable(said, "tone1" if stress == "1" else "tone0")
