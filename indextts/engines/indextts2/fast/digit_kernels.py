"""Rows of float32 to two digits of 7 bits and back, compiled by numba: in PyTorch a dozen operations for each layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from indextts.engines.indextts2.fast.machine_code import compile_kernel

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class DigitKernels:
    """The functions below as machine code."""

    split: Callable[..., None]
    join: Callable[..., None]


@cache
def compiled() -> DigitKernels:
    """Made when they are first needed."""
    rows, vector = "float32[:, ::1]", "float32[::1]"
    return DigitKernels(
        compile_kernel(split, f"void({rows}, uint8[:, ::1], {vector})", "nsz"),
        compile_kernel(join, f"void({rows}, {vector}, {vector}, {rows})", "nsz"),
    )


def split(rows: Floats, digits: npt.NDArray[np.uint8], tops: Floats) -> None:
    """``rows`` ``[N, width]`` as two digits of 7 bits, ``[2 N, width]``, and what a first digit of 1 stands for.

    64 stands for 0. What is no number makes its row's ``tops`` one that is none.
    """
    count, width = np.uintp(rows.shape[0]), np.uintp(rows.shape[1])
    base, middle, least = np.float32(128.0), np.float32(8256.5), np.float32(1e-30)
    bits = rows.view(np.uint32)
    found = np.zeros(1, np.uint32)
    for n in range(count):
        # Without their sign, floats are in the order of their bits, and what is no number comes last.
        most = np.uint32(0)
        for k in range(width):
            most = max(most, bits[n, k] & np.uint32(0x7FFFFFFF))
        found[0] = most
        top = found.view(np.float32)[0]
        if top < least:
            top = least
        tops[n] = top / np.float32(63.5)
        factor = np.float32(63.5) / top * base
        for k in range(width):
            value = np.int32(rows[n, k] * factor + middle)
            digits[n, k] = np.uint8(value >> np.int32(7))
            digits[count + n, k] = np.uint8(value & np.int32(127))


def join(sums: Floats, tops: Floats, bias: Floats, out: Floats) -> None:
    """What the two digits' products ``[2 N, width]`` come to, ``[N, width]``."""
    count, width = np.uintp(out.shape[0]), np.uintp(out.shape[1])
    for n in range(count):
        high, low = tops[n], tops[n] / np.float32(128.0)
        for k in range(width):
            out[n, k] = sums[n, k] * high + sums[count + n, k] * low + bias[k]
