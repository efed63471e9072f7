"""Which syllables of a word are said without a tone of their own: 朋友, 爸爸, 谢谢, 看看书."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from indextts.runtime import tables

if TYPE_CHECKING:
    from indextts.phonemes.zh.polyphones import SegmentedWord

members = functools.partial(tables.members, __file__)

_OBJECT_LATER: Final = 3
"""Characters of a doubled verb with its object: 看看书."""


def weak_places(word: SegmentedWord) -> dict[int, bool]:
    """The offsets in ``word`` of its weak syllables, and whether each is weak wherever the word stands."""
    text = word.text
    if len(text) < 2:
        return {}
    last, ending = len(text) - 1, text[-2:]
    found = {1: True} if text[2:] and text[:2] in members("neutral_heads") else {}
    if ending in members("neutral_words"):
        found[last] = True
    elif ending == 2 * ending[0] and ending[0] in members("neutral_kin"):
        found[last] = False
    elif is_doubled_verb(text, word.pos):
        found[1] = False
    return found


def is_doubled_verb(text: str, pos: str) -> bool:
    """Whether a word is a verb said twice, with its object or without; the segmenter calls some of them names."""
    if len(text) < 2 or text[0] != text[1] or text[0] in members("neutral_kin"):
        return False
    often = text[0] in members("doubled_verbs")
    if len(text) == 2:
        return often or (pos == "v" and text[0] not in members("no_reduplication"))
    return often and len(text) == _OBJECT_LATER and text[2] != text[0] and pos[:1] in ("v", "i", "l", "n")
