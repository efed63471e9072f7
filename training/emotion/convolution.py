"""A small convolutional network over word vectors (Kim 2014): it knows words that the labelled texts lack by those near
them. The vectors stay as they are, so that several networks can share them.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.reading.emotion.features import Floats
from training.emotion.learning import Network, Plan

WIDTHS: Final = (1, 2, 3)
"""Words that a filter sees."""
SPREAD: Final = 3.0
"""What the sums over a text are divided by, beside the root of its length."""


class Convolution(Network):
    """Filters over word vectors; of each its maximum and its sum over the text, and from these the classes."""

    def __init__(self, table: Floats, classes: int, plan: Plan) -> None:
        super().__init__(table, plan)
        self.filters = nn.ModuleList(
            nn.Conv1d(table.shape[1], plan.filters, width, padding=width - 1) for width in WIDTHS
        )
        self.output = nn.Linear(2 * len(WIDTHS) * plan.filters, classes)

    def classes(self, states: Tensor, there: Tensor) -> Tensor:
        """See :class:`Network`."""
        length = there.sum(dim=1, keepdim=True).clamp(min=1).float()
        states = states.transpose(1, 2)
        found = []
        for layer in self.filters:
            answers = functional.relu(layer(states))
            found += [answers.amax(dim=2), answers.sum(dim=2) / (length.sqrt() * SPREAD)]
        both = functional.dropout(torch.cat(found, dim=1), self.plan.dropout, self.training)
        return self.output(both)  # type: ignore[no-any-return]
