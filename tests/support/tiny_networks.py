"""Tiny networks with random weights, in double precision, so that two ways to one result can be held to be one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

from indextts.engines.indextts2.reference.acoustics import Acoustics, LatentProjection, LengthRegulator, RegulatorConfig
from indextts.engines.indextts2.reference.bigvgan import BigVGAN, BigVGANConfig
from indextts.engines.indextts2.reference.campplus import Campplus, CampplusConfig
from indextts.engines.indextts2.reference.dit import DiT, DiTConfig
from indextts.engines.indextts2.reference.semantic_codec import CodecConfig, EnhancedCodec, SemanticCodec

Module = TypeVar("Module", bound=nn.Module)

BANDS, STYLE, CONTENT, HIDDEN, WIDTH = 80, 6, 8, 1024, 16
CODES = 12

CODEC = CodecConfig(CODES, HIDDEN, 4, 8, 12, 1)
DIT = DiTConfig(STYLE, BANDS, CONTENT, 16, 2, 5, 16, 3, 5, 1)
VOCODER = BigVGANConfig(BANDS, 32, (2, 2, 2), (4, 4, 4), (3, 5), ((1, 3), (1, 2)))


def random(make: Callable[[], Module], seed: int = 0) -> Module:
    """A network whose every weight is drawn, also those that begin as zeros or ones."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        module = make().double().eval().requires_grad_(False)
        for name, tensor in module.state_dict().items():
            if tensor.is_floating_point() and (tensor.ndim < 2 or not tensor.any()) and "running" not in name:
                tensor.add_(torch.randn(tensor.shape, dtype=tensor.dtype) * 0.2)
            if name.endswith("filter"):
                # Short of a low-pass filter anything does that hands on a level as it is.
                tensor.copy_(torch.rand(tensor.shape, dtype=tensor.dtype))
                tensor.div_(tensor.sum())
    return module


def codec() -> SemanticCodec:
    return random(lambda: SemanticCodec(CODEC))


def enhanced_codec() -> EnhancedCodec:
    return random(lambda: EnhancedCodec(CODEC))


def dit() -> DiT:
    return random(lambda: DiT(DIT))


def vocoder() -> BigVGAN:
    return random(lambda: BigVGAN(VOCODER))


def regulator() -> LengthRegulator:
    return random(lambda: LengthRegulator(RegulatorConfig(CONTENT, HIDDEN, 2)))


def campplus() -> Campplus:
    return random(lambda: Campplus(CampplusConfig(80, STYLE, 4, 2, 8)))


def acoustics(version: str = "2.0") -> Acoustics:
    """The networks of one version behind the codes."""
    if version == "2.5":
        return Acoustics(enhanced_codec(), None, regulator(), dit(), vocoder())
    projection = random(lambda: LatentProjection((WIDTH, 8, 4, HIDDEN)))
    return Acoustics(codec(), projection, regulator(), dit(), vocoder())
