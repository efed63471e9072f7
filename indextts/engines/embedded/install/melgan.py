"""Multi-band MelGAN (Yang et al., 2021) as an ONNX graph: mel ``[L, 80]`` → audio ``[L · hop]``.

The four sub-bands go to the synthesis filter bank as floats: rounding them to int8 first, as the source package
does, is audible.
"""

from __future__ import annotations

from typing import Final

import onnx

from indextts.engines.embedded.install.weights import Weights
from indextts.engines.onnx_graph import Graph

SLOPE: Final = 0.2
"""Negative slope of every leaky ReLU."""


def upsampling(weights: Weights) -> list[int]:
    """The factor of each stage: a transposed kernel is two strides long."""
    stages = len({name.split(".")[1] for name in weights if name.startswith("stage.")})
    return [weights[f"stage.{stage}.up.weight"].shape[2] // 2 for stage in range(stages)]


def hop(weights: Weights) -> int:
    """Samples for each mel frame."""
    samples = int(weights["pqmf"].shape[0])
    for factor in upsampling(weights):
        samples *= factor
    return samples


def build_vocoder(weights: Weights) -> onnx.ModelProto:
    """The generator and its synthesis filter bank."""
    graph = Graph("vocoder")
    x = graph.to_channels(graph.input("mel", ["L", weights["first.weight"].shape[1]]))
    x = _reflected_conv(graph, x, weights, "first")
    for stage, factor in enumerate(upsampling(weights)):
        kernel = weights[f"stage.{stage}.up.weight"]
        crop = kernel.shape[2] - factor  # leaves exactly L · factor samples
        x = graph.op(
            "ConvTranspose",
            graph.leaky_relu(x, SLOPE),
            graph.constant(kernel),
            graph.constant(weights[f"stage.{stage}.up.bias"]),
            strides=[factor],
            pads=[crop // 2, crop - crop // 2],
        )
        block, dilation = 0, 1
        while f"stage.{stage}.block.{block}.shortcut.weight" in weights:
            x = _residual_block(graph, x, weights, f"stage.{stage}.block.{block}", dilation)
            block, dilation = block + 1, dilation * 3
    x = _reflected_conv(graph, graph.leaky_relu(x, SLOPE), weights, "last")
    bands = graph.op("Tanh", x)
    bank = weights["pqmf"]
    count, taps = bank.shape[0], bank.shape[2]
    audio = graph.op(
        "ConvTranspose",
        bands,
        graph.constant(bank),
        strides=[count],
        pads=[taps // 2, taps // 2],
        output_padding=[count - 1],
    )
    graph.output(graph.op("Reshape", audio, graph.ints(-1)), "audio", ["N"])
    return graph.model()


def _reflected_conv(graph: Graph, x: str, weights: Weights, name: str, dilation: int = 1) -> str:
    kernel = weights[f"{name}.weight"]
    padded = graph.reflect_pad(x, (kernel.shape[2] - 1) // 2 * dilation)
    return graph.conv(padded, kernel, weights[f"{name}.bias"], dilation=dilation)


def _residual_block(graph: Graph, x: str, weights: Weights, name: str, dilation: int) -> str:
    y = _reflected_conv(graph, graph.leaky_relu(x, SLOPE), weights, f"{name}.dilated", dilation)
    y = graph.leaky_relu(y, SLOPE)
    y = graph.conv(y, weights[f"{name}.pointwise.weight"], weights[f"{name}.pointwise.bias"])
    return graph.add(graph.conv(x, weights[f"{name}.shortcut.weight"], weights[f"{name}.shortcut.bias"]), y)
