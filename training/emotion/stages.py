"""All of the recipe, one language after the other."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import torch

from indextts.model.utterance import Lang
from training.emotion import data, export, recipe
from training.emotion.recipe import Budget

_LINES: Final = 400
"""Characters of a line without labels that are read."""
_log = logging.getLogger("training")


def run(folder: Path, text: Sequence[Path], assets: Path, langs: Sequence[Lang], scale: float = 1.0) -> None:
    """Train on ``folder``'s texts, with word vectors from ``text``'s lines too, and write the files to ``assets``."""
    torch.set_num_threads(1)
    torch.manual_seed(recipe.SEED)
    assets.mkdir(parents=True, exist_ok=True)
    for lang in langs:
        labelled = data.read(folder / f"{lang}_train.tsv", lang)
        trained = recipe.train(labelled, unlabelled(text, lang), budget(lang, scale))
        export.save(trained, assets)
        together = trained.together
        _log.info("%s: share %.2f, temperature %.3f, threshold %.2f", lang, together.share, together.temperature,
                  together.threshold)  # fmt: skip


def budget(lang: Lang, scale: float) -> Budget:
    """The full budget, or, for a try, one of smaller networks and fewer rounds."""
    full = recipe.BUDGETS[lang]
    if scale >= 1.0:
        return full
    epochs, filters = max(1, round(full.plan.epochs * scale)), max(4, round(full.plan.filters * scale))
    plan = replace(full.plan, epochs=epochs, filters=filters, states=max(4, round(full.plan.states * scale)))
    return replace(
        full, pieces=max(200, round(full.pieces * scale)), dims=max(8, round(full.dims * scale)), words=1, least=1,
        networks=1, tried=1, plan=plan,
    )  # fmt: skip


def unlabelled(folders: Sequence[Path], lang: Lang) -> list[str]:
    """The lines of all ``zh*.txt`` or ``en*.txt``, and the texts of all such ``*.tsv``, each once."""
    lines: dict[str, None] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"{lang}*.txt")):
            lines.update(dict.fromkeys(line[:_LINES] for line in path.read_text(encoding="utf-8").splitlines()))
    return [line for line in lines if line.strip()]
