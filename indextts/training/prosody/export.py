"""The bidirectional network as an ONNX graph."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from indextts.prosody.features import COLUMNS
from indextts.training.graph import Array, Graph
from indextts.training.prosody.fitting import MELODIES
from indextts.training.prosody.modeling import HEADS, OUTPUTS, ProsodyModel


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
