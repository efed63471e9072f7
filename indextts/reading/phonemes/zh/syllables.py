"""Which syllables Mandarin has, each with its tones: what is taken for pinyin where no mark says that it is."""

from __future__ import annotations

import functools
from typing import Final

from indextts.platform.tables import tables_beside

_LONG: Final = {"lue": "lve", "nue": "nve"}  # Spellings that people use beside those of the table.


@functools.cache
def in_use() -> frozenset[str]:
    """All of them with their tones: ``ma1``, ``lv4``, ``ju2``."""
    told: dict[str, str] = tables_beside(__file__, "syllables.yaml")["tones"]
    return frozenset(syllable + tone for tones, named in told.items() for syllable in named.split() for tone in tones)


def spelt(pinyin: str) -> str:
    """A syllable with its tone number as :func:`in_use` spells it; empty where Mandarin has none like that."""
    letters, tone = pinyin[:-1].lower().replace("u:", "v").replace("ü", "v"), pinyin[-1:]
    if letters[:1] in ("j", "q", "x") and letters[1:2] == "v":
        letters = f"{letters[0]}u{letters[2:]}"
    syllable = _LONG.get(letters, letters) + tone
    return syllable if syllable in in_use() else ""
