"""The sound of several sentences that were spoken in one pass, cut into its sentences again.

Nothing in the model says where in the sound a sentence ends. What is known: it pauses there, mostly at commas too, and
about how much of the speech each clause takes, from its symbols. So the quiet stretches of the sound are laid beside
the marks of the text, in their order. The way with the smallest errors in the clauses' lengths and the longest pauses
is taken. Where it has no pause at the end of a sentence, or another way that ends one elsewhere is nearly as good,
there is no cut: rather none than one within a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.base import Samples
from indextts.sound.edges import speech_bounds

Floats = npt.NDArray[np.float64]

WINDOW_S: Final = 0.01
QUIET_DB: Final = -32.0
"""Below the loud parts: what is quieter may be a pause."""
LOUD_SHARE: Final = 0.95
PAUSE_S: Final = 0.08
"""What is quiet for less is a consonant."""
CLICK_S: Final = 0.03
"""A sound within a pause that is no longer does not end it."""

_FIXED_S, _SHARE = 0.12, 0.15
"""By how much speech is usually longer or shorter than its share: so much, and so much of it …"""
_MOST: Final = 3.0
"""… and so many times that at most."""
_AT_COMMA, _AT_END = 7.0, 10.0
"""What a second of pause is worth after a clause and after a sentence, in squares of such errors, up to …"""
_LONGEST_S: Final = 0.5
_RUN_ON, _RUN_ON_END = 0.7, 6.0
"""What a comma without a pause costs, and the end of a sentence without one."""
_MARGIN: Final = 2.0
"""By so much the best way is better than any other that ends a sentence further away than …"""
_NEAR_S: Final = 0.1
_EQUAL: Final = 1e-6


def cut(samples: Samples, sample_rate: int, sentences: Sequence[Sequence[float]]) -> list[Samples | None]:
    """The sentences in ``samples``, each from its first sound to its last; ``None`` for one that cannot be cut safely.

    ``sentences`` say how much of the speech each clause of each sentence takes, in any unit.
    """
    window = max(1, round(WINDOW_S * sample_rate))
    places = [0, *_places(samples, window, sentences), samples.size // window + 1]
    pieces: list[Samples | None] = []
    for begin, end in pairwise(places):
        if begin is None or end is None or begin >= end:
            pieces.append(None)
            continue
        piece = samples[begin * window : end * window]
        first, last = speech_bounds(piece, sample_rate)
        pieces.append(piece[first:last])
    return pieces


def _places(samples: Samples, window: int, sentences: Sequence[Sequence[float]]) -> list[int | None]:
    """The window in the middle of the pause after each sentence but the last; ``None`` where that is not sure."""
    count = len(sentences) - 1
    pauses, before, spoken = _pauses(samples, window)
    if not pauses or not count:
        return [None] * count
    clauses = np.array([clause for sentence in sentences for clause in sentence])
    due = np.concatenate([[0.0], np.cumsum(clauses)]) * spoken / clauses.sum()
    ends = np.cumsum([len(sentence) for sentence in sentences])[:-1]
    lengths = np.array([end - begin for begin, end in pauses])
    at = np.array([0, *before, spoken], np.float64)
    totals, least = _totals(at, lengths * WINDOW_S, due, set(ends.tolist()))
    if not np.isfinite(least):
        return [None] * count
    places: list[int | None] = []
    for total in totals[ends]:
        best = int(total.argmin())
        elsewhere = np.abs(np.array(before) - before[best]) > _NEAR_S / WINDOW_S
        sure = total[best] <= least + _EQUAL and not (total[elsewhere] < least + _MARGIN).any()
        places.append(sum(pauses[best]) // 2 if sure else None)
    return places


def _pauses(samples: Samples, window: int) -> tuple[list[tuple[int, int]], list[int], int]:
    """Quiet stretches between speech, in windows; how much speech is before each, and how much in all."""
    count = samples.size // window
    if count == 0:
        return [], [], 0
    power = np.square(samples[: count * window].astype(np.float64)).reshape(count, window).mean(axis=1)
    heard = power > float(np.quantile(power, LOUD_SHARE)) * 10.0 ** (QUIET_DB / 10.0)
    for begin, end in _runs(heard):
        if end - begin <= round(CLICK_S / WINDOW_S):
            heard[begin:end] = False
    speech = np.concatenate([[0], np.cumsum(heard)])
    pauses = [
        (begin, end)
        for begin, end in _runs(~heard)
        if end - begin >= round(PAUSE_S / WINDOW_S) and 0 < speech[begin] < speech[-1]
    ]
    return pauses, [int(speech[begin]) for begin, _ in pauses], int(speech[-1])


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where stretches of true begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _totals(spoken: Floats, lengths: Floats, due: Floats, ends: set[int]) -> tuple[Floats, float]:
    """``[marks + 1, pauses]``: the cost of the best way on which a mark falls on a pause; and of the best of all.

    ``spoken`` is how much speech is before the beginning, each pause and the end; ``due`` how much should be before
    the beginning, each mark and the end; ``ends`` are the marks that end a sentence.
    """
    marks, nodes = len(due) - 1, len(spoken)
    there = np.full((marks + 1, nodes), np.inf)
    onward = np.full((marks + 1, nodes), np.inf)
    there[0, 0] = onward[marks, -1] = 0.0
    worth = np.minimum(lengths, _LONGEST_S)
    skipped = np.cumsum([0.0, *(_RUN_ON_END if mark in ends else _RUN_ON for mark in range(1, marks)), 0.0])
    steps = [
        (first, last, _step(spoken, due[last] - due[first]) + skipped[last - 1] - skipped[first])
        for last in range(1, marks + 1)
        for first in range(last)
    ]
    gain = {mark: (_AT_END if mark in ends else _AT_COMMA) * worth for mark in range(1, marks)}
    for first, last, step in steps:
        cost = (there[first][:, None] + step).min(axis=0)
        if last < marks:
            cost[1:-1] -= gain[last]
            cost[[0, -1]] = np.inf
        there[last] = np.minimum(there[last], cost)
    for first, last, step in sorted(steps, key=lambda one: -one[1]):
        ahead = onward[last].copy()
        if last < marks:
            ahead[1:-1] -= gain[last]
        onward[first] = np.minimum(onward[first], (step + ahead[None, :]).min(axis=1))
    return (there + onward)[:, 1:-1], float(there[marks, -1])


def _step(spoken: Floats, due: float) -> Floats:
    """``[from, to]``: the square of how far the speech between is from what is due; infinite where it cannot be it."""
    lasts = spoken[None, :] - spoken[:, None]
    off = (lasts - due) / (_FIXED_S / WINDOW_S + _SHARE * due)
    step: Floats = np.where((np.abs(off) <= _MOST) & (lasts > 0), np.square(off), np.inf)
    return step
