"""Laid-out layers give what plain ones give."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from indextts.engines.indextts2.fast import packed_linear
from indextts.engines.indextts2.fast.packed_linear import (
    PackedLinear,
    can_be_half,
    pack,
)
from indextts.engines.indextts2.reference.gpt import CodeWriter, Projection, UnifiedVoice
from indextts.engines.indextts2.speech.decoding import Search, find_codes
from tests.support.tiny_gpts import conditioning_vectors, config, drawn


@settings(max_examples=30)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 9), st.booleans(), st.booleans())
def test_every_shape_gives_the_same(inputs: int, outputs: int, rows: int, bias: bool, turned: bool) -> None:
    layer: nn.Module = Projection(inputs, outputs) if turned else nn.Linear(inputs, outputs, bias=bias)
    for parameter in layer.parameters():
        parameter.requires_grad_(False).normal_()
    module = nn.Sequential(layer)
    x = torch.randn(2, rows, inputs)
    for shaped in (x, x[0], x.transpose(0, 1)):
        expected = layer(shaped)
        packed = nn.Sequential(layer)
        pack(packed)
        assert isinstance(packed[0], PackedLinear)
        assert torch.allclose(packed(shaped), expected, atol=1e-4)
    assert module[0] is layer


def test_weights_can_stay_where_they_lie() -> None:
    layer, x = nn.Linear(9, 5).requires_grad_(False), torch.randn(200, 9)
    module, expected = nn.Sequential(nn.Sequential(layer)), layer(x)
    pack(module, laid_out=False)
    assert torch.allclose(module(x), expected, atol=1e-5)
    layer.weight.zero_()
    assert torch.equal(module(x), layer.bias.expand(200, -1)), "there is no other copy of them"


def test_only_float32_and_bfloat16_are_laid_out() -> None:
    module = nn.ModuleList((nn.Linear(3, 4).double(), nn.Linear(3, 4).half(), nn.LayerNorm(4), nn.Linear(3, 4)))
    module.append(nn.Linear(3, 4).bfloat16())
    pack(module)
    half = PackedLinear if can_be_half() else nn.Linear
    assert [type(child) for child in module] == [nn.Linear, nn.Linear, nn.LayerNorm, PackedLinear, half]


def test_where_onednn_refuses_bfloat16_it_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_linear, "can_be_half", lambda: False)
    module = nn.ModuleList((nn.Linear(3, 4), nn.Linear(3, 4).bfloat16()))
    pack(module)
    assert [type(child) for child in module] == [PackedLinear, nn.Linear]
    assert module[1](torch.ones(2, 3, dtype=torch.bfloat16)).shape == (2, 4)


@pytest.mark.parametrize(
    ("floats", "tolerance"),
    [
        (torch.float32, 1e-5),
        pytest.param(
            *(torch.bfloat16, 0.05),
            marks=pytest.mark.skipif(not can_be_half(), reason="oneDNN multiplies no bfloat16 on this processor"),
        ),
    ],
)
def test_a_packed_layer_takes_any_floats_and_gives_its_own(floats: torch.dtype, tolerance: float) -> None:
    generator = torch.Generator().manual_seed(0)
    weight, x, factor = (torch.randn(shape, generator=generator) for shape in ((5, 9), (2, 3, 9), (2, 3, 5)))
    layer = PackedLinear(weight.to(floats), None)
    expected = x @ weight.t()
    found = {
        "plain": (layer(x), expected),
        "swish": (layer.swish(x), nn.functional.silu(expected)),
        "times": (layer.times(x, factor.to(floats)), expected * factor),
    }
    for what, (ours, theirs) in found.items():
        assert ours.dtype == floats, what
        assert torch.allclose(ours.float(), theirs, rtol=tolerance, atol=tolerance), what


@pytest.mark.parametrize("beams", [1, 3])
def test_a_packed_gpt_writes_the_same_codes(beams: int) -> None:
    search = Search(sample=False, num_beams=beams, max_tokens=40)
    plain, packed = (drawn(UnifiedVoice(config()), 8).float() for _ in range(2))
    pack(packed)
    assert sum(isinstance(module, PackedLinear) for module in packed.modules()) == 2 * 4 + 1
    codes = []
    for network in (plain, packed):
        with torch.inference_mode():
            writer = CodeWriter(network, network.prompt(conditioning_vectors().float(), [3, 4, 5]))
            codes.append(find_codes(writer, search, stop=13, seen=network.always_seen))
    assert codes[0] == codes[1]
