"""A tiny model with Kokoro's inputs, output and structure: each symbol has a length, pitch and level of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from indextts.engines.kokoro.symbols import IDS
from indextts.engines.kokoro.voices import ROWS, WIDTH

SYMBOLS = 178
SILENT = [0, *(IDS[char] for char in ";:,.!?")]
VOICES = ("zf_xiaoxiao", "zm_yunxi", "af_heart", "bf_emma")


def make_published(folder: Path, seed: int = 1, *, voices: Sequence[str] = VOICES, **graphs: Export) -> Path:
    """Write the graph and four voices into ``folder``, as they are published; other ``voices``, several ``graphs``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, export in (graphs or {"kokoro": Export()}).items():
        onnx.save(tiny_graph(seed, export), folder / f"{name}.onnx")
    (folder / "voices").mkdir(exist_ok=True)
    draw = np.random.default_rng(seed)
    for name in voices:
        style = draw.standard_normal((ROWS, 1, WIDTH)).astype(np.float32) * 0.1
        (folder / "voices" / f"{name}.bin").write_bytes(style.tobytes())
    return folder


@dataclass(frozen=True)
class Export:
    """How the tiny graph is exported; each in a way that published ones are."""

    whole_speed: bool = False
    """The speed is an int32."""
    reciprocal: bool = False
    """The durations are multiplied by one over the speed."""
    timed: bool = False
    """There are outputs with the durations beside the samples."""
    half: bool = False
    """Weights and features have 16 bits."""
    integers: bool = False
    """Projections and the sound's alignment compute in 8 bits."""
    counted: bool = False
    """The alignment asks how many tokens there are, and F0 and energy keep their channel."""


