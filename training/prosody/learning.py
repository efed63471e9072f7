"""Learning, stage by stage: from text, from labels, from what the teachers say. What is there is not made again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch

from training.prosody import batches, measure
from training.prosody.batches import Habits, Plans
from training.prosody.data import Corpus
from training.prosody.fitting import Schedule, Weights, fit, has_bf16, loss
from training.prosody.modeling import ProsodyConfig, ProsodyModel
from training.prosody.stages import SEED, Budget, Folders, Texts

Numbers = npt.NDArray[np.int64]
_log = logging.getLogger("training")

_MIXED: Final = 0.04
"""Share of the labelled batches in which every sentence has a part in each language."""
PRIMED: Final = 0.5
"""Share of the steps of pretraining in which labels are shown; longer, and they are learned by heart."""
GOLD: Final = Weights(labels=1.0, real=0.5, intonation=0.1)
PRETRAINING: Final = Weights(units=0.5, tags=0.5, following=2.0, intonation=0.2)


def pretrain(folders: Folders, budget: Budget, number: int) -> Path:
    """Learn from text without labels, at first with a labelled batch every third step; answers with the folder."""
    target, seed = folders.out / f"pretrained{number}", SEED + 11 * number
    if (target / "config.json").exists():
        return target
    texts = Texts(folders.out)
    torch.manual_seed(seed)
    model = ProsodyModel(ProsodyConfig(sizes=texts.vocabulary().sizes, dropout=0.2, hidden=budget.hidden[number]))
    _log.info("%d weights", sum(weight.numel() for weight in model.parameters()))
    plans = {
        "zh_text": Plans(batches.line_lengths(texts["zh_text"]), seed, 1),
        "en_text": Plans(batches.line_lengths(texts["en_text"]), seed, 2),
        "zh_train": Plans(batches.window_lengths(texts["zh_train"]), seed, 3),
        "en_train": Plans(batches.window_lengths(texts["en_train"]), seed, 4),
    }

    def source(step: int) -> tuple[batches.Batch, Weights]:
        random = np.random.default_rng((seed, 10, step))
        turn, third = divmod(step, 3)
        if third == 2 and step < PRIMED * budget.pretrain:
            half, odd = divmod(turn, 2)
            corpus = "en_train" if odd else "zh_train"
            members = plans[corpus].get(half)
            habits = in_batch(Habits(open_end=0.0), random)
            return batches.collate(
                [batches.labelled_example(texts[corpus], int(member), random, habits) for member in members]
            ), GOLD
        # Where no labelled batch has its turn, one more without labels: from another place of the order.
        number = 2 * turn + third if third < 2 else budget.pretrain + turn
        quarter, rest = divmod(number, 4)
        corpus, place = ("en_text", quarter) if rest == 3 else ("zh_text", 3 * quarter + rest)
        return batches.collate(
            [batches.pretraining_example(texts[corpus], int(line), random) for line in plans[corpus].get(place)]
        ), PRETRAINING

    schedule = Schedule(budget.pretrain, 2e-3, seed, bf16=has_bf16())
    if fit(model, source, loss, schedule, folders.out / f"{target.name}.pt", average=False):
        model.save_pretrained(target)
    return target


FOLDS: Final = 8
"""Each teacher goes without one such part of the labelled data, so that they differ."""


def _folds(texts: Texts, out: Path) -> dict[str, Numbers]:
    """The fold of every window of the labelled corpora: Chinese lines in turn, English by speaker."""
    zh, en = texts["zh_train"], texts["en_train"]
    lines = np.searchsorted(zh.offsets, zh.windows[:, 1], side="right") - 1
    groups = (out / "en_train.groups").read_text(encoding="utf-8").splitlines()
    speakers = sorted(set(groups))
    owner = np.searchsorted(en.offsets, en.windows[:, 1], side="right") - 1
    return {
        "zh_train": lines % FOLDS,
        "en_train": np.array([speakers.index(groups[line]) % FOLDS for line in owner]),
    }


def teach(
    folders: Folders, budget: Budget, number: int, *, start: Path | None, name: str = "teacher", dropout: float = 0.45,
    fold: int | None = None, rate: float = 1e-3, **sizes: Any,
) -> Path:  # fmt: skip
    """Fine-tune on the labels, without fold ``number`` of them; answers with the model's folder."""
    target = folders.out / f"{name}{number}"
    if (target / "config.json").exists():
        return target
    texts = Texts(folders.out)
    seed = SEED + 100 + number
    torch.manual_seed(seed)
    if start is None:
        settings = {"hidden": budget.hidden[0], **sizes}
        model = ProsodyModel(ProsodyConfig(sizes=texts.vocabulary().sizes, dropout=dropout, **settings))
    else:
        model = ProsodyModel.from_pretrained(start, dropout=dropout)
    folds = _folds(texts, folders.out)
    left_out = number if fold is None else fold
    kept = {name: np.flatnonzero(folds[name] != left_out) for name in folds}
    plans = {
        name: Plans(batches.window_lengths(texts[name])[kept[name]], seed, place)
        for place, name in enumerate(("zh_train", "en_train"), start=5)
    }
    habits = Habits(open_end=0.1, english=0.1)

    def source(step: int) -> tuple[batches.Batch, Weights]:
        random = np.random.default_rng((seed, 11, step))
        turn, third = divmod(step, 3)
        corpus, place = ("en_train", turn) if third == 2 else ("zh_train", 2 * turn + third)
        members = kept[corpus][plans[corpus].get(place)]
        return batches.collate(gold_examples(texts, corpus, members, habits, random)), GOLD

    schedule = Schedule(budget.teacher, rate, seed, warm_up=100, bf16=has_bf16())
    if fit(model, source, loss, schedule, folders.out / f"{target.name}.pt", average=True):
        model.save_pretrained(target)
        report(model, texts, target.name)
    return target


