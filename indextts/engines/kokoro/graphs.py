"""Cuts a published Kokoro graph in three, so that what it decides between them can be changed.

    text      tokens, style → durations, and what the other two need of each token
    melody    frames of each token, … → F0 and energy of each half frame, aligned features of each frame
    sound     features, F0, energy, style → samples

Chained unchanged, the three give the samples of the whole graph to the last bit. A frame is 25 ms, 600 samples. All
that passes between them, and in and out, is in 32 bits, int64 for tokens and frames, whatever the export computes with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper, numpy_helper

from indextts.engines.kokoro.anatomy import Found, OtherKindError, find
from indextts.engines.kokoro.flow import Subgraph, renamed
from indextts.engines.kokoro.graph_files import (
    ALIGNED,
    AUDIO,
    DURATIONS,
    ENERGY,
    FRAMES,
    MELODY_FILE,
    MELODY_INPUTS,
    MELODY_OUTPUTS,
    PITCH,
    SOUND_FILE,
    SOUND_INPUTS,
    SOUND_OUTPUTS,
    STYLE,
    TEXT_FILE,
    TEXT_INPUTS,
    TEXT_OUTPUTS,
    TOKENS,
)
from indextts.engines.kokoro.norms import count_silence
from indextts.model.errors import StudioError

_PARTS: Final = {
    TEXT_FILE: (TEXT_INPUTS, TEXT_OUTPUTS),
    MELODY_FILE: (MELODY_INPUTS, MELODY_OUTPUTS),
    SOUND_FILE: (SOUND_INPUTS, SOUND_OUTPUTS),
}
_SHAPES: Final[Mapping[str, tuple[int | str, ...]]] = {
    TOKENS: (1, "symbols"),
    STYLE: (1, 256),
    DURATIONS: (1, "symbols"),
    FRAMES: ("symbols",),
    ALIGNED: (1, 512, "frames"),
    PITCH: (1, "halves"),
    ENERGY: (1, "halves"),
    AUDIO: ("samples",),
}
"""In a cut. Features keep an export's own layout: they are passed on as they are."""
_FIXED: Final = (1, 512, 640)

_Step = tuple[str, list[str], dict[str, Any]]
"""An operator, its inputs beside the value that it turns, and its attributes."""


def cut(source: Path, folder: Path, model: str = "kokoro") -> str:
    """Write the three parts of the graph ``source`` into ``folder``; ``float32``, ``float16`` or ``int8``: its weights.

    Raises :class:`StudioError` ``graph_unusable`` for a graph that is no export of Kokoro that can be cut.
    """
    try:
        try:
            graph = onnx.load(source)
        except (OSError, DecodeError, ValueError) as error:
            raise OtherKindError("it cannot be read as an ONNX graph.", "无法作为 ONNX 图读取。") from error
        values = find(graph)
        for file, (inputs, outputs) in _PARTS.items():
            part = _part(graph, values, inputs, outputs)
            if file == SOUND_FILE:
                count_silence(part.graph)
            onnx.save(part, folder / file)
        return _weights(graph)
    except OtherKindError as error:
        raise StudioError("graph_unusable", model=model, graph=source.name, reason=error.reason) from error


def _weights(model: onnx.ModelProto) -> str:
    """In which numbers most of the weights are kept."""
    counts: dict[int, int] = {}
    for weight in model.graph.initializer:
        counts[weight.data_type] = counts.get(weight.data_type, 0) + int(np.prod(weight.dims))
    most = max(counts, key=lambda kind: counts[kind], default=int(TensorProto.FLOAT))
    return "float32" if most == TensorProto.FLOAT else "float16" if most == TensorProto.FLOAT16 else "int8"


