"""The bidirectional networks as one ONNX graph, which answers with their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from indextts.reading.prosody.features import COLUMNS
from training.graph import Array, Graph, unhalved
from training.prosody.fitting import MELODIES
from training.prosody.modeling import HEADS, OUTPUTS, GapModel, ProsodyConfig, ProsodyModel

PAUSES: Final = "pauses"
STATES: Final = f"{PAUSES}.states"
ENGLISH: Final = "english"
"""Names of outputs that are added to a graph."""


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


def with_gaps(lm: onnx.ModelProto, network: GapModel) -> onnx.ModelProto:
    """``lm``, made by :func:`bidirectional`, with one more output ``gaps`` ``[B, T, 1]``: how probable it is that a
    mark was left out. ``network`` has the embeddings of its first member; an older one is replaced.
    """
    whole = _without(without_pauses(lm), "gaps")
    graph = Graph(prefix="gaps.")
    states = _read(graph, network, _lstms(lm)[0].input[0], "gaps")
    state = _state(network)
    scores = graph.node(
        "Add", graph.node("MatMul", states, graph.constant(state["gap.weight"].T)), graph.constant(state["gap.bias"])
    )
    graph.node("Sigmoid", graph.node("Transpose", scores, perm=[1, 0, 2]), output="gaps")
    graph.add_to(whole.graph)
    whole.graph.output.append(helper.make_tensor_value_info("gaps", TensorProto.FLOAT, ["B", "T", 1]))
    onnx.checker.check_model(whole)
    return whole


def with_states(lm: onnx.ModelProto) -> onnx.ModelProto:
    """``lm`` with one more output :data:`STATES` ``[T, B, W]``: what its LSTMs make of each unit."""
    whole = onnx.ModelProto()
    whole.CopyFrom(lm)
    graph = Graph(prefix=f"{PAUSES}.")
    graph.node("Concat", *_read_states(lm), axis=2, output=STATES)
    graph.add_to(whole.graph)
    whole.graph.output.append(helper.make_tensor_value_info(STATES, TensorProto.FLOAT, ["T", "B", None]))
    return whole


def with_pauses(lm: onnx.ModelProto, wide: Array, bias: Array, narrow: Array, offset: Array) -> onnx.ModelProto:
    """``lm`` with one more output ``pauses`` ``[B, T, 1]``: how probable it is that a pause behind a unit does no harm,
    from two layers of weights ``[W, H]``, ``[H, 1]`` and their biases; an older one is replaced.
    """
    whole = without_pauses(lm)
    graph = Graph(prefix=f"{PAUSES}.")
    states = graph.node("Concat", *_read_states(whole), axis=2, output=STATES)
    for number, (weight, added) in enumerate(((wide, bias), (narrow, offset))):
        packed = graph.packed(weight, 1, f"{PAUSES}.layer{number}")
        states = graph.node("Add", graph.node("MatMul", states, packed), graph.constant(added))
        states = graph.node("Relu", states) if not number else states
    graph.node("Sigmoid", graph.node("Transpose", states, perm=[1, 0, 2]), output=PAUSES)
    graph.add_to(whole.graph)
    whole.graph.output.append(helper.make_tensor_value_info(PAUSES, TensorProto.FLOAT, ["B", "T", 1]))
    onnx.checker.check_model(whole)
    return whole


def with_english(lm: onnx.ModelProto, slope: Array, level: Array) -> onnx.ModelProto:
    """``lm`` with one more output ``english`` ``[B, T, 1]``: how probable it is that a pause between English words does
    no harm, but for what is said of the gap, from weights ``[W, 1]`` and a bias; an older one is replaced.
    """
    whole = _without(lm, ENGLISH)
    graph = Graph(prefix=f"{ENGLISH}.")
    states = graph.node("Concat", *_read_states(whole), axis=2, output=f"{ENGLISH}.states")
    odds = graph.node("Add", graph.node("MatMul", states, graph.constant(slope)), graph.constant(level))
    graph.node("Sigmoid", graph.node("Transpose", odds, perm=[1, 0, 2]), output=ENGLISH)
    graph.add_to(whole.graph)
    whole.graph.output.append(helper.make_tensor_value_info(ENGLISH, TensorProto.FLOAT, ["B", "T", 1]))
    onnx.checker.check_model(whole)
    return whole


def _read_states(lm: onnx.ModelProto) -> list[str]:
    """Each LSTM's states of both directions side by side, but the first of the second member's."""
    behind = {node.input[0]: node for node in lm.graph.node if node.op_type in ("Transpose", "Reshape")}
    states = [str(behind[behind[node.output[0]].output[0]].output[0]) for node in _lstms(lm)]
    return [states[place] for place in (0, 1, 3, 5)]


def without_pauses(lm: onnx.ModelProto) -> onnx.ModelProto:
    """``lm`` without what :func:`with_pauses` and :func:`with_english` add."""
    return _without(_without(lm, ENGLISH), PAUSES)


def _without(lm: onnx.ModelProto, output: str) -> onnx.ModelProto:
    """``lm`` without the output and the nodes and weights whose names begin with its name."""
    bare = onnx.ModelProto()
    bare.CopyFrom(lm)
    for part in (bare.graph.node, bare.graph.initializer, bare.graph.output):
        kept = [item for item in part if not _is_of(item, output)]
        del part[:]
        part.extend(kept)
    return bare


def _is_of(item: onnx.NodeProto | onnx.TensorProto | onnx.ValueInfoProto, output: str) -> bool:
    name: str = item.output[0] if isinstance(item, onnx.NodeProto) else item.name
    return name == output or name.startswith(f"{output}.")


def _lstms(lm: onnx.ModelProto) -> list[onnx.NodeProto]:
    """The first member's come first."""
    return [node for node in lm.graph.node if node.op_type == "DynamicQuantizeLSTM"]


