"""The variance adaptor: pitch, energy and length of every symbol, and the frames that they become."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.sambert.networks.layers import Fsmn, Note, Prenet, lstm_cell, silent, under
from indextts.engines.sambert.shapes import AcousticShape


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
        self._ahead = shape.duration_prenet[-1]
        self.lstm = nn.LSTM(self._ahead + width, shape.duration_lstm, num_layers=2, batch_first=True)
        self.fc = nn.Linear(shape.duration_lstm, 1)

    def forward(self, x: Tensor) -> Tensor:
        """``[1, T, width] → [1, T]``."""
        held = self.lstm.get_parameter
        weight, bias = held("weight_ih_l0"), held("bias_ih_l0") + held("bias_hh_l0")
        # What does not depend on the length before is the same product for all symbols.
        fixed = functional.linear(x[0], weight[:, self._ahead :], bias)
        fed = weight[:, : self._ahead]
        again, up, up_again = held("weight_hh_l0"), held("weight_ih_l1"), held("weight_hh_l1")
        second = held("bias_ih_l1") + held("bias_hh_l1")
        zero = x.new_zeros(1, self.lstm.hidden_size)
        low, low_cell, high, high_cell = zero, zero, zero, zero
        y = x.new_zeros(1, 1)
        out = []
        for place in range(x.shape[1]):
            gates = functional.linear(self.prenet(y), fed) + functional.linear(low, again)
            low, low_cell = lstm_cell(gates + fixed[place], low_cell)
            gates = functional.linear(low, up) + functional.linear(high, up_again)
            high, high_cell = lstm_cell(gates + second, high_cell)
            y = functional.relu(self.fc(high))
            out.append(y)
        return torch.cat(out, dim=1)


class _FramePositions(nn.Module):
    """Holds the published parameter, which says nothing that cannot be computed."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inv_timescales = nn.Parameter(inverse_timescales(width), requires_grad=False)


class VarianceAdaptor(nn.Module):
    """Hidden vectors, speaker and emotion of every symbol → :class:`Frames`."""

    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        width = shape.text + shape.speaker + shape.emotion
        self.pitch_predictor = _Predictor(width, shape)
        self.energy_predictor = _Predictor(width, shape)
        self.duration_predictor = _DurationPredictor(width, shape)
        self.dur_position_encoder = _FramePositions(shape.text)
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
