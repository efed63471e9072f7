"""The one way from a plain network to what computes the same faster on a CPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
from torch import nn

from indextts.engines.indextts2.checkpoint.precision import Floats, Weights
from indextts.engines.indextts2.fast.light_linear import lighten
from indextts.engines.indextts2.fast.packed_linear import can_be_half, can_pack, pack
from indextts.engines.indextts2.fast.packed_vocoder import PackedVocoder
from indextts.engines.indextts2.reference.attention import LowLinear
from indextts.engines.indextts2.reference.bigvgan import BigVGAN
from indextts.engines.indextts2.reference.dit import DiT
from indextts.engines.indextts2.reference.gpt import UnifiedVoice

_SINGLE: Final = ("conv2", "wavenet.cond_layer.conv.conv")
"""Convolutions of the flow that compute with single precision always."""


def accelerate(
    module: nn.Module,
    numbers: Weights = "float32",
    done: Callable[[], None] = lambda: None,
    *,
    laid_out: bool = True,
) -> nn.Module:
    """What computes as ``module`` does, with ``numbers``, and with oneDNN where it is there.

    It is ``module`` itself with other layers; for a vocoder another one, which takes its layers. ``done`` is called
    after each layer: time to release what it was read from. Not ``laid_out``, weights in 32 bits stay where they lie,
    for a network that is used once. What goes to a card must be there before, and of that only the flow
    (:class:`DiT`) changes: oneDNN's layers stay on the CPU.
    """
    if isinstance(module, BigVGAN):
        half = numbers == "bfloat16" and can_be_half()
        return PackedVocoder(module, half=half, done=done) if can_pack() else module
    if isinstance(module, DiT):
        lay_out(module, "float32" if numbers == "float32" else "bfloat16", done)
    elif numbers == "float32":
        pack(module, done, laid_out=laid_out)
    elif lighten(module, numbers, done) and isinstance(module, UnifiedVoice):
        module.cache_dtype = torch.bfloat16
    return module


def lay_out(network: DiT, floats: Floats, done: Callable[[], None] = lambda: None) -> None:
    """Have ``network`` compute with such numbers, with oneDNN where it is on a CPU; ``done`` as :func:`pack` calls it.

    What goes to a card must be there before: oneDNN's layers stay on the CPU.

    In bfloat16 that is what each frame passes at each step: attention, the layers between, the WaveNet's convolutions.
    Norms, sums and what the times do stay in single precision.
    """
    if floats == "bfloat16":
        for name, layer in network.named_modules():
            if isinstance(layer, LowLinear | nn.Conv1d) and name not in _SINGLE:
                layer.to(torch.bfloat16)
                done()
    pack(network, done)
