"""The pinyin above the characters of a page, and which of it a reader may need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from indextts.books.binding.page import Gloss
from indextts.model.sources import SANDHI
from indextts.model.utterance import Token, Utterance
from indextts.reading.phonemes.reading_input import tone_marked
from indextts.reading.phonemes.zh import mandarin
from indextts.reading.text.chars import is_hanzi

_COMMON: Final = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6))
"""Encodings with the first bytes of their first level: the everyday characters, simplified and traditional."""

_SURE: Final = 0.8  # probability of a reading from which on a reader need not see it


def glosses_of(plan: Utterance, by: int = 0) -> Iterator[Gloss]:
    """The readings of a spoken plan's Chinese characters that stand as they are written, ``by`` places further on."""
    for segment in plan.segments:
        for token in segment.tokens:
            written = plan.text[token.start : token.end]
            if token.kind == "hanzi" and token.reading and len(written) == 1 and is_hanzi(written):
                # What a tone became by its neighbours follows from them: books print what it is by itself.
                own = token.alternatives[0] if token.reading_source == SANDHI and token.alternatives else token.reading
                yield Gloss(token.start + by, tone_marked(own), _is_rare(written, own, token))


def _is_rare(written: str, reading: str, token: Token) -> bool:
    if not _is_common(written):
        return True
    if token.alternatives and token.reading_probability is not None and token.reading_probability < _SURE:
        return True
    usual = next(iter(mandarin.alternatives(token.text)), reading)
    same_syllable = usual[:-1] == reading[:-1]
    return not (same_syllable and (usual[-1] == reading[-1] or "5" in (usual[-1], reading[-1])))


def _is_common(char: str) -> bool:
    for encoding, first, last in _COMMON:
        data = char.encode(encoding, "ignore")
        if data:  # what one of them knows is common or rare there; the other one is for what it does not know
            return first <= data[0] <= last
    return False
