"""Attention of the flow: every frame sees every frame; positions turn pairs of neighbouring channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

_LONGEST_PERIOD: Final = 10000.0


@dataclass(frozen=True)
class Frames:
    """What all layers know of the frames ``[B, T]``."""

    cos: Tensor
    """Of the angles by which positions turn pairs of channels, ``[T, head width / 2]``."""
    sin: Tensor
    lengths: tuple[int, ...] | None = None
    """How many frames of each row are there; None where all are."""
    inside: Tensor | None = None
    """The same, ``[B, T]``."""

    @classmethod
    def of(cls, count: int, head_width: int, like: Tensor, lengths: Tensor | None = None) -> Frames:
        """``count`` frames; ``like`` says with which numbers, and where."""
        channels = torch.arange(0, head_width, 2, dtype=torch.float32, device=like.device)
        speeds = 1.0 / _LONGEST_PERIOD ** (channels / head_width)
        places = torch.arange(count, device=like.device)
        angles = torch.outer(places.float(), speeds).to(like.dtype)
        if lengths is None:
            return cls(angles.cos(), angles.sin())
        inside = places[None, :] < lengths.to(like.device)[:, None]
        return cls(angles.cos(), angles.sin(), tuple(int(length) for length in lengths), inside)


class LowLinear(nn.Linear):
    """A linear layer that may have weights of fewer bits than what it is given."""

    def forward(self, input: Tensor) -> Tensor:
        """``[…, inputs]`` to ``[…, outputs]``, in the numbers of the weights."""
        return functional.linear(input.to(self.weight.dtype), self.weight, self.bias)


class Attention(nn.Module):
    """``[B, T, width]`` to the answers for the frames from ``first`` on."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.wqkv = LowLinear(width, 3 * width, bias=False)
        self.wo = LowLinear(width, width, bias=False)

    def forward(self, rows: Tensor, frames: Frames, first: int) -> Tensor:
        fused = self.wqkv(rows).unflatten(2, (3, self.heads, -1))
        cos, sin = (table[:, None, None].to(fused.dtype) for table in (frames.cos, frames.sin))
        even, odd = fused[:, :, :2].unflatten(-1, (-1, 2)).unbind(-1)
        turned = torch.stack((even * cos - odd * sin, odd * cos + even * sin), dim=-1).flatten(-2)
        query, key = turned.permute(2, 0, 3, 1, 4)
        value = fused[:, :, 2].transpose(1, 2)
        seen = None if frames.inside is None else frames.inside[:, None, None, :]
        mixed = functional.scaled_dot_product_attention(query[:, :, first:], key, value, attn_mask=seen)
        return cast(Tensor, self.wo(mixed.transpose(1, 2).flatten(2)))
