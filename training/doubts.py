"""The weights by which a reading of a Chinese character is doubted: a logistic regression over what is known of it.

python -m training.doubts --data DIR     # DIR holds zh_dev.tsv; prints the weights for indextts/books/tables.yaml

Right readings are those of sentences that nothing was learned from. Wrong ones are the places labelled in
``tests/data/polyphones*.tsv`` and ``first_sight_polyphones*.tsv``, read by who has forgotten the words and rules that
decide them (``benchmarks.proof`` tells how), so that they stand for words that no dictionary has.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.first_sight import LABEL, planner
from benchmarks.processes import ROOT
from benchmarks.proof import Sample, forgotten, is_right, labelled, samples
from indextts.books.suspects import Suspects
from indextts.reading.phonemes.zh import mandarin

if TYPE_CHECKING:
    from indextts.model.utterance import Segment, Token, Utterance

DATA: Final = ROOT / "tests" / "data"
WRONG: Final = 200.0
"""So many wrong ones all of them together are worth, against each right one."""
RIDGE: Final = 0.5


def sentences() -> Iterator[Sample]:
    """The labelled sentences that wrong readings are made of."""
    for path in sorted(DATA.glob("polyphones*.tsv")):
        if path.stem != "polyphones_classes":
            for line in path.read_text(encoding="utf-8").splitlines():
                text, place, said = line.split("\t")[:3]
                yield Sample(path.stem, text, {int(place): tuple(said.split("|"))})
    for path in sorted(DATA.glob("first_sight_polyphones*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text, _, labels = line.partition("\t")
            found = {}
            for label in filter(None, map(LABEL.fullmatch, labels.split(" ; "))):
                if label["char"] and label["what"] in text:
                    at = text.index(label["what"]) + label["what"].index(label["char"])
                    found[at] = tuple(label["pinyin"].split("/"))
            if found and not line.startswith("#"):
                yield Sample(path.stem, text, found)


def developed(path: Path) -> Iterator[Sample]:
    """The sentences of ``zh_dev.tsv`` with their readings, but those with a retroflex ending."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        _, text, _, pinyin = line.split("\t")
        said: dict[int, tuple[str, ...]] = {
            at: (one,) for at, one in enumerate(pinyin.split(" ")) if one not in "-~" and one[-2:-1] != "r"
        }
        yield Sample("dev", text, said)


def evidence_of(plan: Utterance, segment: Segment, token: Token) -> dict[str, float]:
    return Suspects(plan).evidence(segment, token)


def rows(data: Path) -> Iterator[tuple[dict[str, float], bool]]:
    """What is known of readings, and whether each is wrong."""
    plan = planner()
    for sample in [*developed(data / "zh_dev.tsv"), *samples("tuning")]:
        made = plan(sample.text)
        for segment in made.segments:
            for token in segment.tokens:
                several = token.kind == "hanzi" and token.reading and len(mandarin.living(token.text)) > 1
                labels = sample.labels.get(token.start)
                if several and (is_right(token, labels) if labels else sample.title != "dev"):
                    yield evidence_of(made, segment, token), False
    for sample in sentences():
        made = plan(sample.text)
        for at, segment, token in labelled(sample, made):
            forgot = forgotten(made, segment, token) if is_right(token, sample.labels[at]) else None
            if forgot is not None:
                said = next((one for one in forgot.segments[0].tokens if one.start == at), None)
                if said is not None and not is_right(said, sample.labels[at]):
                    yield evidence_of(forgot, forgot.segments[0], said), True


def fit(found: Sequence[tuple[dict[str, float], bool]]) -> dict[str, float]:
    """The weights, by Newton's method."""
    names = list(dict.fromkeys(name for known, _ in found for name in known))
    known = np.array([[one.get(name, 0.0) for name in names] for one, _ in found])
    wrong = np.array([float(one) for _, one in found])
    worth = np.where(wrong > 0, WRONG / wrong.sum(), 1.0)
    weights = np.zeros(len(names))
    for _ in range(40):
        likely = 1.0 / (1.0 + np.exp(-known @ weights))
        slope = known.T @ (worth * (wrong - likely)) - RIDGE * weights
        bend = (known * (worth * likely * (1.0 - likely))[:, None]).T @ known + RIDGE * np.eye(len(names))
        weights += np.linalg.solve(bend, slope)
    return dict(zip(names, weights.tolist(), strict=True))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with zh_dev.tsv")
    chosen = parser.parse_args(arguments)
    weights = fit(list(rows(chosen.data)))
    told = ", ".join(f"{name}: {weight:.2f}" for name, weight in weights.items())
    sys.stdout.write(f"doubt_weights: {{{told}}}\n")


if __name__ == "__main__":
    main()
