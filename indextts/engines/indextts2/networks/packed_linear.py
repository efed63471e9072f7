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
    """A linear layer for inference on the CPU in float32. It has no state dict and stays where it is."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        """``weight`` is ``[outputs, inputs]``, whatever its strides."""
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.detach().contiguous())
        self._bias = None if bias is None else bias.detach()

    def forward(self, x: Tensor) -> Tensor:
        """``[…, inputs]`` to ``[…, outputs]``."""
        return cast(Tensor, torch.ops.mkldnn._linear_pointwise(x, self._weight, self._bias, *NOTHING))


def pack(module: nn.Module, done: Callable[[], None] = lambda: None) -> None:
    """Put a :class:`PackedLinear` layer in place of every float32 linear layer on the CPU inside ``module``.

    Where oneDNN is not there, nothing changes. A layer whose weight is another's too would be laid out twice: there are
    none here. ``done`` is called after each layer: time to release what it was read from.
    """
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return
    for name, child in module.named_children():
        if not isinstance(child, nn.Linear | Projection):
            pack(child, done)
        elif child.weight.device.type == "cpu" and child.weight.dtype == torch.float32:
            weight = child.weight if isinstance(child, nn.Linear) else child.weight.t()
            setattr(module, name, PackedLinear(weight, child.bias))
            done()
