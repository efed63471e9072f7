"""The text encoder: linguistic units → one hidden vector for each symbol."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from indextts.engines.sambert.networks.layers import FeedForward, Note, attend, layer_norm, silent, split_heads
from indextts.engines.sambert.shapes import AcousticShape

FIELDS = ("sy", "tone", "syllable_flag", "ws")
"""The symbol's fields that are summed, as their tables are called."""


def position_code(length: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """``[length, width]``: sines in the first half of the channels, cosines in the second; positions from 1."""
    half = width // 2
    rates = np.power(10000.0, -np.arange(half) / (half - 1 if half > 1 else 1))
    angles = np.arange(1, length + 1)[:, None] * rates[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


class _SelfAttention(nn.Module):
    def __init__(self, width: int, units: int, heads: int) -> None:
        super().__init__()
        self.layer_norm = layer_norm(width)
        self.w_qkv = nn.Linear(width, 3 * units)
        self.fc = nn.Linear(units, units)
        self._heads = heads

    def forward(self, x: Tensor, forbidden: Tensor | None) -> tuple[Tensor, Tensor]:
        q, k, v = (split_heads(part, self._heads) for part in self.w_qkv(self.layer_norm(x)).chunk(3, dim=-1))
        mixed, weights = attend(q, k, v, forbidden)
        mixed = self.fc(mixed)
        # The first layer is wider at its entrance, so nothing can be added there.
        return (mixed + x if mixed.shape[-1] == x.shape[-1] else mixed), weights


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, each after a norm."""

    def __init__(self, width: int, shape: AcousticShape) -> None:
        super().__init__()
        self.slf_attn = _SelfAttention(width, shape.encoder_units, shape.encoder_heads)
        self.pos_ffn = FeedForward(shape.encoder_units, shape.encoder_inner, 3)

    def forward(
        self, x: Tensor, forbidden: Tensor | None = None, kept: Tensor | None = None, note: Note = silent
    ) -> Tensor:
        """``[B, T, in] → [B, T, units]``."""
        x, weights = self.slf_attn(x, forbidden)
        note("attn", weights.flatten(0, 1))
        note("attn_block_out", x)
        x = self.pos_ffn(x, kept)
        note("out", x)
        return x


class _Layers(nn.Module):
    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        widths = [shape.embedding, *[shape.encoder_units] * (shape.encoder_layers - 1)]
        self.fft = nn.ModuleList(EncoderLayer(width, shape) for width in widths)
        self.ln = layer_norm(shape.encoder_units)


class TextEncoder(nn.Module):
    """Embeddings, layers and projection."""

    def __init__(self, shape: AcousticShape, rows: dict[str, int]) -> None:
        super().__init__()
        self._tables = [name for name in rows if name.endswith("_emb")]
        for name in self._tables:
            self.add_module(name, nn.Embedding(rows[name], shape.embedding))
        self.ling_enc = _Layers(shape)
        self.ling_proj = nn.Linear(shape.encoder_units, shape.text, bias=False)
        self._scale = shape.encoder_units**0.5

    def forward(self, units: Tensor, lengths: Tensor | None = None, note: Note = silent) -> Tensor:
        """``units`` int64 ``[B, T, fields]`` → ``[B, T, text]``.

        With ``lengths`` ``[B]`` every item comes out as it would alone, padding after it or not.
        """
        summed = sum(getattr(self, name)(units[:, :, place]) for place, name in enumerate(self._tables))
        assert isinstance(summed, Tensor)
        code = torch.from_numpy(position_code(summed.shape[1], summed.shape[2])).to(summed.dtype)
        x = summed * self._scale + code
        forbidden = kept = None
        if lengths is not None:
            real = torch.arange(x.shape[1])[None, :] < lengths[:, None]
            forbidden, kept = ~real[:, None, None, :], real[:, :, None].to(x.dtype)
        for number, layer in enumerate(self.ling_enc.fft):
            x = layer(x, forbidden, kept, lambda name, value, n=number: note(f"layer{n}.{name}", value))
        x = self.ling_enc.ln(x)
        note("ln_out", x)
        hidden: Tensor = self.ling_proj(x)
        note("text_hid", hidden)
        return hidden
