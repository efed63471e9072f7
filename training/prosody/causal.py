"""The causal network as a ``transformers`` model: text first, then the same units again, a label for each.

A position of the first part is a unit; one of the second part is a unit that is forced, with the label of the one
before it, and what comes out there is its own label. Both copies of a unit have the same position number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoConfig, AutoModelForCausalLM, DynamicCache, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast

from indextts.reading.prosody import causal as labels
from indextts.reading.prosody.features import COLUMNS

INPUTS = len(COLUMNS) + 2
"""The columns of a unit, the label before it, and which part it stands in (0 text, 1 labels)."""


class CausalConfig(PreTrainedConfig):
    """Sizes of a :class:`CausalModel`."""

    model_type = "indextts-prosody-causal"

    def __init__(
        self,
        sizes: Sequence[int] = (16,) * len(COLUMNS),
        widths: Sequence[int] = (128, 64, 48, 24, 16, 16, 20, 20, 12, 12),
        hidden_size: int = 192,
        num_hidden_layers: int = 3,
        num_attention_heads: int = 4,
        intermediate_size: int = 576,
        dropout: float = 0.1,
        rope_theta: float = 1000.0,
        use_cache: bool = True,
        **rest: Any,
    ) -> None:
        self.sizes = list(sizes)
        self.widths = list(widths)
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.dropout = dropout
        self.rope_theta = rope_theta
        self.use_cache = use_cache
        super().__init__(**rest)


class Block(nn.Module):
    """Attention to what stands before, and a feed-forward layer."""

    def __init__(self, config: CausalConfig, layer: int) -> None:
        super().__init__()
        self.layer = layer
        self.heads = config.num_attention_heads
        size = config.hidden_size
        self.first_norm = nn.LayerNorm(size)
        self.attention = nn.Linear(size, 3 * size)
        self.mixed = nn.Linear(size, size)
        self.second_norm = nn.LayerNorm(size)
        self.up = nn.Linear(size, config.intermediate_size)
        self.down = nn.Linear(config.intermediate_size, size)
        self.rate = config.dropout

    def forward(self, states: Tensor, turns: tuple[Tensor, Tensor], cache: DynamicCache | None) -> Tensor:
        """``states`` ``[B, T, D]``; ``turns`` are cosine and sine of each position ``[B, 1, T, D / heads / 2]``."""
        batch, time, size = states.shape
        parts = self.attention(self.first_norm(states)).view(batch, time, 3, self.heads, size // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        query, key = _turned(query, turns), _turned(key, turns)
        before = 0
        if cache is not None:
            before = cache.get_seq_length(self.layer)
            key, value = cache.update(key, value, self.layer)
        if before:
            seen = torch.ones(time, before + time, dtype=torch.bool).tril(before)
            out = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        else:
            out = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        states = states + self._dropped(self.mixed(out.transpose(1, 2).reshape(batch, time, size)))
        return states + self._dropped(self.down(functional.relu(self.up(self.second_norm(states)))))

    def _dropped(self, states: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return states
        kept = torch.rand(states.shape[0], 1, states.shape[2]) >= self.rate
        return states * (kept / (1 - self.rate))


def _turned(states: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    cosine, sine = turns
    first, second = states.chunk(2, dim=-1)
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], dim=-1).to(states.dtype)


class CausalModel(PreTrainedModel):
    """Opens with ``AutoModelForCausalLM.from_pretrained`` once this module is imported."""

    config_class = CausalConfig
    config: CausalConfig

    def __init__(self, config: CausalConfig) -> None:
        super().__init__(config)
        self.embeddings = nn.ModuleList(
            nn.Embedding(size, width) for size, width in zip(config.sizes, config.widths, strict=True)
        )
        size = config.hidden_size
        self.projection = nn.Linear(sum(config.widths), size)
        self.label_embedding = nn.Embedding(labels.COUNT, size)
        self.part_embedding = nn.Embedding(2, size)
        self.blocks = nn.ModuleList(Block(config, layer) for layer in range(config.num_hidden_layers))
        self.norm = nn.LayerNorm(size)
        self.output = nn.Linear(size, labels.COUNT)
        self.next_unit = nn.Linear(size, config.widths[0])
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.1)
        elif isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)

    def unit_table(self) -> Tensor:
        """The embeddings of the units, which the next one is compared with."""
        table: Tensor = self.embeddings[0].weight  # type: ignore[assignment]
        return table

    def embedded(self, input_ids: Tensor) -> Tensor:
        """The columns' embeddings ``[B, T, sum of widths]``."""
        return torch.cat([table(input_ids[:, :, place]) for place, table in enumerate(self.embeddings)], dim=-1)

    def states(
        self, input_ids: Tensor, position_ids: Tensor, cache: DynamicCache | None = None, *, dropped: float = 0.0
    ) -> Tensor:  # fmt: skip
        """``[B, T, D]``; ``dropped`` hides the whole description of that share of the positions."""
        shown = self.embedded(input_ids)
        if dropped and self.training:
            shown = shown * (torch.rand(shown.shape[:2]) >= dropped).unsqueeze(-1)
        label, part = self.label_embedding(input_ids[:, :, -2]), self.part_embedding(input_ids[:, :, -1])
        states = self.projection(shown) + label + part
        width = self.config.hidden_size // self.config.num_attention_heads // 2
        rates = self.config.rope_theta ** (-torch.arange(width) / width)
        angles = position_ids[:, None, :, None] * rates
        turns = (angles.cos(), angles.sin())
        for block in self.blocks:
            states = block(states, turns, cache)
        return self.norm(states)  # type: ignore[no-any-return]

    def forward(
        self, input_ids: Tensor, position_ids: Tensor, past_key_values: DynamicCache | None = None,
        use_cache: bool | None = None, **_: Any,
    ) -> CausalLMOutputWithPast:  # fmt: skip
        """``input_ids`` ``[B, T, INPUTS]``, ``position_ids`` ``[B, T]``; logits ``[B, T, labels.COUNT]``."""
        keep = self.config.use_cache if use_cache is None else use_cache
        cache = past_key_values if past_key_values is not None else DynamicCache() if keep else None
        logits = self.output(self.states(input_ids, position_ids, cache)).float()
        return CausalLMOutputWithPast(logits=logits, past_key_values=cache)


def register() -> None:
    """Tell ``transformers`` of the classes, so that its ``Auto`` classes open the model."""
    AutoConfig.register(CausalConfig.model_type, CausalConfig, exist_ok=True)
    AutoModelForCausalLM.register(CausalConfig, CausalModel, exist_ok=True)
