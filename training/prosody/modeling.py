"""The bidirectional network as a ``transformers`` model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn
from transformers import PreTrainedConfig, PreTrainedModel

from indextts.reading.prosody.features import COLUMNS

HEADS: Final = {"breaks": 3, "boundary": 2, "prominence": 2, "intonation": 4}
"""Outputs that the product reads, in this order: log-odds of a level of at least 1, 2, 3; of the four intonations,
logits."""
OUTPUTS: Final = sum(HEADS.values())
FOLLOWING: Final = 8
"""Kinds of mark that may follow a unit, 0 for none: the task of putting deleted punctuation back."""


class ProsodyConfig(PreTrainedConfig):
    """Sizes of a :class:`ProsodyModel`."""

    model_type = "indextts-prosody"

    def __init__(
        self,
        sizes: Sequence[int] = (16,) * len(COLUMNS),
        widths: Sequence[int] = (128, 64, 48, 24, 16, 16, 20, 20, 12, 12),
        hidden: int = 192,
        layers: int = 2,
        dropout: float = 0.3,
        blind: Sequence[str] = (),
        look_ahead: bool = True,
        column_dropout: tuple[float, ...] = (0.1, 0.2, 0.05, 0.1, 0.1, 0.0, 0.2, 0.2, 0.05, 0.05),
        **rest: Any,
    ) -> None:
        self.sizes = list(sizes)
        self.widths = list(widths)
        self.hidden = hidden
        self.layers = layers
        self.dropout = dropout
        self.blind = list(blind)
        """Columns that are not shown, to measure what they are worth."""
        self.look_ahead = look_ahead
        self.column_dropout = list(column_dropout)
        super().__init__(**rest)


class ProsodyModel(PreTrainedModel):
    """Embeddings of all columns, a bidirectional LSTM, and a linear layer for each task."""

    config_class = ProsodyConfig
    config: ProsodyConfig

    def __init__(self, config: ProsodyConfig) -> None:
        super().__init__(config)
        self.embeddings = nn.ModuleList(
            nn.Embedding(size, width) for size, width in zip(config.sizes, config.widths, strict=True)
        )
        size = sum(config.widths)
        self.forwards = nn.ModuleList()
        self.backwards = nn.ModuleList()
        for _ in range(config.layers):
            self.forwards.append(nn.LSTM(size, config.hidden, batch_first=True))
            self.backwards.append(nn.LSTM(size, config.hidden, batch_first=True))
            size = 2 * config.hidden
        self.output = nn.Linear(size, OUTPUTS + 2)
        self.following = nn.Linear(size, FOLLOWING)
        self.tags = nn.Linear(size, config.sizes[COLUMNS.index("tag")])
        self.units = nn.Linear(size, config.widths[0])
        self.unit_bias = nn.Parameter(torch.zeros(config.sizes[0]))
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.3)
        elif isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.LSTM):
            for name, weight in module.named_parameters():
                if "weight_hh" in name:
                    nn.init.orthogonal_(weight)
                elif "weight_ih" in name:
                    nn.init.xavier_uniform_(weight)
                else:
                    nn.init.zeros_(weight)
                    if "bias_ih" in name:  # Remember at first.
                        weight.data[module.hidden_size : 2 * module.hidden_size] = 1.0
        elif isinstance(module, ProsodyModel):
            nn.init.zeros_(module.unit_bias)

    def unit_table(self) -> Tensor:
        """The embeddings of the units, which masked ones are compared with."""
        table: Tensor = self.embeddings[0].weight  # type: ignore[assignment]
        return table

    def hidden(self, columns: Tensor, lengths: Tensor) -> Tensor:
        """``[B, T, 2 H]`` from ``columns`` ``[B, T, len(COLUMNS)]`` of which ``lengths`` ``[B]`` units are real."""
        parts = []
        for place, embedding in enumerate(self.embeddings):
            part = embedding(columns[:, :, place])
            if COLUMNS[place] in self.config.blind:
                part = part * 0.0
            rate = self.config.column_dropout[place]
            if self.training and rate:
                # A whole column of a unit at a time: the network learns to do without it.
                part = part * (torch.rand(part.shape[:2]) >= rate).unsqueeze(-1)
            parts.append(part)
        states = self._dropped(torch.cat(parts, dim=-1))
        places = torch.arange(columns.shape[1])
        mirrored = lengths[:, None] - 1 - places
        mirrored = torch.where(mirrored >= 0, mirrored, places)
        for forward, backward in zip(self.forwards, self.backwards, strict=True):
            # Padding stays after the text in both directions, so that it changes nothing.
            index = mirrored[:, :, None]
            there, _ = forward(states)
            back, _ = backward(states.gather(1, index.expand(-1, -1, states.shape[2])))
            back = back.gather(1, index.expand(-1, -1, back.shape[2]))
            if not self.config.look_ahead:
                back = back * 0.0
            states = self._dropped(torch.cat([there, back], dim=-1))
        return states

    def _dropped(self, states: Tensor) -> Tensor:
        """Dropout of the same features throughout a line."""
        rate = self.config.dropout
        if not self.training or not rate:
            return states
        kept = torch.rand(states.shape[0], 1, states.shape[2]) >= rate
        return states * (kept / (1 - rate))

    def forward(self, columns: Tensor, lengths: Tensor) -> Tensor:
        """``[B, T, OUTPUTS + 2]``: the heads, then the two measured values of English (log1p)."""
        return self.output(self.hidden(columns, lengths)).float()  # type: ignore[no-any-return]


class GapModel(ProsodyModel):
    """The same network with one answer: the log-odds of a mark that was left out behind a unit, ``[B, T]``."""

    def __init__(self, config: ProsodyConfig) -> None:
        super().__init__(config)
        self.gap = nn.Linear(2 * config.hidden, 1)
        self.post_init()

    def forward(self, columns: Tensor, lengths: Tensor) -> Tensor:
        return self.gap(self.hidden(columns, lengths))[:, :, 0].float()  # type: ignore[no-any-return]
