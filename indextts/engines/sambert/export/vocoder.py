"""The generator as a graph: ``mel [N, mels]`` → ``audio [bands, N · hop]``.

A source module also wants ``sines [H + 1, N · hop]``. The way up by repeating is linear as the transposed one is,
after the same activation: both are one transposed convolution here. Sound is ``[1, C, 1, N]``, an image of one row,
because onnxruntime has its fast layout for images alone: that takes 30 % off.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import onnx

from indextts.engines.sambert.export.writer import LoopGraph, Weights
from indextts.engines.sambert.shapes import Array, VocoderShape

_LAST_SLOPE: Final = 0.01


def build_vocoder(shape: VocoderShape, weights: Weights) -> onnx.ModelProto:
    """``weights`` as :func:`indextts.engines.sambert.weights.folded_vocoder` gives them."""
    graph = LoopGraph("vocoder", weights)
    x = graph.op("Transpose", graph.input("mel", ["N", shape.mels]), perm=[1, 0])
    x = graph.op("Unsqueeze", x, graph.ints(0, 2))
    x = _conv(graph, shape, x, "conv_pre")
    excitation = ""
    if shape.source:
        sines = graph.op("Unsqueeze", graph.input("sines", [shape.source.harmonics + 1, "M"]), graph.ints(0, 2))
        excitation = graph.op("Tanh", _row(graph, sines, "source_module.ffn.0"))
    for stage, scale in enumerate(shape.scales):
        x = graph.add(x, graph.op("Sin", x))
        x = _up(graph, shape, graph.leaky_relu(x, shape.slope), stage, scale)
        if excitation:
            x = graph.add(x, _down(graph, shape, excitation, stage))
        x = _blocks(graph, shape, x, stage)
    x = _conv(graph, shape, graph.leaky_relu(x, _LAST_SLOPE), "conv_post")
    samples = graph.op("Squeeze", graph.op("Tanh", x), graph.ints(0, 2))
    graph.output(samples, "audio", [shape.bands, "M"])
    return graph.model()


def _conv(graph: LoopGraph, shape: VocoderShape, x: str, name: str, dilation: int = 1) -> str:
    """The convolution of this name, which keeps the length."""
    whole = (graph.weights[f"{name}.conv1d.weight"].shape[2] - 1) * dilation
    pads = (whole, 0) if shape.causal else (whole // 2, whole // 2)
    return _row(graph, x, f"{name}.conv1d", dilations=[1, dilation], pads=_sides(*pads))


def _row(graph: LoopGraph, x: str, name: str, **attributes: Any) -> str:
    weight, bias = (graph.weights[f"{name}.{kind}"] for kind in ("weight", "bias"))
    return graph.op("Conv", x, graph.constant(weight[:, :, None, :]), graph.constant(bias), **attributes)


def _sides(before: int, behind: int) -> list[int]:
    """Padding along the row alone."""
    return [0, before, 0, behind]


def merged_up(shape: VocoderShape, weights: Weights, stage: int) -> tuple[Array, Array, int]:
    """Both ways up as one transposed kernel ``[in, out, K]``, its bias, and how many samples it reaches back.

    A sample ``m`` of the repeating way is the sum over taps ``j`` of ``w[j] · x[(m + j - pad) // scale]``: seen from an
    input, tap ``j`` lands on the ``scale`` samples from ``pad - j`` on.
    """
    scale, kernel = shape.scales[stage], shape.kernels[stage]
    repeated = weights[f"repeat_upsamples.{stage}.2.conv1d.weight"]
    transposed = weights[f"transpose_upsamples.{stage}.1.deconv.weight"]
    taps = repeated.shape[2]
    pad = taps - 1 if shape.causal else (taps - 1) // 2
    cut = 0 if shape.causal else (kernel - scale) // 2
    first = min(pad - taps + 1, -cut)
    last = max(pad + scale - 1, kernel - 1 - cut)
    whole = np.zeros((repeated.shape[1], repeated.shape[0], last - first + 1))
    for tap in range(taps):
        begin = pad - tap - first
        whole[:, :, begin : begin + scale] += repeated[:, :, tap].T[:, :, None]
    bias = weights[f"repeat_upsamples.{stage}.2.conv1d.bias"].astype(np.float64)
    if shape.transposed:
        whole[:, :, -cut - first : -cut - first + kernel] += transposed
        bias = bias + weights[f"transpose_upsamples.{stage}.1.deconv.bias"]
    return whole.astype(np.float32), bias.astype(np.float32), -first


def _up(graph: LoopGraph, shape: VocoderShape, x: str, stage: int, scale: int) -> str:
    weight, bias, back = merged_up(shape, graph.weights, stage)
    return graph.op(
        "ConvTranspose",
        x,
        graph.constant(weight[:, :, None, :]),
        graph.constant(bias),
        strides=[1, scale],
        pads=_sides(back, weight.shape[2] - scale - back),
    )


def _down(graph: LoopGraph, shape: VocoderShape, x: str, stage: int) -> str:
    stride, name = math.prod(shape.scales[stage + 1 :]), f"source_downs.{stage}.conv1d"
    pads = (0, 0)
    if stride > 1:
        pads = (graph.weights[f"{name}.weight"].shape[2] - 1, 0) if shape.causal else (stride // 2, stride // 2)
    return _row(graph, x, name, strides=[1, stride], pads=_sides(*pads))


def _blocks(graph: LoopGraph, shape: VocoderShape, x: str, stage: int) -> str:
    total = ""
    for place, dilations in enumerate(shape.block_dilations):
        stem = f"conv_blocks.{stage * len(shape.block_kernels) + place}"
        y = x
        for layer, dilation in enumerate(dilations):
            h = _conv(graph, shape, graph.leaky_relu(y, shape.slope), f"{stem}.convs1.{layer}", dilation)
            y = graph.add(y, _conv(graph, shape, graph.leaky_relu(h, shape.slope), f"{stem}.convs2.{layer}"))
        total = graph.add(total, y) if total else y
    return graph.mul(total, graph.constant(1.0 / len(shape.block_kernels)))