def gold_examples(
    texts: Texts, corpus: str, members: Numbers, habits: Habits, random: np.random.Generator
) -> list[batches.Example]:
    """Labelled windows; now and then one of each language in every sentence of the batch."""
    if random.random() < _MIXED:
        others = "en_train" if corpus == "zh_train" else "zh_train"
        partners = random.integers(len(texts[others].windows), size=len(members))
        pairs = zip(members, partners, strict=True) if corpus == "zh_train" else zip(partners, members, strict=True)
        return [
            batches.mixed_example(texts["zh_train"], int(zh), texts["en_train"], int(en), random)
            for zh, en in list(pairs)[: len(members) // 3 + 1]
        ]
    habits = in_batch(habits, random)
    english = texts["en_train"] if corpus == "zh_train" else None
    return [batches.labelled_example(texts[corpus], int(member), random, habits, english=english) for member in members]


def in_batch(habits: Habits, random: np.random.Generator) -> Habits:
    """Sentences are read with what stands before them in a whole batch or not at all: else most of it is padding."""
    return replace(habits, context=float(random.random() < habits.context))


def report(model: ProsodyModel, texts: Texts, name: str) -> None:
    """Log the scores on the development sets, with plain thresholds and with fitted ones."""
    zh, en = (measure.probabilities(model, texts[corpus]) for corpus in ("zh_dev", "en_dev"))
    fitted = measure.thresholds(texts["zh_dev"], zh, texts["en_dev"], en)
    for cuts in ([0.5] * measure.LEVELS, fitted):
        _log.info("%s %s: %s %s", name, cuts, measure.score_zh(texts["zh_dev"], zh, cuts),
                  measure.score_en(texts["en_dev"], en, cuts))  # fmt: skip


PSEUDO: Final = {"zh_text": 70_000, "en_text": 25_000}
"""Windows of unlabelled text that the teachers label."""
STUDYING: Final = Weights(labels=1.0, real=0.5, soft=1.0, intonation=0.3)


def label(folders: Folders, budget: Budget, teachers: list[Path]) -> None:
    """What the teachers together say of unlabelled text."""
    texts = Texts(folders.out)
    for corpus in PSEUDO:
        target = folders.out / f"soft.{corpus}.npy"
        if target.exists():
            continue
        every = len(texts[corpus].windows)
        wanted = min(every, int(PSEUDO[corpus] * budget.pseudo))
        members = np.sort(np.random.default_rng((SEED, 3)).choice(every, wanted, replace=False)).tolist()
        total = np.zeros((len(texts[corpus].kinds), measure.LEVELS), np.float32)
        for folder in teachers:
            said = folders.out / f"soft.{corpus}.{folder.name}.npy"
            if not said.exists():
                np.save(said, measure.probabilities(opened(folder), texts[corpus], members).astype(np.float16))
                _log.info("%s: %d windows labelled by %s", corpus, wanted, folder.name)
            total += np.load(said) / len(teachers)
        np.save(target, total.astype(np.float16))


def labelled_windows(corpus: Corpus, soft: npt.NDArray[np.floating[Any]] | None) -> Numbers:
    """The windows that the teachers have labelled, or all."""
    if soft is None:
        return np.arange(len(corpus.windows))
    return np.flatnonzero(~np.isnan(soft[corpus.windows[:, 1], 0]))


def opened(folder: Path) -> ProsodyModel:
    """A trained network, ready to be asked."""
    model: ProsodyModel = ProsodyModel.from_pretrained(folder)
    model.eval()
    return model


def study(folders: Folders, budget: Budget, number: int, *, start: Path, dropout: float = 0.4) -> Path:
    """Learn from labels and from what the teachers say; answers with the model's folder."""
    target = folders.out / f"student{number}"
    if (target / "config.json").exists():
        return target
    texts = Texts(folders.out)
    seed = SEED + 200 + number
    torch.manual_seed(seed)
    model = ProsodyModel.from_pretrained(start, dropout=dropout)
    soft = {corpus: np.load(folders.out / f"soft.{corpus}.npy", mmap_mode="r") for corpus in PSEUDO}
    kept = {corpus: labelled_windows(texts[corpus], soft.get(corpus)) for corpus in (*PSEUDO, *_GOLD)}
    plans = {
        corpus: Plans(batches.window_lengths(texts[corpus])[kept[corpus]], seed, place)
        for place, corpus in enumerate(kept, start=7)
    }
    own, given = Habits(open_end=0.05, english=0.1), Habits(open_end=0.4, unmarked=0.1)

    def source(step: int) -> tuple[batches.Batch, Weights]:
        random = np.random.default_rng((seed, 12, step))
        # Of nine batches three bear labels (one of them English), six the teachers' opinion (two English).
        turn, place = divmod(step, 9)
        corpus, number = _STUDY_PLAN[place]
        number += turn * sum(name == corpus for name, _ in _STUDY_PLAN)
        members = kept[corpus][plans[corpus].get(number)]
        if corpus in _GOLD:
            return batches.collate(gold_examples(texts, corpus, members, own, random)), STUDYING
        habits = in_batch(given, random)
        return batches.collate([
            batches.labelled_example(texts[corpus], int(member), random, habits, soft=soft[corpus])
            for member in members
        ]), STUDYING  # fmt: skip

    schedule = Schedule(budget.student, 1e-3, seed, warm_up=100, bf16=has_bf16())
    if fit(model, source, loss, schedule, folders.out / f"{target.name}.pt", average=True):
        model.save_pretrained(target)
        report(model, texts, target.name)
    return target


def averaged(folders: Folders, members: Sequence[Path], number: int) -> Path:
    """The network whose weights are the mean of those of ``members``; answers with its folder.

    They start from one network and stay near it, so that their mean is a network as well, with less of each one's
    chance (Wortsman et al. 2022, *Model soups*).
    """
    target = folders.out / f"member{number}"
    if (target / "config.json").exists():
        return target
    model = opened(members[0])
    states = [opened(member).state_dict() for member in members]
    model.load_state_dict({name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]})
    model.save_pretrained(target)
    report(model, Texts(folders.out), target.name)
    return target


_GOLD: Final = ("zh_train", "en_train")
_STUDY_PLAN: Final = (
    ("zh_text", 0), ("zh_text", 1), ("zh_train", 0), ("en_text", 0), ("zh_text", 2), ("en_train", 0), ("zh_text", 3),
    ("en_text", 1), ("zh_train", 1),
)  # fmt: skip
