"""Learns where a comma belongs before an English main clause: ``python -m training.prosody fronted``.

From sentences of ours that have theirs: ``sentences_fronted.txt``, and those of ``sentences_en.txt`` that begin so. Of
the second the network that hears left-out marks has learned already: what it says of them is not shown.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from indextts.model.utterance import Utterance
from indextts.platform.storage.assets import renew
from indextts.reading import prosody
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.prosody import fronted, together
from indextts.reading.prosody.decide import GAP
from indextts.reading.prosody.fronted import SCALE, TABLE_BITS, Places, Weights
from indextts.reading.prosody.lm import LmProsody
from indextts.reading.prosody.windows import flatten
from indextts.reading.text.frontend import build_segments
from training.polyphones import AVERAGED, DECAY, EPS, RATE, SEED

EPOCHS: Final = 10
RUNS: Final = 5
FOLDS: Final = 5
_HERE: Final = Path(__file__).parent
_log = logging.getLogger("training")


@dataclass(frozen=True)
class Example:
    """A sentence without its comma: the choices, and which of them is right."""

    text: str
    rows: list[Places]
    right: int
    fresh: bool
    """Whether the network has not learned from it."""


def examples() -> list[Example]:
    """All that is learned from."""
    network = prosody.load("lm")
    assert isinstance(network, LmProsody)
    found = list(_examples(_HERE / "sentences_fronted.txt", network, fresh=True))
    return found + list(_examples(_HERE / "sentences_en.txt", network, fresh=False))


def _examples(path: Path, network: LmProsody, *, fresh: bool) -> Iterator[Example]:
    for line in path.read_text("utf-8").splitlines():
        first = line.find(", ")
        text = line if first < 0 else line[:first] + line[first + 1 :]
        if line.startswith("#") or (not fresh and first < 0):
            continue
        utterance = Utterance(text, segments=build_segments(text, is_word=is_word, max_syllables=10_000))
        flat = flatten(utterance)
        gaps = {id(token): float(said) for token, said in zip(flat.tokens, network.answers(flat)[:, GAP], strict=True)}
        tokens = utterance.segments[0].tokens
        held = together.bounds(tokens)[0] | together.compounds(tokens)
        stretch = fronted.first_stretch(tokens, [gaps.get(id(token), 0.0) for token in tokens], held)
        if stretch is None:
            continue
        if not fresh:
            stretch = replace(stretch, gaps=[])
        places, rows = fronted.choices(stretch)
        wanted = [at for at in places if tokens[stretch.last[at]].end == first]
        if first < 0 or wanted:
            yield Example(text, rows, places.index(wanted[0]) if wanted else len(places), fresh)


def train(data: Sequence[Example]) -> Weights:
    """A softmax over the choices, the mean of several runs: one alone depends on the order of the sentences."""
    mean = sum((_run(data, SEED + number) for number in range(RUNS)), np.zeros(1 << TABLE_BITS, np.float32)) / RUNS
    return (np.clip(np.round(mean * SCALE), -127, 127) / SCALE).astype(np.float32)


def _run(data: Sequence[Example], seed: int) -> Weights:
    """One step for each example and epoch, with rates that fall for weights often met."""
    table, squares = np.zeros(1 << TABLE_BITS, np.float32), np.full(1 << TABLE_BITS, EPS, np.float32)
    total, todo, order = np.zeros_like(table), list(data), random.Random(seed)
    for epoch in range(EPOCHS):
        order.shuffle(todo)
        for example in todo:
            slopes = fronted.probabilities(table, example.rows)
            slopes[example.right] -= 1.0
            for row, slope in zip(example.rows, slopes, strict=True):
                if abs(slope) >= 1e-3:
                    squares[row] += slope * slope
                    table[row] -= RATE * (slope + DECAY * table[row]) / np.sqrt(squares[row])
        if epoch >= EPOCHS - AVERAGED:
            total += table
    return (total / AVERAGED).astype(np.float32)


def cross_validate(data: Sequence[Example]) -> dict[str, float]:
    """Of the fresh sentences, in percent: places found and right, found and wrong; pauses where none belongs."""
    order = list(data)
    random.Random(SEED).shuffle(order)
    seen: Counter[str] = Counter()
    for fold in range(FOLDS):
        table = train([example for number, example in enumerate(order) if number % FOLDS != fold])
        for example in (each for each in order[fold::FOLDS] if each.fresh):
            chances = fronted.probabilities(table, example.rows)
            best, none = int(chances.argmax()), len(example.rows) - 1
            found = best != none and chances[best] >= fronted.SURE
            if example.right == none:
                seen.update(bare=1, added=int(found))
            else:
                seen.update(
                    marks=1, right=int(found and best == example.right), wrong=int(found and best != example.right)
                )
    return {
        "right": round(100 * seen["right"] / max(1, seen["marks"]), 1),
        "wrong": round(100 * seen["wrong"] / max(1, seen["marks"]), 1),
        "added": round(100 * seen["added"] / max(1, seen["bare"]), 1),
    }


def ship(target: Path) -> None:
    """Cross-validate, learn from all, and write ``fronted.npz``."""
    data = examples()
    _log.info("%d sentences; cross-validation: %s", len(data), cross_validate(data))
    steps = np.round(train(data) * SCALE).astype(np.int8)
    np.savez_compressed(target, weights=steps)
    renew(target)
    _log.info("%d bytes: %s", target.stat().st_size, target)
