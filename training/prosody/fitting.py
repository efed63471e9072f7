"""Losses and the training loop: seeded, resumable, averaged."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import torch
from torch import Tensor
from torch.nn import functional

from training.prosody.batches import Batch
from training.prosody.modeling import OUTPUTS, ProsodyModel

AVERAGED: Final = 0.4
"""Share of the steps, the last ones, whose weights are averaged."""
MELODIES: Final = (1.0, 4.0, 2.0, 0.5)
"""How much a statement, question, exclamation and continuation count: the second and third are rare."""
_SAVE_EVERY: Final = 60.0
"""Seconds between checkpoints."""

_log = logging.getLogger("training")


@dataclass(frozen=True)
class Weights:
    """How much each task counts."""

    units: float = 0.0
    tags: float = 0.0
    following: float = 0.0
    intonation: float = 0.0
    labels: float = 0.0
    soft: float = 0.0
    real: float = 0.0


def loss(model: ProsodyModel, batch: Batch, weights: Weights) -> tuple[Tensor, dict[str, float]]:
    """The weighted sum of what the tasks lose on a batch, and each by name."""
    states = model.hidden(batch.columns, batch.lengths)
    parts: dict[str, Tensor] = {}
    if weights.units:
        asked = batch.hidden[:, :, 0] >= 0
        scores = functional.linear(model.units(states[asked]), model.unit_table(), model.unit_bias)
        parts["units"] = _cross_entropy(scores, batch.hidden[:, :, 0][asked])
    if weights.tags:
        asked = batch.hidden[:, :, 1] >= 0
        parts["tags"] = _cross_entropy(model.tags(states[asked]), batch.hidden[:, :, 1][asked])
    if weights.following:
        asked = batch.following[:, :, 0] >= 0
        parts["following"] = _cross_entropy(model.following(states[asked]), batch.following[:, :, 0][asked])
    output = model.output(states).float()
    if weights.intonation:
        asked = batch.following[:, :, 1] >= 0
        parts["intonation"] = _cross_entropy(
            output[:, :, 7:OUTPUTS][asked], batch.following[:, :, 1][asked], torch.tensor(MELODIES)
        )
    if weights.labels:
        for name, column, first, levels in (("breaks", 0, 0, 3), ("boundary", 1, 3, 2), ("prominence", 2, 5, 2)):
            asked = batch.labels[:, :, column] >= 0
            if asked.any():
                wanted = batch.labels[:, :, column][asked][:, None] > torch.arange(levels)
                parts[name] = _levels(output[:, :, first : first + levels][asked], wanted.float())
    if weights.soft:
        asked = ~batch.soft[:, :, :7].isnan()
        if asked.any():
            parts["soft"] = 3 * functional.binary_cross_entropy_with_logits(
                output[:, :, :7][asked], batch.soft[:, :, :7][asked]
            )
    if weights.real:
        asked = ~batch.soft[:, :, 7:].isnan()
        if asked.any():
            parts["real"] = functional.mse_loss(output[:, :, OUTPUTS:][asked], batch.soft[:, :, 7:][asked])
    labels = ("breaks", "boundary", "prominence")
    total = sum(
        (getattr(weights, "labels" if name in labels else name) * part for name, part in parts.items()),
        start=output.sum() * 0.0,
    )
    return total, {name: float(part.detach()) for name, part in parts.items()}


def _cross_entropy(scores: Tensor, wanted: Tensor, weights: Tensor | None = None) -> Tensor:
    return functional.cross_entropy(scores.float(), wanted, weights) if len(wanted) else scores.sum() * 0.0


def _levels(scores: Tensor, wanted: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(scores, wanted) * scores.shape[-1]


Drawn = TypeVar("Drawn")
"""A batch."""
Counts = TypeVar("Counts")
"""How the tasks of a batch count."""
Model = TypeVar("Model", bound=torch.nn.Module)


@dataclass(frozen=True)
class Schedule:
    """How long and how fast a model learns."""

    steps: int
    rate: float
    seed: int
    warm_up: int = 200
    decay: float = 0.01
    bf16: bool = False

    def rate_at(self, step: int) -> float:
        """Learning rate: up in a line, then down in a cosine."""
        if step < self.warm_up:
            return self.rate * (step + 1) / self.warm_up
        done = (step - self.warm_up) / max(1, self.steps - self.warm_up)
        return self.rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))


def has_bf16() -> bool:
    """Whether this processor multiplies in bfloat16: twice as fast, and the scores are the same within noise."""
    flags = Path("/proc/cpuinfo")
    return flags.exists() and "avx512_bf16" in flags.read_text(encoding="utf-8")


def fit(
    model: Model, source: Callable[[int], tuple[Drawn, Counts]],
    lose: Callable[[Model, Drawn, Counts], tuple[Tensor, dict[str, float]]], schedule: Schedule, checkpoint: Path, *,
    average: bool, stop_after: int | None = None,
) -> bool:  # fmt: skip
    """Train ``model`` in place; goes on from ``checkpoint`` if it is there. Whether the last step was reached.

    ``source`` gives the batch of a step. ``average`` leaves the mean of the weights of the last steps in the model.
    ``stop_after`` ends early, as a break in the power supply would.
    """
    torch.manual_seed(schedule.seed)
    optimiser = torch.optim.AdamW(_groups(model, schedule.decay), lr=schedule.rate, betas=(0.9, 0.98), fused=True)
    mean: dict[str, Tensor] = {}
    step, counted = 0, 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        torch.set_rng_state(saved["random"])
        step, counted, mean = saved["step"], saved["counted"], saved["mean"]
        _log.info("%s: on from step %d", checkpoint.stem, step)
    model.train()
    since, began, shown = time.monotonic(), time.monotonic(), _Means()
    first = step
    while step < schedule.steps:
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate_at(step)
        batch, weights = source(step)
        with torch.autocast("cpu", torch.bfloat16, enabled=schedule.bf16):
            lost, parts = lose(model, batch, weights)
        optimiser.zero_grad(set_to_none=True)
        lost.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        shown.add(parts)
        if average and step > (1 - AVERAGED) * schedule.steps and step % 5 == 0:
            counted += 1
            for name, weight in model.state_dict().items():
                mean[name] = mean[name].lerp(weight, 1 / counted) if name in mean else weight.clone()
        if step % 250 == 0:
            pace = (time.monotonic() - began) / (step - first)
            _log.info("%s %d/%d, %.0f ms a step: %s", checkpoint.stem, step, schedule.steps, 1000 * pace, shown)
            shown = _Means()
        stopping = stop_after is not None and step >= stop_after
        if stopping or time.monotonic() - since > _SAVE_EVERY:
            _save(checkpoint, model, optimiser, step, counted, mean)
            since = time.monotonic()
        if stopping and step < schedule.steps:
            return False
    if mean:
        model.load_state_dict(mean)
    model.eval()
    return True


def _groups(model: torch.nn.Module, decay: float) -> list[dict[str, object]]:
    """Embeddings are not pulled to zero: a rare word would be forgotten between its appearances."""
    named = list(model.named_parameters())
    plain = [weight for name, weight in named if "embedding" in name or weight.ndim < 2]
    matrices = [weight for name, weight in named if not ("embedding" in name or weight.ndim < 2)]
    return [{"params": matrices, "weight_decay": decay}, {"params": plain, "weight_decay": 0.0}]


def _save(
    path: Path, model: torch.nn.Module, optimiser: torch.optim.Optimizer, step: int, counted: int,
    mean: Mapping[str, Tensor],
) -> None:  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "random": torch.get_rng_state(),
             "step": step, "counted": counted, "mean": dict(mean)}  # fmt: skip
    torch.save(state, partial)
    partial.replace(path)


class _Means:
    """Means of what the tasks lose, for the log."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[float, int]] = {}

    def add(self, parts: Mapping[str, float]) -> None:
        """Count one step."""
        for name, value in parts.items():
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = total + value, count + 1

    def __str__(self) -> str:
        return " ".join(f"{name} {total / count:.3f}" for name, (total, count) in sorted(self._sums.items()))
