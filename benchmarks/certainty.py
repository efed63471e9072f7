"""Fits the weights by which a speaker is called certain, and tells what they are worth on sets they were not fitted on.

python -m benchmarks.certainty --write     # and writes the weights to indextts/books/casting/certainty.yaml
"""

from __future__ import annotations

import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.attribution import HALVES, passages, same
from indextts.books.casting import attribute, certainty, turns
from indextts.books.casting.certainty import evidence, is_doubtful
from indextts.books.casting.turns import Scenes
from indextts.books.model import SURE, UNKNOWN, Chapter
from indextts.model.people import Gender

CALLED: Final = 0.81
"""How probable a speaker must be to be called certain: a stranger's text is harder than ours."""
HARDER: Final = {
    "attribution_third": 1.5,
    "attribution_fourth": 1.5,
    "attribution_fifth": 1.5,
    "attribution_last2": 1.5,
    "attribution_certain": 1.2,
}
"""Weights of the sets that rules were made by least; of the others :data:`EASIER`."""
EASIER: Final = 0.7
RIDGE: Final = 4.0
STEPS: Final = 8

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Row:
    """One quotation whose speaker no rule calls doubtful."""

    half: str
    language: str
    found: Mapping[str, float]
    right: bool


def rows() -> tuple[list[Row], dict[tuple[str, str], int]]:
    """Those of all sets, and how many quotations each set has in each language."""
    found: list[Row] = []
    sizes: dict[tuple[str, str], int] = {}
    read: list[tuple[Scenes, Mapping[str, str]]] = []
    decided = turns.decide

    def decide(scenes: Scenes, owner: Mapping[str, str], genders: Mapping[str, Gender], told: Container[str]) -> None:
        decided(scenes, owner, genders, told)
        read.append((scenes, owner))

    turns.decide = decide
    for half in HALVES:
        for passage in passages(half):
            key = half, passage.language
            sizes[key] = sizes.get(key, 0) + len(passage.said)
            attribute([Chapter("", passage.text)])
            scenes, owner = read.pop()
            for number, (turn, signs) in enumerate(evidence(scenes, owner)):
                if turn.speaker == UNKNOWN or turn.kind == "goes_on" or is_doubtful(scenes.turns, number):
                    continue
                for quote in turn.quotes:
                    wanted = next((who for *at, who in passage.said if same((quote.start, quote.end), *at)), None)
                    right = wanted is not None and passage.is_right(turn.speaker, wanted)
                    found.append(Row(*key, signs, right))
    turns.decide = decided
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


def main() -> None:
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
    for limit in (0.7, 0.75, 0.8, 0.84, 0.87, 0.9, 0.92):
        at = left_out >= np.log(limit / (1 - limit))
        cells = []
        for (half, language), size in sizes.items():
            here = np.array([row.half == half and row.language == language for row in all_rows]) & at
            cells.append(f"{100 * here.sum() / size:.0f}/{100 * right[here].mean():.1f}")
        print(limit, *cells, f"all {100*at.sum()/sum(sizes.values()):.1f}/{100*right[at].mean():.1f}")
    called = left_out >= np.log(CALLED / (1 - CALLED))
    for (half, language), size in sizes.items():
        here = np.array([row.half == half and row.language == language for row in all_rows]) & called
        print(f"{half} {language}: {100 * here.sum() / size:.0f} {100 * right[here].mean():.1f}")
    offset = np.log(SURE / (1 - SURE)) - np.log(CALLED / (1 - CALLED))
    found = zip(names, fitted(signs, right, weights), strict=True)
    lines = ["# Written by python -m benchmarks.certainty: what each sign tells, in logits.", f"offset: {offset:.2f}"]
    lines += [f"{name}: {weight:.2f}" for name, weight in found]
    if "--write" in sys.argv:
        Path(certainty.__file__).with_suffix(".yaml").write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
