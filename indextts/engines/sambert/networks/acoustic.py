"""Sambert whole: linguistic units → mel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from indextts.engines.sambert.networks.decoder import MelDecoder, build_memory
from indextts.engines.sambert.networks.encoder import TextEncoder
from indextts.engines.sambert.networks.layers import Fsmn, Note, silent, under
from indextts.engines.sambert.networks.variance import Controls, VarianceAdaptor
from indextts.engines.sambert.shapes import AcousticShape
from indextts.engines.sambert.states import Array, checked_acoustic, table_rows


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
