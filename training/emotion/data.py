"""Labelled texts: read from ``*.tsv`` (``text``, ``emotion``, ``domain``), with what each counts in training."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.model.utterance import Lang

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

CLASSES: Final[dict[Lang, tuple[str, ...]]] = {
    "zh": ("happy", "angry", "sad", "afraid", "surprised", "neutral"),
    "en": ("happy", "angry", "sad", "afraid", "disgusted", "surprised", "neutral"),
}
"""What each language's texts are labelled with."""
ASIDE: Final = frozenset({"virus"})
"""Domains of texts about one event: they teach, but are not what the model is for."""


@dataclass(frozen=True)
class Texts:
    """N labelled texts of one language."""

    lang: Lang
    texts: Sequence[str]
    labels: Array
    """``[N, K]``: each label's share of a text; a row adds up to 1."""
    usual: npt.NDArray[np.bool_]
    """``[N]``: whether a text is of the domain that counts."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The K names of the labels."""
        return CLASSES[self.lang]

    @property
    def single(self) -> npt.NDArray[np.bool_]:
        """``[N]``: texts with one label."""
        found: npt.NDArray[np.bool_] = self.labels.max(axis=1) == 1.0
        return found

    @property
    def best(self) -> Places:
        """``[N]``: the first of each text's labels."""
        found: Places = self.labels.argmax(axis=1)
        return found

    def part(self, places: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Texts:
        """Some of the texts."""
        chosen = np.arange(len(self.texts))[places]
        return Texts(self.lang, [self.texts[at] for at in chosen], self.labels[chosen], self.usual[chosen])

    def __add__(self, other: Texts) -> Texts:
        return Texts(
            self.lang, [*self.texts, *other.texts], np.concatenate([self.labels, other.labels]),
            np.concatenate([self.usual, other.usual]),
        )  # fmt: skip


def read(path: Path, lang: Lang) -> Texts:
    """The texts of one file. Raises :class:`ValueError` for a label that the language does not have."""
    classes = CLASSES[lang]
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    labels = np.zeros((len(rows), len(classes)))
    for number, row in enumerate(rows):
        for name in row["emotion"].split(","):
            if name not in classes:
                raise ValueError(f"{path.name}, line {number + 2}: {name!r} is none of {', '.join(classes)}")
            labels[number, classes.index(name)] = 1.0
    usual = np.array([row.get("domain") not in ASIDE for row in rows], bool)
    return Texts(lang, [row["text"] for row in rows], labels / labels.sum(axis=1, keepdims=True), usual)


def parts(count: int, folds: int, seed: int) -> Places:
    """``[count]``: to which of ``folds`` parts each belongs, drawn."""
    return np.random.default_rng(seed).permutation(count) % folds
