"""Linear layers for the CPU, with their weights laid out once as oneDNN reads them fastest.

PyTorch multiplies float32 matrices with MKL, which is slow for a few rows at a time (the codes of three beams), and
slow altogether on processors that are not Intel's. oneDNN is the library behind its convolutions; on such a processor
one row takes two thirds of the time, three rows a quarter, hundreds a half. The layout takes the place of the plain
weight, one layer at a time, so memory does not grow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.reference.attention import Attention, Frames
from indextts.engines.indextts2.reference.dit import FeedForward
from indextts.engines.indextts2.reference.gpt import Projection
from indextts.engines.indextts2.reference.wavenet import FrameConv, mirrored

_ROWS: Final = 512
"""Frames that ask at once: their scores are to fit the second cache for some thousand frames."""

NOTHING: tuple[str, list[float], str] = ("none", [], "")
"""No activation after the layer."""
SWISH: tuple[str, list[float], str] = ("swish", [], "")


class PackedLinear(nn.Module):
    """A linear layer for inference on the CPU, in float32 or bfloat16. It has no state dict and stays where it is.

    What it is given becomes its own kind of number first, and what it gives is of that kind.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None, *, laid_out: bool = True) -> None:
        """``weight`` is ``[outputs, inputs]``, whatever its strides.

        Not ``laid_out``, it stays where it lies: hundreds of rows are hardly slower for it, and laying out takes as
        long as many of them.
        """
        super().__init__()
        self._floats = weight.dtype
        plain = weight.detach().contiguous()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(plain) if laid_out else plain
        self._bias = None if bias is None else bias.detach().to(weight.dtype)

    def forward(self, x: Tensor) -> Tensor:
        """``[…, inputs]`` to ``[…, outputs]``."""
        return cast(Tensor, torch.ops.mkldnn._linear_pointwise(x.to(self._floats), self._weight, self._bias, *NOTHING))

    def swish(self, x: Tensor) -> Tensor:
        """The same behind a SiLU, which costs next to nothing here."""
        return cast(Tensor, torch.ops.mkldnn._linear_pointwise(x.to(self._floats), self._weight, self._bias, *SWISH))

    def times(self, x: Tensor, factor: Tensor) -> Tensor:
        """The same, each value times that of ``factor``."""
        linear = torch.ops.mkldnn._linear_pointwise.binary
        return cast(Tensor, linear(x.to(self._floats), factor, self._weight, self._bias, "mul"))


def can_pack() -> bool:
    """Whether oneDNN is there."""
    return bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]


def can_be_half() -> bool:
    """Whether oneDNN multiplies bfloat16 on this processor: without AVX-512 it refuses to."""
    return can_pack() and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def packs(weight: Tensor) -> bool:
    """Whether oneDNN is there and lays out such a weight."""
    if weight.device.type != "cpu":
        return False
    return can_be_half() if weight.dtype == torch.bfloat16 else weight.dtype == torch.float32 and can_pack()


class PackedAttention(nn.Module):
    """:class:`Attention` with oneDNN, one head at a time, so that its scores stay in the processor's caches.

    PyTorch's own multiplies with MKL: on a processor that is not Intel's it is the slowest part of a step.

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


class PackedFeedForward(nn.Module):
    """:class:`~indextts.engines.indextts2.reference.dit.FeedForward`, its gate and product made with its layers."""

    def __init__(self, plain: FeedForward) -> None:
        super().__init__()
        self.w1, self.w2, self.w3 = (PackedLinear(one.weight, None) for one in (plain.w1, plain.w2, plain.w3))

    def forward(self, rows: Tensor) -> Tensor:
        """As :meth:`FeedForward.forward`."""
        return cast(Tensor, self.w2(self.w3.times(rows, self.w1.swish(rows))))


class PackedConv(nn.Module):
    """:class:`FrameConv` as a linear layer on neighbouring frames, laid side by side."""

    def __init__(self, plain: FrameConv) -> None:
        super().__init__()
        conv = plain.only
        self._left, self._right, self._dilation = plain.left, plain.right, conv.dilation[0]
        self._floats = conv.weight.dtype
        self._linear = PackedLinear(conv.weight.transpose(1, 2).flatten(1), conv.bias)

    def forward(self, rows: Tensor, *, mirror: bool = True) -> Tensor:
        """As :meth:`FrameConv.forward`."""
        if not self._left:
            return cast(Tensor, self._linear(rows))
        places = torch.arange(1.0, rows.shape[1] + 1)[None, None]
        places = mirrored(places, self._left if mirror else 0, self._right)[0, 0].long()
        taps = places.unfold(0, self._left + self._right + 1, 1)[:, :: self._dilation]
        rows = rows.to(self._floats)
        if places.min() == 0:  # too short to be mirrored: zeros stand there
            rows, taps = functional.pad(rows, (0, 0, 1, 0)), taps + 1
        beside = rows.index_select(1, taps.flatten() - 1).view(len(rows), len(taps), -1)
        return cast(Tensor, self._linear(beside))


_BETTER: Final[dict[type[nn.Module], Callable[..., nn.Module]]] = {
    Attention: PackedAttention,
    FeedForward: PackedFeedForward,
    FrameConv: PackedConv,
}
"""Parts of the flow that are more than a linear layer, and what takes their place."""


def pack(module: nn.Module, done: Callable[[], None] = lambda: None, *, laid_out: bool = True) -> None:
    """Put a :class:`PackedLinear` layer in place of every linear layer of such weights (:func:`packs`) in ``module``.

    Parts of the flow are replaced as a whole. Where oneDNN is not there, nothing changes. A layer whose weight is
    another's too would be laid out twice: there are none here. ``done`` is called after each layer: time to release
    what it was read from. Without ``laid_out`` weights stay where they lie, for a network that is used once.
    """
    for name, child in module.named_children():
        weights, better = next(child.parameters(), None), _BETTER.get(type(child))
        if weights is None or (better is None and not isinstance(child, nn.Linear | Projection)):
            pack(child, done, laid_out=laid_out)
        elif packs(weights):
            if better is not None:
                packed = better(child)
            else:
                packed = _packed(cast(nn.Linear | Projection, child), laid_out=laid_out)
            setattr(module, name, packed)
            done()


def _packed(plain: nn.Linear | Projection, *, laid_out: bool) -> nn.Module:
    weight = plain.weight if isinstance(plain, nn.Linear) else plain.weight.t()
    return PackedLinear(weight, plain.bias, laid_out=laid_out)
