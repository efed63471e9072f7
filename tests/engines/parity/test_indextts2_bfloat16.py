"""The flow with numbers of 16 bits, beside what the official modules made with 32."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.fast.accelerate import lay_out
from indextts.engines.indextts2.reference.acoustics import solve
from indextts.engines.indextts2.reference.dit import DiTConfig, load_dit
from indextts.engines.parity.runner import load

FIXTURES = Path(__file__).parents[2] / "fixtures"
MEAN_DB = 0.1
"""Mean difference of the mels; a step of one decibel is about what is just heard."""
DB = 20.0 / math.log(10.0)
NATIVE = any(torch.cpu.get_capabilities().get(flag) for flag in ("avx512_bf16", "amx_bf16", "arm_bf16"))


@pytest.mark.skipif(not NATIVE, reason="this processor has no bfloat16 of its own: it is never chosen there")
def test_a_flow_in_bfloat16_makes_a_mel_that_is_near_the_official_one() -> None:
    fixture = load(FIXTURES / "indextts2" / "cfm.json")
    weights = fixture.sibling("dit")
    network = load_dit(DiTConfig.read(fixture.about["config"]), tensors(weights.state()), source="s2mel.pth")
    lay_out(network, "bfloat16")
    inputs = [torch.tensor(fixture.arrays[name]) for name in ("in.noise", "in.prompt", "in.style", "in.mu")]
    mel = solve(network, *inputs, lengths=torch.tensor(fixture.about["x_lens"]), steps=25, guidance=0.7)
    apart = (mel - torch.tensor(fixture.arrays["out.n25_cfg0.7"])).abs() * DB
    assert 0.0 < float(apart.mean()) < MEAN_DB
    assert float(apart.max()) < 20 * MEAN_DB
