"""The language model of a checkpoint in fewer bits: opened as such, near to the exact one, and spoken with."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from benchmarks import indextts2_nearness as nearness
from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.checkpoint.precision import EXACT, Precision, Weights
from indextts.engines.indextts2.fast.light_linear import Light, kind_of
from indextts.engines.indextts2.fast.packed_linear import PackedLinear, can_be_half
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.engines.indextts2.reference.gpt import Projection, UnifiedVoice


def opened(checkpoint: Path, numbers: Weights) -> UnifiedVoice:
    precision = EXACT if numbers == "float32" else Precision(voice=numbers)
    return Modules(PublishedFolder(checkpoint), device=torch.device("cpu"), precision=precision).voice()


@pytest.mark.parametrize("numbers", ["int8", *(["bfloat16"] if can_be_half() else [])])
def test_it_is_opened_in_the_numbers_that_were_chosen_and_near(checkpoint: Path, numbers: Light) -> None:
    exact, light = opened(checkpoint, "float32"), opened(checkpoint, numbers)
    assert any(isinstance(one, PackedLinear) for one in exact.modules()) and exact.cache_dtype is None
    assert any(isinstance(one, kind_of(numbers)) for one in light.modules()) and light.cache_dtype == torch.bfloat16
    assert not any(isinstance(one, PackedLinear | Projection | nn.Linear) for one in light.modules())
    generator = torch.Generator().manual_seed(0)
    vectors = torch.randn(1, 6, exact.config.model_dim, generator=generator)
    prompts = [exact.prompt(vectors * scale, [2, 3, 4]) for scale in (0.3, 1.0)]
    said = [nearness.greedy(exact, prompt, 20) for prompt in prompts]
    scores = [
        [nearness.read_along(voice, prompt, codes) for prompt, codes in zip(prompts, said, strict=True)]
        for voice in (exact, light)
    ]
    found = nearness.nearness(*scores)
    assert 0 < found.error < 5e-2 and found.divergence < 5e-3
