"""What is said and how, 50 rows a second: w2v-bert-2.0 as far as its 17th layer.

The layers above are neither held nor run. The layers themselves are those of ``transformers``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from indextts.engines.indextts2.checkpoint.weights import State, build
from indextts.engines.indextts2.reference.sound import semantic_features

if TYPE_CHECKING:
    from transformers import Wav2Vec2BertModel

LAYERS: Final = 17
"""How many of the 24 layers are heard."""
_LAYER: Final = re.compile(r"encoder\.layers\.(\d+)\.")


class SemanticEncoder(nn.Module):
    """``semantic_features`` of :mod:`indextts.engines.indextts2.reference.sound` to normalised hidden states."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, model: Wav2Vec2BertModel, mean: Tensor, variance: Tensor) -> None:
        """``mean`` and ``variance`` are those of ``wav2vec2bert_stats.pt``, ``[hidden]`` each."""
        super().__init__()
        self.model = model
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", variance.sqrt())

    @torch.inference_mode()
    def hidden(self, features: Tensor, mask: Tensor | None = None) -> Tensor:
        """The last layer's output, ``[B, T, hidden]``; ``features [B, T, 160]``, ``mask [B, T]`` is 0 for padding."""
        return cast(Tensor, self.model(input_features=features, attention_mask=mask).last_hidden_state)

    @torch.inference_mode()
    def forward(self, features: Tensor, mask: Tensor | None = None) -> Tensor:
        """:meth:`hidden` less the mean, over the standard deviation. Every row counts, a masked one too."""
        return (self.hidden(features, mask) - self.mean) / self.deviation


def semantics(samples: npt.NDArray[np.float32], encoder: SemanticEncoder, padding_value: float) -> Tensor:
    """Normalised features ``[1, T, hidden]`` of 16 kHz samples (``[N]``).

    ``padding_value`` is that of the published ``preprocessor_config.json``. The encoder sees which row is padding, but
    that row's features count like the others.
    """
    rows, mask = semantic_features(samples, padding_value)
    device = encoder.mean.device
    return cast(Tensor, encoder(torch.from_numpy(rows)[None].to(device), torch.from_numpy(mask)[None].to(device)))


def load_w2vbert(config: Mapping[str, Any], state: State, *, layers: int = LAYERS, source: str) -> Wav2Vec2BertModel:
    """The model cut after its layer ``layers``; ``config`` and ``state`` are the published files' content.

    Only the tensors of these layers are touched. Raises :class:`StudioError` ``weights_mismatch``.
    """
    from transformers import Wav2Vec2BertConfig, Wav2Vec2BertModel

    # Neither the parts after the last layer nor what only training needs has to exist.
    lighter = {
        **config,
        "num_hidden_layers": layers,
        "add_adapter": False,
        "use_intermediate_ffn_before_adapter": False,
        "mask_time_prob": 0.0,
        "mask_feature_prob": 0.0,
    }
    above = {name for name in state if (layer := _LAYER.match(name)) and int(layer[1]) >= layers}
    heard = {name: state[name] for name in state if name not in above}
    return build(
        lambda: Wav2Vec2BertModel(Wav2Vec2BertConfig(**lighter)),
        heard,
        source=source,
        unused=("masked_spec_embed$", r"adapter\.", r"intermediate_ffn\."),
    )
