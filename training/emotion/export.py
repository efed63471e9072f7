"""A trained language as the files that the product opens: an ONNX graph, the numbers of pieces and words, facts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from indextts.platform.storage.assets import renew
from training.emotion.convolution import SPREAD, WIDTHS
from training.emotion.data import CLASSES
from training.emotion.recipe import SEED, Trained
from training.emotion.recurrent import Recurrent
from training.graph import Array, Graph
from training.graph import save as write


def save(trained: Trained, assets: Path) -> None:
    """Write ``{lang}.onnx``, ``{lang}.npz`` and ``{lang}.json``."""
    write(network(trained), assets / f"{trained.lang}.onnx")
    np.savez(assets / f"{trained.lang}.npz", pieces=trained.linear.keys, words=trained.vectors.keys)
    facts = {
        "classes": CLASSES[trained.lang],
        "threshold": trained.together.threshold,
        "share": trained.together.share,
        "temperature": round(trained.together.temperature, 4),
        "offsets": [round(float(offset), 4) for offset in trained.together.offsets],
        "seed": SEED,
    }
    (assets / f"{trained.lang}.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    renew(assets)


def network(trained: Trained) -> onnx.ModelProto:
    """``pieces`` ``[N]``, their ``counts`` ``[N]``, ``words`` ``[T]`` in, probabilities ``shares`` ``[1, K]`` out."""
    graph = Graph()
    together = trained.together
    recurrent = [each for each in trained.networks if isinstance(each, Recurrent)]
    said = _recurrent(graph, recurrent) if recurrent else _convolutions(graph, trained)
    deep = graph.node("Mul", said, graph.constant(np.array(together.share, np.float32)))
    both = graph.node("Add", _broad(graph, trained), deep)
    moved = graph.node("Add", both, graph.constant(together.offsets.astype(np.float32)))
    cooled = graph.node("Div", moved, graph.constant(np.array(together.temperature, np.float32)))
    graph.node("Softmax", cooled, axis=1, output="shares")
    return graph.model(
        [
            helper.make_tensor_value_info("pieces", TensorProto.INT64, ["N"]),
            helper.make_tensor_value_info("counts", TensorProto.FLOAT, ["N"]),
            helper.make_tensor_value_info("words", TensorProto.INT64, ["T"]),
        ],
        [helper.make_tensor_value_info("shares", TensorProto.FLOAT, [1, len(CLASSES[trained.lang])])], "emotion",
    )  # fmt: skip


def _broad(graph: Graph, trained: Trained) -> str:
    """``[1, K]``: the regression's logits."""
    broad = trained.linear
    step = max(float(broad.rarity.max(initial=0.0)), 1e-6) / 255.0
    rarity = graph.constant(np.rint(broad.rarity / step).astype(np.uint8), "rarity")
    rare = graph.node("Cast", graph.node("Gather", rarity, "pieces", axis=0), to=TensorProto.FLOAT)
    often = graph.node("Add", graph.node("Log", "counts"), graph.constant(np.array(1.0, np.float32)))
    values = graph.node("Mul", graph.node("Mul", rare, graph.constant(np.array(step, np.float32))), often)
    size = graph.node("ReduceL2", values, axes=[0], keepdims=1)
    values = graph.node("Div", values, graph.node("Max", size, graph.constant(np.array([1e-9], np.float32))))
    row = graph.node("Unsqueeze", values, graph.constant(np.array([0], np.int64)))
    summed = graph.node("MatMul", row, graph.embedding(broad.weights, "pieces", "regression"))
    return graph.node("Add", summed, graph.constant(broad.bias))


def _recurrent(graph: Graph, networks: Sequence[Recurrent]) -> str:
    """``[1, K]``: the mean of the recurrent networks' logits; each has its own vectors."""
    parts = [_units(graph, network, f"recurrent{number}") for number, network in enumerate(networks)]
    return graph.node("Mean", *parts)


