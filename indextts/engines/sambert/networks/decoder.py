"""The mel decoder: a few frames at a time, each step looking at its near past and at its part of the text.

The published code computes every step with square masks over the whole sentence. Both windows are contiguous, so here a
step slices them out of arrays that are reserved once.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.sambert.networks.layers import (
    FeedForward,
    Note,
    Prenet,
    attend,
    layer_norm,
    silent,
    split_heads,
)
from indextts.engines.sambert.shapes import AcousticShape


def band_masks(length: int, back: int, ahead: int) -> tuple[Tensor, Tensor]:
    """What a step may not look at, bool ``[L, L]``: its future and more than ``back`` steps of its past; of the memory,
    what is earlier, and what is more than ``ahead`` steps later.
    """
    step, other = torch.arange(length)[:, None], torch.arange(length)[None, :]
    return (other > step) | (other < step - back), (other < step) | (other > step + ahead)


@dataclass
class _Cache:
    """Keys and values ``[1, heads, L, d]`` of one layer."""

    past_k: Tensor
    past_v: Tensor
    memory_k: Tensor
    memory_v: Tensor


class _Attention(nn.Module):
    """Two attentions with one query: to the past and to the memory."""

    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        units = shape.decoder_units
        self.layer_norm = layer_norm(units)
        self.w_x_qkv = nn.Linear(units, 3 * units)
        self.fc_x = nn.Linear(units, units)
        self.w_h_kv = nn.Linear(shape.memory, 2 * units)
        self.fc_h = nn.Linear(units, units)
        self._heads = shape.decoder_heads

    def queries(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Query, key and value of ``[1, T, units]``, each ``[1, heads, T, d]``."""
        q, k, v = (split_heads(part, self._heads) for part in self.w_x_qkv(self.layer_norm(x)).chunk(3, dim=-1))
        return q, k, v

    def memory(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of the memory, which is not normalised."""
        k, v = (split_heads(part, self._heads) for part in self.w_h_kv(memory).chunk(2, dim=-1))
        return k, v

    def forward(
        self, x: Tensor, memory: Tensor, not_past: Tensor | None, not_memory: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        q, k, v = self.queries(x)
        past, past_weights = attend(q, k, v, not_past)
        ahead, ahead_weights = attend(q, *self.memory(memory), not_memory)
        return x + self.fc_x(past) + self.fc_h(ahead), past_weights, ahead_weights


class DecoderLayer(nn.Module):
    """Attention and feed-forward, each after a norm."""

    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        self.pnca_attn = _Attention(shape)
        self.pos_ffn = FeedForward(shape.decoder_units, shape.decoder_inner, 1)

    def forward(
        self, x: Tensor, memory: Tensor, not_past: Tensor | None = None, not_memory: Tensor | None = None
    ) -> Tensor:
        """All steps at once: ``[1, L, units]``."""
        out: Tensor = self.pos_ffn(self.pnca_attn(x, memory, not_past, not_memory)[0])
        return out

    def reserve(self, memory: Tensor) -> _Cache:
        """The keys and values of a sentence; those of its past are filled in step by step."""
        k, v = self.pnca_attn.memory(memory)
        return _Cache(torch.empty_like(k), torch.empty_like(v), k.contiguous(), v.contiguous())

    def step(self, x: Tensor, place: int, band: int, cache: _Cache) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """One step ``[1, 1, units]``: after the attention, the outcome, and both attentions' weights."""
        q, k, v = self.pnca_attn.queries(x)
        cache.past_k[:, :, place], cache.past_v[:, :, place] = k[:, :, 0], v[:, :, 0]
        past, ahead = slice(max(0, place - band), place + 1), slice(place, place + band + 1)
        said, past_weights = attend(q, cache.past_k[:, :, past], cache.past_v[:, :, past])
        told, ahead_weights = attend(q, cache.memory_k[:, :, ahead], cache.memory_v[:, :, ahead])
        mixed = x + self.pnca_attn.fc_x(said) + self.pnca_attn.fc_h(told)
        return mixed, self.pos_ffn(mixed), past_weights, ahead_weights


class MelDecoder(nn.Module):
    """Memory → mel before the post-net."""

    def __init__(self, shape: AcousticShape) -> None:
        super().__init__()
        self.prenet = Prenet(shape.mels, shape.decoder_prenet, shape.decoder_units)
        self.dec_in_proj = nn.Linear(shape.memory + shape.decoder_units, shape.decoder_units)
        self.pnca = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.ln = layer_norm(shape.decoder_units)
        self.dec_out_proj = nn.Linear(shape.decoder_units, shape.frames_per_step * shape.mels)
        self._shape = shape
        self._scale = shape.decoder_units**0.5

    def teach(self, memory: Tensor, target: Tensor, band: int) -> Tensor:
        """All steps at once from the frames that should have been said, ``[1, L · r, mels] → [1, L, r · mels]``."""
        last = target[:, self._shape.frames_per_step - 1 :: self._shape.frames_per_step]
        before = functional.pad(last[:, :-1], (0, 0, 1, 0))
        x = self._enter(memory, self.prenet(before))
        not_past, not_memory = band_masks(memory.shape[1], band, band)
        for layer in self.pnca:
            x = layer(x, memory, not_past, not_memory)
        out: Tensor = self.dec_out_proj(self.ln(x))
        return out

    def forward(self, memory: Tensor, band: int, note: Note = silent) -> Tensor:
        """One step after the other, each from the last frame of the one before: ``[1, L, r · mels]``."""
        length = memory.shape[1]
        layers = [layer for layer in self.pnca if isinstance(layer, DecoderLayer)]
        caches = [layer.reserve(memory) for layer in layers]
        raw = memory.new_empty(1, length, self._shape.frames_per_step * self._shape.mels)
        before = memory.new_zeros(1, 1, self._shape.mels)
        seen = _Seen(length, band, note)
        for place in range(length):
            ahead = self.prenet(before)
            seen("prenet_out", ahead)
            x = self._enter(memory[:, place : place + 1], ahead)
            for number, (layer, cache) in enumerate(zip(layers, caches, strict=True)):
                mixed, x, past, told = layer.step(x, place, band, cache)
                seen(f"layer{number}.attn_block_out", mixed)
                seen(f"layer{number}.out", x)
                seen.weights(f"layer{number}.attn_x", place, max(0, place - band), past)
                seen.weights(f"layer{number}.attn_h", place, place, told)
            raw[:, place : place + 1] = self.dec_out_proj(self.ln(x))
            before = raw[:, place : place + 1, -self._shape.mels :]
        seen.tell()
        note("raw_out", raw)
        return raw

    def _enter(self, memory: Tensor, ahead: Tensor) -> Tensor:
        # No code for the position: the memory has it.
        x: Tensor = self.dec_in_proj(torch.cat([memory, ahead], dim=-1)) * self._scale
        return x


class _Seen:
    """Gathers the steps' values for ``note``, if there is a listener."""

    def __init__(self, length: int, band: int, note: Note) -> None:
        self._length = length
        self._note = note
        self._rows: dict[str, list[Tensor]] = {}
        self._maps: dict[str, Tensor] = {}

    def __call__(self, name: str, value: Tensor) -> None:
        if self._note is not silent:
            self._rows.setdefault(name, []).append(value)

    def weights(self, name: str, place: int, first: int, value: Tensor) -> None:
        if self._note is not silent:
            whole = self._maps.setdefault(name, value.new_zeros(value.shape[1], self._length, self._length))
            whole[:, place, first : first + value.shape[-1]] = value[0, :, 0]

    def tell(self) -> None:
        for name, rows in self._rows.items():
            self._note(name, torch.cat(rows, dim=1))
        for name, whole in self._maps.items():
            self._note(name, whole)
