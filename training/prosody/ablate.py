"""What each part of the default model is worth: short trainings that differ in one thing."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from training import graph
from training.prosody import learning, measure
from training.prosody.modeling import ProsodyModel
from training.prosody.stages import Budget, Folders, Texts

ROWS: Final[dict[str, dict[str, Any]]] = {
    "from nothing": {},
    "no look-ahead": {"look_ahead": False, "blind": ["right", "behind"]},
    "no words, no parts of speech": {"blind": ["word", "tag", "length"]},
    "half the size": {"hidden": 128},
}
"""Settings of models that are trained on labels alone, all with the same number of steps."""


def run(folders: Folders, steps: int) -> None:
    """Train and score every row; one line of JSON each. Rows whose networks are in the folder are only scored."""
    budget = replace(Budget(), teacher=steps)
    for number, (name, settings) in enumerate(ROWS.items()):
        folder = learning.teach(folders, budget, number, start=None, name="ablation", fold=-1, **settings)
        _line(folders, f"{name}, {steps} steps", learning.opened(folder))
    pretrained = learning.teach(folders, budget, 9, start=folders.out / "pretrained0", name="ablation", fold=-1)
    _line(folders, f"pretrained, {steps} steps", learning.opened(pretrained))
    for folder in sorted(folders.out.glob("teacher[0-9]")):
        _line(folders, f"pretrained, the whole of {folder.name}'s steps", learning.opened(folder))
    student = learning.study(folders, Budget(), 0, start=folders.out / "pretrained0")
    _line(folders, "pretrained, labels and what the teachers say", learning.opened(student))
    members = [learning.opened(folder) for folder in sorted(folders.out.glob("member[0-9]"))]
    for number, member in enumerate(members):
        _line(folders, f"mean of the teachers {2 * number} and {2 * number + 1}", member)
    _line(folders, "both together", *members)
    _line(folders, "the same, weights as they are shipped", *map(rounded, members))


def _line(folders: Folders, name: str, *models: ProsodyModel) -> None:
    """One row: what these networks say on average."""
    texts = Texts(folders.out)
    zh, en = (
        np.mean([measure.probabilities(model, texts[corpus]) for model in models], axis=0)
        for corpus in ("zh_dev", "en_dev")
    )
    cuts = measure.thresholds(texts["zh_dev"], zh, texts["en_dev"], en)
    row = {
        "row": name,
        "parameters": sum(weight.numel() for model in models for weight in model.parameters()),
        **measure.score_zh(texts["zh_dev"], zh, cuts),
        **measure.score_en(texts["en_dev"], en, cuts),
    }
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def rounded(model: ProsodyModel) -> ProsodyModel:
    """The model with the weights that its exported form has."""
    state = model.state_dict()
    for name, weight in state.items():
        if name.startswith("embeddings."):
            state[name] = torch.from_numpy(graph.kept(weight.numpy()))
        elif ".weight_" in name:
            scale = weight.abs().amax(dim=1, keepdim=True).clamp_min(1e-8) / graph.SEVEN_BITS
            state[name] = (weight / scale).round() * scale
    model.load_state_dict(state)
    return model


def command(out: Path, steps: int) -> None:
    """Run on the arrays and networks that the recipe has left in ``out``."""
    torch.set_num_threads(1)
    run(Folders(out, out, out, out), steps)
