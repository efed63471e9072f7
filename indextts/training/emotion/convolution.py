"""A small convolutional network over word vectors (Kim 2014): it knows words that the labelled texts lack by those near
them. The vectors stay as they are, so that several networks can share them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.feelings.features import Floats, Ints
from indextts.training.emotion.data import Array

WIDTHS: Final = (1, 2, 3)
"""Words that a filter sees."""
LONGEST: Final = 120
"""Words of a text that are learned from."""
SPREAD: Final = 3.0
"""What the sums over a text are divided by, beside the root of its length."""
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
    smoothing: float = 0.1
    words_dropped: float = 0.15
    vector_dropout: float = 0.2
    dropout: float = 0.5


class Convolution(nn.Module):
    """Filters over word vectors; of each its maximum and its sum over the text, and from these the classes."""

    def __init__(self, table: Floats, classes: int, plan: Plan) -> None:
        super().__init__()
        self.vectors = nn.Embedding.from_pretrained(torch.from_numpy(table), freeze=True)
        self.filters = nn.ModuleList(
            nn.Conv1d(table.shape[1], plan.filters, width, padding=width - 1) for width in WIDTHS
        )
        self.output = nn.Linear(2 * len(WIDTHS) * plan.filters, classes)
        self._plan = plan

    def forward(self, words: Tensor) -> Tensor:
        """``[B, K]`` logits from ``words`` ``[B, T]``, 0 where there is none."""
        states = self.vectors(words)
        if self.training:
            states = states * (torch.rand(words.shape) >= self._plan.words_dropped)[:, :, None]
            rate = self._plan.vector_dropout
            states = states * ((torch.rand(len(words), 1, states.shape[2]) >= rate) / (1 - rate))
        length = (words > 0).sum(dim=1, keepdim=True).clamp(min=1).float()
        states = states.transpose(1, 2)
        found = []
        for layer in self.filters:
            answers = functional.relu(layer(states))
            found += [answers.amax(dim=2), answers.sum(dim=2) / (length.sqrt() * SPREAD)]
        both = functional.dropout(torch.cat(found, dim=1), self._plan.dropout, self.training)
        return self.output(both)  # type: ignore[no-any-return]


def fit(lines: Sequence[Ints], labels: Array, counts: Array, table: Floats, plan: Plan, seed: int) -> Convolution:
    """Learn from texts, given as places of words (:func:`indextts.feelings.features.word_places`)."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    model = Convolution(table, labels.shape[1], plan)
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=plan.rate, weight_decay=1e-4)
    wanted = torch.from_numpy((labels * (1 - plan.smoothing) + plan.smoothing / labels.shape[1]).astype(np.float32))
    share = torch.from_numpy((counts / counts.mean()).astype(np.float32))
    batches = [batch for _ in range(plan.epochs) for batch in _batches(lines, plan.batch, draw)]
    mean: list[Tensor] = []
    averaged = 0
    for step, batch in enumerate(batches):
        for group in optimiser.param_groups:
            falling = 0.5 * (1 + math.cos(math.pi * step / len(batches)))
            group["lr"] = plan.rate * min(1.0, (step + 1) / 50) * max(0.05, falling)
        logs = model(_padded(lines, batch)).log_softmax(dim=1)
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
    return model.eval()


def logits(models: Sequence[Convolution], lines: Sequence[Ints]) -> Array:
    """``[N, K]``: the mean of what ``models`` say."""
    order = np.argsort([len(line) for line in lines], kind="stable")
    parts = []
    with torch.no_grad():
        for begin in range(0, len(order), 128):
            words = _padded(lines, order[begin : begin + 128])
            parts.append(torch.stack([model(words) for model in models]).mean(dim=0).numpy())
    found = np.concatenate(parts).astype(np.float64)
    out = np.empty_like(found)
    out[order] = found
    return out


def _batches(lines: Sequence[Ints], size: int, draw: np.random.Generator) -> list[Ints]:
    """All texts once, those of about the same length together, in any order."""
    lengths = np.array([len(line) for line in lines]) + draw.uniform(0, 12, len(lines))
    order = np.argsort(lengths)
    batches = [order[begin : begin + size] for begin in range(0, len(order), size)]
    return [batches[number] for number in draw.permutation(len(batches))]


def _padded(lines: Sequence[Ints], chosen: Ints) -> Tensor:
    """``[B, T]``: places of words, 0 behind the last."""
    cut = [lines[number][:LONGEST] for number in chosen]
    words = np.zeros((len(cut), max(map(len, cut))), np.int64)
    for number, line in enumerate(cut):
        words[number, : len(line)] = line
    return torch.from_numpy(words)
