"""Word vectors from text without labels: which words stand near which, weighed by surprise, in few dimensions.

Positive pointwise mutual information and its singular vectors (Levy, Goldberg and Dagan: *Improving Distributional
Similarity with Lessons Learned from Word Embeddings*, TACL 2015): seconds of work, and words that feel alike lie close.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from indextts.reading.emotion.features import Floats, Ints, Keys, word_key

_REACH: Final = 5
"""Words on either side that count as near; one ``d`` words away counts for ``1 / d``."""
_SMOOTHING: Final = 0.75
_MORE: Final = 16
"""Directions beyond those that are kept, and how often they are turned towards the largest ones."""
_TURNS: Final = 3


@dataclass(frozen=True)
class Vectors:
    """V words."""

    keys: Keys
    """``[V]``, ascending: :func:`indextts.reading.emotion.features.word_key` of each."""
    table: Floats
    """``[V + 1, D]``; row 0 is nothing."""


def build(lines: Sequence[Sequence[str]], *, dims: int, least: int, seed: int) -> Vectors:
    """Vectors of the words that stand at least ``least`` times in ``lines``."""
    counts = Counter(word for line in lines for word in line)
    names = {word_key(word): word for word, count in counts.items() if count >= least}
    keys = np.array(sorted(names), np.uint32)
    place = {names[int(key)]: number for number, key in enumerate(keys)}
    near = _near([np.array([place[word] for word in line if word in place], np.int64) for line in lines], len(keys))
    table = np.zeros((len(keys) + 1, dims), np.float32)
    found = _directions(near, min(dims, len(keys)), seed)
    found /= np.linalg.norm(found, axis=1, keepdims=True) + 1e-6
    table[1:, : found.shape[1]] = found / max(float(found.std()), 1e-6)
    return Vectors(keys, table)


def _near(lines: Sequence[Ints], size: int) -> torch.Tensor:
    """``[size, size]``, sparse: how much more often than by chance two words stand near each other."""
    gap = np.full(_REACH, -1, np.int64)
    row = np.concatenate([part for line in lines for part in (line, gap)] or [gap])
    total: dict[str, np.ndarray] = {"pair": np.zeros(0, np.int64), "weight": np.zeros(0)}
    for distance in range(1, _REACH + 1):
        left, right = row[:-distance], row[distance:]
        both = (left >= 0) & (right >= 0)
        pairs = np.concatenate([left[both] * size + right[both], right[both] * size + left[both]])
        pair = np.concatenate([total["pair"], pairs])
        weight = np.concatenate([total["weight"], np.full(len(pairs), 1.0 / distance)])
        total["pair"], turned = np.unique(pair, return_inverse=True)
        total["weight"] = np.bincount(turned, weights=weight, minlength=len(total["pair"]))
    first, second, weight = total["pair"] // size, total["pair"] % size, total["weight"]
    rows = np.bincount(first, weights=weight, minlength=size)
    chance = rows**_SMOOTHING / max(float((rows**_SMOOTHING).sum()), 1e-9)
    surprise = np.log(weight / (rows[first] * chance[second]))
    kept = surprise > 0
    places = torch.from_numpy(np.stack([first[kept], second[kept]]))
    values = torch.from_numpy(surprise[kept].astype(np.float32))
    return torch.sparse_coo_tensor(places, values, (size, size)).coalesce().to_sparse_csr()


def _directions(matrix: torch.Tensor, dims: int, seed: int) -> Floats:
    """The first left singular vectors, each by the root of its singular value (Halko, Martinsson and Tropp 2011)."""
    turned = matrix.to_sparse_coo().t().coalesce().to_sparse_csr()
    draw = torch.Generator().manual_seed(seed)
    width = min(matrix.shape[1], dims + _MORE)
    basis = torch.linalg.qr(matrix @ torch.randn(matrix.shape[1], width, generator=draw))[0]
    for _ in range(_TURNS):
        basis = torch.linalg.qr(matrix @ torch.linalg.qr(turned @ basis)[0])[0]
    left, values, _ = torch.linalg.svd((turned @ basis).T, full_matrices=False)
    found: Floats = ((basis @ left)[:, :dims] * values[:dims].sqrt()).numpy()
    return found
