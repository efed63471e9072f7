"""Which pauses without a mark stay in Chinese sentences: those of which a listener would say that they do no harm.

The network learned them from sentences of ours (:mod:`training.prosody.pauses`), beside what the corpus taught it. Its
sentences are short and hold neither letters nor figures: a long one, and one that holds these, is asked for more.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.reading.prosody.features import Unit
from indextts.reading.prosody.windows import Flat

_LEAST: Final = (0.015, 0.55)
"""How harmless a pause must be that the other layers found, in short sentences and in long or mixed ones."""
_LENGTH: Final = (22, 30)
"""Syllables of a sentence up to which it is short, and from which on it is long."""
_UNMARKED: Final = (22, 0.18)
"""Among more syllables than these without a mark marks were left out: a pause is asked for no more than that."""
_BREATH: Final = (18, 0.7)
"""Among more syllables than these without a pause the most harmless one is made, if it is that harmless."""


def settle(flat: Flat, harmless: npt.NDArray[np.float32], places: Sequence[int], parted: Set[int]) -> None:
    """Take back and add pauses behind the tokens at ``places`` of ``flat``, of which ``harmless`` ``[N]`` says how
    probably a pause does no harm; at the places ``parted`` a mark was left out, or grammar asks for a pause.

    Without any such answer (a network that was not taught) all stay.
    """
    if not harmless.any():
        return
    marks = [-1, *(at for at, unit in enumerate(flat.units) if unit.kind == "punctuation"), len(flat.units)]
    long = np.repeat(np.diff(marks), np.diff(marks))
    inner = [at for at in places if at + 1 < len(flat.units) and _is_open(flat.units[at], flat.units[at + 1])]
    for begin, end in pairwise((0, *flat.ends)):
        spoken = [at for at in range(begin, end) if flat.units[at].kind != "punctuation"]
        gaps = {at for at in inner if begin <= at < end - 1}
        least = _least(flat, spoken)
        for at in gaps - parted:
            bar = min(least, _UNMARKED[1]) if long[at] > _UNMARKED[0] else least
            if flat.tokens[at].break_after >= 2 and harmless[at] < bar:
                flat.tokens[at].break_after = 1
        _breathe(flat, spoken, gaps, harmless)


def _least(flat: Flat, spoken: Sequence[int]) -> float:
    """How harmless a pause must be in the sentence of the units ``spoken``."""
    few, many = _LENGTH
    share = min(1.0, max(0.0, (len(spoken) - few) / (many - few)))
    if any(flat.units[at].kind != "hanzi" or flat.tokens[at].changes for at in spoken):
        share = 1.0
    return float(_LEAST[0] ** (1.0 - share) * _LEAST[1] ** share)


def _is_open(unit: Unit, following: Unit) -> bool:
    """Whether a word ends between two units of which one is Chinese, at no mark."""
    chinese = "hanzi" in (unit.kind, following.kind)
    return chinese and "punctuation" not in (unit.kind, following.kind) and unit.word != following.word


def _breathe(flat: Flat, spoken: Sequence[int], gaps: Set[int], harmless: npt.NDArray[np.float32]) -> None:
    """Make the most harmless pause of each stretch that is too long without one."""
    most, least = _BREATH
    stretch: list[int] = []
    for at in spoken:
        stretch.append(at)
        if flat.tokens[at].break_after < 2 and at != spoken[-1]:
            continue
        inner = [place for place in stretch[:-1] if place in gaps]
        best = max(inner, key=lambda place: float(harmless[place]), default=at)
        if len(stretch) > most and best != at and harmless[best] >= least:
            flat.tokens[best].break_after = 2
        stretch = []
