"""Readings of Chinese characters: phrases first, then the character by itself, then rules by context."""

from __future__ import annotations

import functools
import importlib.util
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.errors import StudioError
from indextts.phonemes import tables
from indextts.phonemes.symbols import is_syllable

LONGEST_PHRASE: Final = 8
_TONE_MARKS: Final = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
"""Combining macron, acute, caron and grave."""
# A JSON parser would build a list for every syllable, and what remains of them holds the memory.
_PHRASE: Final = re.compile(r'"([^"]+)":\s*\[((?:\s*\[[^]]*\],?)+)\s*\]')
_FIRST_READING: Final = re.compile(r'\[\s*"([^"]+)"')
_CHARACTER: Final = re.compile(r'"(\d+)":\s*"([^"]*)"')
_UNCHANGED: Final = {"一": "yi1", "不": "bu4"}


@dataclass
class Reading:
    """A character's pinyin with its tone (empty if unknown) and where it comes from."""

    pinyin: str
    source: str


@dataclass(frozen=True)
class Word:
    """A word of the segmented text: where it begins, its characters, its part of speech."""

    start: int
    text: str
    pos: str


def load() -> None:
    """Load the dictionaries (an eighth of a second)."""
    _dictionaries()


def readings(text: str, words: Sequence[Word]) -> list[Reading]:
    """One reading for each character of a run of Chinese characters, before sandhi."""
    ends = {word.start + len(word.text) for word in words}
    out = _by_dictionary(text, ends)
    for index, word in enumerate(words):
        _neutral(text, word, out)
        for offset, char in enumerate(word.text):
            rule = _RULES.get(char)
            if rule:
                rule(_Place(text, word.start + offset, word, words[index - 1] if index else None,
                            words[index + 1] if index + 1 < len(words) else None, out))  # fmt: skip
    return out


@functools.lru_cache(maxsize=16384)
def alternatives(char: str) -> tuple[str, ...]:
    """Every reading that the dictionary has for a character, the commonest first."""
    _, single = _dictionaries()
    found = (_numbered(marked) for marked in single.get(char, "").split(",") if marked)
    return tuple(dict.fromkeys(pinyin for pinyin in found if is_syllable(pinyin)))


def _by_dictionary(text: str, ends: Set[int]) -> list[Reading]:
    """Longest phrases from the left, if they end where a word ends or lie within one (``ends`` of words)."""
    phrases, _ = _dictionaries()
    out: list[Reading] = []
    at = 0
    while at < len(text):
        for length in range(min(LONGEST_PHRASE, len(text) - at), 1, -1):
            phrase_text = text[at : at + length]
            phrase = phrases.get(phrase_text)
            inside = not any(place in ends for place in range(at + 1, at + length))
            if phrase is None or not (inside or at + length in ends):
                continue
            pinyin = [_numbered(syllable) for syllable in phrase.split()]
            if len(pinyin) == length and all(is_syllable(syllable) for syllable in pinyin):
                # The dictionary writes 一 and 不 with changed tones in some phrases; sandhi starts from plain ones.
                for place, syllable in enumerate(pinyin):
                    out.append(Reading(_UNCHANGED.get(phrase_text[place], syllable), "phrase"))
                at += length
                break
        else:
            known = alternatives(text[at])
            out.append(Reading(known[0] if known else "", "dictionary" if known else ""))
            at += 1
    return out


def _set(reading: Reading, pinyin: str) -> None:
    if reading.pinyin and reading.pinyin != pinyin:
        reading.pinyin, reading.source = pinyin, "rule"


def _neutral(text: str, word: Word, out: list[Reading]) -> None:
    """Neutral tones of words: 朋友, 爸爸, 走走."""
    if len(word.text) < 2:
        return
    last = word.start + len(word.text) - 1
    first, second = word.text[-2], word.text[-1]
    doubled_verb = first == second and len(word.text) == 2 and word.pos == "v" and first not in tables.NO_REDUPLICATION
    if word.text[-2:] in tables.NEUTRAL_WORDS or (first == second and first in tables.NEUTRAL_KIN) or doubled_verb:
        _set(out[last], out[last].pinyin[:-1] + "5")


@dataclass(frozen=True)
class _Place:
    """A character of many readings, amid its words."""

    text: str
    at: int
    word: Word
    previous: Word | None
    next: Word | None
    out: list[Reading]

    @property
    def alone(self) -> bool:
        return len(self.word.text) == 1

    @property
    def ends_word(self) -> bool:
        return self.at == self.word.start + len(self.word.text) - 1

    @property
    def before(self) -> str:
        return self.text[: self.at][-1:]

    @property
    def after(self) -> str:
        return self.text[self.at + 1 :][:1]

    @property
    def from_phrase(self) -> bool:
        return self.out[self.at].source == "phrase"

    def say(self, pinyin: str) -> None:
        _set(self.out[self.at], pinyin)


