"""The small writer of graphs, with loops and the layers that these networks have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from indextts.engines.onnx_graph import Graph
from indextts.engines.sambert.shapes import Array, MemoryShape

Weights = dict[str, Array]
EPS: Final = 1e-6


class LoopGraph(Graph):
    """Adds loops. A loop's body sees every value and constant around it.

    Rows are ``[T, C]``, channels ``[1, C, T]``.
    """

    def __init__(self, name: str, weights: Weights) -> None:
        super().__init__(name)
        self.weights = weights
        self._made = 0

    def split_op(self, kind: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """Any operator with several outputs; names count through all bodies, which share one space of names."""
        self._made += 1
        names = [f"v{self._made}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names

    def constant(self, array: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Put an array into the file; a number stays one, without axes."""
        if np.ndim(array):
            return super().constant(array, dtype)
        name = f"c{len(self._constants)}"
        self._constants[name] = numpy_helper.from_array(np.asarray(array, dtype), name)
        return name

    def loop(
        self, trips: str, states: Sequence[str], body: Callable[[str, list[str]], tuple[list[str], list[str]]]
    ) -> tuple[list[str], list[str]]:
        """Run ``body(number, states)`` → ``(states, gathered)`` ``trips`` times; ``number`` is int64 ``[1]``.

        Gives the last states, and what was gathered with the steps as a new first axis. All float32.
        """
        outside, self._nodes = self._nodes, []
        self._made += 1
        number, go_on = f"i{self._made}", f"go{self._made}"
        inside = [f"s{self._made}_{place}" for place in range(len(states))]
        after, gathered = body(self.op("Reshape", number, self.ints(1)), inside)
        still = self.op("Identity", go_on)
        outputs = [self.op("Identity", value) for value in (*after, *gathered)]
        floats = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in (*inside, *outputs)]
        graph = helper.make_graph(
            self._nodes,
            f"body{self._made}",
            [
                helper.make_tensor_value_info(number, TensorProto.INT64, []),
                helper.make_tensor_value_info(go_on, TensorProto.BOOL, []),
                *floats[: len(inside)],
            ],
            [helper.make_tensor_value_info(still, TensorProto.BOOL, []), *floats[len(inside) :]],
        )
        self._nodes = outside
        made = self.split_op("Loop", len(outputs), trips, "", *states, body=graph)
        return made[: len(states)], made[len(states) :]

    def linear(self, x: str, name: str) -> str:
        """The dense layer or 1x1 convolution of this name on rows; its bias where it has one."""
        weight = self.weights[f"{name}.weight"]
        kernel = np.ascontiguousarray(weight.reshape(weight.shape[0], -1).T)
        bias = self.weights.get(f"{name}.bias")
        if bias is None:
            return self.op("MatMul", x, self.constant(kernel))
        return self.dense(x, kernel, bias)

    def norm(self, x: str, name: str) -> str:
        return self.layer_norm(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], EPS)

    def length(self, x: str, axis: int = 0) -> str:
        """The size of an axis as int64 ``[1]``."""
        return self.op("Shape", x, start=axis, end=axis + 1)

    def range(self, end: str) -> str:
        """0 … ``end`` - 1, int64; ``end`` is ``[1]``."""
        zero, one = self.constant(0, np.int64), self.constant(1, np.int64)
        return self.op("Range", zero, self.op("Squeeze", end), one)

    def cast(self, x: str, kind: int = TensorProto.FLOAT) -> str:
        return self.op("Cast", x, to=kind)

    def part(self, x: str, begin: str, end: str, axis: int) -> str:
        """A slice of an axis; ``begin`` and ``end`` are int64 ``[1]``, an end too far is the end."""
        return self.op("Slice", x, begin, end, self.ints(axis))

    def fsmn(self, x: str, name: str, width: int, shape: MemoryShape) -> str:
        """The FSMN stack of this name, on channels ``[1, width, T]``."""
        for layer in range(shape.layers):
            stem = f"{name}.ffn_lst.{layer}"
            inner = self.conv(x, self.weights[f"{stem}.w_1.weight"], self.weights[f"{stem}.w_1.bias"])
            out = self.op("Conv", self.op("Relu", inner), self.constant(self.weights[f"{stem}.w_2.weight"]))
            before, behind = shape.padding(layer)
            padded = self.op("Pad", out, self.ints(0, 0, before, 0, 0, behind))
            window = self.constant(self.weights[f"{name}.memory_block_lst.{layer}.conv_dw.weight"])
            memory = self.add(self.op("Conv", padded, window, group=shape.width), out)
            x = self.add(memory, x) if width == shape.width else memory
            width = shape.width
        return x

    def lstm(self, x: str, name: str, units: int, *, both: bool = False) -> str:
        """The one-layer LSTM of this name on rows: ``[T, in] → [T, units]``, or ``2 · units`` in both directions."""
        suffixes = ("l0", "l0_reverse") if both else ("l0",)

        def gathered(*kinds: str) -> str:
            rows = [
                np.concatenate([_gates(self.weights[f"{name}.{kind}_{suffix}"]) for kind in kinds])
                for suffix in suffixes
            ]
            return self.constant(np.stack(rows))

        out = self.op(
            "LSTM",
            self.op("Unsqueeze", x, self.ints(1)),
            gathered("weight_ih"),
            gathered("weight_hh"),
            gathered("bias_ih", "bias_hh"),
            hidden_size=units,
            direction="bidirectional" if both else "forward",
        )
        # [T, directions, 1, units]
        return self.op("Reshape", out, self.ints(-1, units * len(suffixes)))


def _gates(weight: Array) -> Array:
    """PyTorch's order of gates (in, forget, new, out) as ONNX's (in, out, forget, new)."""
    enter, forget, new, leave = np.split(weight, 4)
    return np.concatenate([enter, leave, forget, new])
