"""BigVGAN's activation in one pass over a card's memory, in Triton. To be imported where Triton is.

Each program makes ``block`` neighbouring values of one channel. What it reads of them once stays in registers; the
twelve values at twice the rate that a value is made of are computed there, so that none of them is ever written.
"""

from __future__ import annotations

from typing import Final

import torch
import triton
import triton.language as tl
from torch import Tensor

_BLOCK: Final = 1024


@triton.jit  # type: ignore[untyped-decorator]
def _wave(value: tl.tensor, speed: tl.tensor, height: tl.tensor) -> tl.tensor:
    """``value + height · sin²(π · speed · value)``; sin(πr) = r · c(r²) within ±½, to a float32's last digits."""
    turn = value * speed
    turn -= tl.floor(turn + 0.5)
    square = turn * turn
    c = -0.5980451741640318 + square * 0.07722012902660474
    wave = turn * (3.1415925800447377 + square * (-5.167706878926973 + square * (2.5500313772885095 + square * c)))
    return value + wave * wave * height


@triton.jit  # type: ignore[untyped-decorator]
def _filtered(
    x0: tl.tensor,
    x1: tl.tensor,
    x2: tl.tensor,
    x3: tl.tensor,
    x4: tl.tensor,
    x5: tl.tensor,
    taps: tl.tensor,
    first: tl.constexpr,
) -> tl.tensor:
    """Six neighbours times every second of the ``taps``, from number ``first`` downwards; twice that."""
    total = x0 * tl.load(taps + first) + x1 * tl.load(taps + first - 2) + x2 * tl.load(taps + first - 4)
    total += x3 * tl.load(taps + first - 6) + x4 * tl.load(taps + first - 8) + x5 * tl.load(taps + first - 10)
    return 2.0 * total


@triton.jit  # type: ignore[untyped-decorator]
def _within(value: tl.tensor, place: tl.tensor, end: tl.tensor, head: tl.tensor, tail: tl.tensor) -> tl.tensor:
    return tl.where(place < 0, head, tl.where(place < end, value, tail))


@triton.jit  # type: ignore[untyped-decorator]
def _kernel(
    rows: tl.tensor,
    out: tl.tensor,
    up: tl.tensor,
    down: tl.tensor,
    speeds: tl.tensor,
    heights: tl.tensor,
    channels: tl.tensor,
    total: tl.tensor,
    block: tl.constexpr,
) -> None:
    row = tl.program_id(1)
    speed, height = tl.load(speeds + row % channels), tl.load(heights + row % channels)
    begin = row.to(tl.int64) * total
    x, last = rows + begin, total - 1
    at = tl.program_id(0) * block + tl.arange(0, block)
    # The signal goes on beyond its ends as it stands there: the five before a value, itself, and the five behind it.
    a0 = tl.load(x + tl.minimum(tl.maximum(at - 5, 0), last))
    a1 = tl.load(x + tl.minimum(tl.maximum(at - 4, 0), last))
    a2 = tl.load(x + tl.minimum(tl.maximum(at - 3, 0), last))
    a3 = tl.load(x + tl.minimum(tl.maximum(at - 2, 0), last))
    a4 = tl.load(x + tl.minimum(tl.maximum(at - 1, 0), last))
    a5 = tl.load(x + tl.minimum(at, last))
    a6 = tl.load(x + tl.minimum(at + 1, last))
    a7 = tl.load(x + tl.minimum(at + 2, last))
    a8 = tl.load(x + tl.minimum(at + 3, last))
    a9 = tl.load(x + tl.minimum(at + 4, last))
    a10 = tl.load(x + tl.minimum(at + 5, last))
    # At twice the rate number j = 2n sees n - 3 to n + 2, and j = 2n + 1 sees n - 2 to n + 3: with the even and the odd
    # taps the same six in turns. Number k here is j = 2 · at + k - 5.
    z0 = _wave(_filtered(a0, a1, a2, a3, a4, a5, up, 10), speed, height)
    z1 = _wave(_filtered(a0, a1, a2, a3, a4, a5, up, 11), speed, height)
    z2 = _wave(_filtered(a1, a2, a3, a4, a5, a6, up, 10), speed, height)
    z3 = _wave(_filtered(a1, a2, a3, a4, a5, a6, up, 11), speed, height)
    z4 = _wave(_filtered(a2, a3, a4, a5, a6, a7, up, 10), speed, height)
    z5 = _wave(_filtered(a2, a3, a4, a5, a6, a7, up, 11), speed, height)
    z6 = _wave(_filtered(a3, a4, a5, a6, a7, a8, up, 10), speed, height)
    z7 = _wave(_filtered(a3, a4, a5, a6, a7, a8, up, 11), speed, height)
    z8 = _wave(_filtered(a4, a5, a6, a7, a8, a9, up, 10), speed, height)
    z9 = _wave(_filtered(a4, a5, a6, a7, a8, a9, up, 11), speed, height)
    z10 = _wave(_filtered(a5, a6, a7, a8, a9, a10, up, 10), speed, height)
    z11 = _wave(_filtered(a5, a6, a7, a8, a9, a10, up, 11), speed, height)
    # So does the signal at twice the rate: with its first value before the first, with its last behind the last.
    b0, b1, b2 = tl.load(x), tl.load(x + tl.minimum(1, last)), tl.load(x + tl.minimum(2, last))
    head = _wave(_filtered(b0, b0, b0, b0, b1, b2, up, 11), speed, height)
    c0, c1, c2 = tl.load(x + last), tl.load(x + tl.maximum(last - 1, 0)), tl.load(x + tl.maximum(last - 2, 0))
    tail = _wave(_filtered(c2, c1, c0, c0, c0, c0, up, 10), speed, height)
    place, end = 2 * at - 5, 2 * total
    made = tl.load(down) * _within(z0, place, end, head, tail)
    made += tl.load(down + 1) * _within(z1, place + 1, end, head, tail)
    made += tl.load(down + 2) * _within(z2, place + 2, end, head, tail)
    made += tl.load(down + 3) * _within(z3, place + 3, end, head, tail)
    made += tl.load(down + 4) * _within(z4, place + 4, end, head, tail)
    made += tl.load(down + 5) * _within(z5, place + 5, end, head, tail)
    made += tl.load(down + 6) * _within(z6, place + 6, end, head, tail)
    made += tl.load(down + 7) * _within(z7, place + 7, end, head, tail)
    made += tl.load(down + 8) * _within(z8, place + 8, end, head, tail)
    made += tl.load(down + 9) * _within(z9, place + 9, end, head, tail)
    made += tl.load(down + 10) * _within(z10, place + 10, end, head, tail)
    made += tl.load(down + 11) * _within(z11, place + 11, end, head, tail)
    tl.store(out + begin + at, made, mask=at < total)


def snake(rows: Tensor, up: Tensor, down: Tensor, speed: Tensor, height: Tensor) -> Tensor:
    """``rows [B, channels, T]``, float32, to the same.

    Each value v at twice the rate becomes v + ``height`` · sin²(π · ``speed`` · v), both ``[channels]``; ``up`` and
    ``down`` are the twelve taps of the filters. All lie on one card.
    """
    rows = rows.contiguous()
    out = torch.empty_like(rows)
    batch, channels, total = rows.shape
    if out.numel():
        grid = (triton.cdiv(total, _BLOCK), batch * channels)
        _kernel[grid](rows, out, up, down, speed, height, channels, total, block=_BLOCK)
    return out
