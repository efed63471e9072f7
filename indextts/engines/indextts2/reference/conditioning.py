"""What stands in front of the text for the GPT: the speaker's vectors, with the emotion added to each.

A conformer reads a recording's features, once for the speaker and once for the emotion; a perceiver turns what it says
into a fixed number of vectors. These encoders are half of the GPT's file and needed once for a recording, so they are a
module of their own that can be loaded, used and closed.
"""

from __future__ import annotations

import math
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.config import FEATURES, STYLE, EncoderConfig, GptConfig
from indextts.engines.indextts2.checkpoint.weights import State, build

OWN: Final = (
    *("conditioning_encoder.", "perceiver_encoder.", "emo_conditioning_encoder.", "emo_perceiver_encoder."),
    *("emovec_layer.", "emo_layer.", "speed_emb.", "spk_emb_proj."),
)
"""What the names of those tensors begin with that are these encoders'."""
_TABLE: Final = r".*\.embed\.pos_enc\.pe$"
KERNEL: Final = 15
"""Frames that the depthwise convolution sees."""
HEAD: Final = 64
"""Values of one head, whatever the width."""
DEPTH: Final = 2


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
        return cast(Tensor, self.perceiver_encoder(encoded, None if mask is None else mask[:, 0]))

    def speaker_of_style(self, style: Tensor) -> Tensor:
        """The speaker's one vector ``[B, 1, width]`` from CAMPPlus's style ``[B, 192]`` (version 2.5)."""
        return cast(Tensor, self.spk_emb_proj(style)[:, None])

    def emotion(self, features: Tensor) -> Tensor:
        """The emotion vector ``[B, width]`` of a recording's normalised features ``[B, T, 1024]``."""
        encoded, _ = self.emo_conditioning_encoder(features)
        return cast(Tensor, self.emo_layer(self.emovec_layer(self.emo_perceiver_encoder(encoded)[:, 0])))

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


def positions(length: int, width: int) -> Tensor:
    """The table of sines (even columns) and cosines (odd ones), shape ``[length, width]``, float32."""
    rates = torch.exp(torch.arange(0, width, 2, dtype=torch.float32) * -(math.log(10000.0) / width))
    angles = torch.arange(length, dtype=torch.float32)[:, None] * rates
    return torch.stack((angles.sin(), angles.cos()), dim=2).flatten(1)[:, :width]


