"""The conformer that reads a recording's features for the GPT: once for the speaker, once for the emotion.

Pre-norm blocks of attention, convolution and feed-forward. Its relative attention is the published one: positions
count from the start of the recording, not from the query (the usual shift is left out).
"""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.config import FEATURES, EncoderConfig

KERNEL: Final = 15
"""Frames that the depthwise convolution sees."""
SHORTEST: Final = 3
"""Frames that the subsampling needs to give one."""


def positions(length: int, width: int) -> Tensor:
    """The table of sines (even columns) and cosines (odd ones), shape ``[length, width]``, float32."""
    rates = torch.exp(torch.arange(0, width, 2, dtype=torch.float32) * -(math.log(10000.0) / width))
    angles = torch.arange(length, dtype=torch.float32)[:, None] * rates
    return torch.stack((angles.sin(), angles.cos()), dim=2).flatten(1)[:, :width]


class Subsampling(nn.Module):
    """Half as many frames: the features as a picture under a strided 3x3 convolution, then one linear layer."""

    def __init__(self, width: int, features: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, width, 3, 2), nn.ReLU())
        self.out = nn.Sequential(nn.Linear(width * ((features - 1) // 2), width))

    def forward(self, features: Tensor) -> Tensor:
        """``[B, T, features]`` to ``[B, (T - 3) // 2 + 1, width]``."""
        picture: Tensor = self.conv(features[:, None])
        rows: Tensor = self.out(picture.transpose(1, 2).flatten(2))  # a row's values: channel by channel
        return rows


class RelativeAttention(nn.Module):
    """Self-attention with scores ``(q + u)·k + (q + v)·p``, ``p`` the key's place in the recording."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.linear_q, self.linear_k, self.linear_v, self.linear_out = (nn.Linear(width, width) for _ in range(4))
        self.linear_pos = nn.Linear(width, width, bias=False)
        self.pos_bias_u = nn.Parameter(torch.zeros(heads, width // heads))
        self.pos_bias_v = nn.Parameter(torch.zeros(heads, width // heads))

    def forward(self, x: Tensor, places: Tensor, mask: Tensor | None) -> Tensor:
        """``x`` ``[B, T, width]``, ``places`` ``[1, T, width]``, ``mask`` ``[B, 1, T]``, true where a frame counts."""
        query, key, value = (self._split(layer(x)) for layer in (self.linear_q, self.linear_k, self.linear_v))
        place = self._split(self.linear_pos(places)).expand(len(x), -1, -1, -1)
        # Two dot products added up are one of twice the length.
        both = torch.cat((query + self.pos_bias_u[:, None], query + self.pos_bias_v[:, None]), dim=3)
        scale = 1 / math.sqrt(query.shape[3])
        allowed = None if mask is None else mask[:, None]
        keys = torch.cat((key, place), dim=3)
        seen = functional.scaled_dot_product_attention(both, keys, value, allowed, scale=scale)
        out: Tensor = self.linear_out(seen.transpose(1, 2).flatten(2))
        return out

    def _split(self, x: Tensor) -> Tensor:
        return x.reshape(len(x), x.shape[1], self.heads, -1).transpose(1, 2)


class Convolution(nn.Module):
    """Gate, depthwise convolution, layer norm, SiLU; frames that do not count are zero before and after it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.pointwise_conv1 = nn.Conv1d(width, 2 * width, 1)
        self.depthwise_conv = nn.Conv1d(width, width, KERNEL, padding=KERNEL // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.pointwise_conv2 = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """``x`` and the result are ``[B, T, width]``."""
        y: Tensor = x.transpose(1, 2)
        if mask is not None:
            y = y * mask
        y = self.depthwise_conv(functional.glu(self.pointwise_conv1(y), dim=1))
        y = functional.silu(self.norm(y.transpose(1, 2))).transpose(1, 2)
        y = self.pointwise_conv2(y).transpose(1, 2)
        return y if mask is None else y * mask.transpose(1, 2)


class FeedForward(nn.Module):
    """Two linear layers with SiLU between."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.w_1 = nn.Linear(width, inner)
        self.w_2 = nn.Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, width]`` both ways."""
        y: Tensor = self.w_2(functional.silu(self.w_1(x)))
        return y


class Block(nn.Module):
    """Attention, convolution, feed-forward, each on the normed input and added to it; normed at the end."""

    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.self_attn = RelativeAttention(width, heads)
        self.conv_module = Convolution(width)
        self.feed_forward = FeedForward(width, inner)
        self.norm_mha, self.norm_conv, self.norm_ff, self.norm_final = (nn.LayerNorm(width) for _ in range(4))

    def forward(self, x: Tensor, places: Tensor, mask: Tensor | None) -> Tensor:
        """``x`` and the result are ``[B, T, width]``."""
        x = x + self.self_attn(self.norm_mha(x), places, mask)
        x = x + self.conv_module(self.norm_conv(x), mask)
        x = x + self.feed_forward(self.norm_ff(x))
        y: Tensor = self.norm_final(x)
        return y


class Conformer(nn.Module):
    """The whole encoder."""

    def __init__(self, config: EncoderConfig, features: int = FEATURES) -> None:
        super().__init__()
        width = config.output_size
        self.embed = Subsampling(width, features)
        self.encoders = nn.ModuleList(
            Block(width, config.linear_units, config.attention_heads) for _ in range(config.num_blocks)
        )
        self.after_norm = nn.LayerNorm(width)

    def forward(self, features: Tensor, lengths: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Encode ``features`` ``[B, T, features]``, T at least :data:`SHORTEST`.

        ``lengths`` ``[B]`` says how many frames of each count; without it all do. Returns ``[B, T', width]`` with
        T' = (T - 3) // 2 + 1, and the mask ``[B, 1, T']`` of the frames that count (``None`` without ``lengths``).
        """
        mask = None
        if lengths is not None:
            counts = torch.arange(features.shape[1], device=features.device) < lengths[:, None]
            mask = counts[:, None, 2::2]  # a frame counts if the last of the three under it does
        x: Tensor = self.embed(features)
        x = x * math.sqrt(x.shape[2])
        places = positions(x.shape[1], x.shape[2]).to(x)[None]
        for block in self.encoders:
            x = block(x, places, mask)
        return self.after_norm(x), mask
