"""Convolutions as products of 8-bit integers, for weights that lie on a grid of 8 bits anyway.

Such products are several times as quick where the processor has instructions for them (AVX512-VNNI, AVX-VNNI, AMX, dot
products of ARM). The published weights of the acoustic model are integers times a step, so nothing of them is lost.
What goes in is taken apart into two numbers of 8 bits, of which the second holds what the first leaves over: 15 bits of
the largest value. Behind a tanh, in the postnet, one of them does. The mel differs by 60 dB and more below the mel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from indextts.engines.embedded.install.rows import Floats, RowGraph
from indextts.engines.embedded.install.weights import Weights
from indextts.engines.onnx_graph import CONTRIBUTED

_LARGEST: Final = 127
_ZERO: Final = 128
"""The unsigned number that stands for 0."""
_FINER: Final = 2 * _LARGEST
"""The second number's step is so many times finer: half a step of the first is its largest value."""
_OFF_GRID: Final = 2e-3
_TINY: Final = 1e-6
_END: Final = 2**62


def steps(weight: Floats) -> Floats | None:
    """The step ``[out]`` that weights ``[out, …]`` are -127 to 127 times; ``None`` where there is none."""
    found = []
    for channel in weight.reshape(weight.shape[0], -1):
        sizes = np.unique(np.abs(channel.astype(np.float64)))
        largest = sizes[-1]
        if largest == 0.0:
            found.append(1.0)
            continue
        counts = np.arange(1, _LARGEST + 1)[:, None]  # how many steps the largest may be
        multiples = sizes / largest * counts
        fitting = np.abs(multiples - np.rint(multiples)).max(axis=1) < _OFF_GRID
        if not fitting.any():
            return None
        found.append(largest / counts[fitting.argmax(), 0])
    return np.array(found, np.float32)


def on_grid(weights: Weights) -> bool:
    """Whether every convolution that :mod:`indextts.engines.embedded.install.networks` computes over rows is."""
    kernels = (weights[name] for name in weights if name.endswith(".weight") and ".embedding." not in name)
    return all(steps(kernel) is not None for kernel in kernels if kernel.ndim == 3)


class IntegerGraph(RowGraph[str]):
    """Rows in their own order; convolutions are products of integers."""

    def held(self, rows: str) -> str:
        return rows

    def rows(self, held: str) -> str:
        return held

    def each(self, change: Callable[[str], str], held: str) -> str:
        return change(held)

    def kept(self, held: str, weight: Floats, bias: Floats, *, bounded: bool = False) -> str:
        """Raises ``ValueError`` where the weights are on no grid."""
        if bounded:
            step = self.constant(1 / _LARGEST)
            rows = self.op("Unsqueeze", self.op("QuantizeLinear", held, step, self._zero()), self.ints(0))
            return self.op("Squeeze", self._product(rows, step, weight, bias), self.ints(0))
        largest = self.op("Max", self.op("ReduceMax", self.op("Abs", held), keepdims=0), self.constant(_TINY))
        step = self.mul(largest, self.constant(1 / _LARGEST))
        coarse = self.op("QuantizeLinear", held, step, self._zero())
        left = self.op("Sub", held, self.op("DequantizeLinear", coarse, step, self._zero()))
        fine = self.op("QuantizeLinear", left, self.mul(step, self.constant(1 / _FINER)), self._zero())
        axis = self.ints(0)
        both = self.op("Concat", self.op("Unsqueeze", coarse, axis), self.op("Unsqueeze", fine, axis), axis=0)
        # One product for both, so that the weights are packed once; each of its halves has its share of the bias.
        made = self._product(both, step, weight, (bias / (1 + 1 / _FINER)).astype(np.float32))
        first, second = self.split_op("Split", 2, made, self.ints(1, 1), axis=0)
        return self.op("Squeeze", self.add(first, self.mul(second, self.constant(1 / _FINER))), axis)

    def _zero(self) -> str:
        return self.constant(np.array(_ZERO), np.uint8)

    def _product(self, rows: str, rows_step: str, weight: Floats, bias: Floats) -> str:
        """The convolution of integers ``[N, L, in]`` as floats ``[N, L, out]``."""
        step = steps(weight)
        if step is None:
            raise ValueError("these weights are no multiples of a step")
        out, into, taps = weight.shape
        integers = np.rint(weight / step[:, None, None]).astype(np.int8)
        return self.op(
            "MatMulIntegerToFloat",
            self._neighbours(rows, taps),
            self.constant(integers.transpose(2, 1, 0).reshape(taps * into, out), np.int8),
            rows_step,
            self.constant(step),
            self._zero(),
            self.constant(np.array(0), np.int8),
            self.constant(bias),
            domain=CONTRIBUTED,
        )

    def _neighbours(self, rows: str, taps: int) -> str:
        """``[N, L, C] → [N, L, taps · C]``: each row with those around it."""
        reach = taps // 2
        padded = self.op("Pad", rows, self.ints(0, reach, 0, 0, reach, 0), self._zero())
        parts = [
            self.op("Slice", padded, self.ints(tap), self.ints(tap - taps + 1 or _END), self.ints(1))
            for tap in range(taps)
        ]
        return self.op("Concat", *parts, axis=2)
