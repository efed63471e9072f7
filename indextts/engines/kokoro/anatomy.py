"""Finds in an export of Kokoro the values between which it is cut: by what the graph does, not by any name.

Speed divides the durations, and what is rounded behind that are whole frames; two values with features of the tokens
meet the frames; two projections to one channel are F0 and energy, of which F0 alone reaches a sine without a
convolution between. Sizes and types come from running that part of the graph on a few symbols.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

from indextts.engines.kokoro.flow import Subgraph
from indextts.engines.kokoro.graph_files import (
    ALIGNED,
    AUDIO,
    DURATIONS,
    ENERGY,
    FRAMES,
    PITCH,
    PROSODY,
    SPOKEN,
    STYLE,
    TOKENS,
)
from indextts.model.i18n.messages import Bilingual
from indextts.platform.onnx import open_session

Array = npt.NDArray[np.generic]

_WIDTHS: Final = {PROSODY: 640, SPOKEN: 512}
_STYLE_WIDTH: Final = 256
_TRIED: Final = (0, 16, 4, 16, 5, 43, 0)
"""Symbols on which sizes are found; every vocabulary has them."""
_FLOATS: Final = frozenset({TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE})
_CONVOLUTIONS: Final = {"Conv": 1, "ConvInteger": 1, "FusedConv": 1, "QLinearConv": 3}
"""Where each has its weights."""
_QUANTISING: Final = frozenset({"DynamicQuantizeLinear", "QuantizeLinear"})
_RESHAPING: Final = frozenset({"Cast", "Expand", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"})
_WHOLE: Final = _RESHAPING | {"Ceil", "Clip", "Floor", "Gather", "Max", "Relu", "Round"}
_PROJECTED: Final = _RESHAPING | {"Add", "DequantizeLinear", "Mul"}
_WEIGHING: Final = _RESHAPING | {"DequantizeLinear"}
_RANK: Final = 2
"""Dimensions of tokens and style; the speed has fewer."""


class OtherKindError(Exception):
    """A graph that is no export of Kokoro, or one that cannot be cut."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.reason = Bilingual(english, chinese)


@dataclass(frozen=True)
class Found:
    """A value of a graph, as an export calls and shapes it."""

    name: str
    kind: int
    """Its ONNX type."""
    shape: tuple[int, ...]
    """On a few symbols."""


def find(graph: onnx.ModelProto) -> dict[str, Found]:
    """The inputs, the output and the values between the parts of ``graph``, by their names in a cut.

    Raises :class:`OtherKindError` saying what is missing.
    """
    tokens, style, speed = _inputs(graph)
    audio, flow = _audio(graph)
    durations, scaled = _divided(flow, speed.name)
    whole = _whole_frames(flow, scaled)
    behind = flow.after(whole[-1:])
    crossing = _crossing(flow, tokens.name, whole[-1], behind)
    projections = _projections(flow, graph, behind)
    later = flow.after(chain[0] for chain in projections)
    aligned = [name for value in crossing for name in flow.narrows(value) if name in behind and name not in later]
    wanted = [durations, *whole, *crossing, *aligned, *projections[0], *projections[1]]
    sizes = _Trial(graph, wanted, (tokens, style, speed))
    count = len(_TRIED)
    frames = next((sizes[name] for name in reversed(whole) if _size(sizes[name]) == count), None)
    if frames is None:
        raise OtherKindError("its durations are not whole frames of each symbol.", "它没有每个符号的整数帧长。")
    total = sizes.total(frames.name)
    features = _features(flow, [sizes[name] for name in crossing], count)
    pair = [_curve([sizes[name] for name in chain], 2 * total) for chain in projections]
    return {
        TOKENS: tokens,
        STYLE: style,
        AUDIO: audio,
        DURATIONS: sizes[durations],
        FRAMES: frames,
        **features,
        ALIGNED: _aligned(flow, [sizes[name] for name in aligned], features[SPOKEN].name, total),
        **_told_apart(flow, pair),
    }


