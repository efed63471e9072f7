"""Which pauses without a mark stay in Chinese sentences: those of which a listener would say that they do no harm.

The network learned them from sentences of ours and from what readers said of real reviews and posts
(:mod:`training.prosody.pauses`), beside what the corpus taught it.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.reading.prosody.features import Unit
from indextts.reading.prosody.windows import Flat

_LENGTH: Final = (14, 26)
_LEAST: Final = (0.85, 0.25)
"""How harmless a pause must be that the other layers found, in up to so many syllables between two marks and from so
many on: a long stretch needs pauses, the more so as marks may be missing in it."""
_BREATH: Final = (18, 0.4)
"""Among more syllables than these without a pause the most harmless one is made, if it is that harmless."""


def settle(flat: Flat, harmless: npt.NDArray[np.float32], places: Sequence[int], asked: Set[int]) -> None:
    """Take back and add pauses behind the tokens at ``places`` of ``flat``, of which ``harmless`` ``[N]`` says how
    probably a pause does no harm; at the places ``asked``, where grammar asks for one or a mark is surely missing,
    they stay.

    Without any such answer (a network that was not taught) all stay.
    """
    if not harmless.any():
        return
    marks = [-1, *(at for at, unit in enumerate(flat.units) if unit.kind == "punctuation"), len(flat.units)]
    least = np.repeat(np.interp(np.diff(marks) - 1, _LENGTH, _LEAST), np.diff(marks))
    inner = [at for at in places if at + 1 < len(flat.units) and _is_open(flat.units[at], flat.units[at + 1])]
    for at in set(inner) - asked:
        token, following = flat.tokens[at : at + 2]
        spaced = token.kind == following.kind == "hanzi" and token.end < following.start
        if token.break_after >= 2 and not spaced and harmless[at] < least[at]:
            token.break_after, token.phrase_end = 1, True
    for begin, end in pairwise((0, *flat.ends)):
        spoken = [at for at in range(begin, end) if flat.units[at].kind != "punctuation"]
        _breathe(flat, spoken, set(inner).intersection(spoken[:-1]), harmless)


def _is_open(unit: Unit, following: Unit) -> bool:
    """Whether a word ends between two units of which one is Chinese, at no mark."""
    chinese = "hanzi" in (unit.kind, following.kind)
    return chinese and "punctuation" not in (unit.kind, following.kind) and unit.word != following.word


def _breathe(flat: Flat, spoken: Sequence[int], gaps: Set[int], harmless: npt.NDArray[np.float32]) -> None:
    """Make the most harmless pauses of each stretch that is too long without one, until none is."""
    most, least = _BREATH
    ends = [at for at in spoken if flat.tokens[at].break_after >= 2 or at == spoken[-1]]
    stretches = [[at for at in spoken if before < at <= end] for before, end in pairwise((-1, *ends))]
    while stretches:
        stretch = stretches.pop()
        best = max(gaps & {*stretch[:-1]}, key=lambda place: float(harmless[place]), default=-1)
        if len(stretch) > most and best >= 0 and harmless[best] >= least:
            flat.tokens[best].break_after = 2
            stretches += [stretch[: stretch.index(best) + 1], stretch[stretch.index(best) + 1 :]]
