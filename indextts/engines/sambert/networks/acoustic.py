"""Sambert whole: linguistic units → mel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from indextts.engines.sambert.networks.decoder import MelDecoder, build_memory
from indextts.engines.sambert.networks.layers import (
    FeedForward,
    Fsmn,
    Note,
    attend,
    layer_norm,
    silent,
    split_heads,
    under,
)
from indextts.engines.sambert.networks.variance import Controls, VarianceAdaptor
from indextts.engines.sambert.shapes import AcousticShape
from indextts.engines.sambert.states import Array, checked_acoustic, table_rows

FIELDS = ("sy", "tone", "syllable_flag", "ws")
"""The symbol's fields that are summed, as their tables are called."""


def position_code(length: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """``[length, width]``: sines in the first half of the channels, cosines in the second; positions from 1."""
    half = width // 2
    rates = np.power(10000.0, -np.arange(half) / (half - 1 if half > 1 else 1))
    angles = np.arange(1, length + 1)[:, None] * rates[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


class _SelfAttention(nn.Module):
    def __init__(self, width: int, units: int, heads: int) -> None:
        super().__init__()
        self.layer_norm = layer_norm(width)
        self.w_qkv = nn.Linear(width, 3 * units)
        self.fc = nn.Linear(units, units)
        self._heads = heads

    def forward(self, x: Tensor, forbidden: Tensor | None) -> tuple[Tensor, Tensor]:
        q, k, v = (split_heads(part, self._heads) for part in self.w_qkv(self.layer_norm(x)).chunk(3, dim=-1))
        mixed, weights = attend(q, k, v, forbidden)
        mixed = self.fc(mixed)
        # The first layer is wider at its entrance, so nothing can be added there.
        return (mixed + x if mixed.shape[-1] == x.shape[-1] else mixed), weights


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, each after a norm."""

    def __init__(self, width: int, shape: AcousticShape) -> None:
        super().__init__()
        self.slf_attn = _SelfAttention(width, shape.encoder_units, shape.encoder_heads)
        self.pos_ffn = FeedForward(shape.encoder_units, shape.encoder_inner, 3)

    def forward(
        self, x: Tensor, forbidden: Tensor | None = None, kept: Tensor | None = None, note: Note = silent
    ) -> Tensor:
        """``[B, T, in] → [B, T, units]``."""
        x, weights = self.slf_attn(x, forbidden)
        note("attn", weights.flatten(0, 1))
        note("attn_block_out", x)
        x = self.pos_ffn(x, kept)
        note("out", x)
        return x


class _Layers(nn.Module):
    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        widths = [shape.embedding, *[shape.encoder_units] * (shape.encoder_layers - 1)]
        self.fft = nn.ModuleList(EncoderLayer(width, shape) for width in widths)
        self.ln = layer_norm(shape.encoder_units)


class TextEncoder(nn.Module):
    """Embeddings, layers and projection."""

    def __init__(self, shape: AcousticShape, rows: dict[str, int]) -> None:
        super().__init__()
        self._tables = [name for name in rows if name.endswith("_emb")]
        for name in self._tables:
            self.add_module(name, nn.Embedding(rows[name], shape.embedding))
        self.ling_enc = _Layers(shape)
        self.ling_proj = nn.Linear(shape.encoder_units, shape.text, bias=False)
        self._scale = shape.encoder_units**0.5

    def forward(self, units: Tensor, lengths: Tensor | None = None, note: Note = silent) -> Tensor:
        """``units`` int64 ``[B, T, fields]`` → ``[B, T, text]``.

        With ``lengths`` ``[B]`` every item comes out as it would alone, padding after it or not.
        """
        summed = sum(getattr(self, name)(units[:, :, place]) for place, name in enumerate(self._tables))
        assert isinstance(summed, Tensor)
        code = torch.from_numpy(position_code(summed.shape[1], summed.shape[2])).to(summed.dtype)
        x = summed * self._scale + code
        forbidden = kept = None
        if lengths is not None:
            real = torch.arange(x.shape[1])[None, :] < lengths[:, None]
            forbidden, kept = ~real[:, None, None, :], real[:, :, None].to(x.dtype)
        for number, layer in enumerate(self.ling_enc.fft):
            x = layer(x, forbidden, kept, lambda name, value, n=number: note(f"layer{n}.{name}", value))
        x = self.ling_enc.ln(x)
        note("ln_out", x)
        hidden: Tensor = self.ling_proj(x)
        note("text_hid", hidden)
        return hidden


@dataclass(frozen=True)
class Said:
    """What the acoustic model makes of a sentence."""

    mel: Tensor
    """``[N, mels]``, as the vocoder wants it."""
    before_postnet: Tensor
    """``[N, mels]``."""
    frames: Tensor
    """Of each symbol, int64 ``[T]``."""
    band: int


class PostNet(nn.Module):
    """What is added to the decoder's mel."""

    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        self.fsmn = Fsmn(shape.mels, shape.postnet)
        self.lstm = nn.LSTM(shape.postnet.width, shape.postnet.lstm, batch_first=True)
        self.fc = nn.Linear(shape.postnet.lstm, shape.mels)

    def forward(self, mel: Tensor, note: Note = silent) -> Tensor:
        """``[1, N, mels] → [1, N, mels]``, without padding."""
        residual: Tensor = self.fc(self.lstm(self.fsmn(mel, note))[0])
        note("residual", residual)
        return residual


class _Decoder(nn.Module):
    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        self.mel_dec = MelDecoder(shape)


class Sambert(nn.Module):
    """One sentence at a time, which is how it was meant to run."""

    def __init__(self, shape: AcousticShape, rows: Mapping[str, int]) -> None:
        """``rows``: how many rows each table of embeddings has, by its name."""
        super().__init__()
        self.shape = shape
        self.text_encoder = TextEncoder(shape, dict(rows))
        if not shape.speaker_vectors:
            self.spk_tokenizer = nn.Embedding(rows["spk_tokenizer"], shape.speaker)
        self.emo_tokenizer = nn.Embedding(rows["emo_tokenizer"], shape.emotion)
        self.variance_adaptor = VarianceAdaptor(shape)
        self.mel_decoder = _Decoder(shape)
        self.mel_postnet = PostNet(shape)

    @classmethod
    def from_state(cls, shape: AcousticShape, state: Mapping[str, Array]) -> Sambert:
        """The network with these weights, in evaluation mode.

        Raises :class:`indextts.errors.StudioError` ``voice_unusable`` naming what is missing or left over.
        """
        kept = checked_acoustic(shape, state)
        network = cls(shape, table_rows(shape, kept))
        network.load_state_dict({name: torch.tensor(value) for name, value in kept.items()}, strict=False)
        return network.eval()

    @torch.inference_mode()
    def forward(
        self,
        units: Tensor,
        emotion: Tensor,
        speaker: Tensor,
        controls: Controls | None = None,
        note: Note = silent,
    ) -> Said:
        """``units`` int64 ``[1, T, fields]``; ``emotion`` and ``speaker`` ids ``[1, T]`` or vectors ``[1, T, ·]``."""
        emotion = emotion if emotion.is_floating_point() else self.emo_tokenizer(emotion)
        speaker = speaker if speaker.is_floating_point() else self.spk_tokenizer(speaker)
        hidden = self.text_encoder(units, None, under(note, "enc."))
        frames = self.variance_adaptor(hidden, speaker, emotion, controls or Controls(), under(note, "va."))
        memory = build_memory(frames, self.shape.frames_per_step)
        note("dec.memory", memory)
        raw = self.mel_decoder.mel_dec(memory, frames.band, under(note, "dec."))
        mel = raw.reshape(1, -1, self.shape.mels)[:, : frames.total]
        finished = mel + self.mel_postnet(mel, under(note, "post."))
        return Said(finished[0], mel[0], frames.counts[0], frames.band)
