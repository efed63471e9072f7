"""Which pauses without a mark stay: those of which a listener would say that they do no harm.

The network learned them from sentences of ours and from what readers said of real reviews and posts
(:mod:`training.prosody.pauses`), beside what the corpus taught it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from typing import Final

import numpy as np

from indextts.model.utterance import Token
from indextts.reading.prosody.cohesion import Floats
from indextts.reading.prosody.features import OTHER_KIND, Unit, mark_kind
from indextts.reading.prosody.windows import Flat

_LEAST: Final = ((13, 22), (0.84, 0.5))
"""How harmless a found pause must be, where without it up to 13 syllables were said at once and from 22 on."""
_FEWER: Final = ((14, 26), (0.85, 0.25))
"""The same by the syllables of a sentence without a mark inside: its writer may have left out any."""
_BOTH, _FAIR = ((8, 16), (1.1, 0.68)), 0.15
"""There less is enough if with the chance that a mark is missing it comes to this, but not less than so much."""
_BREATH: Final = (18, 0.4)
"""Among more syllables than these without a pause the most harmless one is made, if it is that harmless."""
_FEW: Final = 2  # Syllables that such a pause leaves on either side at least.
_SURE: Final = ((0.45, 0.8), (0.7, 0.6))  # How probable a missing mark and how harmless a pause must be for one …
_SURE_BESIDE: Final = ((0.2, 0.8), _SURE[1])  # … and beside letters and figures, of which the network has seen few.
_GOOD: Final = 0.66  # What a good gap between English words counts for beside the network's log-odds …
_ENGLISH: Final = {2: -0.1, 3: -0.3}  # … and how much both must be, for a short and a long pause …
_ASKED: Final = -0.95
"""… and where grammar asks for one or a mark is surely missing …"""
_GOING_ON: Final = (
    "的地得了着过们吗呢啊里上中下内型号等可会为是与和在均已将"  # What a noun goes on with behind a bracket.
)
_LONG: Final = (16, -1.0)
"""… and among more words than these without another pause."""


def harmful(found: Mapping[int, int], harmless: Sequence[float], good: Sequence[float], asked: Set[int]) -> set[int]:
    """Which of the pauses ``found`` behind English words, each with its break, strike a listener, as the network and
    the goodness of the gaps have it; none without any such answer. Where a breath would be too long, one stays.
    """
    taken: set[int] = set()
    odds = {at: math.log(max(harmless[at], 1e-6) / max(1.0 - harmless[at], 1e-6)) for at in found if harmless[at]}
    odds = {at: told + _GOOD * max(good[at], 0.0) for at, told in odds.items()}
    for at in sorted(odds, key=odds.__getitem__):
        others = [-1, len(harmless) - 1, *(each for each in found if each != at and each not in taken)]
        size = min(each for each in others if each > at) - max(each for each in others if each < at)
        if odds[at] < (_LONG[1] if size > _LONG[0] else _ASKED if at in asked else _ENGLISH[found[at]]):
            taken.add(at)
    return taken


def surely(tokens: Sequence[Token], missing: Sequence[float], harmless: Sequence[float]) -> set[int]:
    """The tokens behind which a mark is ``missing`` so probably that a short stretch has a ``harmless`` pause too."""
    found: set[int] = set()
    for at, (token, following) in enumerate(pairwise(tokens)):
        foreign = [each.lang == "en" or bool(each.changes) for each in (token, following)]
        beside = foreign[0] or (foreign[1] and token.pos[:1] not in ("u", "v"))  # 重做了 XP
        sure = any(missing[at] >= least and harmless[at] >= fair for least, fair in (_SURE_BESIDE if beside else _SURE))
        found |= {at} if sure and _is_open(token, following) and token.pos != "p" else set()
    return found


def short_forms(tokens: Sequence[Token]) -> set[int]:
    """Behind a short form in brackets that a pause parts from its noun: 臭氧（O3）| 日最大值."""
    found: set[int] = set()
    for place in range(2, len(tokens) - 1):
        opener, after = {")": "(", "）": "（"}.get(tokens[place].text), tokens[place + 1]
        if opener is None or after.kind != "hanzi" or after.text in _GOING_ON:
            continue
        opened = next((at for at in range(place - 2, max(place - 8, 0), -1) if tokens[at].text == opener), 0)
        short = any(token.lang == "en" for token in tokens[opened:place] if token.kind != "punctuation")
        if opened and short and tokens[opened - 1].break_after > 1:
            found.add(place - 1)
    return found


def settle(flat: Flat, harmless: Floats, missing: Floats, places: Mapping[int, bool]) -> None:
    """Take back and add pauses behind the tokens at ``places`` of ``flat``, of which ``harmless`` ``[N]`` says how
    probably a pause does no harm, and ``missing`` that a mark was left out; those stay of which ``places`` says that
    grammar asks for one or a mark is surely missing. All stay for a network that was not taught.
    """
    if not harmless.any():
        return
    inner = {at for at in places if at + 1 < len(flat.units) and _is_open(flat.units[at], flat.units[at + 1])}
    for begin, end in pairwise((0, *flat.ends)):
        spoken = [at for at in range(begin, end) if flat.units[at].kind != "punctuation"]
        marked = any(0 < mark_kind(unit) < OTHER_KIND for unit in flat.units[begin : max(spoken, default=begin)])
        fewer, both = (float(np.interp(len(spoken), *bound)) for bound in (_FEWER, _BOTH))
        for at in sorted(inner.intersection(spoken), key=lambda place: float(harmless[place] + missing[place])):
            token, following = flat.tokens[at : at + 2]
            stays = places[at] or (token.kind == following.kind == "hanzi" and token.end < following.start)
            least = np.interp(_around(flat, at), *_LEAST) if marked else min(fewer, max(_FAIR, both - missing[at]))
            if token.break_after >= 2 and not stays and harmless[at] < least:
                token.break_after, token.phrase_end = 1, True
        _breathe(flat, spoken, inner.intersection(spoken[:-1]), harmless)


def _is_open(unit: Unit | Token, following: Unit | Token) -> bool:
    """Whether a word ends between two units of which one is Chinese, at no mark."""
    chinese = "hanzi" in (unit.kind, following.kind)
    return chinese and "punctuation" not in (unit.kind, following.kind) and unit.word != following.word


def _around(flat: Flat, at: int) -> int:
    """How many syllables are said at once around ``at`` if no pause is there."""
    first, last, most = at, at + 1, len(flat.units) - 1
    while first and flat.units[first - 1].kind != "punctuation" and flat.tokens[first - 1].break_after < 2:
        first -= 1
    while last < most and flat.units[last + 1].kind != "punctuation" and flat.tokens[last].break_after < 2:
        last += 1
    return last - first + 1


def _breathe(flat: Flat, spoken: Sequence[int], gaps: Set[int], harmless: Floats) -> None:
    """Make the most harmless pauses of each stretch that is too long without one, until none is."""
    most, least = _BREATH
    ends = [at for at in spoken if flat.tokens[at].break_after >= 2 or at == spoken[-1]]
    stretches = [[at for at in spoken if before < at <= end] for before, end in pairwise((-1, *ends))]
    while stretches:
        stretch = stretches.pop()
        best = max(gaps & {*stretch[_FEW - 1 : -_FEW]}, key=lambda place: float(harmless[place]), default=-1)
        if len(stretch) > most and best >= 0 and harmless[best] >= least:
            flat.tokens[best].break_after = 2
            stretches += [stretch[: stretch.index(best) + 1], stretch[stretch.index(best) + 1 :]]
