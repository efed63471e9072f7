"""A tiny GPT with random weights in double precision, so that two ways to one result can be held to be one.

The networks are shared between tests: none changes them.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TypeVar

import torch
from torch import nn

from indextts.engines.indextts2.checkpoint.config import EncoderConfig, GptConfig, Speaker
from indextts.engines.indextts2.reference.conditioning import Conditioning
from indextts.engines.indextts2.reference.gpt import UnifiedVoice

Module = TypeVar("Module", bound=nn.Module)

WIDTH = 16
ENCODER = EncoderConfig(output_size=8, linear_units=12, attention_heads=2, num_blocks=2, perceiver_mult=1.0)


def config(speaker: Speaker = "features") -> GptConfig:
    emotion = replace(ENCODER, perceiver_mult=0.02)  # its perceiver is 1024 wide whatever the rest is
    return GptConfig(
        layers=2,
        model_dim=WIDTH,
        heads=2,
        max_text_tokens=20,
        max_mel_tokens=300,
        number_text_tokens=30,
        number_mel_codes=14,
        start_text_token=0,
        stop_text_token=1,
        start_mel_token=12,
        stop_mel_token=13,
        condition_num_latent=3,
        condition_module=ENCODER,
        emo_condition_module=emotion,
        speaker=speaker,
    )


def drawn(module: Module, seed: int = 0) -> Module:
    generator = torch.Generator().manual_seed(seed)
    module = module.double().eval().requires_grad_(False)
    for tensor in module.state_dict().values():
        tensor.copy_(torch.randn(tensor.shape, generator=generator, dtype=tensor.dtype) * 0.3)
    return module


@functools.cache
def voice(speaker: Speaker = "features", seed: int = 0) -> UnifiedVoice:
    return drawn(UnifiedVoice(config(speaker)), seed)


@functools.cache
def encoders(speaker: Speaker = "features", seed: int = 0) -> Conditioning:
    return drawn(Conditioning(config(speaker)), seed)


def conditioning_vectors(count: int = 5, seed: int = 1) -> torch.Tensor:
    return torch.randn(1, count, WIDTH, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
