"""The voice's quick graphs say what plain convolutions say."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from indextts.engines.embedded.install.halves import HalvedGraph
from indextts.engines.embedded.install.vocoder_graphs import SLOPE, build_vocoder, build_waveform, upsampling
from indextts.engines.embedded.install.weights import Weights
from indextts.engines.onnx_graph import Graph
from indextts.platform.onnx import open_session
from tests.support.tiny_voice import tiny_vocoder


def run(model: onnx.ModelProto, **inputs: np.ndarray) -> np.ndarray:
    result: np.ndarray = open_session(model.SerializeToString()).run(None, inputs)[0]
    return result


@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("length", [1, 2, 3, 4, 7, 20])
def test_frames_that_are_computed_in_pairs_are_those_of_the_plain_convolution(length: int, kernel: int) -> None:
    random = np.random.default_rng(length)
    weight = random.standard_normal((6, 4, kernel)).astype(np.float32)
    bias = random.standard_normal(6).astype(np.float32)
    rows = random.standard_normal((length, 4)).astype(np.float32)
    graph = HalvedGraph("pairs")
    x = graph.input("x", ["L", 4])
    graph.count(x)
    halves = graph.held(graph.op("Gather", x, graph.order()))
    graph.output(graph.in_order(graph.rows(graph.kept(halves, weight, bias)), 6), "y", ["L", 6])
    padded = np.pad(rows.astype(np.float64), ((kernel // 2, kernel // 2), (0, 0)))
    plain = sum(padded[tap : tap + length] @ weight[:, :, tap].T for tap in range(kernel)) + bias
    assert np.abs(run(graph.model(), x=rows) - plain).max() < 1e-4


def test_the_vocoder_in_two_graphs_is_the_plain_one() -> None:
    weights = tiny_vocoder()
    mel = np.random.default_rng(3).standard_normal((20, 80)).astype(np.float32)
    plain = run(plain_vocoder(weights), mel=mel)
    features = run(build_vocoder(weights), mel=mel)
    audio = run(build_waveform(weights), features=features)
    assert audio.shape == plain.shape == (6000,)
    assert np.abs(audio - plain).max() < 1e-5 * np.abs(plain).max()


def plain_vocoder(weights: Weights) -> onnx.ModelProto:
    """Convolutions and transposed ones as they are published, one after the other."""
    graph = Graph("plain")

    def conv(x: str, name: str, dilation: int = 1) -> str:
        kernel = weights[f"{name}.weight"]
        amount = (kernel.shape[2] - 1) // 2 * dilation
        padded = graph.op("Pad", x, graph.ints(0, 0, amount, 0, 0, amount), mode="reflect") if amount else x
        return graph.conv(padded, kernel, weights[f"{name}.bias"], dilation=dilation)

    x = conv(graph.to_channels(graph.input("mel", ["L", 80])), "first")
    for stage, factor in enumerate(upsampling(weights)):
        kernel, bias = (graph.constant(weights[f"stage.{stage}.up.{name}"]) for name in ("weight", "bias"))
        pads = [factor // 2, factor - factor // 2]
        x = graph.op("ConvTranspose", graph.leaky_relu(x, SLOPE), kernel, bias, strides=[factor], pads=pads)
        for block in range(2):
            name = f"stage.{stage}.block.{block}"
            y = graph.leaky_relu(conv(graph.leaky_relu(x, SLOPE), f"{name}.dilated", 3**block), SLOPE)
            x = graph.add(conv(x, f"{name}.shortcut"), conv(y, f"{name}.pointwise"))
    bands = graph.op("Tanh", conv(graph.leaky_relu(x, SLOPE), "last"))
    bank = graph.constant(weights["pqmf"])
    audio = graph.op("ConvTranspose", bands, bank, strides=[4], pads=[31, 31], output_padding=[3])
    graph.output(graph.op("Reshape", audio, graph.ints(-1)), "audio", ["N"])
    return graph.model()
