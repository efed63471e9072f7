"""Kokoro v1.0's symbols, and how pinyin and ARPAbet are written in them.

The 114 symbols and their ids are those of the model's published ``config.json``. Mandarin is written as the voices were
trained on it: IPA with the tone's arrow after the vowel, before a final n or ng. English is written with one symbol for
each phone, and the stress mark stands before the vowel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from indextts.model.errors import StudioError
from indextts.reading.phonemes.symbols import VOWELS, is_arpabet, syllable_to_symbols

_RUNS: Final = (
    (1, ";:,.!?"), (9, "—…\"()“” \u0303ʣʥʦʨᵝꭧAI"), (31, "O"), (33, "Q"), (35, "ST"), (39, "W"), (41, "Yᵊabcdef"),
    (50, "hijklmnopqrstuvwxyzɑɐɒæ"), (75, "βɔɕç"), (80, "ɖðʤə"), (85, "ɚɛɜ"), (90, "ɟ"), (92, "ɡ"), (99, "ɥ"),
    (101, "ɨɪʝ"), (110, "ɯɰŋɳɲɴø"), (118, "ɸθœ"), (123, "ɹ"), (125, "ɾɻ"), (128, "ʁɽʂʃʈʧ"), (135, "ʊʋ"), (138, "ʌɣɤ"),
    (142, "χʎ"), (147, "ʒʔ"), (156, "ˈˌː"), (162, "ʰ"), (164, "ʲ"), (169, "↓"), (171, "→↗↘"), (177, "ᵻ"),
)  # fmt: skip
IDS: Final[dict[str, int]] = {char: first + place for first, run in _RUNS for place, char in enumerate(run)}
"""Each symbol's number; 0 stands at both ends of a line."""

MOST_SYMBOLS: Final = 510
"""The longest line that the model takes, without the zeros at its ends."""

