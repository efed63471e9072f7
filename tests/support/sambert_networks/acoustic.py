"""Sambert whole: linguistic units → mel. The variance adaptor says pitch, energy and length of every symbol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.sambert.shapes import AcousticShape, Array, table_rows
from indextts.engines.sambert.weights import checked_acoustic
from tests.support.sambert_networks.decoder import (
    FeedForward,
    Fsmn,
    MelDecoder,
    Note,
    Prenet,
    attend,
    layer_norm,
    silent,
    split_heads,
    under,
)


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


class TextEncoder(nn.Module):
    """Embeddings, layers and projection."""

    def __init__(self, shape: AcousticShape, rows: dict[str, int]) -> None:
        super().__init__()
        self._tables = [name for name in rows if name.endswith("_emb")]
        for name in self._tables:
            self.add_module(name, nn.Embedding(rows[name], shape.embedding))
        widths = [shape.embedding, *[shape.encoder_units] * (shape.encoder_layers - 1)]
        self.ling_enc = nn.ModuleDict(
            {
                "fft": nn.ModuleList(EncoderLayer(width, shape) for width in widths),
                "ln": layer_norm(shape.encoder_units),
            }
        )
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
        for number, layer in enumerate(self.ling_enc["fft"].children()):
            x = layer(x, forbidden, kept, lambda name, value, n=number: note(f"layer{n}.{name}", value))
        x = self.ling_enc["ln"](x)
        note("ln_out", x)
        hidden: Tensor = self.ling_proj(x)
        note("text_hid", hidden)
        return hidden


@dataclass(frozen=True)
class Controls:
    """What is changed about the predictions, each ``[1, T]``; ``None`` changes nothing."""

    length: Tensor | None = None
    """Factor on the predicted length."""
    pitch: Tensor | None = None
    """Added to the predicted pitch, in its normalised units."""
    energy: Tensor | None = None


@dataclass(frozen=True)
class Frames:
    """The symbols' vectors, once for each frame."""

    text: Tensor
    """``[1, L · r, text]``, with the frames' positions inside their symbols."""
    speaker: Tensor
    emotion: Tensor
    counts: Tensor
    """Frames of each symbol, int64 ``[1, T]``; 0 leaves it out."""
    band: int
    """How many steps of the decoder a symbol's neighbourhood reaches."""

    @property
    def total(self) -> int:
        """Frames, without what fills the last step."""
        return int(self.counts.sum())


def in_symbol_code(places: Tensor, inverse: Tensor) -> Tensor:
    """``[…] → […, 2 · len(inverse)]``: sines in the even channels, cosines in the odd ones."""
    angles = places[..., None].to(inverse.dtype) * inverse
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(-2)


