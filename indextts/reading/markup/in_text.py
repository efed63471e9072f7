"""Pinyin in a text in the place of a character, as IndexTTS writes it (做DE5很好) or with tone marks (读zhòng).

There is no mark around it, so it must look like nothing else. It is pinyin where Mandarin has the syllable with that
tone and what stands around it is Chinese, or more pinyin: ``COVID19``, ``CO2``, ``A4``, ``MP3`` and ``iPad2`` stay
what they are, and so do names in which people know the letters as letters (:data:`ORDINARY`), and more than 25
syllables in a row, which no word has. With tone marks a word is pinyin where each of its syllables has one, or where
the second of two small ones is neutral: ``bàba``, but not ``Málaga``; and in a sentence of such words all others.
Zhuyin is nothing else wherever it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from indextts.model.sources import MARKUP
from indextts.reading.phonemes.en import ipa_in_text
from indextts.reading.phonemes.zh import mandarin
from indextts.reading.phonemes.zh.spellings import ZHUYIN, joined, unmarked, zhuyin
from indextts.reading.phonemes.zh.syllables import spelt
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.overrides import Override

ORDINARY: Final = frozenset({"ai", "bo", "lv", "mi", "re", "ti"})
"""Levels, series of products and games: alone they are no pinyin (``<爱|ai4>`` is, and ``LÜ4``)."""

_PIN: Final = re.compile(r"P[AI][1-5]")
_OXIDE: Final = re.compile(r"(?:[A-Z][a-z]\d)+O\d")  # Na2O2
_OF_PINS: Final = re.compile(r"[引管]脚|单片机|GPIO|IO ?口|端口|串口|STM32|(?<![A-Za-z])P[A-K]\d{1,2}(?!\d)")
"""A pin of a chip, and what tells so within as many characters."""
_NEAR: Final = 24

_MARKED: Final = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜĀÁǍÀĒÉĚÈĪÍǏÌŌÓǑÒŪÚǓÙǕǗǙǛ"
_OF_PINYIN: Final = "āēīōūǖǎěǐǒǔǚ"
_VOWELS: Final = {"a": "a", "o": "o", "e": "e", "i": "yi", "u": "wu", "ü": "yu"}
_FACE: Final = re.compile(r"[╮ㄟ\s]?ㄟ ?[(（]|[)）]ㄏ")
_PAIR: Final = 2
_ANY: Final = re.compile(rf"[A-Za-zÜü][1-5]|[{_MARKED}]")
_SYLLABLE: Final = re.compile(r"[a-zü]{1,6}[1-5]", re.IGNORECASE)
_USUAL: Final = frozenset("a ba bu de er ge la le li ma me men na ne shang tou xia ya zhe zi".split(" "))  # noqa: SIM905
"""Syllables that are neutral in many words: others behind a toned one are as well those of Málaga."""
_ITEM: Final = re.compile(
    r"(?P<pinyin>(?<![0-9A-Za-z\u00c0-\u024f_/\\@#&=+~$.-])(?:[A-Za-zÜü]{1,6}[1-5]){1,25}"
    r"(?![0-9A-Za-z\u00c0-\u024f_@=&\\+~%]|[.:/-][0-9A-Za-z]))"
    r"|(?P<number>(?<![\w.])\d{1,3}[.)](?= ))"
    r"|(?P<word>[0-9A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z\u00c0-\u024f]+)*)"
    r"|(?P<space>\s+)|(?P<other>[\s\S])"
)

_Kind = Literal["pinyin", "word", "hanzi", "space", "mark"]


@dataclass
class _Item:
    kind: _Kind
    start: int
    end: int
    syllables: tuple[str, ...] = ()
    sure: bool = True
    """It is pinyin whatever stands beside it; else only in a sentence of pinyin."""
    drilled: bool = False
    """A vowel with a mark, which is pinyin among others: ``ā á ǎ à``."""


def find(text: str) -> list[Override]:
    """The readings that stand in ``text``, in order and apart."""
    found: list[Override] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if _ANY.search(line):
            found += _in_line(text, list(_items(text, start, end)))
        start = end + 1
    return found


def beside(known: Sequence[Override], text: str) -> list[Override]:
    """``known``, in order and apart, and the readings in ``text`` that touch none of these: IPA, then pinyin."""
    kept = [*known]
    for found in (ipa_in_text.in_text(text), in_zhuyin(text), find(text)):
        starts, ends = [one.start for one in kept], [one.end for one in kept]
        apart = (one for one in found if bisect_left(starts, one.end) == bisect_right(ends, one.start))
        kept = sorted([*kept, *apart], key=lambda one: one.start)
    return kept


def in_zhuyin(text: str) -> Iterator[Override]:
    """What is written in zhuyin, syllable by syllable: only faces have its letters too, ``ㄟ( ▔, ▔ )ㄏ``."""
    for match in ZHUYIN.finditer(text):
        said = zhuyin(match[0])
        if said != match[0] and not _FACE.match(text, max(0, match.start() - 1)):
            yield Override(*match.span(), reading=said, source=MARKUP)


def _items(text: str, start: int, end: int) -> Iterator[_Item]:
    for match in _ITEM.finditer(text, start, end):
        kind, written = match.lastgroup, match[0]
        if kind == "pinyin":
            syllables = tuple(spelt(one) for one in _SYLLABLE.findall(written))
            told: _Kind = "pinyin" if all(syllables) else "word"
            yield _Item(told, *match.span(), syllables if all(syllables) else ())
        elif kind == "word":
            syllables = tuple(spelt(one) for one in joined(written))
            vowel, tone = unmarked(written.lower())
            drilled = vowel in _VOWELS and bool(tone)
            if drilled and not any(syllables):
                syllables = (_VOWELS[vowel] + tone,)
            sure = _is_sure(written, syllables) and not drilled
            yield _Item("word", *match.span(), syllables if all(syllables) else (), sure, drilled)
        elif kind == "space":
            yield _Item("space", *match.span())
        else:
            yield _Item("hanzi" if is_hanzi(written) else "mark", *match.span())


def _is_sure(word: str, syllables: Sequence[str]) -> bool:
    """Whether marks show that ``word`` is pinyin: on each syllable, on the first of two small ones, or on all but those
    that are neutral in many words.
    """
    if word.isascii() or not syllables or syllables[0][-1:] == "5" or not all(syllables):
        return False
    neutral = [each[:-1] for each in syllables if each[-1] == "5"]
    return not neutral or (len(syllables) == _PAIR and word[0].islower()) or _USUAL.issuperset(neutral)


def _decide(text: str, line: Sequence[_Item]) -> None:
    """Take words with marks for pinyin, and where these are more than the words without, in a stretch in which all
    else could be pinyin, these as well: ``Nǐ hǎo ma?``. What stands behind the reading of characters is none of it:
    ``他 tā he``; a name without marks stays one.
    """
    for said, run in groupby(line, lambda item: item.kind in ("hanzi", "word") and not item.syllables):
        words = [] if said else [item for item in run if item.kind == "word"]
        if any(item.drilled and text[item.start] in _OF_PINYIN for item in words):
            for item in words:
                item.sure |= item.drilled
        sure = [item for item in words if item.sure]
        untold = (item for item in words if item.syllables[0][-1] == "5")
        bare = [item for item in untold if not _USUAL.issuperset(each[:-1] for each in item.syllables)]
        if len(bare) >= len(sure) or (bare and sure == words[: len(sure)] and _is_above(text, sure)):
            words = sure
        for item in words:
            item.kind = "mark" if item in bare and text[item.start].isupper() else "pinyin"
    if any(item.kind == "pinyin" for item in line):
        for item in line:
            bracketed = text[item.start - 1 : item.start] in ("(", "（") and text[item.end : item.end + 1] in (
                ")",
                "）",
            )
            if item.kind == "word" and item.syllables and bracketed and _is_above(text, [item]):
                item.kind = "pinyin"


def _in_line(text: str, line: list[_Item]) -> Iterator[Override]:
    """The readings of one line: looked at from both ends, so that the cost stays that of its length."""
    _decide(text, line)
    # Runs of syllables with nothing but space between them, and all else.
    groups = [list(run) for _, run in groupby(line, key=lambda item: item.kind in ("pinyin", "space"))]
    for group in groups:
        pinyin = [item for item in group if item.kind == "pinyin"]
        if pinyin and not _stands_for_itself(text, pinyin):
            for item in pinyin:
                item.kind = "word"
        elif pinyin and _is_above(text, pinyin):
            yield from map(_override, pinyin)
            for item in pinyin:
                item.kind = "mark"
    before, after = _neighbours(line), _neighbours(line[::-1])[::-1]
    for item, left, right in zip(line, before, after, strict=True):
        if item.kind == "pinyin" and not left.touched and not right.touched:
            sides = {left.nearest, right.nearest}
            if "hanzi" in sides or sides == {""}:
                yield _override(item)


def _override(item: _Item) -> Override:
    return Override(item.start, item.end, reading=" ".join(item.syllables), source=MARKUP)


def _is_above(text: str, pinyin: Sequence[_Item]) -> bool:
    """Whether the characters that stand before ``pinyin`` are read so, as in lists of words: ``爱 ài love``."""
    said = [each[:-1] for item in pinyin for each in item.syllables]
    before = text[max(0, pinyin[0].start - _NEAR) : pinyin[0].start] if said else ""
    chars = before.rstrip(" \t\u3000（(")[-len(said) :]
    return len(chars) == len(said) > 0 and all(
        any(known[:-1] == each for known in mandarin.alternatives(char)) for char, each in zip(chars, said, strict=True)
    )


def _stands_for_itself(text: str, pinyin: Sequence[_Item]) -> bool:
    """Whether syllables side by side look like pinyin alone."""
    first = pinyin[0]
    if _OXIDE.fullmatch(text, first.start, first.end):
        return False
    if len(pinyin) > 1 or not text[first.end - 1].isdecimal() or len(first.syllables) > 1:
        return True
    beside = f"{text[max(0, first.start - _NEAR) : first.start]}#{text[first.end : first.end + _NEAR]}"
    if _PIN.fullmatch(text, first.start, first.end) and _OF_PINS.search(beside):
        return False
    letters = text[first.start : first.end - 1]
    one_case = letters.isupper() or letters.islower()  # Zen3 and Pan4 are products
    return one_case and len(letters) > 1 and letters.lower() not in ORDINARY


@dataclass(frozen=True)
class _Side:
    nearest: str
    """The nearest thing that is said, other pinyin aside: ``hanzi``, ``word``, or nothing."""
    touched: bool
    """A word stands there with nothing but space between."""


def _neighbours(line: Sequence[_Item]) -> list[_Side]:
    """What each item has before it."""
    sides: list[_Side] = []
    now = _Side("", False)
    for item in line:
        sides.append(now)
        if item.kind in ("hanzi", "word"):
            now = _Side(item.kind, item.kind == "word")
        elif item.kind == "mark":
            now = _Side(now.nearest, False)
    return sides
