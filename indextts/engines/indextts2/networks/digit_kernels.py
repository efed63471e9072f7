"""Rows of float32 to two digits of 7 bits and back, compiled by numba: in PyTorch a dozen operations for each layer."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class DigitKernels:
    """The functions below as machine code."""

    split: Callable[..., None]
    join: Callable[..., None]


@cache
def compiled() -> DigitKernels:
    """Kept where ``NUMBA_CACHE_DIR`` says, else made once in each process (1 to 3 s)."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        try:
            return DigitKernels(*_made(cache=True))
        except (OSError, RuntimeError) as error:
            _LOG.info("What is around layers of 8 bits is compiled again in each process: %s", error)
    return DigitKernels(*_made())


def _made(**options: bool) -> Iterator[Callable[..., None]]:
    import numba

    compile_it: Any = numba.njit
    rows, vector = numba.float32[:, ::1], numba.float32[::1]
    kernels = ((split, (rows, numba.uint8[:, ::1], vector)), (join, (rows, vector, vector, rows)))
    # Products may be added without rounding in between; nothing is done in another order than it stands.
    fast: dict[str, Any] = {"nogil": True, "fastmath": {"contract", "nsz"}, "error_model": "numpy"}
    for kernel, signature in kernels:
        yield compile_it(signature, **fast, **options)(kernel)


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
