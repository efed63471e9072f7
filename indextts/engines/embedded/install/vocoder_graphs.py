"""Multi-band MelGAN (Yang et al., 2021) as two ONNX graphs, because each is quickest on pieces of its own length.

``vocoder``: mel ``[L, 80]`` → features ``[L · F, channels]``, all but the last stage. ``waveform``: these features →
audio ``[L · hop]``, the last stage and the synthesis filter bank. Half of the work is in the second: in short pieces
what it works on stays in the processor's cache, and its reach is less than a frame. The four sub-bands go to the filter
bank as floats: rounding them to int8 first, as the source package does, is audible.

Convolutions are two-dimensional ones over ``[1, channels, 1, length]``, which onnxruntime computes in blocks of
channels. Transposed ones and the two at the end, which have few channels, are matrix products over rows.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import onnx

from indextts.engines.embedded.install.weights import Weights
from indextts.engines.onnx_graph import Graph

SLOPE: Final = 0.2
"""Negative slope of every leaky ReLU."""
_END: Final = 2**62


def upsampling(weights: Weights) -> list[int]:
    """The factor of each stage: a transposed kernel is two strides long."""
    stages = len({name.split(".")[1] for name in weights if name.startswith("stage.")})
    return [weights[f"stage.{stage}.up.weight"].shape[2] // 2 for stage in range(stages)]


def hop(weights: Weights) -> int:
    """Samples for each mel frame."""
    return int(weights["pqmf"].shape[0]) * math.prod(upsampling(weights))


def build_vocoder(weights: Weights) -> onnx.ModelProto:
    """From the mel to the features before the last stage."""
    graph = Graph("vocoder")
    mel = graph.input("mel", ["L", weights["first.weight"].shape[1]])
    x = _reflected_conv(graph, _to_image(graph, mel), weights, "first")
    last = len(upsampling(weights)) - 1
    for stage in range(last):
        x = _blocks(graph, _upsampled(graph, x, weights, stage), weights, stage)
    channels = weights[f"stage.{last}.up.weight"].shape[0]
    graph.output(_to_rows(graph, graph.leaky_relu(x, SLOPE), channels), "features", ["N", channels])
    return graph.model()


def build_waveform(weights: Weights) -> onnx.ModelProto:
    """The last stage and the synthesis filter bank."""
    graph = Graph("waveform")
    factors = upsampling(weights)
    last = len(factors) - 1
    rows = graph.input("features", ["N", weights[f"stage.{last}.up.weight"].shape[0]])
    x = _blocks(graph, _stretched(graph, rows, weights, last), weights, last)
    bands = graph.op("Tanh", _last_conv(graph, graph.leaky_relu(x, SLOPE), weights, math.prod(factors)))
    graph.output(_synthesis(graph, bands, weights, math.prod(factors)), "audio", ["S"])
    return graph.model()


def _to_image(graph: Graph, rows: str) -> str:
    """``[L, C] → [1, C, 1, L]``."""
    return graph.op("Transpose", graph.op("Unsqueeze", rows, graph.ints(0, 1)), perm=[0, 3, 1, 2])


def _to_rows(graph: Graph, image: str, channels: int) -> str:
    """``[1, C, 1, L] → [L, C]``."""
    return graph.op("Transpose", graph.op("Reshape", image, graph.ints(channels, -1)), perm=[1, 0])


def _upsampled(graph: Graph, x: str, weights: Weights, stage: int) -> str:
    channels = weights[f"stage.{stage}.up.weight"].shape[0]
    return _stretched(graph, _to_rows(graph, graph.leaky_relu(x, SLOPE), channels), weights, stage)


def _stretched(graph: Graph, rows: str, weights: Weights, stage: int) -> str:
    """The transposed convolution of a stage: ``[L, C]``, after its activation, to ``[1, out, 1, L · factor]``.

    A kernel is two strides long, so that every output is made of two neighbours: one product of pairs of rows with the
    kernel's two parts gives ``factor`` rows each.
    """
    kernel, bias = weights[f"stage.{stage}.up.weight"], weights[f"stage.{stage}.up.bias"]
    into, out, taps = kernel.shape
    factor = taps // 2
    parts = kernel.reshape(into, out, 2, factor).transpose(2, 0, 3, 1).reshape(2 * into, factor * out)
    padded = graph.op("Pad", rows, graph.ints(1, 0, 1, 0))
    here = graph.op("Slice", padded, graph.ints(1), graph.ints(_END), graph.ints(0))
    before = graph.op("Slice", padded, graph.ints(0), graph.ints(-1), graph.ints(0))
    made = graph.dense(graph.op("Concat", here, before, axis=1), parts, np.tile(bias, factor))
    fine = graph.op("Reshape", made, graph.ints(-1, out))
    begin = factor // 2  # crops both ends to exactly L · factor rows
    return _to_image(graph, graph.op("Slice", fine, graph.ints(begin), graph.ints(begin - factor), graph.ints(0)))


def _blocks(graph: Graph, x: str, weights: Weights, stage: int) -> str:
    block, dilation = 0, 1
    while f"stage.{stage}.block.{block}.shortcut.weight" in weights:
        name = f"stage.{stage}.block.{block}"
        y = _reflected_conv(graph, graph.leaky_relu(x, SLOPE), weights, f"{name}.dilated", dilation)
        y = _image_conv(graph, graph.leaky_relu(y, SLOPE), weights, f"{name}.pointwise")
        x = graph.add(_image_conv(graph, x, weights, f"{name}.shortcut"), y)
        block, dilation = block + 1, dilation * 3
    return x


def _reflected(graph: Graph, x: str, amount: int) -> str:
    return graph.op("Pad", x, graph.ints(0, 0, 0, amount, 0, 0, 0, amount), mode="reflect")


def _reflected_conv(graph: Graph, x: str, weights: Weights, name: str, dilation: int = 1) -> str:
    amount = (weights[f"{name}.weight"].shape[2] - 1) // 2 * dilation
    return _image_conv(graph, _reflected(graph, x, amount), weights, name, dilation)


def _image_conv(graph: Graph, x: str, weights: Weights, name: str, dilation: int = 1) -> str:
    kernel = graph.constant(weights[f"{name}.weight"][:, :, None, :])
    return graph.op("Conv", x, kernel, graph.constant(weights[f"{name}.bias"]), dilations=[1, dilation])


def _last_conv(graph: Graph, x: str, weights: Weights, frame: int) -> str:
    """``[1, C, 1, L] → [L / group, group · bands]``: a few rows at a time, because so few bands fill no register."""
    kernel, bias = weights["last.weight"], weights["last.bias"]
    bands, channels, taps = kernel.shape
    reach = (taps - 1) // 2
    group = _divisor(frame, reach)
    rows = _to_rows(graph, _reflected(graph, x, reach), channels)
    rows = graph.op("Pad", rows, graph.ints(group - reach, 0, group - reach, 0))
    table = np.zeros((3 * group, channels, group, bands), np.float32)
    for row in range(group):
        for tap in range(taps):
            table[group - reach + row + tap, :, row] = kernel[:, :, tap].T
    return graph.dense(
        _with_neighbours(graph, rows, group * channels),
        table.reshape(3 * group * channels, group * bands),
        np.tile(bias, group),
    )


def _synthesis(graph: Graph, bands: str, weights: Weights, frame: int) -> str:
    """Bands in rows of any length to audio ``[L · bands]``."""
    bank = weights["pqmf"]
    count, taps = bank.shape[0], bank.shape[2]
    middle = taps // 2
    group = _divisor(frame, -(-(middle + count - 1) // count))
    rows = graph.op("Reshape", bands, graph.ints(-1, group * count))
    rows = graph.op("Pad", rows, graph.ints(1, 0, 1, 0))
    table = np.zeros((3 * group, count, group * count), np.float32)
    for row in range(3 * group):
        for sample in range(group * count):
            tap = sample - count * (row - group) + middle
            if 0 <= tap < taps:
                table[row, :, sample] = bank[:, 0, tap]
    spread = table.reshape(3 * group * count, group * count)
    made = graph.op("MatMul", _with_neighbours(graph, rows, group * count), graph.constant(spread))
    return graph.op("Reshape", made, graph.ints(-1))


def _with_neighbours(graph: Graph, rows: str, width: int) -> str:
    """``rows`` cut into pieces of ``width`` numbers, each between those before and after it; the outer two go."""
    pieces = graph.op("Reshape", rows, graph.ints(-1, width))
    parts = [
        graph.op("Slice", pieces, graph.ints(begin), graph.ints(end), graph.ints(0))
        for begin, end in ((0, -2), (1, -1), (2, _END))
    ]
    return graph.op("Concat", *parts, axis=1)


def _divisor(number: int, least: int) -> int:
    """The smallest divisor of ``number`` that is not below ``least``."""
    return next(part for part in range(least, number + 1) if number % part == 0)