def _inputs(graph: onnx.ModelProto) -> tuple[Found, Found, Found]:
    """Tokens, style and speed, told by their types and shapes."""
    weights = {weight.name for weight in graph.graph.initializer}
    found: dict[str, Found] = {}
    for value in graph.graph.input:
        kind = value.type.tensor_type
        sizes = tuple(size.dim_value for size in kind.shape.dim)
        whole = kind.elem_type in (TensorProto.INT64, TensorProto.INT32)
        if value.name in weights:
            continue
        if len(sizes) == _RANK and whole:
            found["tokens"] = Found(value.name, kind.elem_type, sizes)
        elif len(sizes) == _RANK and kind.elem_type in _FLOATS and sizes[1] in (0, _STYLE_WIDTH):
            found["style"] = Found(value.name, kind.elem_type, (1, _STYLE_WIDTH))
        elif len(sizes) < _RANK and (whole or kind.elem_type in _FLOATS):
            found["speed"] = Found(value.name, kind.elem_type, sizes)
    if len(found) < 3:
        raise OtherKindError("its inputs are not tokens, style and speed.", "它的输入不是符号、音色和语速。")
    return found["tokens"], found["style"], found["speed"]


def _audio(graph: onnx.ModelProto) -> tuple[Found, Subgraph]:
    """The output that takes most work, which are the samples; and what makes it."""
    values = [value for value in graph.graph.output if value.type.tensor_type.elem_type in _FLOATS]
    if not values:
        raise OtherKindError("it has no output of samples.", "它没有采样输出。")
    flows = [(Subgraph(graph.graph, [value.name]), value) for value in values]
    flow, value = max(flows, key=lambda one: len(one[0].nodes))
    return Found(value.name, value.type.tensor_type.elem_type, ()), flow


def _divided(flow: Subgraph, speed: str) -> tuple[str, str]:
    """The durations, and what they are when ``speed`` has divided them."""
    value, inverse = speed, False
    while users := flow.users.get(value):
        node = users[0]
        if node.op_type == "Mul" and inverse:
            return next(name for name in node.input if name != value), node.output[0]
        if node.op_type == "Div" and node.input[1] == value:
            if node.input[0] in flow.maker:
                return node.input[0], node.output[0]
            inverse = True  # one by speed
        elif node.op_type == "Reciprocal":
            inverse = True
        elif node.op_type not in _RESHAPING:
            break
        value = node.output[0]
    raise OtherKindError("its speed input does not scale the durations.", "它的语速输入不改变时长。")


def _whole_frames(flow: Subgraph, scaled: str) -> list[str]:
    """The values after the durations are rounded, until they begin to be aligned."""
    chain = list(flow.chain(scaled, _WHOLE))
    rounded = next((place for place, (kind, _) in enumerate(chain) if kind in ("Round", "Ceil", "Floor")), None)
    if rounded is None:
        raise OtherKindError("its durations are not rounded to frames.", "它的时长没有取整为帧。")
    return [value for _, value in chain[rounded:]]


def _crossing(flow: Subgraph, tokens: str, frames: str, behind: Collection[str]) -> list[str]:
    """What is made of the tokens without the frames and meets them; not what only their number decides."""
    of_tokens = flow.after([tokens]) - {frames}
    by_number = of_tokens - flow.after([tokens], but_through=("Shape",))
    meeting = {
        name: flow.source(name, _QUANTISING)
        for node in flow.nodes
        if any(name in behind for name in node.output)
        for name in node.input
        if name in of_tokens and name not in behind and name not in by_number
    }
    return list(dict.fromkeys(meeting.values()))


def _projections(flow: Subgraph, graph: onnx.ModelProto, behind: Collection[str]) -> list[list[str]]:
    """For each convolution of several channels to one: its output, and that with its bias, scale and shape."""
    weights = {weight.name: tuple(weight.dims) for weight in graph.graph.initializer}
    for node in graph.graph.node:
        if node.op_type == "Constant" and node.attribute[0].type == onnx.AttributeProto.TENSOR:
            weights[node.output[0]] = tuple(node.attribute[0].t.dims)
    chains = []
    for node in flow.nodes:
        place = _CONVOLUTIONS.get(node.op_type)
        if place is not None and node.output[0] in behind:
            sizes = weights.get(flow.source(node.input[place], _WEIGHING), ())
            if len(sizes) > 1 and sizes[0] == 1 and sizes[1] > 1:
                made = node.output[0]
                chains.append([made, *(value for _, value in flow.chain(made, _PROJECTED))])
    if len(chains) != 2:
        raise OtherKindError(
            f"it has {len(chains)} projections to one channel where pitch and energy are two.",
            f"它有 {len(chains)} 个单通道投影，而音高和能量应是两个。",
        )
    return chains


