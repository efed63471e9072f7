"""Linear layers of 8-bit weights and float32 activations, for processors that multiply bytes no faster than floats.

Weights become floats in the first cache, 128 outputs of four inputs at a time, and serve four rows there. For few rows
that takes a quarter of the time of float32, which has four times the bytes to fetch, and for hundreds no more than it.
Activations are not rounded at all. Compiled by numba, a part of the outputs for each of PyTorch's threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from indextts.engines.indextts2.fast.machine_code import compile_kernel

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]

_MOST: Final = 127.0
_TINY: Final = 1e-30
_BLOCK: Final = 128
"""Outputs whose sums are held in the first cache."""
_ROWS: Final = 4
_INPUTS: Final = 4
"""What the kernel takes at a time: more rows or inputs do not fit into the registers of AVX2."""
_WORTH: Final = 1 << 20
"""Weights from which a second thread saves more than it takes to call it."""


def in_bytes(weight: Tensor) -> tuple[Tensor, Tensor]:
    """``[outputs, inputs]`` in 8 bits, and what 1 stands for in each output."""
    scale = weight.detach().abs().amax(1).clamp_min(_TINY) / _MOST
    return (weight.detach() / scale[:, None]).round_().to(torch.int8), scale


class ByteLinear(nn.Module):
    """For inference on the CPU, float32 to float32. It has no state dict and stays where it is."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """``weight`` is ``[outputs, inputs]``, whatever its strides."""
        super().__init__()
        outputs, inputs = weight.shape
        rounded, scale = in_bytes(weight)
        blocks, steps = -(-outputs // _BLOCK), -(-inputs // _INPUTS)
        laid_out = torch.zeros(blocks * _BLOCK, steps * _INPUTS, dtype=torch.int8)
        laid_out[:outputs, :inputs] = rounded
        self._weight: Bytes = laid_out.view(blocks, _BLOCK, -1).transpose(1, 2).contiguous().numpy()
        self._scale: Floats = scale.numpy()
        self._bias: Floats = bias.detach().contiguous().numpy()
        self._kernel = compiled()

    def forward(self, x: Tensor) -> Tensor:
        """``[…, inputs]`` to ``[…, outputs]``."""
        rows = x.reshape(-1, x.shape[-1])
        count = len(rows)
        padded = torch.zeros(-(-count // _ROWS) * _ROWS, self._weight.shape[1])
        padded[:count, : rows.shape[1]] = rows
        out = torch.empty(len(padded), len(self._bias))
        self._multiply(padded.numpy(), out.numpy())
        return out[:count].view(*x.shape[:-1], -1)

    def _multiply(self, rows: Floats, out: Floats) -> None:
        blocks = len(self._weight)
        parts = min(torch.get_num_threads(), blocks) if self._weight.size * len(rows) >= _WORTH * _ROWS else 1
        ends = [blocks * part // parts for part in range(parts + 1)]
        work = partial(self._kernel, rows, self._weight, self._scale, self._bias, out)
        others = [_threads().submit(work, *part) for part in pairwise(ends[1:])]
        work(0, ends[1])
        for other in others:
            other.result()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="bytes")


@cache
def compiled() -> Callable[..., None]:
    """:func:`multiply` as machine code. In no other order than it stands, so a row never depends on those beside it."""
    rows, vector = "float32[:, ::1]", "float32[::1]"
    return compile_kernel(multiply, f"void({rows}, int8[:, :, ::1], {vector}, {vector}, {rows}, int64, int64)", "nsz")


def multiply(x: Floats, weight: Bytes, scale: Floats, bias: Floats, out: Floats, begin: int, end: int) -> None:
    """Blocks ``begin`` to ``end`` of ``out`` ``[4 N, outputs]`` from ``x`` ``[4 N, 4 K]``.

    ``weight`` is ``[blocks, 4 K, 128]``, ``scale`` and ``bias`` are ``[outputs]``.
    """
    sums = np.empty((_ROWS, _BLOCK), np.float32)
    for block in range(begin, end):
        left = block * _BLOCK
        width = min(_BLOCK, out.shape[1] - left)
        for four in range(x.shape[0] // _ROWS):
            row = four * _ROWS
            sums[:] = np.float32(0.0)
            for step in range(x.shape[1] // _INPUTS):
                k = step * _INPUTS
                w0, w1, w2, w3 = weight[block, k], weight[block, k + 1], weight[block, k + 2], weight[block, k + 3]
                a0, a1, a2, a3 = x[row, k], x[row, k + 1], x[row, k + 2], x[row, k + 3]
                b0, b1, b2, b3 = x[row + 1, k], x[row + 1, k + 1], x[row + 1, k + 2], x[row + 1, k + 3]
                c0, c1, c2, c3 = x[row + 2, k], x[row + 2, k + 1], x[row + 2, k + 2], x[row + 2, k + 3]
                d0, d1, d2, d3 = x[row + 3, k], x[row + 3, k + 1], x[row + 3, k + 2], x[row + 3, k + 3]
                for n in range(_BLOCK):
                    v0, v1, v2, v3 = np.float32(w0[n]), np.float32(w1[n]), np.float32(w2[n]), np.float32(w3[n])
                    sums[0, n] = sums[0, n] + a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3
                    sums[1, n] = sums[1, n] + b0 * v0 + b1 * v1 + b2 * v2 + b3 * v3
                    sums[2, n] = sums[2, n] + c0 * v0 + c1 * v1 + c2 * v2 + c3 * v3
                    sums[3, n] = sums[3, n] + d0 * v0 + d1 * v1 + d2 * v2 + d3 * v3
            for r in range(_ROWS):
                for n in range(width):
                    out[row + r, left + n] = sums[r, n] * scale[left + n] + bias[left + n]
