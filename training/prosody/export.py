"""The bidirectional networks as one ONNX graph, which answers with their mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper

from indextts.prosody.features import COLUMNS
from training.graph import Array, Graph
from training.prosody.fitting import MELODIES
from training.prosody.modeling import HEADS, OUTPUTS, ProsodyModel


def _gates(weight: Array) -> Array:
    """PyTorch orders the gates input, forget, cell, output; ONNX input, output, forget, cell."""
    i, f, c, o = np.split(weight, 4)
    return np.concatenate([i, o, f, c])


def bidirectional(models: Sequence[ProsodyModel]) -> onnx.ModelProto:
    """``columns`` ``[B, T, len(COLUMNS)]`` and ``lengths`` ``[B]`` in, ``answers`` ``[B, T, OUTPUTS]`` out."""
    graph = Graph()
    turned = graph.node("Transpose", "columns", perm=[2, 1, 0])
    said = [_answers(graph, model, turned, f"member{number}") for number, model in enumerate(models)]
    graph.node("Mean", *said, output="answers")
    return graph.model(
        [
            helper.make_tensor_value_info("columns", TensorProto.INT32, ["B", "T", len(COLUMNS)]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["B"]),
        ],
        [helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["B", "T", OUTPUTS])], "lm",
    )  # fmt: skip


def _answers(graph: Graph, model: ProsodyModel, turned: str, name: str) -> str:
    """One network's probabilities ``[B, T, OUTPUTS]``; ``turned`` are the columns ``[len(COLUMNS), T, B]``."""
    state = {name: weight.detach().float().numpy() for name, weight in model.state_dict().items()}
    parts = []
    for place, column in enumerate(COLUMNS):
        indices = graph.node("Gather", turned, graph.constant(np.array(place, np.int64)), axis=0)
        parts.append(graph.small_embedding(state[f"embeddings.{place}.weight"], indices, f"{name}.{column}"))
    states = graph.node("Concat", *parts, axis=2)
    hidden = model.config.hidden
    for layer in range(model.config.layers):
        both = [f"{side}.{layer}" for side in ("forwards", "backwards")]
        bias = np.stack([
            np.concatenate([_gates(state[f"{side}.bias_ih_l0"]), _gates(state[f"{side}.bias_hh_l0"])]) for side in both
        ])
        ih, hh = (
            np.stack([_gates(state[f"{side}.weight_{kind}_l0"]) for side in both]) for kind in ("ih", "hh")
        )
        out = graph.lstm(states, ih, hh, bias, "lengths", f"{name}.lstm{layer}")
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
    return graph.node("Concat", levels, melody, axis=2)


def _bias(bias: Array) -> Array:
    """Without the weight that rare intonations had in training: what comes out are their true odds again."""
    out: Array = bias[:OUTPUTS].copy()
    out[OUTPUTS - HEADS["intonation"] :] -= np.log(MELODIES)
    return out


def _part(graph: Graph, tensor: str, begin: int, end: int) -> str:
    """A slice of the last of three axes."""
    places = (graph.constant(np.array([place], np.int64)) for place in (begin, end, 2))
    return graph.node("Slice", tensor, *places)
