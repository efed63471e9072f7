"""The perceiver that turns a recording of any length into a fixed number of vectors.

Learned latents look at themselves and at the recording, twice, without any norm inside; at the end each is brought to a
common length.
"""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

HEAD: Final = 64
"""Values of one head, whatever the width."""
DEPTH: Final = 2


class Attention(nn.Module):
    """Latents look at a context; no layer has a bias."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        inner = heads * HEAD
        self.heads = heads
        self.to_q = nn.Linear(width, inner, bias=False)
        self.to_kv = nn.Linear(width, 2 * inner, bias=False)
        self.to_out = nn.Linear(inner, width, bias=False)

    def forward(self, latents: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """``latents`` and the result ``[B, N, width]``, ``context`` ``[B, M, width]``, ``mask`` ``[B, M]``."""
        key, value = self.to_kv(context).chunk(2, dim=2)
        query, key, value = (
            x.unflatten(2, (self.heads, HEAD)).transpose(1, 2) for x in (self.to_q(latents), key, value)
        )
        allowed = None if mask is None else mask[:, None, None]
        seen = functional.scaled_dot_product_attention(query, key, value, allowed)
        out: Tensor = self.to_out(seen.transpose(1, 2).flatten(2))
        return out


class Gated(nn.Module):
    """GEGLU: the first half, let through by the second."""

    def forward(self, x: Tensor) -> Tensor:
        """``[…, 2 n]`` to ``[…, n]``."""
        value, gate = x.chunk(2, dim=-1)
        return functional.gelu(gate) * value


class UnitNorm(nn.Module):
    """Every vector brought to length √width, then scaled."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """``[…, width]`` both ways."""
        return functional.normalize(x, dim=-1) * math.sqrt(x.shape[-1]) * self.gamma


class Perceiver(nn.Module):
    """``count`` latents of ``width`` over a context of ``context_width``."""

    def __init__(self, *, width: int, context_width: int, heads: int, mult: float, count: int) -> None:
        super().__init__()
        inner = int(width * mult * 2 / 3)
        self.latents = nn.Parameter(torch.zeros(count, width))
        # Published files have this layer only where the two widths differ.
        self.proj_context = nn.Identity() if width == context_width else nn.Linear(context_width, width)
        self.layers = nn.ModuleList(
            nn.ModuleList(
                (
                    Attention(width, heads),
                    nn.Sequential(nn.Linear(width, 2 * inner), Gated(), nn.Linear(inner, width)),
                )
            )
            for _ in range(DEPTH)
        )
        self.norm = UnitNorm(width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """``x`` ``[B, T, context_width]`` to ``[B, count, width]``; ``mask`` ``[B, T]`` is true where frames count."""
        context = self.proj_context(x)
        latents = self.latents.expand(len(x), -1, -1)
        if mask is not None:
            mask = functional.pad(mask, (len(self.latents), 0), value=True)
        for layer in self.layers:
            attend, feed = layer.children()
            latents = latents + attend(latents, torch.cat((latents, context), dim=1), mask)
            latents = latents + feed(latents)
        y: Tensor = self.norm(latents)
        return y
