"""A recurrent network over word vectors, read both ways: what a word means hangs on those around it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import rnn

from indextts.reading.emotion.features import Floats
from training.emotion.learning import Network, Plan

_NEVER = 99.0
"""Taken from a place that holds no word, so that it has neither weight nor the largest number."""


class Recurrent(Network):
    """Gated recurrent units (Cho et al. 2014); of their states the maximum and a weighted mean, and the classes."""

    def __init__(self, table: Floats, classes: int, plan: Plan) -> None:
        super().__init__(table, plan)
        self.units = nn.GRU(table.shape[1], plan.states, bidirectional=True, batch_first=True)
        self.weight = nn.Linear(2 * plan.states, 1)
        self.output = nn.Linear(4 * plan.states, classes)

    def states(self, vectors: Tensor, there: Tensor) -> Tensor:
        """``[B, T, 2H]``: the units' states, first those that come from the left."""
        lengths = there.sum(dim=1).clamp(min=1)
        packed = rnn.pack_padded_sequence(vectors, lengths, batch_first=True, enforce_sorted=False)
        found, _ = rnn.pad_packed_sequence(self.units(packed)[0], batch_first=True, total_length=there.shape[1])
        return found

    def classes(self, states: Tensor, there: Tensor) -> Tensor:
        """See :class:`Network`."""
        heard = self.states(states, there)
        # A text without words has one place, which counts.
        absent = ~there[:, :, None]
        absent[:, 0] = False
        share = (self.weight(heard) - _NEVER * absent).softmax(dim=1)
        both = torch.cat([(heard - _NEVER * absent).amax(dim=1), (share * heard).sum(dim=1)], dim=1)
        return self.output(functional.dropout(both, self.plan.dropout, self.training))  # type: ignore[no-any-return]
