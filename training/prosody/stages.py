"""What all stages of the recipe share: budgets, folders, and the texts read into arrays."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.reading.prosody.features import Vocabulary
from training.prosody import data
from training.prosody.data import Corpus
from training.prosody.vocabulary import build, save

SEED: Final = 20
_log = logging.getLogger("training")


@dataclass(frozen=True)
class Budget:
    """Steps of each stage, and sizes."""

    pretrain: int = 6000
    teacher: int = 1500
    teachers: int = 2
    """Networks that are tuned from each pretrained one; the mean of their weights is one member of what is shipped."""
    student: int = 1200
    causal: int = 4000
    pseudo: float = 1.0
    """Share of the windows that the teachers label otherwise."""
    hidden: tuple[int, ...] = (256, 192)
    """Sizes of the pretrained networks, each with a seed of its own: the members of what is shipped. Only networks that
    have nothing in common, not even their pretraining, are better together than alone."""
    least: tuple[int, int, int] = (3, 4, 5)
    """How often a Chinese unit, an English word and a Chinese word must be met to enter the vocabulary."""


@dataclass(frozen=True)
class Folders:
    """Where data is read and results are written."""

    data: Path
    text: Path
    emotion: Path
    out: Path


NAMES: Final = ("zh_text", "en_text", "zh_train", "zh_dev", "en_train", "en_dev")


def prepare(folders: Folders, budget: Budget) -> None:
    """Read all texts as units and write them as arrays, with the vocabulary."""
    if all((folders.out / f"{name}.npz").exists() for name in NAMES):
        return
    folders.out.mkdir(parents=True, exist_ok=True)
    lines = {
        "zh_text": data.unlabelled_zh(folders.text, folders.emotion),
        "en_text": data.unlabelled_en(folders.data, folders.emotion),
        "zh_train": data.zh_lines(folders.data / "zh_train.tsv"),
        "zh_dev": data.zh_lines(folders.data / "zh_dev.tsv"),
        "en_train": data.en_lines(folders.data / "en_train.tsv"),
        "en_dev": data.en_lines(folders.data / "en_dev.tsv"),
    }
    groups: list[str] = []
    read: dict[str, list[data.Read]] = {}
    for name, found in lines.items():
        every = [data.read_line(line) if name != "en_train" else _grouped(line, groups) for line in found]
        read[name] = every
        _log.info("%s: %d lines", name, len(every))
    vocabulary = build(
        (line.flat.units for name in ("zh_text", "zh_train", "en_text") for line in read[name]),
        *budget.least,
    )
    save(vocabulary, folders.out / "vocabulary.json")
    sizes = map(len, (vocabulary.units, vocabulary.words, vocabulary.poses))
    _log.info("%d units, %d words, %d parts of speech", *sizes)
    for name in NAMES:
        data.corpus(read[name], vocabulary).save(folders.out / f"{name}.npz")
    (folders.out / "en_train.groups").write_text("\n".join(groups) + "\n", encoding="utf-8")


def _grouped(line: data.Line, groups: list[str]) -> data.Read:
    read = data.read_line(line)
    if read.flat.units:
        groups.append(line.group)
    return read


class Texts:
    """All arrays of the prepare stage, read when first asked for."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._read: dict[str, Corpus] = {}

    def __getitem__(self, name: str) -> Corpus:
        if name not in self._read:
            self._read[name] = Corpus.load(self._out / f"{name}.npz")
        return self._read[name]

    def vocabulary(self) -> Vocabulary:
        """The vocabulary that the arrays were made with."""
        return Vocabulary.load(self._out / "vocabulary.json")