def inverse_timescales(width: int) -> Tensor:
    """``10000 ** (-2i / width)`` for each pair of channels."""
    rates = np.power(10000.0, -2.0 * np.arange((width + 1) // 2) / width)
    return torch.from_numpy(rates.astype(np.float32))


class _Predictor(nn.Module):
    """One value for each symbol, in the normalised units of the training corpus."""

    def __init__(self, width: int, shape: AcousticShape) -> None:
        super().__init__()
        self.fsmn = Fsmn(width, shape.predictor)
        self.blstm = nn.LSTM(shape.predictor.width, shape.predictor.lstm, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * shape.predictor.lstm, 1)

    def forward(self, x: Tensor, note: Note = silent) -> Tensor:
        value: Tensor = self.fc(self.blstm(self.fsmn(x, note))[0])[..., 0]
        note("pred", value)
        return value


class _DurationPredictor(nn.Module):
    """``log(length + 1)`` of one symbol after the other, each from the one before."""

    def __init__(self, width: int, shape: AcousticShape) -> None:
        super().__init__()
        self.prenet = Prenet(1, shape.duration_prenet)
        ahead = shape.duration_prenet[-1]
        self.lstm = nn.LSTM(ahead + width, shape.duration_lstm, num_layers=2, batch_first=True)
        self.fc = nn.Linear(shape.duration_lstm, 1)

    def forward(self, x: Tensor) -> Tensor:
        """``[1, T, width] → [1, T]``."""
        y, state, out = x.new_zeros(1, 1), None, []
        for place in range(x.shape[1]):
            said, state = self.lstm(torch.cat([self.prenet(y), x[:, place]], dim=-1)[:, None], state)
            y = functional.relu(self.fc(said[:, 0]))
            out.append(y)
        return torch.cat(out, dim=1)


class VarianceAdaptor(nn.Module):
    """Hidden vectors, speaker and emotion of every symbol → :class:`Frames`."""

    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        width = shape.text + shape.speaker + shape.emotion
        self.pitch_predictor = _Predictor(width, shape)
        self.energy_predictor = _Predictor(width, shape)
        self.duration_predictor = _DurationPredictor(width, shape)
        self.pitch_emb = nn.Conv1d(1, shape.text, 9, padding=4)
        self.energy_emb = nn.Conv1d(1, shape.text, 9, padding=4)
        self._step = shape.frames_per_step

    def forward(
        self, hidden: Tensor, speaker: Tensor, emotion: Tensor, controls: Controls, note: Note = silent
    ) -> Frames:
        """All inputs ``[1, T, ·]``."""
        x = torch.cat([hidden, speaker, emotion], dim=-1)
        pitch = self.pitch_predictor(x, under(note, "pitch."))
        energy = self.energy_predictor(x, under(note, "energy."))
        if controls.pitch is not None:
            pitch = pitch + controls.pitch
        if controls.energy is not None:
            energy = energy + controls.energy
        pitch_part = self.pitch_emb(pitch[:, None]).transpose(1, 2)
        energy_part = self.energy_emb(energy[:, None]).transpose(1, 2)
        note("pitch_emb", pitch_part)
        note("energy_emb", energy_part)
        hidden = hidden + pitch_part + energy_part
        logarithm = self.duration_predictor(torch.cat([hidden, speaker, emotion], dim=-1))
        note("log_dur", logarithm)
        lengths = logarithm.exp() - 1.0
        note("dur_float", lengths)
        if controls.length is not None:
            lengths = lengths * controls.length
        counts = (lengths + 0.5).floor().long()
        if not counts.any():
            counts[:, -1] = 1  # Something must be said.
        note("dur_frames", counts)
        band = int(float(lengths.max()) / self._step + 0.5)
        return self._spread(hidden, speaker, emotion, counts, band, note)

    def _spread(
        self, hidden: Tensor, speaker: Tensor, emotion: Tensor, counts: Tensor, band: int, note: Note
    ) -> Frames:
        total = int(counts.sum())
        missing = -total % self._step

        def spread(rows: Tensor) -> Tensor:
            repeated = rows[0].repeat_interleave(counts[0], dim=0)
            return functional.pad(repeated, (0, 0, 0, missing))[None]

        starts = (counts.cumsum(1) - counts)[0].repeat_interleave(counts[0])
        places = functional.pad(torch.arange(total) - starts + 1, (0, missing))
        code = in_symbol_code(places, inverse_timescales(hidden.shape[-1]))[None, :, : hidden.shape[-1]]
        text, speaker, emotion = spread(hidden), spread(speaker), spread(emotion)
        for name, value in (("lr_text", text), ("lr_spk", speaker), ("lr_emo", emotion), ("dur_pos_emb", code)):
            note(name, value)
        text = text + code
        note("lr_text_plus_pos", text)
        return Frames(text, speaker, emotion, counts, band)


def build_memory(frames: Frames, step: int) -> Tensor:
    """``[1, L, memory]``: the text of all frames of a step; speaker and emotion of its first frame."""
    text = frames.text.reshape(1, -1, step * frames.text.shape[-1])
    return torch.cat([text, frames.speaker[:, ::step], frames.emotion[:, ::step]], dim=-1)


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
        self.mel_decoder = nn.ModuleDict({"mel_dec": MelDecoder(shape)})
        self.mel_postnet = PostNet(shape)

    @classmethod
    def from_state(cls, shape: AcousticShape, state: Mapping[str, Array]) -> Sambert:
        """The network with these weights, in evaluation mode.

        Raises :class:`indextts.model.errors.StudioError` ``voice_unusable`` naming what is missing or left over.
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
        raw = self.mel_decoder["mel_dec"](memory, frames.band, under(note, "dec."))
        mel = raw.reshape(1, -1, self.shape.mels)[:, : frames.total]
        finished = mel + self.mel_postnet(mel, under(note, "post."))
        return Said(finished[0], mel[0], frames.counts[0], frames.band)
