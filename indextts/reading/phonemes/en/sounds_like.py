"""English readings in ordinary words: how a word sounds is told by other words, or by a respelling.

sounds_like("this", "like: that")            # DH AE1 T
sounds_like("tomato", "tom ah toe")          # T AA0 M AA1 T OW2
sounds_like("Nietzsche", "NEE-chuh")         # N IY1 CH AH0
sounds_like("lead", "rhymes with bed")       # L EH1 D
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

from indextts.platform import importing
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.en.ipa import UnreadableError
from indextts.reading.phonemes.symbols import VOWELS

pronunciation = importing.lazy("indextts.reading.phonemes.en.pronunciation")

_LIKE: Final = re.compile(
    r"\s*(?:(?:sounds?\s+)?like(?=[\s:：])|[像象]|读作|念作)\s*[:：]?([^\u3400-\u9fff]*[a-z][^\u3400-\u9fff]*)", re.I
)
_RHYMES: Final = re.compile(r"\s*(?:rhymes?\s+with|押韵)\s*[:：]?([^\u3400-\u9fff]*[a-z][^\u3400-\u9fff]*)", re.I)
_QUOTES: Final = str.maketrans("", "", '“”‘"«»')
_PARTS: Final = re.compile(r"[\s\-·.‐‑–]+")
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)*'?", re.I)
_LONGEST: Final = 4  # Letters of the longest row of the respelling's table.
_ACRONYM: Final = re.compile(
    r"\b(?:non|pro|anti|ex|pre|post|mid|co|re|un|multi|all|self|sub|intra|inter)-[A-Z]{2,3}\b(?!-)"
)
_REDUCED: Final = ("uh", "er", "a", "the")  # Parts that stand for a reduced vowel where another part bears the stress.


def asks_to_sound_like(written: str) -> bool:
    """Whether ``written`` says itself that it is to be taken as other words: ``like: that``, ``像 that``."""
    return bool(_LIKE.match(written) or _RHYMES.match(written))


def is_respelt(word: str, written: str) -> bool:
    """Whether ``written`` is ``word`` in syllables with the stressed one in capitals: *shiv-AWN*, but no *non-US*."""
    rows = written.split()
    if len(rows) != len(word.split()) or not any("-" in row and _stressed(row.split("-")) for row in rows):
        return False
    try:
        return not _ACRONYM.search(written) and bool(sounds_like(word, written))
    except UnreadableError:
        return False


def sounds_like(word: str, written: str) -> str:
    """ARPAbet of ``word`` by what it sounds like.

    ``written`` holds words that the dictionary knows, or syllables as they would be spelt, with the stressed one in
    capitals if one likes. Without it the stress is that of ``word``, as far as it has as many vowels. Raises
    :class:`UnreadableError` for a part that is neither.
    """
    rhymes = _RHYMES.match(written)
    if rhymes:
        return _rhyming(word, rhymes[1])
    like = _LIKE.match(written)
    parts = _parts(like[1] if like else written)
    alone = len(parts) == 1
    respelt = not alone and ("-" in written or _stressed(parts) is not None)
    sounds = [_sounds(part, respelt=respelt, guess=like is not None, alone=alone) for part in parts]
    if alone:
        return sounds[0]
    return " ".join(_with_stress(word, parts, sounds))


def stresses_of(word: str, vowels: int) -> str:
    """The stress of a word's vowels, a digit for each, if it is known with so many; else empty."""
    said, source = pronunciation.pronounce(word)
    spoken = [*([] if source == "spelling" else [said]), *pronunciation.alternatives(word)]
    patterns = (re.sub(r"[^012]", "", phones) for phones in spoken)
    return next((digits for digits in patterns if len(digits) == vowels), "")


def _parts(written: str) -> list[str]:
    plain = written.translate(_QUOTES).replace("’", "'").strip(" .-")
    parts = [part for part in _PARTS.split(plain) if part]
    wrong = next((part for part in parts if not _WORD.fullmatch(part)), None)
    if wrong is not None or not parts:
        raise UnreadableError(f"“{wrong or ''}” is not an English word", f"“{wrong or ''}”不是英文单词")
    return parts


