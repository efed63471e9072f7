"""Layers in fewer bits: how near they are to those in 32, and what they never do."""

from __future__ import annotations

from typing import cast

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from benchmarks import indextts2_nearness as nearness
from indextts.engines.indextts2.fast import light_linear
from indextts.engines.indextts2.fast.byte_linear import ByteLinear
from indextts.engines.indextts2.fast.light_linear import HalfLinear, Int8Linear, Kind, Light, kind_of, lighten
from indextts.engines.indextts2.fast.packed_linear import PackedLinear, can_be_half, pack
from indextts.engines.indextts2.reference.gpt import CodeWriter, Projection, UnifiedVoice
from tests.support.tiny_gpts import conditioning_vectors, config, drawn

CAPABLE = {Int8Linear: "AVX512", ByteLinear: "AVX2"}
"""The 8-bit layers, and the processor that has each."""
KINDS = [*CAPABLE, *([HalfLinear] if can_be_half() else [])]
"""All that this processor computes with."""


@pytest.fixture(params=CAPABLE)
def of_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kind:
    """Each of the 8-bit layers in turn, as on a processor that has it."""
    kind: Kind = request.param
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: CAPABLE[kind])
    assert kind_of("int8") is kind
    return kind


def bound(layer: nn.Module, x: Tensor, numbers: Light) -> Tensor:
    """What rounding weights and activations can come to at most, and 5 % for what float32 rounds itself."""
    weight = cast(Tensor, layer.weight)
    weight = weight.t() if isinstance(layer, Projection) else weight
    if numbers == "bfloat16":
        most = (x.abs() @ weight.abs().t()) * 3 * 2.0**-8  # both factors and the product are rounded
    else:
        most = x.abs().sum(-1, keepdim=True) * weight.abs().amax(1) / 254
        most = most + x.abs().amax(-1, keepdim=True) * weight.abs().sum(1) / (2 * 63.5 * 128)
    return 1.05 * most + 1e-5


def apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).norm() / other.norm())


def layer_of(inputs: int, outputs: int, turned: bool = False) -> nn.Module:
    layer: nn.Module = Projection(inputs, outputs) if turned else nn.Linear(inputs, outputs)
    for parameter in layer.parameters():
        parameter.requires_grad_(False).normal_()
    return layer


@pytest.mark.night
@settings(max_examples=30)
@given(
    st.integers(1, 70),
    st.one_of(st.integers(1, 70), st.integers(120, 300)),
    st.integers(1, 9),
    st.booleans(),
    st.sampled_from(KINDS),
)
def test_every_shape_is_near(inputs: int, outputs: int, rows: int, turned: bool, kind: Kind) -> None:
    layer = layer_of(inputs, outputs, turned)
    module = nn.Sequential(layer)
    x = torch.randn(2, rows, inputs)
    numbers: Light = "bfloat16" if kind is HalfLinear else "int8"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(light_linear, "kind_of", lambda _: kind)
        assert lighten(module, numbers) and isinstance(module[0], kind)
    for shaped in (x, x[0], x.transpose(0, 1)):
        assert ((module(shaped) - layer(shaped)).abs() <= bound(layer, shaped, numbers)).all()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_large_layers_are_the_same_by_any_number_of_threads(threads: int) -> None:
    light, x = ByteLinear(torch.randn(1100, 1024), torch.randn(1100)), torch.randn(5, 1024)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = light(x)
        torch.set_num_threads(threads)
        assert torch.equal(light(x), alone)
    finally:
        torch.set_num_threads(before)


def test_one_great_activation_spoils_none_of_the_others(of_bytes: Kind) -> None:
    """Of the weights alone 8 bits are left."""
    layer = layer_of(256, 64)
    light = of_bytes(layer.weight, torch.zeros(64))  # type: ignore[arg-type]
    x = torch.randn(4, 256)
    great = x.clone()
    great[:, 7] += 100.0
    known = light(torch.eye(256)[7:8] * 100.0)
    assert apart(light(great) - known, light(x)) < 2e-2


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_a_row_does_not_depend_on_those_beside_it(of_bytes: Kind, rows: int) -> None:
    light = of_bytes(torch.randn(96, 128), torch.randn(96))
    x = torch.randn(12, 128) * torch.logspace(-3, 3, 12)[:, None]
    assert torch.equal(light(x)[:rows], light(x[:rows]))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_gives_the_bias_and_no_number_gives_none(kind: Kind) -> None:
    bias = torch.randn(6)
    light = kind(torch.randn(6, 8), bias)
    assert torch.equal(light(torch.zeros(3, 8)), bias.expand(3, 6))
    for bad in (torch.nan, torch.inf):
        x = torch.ones(2, 8)
        x[1, 3] = bad
        out = light(x)
        assert out[0].isfinite().all() and not out[1].isfinite().any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_language_model_in_fewer_bits_says_nearly_the_same(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light_linear, "kind_of", lambda _: kind)
    exact, light = (drawn(UnifiedVoice(config()), 8).float() for _ in range(2))
    assert lighten(light, "bfloat16" if kind is HalfLinear else "int8")
    light.cache_dtype = torch.bfloat16
    assert not any(isinstance(module, nn.Linear | Projection | PackedLinear) for module in light.modules())
    prompts = [exact.prompt(conditioning_vectors(seed=seed).float(), [3, 4, 5, seed + 6]) for seed in range(4)]
    said = [nearness.greedy(exact, prompt, 30) for prompt in prompts]
    scores = [
        [nearness.read_along(voice, prompt, codes) for prompt, codes in zip(prompts, said, strict=True)]
        for voice in (exact, light)
    ]
    found = nearness.nearness(*scores)
    assert found.divergence < 5e-3 and found.equal >= 0.9 and 0 < found.error < 5e-2
    assert nearness.nearness(scores[0], scores[0]) == nearness.Nearness(0.0, 1.0, 0.0)
    assert nearness.code_seconds(light, prompts[0], beams=3, passes=2) > 0


def test_the_cache_has_the_bits_that_it_is_to_have() -> None:
    voice = drawn(UnifiedVoice(config()), 8).float()
    prompt = voice.prompt(conditioning_vectors().float(), [3])
    sizes = []
    for dtype in (None, torch.bfloat16):
        voice.cache_dtype = dtype
        sizes.append(CodeWriter(voice, prompt).cache.nbytes)
    assert sizes[0] == 2 * sizes[1]


def test_where_the_library_cannot_do_it_the_layers_are_packed(of_bytes: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(of_bytes, "__init__", refused)
    module, plain = nn.Sequential(layer_of(8, 4)), nn.Sequential(layer_of(8, 4))
    pack(plain)
    assert not lighten(module, "int8") and type(module[0]) is type(plain[0])
