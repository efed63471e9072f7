"""Learns where two Chinese words belong together: ``python -m training.prosody cohesion``.

From the breaks between the words of ``zh_train.tsv``, and from the compounds of ours (``compounds.txt``), each set into
the surroundings of some gap of those sentences so that what stands around tells nothing of where it comes from.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from indextts.model.utterance import Utterance
from indextts.platform.storage.assets import read_text, renew
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.prosody.cohesion import SCALE, TABLE_BITS, Cohering, gaps, rows, words_of
from indextts.reading.prosody.decide import Floats
from indextts.reading.prosody.together import COMPOUNDS
from indextts.reading.prosody.windows import flatten
from indextts.reading.text.frontend import build_segments
from training.polyphones import SEED
from training.prosody import score
from training.prosody.data import WHOLE

SHARE: Final = 0.3
"""What a gap of a compound counts for, beside one of a sentence."""
PENALTY: Final = 1e-3
"""Of the squares of the weights, for each step."""
EPOCHS: Final = 12
RATE: Final = 0.15
_log = logging.getLogger("training")


@dataclass(frozen=True)
class Gap:
    """Two words beside each other with their surroundings, and whether a speaker paused there."""

    words: list[Cohering]
    at: int
    paused: bool
    weight: float = 1.0


def examples(data: Path, compounds: Sequence[str]) -> list[Gap]:
    """The gaps of the labelled sentences ``data``, then those of ``compounds``."""
    found = list(_labelled(data))
    order = random.Random(SEED)
    return found + [
        Gap([*host.words[: host.at], *pair, *host.words[host.at + 2 :]], host.at, paused=False, weight=SHARE)
        for compound in compounds
        for pair, host in ((pair, order.choice(found)) for pair in _pairs(compound))
    ]


def _labelled(data: Path) -> Iterator[Gap]:
    for row in score.read(data)[1]:
        utterance = Utterance(row["text"], segments=build_segments(row["text"], is_word=is_word, max_syllables=WHOLE))
        flat = flatten(utterance)
        words = words_of(flat.units)
        for at in gaps(words):
            yield Gap(words, at, int(row["breaks"][flat.tokens[words[at].last].end - 1]) > 1)


def _pairs(compound: str) -> Iterator[tuple[Cohering, Cohering]]:
    flat = flatten(Utterance(compound, segments=build_segments(compound, is_word=is_word, max_syllables=WHOLE)))
    words = words_of(flat.units)
    for at in gaps(words):
        yield words[at], words[at + 1]


def train(data: Sequence[Gap]) -> Floats:
    """Logistic regression; rates fall for weights often met, and the last epochs' weights are averaged."""
    table, squares = np.zeros(1 << TABLE_BITS, np.float32), np.full(1 << TABLE_BITS, 0.1, np.float32)
    total, order = np.zeros_like(table), random.Random(SEED)
    todo = [(rows(gap.words, gap.at), gap.paused, gap.weight) for gap in data]
    for epoch in range(EPOCHS):
        order.shuffle(todo)
        for row, paused, weight in todo:
            slope = weight * (1.0 / (1.0 + np.exp(-table[row].sum())) - paused)
            squares[row] += slope * slope
            table[row] -= RATE * (slope + PENALTY * table[row]) / np.sqrt(squares[row])
        if epoch >= EPOCHS // 2:
            total += table
    return (total / (EPOCHS - EPOCHS // 2)).astype(np.float32)


def ship(data: Path, target: Path) -> None:
    """Learn, and write ``cohesion.npz``."""
    known = examples(data, read_text(COMPOUNDS).split())
    steps = np.clip(np.round(train(known) * SCALE), -127, 127).astype(np.int8)
    np.savez_compressed(target, weights=steps)
    renew(target)
    _log.info("%d gaps, %d bytes: %s", len(known), target.stat().st_size, target)