def _sounds(part: str, *, respelt: bool, guess: bool, alone: bool) -> str:
    """The sounds of one part: a letter's name, a word of the dictionary, a syllable as it is spelt."""
    small = part.lower()
    if len(part) == 1:
        return "AH0" if part == "a" else pronunciation.LETTERS[part.upper()]
    syllable = _syllable(small)
    found = (syllable if respelt else None) or pronunciation.known(small)
    if found is None and (guess or not alone):
        found = syllable
    if found is None and guess:
        found = pronunciation.pronounce(small)[0]
    if found is None:
        en = f"the dictionary does not have “{part}”; write “like: {part}” to have it read by its letters"
        raise UnreadableError(en, f"词典里没有“{part}”；写成“像 {part}”可按拼写来读")
    return found


def _stressed(parts: Sequence[str]) -> list[bool] | None:
    """Which parts stand in capitals, if some do and some do not."""
    capitals = [part.isupper() and len(part) > 1 for part in parts]
    return capitals if any(capitals) and not all(capitals) else None


def _with_stress(word: str, parts: Sequence[str], sounds: Sequence[str]) -> list[str]:
    capitals = _stressed(parts)
    if capitals is not None:
        pairs = zip(sounds, capitals, strict=True)
        return [_main(said) if stressed else re.sub(r"[12]", "0", said) for said, stressed in pairs]
    phones = " ".join(sounds).split()
    vowels = [place for place, phone in enumerate(phones) if phone[:2] in VOWELS]
    digits = stresses_of(word, len(vowels)) if _WORD.fullmatch(word) else ""
    if digits:
        for place, digit in zip(vowels, digits, strict=True):
            phones[place] = phones[place][:2] + digit
        return phones
    reduced = [part.lower() in _REDUCED for part in parts]
    made: list[str] = []
    for part, said, weak in zip(parts, sounds, reduced, strict=True):
        if weak and not all(reduced):
            made.append(re.sub(r"[12]", "0", said))
        elif len(part) > 1 and any("1" in before for before in made):
            made.append(said.replace("1", "2"))
        else:
            made.append(said)
    return made


def _main(said: str) -> str:
    """Sounds that bear the main stress; on the first vowel if they have none."""
    return said if "1" in said else re.sub(r"[02]", "1", said, count=1)


def _rhyming(word: str, written: str) -> str:
    """The beginning of ``word`` before its stressed vowel, with the end of what it rhymes with."""
    parts = _parts(written)
    rhyme = " ".join(_sounds(part, respelt=False, guess=True, alone=len(parts) == 1) for part in parts).split()
    own = pronunciation.pronounce(word)[0].split()
    return " ".join([*own[: _stressed_vowel(own)], *rhyme[_stressed_vowel(rhyme) :]])


def _stressed_vowel(phones: Sequence[str]) -> int:
    vowels = [place for place, phone in enumerate(phones) if phone[:2] in VOWELS]
    return next((place for place in vowels if phones[place].endswith("1")), vowels[0] if vowels else len(phones))


@functools.cache
def _spellings() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = tables_beside(__file__, "respelling.yaml")
    return table


def _syllable(part: str) -> str | None:
    """The sounds of one syllable as it is spelt: consonants, a vowel, consonants; ``None`` for anything else."""
    table = _spellings()
    begin, at = _run(part, 0, table)
    letters = _longest(part, at, table["vowels"])
    if not letters:
        return None
    end, done = _run(part, at + len(letters), table)
    if part[at:] in table["final"]:
        vowel, end = table["final"][part[at:]], []
    elif done == len(part):
        vowel = table["vowels"][letters]
    elif part[done:] == "e" and end and letters in table["before_e"]:
        vowel = table["before_e"][letters]
    else:
        return None
    return " ".join([*begin, *vowel.split(), *end])


def _longest(part: str, at: int, table: dict[str, str]) -> str:
    """The longest letters from ``at`` on that ``table`` has, empty if it has none."""
    return next((part[at : at + size] for size in range(_LONGEST, 0, -1) if part[at : at + size] in table), "")


def _run(part: str, at: int, table: dict[str, dict[str, str]]) -> tuple[list[str], int]:
    """The consonants from ``at`` on, and where they end; a y is one before a vowel."""
    phones: list[str] = []
    while letters := _longest(part, at, table["consonants"]):
        if letters == "y" and not _longest(part, at + 1, table["vowels"]):
            break
        phones += table["consonants"][letters].split()
        at += len(letters)
    return phones, at
