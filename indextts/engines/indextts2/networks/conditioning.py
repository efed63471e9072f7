"""What stands in front of the text for the GPT: the speaker's vectors, with the emotion added to each.

These encoders are half of the GPT's file and needed once for a recording, so they are a module of their own that can be
loaded, used and closed.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from indextts.engines.indextts2.checkpoint.config import STYLE, GptConfig
from indextts.engines.indextts2.checkpoint.weights import State, build
from indextts.engines.indextts2.networks.conformer import Conformer
from indextts.engines.indextts2.networks.perceiver import Perceiver

OWN: Final = (
    *("conditioning_encoder.", "perceiver_encoder.", "emo_conditioning_encoder.", "emo_perceiver_encoder."),
    *("emovec_layer.", "emo_layer.", "speed_emb.", "spk_emb_proj."),
)
"""What the names of those tensors begin with that are these encoders'."""
_TABLE: Final = r".*\.embed\.pos_enc\.pe$"


class Conditioning(nn.Module):
    """The encoders of speaker and emotion. Version 2.5 has none for the speaker: it takes the style."""

    def __init__(self, config: GptConfig) -> None:
        super().__init__()
        width, emotion = config.model_dim, config.emo_condition_module
        if config.speaker == "features":
            speaker = config.condition_module
            self.conditioning_encoder = Conformer(speaker, config.features)
            self.perceiver_encoder = Perceiver(
                width=width,
                context_width=speaker.output_size,
                heads=speaker.attention_heads,
                mult=speaker.perceiver_mult,
                count=config.condition_num_latent,
            )
            self.speed_emb = nn.Embedding(2, width)
        else:
            self.spk_emb_proj = nn.Linear(STYLE, width)
        self.emo_conditioning_encoder = Conformer(emotion, config.features)
        self.emo_perceiver_encoder = Perceiver(
            width=config.features,
            context_width=emotion.output_size,
            heads=emotion.attention_heads,
            mult=emotion.perceiver_mult,
            count=1,
        )
        self.emovec_layer = nn.Linear(config.features, width)
        self.emo_layer = nn.Linear(width, width)

    def speaker(self, features: Tensor, lengths: Tensor | None = None) -> Tensor:
        """The speaker's vectors ``[B, 32, width]`` from normalised features ``[B, T, 1024]`` (version 2.0)."""
        encoded, mask = self.conditioning_encoder(features, lengths)
        latents: Tensor = self.perceiver_encoder(encoded, None if mask is None else mask[:, 0])
        return latents

    def speaker_of_style(self, style: Tensor) -> Tensor:
        """The speaker's one vector ``[B, 1, width]`` from CAMPPlus's style ``[B, 192]`` (version 2.5)."""
        latents: Tensor = self.spk_emb_proj(style)[:, None]
        return latents

    def emotion(self, features: Tensor) -> Tensor:
        """The emotion vector ``[B, width]`` of a recording's normalised features ``[B, T, 1024]``."""
        encoded, _ = self.emo_conditioning_encoder(features)
        vector: Tensor = self.emo_layer(self.emovec_layer(self.emo_perceiver_encoder(encoded)[:, 0]))
        return vector

    def tokens(self, speaker: Tensor, emotion: Tensor) -> Tensor:
        """``[B, n + 2, width]``: the speaker's n vectors, each with ``emotion`` ``[B, width]`` added, then two more.

        Those are the same for every sentence: the two rows of a table, the second first (2.0), or zeros (2.5).
        """
        with_emotion = speaker + emotion[:, None]
        if hasattr(self, "speed_emb"):
            last = self.speed_emb.weight.flip(0)
        else:
            last = with_emotion.new_zeros(2, with_emotion.shape[2])
        return torch.cat((with_emotion, last.expand(len(with_emotion), -1, -1)), dim=1)


def merge(base: Tensor, borrowed: Tensor, strength: float) -> Tensor:
    """From the speaker's own emotion vector towards a borrowed one: 0 is all ``base``, 1 all ``borrowed``."""
    return base + strength * (borrowed - base)


def load(state: State, config: GptConfig, *, source: str) -> Conditioning:
    """From the GPT's state dict. Raises :class:`StudioError` ``weights_mismatch``."""
    mine = {name: tensor for name, tensor in state.items() if name.startswith(OWN)}
    return build(lambda: Conditioning(config), mine, source=source, unused=(_TABLE,), strict=False)