class _Trial:
    """Types and sizes of values of a graph, as running what they need has them."""

    def __init__(self, graph: onnx.ModelProto, names: Collection[str], inputs: tuple[Found, Found, Found]) -> None:
        names = [*dict.fromkeys(names)]
        flow = Subgraph(graph.graph, names)
        own = helper.make_graph(
            flow.nodes, "trial", graph.graph.input, [onnx.ValueInfoProto(name=name) for name in names],
            [weight for weight in graph.graph.initializer if weight.name in flow.given],
        )  # fmt: skip
        made = helper.make_model(own, opset_imports=graph.opset_import, ir_version=graph.ir_version)
        made.functions.extend(graph.functions)
        tokens, style, speed = inputs
        given = {
            tokens.name: np.array([_TRIED], _numpy(tokens.kind)),
            style.name: np.zeros((1, _STYLE_WIDTH), _numpy(style.kind)),
            speed.name: np.ones(tuple(max(1, size) for size in speed.shape), _numpy(speed.kind)),
        }
        try:
            session = open_session(made.SerializeToString())
            self._held: dict[str, Array] = dict(zip(names, session.run(names, given), strict=True))
        except Exception as error:  # onnxruntime has no common class of its errors
            said = str(error).strip().splitlines()[-1][:200]
            raise OtherKindError(f"onnxruntime cannot run it: {said}", f"onnxruntime 无法运行它：{said}") from error

    def __getitem__(self, name: str) -> Found:
        value = self._held[name]
        return Found(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)

    def total(self, name: str) -> int:
        """The sum of a value."""
        return int(np.sum(self._held[name].astype(np.float64)))


def _numpy(kind: int) -> np.dtype[np.generic]:
    return helper.tensor_dtype_to_np_dtype(kind)


def _size(value: Found) -> int:
    return int(np.prod(value.shape))


def _features(flow: Subgraph, crossing: Iterable[Found], count: int) -> dict[str, Found]:
    """Both values with features of the tokens, told apart by their widths."""
    found: dict[str, Found] = {}
    for value in crossing:
        name = next((name for name, width in _WIDTHS.items() if _size(value) == width * count), None)
        if name is None or value.kind not in _FLOATS:
            raise OtherKindError(
                "values other than the 640 and 512 features of each symbol are aligned with the frames.",
                "除每个符号的 640 维和 512 维特征外，还有文本的其他值与帧对齐。",
            )
        earlier = found.get(name, value)
        # One and the same value in two layouts or types: the one that the other was made of.
        found[name] = value if flow.source(earlier.name, _RESHAPING) == value.name else earlier
        if flow.source(value.name, _RESHAPING) != flow.source(earlier.name, _RESHAPING):
            raise OtherKindError(
                f"there are two values of {_WIDTHS[name]} features of each symbol where there should be one.",
                f"每个符号的 {_WIDTHS[name]} 维特征有两份，而应只有一份。",
            )
    for name, width in _WIDTHS.items():
        if name not in found:
            raise OtherKindError(
                f"no value with {width} features for each symbol is aligned with the frames.",
                f"没有每个符号 {width} 维的特征与帧对齐。",
            )
    return found


def _aligned(flow: Subgraph, values: Iterable[Found], spoken: str, total: int) -> Found:
    """The features for the sound of each frame: what all that depends on them goes through."""
    reached = flow.after([spoken])
    for value in values:
        if value.name in reached and value.kind in _FLOATS and _size(value) == _WIDTHS[SPOKEN] * total:
            return value
    raise OtherKindError("its features for the sound are not aligned to frames.", "它的发音特征没有对齐到帧。")


def _curve(chain: list[Found], halves: int) -> Found:
    """The last value of a projection with one number for each half frame."""
    fitting = [value for value in chain if value.kind in _FLOATS and _size(value) == halves]
    if not fitting:
        raise OtherKindError(
            "its pitch or energy is not one number for each half frame.", "它的音高或能量不是每半帧一个数。"
        )
    return fitting[-1]


def _told_apart(flow: Subgraph, pair: list[Found]) -> dict[str, Found]:
    """F0, which drives a sine, and energy, which does not."""
    sines = {name for node in flow.nodes if node.op_type in ("Sin", "Cos") for name in node.output}
    sung = [bool(sines & flow.after([value.name], but_through=(*_CONVOLUTIONS, *_QUANTISING))) for value in pair]
    if sung[0] == sung[1]:
        raise OtherKindError("its pitch drives no harmonic source.", "它的音高没有驱动谐波源。")
    place = sung.index(True)
    return {PITCH: pair[place], ENERGY: pair[1 - place]}
