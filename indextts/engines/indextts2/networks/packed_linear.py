"""Linear layers for the CPU, with their weights laid out once as oneDNN reads them fastest.

PyTorch multiplies float32 matrices with MKL, which is slow for a few rows at a time (the codes of three beams), and
slow altogether on processors that are not Intel's. oneDNN is the library behind its convolutions; on such a processor
one row takes two thirds of the time, three rows a quarter, hundreds a half. The layout takes the place of the plain
weight, one layer at a time, so memory does not grow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

NOTHING: tuple[str, list[float], str] = ("none", [], "")
"""No activation after the layer."""
SWISH: tuple[str, list[float], str] = ("swish", [], "")


class Projection(nn.Module):
    """A linear layer whose weight is ``[inputs, outputs]``, as in GPT-2's files."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """``[…, inputs]`` to ``[…, outputs]``."""
        return functional.linear(x, self.weight.t(), self.bias)


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


class Packable(nn.Module):
    """A layer that is more than a linear one, and knows itself how it is laid out for oneDNN."""

    def packed(self) -> nn.Module:
        """What takes its place. Called where its weights can be packed (:func:`packs`)."""
        raise NotImplementedError


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


def pack(module: nn.Module, done: Callable[[], None] = lambda: None, *, laid_out: bool = True) -> None:
    """Put a :class:`PackedLinear` layer in place of every linear layer of such weights (:func:`packs`) in ``module``.

    Where oneDNN is not there, nothing changes. A layer whose weight is another's too would be laid out twice: there are
    none here. ``done`` is called after each layer: time to release what it was read from. Without ``laid_out`` weights
    stay where they lie.
    """
    for name, child in module.named_children():
        weights = next(child.parameters(), None)
        if weights is None or not isinstance(child, nn.Linear | Projection | Packable):
            pack(child, done, laid_out=laid_out)
        elif packs(weights):
            if isinstance(child, Packable):
                better = child.packed()
            else:
                plain = child.weight if isinstance(child, nn.Linear) else child.weight.t()
                better = PackedLinear(plain, child.bias, laid_out=laid_out)
            setattr(module, name, better)
            done()


def pack_in_place(module: nn.Module) -> None:
    """:func:`pack` with all weights where they lie, for a network that is used once."""
    pack(module, laid_out=False)
