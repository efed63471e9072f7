"""The vocoder's activations on a graphics card: a kernel for each, where it says there what PyTorch says."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn

from indextts.engines.indextts2.networks.bigvgan import Activation, BigVGAN

Kernel = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]
"""Rows, the taps of both filters, speeds and heights of the channels: see ``snake_triton``."""

_NEAR: Final = 1e-4
"""Of the largest value: how far the kernel may be from the plain layers."""
_LENGTH: Final = 3000
"""Values of a trial: more than a program of the kernel makes."""
_LOG: Final = logging.getLogger(__name__)


class CardActivation(nn.Module):
    """An :class:`Activation` for inference, by ``kernel``, where the plain one lies."""

    def __init__(self, plain: Activation, kernel: Kernel) -> None:
        super().__init__()
        self._kernel = kernel
        down = plain.downsample.get_submodule("lowpass").get_buffer("filter")
        self._up, self._down = plain.upsample.filter.flatten().contiguous(), down.flatten().contiguous()
        with torch.inference_mode():
            self._speed, self._height = plain.speed / math.pi, plain.height

    def forward(self, rows: Tensor) -> Tensor:
        """``[B, channels, T]`` to the same."""
        return self._kernel(rows, self._up, self._down, self._speed, self._height)


def triton_kernel() -> Kernel | None:
    """The kernel; nothing where Triton is not installed, which comes with PyTorch's builds for cards."""
    try:
        from indextts.engines.indextts2.networks.snake_triton import snake
    except ImportError:
        return None
    return snake


def fuse(vocoder: BigVGAN, kernel: Kernel | None) -> bool:
    """Put such layers in place of all activations of a vocoder that lies on its card; whether they are right there.

    The first one is tried beside the plain one. Where it fails or differs the log says so, and nothing is changed.
    """
    found = next((layer for layer in vocoder.modules() if isinstance(layer, Activation)), None)
    if kernel is None or found is None:
        return False
    if wrong := _wrong(found, kernel):
        _LOG.warning("The vocoder's activations are computed by PyTorch, which is slower: %s", wrong)
        return False
    _replace(vocoder, kernel)
    return True


@torch.inference_mode()
def _wrong(plain: Activation, kernel: Kernel) -> str:
    like = plain.act["alpha"]
    drawn = torch.randn((1, len(like), _LENGTH), generator=torch.Generator().manual_seed(0)).to(like)
    expected = plain(drawn)
    try:
        apart = (CardActivation(plain, kernel)(drawn) - expected).abs().amax() / expected.abs().amax()
    except Exception as error:  # a compiler that is missing, a card that is too old, and whatever else Triton raises
        return f"{type(error).__name__}: {error}"
    return "" if float(apart) < _NEAR else f"their kernel is off by {float(apart):.1e} on this card"


def _replace(module: nn.Module, kernel: Kernel) -> None:
    for name, child in module.named_children():
        if isinstance(child, Activation):
            setattr(module, name, CardActivation(child, kernel))
        else:
            _replace(child, kernel)
