"""The English network in PyTorch: phones → lengths and pitch; phones, lengths and pitch → mel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.embedded.acoustic.english_input import MARKS, PHONES, PLACES, POINTS
from indextts.sound.mel import BANDS
from training.english_voice.harmonics import OCTAVES, STEPS, harmonics

WIDTH: Final = 192
DECODER_WIDTH: Final = 256
KERNEL: Final = 5
ENCODER_LAYERS: Final = 4
DILATIONS: Final = (1, 2, 4, 8, 1, 2, 4, 1)


class Sentences(NamedTuple):
    """Some sentences in a row, with empty phones and frames between them."""

    phones: Tensor
    marks: Tensor
    """``[T, MARKS]``."""
    spoken: Tensor
    """``[T]``: 0 between sentences."""
    owner: Tensor
    """``[L]``: each frame's phone."""
    places: Tensor
    """``[L, PLACES]``."""
    octaves: Tensor
    """``[L]``."""
    heard: Tensor
    """``[L]``: 0 between sentences."""


@dataclass(frozen=True)
class Told:
    """What the first half says of the phones."""

    hidden: Tensor
    """``[T, WIDTH]``."""
    log_frames: Tensor
    """``[T]``."""
    octaves: Tensor
    """``[T, POINTS]``."""


class Layer(nn.Module):
    """A normalised convolution whose result is added to what it was given."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, width, KERNEL, dilation=dilation, padding=dilation * (KERNEL // 2))

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """``x`` ``[T, width]``; ``there`` ``[T, 1]`` is 0 between sentences."""
        inner = functional.relu(self.norm(x)) * there
        added: Tensor = self.conv(inner.T[None])[0].T
        return x + added


class Encoder(nn.Module):
    """Phones to hidden states, lengths and pitch."""

    def __init__(self) -> None:
        super().__init__()
        self.phones = nn.Embedding(len(PHONES), WIDTH)
        self.marks = nn.Linear(MARKS, WIDTH)
        self.layers = nn.ModuleList(Layer(WIDTH, 1) for _ in range(ENCODER_LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.heads = nn.Linear(WIDTH, 1 + POINTS)

    def forward(self, phones: Tensor, marks: Tensor, spoken: Tensor) -> Told:
        there = spoken[:, None]
        x = (self.phones(phones) + self.marks(marks)) * there
        for layer in self.layers:
            x = layer(x, there)
        hidden = self.norm(x)
        told = self.heads(hidden)
        return Told(hidden, told[:, 0], told[:, 1:])


class Decoder(nn.Module):
    """Frames to a mel, into which the harmonics of their pitch are put."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("ripple", torch.from_numpy(harmonics()))
        self.hidden = nn.Linear(WIDTH, DECODER_WIDTH)
        self.places = nn.Linear(PLACES + 1, DECODER_WIDTH)
        self.seen = nn.Linear(BANDS, DECODER_WIDTH, bias=False)
        self.layers = nn.ModuleList(Layer(DECODER_WIDTH, dilation) for dilation in DILATIONS)
        self.norm = nn.LayerNorm(DECODER_WIDTH)
        self.out = nn.Linear(DECODER_WIDTH, 2 * BANDS)

    def template(self, octaves: Tensor) -> Tensor:
        """The harmonics' ripple ``[L, BANDS]``."""
        low, high = OCTAVES
        at = (octaves.clamp(low, high) - low) / (high - low) * (STEPS - 1)
        below = at.floor().clamp(0, STEPS - 2)
        share = (at - below)[:, None]
        rows = below.long()
        ripple: Tensor = self.ripple  # type: ignore[assignment]
        return ripple[rows] * (1.0 - share) + ripple[rows + 1] * share

    def forward(self, hidden: Tensor, index: Tensor, places: Tensor, octaves: Tensor, heard: Tensor) -> Tensor:
        there = heard[:, None]
        template = self.template(octaves)
        x = self.hidden(hidden)[index] + self.places(torch.cat([places, octaves[:, None]], 1)) + self.seen(template)
        x = x * there
        for layer in self.layers:
            x = layer(x, there)
        curve, gate = self.out(self.norm(x)).split(BANDS, 1)
        return curve + torch.sigmoid(gate) * template * 2.0  # type: ignore[no-any-return]


class Pupil(nn.Module):
    """Both halves."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()
