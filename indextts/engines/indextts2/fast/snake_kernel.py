"""BigVGAN's activation in one pass over memory, compiled by numba for this processor.

Doubling the rate, the periodic wave and halving the rate again are five passes over twice the samples in PyTorch. Here
a tile of them stays in the processor's cache from its first step to its last, and the filters skip the zeros between
samples and the samples that are dropped. Values are float32 inside; what is read and written may be bfloat16.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.indextts2.fast.machine_code import compile_kernel

Floats = npt.NDArray[np.float32]
Bits = npt.NDArray[np.uint16]
"""bfloat16 values, the upper half of a float32's bits."""

NO_FLOATS: Final[Floats] = np.empty(0, np.float32)
NO_BITS: Final[Bits] = np.empty(0, np.uint16)

_TILE: Final = 24
"""Channels that are worked on together: those of every stage of the published vocoder are a multiple of it."""
_ROWS: Final = 64
"""Rows of a tile at the doubled rate; a tile's buffers stay in the processor's first cache."""
_MARGIN: Final = 6
"""Rows at the doubled rate, and rows of a tile, that its neighbour needs as well."""


@cache
def compiled() -> Callable[..., None]:
    """:func:`snake` as machine code."""
    floats, bits, size = "float32[::1]", "uint16[::1]", "int64"
    kinds = (floats, bits, floats, floats, bits, floats, floats, floats, floats, size, size, size)
    return compile_kernel(snake, f"void({', '.join(kinds)})")


def snake(
    wide: Floats,
    narrow: Bits,
    sums: Floats,
    wide_out: Floats,
    narrow_out: Bits,
    up: Floats,
    down: Floats,
    speed: Floats,
    height: Floats,
    begin: int,
    end: int,
    total: int,
) -> None:
    """Each value v at twice the rate becomes v + ``height`` · sin²(π · ``speed`` · v), from row ``begin`` to ``end``.

    ``total`` rows of as many channels as ``speed`` and ``height`` have come as ``wide``, as ``narrow``, or as the sum
    of both, which goes into ``sums`` then; the outcome goes into ``wide_out`` or ``narrow_out``. What is not used is
    empty. ``up`` and ``down`` are the twelve taps of the filters. The signal goes on beyond its ends as it stands
    there, before the first filter as well as before the second.
    """
    channels = speed.size
    # Values at the even and at the odd places of the doubled rate; row i of a tile is row i - 3 of what comes out.
    even = np.zeros(_ROWS * _TILE, np.float32)
    odd = np.zeros(_ROWS * _TILE, np.float32)
    near = np.zeros((_ROWS + _MARGIN) * _TILE, np.float32)
    near_bits = near.view(np.uint32)
    tile_speed = np.zeros(_ROWS * _TILE, np.float32)
    tile_height = np.zeros(_ROWS * _TILE, np.float32)
    u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, u10, u11 = (
        *(up[0], up[1], up[2], up[3], up[4], up[5]),
        *(up[6], up[7], up[8], up[9], up[10], up[11]),
    )
    d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11 = (
        *(down[0], down[1], down[2], down[3], down[4], down[5]),
        *(down[6], down[7], down[8], down[9], down[10], down[11]),
    )
    # sin(πr) = r · c(r²) for r within ±½, to the last digits of a float32.
    c0, c1, c2 = np.float32(3.1415925800447377), np.float32(-5.167706878926973), np.float32(2.5500313772885095)
    c3, c4 = np.float32(-0.5980451741640318), np.float32(0.07722012902660474)
    half = np.float32(0.5)
    kept = _ROWS - _MARGIN
    for first in range(0, channels, _TILE):
        # Places that cannot be negative make loops that the compiler turns into vector instructions.
        width = np.uintp(min(_TILE, channels - first))
        for row in range(_ROWS):
            at = np.uintp(row * _TILE)
            for channel in range(width):
                tile_speed[at + channel] = speed[np.uintp(first) + channel]
                tile_height[at + channel] = height[np.uintp(first) + channel]
        for start in range(begin, end, kept):
            rows = min(kept, end - start)
            for row in range(rows + 2 * _MARGIN):
                source = min(max(start - _MARGIN + row, 0), total - 1)
                at, place = np.uintp(row * _TILE), np.uintp(source * channels + first)
                if narrow.size:
                    for channel in range(width):
                        near_bits[at + channel] = np.uint32(narrow[place + channel]) << np.uint32(16)
                    if wide.size:
                        for channel in range(width):
                            near[at + channel] += wide[place + channel]
                else:
                    for channel in range(width):
                        near[at + channel] = wide[place + channel]
            if sums.size:
                for row in range(rows):
                    at, place = np.uintp((row + _MARGIN) * _TILE), np.uintp((start + row) * channels + first)
                    for channel in range(width):
                        sums[place + channel] = near[at + channel]
            for i in range(_ROWS * _TILE):
                a, b = tile_speed[i], tile_height[i]
                x1, x2, x3 = near[i + _TILE], near[i + 2 * _TILE], near[i + 3 * _TILE]
                x4, x5 = near[i + 4 * _TILE], near[i + 5 * _TILE]
                value = u1 * x5 + u3 * x4 + u5 * x3 + u7 * x2 + u9 * x1 + u11 * near[i]
                turn = value * a
                turn -= np.floor(turn + half)
                square = turn * turn
                wave = turn * (c0 + square * (c1 + square * (c2 + square * (c3 + square * c4))))
                even[i] = value + wave * wave * b
                value = u0 * near[i + 6 * _TILE] + u2 * x5 + u4 * x4 + u6 * x3 + u8 * x2 + u10 * x1
                turn = value * a
                turn -= np.floor(turn + half)
                square = turn * turn
                wave = turn * (c0 + square * (c1 + square * (c2 + square * (c3 + square * c4))))
                odd[i] = value + wave * wave * b
            if start < 3:
                for row in range(3 - start):
                    for channel in range(_TILE):
                        even[row * _TILE + channel] = odd[row * _TILE + channel] = even[(3 - start) * _TILE + channel]
            for row in range(max(0, total - start + 3), rows + _MARGIN):
                last = (total - start + 2) * _TILE
                for channel in range(_TILE):
                    even[row * _TILE + channel] = odd[row * _TILE + channel] = odd[last + channel]
            for i in range(kept * _TILE):
                near[i] = (
                    (d0 * odd[i] + d2 * odd[i + _TILE] + d4 * odd[i + 2 * _TILE])
                    + (d6 * odd[i + 3 * _TILE] + d8 * odd[i + 4 * _TILE] + d10 * odd[i + 5 * _TILE])
                    + (d1 * even[i + _TILE] + d3 * even[i + 2 * _TILE] + d5 * even[i + 3 * _TILE])
                    + (d7 * even[i + 4 * _TILE] + d9 * even[i + 5 * _TILE] + d11 * even[i + 6 * _TILE])
                )
            for row in range(rows):
                at, place = np.uintp(row * _TILE), np.uintp((start + row) * channels + first)
                if narrow_out.size:
                    for channel in range(width):
                        bits = near_bits[at + channel]
                        # To the nearest, of two as near to the even one.
                        bits += np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
                        narrow_out[place + channel] = np.uint16(bits >> np.uint32(16))
                else:
                    for channel in range(width):
                        wide_out[place + channel] = near[at + channel]
