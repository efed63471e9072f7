"""Attention of the flow: every frame sees every frame; positions turn pairs of neighbouring channels.

On a CPU, PyTorch's own attention multiplies float32 and bfloat16 matrices with MKL: on a processor that is not Intel's
it is the slowest part of a step. :class:`PackedAttention` multiplies them with oneDNN, one head at a time, so that the
scores of a head stay in the processor's caches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.networks.packed_linear import NOTHING, Packable, PackedLinear

_LONGEST_PERIOD: Final = 10000.0
_ROWS: Final = 512
"""Frames that ask at once: their scores are to fit the second cache for some thousand frames."""


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


class Attention(Packable):
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

    def packed(self) -> nn.Module:
        """The same with oneDNN."""
        return PackedAttention(self)


class PackedAttention(nn.Module):
    """:class:`Attention` for a CPU.

    Channels of queries and keys are put in another order, which their products do not notice: the first of all pairs,
    then the second. The scale of the scores is in the weights of the queries.
    """

    def __init__(self, plain: Attention) -> None:
        super().__init__()
        self.heads = plain.heads
        width = plain.wo.in_features
        parts = plain.wqkv.weight.detach().view(3, plain.heads, -1, 2, width)
        query, key = (part.transpose(1, 2).reshape(width, width) for part in parts[:2])
        query = query * (width // plain.heads) ** -0.5
        self.wqkv = PackedLinear(torch.cat((query, key, parts[2].reshape(width, width))), None)
        self.wo = PackedLinear(plain.wo.weight, None)

    def forward(self, rows: Tensor, frames: Frames, first: int) -> Tensor:
        """As :meth:`Attention.forward`."""
        batch, count, width = rows.shape
        fused = self.wqkv(rows).view(batch, count, 3, self.heads, -1)
        turned = _turned(fused[:, :, :2].permute(2, 0, 3, 1, 4), frames)
        values = fused[:, :, 2].permute(0, 2, 3, 1).contiguous()
        mixed = fused.new_empty(batch, count - first, self.heads, width // self.heads)
        for row in range(batch):
            seen = count if frames.lengths is None else frames.lengths[row]
            for head in range(self.heads):
                query, key = turned[0, row, head], turned[1, row, head, :seen]
                value = values[row, head, :, :seen].contiguous()
                for begin in range(first, count, _ROWS):
                    scores = _product(query[begin : begin + _ROWS], key)
                    shares = torch.softmax(scores, dim=-1)
                    mixed[row, begin - first : begin - first + _ROWS, head] = _product(shares, value)
        return cast(Tensor, self.wo(mixed.flatten(2)))


def _turned(pairs: Tensor, frames: Frames) -> Tensor:
    """Queries and keys ``[2, B, heads, T, head width]``, the first of all pairs before the second."""
    cos, sin = frames.cos.to(pairs.dtype), frames.sin.to(pairs.dtype)
    half = cos.shape[1]
    first, second = pairs[..., :half], pairs[..., half:]
    turned = torch.empty(pairs.shape, dtype=pairs.dtype)
    torch.mul(first, cos, out=turned[..., :half]).addcmul_(second, sin, value=-1)
    torch.mul(second, cos, out=turned[..., half:]).addcmul_(first, sin)
    return turned


def _product(one: Tensor, other: Tensor) -> Tensor:
    """``[N, K]`` times ``[M, K]``: ``[N, M]``. Both must be contiguous, or it takes a thousand times as long."""
    return cast(Tensor, torch.ops.mkldnn._linear_pointwise(one, other, None, *NOTHING))
