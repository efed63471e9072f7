"""How tones change in running speech: 一, 不 and chains of third tones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_DIGITS: Final = "零〇一二三四五六七八九幺"
_BEFORE_ORDINAL: Final = "第初十零〇点"
_AFTER_ORDINAL: Final = "月号级楼"
_NEVER_ACROSS: Final = 3
"""Break across which no tone heeds the next."""


@dataclass
class Syllable:
    """One Chinese character on its way to its spoken tone."""

    char: str
    reading: str
    word: int
    """Characters of one word share it."""
    pos: str = ""
    break_after: int = 0
    fixed: bool = False
    """Set by a person: never changed, but its neighbours heed it."""
    changed: bool = False

    @property
    def tone(self) -> str:
        """``1``–``5``."""
        return self.reading[-1:]

    def set_tone(self, tone: str) -> None:
        """Give it another tone, unless a person has fixed the reading."""
        if not self.fixed and self.tone != tone:
            self.reading = self.reading[:-1] + tone
            self.changed = True


def apply(syllables: Sequence[Syllable]) -> None:
    """Change the tones of a stretch of characters that nothing but breaks parts (no marks, no other words)."""
    for index, syllable in enumerate(syllables):
        if syllable.char == "不" and syllable.reading.startswith("bu"):
            _bu(syllables, index)
        elif syllable.char == "一" and syllable.reading.startswith("yi"):
            _yi(syllables, index)
    _third_tones(syllables)


def _next(syllables: Sequence[Syllable], index: int) -> Syllable | None:
    """The character that follows without a pause."""
    if index + 1 < len(syllables) and syllables[index].break_after < _NEVER_ACROSS:
        return syllables[index + 1]
    return None


def _bu(syllables: Sequence[Syllable], index: int) -> None:
    here, after = syllables[index], _next(syllables, index)
    before = syllables[index - 1] if index else None
    if (
        after
        and before
        and before.word == here.word == after.word
        and here.pos in ("v", "l")
        and _is_middle(syllables, index)
    ):
        here.set_tone("5")  # 差不多, 受不了
    elif after and (after.tone == "4" or after.char == "个"):
        here.set_tone("2")
    else:
        here.set_tone("4")


def _is_middle(syllables: Sequence[Syllable], index: int) -> bool:
    """Whether a character is the second of a word of three, which is not of the kind 要不要."""
    word = [s for s in syllables[max(0, index - 3) : index + 4] if s.word == syllables[index].word]
    return len(word) == 3 and word[1] is syllables[index] and word[0].char != word[2].char


def _yi(syllables: Sequence[Syllable], index: int) -> None:
    here, after = syllables[index], _next(syllables, index)
    before = syllables[index - 1] if index else None
    ends_word = before is not None and before.word == here.word and (after is None or after.word != here.word)
    ordinal = before is not None and before.char in _BEFORE_ORDINAL and before.break_after < 2
    ordinal = ordinal or (before is not None and before.char in "百千万" and after is not None and after.char == "十")
    ordinal = ordinal or [
        s.char in _DIGITS for s in syllables[index + 2 : index + 3] if after and after.char == "点"
    ] == [True]
    if after is None or ends_word or ordinal or after.char in _DIGITS or after.char in _AFTER_ORDINAL:
        here.set_tone("1")
    elif before is not None and before.char == after.char and before.pos.startswith("v"):
        here.set_tone("5")  # 看一看
    elif before is not None and before.char in _DIGITS and after.char not in "十百千万亿个":
        here.set_tone("1")  # 二一年: digit by digit
    elif after.tone == "4" or after.char == "个":
        here.set_tone("2")
    elif after.tone in "123":
        here.set_tone("4")


def _third_tones(syllables: Sequence[Syllable]) -> None:
    """Third before third rises: inside words, then across ever stronger breaks, never across an intonational one.

    So a syllable that has risen inside its own phrase keeps the one before the break low, as speakers do: 老板#1买酒 is
    said lao2 ban3 mai2 jiu3. Before a phrase break (#2) a third tone rises two times in three.
    """
    for index in range(len(syllables) - 1):
        here, after = syllables[index], syllables[index + 1]
        if here.word == after.word and here.tone == "3" and after.tone == "3":
            here.set_tone("2")
    gaps = range(len(syllables) - 1)
    for level in range(_NEVER_ACROSS):
        # Inside a phrase from its beginning; across breaks from the end, as what follows one keeps its own shape.
        for index in reversed(gaps) if level else gaps:
            here, after = syllables[index], syllables[index + 1]
            across = here.word != after.word and here.break_after == level
            if across and here.tone == "3" and after.tone == "3":
                here.set_tone("2")