def restored(lm: onnx.ModelProto, config: Mapping[str, Any]) -> GapModel:
    """The first member of ``lm``, whose sizes ``config`` tells, as a network that has yet to learn where marks are
    missing.
    """
    arrays = {item.name: numpy_helper.to_array(item) for item in lm.graph.initializer}
    biases = [arrays[node.input[3]] for node in _lstms(lm)]
    model = GapModel(ProsodyConfig(**{name: config[name] for name in ("sizes", "widths", "hidden", "layers")}))
    found: dict[str, Array] = {}
    for place, column in enumerate(COLUMNS):
        table, halved = arrays[f"member0.{column}"], arrays.get(f"member0.{column}.row_scale")
        whole = table * arrays[f"member0.{column}.scale"] if halved is None else unhalved(table, halved)
        found[f"embeddings.{place}.weight"] = whole
    for layer in range(model.config.layers):
        for number, side in enumerate((f"forwards.{layer}", f"backwards.{layer}")):
            for kind, bias in zip(("ih", "hh"), np.split(biases[layer][number], 2), strict=True):
                name = f"member0.lstm{layer}.{kind}"
                weight = arrays[name][number].T * arrays[f"{name}.scale"][number][:, None]
                found[f"{side}.weight_{kind}_l0"] = _ungated(weight)
                found[f"{side}.bias_{kind}_l0"] = _ungated(bias)
    tensors = {name: torch.from_numpy(np.ascontiguousarray(array, np.float32)) for name, array in found.items()}
    model.load_state_dict(tensors, strict=False)
    return model


def _ungated(weight: Array) -> Array:
    """The reverse of :func:`_gates`."""
    i, o, f, c = np.split(weight, 4)
    return np.concatenate([i, f, c, o])


def _answers(graph: Graph, model: ProsodyModel, turned: str, name: str) -> str:
    """One network's probabilities ``[B, T, OUTPUTS]``; ``turned`` are the columns ``[len(COLUMNS), T, B]``."""
    state = _state(model)
    parts = []
    for place, column in enumerate(COLUMNS):
        indices = graph.node("Gather", turned, graph.constant(np.array(place, np.int64)), axis=0)
        parts.append(graph.small_embedding(state[f"embeddings.{place}.weight"], indices, f"{name}.{column}"))
    states = _read(graph, model, graph.node("Concat", *parts, axis=2), name)
    scores = graph.node(
        "Add", graph.node("MatMul", states, graph.constant(state["output.weight"][:OUTPUTS].T)),
        graph.constant(_bias(state["output.bias"])),
    )  # fmt: skip
    batch_first = graph.node("Transpose", scores, perm=[1, 0, 2])
    kinds = HEADS["intonation"]
    levels = graph.node("Sigmoid", _part(graph, batch_first, 0, OUTPUTS - kinds))
    melody = graph.node("Softmax", _part(graph, batch_first, OUTPUTS - kinds, OUTPUTS), axis=2)
    return graph.node("Concat", levels, melody, axis=2)


def _state(model: ProsodyModel) -> dict[str, Array]:
    return {name: weight.detach().float().numpy() for name, weight in model.state_dict().items()}


def _read(graph: Graph, model: ProsodyModel, states: str, name: str) -> str:
    """What a network's LSTMs make of embeddings ``[T, B, W]``: ``[T, B, 2 H]``."""
    state, hidden = _state(model), model.config.hidden
    for layer in range(model.config.layers):
        both = [f"{side}.{layer}" for side in ("forwards", "backwards")]
        bias = np.stack(
            [
                np.concatenate([_gates(state[f"{side}.bias_ih_l0"]), _gates(state[f"{side}.bias_hh_l0"])])
                for side in both
            ]
        )
        ih, hh = (np.stack([_gates(state[f"{side}.weight_{kind}_l0"]) for side in both]) for kind in ("ih", "hh"))
        out = graph.lstm(states, ih, hh, bias, "lengths", f"{name}.lstm{layer}")
        swapped = graph.node("Transpose", out, perm=[0, 2, 1, 3])
        states = graph.node("Reshape", swapped, graph.constant(np.array([0, 0, 2 * hidden], np.int64)))
    return states


def _bias(bias: Array) -> Array:
    """Without the weight that rare intonations had in training: what comes out are their true odds again."""
    out: Array = bias[:OUTPUTS].copy()
    out[OUTPUTS - HEADS["intonation"] :] -= np.log(MELODIES)
    return out


def _part(graph: Graph, tensor: str, begin: int, end: int) -> str:
    """A slice of the last of three axes."""
    places = (graph.constant(np.array([place], np.int64)) for place in (begin, end, 2))
    return graph.node("Slice", tensor, *places)
