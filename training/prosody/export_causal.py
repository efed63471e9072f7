"""The causal network as one ONNX graph that reads (empty cache) and steps (one position), and back from its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from indextts.reading.prosody.features import COLUMNS
from training.graph import Array, Graph, unhalved
from training.prosody.causal import INPUTS, CausalConfig, CausalModel

_LONGEST = 512
"""Positions for which the turns of attention are kept."""


def causal(model: CausalModel) -> onnx.ModelProto:
    """``inputs`` ``[B, T, INPUTS]``, ``positions`` ``[B, T]`` and ``past`` ``[layers, 2, B, heads, P, D / heads]`` in;
    ``scores`` ``[B, T, labels.COUNT]`` and ``present`` (the same with P + T) out.
    """
    graph = Graph()
    config = model.config
    state = {name: weight.detach().float().numpy() for name, weight in model.state_dict().items()}
    heads, size = config.num_attention_heads, config.hidden_size
    width = size // heads
    turned = graph.node("Transpose", "inputs", perm=[2, 0, 1])
    column = [graph.node("Gather", turned, _number(graph, place), axis=0) for place in range(INPUTS)]
    parts = [
        graph.small_embedding(state[f"embeddings.{place}.weight"], column[place], f"embeddings.{place}.weight")
        for place in range(len(COLUMNS))
    ]
    states = _linear(graph, graph.node("Concat", *parts, axis=2), state, "projection")
    for name, place in (("label_embedding", -2), ("part_embedding", -1)):
        table = graph.constant(state[f"{name}.weight"], f"{name}.weight")
        states = graph.node("Add", states, graph.node("Gather", table, column[place], axis=0))
    turns = _turns(graph, config, width)
    seen = _mask(graph)
    caches = []
    for layer in range(config.num_hidden_layers):
        name = f"blocks.{layer}"
        normed = _norm(graph, states, state, f"{name}.first_norm")
        qkv = graph.node("Reshape", _linear(graph, normed, state, f"{name}.attention"),
                         _shape(graph, 0, 0, 3, heads, width))  # fmt: skip
        apart = graph.node("Transpose", qkv, perm=[2, 0, 3, 1, 4])
        query, key, value = (graph.node("Gather", apart, _number(graph, place), axis=0) for place in range(3))
        query, key = (_turn(graph, one, turns, width) for one in (query, key))
        past = graph.node("Gather", "past", _number(graph, layer), axis=0)
        old = [graph.node("Gather", past, _number(graph, place), axis=0) for place in range(2)]
        key, value = (graph.node("Concat", was, one, axis=2) for was, one in zip(old, (key, value), strict=True))
        both = [graph.node("Unsqueeze", one, _shape(graph, 0)) for one in (key, value)]
        caches.append(graph.node("Unsqueeze", graph.node("Concat", *both, axis=0), _shape(graph, 0)))
        scaled = graph.node("Mul", query, graph.constant(np.array(width**-0.5, np.float32)))
        weights = graph.node("MatMul", scaled, graph.node("Transpose", key, perm=[0, 1, 3, 2]))
        weights = graph.node("Softmax", graph.node("Add", weights, seen), axis=3)
        mixed = graph.node("Transpose", graph.node("MatMul", weights, value), perm=[0, 2, 1, 3])
        mixed = graph.node("Reshape", mixed, _shape(graph, 0, 0, size))
        states = graph.node("Add", states, _linear(graph, mixed, state, f"{name}.mixed"))
        normed = _norm(graph, states, state, f"{name}.second_norm")
        inner = graph.node("Relu", _linear(graph, normed, state, f"{name}.up"))
        states = graph.node("Add", states, _linear(graph, inner, state, f"{name}.down"))
    graph.node("Concat", *caches, axis=0, output="present")
    scores = _linear(graph, _norm(graph, states, state, "norm"), state, "output")
    graph.node("Identity", scores, output="scores")
    layers = config.num_hidden_layers
    return graph.model(
        [
            helper.make_tensor_value_info("inputs", TensorProto.INT32, ["B", "T", INPUTS]),
            helper.make_tensor_value_info("positions", TensorProto.INT32, ["B", "T"]),
            helper.make_tensor_value_info("past", TensorProto.FLOAT, [layers, 2, "B", heads, "P", width]),
        ],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["B", "T", None]),
            helper.make_tensor_value_info("present", TensorProto.FLOAT, [layers, 2, "B", heads, None, width]),
        ], "causal",
    )  # fmt: skip


def _number(graph: Graph, value: int) -> str:
    return graph.constant(np.array(value, np.int64))


def _shape(graph: Graph, *sizes: int) -> str:
    return graph.constant(np.array(sizes, np.int64))


def _linear(graph: Graph, states: str, state: dict[str, Array], name: str) -> str:
    weight = graph.packed(state[f"{name}.weight"].T, 1, f"{name}.weight")
    bias = graph.constant(state[f"{name}.bias"], f"{name}.bias")
    return graph.node("Add", graph.node("MatMul", states, weight), bias)


def _norm(graph: Graph, states: str, state: dict[str, Array], name: str) -> str:
    scale, bias = (graph.constant(state[f"{name}.{part}"], f"{name}.{part}") for part in ("weight", "bias"))
    return graph.node("LayerNormalization", states, scale, bias, axis=-1, epsilon=1e-5)


def _turns(graph: Graph, config: CausalConfig, width: int) -> tuple[str, str]:
    rates = config.rope_theta ** (-np.arange(width // 2, dtype=np.float32) / (width // 2))
    angles = np.arange(_LONGEST, dtype=np.float32)[:, None] * rates
    found = []
    for table in (np.cos(angles), np.sin(angles)):
        rows = graph.node("Gather", graph.constant(table.astype(np.float32)), "positions", axis=0)
        found.append(graph.node("Unsqueeze", rows, _shape(graph, 1)))
    return found[0], found[1]


def _turn(graph: Graph, states: str, turns: tuple[str, str], width: int) -> str:
    half = width // 2
    first, second = (
        graph.node("Slice", states, _shape(graph, begin), _shape(graph, begin + half), _shape(graph, 3))
        for begin in (0, half)
    )
    cosine, sine = turns
    left = graph.node("Sub", graph.node("Mul", first, cosine), graph.node("Mul", second, sine))
    right = graph.node("Add", graph.node("Mul", first, sine), graph.node("Mul", second, cosine))
    return graph.node("Concat", left, right, axis=3)


def _mask(graph: Graph) -> str:
    """``[T, P + T]``: 0 where a position may look, far below 0 where it may not."""
    time = _size_of(graph, "positions", 1)
    before = _size_of(graph, "past", 4)
    zero, one = _number(graph, 0), _number(graph, 1)
    rows = graph.node("Range", before, graph.node("Add", before, time), one)
    columns = graph.node("Range", zero, graph.node("Add", before, time), one)
    hidden = graph.node("Greater", graph.node("Unsqueeze", columns, _shape(graph, 0)),
                        graph.node("Unsqueeze", rows, _shape(graph, 1)))  # fmt: skip
    numbers = graph.node("Cast", hidden, to=TensorProto.FLOAT)
    return graph.node("Mul", numbers, graph.constant(np.array(-1e9, np.float32)))


def _size_of(graph: Graph, tensor: str, axis: int) -> str:
    return graph.node("Gather", graph.node("Shape", tensor), _number(graph, axis), axis=0)


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The weights of an exported causal model, unpacked, by their names in :class:`CausalModel`."""
    arrays = {item.name: numpy_helper.to_array(item) for item in onnx.load(str(path)).graph.initializer}
    found: dict[str, torch.Tensor] = {}
    for name, array in arrays.items():
        if not name.endswith((".weight", ".bias")):
            continue
        if f"{name}.row_scale" in arrays:
            found[name] = torch.from_numpy(unhalved(array, arrays[f"{name}.row_scale"]))
            continue
        scale = arrays.get(f"{name}.scale")
        values: Any = array if scale is None else array.astype(np.float32) * scale
        matrix = values.ndim == 2 and scale is not None and not name.startswith("embeddings.")
        found[name] = torch.from_numpy(np.ascontiguousarray(values.T if matrix else values).astype(np.float32))
    return found


def restored(path: Path, config: dict[str, Any]) -> CausalModel:
    """The shipped causal model as a ``transformers`` model; what only training needs is missing and zero."""
    model = CausalModel(CausalConfig(**config))
    model.load_state_dict(weights_of(path), strict=False)
    model.eval()
    return model
