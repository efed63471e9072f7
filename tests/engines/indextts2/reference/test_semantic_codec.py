from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.reference.semantic_codec import load_codec
from indextts.model.errors import StudioError
from tests.support import tiny_networks


def features(rows: int, seed: int = 0, batch: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, rows, tiny_networks.HIDDEN, dtype=torch.float64, generator=generator)


@settings(max_examples=15)
@given(st.integers(1, 20), st.integers(1, 3))
def test_a_batch_is_each_of_its_own(rows: int, batch: int) -> None:
    codec, given_features = tiny_networks.codec(), features(rows, rows, batch)
    codes, embedded = codec.quantize(given_features)
    assert codes.shape == (batch, rows) and embedded.shape == (batch, rows, tiny_networks.HIDDEN)
    for index in range(batch):
        alone, vectors = codec.quantize(given_features[index : index + 1])
        assert torch.equal(alone[0], codes[index])
        assert torch.allclose(vectors[0], embedded[index], atol=1e-10)


def test_codes_are_searched_by_angle_but_embedded_at_their_own_length() -> None:
    codec = tiny_networks.codec()
    codes, before = codec.quantize(features(30))
    lengths = torch.rand(tiny_networks.CODES, 1, dtype=torch.float64) + 0.5
    codec.quantizer.only.codebook.weight.mul_(lengths)
    again, after = codec.quantize(features(30))
    assert len(codes.unique()) > 2
    assert torch.equal(codes, again)
    bias = codec.quantizer.only.get_parameter("out_project.bias")
    assert torch.allclose(after - bias, (before - bias) * lengths[codes[0]], atol=1e-10)


def test_what_was_quantised_is_what_its_codes_embed_as() -> None:
    codec = tiny_networks.codec()
    codes, embedded = codec.quantize(features(8))
    assert torch.equal(codec.embed(codes), embedded)


@pytest.mark.parametrize("code", [tiny_networks.CODES, tiny_networks.CODES + 1])
def test_a_start_or_stop_token_is_no_code(code: int) -> None:
    with pytest.raises(IndexError):
        tiny_networks.codec().embed(torch.tensor([[0, code]]))


@pytest.mark.night
@settings(max_examples=15)
@given(st.integers(1, 21))
def test_the_enhanced_codec_halves_the_rate_and_doubles_it_back(rows: int) -> None:
    codec = tiny_networks.enhanced_codec()
    codes, _ = codec.quantize(features(rows))
    assert codes.shape == (1, -(-rows // 2))
    assert codec.decode(codes).shape == (1, 2 * codes.shape[1], tiny_networks.HIDDEN)


def test_the_decoder_of_version_2_is_left_out_and_nothing_else_is() -> None:
    state = tiny_networks.codec().state_dict()
    codec = load_codec(tiny_networks.CODEC, {**state, "decoder.1.bias": torch.zeros(1)}, source="file")
    assert not hasattr(codec, "decoder")
    with pytest.raises(StudioError, match="surplus"):
        load_codec(tiny_networks.CODEC, {**state, "surplus": torch.zeros(1)}, source="file")
