"""Fits the weights by which a speaker is guessed and called certain, and tells what they are worth on sets left out.

python -m benchmarks.certainty --write     # and writes who.yaml and certainty.yaml in indextts/books/casting
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.attribution import HALVES, Passage, passages, same
from indextts.books.casting import attribute, certainty, turns
from indextts.books.casting.certainty import evidence, is_doubtful
from indextts.books.casting.turns import Scenes, SpokenTurn
from indextts.books.model import SURE, UNKNOWN, Chapter
from indextts.model.people import Gender
from indextts.platform.tables import tables_beside

CALLED: Final = 0.92
"""How probable a speaker must be to be called certain: a stranger's text is harder than ours."""
HARDER: Final = {
    "attribution_third": 1.5,
    "attribution_fourth": 1.5,
    "attribution_fifth": 1.5,
    "attribution_sixth": 1.5,
    "attribution_seventh": 1.5,
    "attribution_eighth": 1.5,
    "attribution_ninth": 1.5,
    "attribution_tenth": 1.5,
    "attribution_eleventh": 1.5,
    "attribution_twelfth": 1.5,
    "attribution_thirteenth": 1.5,
    "attribution_fourteenth": 1.5,
    "attribution_last2": 1.5,
    "attribution_certain": 1.2,
}
"""Weights of the sets that rules were made by least; of the others :data:`EASIER`."""
EASIER: Final = 0.7
RIDGE: Final = 6.0
RIDGE_OF_WHO: Final = 0.25
HELD: Final = {"called": -6.0, "introduced": 4.0, "again": 1.5}
"""Weights that are not fitted, whatever a few passages tell: who is called does not speak."""
STEPS: Final = 8
FIRST_STEP: Final = 0.25
LAST_STEP: Final = 0.06
"""By how much a weight of who may speak is changed at once, first and last …"""
LEAST_GAIN: Final = 0.2
"""… and what that must be worth, in quotations."""

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Row:
    """One quotation whose speaker no rule calls doubtful."""

    half: str
    language: str
    found: Mapping[str, float]
    right: bool


def readings(half: str) -> Iterator[tuple[Passage, Scenes, Mapping[str, str]]]:
    """The passages of a set as they were decided, and whose names are one person's."""
    read: list[tuple[Scenes, Mapping[str, str]]] = []
    decided, judged = turns.decide, certainty.judge

    def decide(scenes: Scenes, owner: Mapping[str, str], genders: Mapping[str, Gender], told: Container[str]) -> None:
        decided(scenes, owner, genders, told)
        read.append((scenes, owner))

    turns.decide, certainty.judge = decide, lambda scenes, owner, doubted=(): None
    try:
        for passage in passages(half):
            attribute([Chapter("", passage.text)])
            yield passage, *read.pop()
    finally:
        turns.decide, certainty.judge = decided, judged


def wanted(passage: Passage, turn: SpokenTurn) -> str | None:
    """Who says the first quotation of a turn."""
    quote = turn.quotes[0]
    return next((who for *at, who in passage.said if same((quote.start, quote.end), *at)), None)


def undecided(half: str) -> Iterator[tuple[Passage, Callable[[], Scenes]]]:
    """The passages of a set, each with what decides it anew by the weights of that moment."""
    decided, held = turns.decide, list[tuple[bytes, tuple[Any, ...]]]()
    turns.decide = lambda scenes, *known: held.append((scenes.packed(), known))
    judged, certainty.judge = certainty.judge, lambda scenes, owner, doubted=(): None
    try:
        for passage in passages(half):
            attribute([Chapter("", passage.text)])
            packed, known = held.pop()

            def read(text: str = passage.text, packed: bytes = packed, known: tuple[Any, ...] = known) -> Scenes:
                scenes = Scenes.unpacked(text, packed)
                decided(scenes, *known)
                return scenes

            yield passage, read
    finally:
        turns.decide, certainty.judge = decided, judged


def worth(read: Sequence[tuple[float, Passage, Callable[[], Scenes]]], weights: Mapping[str, float]) -> float:
    """How many speakers are right by ``weights``, and how probable the right ones are, with a ridge."""
    total = -RIDGE_OF_WHO * sum(weight**2 for name, weight in weights.items() if name not in HELD)
    for weight, passage, scenes in read:
        for turn in scenes().turns:
            who = wanted(passage, turn)
            if who is None:
                continue
            total += weight * passage.is_right(turn.speaker, who) * len(turn.quotes)
            scores = {name: turns.weigh(found) for name, found in turn.people.items()}
            right = [score for name, score in scores.items() if passage.is_right(name, who)]
            if right and len(scores) > 1:
                probable = np.exp(right).sum() / np.exp([*scores.values(), turns.NO_ONE]).sum()
                total += weight / 2 * max(-5.0, float(np.log(probable)))
    return total


