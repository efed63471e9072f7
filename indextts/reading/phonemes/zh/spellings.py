"""How people write the syllables of Mandarin: pinyin with tone marks, syllables of a word together, and zhuyin.

joined("xuéshēng"), joined("Xī'ān"), joined("xi1'an1")     # the syllables of one word, with tone numbers
zhuyin("ㄋㄧˇㄏㄠˇ")                                         # "ni3 hao3": what is in zhuyin, in pinyin
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from indextts.platform.tables import tables_beside
from indextts.reading.phonemes import symbols
from indextts.reading.phonemes.zh import syllables

MARKS: Final = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}  # Combining tone marks.
ZHUYIN: Final = re.compile(
    r"˙?(?:[\u3105-\u3119](?![\u311a-\u3125\u3127-\u3129])|[\u3105-\u3119]?[\u311a-\u3125]"
    r"|[\u3105-\u3119]?[\u3127-\u3129][\u311a-\u3125]?|\u3126)[ˉˊˇˋ˙\u00b4]?"
)
"""A syllable in zhuyin: initial, medial and rhyme, and the mark of its tone; or a symbol alone."""
_TONES: Final = {"˙": "5", "ˊ": "2", "\u00b4": "2", "ˇ": "3", "ˋ": "4"}
_APART: Final = re.compile(r"['’]|(?<=[0-5])(?=[a-zü])")
_MOST_LETTERS: Final = 48
_Letter = tuple[str, str]
"""A letter and the tone that is marked above it."""


def unmarked(syllable: str) -> tuple[str, str]:
    """``xíng`` as ``xing`` and ``2``; what has no mark as it is, with no tone."""
    letters = unicodedata.normalize("NFD", syllable)
    mark = next((char for char in letters if char in MARKS), "")
    if not mark:
        return syllable, ""
    return unicodedata.normalize("NFC", letters.replace(mark, "", 1)), MARKS[mark]


def joined(word: str) -> tuple[str, ...]:
    """The syllables of ``word`` with their tone numbers, 5 where none is given; empty where it is no pinyin.

    A syllable begins with a vowel only behind an apostrophe, a number, or where the tone marks leave no other way;
    an r behind a syllable is the 儿 of it.
    """
    out: list[str] = []
    for piece in _APART.split(unicodedata.normalize("NFC", word).lower().replace("u:", "ü")):
        letters: list[_Letter] = []
        for char in piece.rstrip("012345"):
            plain, tone = unmarked(char)
            letters.append(("v" if plain == "ü" else plain, tone))
        number = piece[len(letters) :]
        fits = 0 < len(letters) <= _MOST_LETTERS and len(number) <= 1
        found = (_split(tuple(letters), strict=True) or _split(tuple(letters), strict=False)) if fits else ()
        whole = len(found) == 1 or (len(found) == 2 and found[-1] == "r5")
        if not found or (number and (not whole or any(tone for _, tone in letters))):
            return ()
        if number:
            found = (found[0][:-1] + (number if number != "0" else "5"), *found[1:])
        out += ("er5" if each == "r5" else each for each in found)
    return tuple(out)


@functools.lru_cache(maxsize=1024)
def _split(letters: tuple[_Letter, ...], *, strict: bool) -> tuple[str, ...]:
    """The longest syllables first, ``strict`` with no vowel at the beginning of one; the r of 儿 as ``r5``."""
    for end in range(min(len(letters), 6), 0, -1):
        tones = "".join(tone for _, tone in letters[:end])
        head = "".join(letter for letter, _ in letters[:end])
        if len(tones) > 1 or not (head in _known() or (head == "r" and end == len(letters))):
            continue
        rest = letters[end:]
        if not rest:
            return (f"{head}{tones or '5'}",)
        bare = rest[0][0] in "aeo" and (strict or not any(tone for _, tone in rest[:2]))
        following = () if bare or head == "r" else _split(rest, strict=strict)
        if following:
            return (f"{head}{tones or '5'}", *following)
    return ()


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(each[:-1] for each in syllables.in_use()) | {"lue", "nue"}


def zhuyin(written: str) -> str:
    """``written`` with what is in zhuyin as pinyin, syllables parted by spaces; the rest as it is."""
    return " ".join(ZHUYIN.sub(lambda match: f" {_of_zhuyin(match[0])} ", written).split())


def _of_zhuyin(syllable: str) -> str:
    """Its pinyin; as it is where Mandarin has no such syllable. A consonant alone is said by its name: ``bo1``."""
    tone = next((_TONES[char] for char in syllable if char in _TONES), "1")
    symbol = re.sub("[^\u3105-\u3129]", "", syllable)
    onset, rhyme = (symbol[0], symbol[1:]) if symbol[0] <= "\u3119" else ("", symbol)
    table = _zhuyin()
    behind, alone = table.get(rhyme, ("", ""))
    if not onset:
        pinyin = alone
    elif rhyme:
        pinyin = table[onset][0] + behind if behind else ""
    else:
        pinyin = table[onset][1]
        if f"{pinyin}{tone}" not in syllables.in_use() and symbol == syllable:
            tone = next(other for other in "2435" if f"{pinyin}{other}" in syllables.in_use())
    said = syllables.spelt(pinyin + tone) or pinyin + tone
    return said if symbols.is_syllable(said) else syllable


@functools.cache
def _zhuyin() -> Mapping[str, tuple[str, str]]:
    """Consonant → its letters, and its name; rhyme → how it is spelt behind a consonant, and alone."""
    table: dict[str, str] = tables_beside(__file__, "syllables.yaml")["zhuyin"]
    pairs = ((symbol, spelt.split()) for symbol, spelt in table.items())
    return {symbol: (both[0].strip("-"), both[-1]) for symbol, both in pairs}
