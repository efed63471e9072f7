"""Turns convolutions of bytes into products of bytes that processors have an instruction for; the sums are the same.

onnxruntime multiplies two bytes without a sign, which dynamically quantised exports have, as numbers of 16 bits. Where
one of the two has a sign, processors with VNNI or dot products add four products in one step. So what goes in gets a
sign, with a zero point that is as much lower, and each tap of the kernel becomes rows of one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from indextts.engines.kokoro.graph_files import PROBE_FILE, SOUND_FILE
from indextts.engines.onnx_graph import integer_probe

_SIGN: Final = 128
_END: Final = 2**62
_LEAST_ROWS: Final = 16
"""A convolution to fewer channels has too little work to gain anything."""
_XOR_SINCE: Final = 18
"""The version of ONNX's operators that has ``BitwiseXor``."""
_AT_ONCE: Final = 4
"""Taps of a kernel in one product: a long line's copies for eleven take 100 MB more."""
_BYTES: Final = (TensorProto.UINT8, TensorProto.INT8)

_Op = Callable[..., str]


def write_products(cut: Path, folder: Path) -> bool:
    """Write the graph ``cut`` with products into ``folder``, and what tells that they are right; whether it has any."""
    graph = onnx.load(cut)
    if not as_products(graph):
        return False
    onnx.save(integer_probe(), folder / PROBE_FILE)
    onnx.save(graph, folder / SOUND_FILE)
    return True


def as_products(model: onnx.ModelProto) -> int:
    """Replace each ``ConvInteger`` over time whose kernel is a constant; how many they were.

    Those in groups, or with a zero point for each channel, stay as they are.
    """
    if max(one.version for one in model.opset_import if one.domain in ("", "ai.onnx")) < _XOR_SINCE:
        return 0
    graph = model.graph
    held = {one.name: one for one in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    tables: dict[str, onnx.TensorProto] = {}
    signed: dict[str, str] = {}

    def op(kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(values: npt.ArrayLike, kind: npt.DTypeLike = np.int64) -> str:
        array = np.asarray(values, kind)
        name = f"\n{array.dtype} {array.tolist()}"
        tables.setdefault(name, numpy_helper.from_array(array, name))
        return name

    def with_sign(value: str) -> str:
        if value not in signed:
            flipped = op("BitwiseXor", [value, constant(_SIGN, np.uint8)], f"{value} flipped")
            signed[value] = op("Cast", [flipped], f"{value} signed", to=int(TensorProto.INT8))
        return signed[value]

    count = 0
    for node in graph.node:
        kernel = _kernel(node, held)
        if kernel is None:
            nodes.append(node)
            continue
        table, zero = kernel
        value, zero_in, made = with_sign(node.input[0]), _optional(node, 2), node.output[0]
        zero_in = with_sign(zero_in or constant(0, np.uint8))
        total = ""
        for first, rows in _rows(node, value, zero_in, table.shape[2], op, constant):
            last = min(first + _AT_ONCE, table.shape[2])
            flat = np.ascontiguousarray(table[:, :, first:last].transpose(0, 2, 1)).reshape(len(table), -1)
            name = f"{made} table {first}"
            tables[name] = numpy_helper.from_array(flat, name)
            done = last == table.shape[2]
            own = made if done and not total else f"{made} from {first}"
            op("MatMulInteger", [name, rows, constant(zero, np.uint8), zero_in], own)
            total = op("Add", [total, own], made if done else f"{made} to {last}") if total else own
        count += 1
    if count:
        del graph.node[:]
        graph.node.extend(nodes)
        read = {name for node in nodes for name in node.input}
        kept = [one for one in graph.initializer if one.name in read]
        del graph.initializer[:]
        graph.initializer.extend([*kept, *tables.values()])
    return count


def _kernel(node: onnx.NodeProto, held: dict[str, onnx.TensorProto]) -> tuple[npt.NDArray[np.uint8], int] | None:
    """The weights ``[out, in, taps]`` without a sign and their zero point; ``None`` where a node stays as it is."""
    weight = held.get(node.input[1]) if node.op_type == "ConvInteger" else None
    has = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    if weight is None or weight.data_type not in _BYTES or len(weight.dims) != 3 or weight.dims[0] < _LEAST_ROWS:
        return None
    if has.get("group", 1) != 1 or has.get("auto_pad", b"NOTSET") != b"NOTSET":
        return None
    point = _optional(node, 3)
    zeros = np.unique(numpy_helper.to_array(held[point])) if point in held else np.zeros(0 if point else 1, np.int64)
    if zeros.size != 1:
        return None
    more = _SIGN if weight.data_type == TensorProto.INT8 else 0
    return (numpy_helper.to_array(weight).astype(np.int16) + more).astype(np.uint8), int(zeros[0]) + more


def _rows(
    node: onnx.NodeProto, value: str, zero: str, taps: int, op: _Op, constant: Callable[..., str]
) -> Iterator[tuple[int, str]]:
    """``[1, in, T]`` → ``[1, taps · in, N]``: what some taps of the kernel meet at each place that it is put to.

    With each the first of its taps.
    """
    has = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    (before, behind), (apart,), (step,) = has.get("pads", [0, 0]), has.get("dilations", [1]), has.get("strides", [1])
    made = node.output[0]
    if before or behind:
        value = op("Pad", [value, constant([0, 0, before, 0, 0, behind]), zero], f"{made} padded")
    if taps == step == 1:
        yield 0, value
        return
    for first in range(0, taps, _AT_ONCE):
        parts = []
        for tap in range(first, min(first + _AT_ONCE, taps)):
            begin, end = tap * apart, (tap - taps + 1) * apart or _END
            bounds = [constant([begin]), constant([end]), constant([2]), constant([step])]
            parts.append(op("Slice", [value, *bounds], f"{made} tap {tap}"))
        yield first, op("Concat", parts, f"{made} taps {first}", axis=1)


def _optional(node: onnx.NodeProto, place: int) -> str:
    return node.input[place] if len(node.input) > place else ""
