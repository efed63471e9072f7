"""What several parts of the networks are made of.

Sequences are ``[B, T, C]``. ``note`` hands values out under a name, for comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.sambert.shapes import MemoryShape

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