def _di(place: _Place) -> None:
    """地 between a manner and what is done so."""
    before, after = place.previous, place.next
    manner = before is not None and before.pos[:1] in ("a", "d", "v", "i", "l", "z", "o")
    deed = after is not None and after.pos[:1] in ("v", "d", "p")
    long_manner = place.ends_word and len(place.word.text) > 2 and place.word.pos in ("l", "d", "z", "v")
    # The segmenter takes 地说, 地笑 for words.
    stuck = before is not None and place.word.start == place.at and place.word.pos == "v" and not place.alone
    if place.alone:
        if place.word.pos == "uv" or (manner and deed):
            place.say("de5")
    elif (long_manner or stuck) and not place.from_phrase:
        place.say("de5")


def _de(place: _Place) -> None:
    """得: must, the particle, or to obtain."""
    if place.alone:
        deed = place.next is not None and (place.next.pos[:1] in ("v", "d", "p") or place.after in tables.DEI3_NEXT)
        if deed and (not place.before or place.before in tables.DEI3_PREVIOUS):
            place.say("dei3")
        elif place.after in ("了", "到", "出", ""):
            place.say("de5" if place.after == "出" or (place.previous and place.previous.pos == "v") else "de2")
        elif place.previous is not None:
            place.say("de5")
    elif place.word.text in tables.DE5_WORDS or (
        not place.from_phrase and not place.ends_word and place.at > place.word.start
    ):
        place.say("de5")


def _wei(place: _Place) -> None:
    if not place.from_phrase and (place.after in tables.WEI2_NEXT or place.before in tables.WEI2_PREVIOUS):
        place.say("wei2")


def _le(place: _Place) -> None:
    if place.alone and not place.from_phrase:
        place.say("le5")


def _zhe(place: _Place) -> None:
    if place.alone and place.word.pos.startswith("u"):
        place.say("zhe5")


def _hai(place: _Place) -> None:
    if place.alone and not place.from_phrase and place.after in tables.HUAN2_NEXT:
        place.say("huan2")


def _ge(place: _Place) -> None:
    """The measure 个 is neutral; at the head of a word (个人) it is not."""
    if place.ends_word and place.word.text != "个个":
        place.say("ge5")


def _zi(place: _Place) -> None:
    if place.ends_word and place.word.text[-2:] in tables.ZI3_WORDS:
        place.say("zi3")


def _chang(place: _Place) -> None:
    if place.from_phrase:
        return
    grows = place.before in tables.ZHANG_PREVIOUS or place.after in tables.ZHANG_NEXT
    place.say("zhang3" if grows else "chang2")


def _er(place: _Place) -> None:
    """The suffix 儿, a syllable of its own here."""
    # 孩儿 alone is how a child once spoke of itself; 小孩儿 and its like have the suffix.
    ending = place.word.text[-2:]
    child = place.word.text in tables.ER2_WORDS or (ending in tables.ER2_WORDS and ending != "孩儿")
    if (place.ends_word and not child and place.before) or (
        place.alone and place.before and (place.next is None or place.after not in "子童女歌媳科孙")
    ):
        place.say("er5")


_RULES: Final[Mapping[str, Callable[[_Place], None]]] = {
    "地": _di, "得": _de, "为": _wei, "了": _le, "着": _zhe, "个": _ge,
    "还": _hai, "子": _zi, "长": _chang, "儿": _er,
}  # fmt: skip


@functools.lru_cache(maxsize=8192)
def _numbered(marked: str) -> str:
    """``zhòng`` as ``zhong4``; 5 for the neutral tone, v for ü."""
    letters = unicodedata.normalize("NFD", marked)
    tone = next((number for mark, number in _TONE_MARKS.items() if mark in letters), "5")
    plain = "".join(char for char in letters if char not in _TONE_MARKS)
    return unicodedata.normalize("NFC", plain).replace("ü", "v") + tone


@functools.cache
def _dictionaries() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Phrases and characters, both with marked pinyin: syllables of a phrase parted by spaces, a character's by commas.

    pypinyin's files are read as data: importing the package takes six times the memory for the same readings.
    """
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise StudioError("dependency_missing", package="pypinyin", command="pip install pypinyin==0.55.0")
    folder = Path(spec.origin).parent
    phrases = (folder / "phrases_dict.json").read_text(encoding="utf-8")
    characters = (folder / "pinyin_dict.json").read_text(encoding="utf-8")
    return (
        {match[1]: " ".join(_FIRST_READING.findall(match[2])) for match in _PHRASE.finditer(phrases)},
        {chr(int(match[1])): match[2] for match in _CHARACTER.finditer(characters)},
    )