def tiny_graph(seed: int = 1, export: Export = Export()) -> onnx.ModelProto:
    draw = np.random.default_rng(seed)
    nodes: list[onnx.NodeProto] = []
    constants: list[onnx.TensorProto] = []
    real = np.float16 if export.half else np.float32

    def constant(value: object, kind: type = np.float32) -> str:
        name = f"c{len(constants)}"
        constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def op(kind: str, inputs: Sequence[str], output: str = "", **attributes: Any) -> str:
        output = output or f"v{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def in_32_bits(value: str) -> str:
        return op("Cast", [value], to=TensorProto.FLOAT) if export.half else value

    def eight_bits(value: str) -> tuple[str, str, str]:
        made = [f"q{len(nodes)}", f"s{len(nodes)}", f"z{len(nodes)}"]
        nodes.append(helper.make_node("DynamicQuantizeLinear", [in_32_bits(value)], made))
        return made[0], made[1], made[2]

    def scaled(value: str, scale: str) -> str:
        made = op("Mul", [op("Cast", [value], to=TensorProto.FLOAT), scale])
        return op("Cast", [made], to=TensorProto.FLOAT16) if export.half else made

    durations = draw.uniform(1.6, 3.4, SYMBOLS)
    durations[SILENT] = 5.0
    durations[0] = 16.0
    prosody = draw.standard_normal((SYMBOLS, 640)) * 0.01
    prosody[:, 0] = draw.uniform(180.0, 260.0, SYMBOLS)
    prosody[:, 1] = draw.uniform(1.0, 3.0, SYMBOLS)
    prosody[SILENT, 0], prosody[SILENT, 1] = 5.0, -8.0

    lengths = op("Gather", [constant(durations, real), "tokens"])
    speed = "speed"
    if export.whole_speed or export.half:
        speed = op("Cast", [speed], to=TensorProto.FLOAT16 if export.half else TensorProto.FLOAT)
    inverse = [op("Reciprocal", [speed]), lengths] if export.reciprocal else []
    divided = op("Mul", inverse) if inverse else op("Div", [lengths, speed])
    whole = op("Cast", [op("Max", [op("Round", [divided]), constant(1.0, real)])], to=TensorProto.INT64)
    frames = op("Gather", [whole, constant(0, np.int64)], axis=0)
    features = op("Gather", [constant(prosody, real), "tokens"])
    spoken = op(
        "Transpose",
        [op("Gather", [constant(draw.standard_normal((SYMBOLS, 512)) * 0.1, real), "tokens"])],
        perm=[0, 2, 1],
    )

    ends = op("CumSum", [frames, constant(0, np.int64)])
    total = op("ReduceSum", [frames], keepdims=0)
    at = op("Range", [constant(0, np.int64), total, constant(1, np.int64)])
    column = constant([1], np.int64)
    if export.counted:
        over = op("GreaterOrEqual", [at, op("Unsqueeze", [ends, column])])
        place = op("ReduceSum", [op("Cast", [over], to=TensorProto.INT64), constant([0], np.int64)], keepdims=0)
        count = op("Gather", [op("Shape", ["tokens"]), constant(1, np.int64)])
        mask = op("OneHot", [place, count, constant([0, 1], real)], axis=0)
    else:
        late = op("GreaterOrEqual", [at, op("Unsqueeze", [op("Sub", [ends, frames]), column])])
        early = op("Less", [at, op("Unsqueeze", [ends, column])])
        mask = op("Cast", [op("And", [late, early])], to=TensorProto.FLOAT16 if export.half else TensorProto.FLOAT)
    if export.integers:
        values, scale, zero = eight_bits(spoken)
        eight = op("Cast", [mask], to=TensorProto.UINT8)
        aligned = scaled(op("MatMulInteger", [values, eight, zero]), scale)
    else:
        aligned = op("MatMul", [spoken, mask])
    drawn = op("MatMul", [op("Transpose", [features], perm=[0, 2, 1]), mask])
    twice = op("Reshape", [
        op("Tile", [op("Unsqueeze", [drawn, constant([3], np.int64)]), constant([1, 1, 1, 2], np.int64)]),
        constant([1, 640, -1], np.int64),
    ])  # fmt: skip
    curves = []
    for channel in (1, 0):
        weights = np.zeros((1, 640, 1))
        weights[0, channel] = 1.0
        if export.integers:
            values, scale, zero = eight_bits(twice)
            curve = scaled(op("ConvInteger", [values, constant(weights, np.uint8), zero]), scale)
        else:
            curve = op("Conv", [twice, constant(weights, real)])
        if not export.counted:
            curve = op("Reshape", [op("Squeeze", [curve, constant([1], np.int64)]), constant([1, -1], np.int64)])
        curves.append(curve)

    def samples(name: str) -> str:
        flat = op("Reshape", [in_32_bits(name), constant([1, -1, 1], np.int64)])
        return op("Reshape", [op("Tile", [flat, constant([1, 1, 300], np.int64)]), constant([-1], np.int64)])

    level, hertz = map(samples, curves)
    phase = op("CumSum", [op("Mul", [hertz, constant(2 * np.pi / 24_000)]), constant(0, np.int64)])
    loud = op("Exp", [op("Sub", [op("Mul", [level, constant(0.8)]), constant(3.6)])])
    timbre = op("Exp", [op("ReduceMean", ["style"], keepdims=0)])
    # Energy reaches sines too, as it does through the decoder's activations, but behind a convolution.
    row = op("Reshape", [curves[0], constant([1, 1, -1], np.int64)])
    if export.integers:
        values, scale, zero = eight_bits(row)
        felt = scaled(op("ConvInteger", [values, constant(np.ones((1, 1, 3)), np.uint8), zero]), scale)
    else:
        felt = op("Conv", [row, constant(np.ones((1, 1, 3)), real)])
    mean = op("ReduceMean", [op("Sin", [in_32_bits(felt)])], keepdims=0)
    # As a norm's mean does, silence raises what is not silent.
    steady = op("Reshape", [op("ReduceMean", [in_32_bits(row)], axes=[2]), constant([1], np.int64)])
    loud = op("Mul", [loud, op("Exp", [op("Mul", [steady, constant(-0.05)])])])
    tint = op("Mul", [op("Add", [op("ReduceMean", [in_32_bits(aligned)], keepdims=0), mean]), constant(1e-3)])
    op("Add", [op("Mul", [op("Mul", [op("Sin", [phase]), loud]), timbre]), op("Mul", [tint, loud])], "audio")

    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "symbols"]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, WIDTH]),
        helper.make_tensor_value_info("speed", TensorProto.INT32 if export.whole_speed else TensorProto.FLOAT, [1]),
    ]
    outputs = [helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["samples"])]
    if export.timed:
        op("Identity", [frames], "duration")
        op("Cast", [divided], "durations", to=TensorProto.FLOAT)
        outputs.insert(0, helper.make_tensor_value_info("durations", TensorProto.FLOAT, [1, "symbols"]))
        outputs.append(helper.make_tensor_value_info("duration", TensorProto.INT64, ["symbols"]))
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def scrambled(model: onnx.ModelProto, seed: int) -> onnx.ModelProto:
    """``model`` with every node and value renamed at random, its inputs and outputs too."""
    draw = np.random.default_rng(seed)
    names: dict[str, str] = {}

    def renamed(name: str) -> str:
        return names.setdefault(name, draw.bytes(6).hex()) if name else ""

    for node in model.graph.node:
        node.name = draw.bytes(6).hex()
        node.input[:] = [renamed(name) for name in node.input]
        node.output[:] = [renamed(name) for name in node.output]
    for value in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        value.name = renamed(value.name)
    return model
