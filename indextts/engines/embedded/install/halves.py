"""Convolutions of kernels 3 and 5 with fewer products: rows are kept as the even and the odd ones.

Two neighbours in the output of a kernel of k share k - 1 of their inputs. Winograd (1980) computes both with k + 1
products in the place of 2k: sums of inputs times sums of weights, added up again. The weights' sums are made here,
once. The result differs from the plain convolution's by float rounding, some 120 dB below the signal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from indextts.engines.embedded.install.rows import Floats, RowGraph

_SCALES: Final = {3: (1, 1 / 2, 1 / 2, -1), 5: (1 / 4, -1 / 6, -1 / 6, 1 / 24, 1 / 24, 1)}
"""By kernel, the factors that belong to the sums of inputs below: at 0, 1, -1, 2, -2 and infinity."""
_POINTS: Final = (0, 1, -1, 2, -2)
_END: Final = 2**62


@dataclass(frozen=True)
class Halves:
    """Rows of even number, ``[⌈L / 2⌉, channels]``, and of odd number, ``[⌊L / 2⌋, channels]``."""

    even: str
    odd: str


class HalvedGraph(RowGraph[Halves]):
    """A graph whose rows ``[L, channels]`` are *stacked*: the even ones, then the odd ones.

    Dense layers, norms and attention work on them as on rows in their own order.
    """

    def count(self, rows: str) -> None:
        super().count(rows)
        two = self.ints(2)
        self._odds = self.op("Div", self._length, two)
        self._spare = self.op("Mod", self._length, two)
        self._evens = self.add(self._odds, self._spare)

    def order(self) -> str:
        length = self.op("Squeeze", self._length, self.ints(0))
        zero, one, two = (self.constant(np.array(number), np.int64) for number in (0, 1, 2))
        evens, odds = (self.op("Range", begin, length, two) for begin in (zero, one))
        return self.op("Concat", evens, odds, axis=0)

    def held(self, rows: str) -> Halves:
        even = self.op("Slice", rows, self.ints(0), self._evens, self.ints(0))
        return Halves(even, self.op("Slice", rows, self._evens, self.ints(_END), self.ints(0)))

    def rows(self, held: Halves) -> str:
        return self.op("Concat", held.even, held.odd, axis=0)

    def each(self, change: Callable[[str], str], held: Halves) -> Halves:
        return Halves(change(held.even), change(held.odd))

    def in_order(self, rows: str, channels: int) -> str:
        halves = self.held(rows)
        odd = self.op("Pad", halves.odd, self.op("Concat", self.ints(0, 0), self._spare, self.ints(0), axis=0))
        pairs = self.op("Concat", halves.even, odd, axis=1)
        alternating = self.op("Reshape", pairs, self.ints(-1, channels))
        return self.op("Slice", alternating, self.ints(0), self._length, self.ints(0))

    def kept(self, held: Halves, weight: Floats, bias: Floats, *, bounded: bool = False) -> Halves:
        """For kernels of 3 and 5."""
        first, *middle, last = self._three(held) if weight.shape[2] == 3 else self._five(held)
        tables = [self.constant(table) for table in _summed(weight)]
        found = [self.op("Gemm", middle[0], tables[1], self.constant(bias))]
        found += [self.op("MatMul", sums, table) for sums, table in zip(middle[1:], tables[2:-1], strict=True)]
        plus, minus = self.add(found[0], found[1]), self._minus(found[0], found[1])
        if len(found) == 4:
            plus = self.add(plus, self.add(found[2], found[3]))
            minus = self.add(minus, self._times(2.0, self._minus(found[2], found[3])))
        even = self.op("Gemm", first, tables[0], plus)
        odd = self.op("Gemm", last, tables[-1], minus)
        return Halves(even, self.op("Slice", odd, self.ints(0), self._odds, self.ints(0)))

    def _three(self, halves: Halves) -> list[str]:
        """The sums of inputs for a kernel of 3."""
        (_, even, after), (before, odd, _) = self._shifted(halves)
        return [self._minus(before, odd), self.add(even, odd), self._minus(odd, even), self._minus(even, after)]

    def _five(self, halves: Halves) -> list[str]:
        """The sums of inputs for a kernel of 5."""
        (d0, d2, d4), (d1, d3, d5) = self._shifted(halves)
        evens, odds = self._minus(d4, d2), self._minus(d1, d3)
        near, far = self._minus(d4, self._times(4.0, d2)), self._minus(d3, self._times(4.0, d1))
        double = self._times(2.0, odds)
        return [
            self.add(self._times(4.0, self._minus(d0, d2)), evens),
            self.add(near, far),
            self._minus(near, far),
            self._minus(evens, double),
            self.add(evens, double),
            self.add(self._times(4.0, odds), self._minus(d5, d3)),
        ]

    def _shifted(self, halves: Halves) -> tuple[list[str], list[str]]:
        """Even and odd rows, each with those one pair before, at the same place and one pair after; zeros beyond."""
        shifted = []
        spare = self.op("Concat", self.ints(1, 0), self.add(self._spare, self.ints(1)), self.ints(0), axis=0)
        for half, pads in ((halves.even, self.ints(1, 0, 1, 0)), (halves.odd, spare)):
            padded = self.op("Pad", half, pads)
            shifted.append(
                [
                    self.op("Slice", padded, self.ints(begin), self.ints(end), self.ints(0))
                    for begin, end in ((0, -2), (1, -1), (2, _END))
                ]
            )
        return shifted[0], shifted[1]

    def _minus(self, a: str, b: str) -> str:
        return self.op("Sub", a, b)

    def _times(self, factor: float, x: str) -> str:
        return self.mul(x, self.constant(factor))


def _summed(weight: Floats) -> list[Floats]:
    """The sums of a kernel's weights, each ``[in, out]``, in the order of the sums of inputs."""
    kernel = weight.shape[2]
    scales = _SCALES[kernel]
    powers = [np.power(float(point), np.arange(kernel)) for point in _POINTS[: len(scales) - 1]]
    powers.append(np.eye(kernel)[-1])
    wide = weight.astype(np.float64)
    return [((wide @ power) * scale).T.astype(np.float32) for power, scale in zip(powers, scales, strict=True)]
