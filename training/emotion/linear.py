"""Softmax regression on the pieces of a text, weighed by how rare they are: broad, and hard to lead astray."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from indextts.reading.emotion.features import Floats, Ints, Keys, known
from training.emotion.data import Array

_STEPS: Final = 60
"""Of L-BFGS."""

Found = Sequence[Counter[int]]
"""The pieces of each text and their counts."""


@dataclass(frozen=True)
class Linear:
    """F pieces, K classes."""

    keys: Keys
    """``[F]``, ascending."""
    rarity: Floats
    """``[F]``: the logarithm of how few texts have a piece."""
    weights: Floats
    """``[F, K]``."""
    bias: Floats
    """``[K]``."""

    def logits(self, found: Found) -> Array:
        """``[N, K]``."""
        rows, _ = _rows(found, self.keys, self.rarity)
        scores: Array = (rows @ torch.from_numpy(self.weights)).numpy() + self.bias
        return scores


def fit(found: Found, labels: Array, counts: Array, *, strength: float, least: int, most: int) -> Linear:
    """Learn from texts whose ``labels`` ``[N, K]`` count as ``counts`` ``[N]`` says.

    ``strength`` is how far the weights may go, ``least`` in how many texts a piece must stand, ``most`` how many are
    kept: those that say most when all are known, learned once more without the others.
    """
    texts = Counter(piece for each in found for piece in each)
    keys = np.array(sorted(piece for piece, count in texts.items() if count >= least), np.uint32)
    first = _fitted(found, keys, texts, labels, counts, strength)
    if len(keys) <= most:
        return first
    worth = first.rarity * np.abs(first.weights - first.weights.mean(axis=1, keepdims=True)).max(axis=1)
    kept = np.sort(np.argsort(-worth, kind="stable")[:most])
    return _fitted(found, keys[kept], texts, labels, counts, strength)


def _fitted(found: Found, keys: Keys, texts: Counter[int], labels: Array, counts: Array, strength: float) -> Linear:
    standing = np.array([texts[int(key)] for key in keys])
    rarity = (np.log((1 + len(found)) / (1 + standing)) + 1.0).astype(np.float32)
    rows, columns = _rows(found, keys, rarity)
    weights, bias = _regression(rows, columns, labels, counts, strength)
    return Linear(keys, rarity, weights, bias)


def _rows(found: Found, keys: Keys, rarity: Floats) -> tuple[torch.Tensor, torch.Tensor]:
    """``[N, F]``, sparse, each row of length 1; and the same turned."""
    places: list[Ints] = []
    values: list[Floats] = []
    for each in found:
        place, count = known(each, keys)
        value = (1.0 + np.log(count)) * rarity[place]
        places.append(place)
        values.append((value / max(float(np.linalg.norm(value)), 1e-9)).astype(np.float32))
    numbers = np.repeat(np.arange(len(found)), [len(place) for place in places])
    columns, data = np.concatenate([*places, np.zeros(0, np.int64)]), np.concatenate([*values, np.zeros(0, np.float32)])
    shape = (len(found), len(keys))
    made = [
        torch.sparse_coo_tensor(torch.from_numpy(np.stack(pair)), torch.from_numpy(data.astype(np.float32)), size)
        .coalesce()
        .to_sparse_csr()
        for pair, size in (((numbers, columns), shape), ((columns, numbers), shape[::-1]))
    ]
    return made[0], made[1]


def _regression(
    rows: torch.Tensor, columns: torch.Tensor, labels: Array, counts: Array, strength: float
) -> tuple[Floats, Floats]:
    """Weights ``[F, K]`` and bias ``[K]`` of the regularised softmax regression."""
    wanted = torch.from_numpy(labels.astype(np.float32))
    share = torch.from_numpy((counts / counts.sum()).astype(np.float32))[:, None]
    decay = 1.0 / (strength * float(counts.sum()))
    weights = torch.zeros(rows.shape[1], labels.shape[1])
    bias = torch.zeros(labels.shape[1])
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=_STEPS, history_size=10, line_search_fn="strong_wolfe",
                                  tolerance_grad=1e-6, tolerance_change=1e-8)  # fmt: skip

    def closure() -> float:
        logs = (rows @ weights + bias).log_softmax(dim=1)
        error = (logs.exp() - wanted) * share
        weights.grad = columns @ error + decay * weights
        bias.grad = error.sum(dim=0)
        return float(-(wanted * logs * share).sum() + 0.5 * decay * weights.square().sum())

    optimiser.step(closure)
    return weights.numpy(), bias.numpy()
