"""Linear layers for the CPU whose weights take fewer bits: 8 with one scale for each output, or bfloat16.

What decides the time of a code is how fast its weights come out of memory, so a quarter of the bytes is worth most of a
quarter of the time. Activations stay as exact as they need to be: :class:`Int8Linear` splits each row of them into two
digits of 7 bits, both of which the processor's integer units multiply with the same weights. So an activation has 14
bits whatever else its row holds, sums are exact, and a row's result does not depend on the rows beside it. Digits of 7
bits keep within the 16 bits in which processors without VNNI add two products. Where these units have no 512 bits,
floats are quicker (:mod:`indextts.engines.indextts2.fast.byte_linear`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, cast

import torch
from torch import Tensor, nn

from indextts.engines.indextts2.fast import digit_kernels
from indextts.engines.indextts2.fast.byte_linear import ByteLinear, in_bytes
from indextts.engines.indextts2.fast.packed_linear import NOTHING, pack
from indextts.engines.indextts2.reference.gpt import Projection

_ZERO: Final = 64
"""What stands for 0 in a digit."""

Light = Literal["bfloat16", "int8"]


class Int8Linear(nn.Module):
    """For inference on the CPU, float32 to float32. It has no state dict and stays where it is."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """``weight`` is ``[outputs, inputs]``, whatever its strides."""
        super().__init__()
        rounded, self._scale = in_bytes(weight)
        self._weight = torch.ops.onednn.qlinear_prepack(rounded.contiguous(), None)
        self._zeros = torch.zeros(len(rounded), dtype=torch.int64)
        self._bias = bias.detach()
        self._kernels = digit_kernels.compiled()

    def forward(self, x: Tensor) -> Tensor:
        """``[…, inputs]`` to ``[…, outputs]``."""
        rows = x.reshape(-1, x.shape[-1])
        digits = torch.empty(2 * len(rows), rows.shape[1], dtype=torch.uint8)
        tops, out = torch.empty(len(rows)), torch.empty(len(rows), len(self._bias))
        self._kernels.split(rows.numpy(), digits.numpy(), tops.numpy())
        sums = torch.ops.onednn.qlinear_pointwise(
            digits, 1.0, _ZERO, self._weight, self._scale, self._zeros, None, 1.0, 0, torch.float32, *NOTHING
        )
        self._kernels.join(sums.numpy(), tops.numpy(), self._bias.numpy(), out.numpy())
        return out.view(*x.shape[:-1], -1)


class HalfLinear(nn.Module):
    """Weights and products in bfloat16, float32 to float32; else as :class:`Int8Linear`."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """``weight`` is ``[outputs, inputs]``, whatever its strides."""
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.detach().to(torch.bfloat16).contiguous())
        self._bias = bias.detach()

    def forward(self, x: Tensor) -> Tensor:
        """``[…, inputs]`` to ``[…, outputs]``."""
        product = torch.ops.mkldnn._linear_pointwise(x.to(torch.bfloat16), self._weight, None, *NOTHING)
        return cast(Tensor, product + self._bias)


Kind = type[Int8Linear | ByteLinear | HalfLinear]


def kind_of(weights: Light) -> Kind:
    """What has such weights on this processor, within the limits that the environment sets to it."""
    if weights == "bfloat16":
        return HalfLinear
    return Int8Linear if torch.backends.cpu.get_cpu_capability() == "AVX512" else ByteLinear


def lighten(module: nn.Module, weights: Light, done: Callable[[], None] = lambda: None) -> bool:
    """Put such a layer in place of every float32 linear layer with a bias inside ``module``, one at a time.

    Where the libraries cannot do it they are packed as they are; whether it could. ``done`` is called after each layer:
    time to release what it was read from.
    """
    if not can_lighten(weights):
        pack(module, done)
        return False
    _replace(module, kind_of(weights), done)
    return True


def _replace(module: nn.Module, kind: Kind, done: Callable[[], None]) -> None:
    for name, child in module.named_children():
        if not isinstance(child, nn.Linear | Projection):
            _replace(child, kind, done)
        elif child.weight.dtype == torch.float32:
            setattr(module, name, kind(child.weight if isinstance(child, nn.Linear) else child.weight.t(), child.bias))
            done()


def can_lighten(weights: Light) -> bool:
    """Whether there are such layers on this processor."""
    try:
        kind_of(weights)(torch.eye(4), torch.zeros(4))(torch.ones(2, 4))
    except (RuntimeError, NotImplementedError, AttributeError):
        return False
    return True
