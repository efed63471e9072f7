"""Networks as ONNX graphs: weights in eight bits, one scale for each row or column, unpacked by onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from indextts.prosody.features import COLUMNS
from indextts.training.prosody.fitting import MELODIES
from indextts.training.prosody.modeling import HEADS, OUTPUTS, ProsodyModel

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

        Not by ``DequantizeLinear``, which onnxruntime would take as leave to compute in eight bits too.
        """
        values, scale = quantised(weight, axis)
        shape = [1] * weight.ndim
        shape[axis] = -1
        numbers = self.node("Cast", self.constant(values, name), to=TensorProto.FLOAT)
        return self.node("Mul", numbers, self.constant(scale.reshape(shape), f"{name}.scale"))

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


def _gates(weight: Array) -> Array:
    """PyTorch orders the gates input, forget, cell, output; ONNX input, output, forget, cell."""
    i, f, c, o = np.split(weight, 4)
    return np.concatenate([i, o, f, c])


def bidirectional(model: ProsodyModel) -> onnx.ModelProto:
    """``columns`` ``[B, T, len(COLUMNS)]`` and ``lengths`` ``[B]`` in, ``answers`` ``[B, T, OUTPUTS]`` out."""
    graph = Graph()
    state = {name: weight.detach().float().numpy() for name, weight in model.state_dict().items()}
    turned = graph.node("Transpose", "columns", perm=[2, 1, 0])
    parts = []
    for place, name in enumerate(COLUMNS):
        indices = graph.node("Gather", turned, graph.constant(np.array(place, np.int64)), axis=0)
        parts.append(graph.embedding(state[f"embeddings.{place}.weight"], indices, f"embedding.{name}"))
    states = graph.node("Concat", *parts, axis=2)
    hidden = model.config.hidden
    for layer in range(model.config.layers):
        both = [f"{side}.{layer}" for side in ("forwards", "backwards")]
        weights = {
            kind: np.concatenate([_gates(state[f"{side}.weight_{kind}_l0"]) for side in both]) for kind in ("ih", "hh")
        }
        bias = np.stack([
            np.concatenate([_gates(state[f"{side}.bias_ih_l0"]), _gates(state[f"{side}.bias_hh_l0"])]) for side in both
        ])
        shaped = {
            kind: graph.node(
                "Reshape", graph.packed(weight, 0, f"lstm{layer}.{kind}"),
                graph.constant(np.array([2, 4 * hidden, -1], np.int64)),
            )
            for kind, weight in weights.items()
        }  # fmt: skip
        out = graph.node("LSTM", states, shaped["ih"], shaped["hh"], graph.constant(bias), "lengths",
                         hidden_size=hidden, direction="bidirectional")  # fmt: skip
        swapped = graph.node("Transpose", out, perm=[0, 2, 1, 3])
        states = graph.node("Reshape", swapped, graph.constant(np.array([0, 0, 2 * hidden], np.int64)))
    scores = graph.node(
        "Add", graph.node("MatMul", states, graph.constant(state["output.weight"][:OUTPUTS].T)),
        graph.constant(_bias(state["output.bias"])),
    )  # fmt: skip
    batch_first = graph.node("Transpose", scores, perm=[1, 0, 2])
    kinds = HEADS["intonation"]
    levels = graph.node("Sigmoid", _part(graph, batch_first, 0, OUTPUTS - kinds))
    melody = graph.node("Softmax", _part(graph, batch_first, OUTPUTS - kinds, OUTPUTS), axis=2)
    graph.node("Concat", levels, melody, axis=2, output="answers")
    return graph.model(
        [
            helper.make_tensor_value_info("columns", TensorProto.INT32, ["B", "T", len(COLUMNS)]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["B"]),
        ],
        [helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["B", "T", OUTPUTS])], "lm",
    )  # fmt: skip


def _bias(bias: Array) -> Array:
    """Without the weight that rare intonations had in training: what comes out are their true odds again."""
    out: Array = bias[:OUTPUTS].copy()
    out[OUTPUTS - HEADS["intonation"] :] -= np.log(MELODIES)
    return out


def _part(graph: Graph, tensor: str, begin: int, end: int) -> str:
    """A slice of the last of three axes."""
    places = (graph.constant(np.array([place], np.int64)) for place in (begin, end, 2))
    return graph.node("Slice", tensor, *places)


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a model."""
    path.write_bytes(model.SerializeToString())
