"""Which syllables of a word are said without a tone of their own: 朋友, 爸爸, 谢谢, 看看书."""

from __future__ import annotations

import functools
from enum import Enum
from typing import TYPE_CHECKING, Final

from indextts.platform import tables

if TYPE_CHECKING:
    from indextts.reading.phonemes.zh.polyphones import SegmentedWord

members = functools.partial(tables.members, __file__)
_WITH_OBJECT: Final = 3  # Characters of a verb said twice with its object: 看看书.


class Weak(Enum):
    """Why a syllable is weak."""

    WORD = "word"
    """The word is always said so, unless what stands around it makes it another: 东西."""
    VERB = "verb"
    """It says a verb again, as it was read the first time: 想想."""
    LIKELY = "likely"
    """A person or what looks like a verb said twice: 爸爸. Any better knowledge wins."""


def weak_places(word: SegmentedWord, previous: SegmentedWord | None = None) -> dict[int, Weak]:
    """The offsets in ``word`` of its weak syllables; ``previous`` is the word before it."""
    text = word.text
    if previous is not None and _is_parted_verb(previous, word):
        return {0: Weak.VERB}
    if len(text) < 2:
        return {}
    last, ending = len(text) - 1, text[-2:]
    found = {1: Weak.WORD} if text[2:] and _is_weak_head(text) else {}
    if ending in members("neutral_words") and text not in members("full_words"):
        found[last] = Weak.WORD
    elif ending == 2 * ending[0] and ending[0] in members("neutral_kin"):
        found[last] = Weak.LIKELY
    elif is_doubled_verb(text, word.pos) and not (text == "等等" and _ends_a_list(previous)):
        found[1] = Weak.VERB if text[0] in members("doubled_verbs") else Weak.LIKELY
    return found


def _is_weak_head(text: str) -> bool:
    """Whether a longer word begins with one whose second syllable is weak: 休息室, 糊涂虫; 光溜溜 is another word."""
    head = text[:2]
    if text in members("full_words") or text[1] == text[2]:
        return False
    return head in members("neutral_heads") or (head in members("neutral_words") and head not in members("full_heads"))


def _ends_a_list(previous: SegmentedWord | None) -> bool:
    """Whether 等等 behind ``previous`` is and so on, rather than to wait a little."""
    return previous is not None and previous.text not in members("who_waits") and previous.pos[:1] not in "rdc"


def is_doubled_verb(text: str, pos: str) -> bool:
    """Whether a word is a verb said twice, with its object or without; the segmenter calls some of them names."""
    if len(text) < 2 or text[0] != text[1] or text[0] in members("neutral_kin"):
        return False
    often = text[0] in members("doubled_verbs")
    if len(text) == 2:
        return often or (pos == "v" and text[0] not in members("no_reduplication"))
    return often and len(text) == _WITH_OBJECT and text[2] != text[0] and pos[:1] in ("v", "i", "l", "n")


def _is_parted_verb(previous: SegmentedWord, word: SegmentedWord) -> bool:
    """Whether two words are one verb said twice that the segmenter parts: 找|找, 先说|说, 喝|喝茶; 问|问题 is none."""
    again = previous.text[-1] == word.text[0] and previous.start + len(previous.text) == word.start
    if again and previous.text[:-1] in ("先", "再") and len(word.text) == 1:
        return word.text in members("doubled_verbs")
    again &= len(previous.text) == 1
    if not again or previous.text not in members("doubled_verbs"):
        return False
    if len(word.text) == 1 or word.text in members("verbs_with_object"):
        return True
    # A deed with what comes of it is not said twice: before 夹紧 and 锁好 stands the tool, 夹 or 锁.
    return word.pos == "v" and not (len(word.text) == 2 and word.text[1] in members("tool_results"))
