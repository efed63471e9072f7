"""The causal network learns from text, from the teachers' labels and from the labels of the corpora, all at once."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import numpy as np
import torch

from training.prosody import batches, causal_batches
from training.prosody.batches import Habits, Plans
from training.prosody.causal import CausalConfig, CausalModel
from training.prosody.causal_batches import CausalBatch
from training.prosody.fitting import Schedule, fit, has_bf16
from training.prosody.learning import gold_examples, in_batch, labelled_windows, opened
from training.prosody.stages import SEED, Budget, Folders, Texts

_log = logging.getLogger("training")
_PLAN: Final = (
    "text", "zh_text", "zh_train", "zh_text", "en_text", "text", "zh_text", "zh_train", "en_train", "zh_text",
)  # fmt: skip
"""Where ten batches in a row come from: text with its marks deleted, windows that the teachers have labelled, labelled
windows."""
_NEXT: Final = 0.2


def learn(folders: Folders, budget: Budget, *, start: Path, name: str = "causal") -> Path:
    """Train the causal network; embeddings come from the model at ``start`` and stay. Answers with its folder."""
    target = folders.out / name
    if (target / "config.json").exists():
        return target
    texts = Texts(folders.out)
    torch.manual_seed(SEED + 300)
    teacher, size = opened(start), budget.hidden[0]
    heads = 4 if size % 4 == 0 else 1
    model = CausalModel(CausalConfig(
        sizes=teacher.config.sizes, widths=teacher.config.widths, hidden_size=size,
        intermediate_size=3 * size, num_attention_heads=heads,
    ))  # fmt: skip
    model.embeddings.load_state_dict(teacher.embeddings.state_dict())
    for weight in model.embeddings.parameters():
        weight.requires_grad = False
    learned = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    _log.info("%d weights, %d of them learned here", sum(weight.numel() for weight in model.parameters()), learned)
    soft = {corpus: np.load(folders.out / f"soft.{corpus}.npy", mmap_mode="r") for corpus in ("zh_text", "en_text")}
    kept = {
        corpus: labelled_windows(texts[corpus], soft.get(corpus))
        for corpus in ("zh_text", "en_text", "zh_train", "en_train")
    }
    plans = {
        corpus: Plans(2 * batches.window_lengths(texts[corpus])[kept[corpus]], SEED, place)
        for place, corpus in enumerate(kept, start=20)
    }
    plans["text"] = Plans(2 * batches.line_lengths(texts["zh_text"]), SEED, 30)
    own, given = Habits(open_end=0.1, english=0.1), Habits(open_end=0.3, unmarked=0.1)

    def source(step: int) -> tuple[CausalBatch, float]:
        random = np.random.default_rng((SEED, 13, step))
        turn, place = divmod(step, len(_PLAN))
        corpus = _PLAN[place]
        members = plans[corpus].get(turn * _PLAN.count(corpus) + _PLAN[:place].count(corpus))
        if corpus == "text":
            examples = [batches.pretraining_example(texts["zh_text"], int(line), random) for line in members]
        elif corpus in soft:
            habits = in_batch(given, random)
            examples = [
                batches.labelled_example(texts[corpus], int(kept[corpus][member]), random, habits, soft=soft[corpus])
                for member in members
            ]
        else:
            examples = gold_examples(texts, corpus, kept[corpus][members], own, random)
        return causal_batches.collate(examples, random), _NEXT if corpus in ("text", "zh_text", "en_text") else 0.0

    schedule = Schedule(budget.causal, 1.5e-3, SEED + 300, warm_up=min(300, budget.causal // 4), bf16=has_bf16())
    if fit(model, source, causal_batches.loss, schedule, folders.out / f"{name}.pt", average=True):
        model.save_pretrained(target)
    return target
