from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from indextts.engines.indextts2.reference.w2vbert import LAYERS, SemanticEncoder, load_w2vbert, semantics
from indextts.model.errors import StudioError

CONFIG: dict[str, Any] = {
    "hidden_size": 16,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "num_hidden_layers": 19,
    "feature_projection_input_dim": 160,
    "position_embeddings_type": "relative_key",
    "conv_depthwise_kernel_size": 31,
}


def whole() -> torch.nn.Module:
    torch.manual_seed(5)
    model: torch.nn.Module = transformers.Wav2Vec2BertModel(transformers.Wav2Vec2BertConfig(**CONFIG)).eval()
    return model


class Watched(Mapping[str, torch.Tensor]):
    """Weights that note which of them are read."""

    def __init__(self, state: Mapping[str, torch.Tensor]) -> None:
        self.state = state
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> torch.Tensor:
        self.read.add(name)
        return self.state[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.state)

    def __len__(self) -> int:
        return len(self.state)


def test_the_layers_above_the_seventeenth_are_neither_read_nor_held_nor_run() -> None:
    model = whole()
    state = Watched(model.state_dict())
    cut = load_w2vbert(CONFIG, state, source="model.safetensors")
    assert len(cut.encoder.layers) == LAYERS
    assert not any(name.startswith(("encoder.layers.17.", "encoder.layers.18.")) for name in state.read)
    features = torch.randn(2, 12, 160)
    mask = torch.ones(2, 12, dtype=torch.long)
    mask[1, -1] = 0
    with torch.inference_mode():
        hidden = model(input_features=features, attention_mask=mask, output_hidden_states=True).hidden_states
    encoder = SemanticEncoder(cut, torch.zeros(16), torch.ones(16))
    assert torch.allclose(encoder.hidden(features, mask), hidden[LAYERS], atol=1e-5)


def test_features_are_normalised_by_the_published_statistics() -> None:
    mean, variance = torch.randn(16), torch.rand(16) + 0.5
    encoder = SemanticEncoder(load_w2vbert(CONFIG, whole().state_dict(), source="file"), mean, variance)
    features = torch.randn(1, 9, 160)
    assert torch.allclose(encoder(features), (encoder.hidden(features) - mean) / variance.sqrt(), atol=1e-5)


@pytest.mark.parametrize("count", [8000, 8160])
def test_sound_becomes_a_row_for_every_two_frames_started(count: int) -> None:
    encoder = SemanticEncoder(
        load_w2vbert(CONFIG, whole().state_dict(), source="file"), torch.zeros(16), torch.ones(16)
    )
    audio = np.random.default_rng(1).normal(scale=0.1, size=count).astype(np.float32)
    frames = 1 + (count - 400) // 160
    features = semantics(audio, encoder, 1.0)
    assert features.shape == (1, -(-frames // 2), 16)
    assert torch.isfinite(features).all()
    # A padded row is hidden from the others, so what it holds does not matter to them.
    assert torch.allclose(features[:, :-1], semantics(audio, encoder, 0.0)[:, :-1], atol=1e-5)


def test_a_missing_layer_is_named() -> None:
    state = {name: tensor for name, tensor in whole().state_dict().items() if "layers.16." not in name}
    with pytest.raises(StudioError) as caught:
        load_w2vbert(CONFIG, state, source="model.safetensors")
    assert caught.value.code == "weights_mismatch"
    assert "encoder.layers.16." in str(caught.value)
