"""How the networks over word vectors learn: the same rounds for all kinds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from indextts.reading.emotion.features import Floats, Ints
from training.emotion.data import Array

LONGEST: Final = 120
"""Words of a text that are learned from."""
_AVERAGED: Final = 0.4
"""Share of the steps, the last ones, whose weights are averaged."""


@dataclass(frozen=True)
class Plan:
    """How a network learns."""

    epochs: int = 6
    batch: int = 64
    rate: float = 1e-3
    filters: int = 100
    """Of each width."""
    states: int = 128
    """Of a recurrent network, each way."""
    vectors_rate: float = 0.0
    """How fast the word vectors learn, as a share of ``rate``; 0 leaves them as they are."""
    smoothing: float = 0.1
    words_dropped: float = 0.15
    vector_dropout: float = 0.2
    dropout: float = 0.5


class Network(nn.Module):
    """Word vectors, and what :meth:`classes` makes of them."""

    def __init__(self, table: Floats, plan: Plan) -> None:
        super().__init__()
        self.vectors = nn.Embedding.from_pretrained(
            torch.from_numpy(table.copy()), freeze=plan.vectors_rate == 0.0, padding_idx=0
        )
        self.plan = plan

    def forward(self, words: Tensor) -> Tensor:
        """``[B, K]`` logits from ``words`` ``[B, T]``, 0 where there is none."""
        return self.classes(self.seen(words), words > 0)

    def seen(self, words: Tensor) -> Tensor:
        """``[B, T, D]``: the words' vectors; in training some words are missing, and some numbers of all."""
        states: Tensor = self.vectors(words)
        if self.training:
            states = states * (torch.rand(words.shape) >= self.plan.words_dropped)[:, :, None]
            rate = self.plan.vector_dropout
            states = states * ((torch.rand(len(words), 1, states.shape[2]) >= rate) / (1 - rate))
        return states

    def classes(self, states: Tensor, there: Tensor) -> Tensor:
        """``[B, K]`` logits from ``states`` ``[B, T, D]`` of the words that are ``there`` ``[B, T]``."""
        raise NotImplementedError


def learn(model: Network, lines: Sequence[Ints], labels: Array, counts: Array, seed: int) -> None:
    """Learn from texts, given as places of words (:func:`indextts.reading.emotion.features.word_places`)."""
    plan = model.plan
    draw = np.random.default_rng(seed)
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    groups = [
        {"params": [weight], "share": plan.vectors_rate if weight is model.vectors.weight else 1.0}
        for weight in learned
    ]
    optimiser = torch.optim.AdamW(groups, lr=plan.rate, weight_decay=1e-4)
    wanted = torch.from_numpy((labels * (1 - plan.smoothing) + plan.smoothing / labels.shape[1]).astype(np.float32))
    share = torch.from_numpy((counts / counts.mean()).astype(np.float32))
    batches = [batch for _ in range(plan.epochs) for batch in batches_of(lines, plan.batch, draw)]
    mean: list[Tensor] = []
    averaged = 0
    for step, batch in enumerate(batches):
        for group in optimiser.param_groups:
            falling = 0.5 * (1 + math.cos(math.pi * step / len(batches)))
            group["lr"] = group["share"] * plan.rate * min(1.0, (step + 1) / 50) * max(0.05, falling)
        logs = model(padded(lines, batch)).log_softmax(dim=1)
        loss = (-(wanted[batch] * logs).sum(dim=1) * share[batch]).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step >= (1 - _AVERAGED) * len(batches):
            averaged += 1
            now = [weight.detach().clone() for weight in learned]
            mean = [was + (new - was) / averaged for was, new in zip(mean, now, strict=True)] if mean else now
    with torch.no_grad():
        for weight, value in zip(learned, mean, strict=bool(mean)):
            weight.copy_(value)
    model.eval()


def logits(models: Sequence[Network], lines: Sequence[Ints]) -> Array:
    """``[N, K]``: the mean of what ``models`` say."""
    order = np.argsort([len(line) for line in lines], kind="stable")
    parts = []
    with torch.no_grad():
        for begin in range(0, len(order), 128):
            words = padded(lines, order[begin : begin + 128])
            parts.append(torch.stack([model(words) for model in models]).mean(dim=0).numpy())
    found = np.concatenate(parts).astype(np.float64)
    out = np.empty_like(found)
    out[order] = found
    return out


def batches_of(lines: Sequence[Ints], size: int, draw: np.random.Generator) -> list[Ints]:
    """All texts once, those of about the same length together, in any order."""
    lengths = np.array([len(line) for line in lines]) + draw.uniform(0, 12, len(lines))
    order = np.argsort(lengths)
    batches = [order[begin : begin + size] for begin in range(0, len(order), size)]
    return [batches[number] for number in draw.permutation(len(batches))]


def padded(lines: Sequence[Ints], chosen: Ints) -> Tensor:
    """``[B, T]``: places of words, 0 after the last."""
    cut = [lines[number][:LONGEST] for number in chosen]
    words = np.zeros((len(cut), max(map(len, cut))), np.int64)
    for number, line in enumerate(cut):
        words[number, : len(line)] = line
    return torch.from_numpy(words)
