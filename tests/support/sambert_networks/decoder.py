"""The mel decoder: a few frames at a time, each step looking at its near past and at its part of the text.

The published code computes every step with square masks over the whole sentence. Both windows are contiguous, so here a
step slices them out of arrays that are reserved once.

Before it stand the layers that the other networks are made of too. Sequences are ``[B, T, C]``. ``note`` hands values
out under a name, for comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.sambert.shapes import AcousticShape, MemoryShape

LAYER_NORM_EPS: Final = 1e-6
"""Of every layer norm; PyTorch's own default is ten times larger."""

Note = Callable[[str, Tensor], None]


def silent(name: str, value: Tensor) -> None: ...


def under(note: Note, prefix: str) -> Note:
    """``note`` with ``prefix`` before every name."""
    if note is silent:
        return silent
    return lambda name, value: note(f"{prefix}{name}", value)


def layer_norm(width: int) -> nn.LayerNorm:
    return nn.LayerNorm(width, eps=LAYER_NORM_EPS)


def split_heads(x: Tensor, heads: int) -> Tensor:
    """``[B, T, heads · d] → [B, heads, T, d]``: a head's channels lie together."""
    batch, length, width = x.shape
    return x.view(batch, length, heads, width // heads).transpose(1, 2)


def attend(q: Tensor, k: Tensor, v: Tensor, forbidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Scaled dot-product attention of ``[B, heads, T, d]``: the mixed values ``[B, T, heads · d]`` and the weights.

    ``forbidden`` is true where a query may not look, and broadcasts to ``[B, heads, T, T']``.
    """
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if forbidden is not None:
        scores = scores.masked_fill(forbidden, float("-inf"))
    weights = scores.softmax(-1)
    return (weights @ v).transpose(1, 2).flatten(2), weights


class FeedForward(nn.Module):
    """``x + w₂(relu(w₁(norm(x))))`` with convolutions over time."""

    def __init__(self, width: int, inner: int, kernel: int) -> None:
        super().__init__()
        self.w_1 = nn.Conv1d(width, inner, kernel, padding=(kernel - 1) // 2)
        self.w_2 = nn.Conv1d(inner, width, 1)
        self.layer_norm = layer_norm(width)

    def forward(self, x: Tensor, kept: Tensor | None = None) -> Tensor:
        """``kept`` ``[B, T, 1]`` is 0 where the sequence is padding, which the convolution must see as zeros."""
        h = self.layer_norm(x)
        if kept is not None:
            h = h * kept
        h = self.w_2(functional.relu(self.w_1(h.transpose(1, 2))))
        return x + h.transpose(1, 2)  # type: ignore[no-any-return]


class Prenet(nn.Module):
    """Dense layers with ReLU, and one more without where ``out`` is given."""

    def __init__(self, width: int, units: Sequence[int], out: int | None = None) -> None:
        super().__init__()
        # Every third place, because training has a ReLU and a dropout between.
        self.fcs = nn.ModuleDict()
        for number, unit in enumerate(units):
            self.fcs[str(3 * number)] = nn.Linear(width, unit)
            width = unit
        if out is not None:
            self.fcs[str(3 * len(units))] = nn.Linear(width, out)
        self._active = len(units)

    def forward(self, x: Tensor) -> Tensor:
        for number, layer in enumerate(self.fcs.values()):
            x = layer(x)
            if number < self._active:
                x = functional.relu(x)
        return x


class Fsmn(nn.Module):
    """Feed-forward sequential memory network: ``[B, T, in] → [B, T, memory]``."""

    def __init__(self, width: int, shape: MemoryShape) -> None:
        super().__init__()
        widths = [width, *[shape.width] * (shape.layers - 1)]
        self.ffn_lst = nn.ModuleList(
            nn.ModuleDict(
                {"w_1": nn.Conv1d(size, shape.inner, 1), "w_2": nn.Conv1d(shape.inner, shape.width, 1, bias=False)}
            )
            for size in widths
        )
        self.memory_block_lst = nn.ModuleList(
            nn.ModuleDict(
                {"conv_dw": nn.Conv1d(shape.width, shape.width, shape.kernel, groups=shape.width, bias=False)}
            )
            for _ in widths
        )
        self._shape = shape

    def forward(self, x: Tensor, note: Note = silent) -> Tensor:
        """The residual is added where the widths agree: usually everywhere but in the first layer."""
        x = x.transpose(1, 2)
        for number in range(self._shape.layers):
            first, second, window = (
                self.get_submodule(name)
                for name in (f"ffn_lst.{number}.w_1", f"ffn_lst.{number}.w_2", f"memory_block_lst.{number}.conv_dw")
            )
            said = second(functional.relu(first(x)))
            memory = window(functional.pad(said, self._shape.padding(number))) + said
            note(f"fsmn.mem{number}", memory.transpose(1, 2))
            x = memory + x if memory.shape[1] == x.shape[1] else memory
        x = x.transpose(1, 2)
        note("fsmn_out", x)
        return x


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