class Subsampling(nn.Module):
    """Half as many frames: the features as a picture under a strided 3x3 convolution, then one linear layer."""

    def __init__(self, width: int, features: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, width, 3, 2), nn.ReLU())
        self.out = nn.Sequential(nn.Linear(width * ((features - 1) // 2), width))

    def forward(self, features: Tensor) -> Tensor:
        """``[B, T, features]`` to ``[B, (T - 3) // 2 + 1, width]``."""
        picture: Tensor = self.conv(features[:, None])
        rows: Tensor = self.out(picture.transpose(1, 2).flatten(2))  # a row's values: channel by channel
        return rows


class RelativeAttention(nn.Module):
    """Self-attention with scores ``(q + u)·k + (q + v)·p``, ``p`` the key's place in the recording."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.linear_q, self.linear_k, self.linear_v, self.linear_out = (nn.Linear(width, width) for _ in range(4))
        self.linear_pos = nn.Linear(width, width, bias=False)
        self.pos_bias_u = nn.Parameter(torch.zeros(heads, width // heads))
        self.pos_bias_v = nn.Parameter(torch.zeros(heads, width // heads))

    def forward(self, x: Tensor, places: Tensor, mask: Tensor | None) -> Tensor:
        """``x`` ``[B, T, width]``, ``places`` ``[1, T, width]``, ``mask`` ``[B, 1, T]``, true where a frame counts."""
        query, key, value = (self._split(layer(x)) for layer in (self.linear_q, self.linear_k, self.linear_v))
        place = self._split(self.linear_pos(places)).expand(len(x), -1, -1, -1)
        # Two dot products added up are one of twice the length.
        both = torch.cat((query + self.pos_bias_u[:, None], query + self.pos_bias_v[:, None]), dim=3)
        scale = 1 / math.sqrt(query.shape[3])
        allowed = None if mask is None else mask[:, None]
        keys = torch.cat((key, place), dim=3)
        seen = functional.scaled_dot_product_attention(both, keys, value, allowed, scale=scale)
        return cast(Tensor, self.linear_out(seen.transpose(1, 2).flatten(2)))

    def _split(self, x: Tensor) -> Tensor:
        return x.reshape(len(x), x.shape[1], self.heads, -1).transpose(1, 2)


class Convolution(nn.Module):
    """Gate, depthwise convolution, layer norm, SiLU; frames that do not count are zero before and after it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.pointwise_conv1 = nn.Conv1d(width, 2 * width, 1)
        self.depthwise_conv = nn.Conv1d(width, width, KERNEL, padding=KERNEL // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.pointwise_conv2 = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """``x`` and the result are ``[B, T, width]``."""
        y: Tensor = x.transpose(1, 2)
        if mask is not None:
            y = y * mask
        y = self.depthwise_conv(functional.glu(self.pointwise_conv1(y), dim=1))
        y = functional.silu(self.norm(y.transpose(1, 2))).transpose(1, 2)
        y = self.pointwise_conv2(y).transpose(1, 2)
        return y if mask is None else y * mask.transpose(1, 2)


class FeedForward(nn.Module):
    """Two linear layers with SiLU between."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.w_1 = nn.Linear(width, inner)
        self.w_2 = nn.Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, width]`` both ways."""
        return cast(Tensor, self.w_2(functional.silu(self.w_1(x))))


class Block(nn.Module):
    """Attention, convolution, feed-forward, each on the normed input and added to it; normed at the end."""

    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.self_attn = RelativeAttention(width, heads)
        self.conv_module = Convolution(width)
        self.feed_forward = FeedForward(width, inner)
        self.norm_mha, self.norm_conv, self.norm_ff, self.norm_final = (nn.LayerNorm(width) for _ in range(4))

    def forward(self, x: Tensor, places: Tensor, mask: Tensor | None) -> Tensor:
        """``x`` and the result are ``[B, T, width]``."""
        x = x + self.self_attn(self.norm_mha(x), places, mask)
        x = x + self.conv_module(self.norm_conv(x), mask)
        x = x + self.feed_forward(self.norm_ff(x))
        return cast(Tensor, self.norm_final(x))


class Conformer(nn.Module):
    """The whole encoder."""

    def __init__(self, config: EncoderConfig, features: int = FEATURES) -> None:
        super().__init__()
        width = config.output_size
        self.embed = Subsampling(width, features)
        self.encoders = nn.ModuleList(
            Block(width, config.linear_units, config.attention_heads) for _ in range(config.num_blocks)
        )
        self.after_norm = nn.LayerNorm(width)

    def forward(self, features: Tensor, lengths: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Encode ``features`` ``[B, T, features]``, T at least 3, of which the subsampling makes one.

        ``lengths`` ``[B]`` says how many frames of each count; without it all do. Returns ``[B, T', width]`` with
        T' = (T - 3) // 2 + 1, and the mask ``[B, 1, T']`` of the frames that count (``None`` without ``lengths``).
        """
        mask = None
        if lengths is not None:
            counts = torch.arange(features.shape[1], device=features.device) < lengths[:, None]
            mask = counts[:, None, 2::2]  # a frame counts if the last of the three under it does
        x: Tensor = self.embed(features)
        x = x * math.sqrt(x.shape[2])
        places = positions(x.shape[1], x.shape[2]).to(x)[None]
        for block in self.encoders:
            x = block(x, places, mask)
        return self.after_norm(x), mask


class Attention(nn.Module):
    """Latents look at a context; no layer has a bias."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        inner = heads * HEAD
        self.heads = heads
        self.to_q = nn.Linear(width, inner, bias=False)
        self.to_kv = nn.Linear(width, 2 * inner, bias=False)
        self.to_out = nn.Linear(inner, width, bias=False)

    def forward(self, latents: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """``latents`` and the result ``[B, N, width]``, ``context`` ``[B, M, width]``, ``mask`` ``[B, M]``."""
        key, value = self.to_kv(context).chunk(2, dim=2)
        query, key, value = (
            x.unflatten(2, (self.heads, HEAD)).transpose(1, 2) for x in (self.to_q(latents), key, value)
        )
        allowed = None if mask is None else mask[:, None, None]
        seen = functional.scaled_dot_product_attention(query, key, value, allowed)
        return cast(Tensor, self.to_out(seen.transpose(1, 2).flatten(2)))


class Gated(nn.Module):
    """GEGLU: the first half, let through by the second."""

    def forward(self, x: Tensor) -> Tensor:
        """``[…, 2 n]`` to ``[…, n]``."""
        value, gate = x.chunk(2, dim=-1)
        return functional.gelu(gate) * value


class UnitNorm(nn.Module):
    """Every vector brought to length √width, then scaled."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """``[…, width]`` both ways."""
        return functional.normalize(x, dim=-1) * math.sqrt(x.shape[-1]) * self.gamma


class Perceiver(nn.Module):
    """``count`` latents of ``width`` over a context of ``context_width``."""

    def __init__(self, *, width: int, context_width: int, heads: int, mult: float, count: int) -> None:
        super().__init__()
        inner = int(width * mult * 2 / 3)
        self.latents = nn.Parameter(torch.zeros(count, width))
        # Published files have this layer only where the two widths differ.
        self.proj_context = nn.Identity() if width == context_width else nn.Linear(context_width, width)
        self.layers = nn.ModuleList(
            nn.ModuleList(
                (Attention(width, heads), nn.Sequential(nn.Linear(width, 2 * inner), Gated(), nn.Linear(inner, width)))
            )
            for _ in range(DEPTH)
        )
        self.norm = UnitNorm(width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """``x`` ``[B, T, context_width]`` to ``[B, count, width]``; ``mask`` ``[B, T]`` is true where frames count."""
        context = self.proj_context(x)
        latents = self.latents.expand(len(x), -1, -1)
        if mask is not None:
            mask = functional.pad(mask, (len(self.latents), 0), value=True)
        for layer in self.layers:
            attend, feed = layer.children()
            latents = latents + attend(latents, torch.cat((latents, context), dim=1), mask)
            latents = latents + feed(latents)
        return cast(Tensor, self.norm(latents))
