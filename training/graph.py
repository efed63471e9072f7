"""Networks as ONNX graphs: weights in eight, seven or four bits, with scales for rows or columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[Any]
OPSET: Final = 17
IR: Final = 9
RUNTIME: Final = "com.microsoft"
"""Operators of onnxruntime's own."""
SEVEN_BITS: Final = 63.0
"""The largest weight of :meth:`Graph.lstm`."""
_MIDDLE: Final = 8.0
"""What is added to four-bit values, so that none is negative."""
_WORTH_HALVING: Final = 100_000
"""Weights from which a table is kept in four bits."""


class Graph:
    """An ONNX graph in the making."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        """Of names that nobody gave."""
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._names = 0

    def constant(self, array: Array, name: str = "") -> str:
        """Keep an array; answers with its name."""
        name = name or self._new("c")
        self._weights.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name

    def node(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node with one output; answers with its name."""
        output = output or self._new(kind)
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def packed(self, weight: Array, axis: int, name: str) -> str:
        """A matrix kept in eight bits with a scale for each place of ``axis``; unpacked when the model is loaded.

        In one operator, so that opening needs room for one copy in 32 bits; :func:`indextts.platform.onnx.open_session`
        tells onnxruntime not to take it as leave to compute in eight bits too.
        """
        values, scale = quantised(weight, axis)
        scales = self.constant(np.asarray(scale, np.float32).reshape(-1), f"{name}.scale")
        return self.node("DequantizeLinear", self.constant(values, name), scales, axis=axis)

    def lstm(self, states: str, ih: Array, hh: Array, bias: Array, lengths: str, name: str) -> str:
        """A bidirectional LSTM over ``states`` ``[T, B, W]`` that computes in eight bits: ``[T, 2, B, H]``.

        ``ih`` ``[2, 4 H, W]``, ``hh`` ``[2, 4 H, H]`` and ``bias`` ``[2, 8 H]`` are as ONNX orders them. The weights
        have seven bits: with eight, sums run over in processors that lack the newer instructions. onnxruntime takes the
        steps of ``states`` from all of them together, so what is read together changes what is said a little.
        """
        given = []
        for kind, weight in (("ih", ih), ("hh", hh)):
            scale = np.maximum(np.abs(weight).max(axis=2), 1e-8) / SEVEN_BITS
            values = np.rint(weight / scale[:, :, None]).astype(np.int8).transpose(0, 2, 1)
            parts = (("", values), (".scale", scale.astype(np.float32)), (".zero", np.zeros(scale.shape, np.int8)))
            given.append([self.constant(array, f"{name}.{kind}{part}") for part, array in parts])
        (w, w_scale, w_zero), (r, r_scale, r_zero) = given
        return self.node(
            "DynamicQuantizeLSTM", states, w, r, self.constant(bias), lengths, "", "", "",
            w_scale, w_zero, r_scale, r_zero,
            domain=RUNTIME, hidden_size=hh.shape[2], direction="bidirectional",
        )  # fmt: skip

    def embedding(self, table: Array, indices: str, name: str) -> str:
        """Rows of a table kept in eight bits with a scale for each column."""
        values, scale = quantised(table, 1)
        rows = self.node("Gather", self.constant(values, name), indices, axis=0)
        return self.node("Mul", self.node("Cast", rows, to=TensorProto.FLOAT), self.constant(scale, f"{name}.scale"))

    def small_embedding(self, table: Array, indices: str, name: str) -> str:
        """Rows of a table ``[N, W]``, W even, kept in four bits with a scale for each row; a small table in eight."""
        if not is_halved(table):
            return self.embedding(table, indices, name)
        values, scale = halved(table)
        rows = self.node("Gather", self.constant(values, name), indices, axis=0)
        four = self.constant(np.array(4, np.uint8))
        low = self.node("BitShift", self.node("BitShift", rows, four, direction="LEFT"), four, direction="RIGHT")
        both = self.node("Concat", low, self.node("BitShift", rows, four, direction="RIGHT"), axis=-1)
        middle = self.constant(np.array(_MIDDLE, np.float32))
        numbers = self.node("Sub", self.node("Cast", both, to=TensorProto.FLOAT), middle)
        scales = self.node("Gather", self.constant(scale, f"{name}.row_scale"), indices, axis=0)
        return self.node("Mul", numbers, self.node("Cast", scales, to=TensorProto.FLOAT))

    def model(
        self, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto], name: str
    ) -> onnx.ModelProto:
        """The finished model."""
        graph = helper.make_graph(self._nodes, name, inputs, outputs, self._weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)]
        made = helper.make_model(graph, opset_imports=opsets, producer_name="indextts")
        made.ir_version = IR
        onnx.checker.check_model(made)
        return made

    def add_to(self, graph: onnx.GraphProto) -> None:
        """Put all nodes and weights behind those of a finished graph."""
        graph.node.extend(self._nodes)
        graph.initializer.extend(self._weights)

    def _new(self, kind: str) -> str:
        self._names += 1
        return f"{self._prefix}{kind}_{self._names}"


def quantised(weight: Array, axis: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Eight-bit values and the scale for each place of ``axis``."""
    others = tuple(place for place in range(weight.ndim) if place != axis)
    scale = np.maximum(np.abs(weight).max(axis=others), 1e-8) / 127.0
    shape = [1] * weight.ndim
    shape[axis] = -1
    values = np.clip(np.rint(weight / scale.reshape(shape)), -127, 127).astype(np.int8)
    return values, scale.astype(np.float32)


def halved(table: Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
    """``[N, W]`` as four-bit values, two to a byte (column i with column W / 2 + i), and the rows' scales ``[N, 1]``.

    A row's scale is the one of a few that loses least: cutting off its extremes makes the steps between finer.
    """
    largest = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-4)  # in half precision less is nothing
    best = np.zeros((len(table), 1), np.float16)
    least = np.full((len(table), 1), np.inf)
    for share in (1.0, 0.9, 0.8, 0.7, 0.6):
        scale = (largest * share / 7.0).astype(np.float16)
        lost = np.square(_in_steps(table, scale) * scale.astype(np.float32) - table).sum(axis=1, keepdims=True)
        best, least = np.where(lost < least, scale, best), np.minimum(least, lost)
    values = (_in_steps(table, best) + _MIDDLE).astype(np.uint8)
    half = table.shape[1] // 2
    return (values[:, :half] | values[:, half:] << 4).astype(np.uint8), best


def is_halved(table: Array) -> bool:
    """Whether :meth:`Graph.small_embedding` keeps it in four bits: it does where that is worth it."""
    return table.size >= _WORTH_HALVING


def kept(table: Array) -> npt.NDArray[np.float32]:
    """What :meth:`Graph.small_embedding` keeps of a table."""
    if is_halved(table):
        return unhalved(*halved(table))
    values, scale = quantised(table, 1)
    rounded: npt.NDArray[np.float32] = (values * scale).astype(np.float32)
    return rounded


def unhalved(values: npt.NDArray[np.uint8], scale: npt.NDArray[np.float16]) -> npt.NDArray[np.float32]:
    """What :func:`halved` has kept of a table."""
    both = np.concatenate([values & 15, values >> 4], axis=1).astype(np.float32)
    table: npt.NDArray[np.float32] = (both - _MIDDLE) * scale.astype(np.float32)
    return table


def _in_steps(table: Array, scale: npt.NDArray[np.float16]) -> Array:
    return np.clip(np.rint(table / scale.astype(np.float32)), -8, 7)


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a model."""
    path.write_bytes(model.SerializeToString())
