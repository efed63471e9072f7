"""FastSpeech 2 (Ren et al., 2021) as two ONNX graphs, so that all between them can be controlled.

``encoder``: ids ``[T]`` → hidden ``[T, 256]``, duration ``[T]`` (frames at normal speed, not rounded), f0 ``[T]``,
energy ``[T]`` (normalised values, one for each symbol).

``decoder``: hidden ``[T, 256]``, f0 ``[T]``, energy ``[T]``, frame_index ``[L]`` (the symbol that each frame
belongs to) → mel ``[L, 80]``.

The vocoder's are in :mod:`indextts.engines.embedded.install.vocoder_graphs`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto

from indextts.engines.embedded.install.integers import steps
from indextts.engines.embedded.install.rows import Held, RowGraph
from indextts.engines.embedded.install.weights import Weights
from indextts.engines.onnx_graph import Graph

HEADS: Final = 2


def build_encoder(weights: Weights, graph: RowGraph[Held]) -> onnx.ModelProto:
    """Embedding, encoder layers and the three predictors, into an empty ``graph``."""
    width = weights["embedding"].shape[1]
    ids = graph.input("ids", ["T"], TensorProto.INT64)
    x = graph.op("Gather", graph.constant(weights["embedding"]), ids)
    length = graph.op("Shape", x, start=0, end=1)
    positions = _positions(graph, weights, lambda table: graph.op("Slice", table, graph.ints(0), length, graph.ints(0)))
    x = graph.add(x, positions)
    for layer in range(_layers(weights, "encoder")):
        x = _transformer_layer(graph, x, weights, f"encoder.{layer}")
    graph.output(x, "hidden", ["T", width])
    log_duration = _predictor(graph, x, weights, "duration")
    frames = graph.op("Relu", graph.op("Sub", graph.op("Exp", log_duration), graph.constant(1.0)))
    graph.output(frames, "duration", ["T"])
    for name in ("f0", "energy"):
        graph.output(_predictor(graph, x, weights, name), name, ["T"])
    return graph.model()


def build_decoder(weights: Weights, graph: RowGraph[Held]) -> onnx.ModelProto:
    """Pitch and energy embeddings, length regulation, decoder layers, mel projection and postnet.

    From the length regulation on, rows are in the order of the ``graph``, which is empty at first.
    """
    width = weights["embedding"].shape[1]
    x = graph.input("hidden", ["T", width])
    for name in ("f0", "energy"):
        values = graph.op("Unsqueeze", graph.input(name, ["T"]), graph.ints(0, 1))
        kernel = weights[f"{name}.embedding.weight"]
        embedded = graph.conv(values, kernel, weights[f"{name}.embedding.bias"], pad=kernel.shape[2] // 2)
        x = graph.add(x, graph.to_rows(embedded))
    index = graph.input("frame_index", ["L"], TensorProto.INT64)
    graph.count(index)
    order = graph.order()
    x = graph.op("Gather", x, graph.op("Gather", index, order))
    x = graph.add(x, _positions(graph, weights, lambda table: graph.op("Gather", table, order)))
    for layer in range(_layers(weights, "decoder")):
        x = _transformer_layer(graph, x, weights, f"decoder.{layer}")
    mel = graph.dense(x, weights["mel.weight"], weights["mel.bias"])
    y = graph.held(mel)
    last = _layers(weights, "postnet") - 1
    for layer in range(last + 1):
        y = _conv(graph, y, weights, f"postnet.{layer}", bounded=layer > 0)  # behind a tanh
        if layer < last:
            y = graph.each(lambda part: graph.op("Tanh", part), y)
    bands = weights["mel.bias"].shape[0]
    graph.output(graph.in_order(graph.add(mel, graph.rows(y)), bands), "mel", ["L", bands])
    return graph.model()


def _layers(weights: Weights, prefix: str) -> int:
    return len({name.split(".")[1] for name in weights if name.startswith(f"{prefix}.")})


def _positions(graph: Graph, weights: Weights, picked: Callable[[str], str]) -> str:
    """The rows that are ``picked`` of the position table, whose row 0 stands for padding and is left out."""
    table = weights["positions"][1:]
    step = steps(table.reshape(1, -1))
    if step is None:
        return picked(graph.constant(table))
    return graph.op("DequantizeLinear", picked(graph.constant(np.rint(table / step), np.int8)), graph.constant(step[0]))


def _conv(graph: RowGraph[Held], x: Held, weights: Weights, name: str, *, bounded: bool = False) -> Held:
    return graph.kept(x, weights[f"{name}.weight"], weights[f"{name}.bias"], bounded=bounded)


def _transformer_layer(graph: RowGraph[Held], x: str, weights: Weights, name: str) -> str:
    """Post-norm layer: self-attention, then a convolutional feed-forward with Mish."""
    x = graph.add(x, _attention(graph, x, weights, name))
    x = graph.layer_norm(x, weights[f"{name}.norm.0.scale"], weights[f"{name}.norm.0.bias"])
    y = graph.each(graph.mish, _conv(graph, graph.held(x), weights, f"{name}.conv.0"))
    x = graph.add(x, graph.rows(_conv(graph, y, weights, f"{name}.conv.1")))
    return graph.layer_norm(x, weights[f"{name}.norm.1.scale"], weights[f"{name}.norm.1.bias"])


def _attention(graph: Graph, x: str, weights: Weights, name: str) -> str:
    kernel, bias = weights[f"{name}.qkv.weight"].copy(), weights[f"{name}.qkv.bias"].copy()
    inner = kernel.shape[1] // 3
    head = inner // HEADS
    # The scale 1/√d belongs to the scores; put on the query's weights it costs nothing at run time.
    kernel[:, :inner] /= np.sqrt(head)
    bias[:inner] /= np.sqrt(head)
    qkv = graph.dense(x, kernel, bias)
    parts = graph.op("Reshape", qkv, graph.ints(0, 3, HEADS, head))
    parts = graph.op("Transpose", parts, perm=[1, 2, 0, 3])  # [3, heads, L, head]
    query, key, value = (
        graph.op("Squeeze", part, graph.ints(0))
        for part in graph.split_op("Split", 3, parts, graph.ints(1, 1, 1), axis=0)
    )
    scores = graph.op("MatMul", query, graph.op("Transpose", key, perm=[0, 2, 1]))
    mixed = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), value)
    joined = graph.op("Reshape", graph.op("Transpose", mixed, perm=[1, 0, 2]), graph.ints(-1, inner))
    return graph.dense(joined, weights[f"{name}.out.weight"], weights[f"{name}.out.bias"])


def _predictor(graph: RowGraph[Held], x: str, weights: Weights, name: str) -> str:
    """Two convolutions with ReLU and layer norm, then one value for each symbol: ``[T, C] → [T]``."""
    for layer in range(2):
        y = _conv(graph, graph.held(x), weights, f"{name}.conv.{layer}")
        y = graph.each(lambda part: graph.op("Relu", part), y)
        x = graph.layer_norm(graph.rows(y), weights[f"{name}.norm.{layer}.scale"], weights[f"{name}.norm.{layer}.bias"])
    out = graph.dense(x, weights[f"{name}.out.weight"], weights[f"{name}.out.bias"])
    return graph.op("Squeeze", out, graph.ints(1))