_INITIALS: Final = {
    "^": "", "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ",
    "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip
_FINALS: Final = {
    "a": "a·", "ai": "ai·", "an": "a·n", "ang": "a·ŋ", "ao": "au·", "e": "ɤ·", "ei": "ei·", "en": "ə·n", "eng": "ə·ŋ",
    "er": "ɚ·", "i": "i·", "ii": "ɨ·", "iii": "ɨ·", "ia": "ja·", "ian": "jɛ·n", "iang": "ja·ŋ", "iao": "jau·",
    "ie": "je·", "in": "i·n", "ing": "i·ŋ", "iong": "jʊ·ŋ", "iou": "jou·", "ong": "ʊ·ŋ", "ou": "ou·", "u": "u·",
    "ua": "wa·", "uai": "wai·", "uan": "wa·n", "uang": "wa·ŋ", "uei": "wei·", "uen": "wə·n", "ueng": "wə·ŋ",
    "uo": "wo·", "o": "ɔ·", "v": "y·", "ve": "ɥe·", "van": "ɥɛ·n", "vn": "y·n",
}  # fmt: skip
"""The dot is the place of the tone."""
_ARROWS: Final = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_LABIALS: Final = frozenset("bpmf")

_CONSONANTS: Final = {
    "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_AMERICAN: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "EY": "A", "IH": "ɪ",
    "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u",
}  # fmt: skip
_BRITISH: Final = _AMERICAN | {"AE": "a", "AO": "ɔː", "OW": "Q", "UW": "uː"}
_BEFORE_R: Final = {"IH": "ɪə", "IY": "ɪə", "EH": "ɛː", "UH": "ʊə", "UW": "ʊə", "AA": "ɑː", "AO": "ɔː"}
"""British vowels that an R behind them belongs to."""
_STRESS: Final = {"0": "", "1": "ˈ", "2": "ˌ"}
_HISSES: Final = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_SYLLABIC: Final = {
    "N": frozenset("tdszʃʒʧʤvfθ"),
    "L": frozenset("bpmftTdnɡkszʃʒʧʤvθðŋh"),
}
"""After which symbols an unstressed AH before N or L is hardly a vowel any more."""


def mandarin(pinyin: str) -> str:
    """Write one syllable of pinyin with its tone, ``zhong1``, as ``ꭧʊ→ŋ``.

    Raises :class:`StudioError` ``unknown_symbol`` for what is no such syllable.
    """
    initial, final = syllable_to_symbols(pinyin)
    tone, final = final[-1], final[:-1]
    if final == "o" and initial in _LABIALS:
        final = "uo"
    return _INITIALS[initial] + _FINALS[final].replace("·", _ARROWS[tone])


def english(reading: str, *, british: bool = False, stressed: bool = True) -> str:
    """Write an ARPAbet reading, ``HH AH0 L OW1``, as ``həlˈO``.

    A word that the sentence does not stress loses its mark where it has one syllable. Raises :class:`StudioError`
    ``unknown_symbol`` for what is no ARPAbet phone.
    """
    phones = [phone for phone in reading.split() if phone != "."]
    if not phones or not all(is_arpabet(phone) for phone in phones):
        raise StudioError("unknown_symbol", text=reading, reading=reading)
    if len(phones) > 1 and phones[-1] == "IY2":
        phones[-1] = "IY0"  # the dictionary's mark on "-ity" and "-ty", which nobody stresses
    marked = stressed or sum(map(_is_vowel, phones)) > 1
    written = ""
    place = 0
    while place < len(phones):
        before, phone, after = phones[:place], phones[place], phones[place + 1 :]
        taken = 1
        if _is_vowel(phone):
            stress = phone[-1] if phone[-1].isdigit() else "0"
            symbols, taken = _vowel(phone.rstrip("012"), stress, before, after, written[-1:], british)
            written += (_STRESS[stress] if marked else "") + symbols
        elif phone == "R" and british and not (after and _is_vowel(after[0])):
            pass  # said before vowels only
        elif phone == "T" and not british and _is_flapped(before, after):
            written += "T"
        else:
            written += _CONSONANTS[phone]
        place += taken
    return written


def _is_vowel(phone: str) -> bool:
    return phone.rstrip("012") in VOWELS


def _is_flapped(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether an American T is hardly more than a tap: "water", "party", but neither "attend" nor "button"."""
    if not before or not (_is_vowel(before[-1]) or before[-1] == "R"):
        return False
    return bool(after) and after[0][-1] == "0" and not (after[0] == "AH0" and _closes(after[1:], "N"))


def _closes(after: Sequence[str], phone: str) -> bool:
    """Whether ``phone`` comes next and no vowel behind it takes it into its own syllable."""
    return after[:1] == [phone] and not (len(after) > 1 and _is_vowel(after[1]))


def _vowel(
    name: str, stress: str, before: Sequence[str], after: Sequence[str], last: str, british: bool
) -> tuple[str, int]:
    """A vowel's symbols, and how many phones they say: an R behind it may be one of them."""
    following = after[0] if after else ""
    if not british and stress == "0" and name in ("IH", "AH") and _is_ending(before, after):
        return "ᵻ", 1
    if name == "AH" and stress == "0":
        return ("ᵊ" if _closes(after, following) and last in _SYLLABIC.get(following, ()) else "ə"), 1
    if name == "ER":
        linked = "ɹ" if not british or (following and _is_vowel(following)) else ""
        return ("ə" if stress == "0" else "ɜː" if british else "ɜ") + linked, 1
    if not british:
        return _AMERICAN[name], 1
    if name in _BEFORE_R and _closes(after, "R"):
        return _BEFORE_R[name], 2
    if name == "IY":
        return ("ɪə" if following == "R" else "i" if stress == "0" else "iː"), 1
    if name == "AA":
        return "ɒ", 1
    return _BRITISH[name], 1


def _is_ending(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a weak vowel stands in the ending of "wanted" or "houses"."""
    if len(after) != 1 or not before:
        return False
    return (after[0] == "D" and before[-1] in ("T", "D")) or (after[0] == "Z" and before[-1] in _HISSES)


def unknown(written: str) -> str:
    """The symbols of ``written`` that the model does not have; empty where it has all."""
    return "".join(char for char in written if char not in IDS)
