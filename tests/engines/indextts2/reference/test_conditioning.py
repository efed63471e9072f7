"""Encoders of speaker and emotion: what does not count has no influence, and how their vectors are put together."""

from __future__ import annotations

import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.checkpoint.config import FEATURES, STYLE
from indextts.engines.indextts2.reference import conditioning
from indextts.engines.indextts2.reference.conditioning import positions
from indextts.model.errors import StudioError
from tests.support.tiny_gpts import WIDTH, config, encoders


def features(frames: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(1, frames, FEATURES, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(max_examples=10, phases=(Phase.explicit, Phase.generate))
@given(st.integers(3, 40), st.integers(0, 25), st.floats(-5, 5))
def test_what_is_behind_the_length_does_not_count(frames: int, more: int, filling: float) -> None:
    network = encoders()
    recording, length = features(frames), torch.tensor([frames])

    def padded(value: float) -> torch.Tensor:
        return torch.cat((recording, torch.full((1, more, FEATURES), value, dtype=torch.float64)), dim=1)

    zeros, mask = network.conditioning_encoder(padded(0.0), length)
    assert mask is not None
    counting = (frames - 3) // 2 + 1
    assert mask.sum() == mask[..., :counting].sum() == counting
    others, _ = network.conditioning_encoder(padded(filling), length)
    assert torch.allclose(others[:, :counting], zeros[:, :counting], atol=1e-9)
    latents = network.speaker(padded(filling), length)
    assert latents.shape == (1, 3, WIDTH)
    assert torch.allclose(latents, network.speaker(padded(0.0), length), atol=1e-9)


def test_a_batch_is_its_recordings_one_by_one() -> None:
    network = encoders()
    pair = torch.cat((features(20, 1), features(20, 2)))
    assert torch.allclose(network.speaker(pair)[1:], network.speaker(pair[1:]), atol=1e-9)
    assert torch.allclose(network.emotion(pair)[:1], network.emotion(pair[:1]), atol=1e-9)


def test_positions_count_from_the_start_of_the_recording() -> None:
    table = positions(6, 8)
    assert table[0].tolist() == [0.0, 1.0] * 4
    assert table[3, 0] == pytest.approx(float(torch.tensor(3.0).sin()))
    assert table[3, 1] == pytest.approx(float(torch.tensor(3.0).cos()))
    assert table[5, 6] == pytest.approx(float(torch.tensor(5.0 / 1000).sin()), rel=1e-4)


def test_the_emotion_is_added_to_the_speaker_and_not_to_the_last_two() -> None:
    network = encoders()
    speaker, emotion = network.speaker(features(15)), network.emotion(features(15, 3))
    tokens = network.tokens(speaker, emotion)
    assert tokens.shape == (1, 5, WIDTH)
    assert torch.equal(tokens[:, :3], speaker + emotion[:, None])
    assert torch.equal(tokens[0, 3], network.speed_emb.weight[1])
    assert torch.equal(tokens[0, 4], network.speed_emb.weight[0])


def test_version_25_takes_the_style_and_two_zeros() -> None:
    network = encoders("style")
    style = torch.randn(1, STYLE, dtype=torch.float64)
    speaker, emotion = network.speaker_of_style(style), network.emotion(features(15))
    tokens = network.tokens(speaker, emotion)
    assert tokens.shape == (1, 3, WIDTH)
    assert torch.allclose(tokens[:, 0], network.spk_emb_proj(style) + emotion)
    assert not tokens[:, 1:].any()


@given(st.floats(0, 1))
def test_borrowed_emotion_goes_from_one_end_to_the_other(strength: float) -> None:
    base, borrowed = torch.tensor([[1.0, -2.0]]), torch.tensor([[3.0, 2.0]])
    expected = torch.tensor([[1 + 2 * strength, -2 + 4 * strength]])
    assert torch.allclose(conditioning.merge(base, borrowed, strength), expected, atol=1e-6)


def test_loading_takes_the_encoders_out_of_the_whole_and_names_what_does_not_fit() -> None:
    state = {name: tensor.float() for name, tensor in encoders().state_dict().items()}
    whole = {
        **state,
        "gpt.ln_f.weight": torch.ones(WIDTH),
        "conditioning_encoder.embed.pos_enc.pe": torch.zeros(1, 5000, 8),
    }
    loaded = conditioning.load(whole, config(), source="gpt.pth")
    assert torch.equal(loaded.speed_emb.weight, state["speed_emb.weight"])
    with pytest.raises(StudioError) as caught:
        conditioning.load({**whole, "emo_layer.weight": torch.zeros(2, 2)}, config(), source="gpt.pth")
    assert caught.value.code == "weights_mismatch"
    assert "emo_layer.weight" in str(caught.value)
    with pytest.raises(StudioError):
        conditioning.load(whole, config("style"), source="gpt.pth")
