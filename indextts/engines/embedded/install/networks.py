"""FastSpeech 2 (Ren et al., 2021) as two ONNX graphs, so that all between them can be controlled.

``encoder``: ids ``[T]`` → hidden ``[T, 256]``, duration ``[T]`` (frames at normal speed, not rounded), f0 ``[T]``,
energy ``[T]`` (normalised values, one for each symbol).

``decoder``: hidden ``[T, 256]``, f0 ``[T]``, energy ``[T]``, frame_index ``[L]`` (the symbol that each frame
belongs to) → mel ``[L, 80]``.

The vocoder's are in :mod:`indextts.engines.embedded.install.vocoder_graphs`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
from onnx import TensorProto

from indextts.engines.embedded.install.halves import HalvedGraph, Halves
from indextts.engines.embedded.install.weights import Weights
from indextts.engines.onnx_graph import Graph

HEADS: Final = 2


def build_encoder(weights: Weights) -> onnx.ModelProto:
    """Embedding, encoder layers and the three predictors."""
    graph = Graph("encoder")
    width = weights["embedding"].shape[1]
    ids = graph.input("ids", ["T"], TensorProto.INT64)
    x = graph.op("Gather", graph.constant(weights["embedding"]), ids)
    x = _add_positions(graph, x, weights)
    for layer in range(_layers(weights, "encoder")):
        x = _transformer_layer(graph, x, weights, f"encoder.{layer}")
    graph.output(x, "hidden", ["T", width])
    log_duration = _predictor(graph, x, weights, "duration")
    frames = graph.op("Relu", graph.op("Sub", graph.op("Exp", log_duration), graph.constant(1.0)))
    graph.output(frames, "duration", ["T"])
    for name in ("f0", "energy"):
        graph.output(_predictor(graph, x, weights, name), name, ["T"])
    return graph.model()


def build_decoder(weights: Weights) -> onnx.ModelProto:
    """Pitch and energy embeddings, length regulation, decoder layers, mel projection and postnet.

    From the length regulation on, the even frames stand before the odd ones.
    """
    graph = HalvedGraph("decoder")
    width = weights["embedding"].shape[1]
    x = graph.input("hidden", ["T", width])
    for name in ("f0", "energy"):
        values = graph.op("Unsqueeze", graph.input(name, ["T"]), graph.ints(0, 1))
        x = graph.add(x, graph.to_rows(_conv(graph, values, weights, f"{name}.embedding")))
    index = graph.input("frame_index", ["L"], TensorProto.INT64)
    graph.count(index)
    order = graph.order()
    x = graph.op("Gather", x, graph.op("Gather", index, order))
    x = graph.add(x, graph.op("Gather", graph.constant(weights["positions"][1:]), order))
    for layer in range(_layers(weights, "decoder")):
        x = _halved_layer(graph, x, weights, f"decoder.{layer}")
    mel = graph.halves(graph.dense(x, weights["mel.weight"], weights["mel.bias"]))
    y = mel
    last = _layers(weights, "postnet") - 1
    for layer in range(last + 1):
        y = graph.halved_conv(y, weights[f"postnet.{layer}.weight"], weights[f"postnet.{layer}.bias"])
        if layer < last:
            y = Halves(graph.op("Tanh", y.even), graph.op("Tanh", y.odd))
    bands = weights["mel.bias"].shape[0]
    whole = Halves(graph.add(mel.even, y.even), graph.add(mel.odd, y.odd))
    graph.output(graph.joined(whole, bands), "mel", ["L", bands])
    return graph.model()


def _layers(weights: Weights, prefix: str) -> int:
    return len({name.split(".")[1] for name in weights if name.startswith(f"{prefix}.")})


def _add_positions(graph: Graph, x: str, weights: Weights) -> str:
    """Add rows 1, 2, … of the position table: row 0 stands for padding."""
    length = graph.op("Shape", x, start=0, end=1)
    table = graph.constant(weights["positions"][1:])
    rows = graph.op("Slice", table, graph.ints(0), length, graph.ints(0))
    return graph.add(x, rows)


def _conv(graph: Graph, x: str, weights: Weights, name: str) -> str:
    """The convolution of this name, which keeps the length."""
    kernel = weights[f"{name}.weight"]
    return graph.conv(x, kernel, weights[f"{name}.bias"], pad=kernel.shape[2] // 2)


def _transformer_layer(graph: Graph, x: str, weights: Weights, name: str) -> str:
    """Post-norm layer: self-attention, then a convolutional feed-forward with Mish."""
    x = graph.add(x, _attention(graph, x, weights, name))
    x = graph.layer_norm(x, weights[f"{name}.norm.0.scale"], weights[f"{name}.norm.0.bias"])
    y = graph.to_channels(x)
    y = _conv(graph, graph.mish(_conv(graph, y, weights, f"{name}.conv.0")), weights, f"{name}.conv.1")
    x = graph.add(x, graph.to_rows(y))
    return graph.layer_norm(x, weights[f"{name}.norm.1.scale"], weights[f"{name}.norm.1.bias"])


def _halved_layer(graph: HalvedGraph, x: str, weights: Weights, name: str) -> str:
    """The same layer for stacked rows."""
    x = graph.add(x, _attention(graph, x, weights, name))
    x = graph.layer_norm(x, weights[f"{name}.norm.0.scale"], weights[f"{name}.norm.0.bias"])
    y = graph.halved_conv(graph.halves(x), weights[f"{name}.conv.0.weight"], weights[f"{name}.conv.0.bias"])
    y = Halves(graph.mish(y.even), graph.mish(y.odd))
    y = graph.halved_conv(y, weights[f"{name}.conv.1.weight"], weights[f"{name}.conv.1.bias"])
    x = graph.add(x, graph.stacked(y))
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


def _predictor(graph: Graph, x: str, weights: Weights, name: str) -> str:
    """Two convolutions with ReLU and layer norm, then one value for each symbol: ``[T, C] → [T]``."""
    for layer in range(2):
        y = graph.to_rows(graph.op("Relu", _conv(graph, graph.to_channels(x), weights, f"{name}.conv.{layer}")))
        x = graph.layer_norm(y, weights[f"{name}.norm.{layer}.scale"], weights[f"{name}.norm.{layer}.bias"])
    out = graph.dense(x, weights[f"{name}.out.weight"], weights[f"{name}.out.bias"])
    return graph.op("Squeeze", out, graph.ints(1))