def _units(graph: Graph, network: Recurrent, name: str) -> str:
    weights = {key: value.numpy() for key, value in network.state_dict().items()}
    line = graph.node(
        "Unsqueeze", graph.embedding(weights["vectors.weight"], "words", f"{name}.vectors"),
        graph.constant(np.array([1], np.int64)),
    )  # fmt: skip
    size = network.plan.states
    into = graph.packed(_gates(weights, "weight_ih_l0", size), 1, f"{name}.into")
    back = graph.packed(_gates(weights, "weight_hh_l0", size), 1, f"{name}.back")
    bias = np.concatenate([_gates(weights, f"bias_{kind}_l0", size) for kind in ("ih", "hh")], axis=1)
    found = graph.node(
        "GRU", line, into, back, graph.constant(bias),
        direction="bidirectional", hidden_size=size, linear_before_reset=1,
    )  # fmt: skip
    # [T, both, 1, H] as [T, 2H], first what comes from the left.
    heard = graph.node("Reshape", found, graph.constant(np.array([-1, 2 * size], np.int64)))
    worth = graph.node("MatMul", heard, graph.constant(weights["weight.weight"].T))
    share = graph.node("Softmax", worth, axis=0)
    mean = graph.node("ReduceSum", graph.node("Mul", heard, share), graph.constant(np.array([0])), keepdims=1)
    both = graph.node("Concat", graph.node("ReduceMax", heard, axes=[0], keepdims=1), mean, axis=1)
    output = graph.packed(weights["output.weight"].T, 1, f"{name}.output")
    return graph.node("Add", graph.node("MatMul", both, output), graph.constant(weights["output.bias"]))


def _gates(weights: Mapping[str, Array], name: str, size: int) -> Array:
    """``[2, 3H, …]``: both ways, the gates in ONNX's order (update, reset, new); torch has reset first."""
    ways = [weights[f"units.{name}{way}"] for way in ("", "_reverse")]
    order = np.concatenate([np.arange(size, 2 * size), np.arange(size), np.arange(2 * size, 3 * size)])
    return np.stack([way[order] for way in ways])


def _convolutions(graph: Graph, trained: Trained) -> str:
    """``[1, K]``: the mean of the convolutions' logits, as one network with the filters of all."""
    states = graph.embedding(trained.vectors.table, "words", "vectors")
    turned = graph.node("Transpose", states, perm=[1, 0])
    line = graph.node("Unsqueeze", turned, graph.constant(np.array([0], np.int64)))
    said = graph.node("Greater", "words", graph.constant(np.array(0, np.int64)))
    there = graph.node("Cast", said, to=TensorProto.FLOAT)
    length = graph.node("Max", graph.node("ReduceSum", there, keepdims=1), graph.constant(np.array([1], np.float32)))
    divisor = graph.node("Mul", graph.node("Sqrt", length), graph.constant(np.array(SPREAD, np.float32)))
    axis = graph.constant(np.array([2], np.int64))
    found = []
    for number, width in enumerate(WIDTHS):
        weight, bias = (_stacked(trained, f"filters.{number}.{kind}") for kind in ("weight", "bias"))
        filters = graph.packed(weight, 0, f"filters{width}")
        heard = graph.node("Relu", graph.node("Conv", line, filters, graph.constant(bias), pads=[width - 1] * 2))
        found.append(graph.node("ReduceMax", heard, axes=[2], keepdims=0))
        found.append(graph.node("Div", graph.node("ReduceSum", heard, axis, keepdims=0), divisor))
    output = graph.packed(_output(trained), 1, "output")
    bias = np.mean([model.state_dict()["output.bias"].numpy() for model in trained.networks], axis=0)
    return graph.node("Add", graph.node("MatMul", graph.node("Concat", *found, axis=1), output), graph.constant(bias))


def _stacked(trained: Trained, name: str) -> Array:
    """A weight of all networks, one after the other."""
    return np.concatenate([model.state_dict()[name].numpy() for model in trained.networks])


def _output(trained: Trained) -> Array:
    """``[2 * widths * filters of all, K]``: for each width the maxima of all networks, then the sums of all."""
    outputs = [model.state_dict()["output.weight"].numpy() for model in trained.networks]
    blocks = [np.split(output, 2 * len(WIDTHS), axis=1) for output in outputs]
    rows = [block[place].T for place in range(2 * len(WIDTHS)) for block in blocks]
    merged: Array = np.concatenate(rows) / len(trained.networks)
    return merged
