"""Networks as ONNX graphs: weights in eight bits, one scale for each row or column, unpacked by onnxruntime."""

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


class Graph:
    """An ONNX graph in the making."""

    def __init__(self) -> None:
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

        In one operator, so that opening needs room for one copy in 32 bits; :func:`indextts.networks.open_session`
        tells onnxruntime not to take it as leave to compute in eight bits too.
        """
        values, scale = quantised(weight, axis)
        scales = self.constant(np.asarray(scale, np.float32).reshape(-1), f"{name}.scale")
        return self.node("DequantizeLinear", self.constant(values, name), scales, axis=axis)

    def embedding(self, table: Array, indices: str, name: str) -> str:
        """Rows of a table kept in eight bits with a scale for each column."""
        values, scale = quantised(table, 1)
        rows = self.node("Gather", self.constant(values, name), indices, axis=0)
        return self.node("Mul", self.node("Cast", rows, to=TensorProto.FLOAT), self.constant(scale, f"{name}.scale"))

    def model(
        self, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto], name: str
    ) -> onnx.ModelProto:
        """The finished model."""
        graph = helper.make_graph(self._nodes, name, inputs, outputs, self._weights)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="indextts")
        made.ir_version = IR
        onnx.checker.check_model(made)
        return made

    def _new(self, kind: str) -> str:
        self._names += 1
        return f"{kind}_{self._names}"


def quantised(weight: Array, axis: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Eight-bit values and the scale for each place of ``axis``."""
    others = tuple(place for place in range(weight.ndim) if place != axis)
    scale = np.maximum(np.abs(weight).max(axis=others), 1e-8) / 127.0
    shape = [1] * weight.ndim
    shape[axis] = -1
    values = np.clip(np.rint(weight / scale.reshape(shape)), -127, 127).astype(np.int8)
    return values, scale.astype(np.float32)


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a model."""
    path.write_bytes(model.SerializeToString())