def _part(
    model: onnx.ModelProto, values: Mapping[str, Found], inputs: Sequence[str], outputs: Sequence[str]
) -> onnx.ModelProto:
    """The nodes between ``inputs`` and ``outputs``, every value of which gets a name of its place."""
    stops = {values[name].name for name in inputs}
    flow = Subgraph(model.graph, [values[name].name for name in outputs], stops)
    weights = [weight for weight in model.graph.initializer if weight.name in flow.given]
    border = _Border(values)
    for name in inputs:
        border.enter(name)
    missing = flow.given - stops - {weight.name for weight in weights}
    if values[TOKENS].name in missing and all(node.op_type == "Shape" for node in flow.users[values[TOKENS].name]):
        border.count_tokens()
        missing.discard(values[TOKENS].name)
    if missing:
        raise OtherKindError(
            "its parts share more than features, frames, pitch and energy.",
            "它的各部分之间不只共用特征、帧长、音高和能量。",
        )
    for name in outputs:
        border.leave(name)
    graph = onnx.GraphProto(name="kokoro")
    for node in (*border.before, *flow.nodes, *border.after):
        graph.node.add().CopyFrom(node)
        renamed(graph.node[-1], border.names)
    for weight in (*weights, *border.constants):
        graph.initializer.add().CopyFrom(weight)
        graph.initializer[-1].name = border.names[weight.name]
        graph.initializer[-1].doc_string = ""
    graph.input.extend(_declared(name, values[name]) for name in inputs)
    graph.output.extend(_declared(name, values[name]) for name in outputs)
    made = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    for function in model.functions:
        made.functions.add().CopyFrom(function)
    return made


def _declared(name: str, value: Found) -> onnx.ValueInfoProto:
    kind = TensorProto.INT64 if name in (TOKENS, FRAMES) else TensorProto.FLOAT
    own = tuple(size if size in _FIXED else f"{name}{place}" for place, size in enumerate(value.shape))
    shape = _SHAPES.get(name, own)
    return helper.make_tensor_value_info(name, kind, shape)


class _Border:
    """What turns an export's types and layouts into those of a cut, and back, where they differ."""

    def __init__(self, values: Mapping[str, Found]) -> None:
        self._values = values
        self.names: dict[str, str] = {}
        """What the values of the export are called in the cut."""
        self.before: list[onnx.NodeProto] = []
        self.after: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def enter(self, name: str) -> None:
        """Let the export's value be made of the input ``name``."""
        value = self._values[name]
        steps = self._shaping(name, value, back=True)
        if value.kind != _kind(name):
            steps.append(("Cast", [], {"to": value.kind}))
        self._through(name, value.name, steps, self.before, entering=True)

    def leave(self, name: str) -> None:
        """Let the output ``name`` be made of the export's value."""
        value = self._values[name]
        steps: list[_Step] = [("Cast", [], {"to": _kind(name)})] if value.kind != _kind(name) else []
        self._through(name, value.name, [*steps, *self._shaping(name, value, back=False)], self.after, entering=False)

    def count_tokens(self) -> None:
        """Let there be as many tokens as have frames, for a part that needs their number alone."""
        frames = _inner(FRAMES)
        self.names.setdefault(frames, FRAMES)
        row = self._constant([1, -1])
        self.before.append(helper.make_node("Reshape", [frames, row], [self._values[TOKENS].name]))

    def _shaping(self, name: str, value: Found, *, back: bool) -> list[_Step]:
        wanted = _SHAPES.get(name, ())
        if name in (TOKENS, STYLE, AUDIO) or (len(wanted) == len(value.shape) and value.shape[:-1] == wanted[:-1]):
            return []
        if len(wanted) == len(value.shape) == 3 and value.shape[2] == wanted[1]:
            return [("Transpose", [], {"perm": [0, 2, 1]})]
        fixed = {size for size in wanted if isinstance(size, int)}
        own = [size if size in fixed | {1} else -1 for size in value.shape]
        target = own if back else [size if isinstance(size, int) else -1 for size in wanted]
        return [("Reshape", [self._constant(target)], {})] if wanted else []

    def _constant(self, values: list[int]) -> str:
        name = _inner(f"shape {len(self.constants)}")
        self.constants.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def _through(
        self, name: str, own: str, steps: list[_Step],
        nodes: list[onnx.NodeProto], *, entering: bool,
    ) -> None:  # fmt: skip
        if not steps:
            steps = [("Identity", [], {})] if own in self.names else []
        if not steps:
            self.names[own] = name
            return
        outer = _inner(name)
        self.names[outer] = name
        value, last = (outer, own) if entering else (own, outer)
        for place, (kind, more, attributes) in enumerate(steps):
            made = last if place + 1 == len(steps) else _inner(f"{name} {place}")
            nodes.append(helper.make_node(kind, [value, *more], [made], **attributes))
            value = made


def _inner(name: str) -> str:
    """A name that no value of an export has."""
    return f"\n{name}"


def _kind(name: str) -> int:
    return int(TensorProto.INT64 if name in (TOKENS, FRAMES) else TensorProto.FLOAT)