def fit_guesses(halves: Sequence[str]) -> dict[str, float]:
    """The weights of :func:`indextts.books.casting.turns.weigh`, which goes by them from then on.

    They climb from those that are written, one at a time: a guess goes by those beside it, so that what a weight is
    worth shows only where everything is decided with it.
    """
    weights = dict(tables_beside(turns.__file__, "who.yaml")) | HELD
    turns.weigh = lambda found: sum(weights[sign] * value for sign, value in found.items())
    read = [(HARDER.get(half, EASIER), *one) for half in halves for one in undecided(half)]
    best, steps = worth(read, weights), {name: FIRST_STEP for name in weights if name not in HELD}
    while any(step > LAST_STEP for step in steps.values()):
        for name, step in [(name, step) for name, step in steps.items() if step > LAST_STEP]:
            for tried in (weights[name] + step, weights[name] - step):
                before, weights[name] = weights[name], tried
                if (now := worth(read, weights)) > best + LEAST_GAIN:
                    best = now
                    break
                weights[name] = before
            else:
                steps[name] /= 2
    return weights


def rows() -> tuple[list[Row], dict[tuple[str, str], int]]:
    """Those of all sets, and how many quotations each set has in each language."""
    found: list[Row] = []
    sizes: dict[tuple[str, str], int] = {}
    for half in HALVES:
        for passage, scenes, owner in readings(half):
            key = half, passage.language
            sizes[key] = sizes.get(key, 0) + len(passage.said)
            for number, (turn, signs) in enumerate(evidence(scenes, owner)):
                if turn.speaker == UNKNOWN or turn.kind == "goes_on" or is_doubtful(scenes.turns, number):
                    continue
                for quote in turn.quotes:
                    who = next((who for *at, who in passage.said if same((quote.start, quote.end), *at)), None)
                    found.append(Row(*key, signs, who is not None and passage.is_right(turn.speaker, who)))
    return found, sizes


def fitted(signs: Floats, right: Floats, weights: Floats) -> Floats:
    """The coefficients of a logistic regression with a ridge."""
    found = np.zeros(signs.shape[1])
    for _ in range(STEPS):
        probable = 1 / (1 + np.exp(-signs @ found))
        slope = signs.T @ (weights * (right - probable)) - RIDGE * found
        curve = (signs * (weights * probable * (1 - probable))[:, None]).T @ signs + RIDGE * np.eye(len(found))
        found += np.linalg.solve(curve, slope)
    return found


def write(beside: str, about: str, weights: Mapping[str, float]) -> None:
    lines = [f"# Written by python -m benchmarks.certainty: {about}, in logits."]
    lines += [f"{name}: {weight:.2f}" for name, weight in weights.items()]
    Path(certainty.__file__).with_name(beside).write_text("\n".join([*lines, ""]), encoding="utf-8")


def main() -> None:
    who = fit_guesses(list(HALVES))
    all_rows, sizes = rows()
    names = sorted({name for row in all_rows for name in row.found})
    signs = np.array([[row.found.get(name, 0.0) for name in names] for row in all_rows])
    right = np.array([row.right for row in all_rows], dtype=float)
    halves = np.array([row.half for row in all_rows])
    weights = np.array([HARDER.get(row.half, EASIER) for row in all_rows])
    left_out = np.zeros(len(right))
    for half in HALVES:
        rest = halves != half
        left_out[~rest] = signs[~rest] @ fitted(signs[rest], right[rest], weights[rest])
    called = left_out >= np.log(CALLED / (1 - CALLED))
    for (half, language), size in sizes.items():
        here = np.array([row.half == half and row.language == language for row in all_rows]) & called
        print(f"{half} {language}: {100 * here.sum() / size:.0f} {100 * right[here].mean():.1f}")
    offset = {"offset": float(np.log(SURE / (1 - SURE)) - np.log(CALLED / (1 - CALLED)))}
    found = dict(zip(names, map(float, fitted(signs, right, weights)), strict=True))
    if "--write" in sys.argv:
        write("who.yaml", "what each sign tells for a person who may speak", who)
        write("certainty.yaml", "what each sign tells for the speaker that was found", offset | found)


if __name__ == "__main__":
    main()
