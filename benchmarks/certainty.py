"""Fits the weights by which a speaker is guessed and called certain, and tells what they are worth on sets left out.

python -m benchmarks.certainty --write     # and writes who.yaml and certainty.yaml in indextts/books/casting
"""

from __future__ import annotations

import sys
from collections.abc import Container, Iterator, Mapping, Sequence
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

CALLED: Final = 0.9
"""How probable a speaker must be to be called certain: a stranger's text is harder than ours."""
HARDER: Final = {
    "attribution_third": 1.5,
    "attribution_fourth": 1.5,
    "attribution_fifth": 1.5,
    "attribution_sixth": 1.5,
    "attribution_seventh": 1.5,
    "attribution_ninth": 1.5,
    "attribution_last2": 1.5,
    "attribution_certain": 1.2,
}
"""Weights of the sets that rules were made by least; of the others :data:`EASIER`."""
EASIER: Final = 0.7
RIDGE: Final = 6.0
RIDGE_OF_WHO: Final = 1.0
HELD: Final = {"called": -4.0, "introduced": 4.0}
"""Weights that are not fitted: who is called does not speak, whatever a few passages tell."""
STEPS: Final = 8
ROUNDS: Final = 6
"""Each guesses with the weights of the one before: a guess goes by those beside it."""

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Row:
    """One quotation whose speaker no rule calls doubtful."""

    half: str
    language: str
    found: Mapping[str, float]
    right: bool


@dataclass(frozen=True)
class Guess:
    """Who may say a turn: the signs of each, and who does."""

    half: str
    signs: Floats
    right: Floats


def readings(half: str) -> Iterator[tuple[Passage, Scenes, Mapping[str, str]]]:
    """The passages of a set as they were decided, and whose names are one person's."""
    read: list[tuple[Scenes, Mapping[str, str]]] = []
    decided, judged = turns.decide, certainty.judge

    def decide(scenes: Scenes, owner: Mapping[str, str], genders: Mapping[str, Gender], told: Container[str]) -> None:
        decided(scenes, owner, genders, told)
        read.append((scenes, owner))

    turns.decide, certainty.judge = decide, lambda scenes, owner: None
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


def guesses(half: str, names: Sequence[str]) -> list[Guess]:
    """The turns of a set whose speaker is guessed among people of whom one is right."""
    found: list[Guess] = []
    for passage, scenes, _ in readings(half):
        for turn in scenes.turns:
            who = wanted(passage, turn)
            if who is None or len(turn.people) < 2:
                continue
            right = np.array([passage.is_right(name, who) for name in turn.people], dtype=float)
            signs = np.array([[signs.get(name, 0.0) for name in names] for signs in turn.people.values()])
            if right.any():
                found.append(Guess(half, signs, right))
    return found


def fitted_guesses(found: Sequence[Guess], names: Sequence[str]) -> Floats:
    """The coefficients of a conditional logistic regression with a ridge; of :data:`HELD` those that it says."""
    held = np.array([name in HELD for name in names])
    weights = np.array([HELD.get(name, 0.0) for name in names])
    for _ in range(2 * STEPS):
        slope, curve = -RIDGE_OF_WHO * weights, RIDGE_OF_WHO * np.eye(len(weights))
        for guess in found:
            scores = np.exp(guess.signs @ weights - (guess.signs @ weights).max())
            probable = scores / scores.sum()
            mean = guess.signs.T @ probable
            weight = HARDER.get(guess.half, EASIER)
            slope += weight * (guess.signs.T @ (probable * guess.right / (probable @ guess.right)) - mean)
            curve += weight * ((guess.signs.T * probable) @ guess.signs - np.outer(mean, mean))
        slope[held], curve[held], curve[:, held] = 0.0, 0.0, 0.0
        curve[held, held] = 1.0
        step = np.linalg.solve(curve, slope)
        weights = weights + step * min(1.0, 2 / max(1e-9, np.abs(step).max()))
    return weights


def fit_guesses(halves: Sequence[str]) -> dict[str, float]:
    """The weights of :func:`indextts.books.casting.turns.weigh`, which goes by them from then on."""
    weights = dict(tables_beside(turns.__file__, "who.yaml"))
    names = list(weights)
    turns.weigh = lambda found: sum(weights[sign] * value for sign, value in found.items())
    for _ in range(ROUNDS):
        found = [guess for half in halves for guess in guesses(half, names)]
        # Half of the way: the guesses beside change with the weights.
        fitted_now = zip(names, map(float, fitted_guesses(found, names)), strict=True)
        weights |= {name: (weights[name] + weight) / 2 for name, weight in fitted_now}
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
