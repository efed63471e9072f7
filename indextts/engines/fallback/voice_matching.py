"""Which voice speaks in the place of another engine's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from indextts.voices.design import INLINE, hertz_of, read_inline
from indextts.voices.voice import Voice

OWN: str = "own"
"""The group of a person's own voices, which says nothing about their sex."""


def stand_in(wanted: str, known: Voice | None, candidates: Sequence[Voice], table: Mapping[str, str]) -> str:
    """The id of one of ``candidates`` for the voice ``wanted``, of which ``known`` is all that is known.

    What the configuration's ``table`` says, else one of the same group and, in it, nearest in pitch; the first where
    neither is known.
    """
    ids = [voice.id for voice in candidates]
    if wanted in ids:
        return wanted
    if table.get(wanted) in ids:
        return table[wanted]
    group, hz = (known.group, known.hz) if known is not None else ("", 0.0)
    if wanted.startswith(INLINE):
        hz = hertz_of(read_inline(wanted))
    same = [voice for voice in candidates if voice.group == group and group != OWN] or list(candidates)

    def apart(voice: Voice) -> float:
        return abs(math.log2(voice.hz / hz)) if hz > 0 and voice.hz > 0 else math.inf

    return min(same, key=apart).id if hz > 0 else same[0].id
