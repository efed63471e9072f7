"""Lets the norms of a cut graph count silence that is not decoded.

A norm takes mean and variance over the whole time, silence included: a line without the silence around it comes out 1
to 2 dB quieter, and DNSMOS hears it (0.02 to 0.07). Frames of the silence that is decoded stand for those left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from indextts.engines.kokoro.graph_files import LEFT_OUT

_TIME = ([2], [-1])


def count_silence(graph: onnx.GraphProto) -> None:
    """Give ``graph`` the input ``left_out`` where it has means over the time of ``[1, channels, T]``.

    They become weighted ones; at zeros to the last bit the plain ones. Norms that are one operator stay as they are.
    """
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        nodes.extend(_weighted(node) if _over_time(node, constants) else [node])
    if len(nodes) == len(graph.node):
        return
    del graph.node[:]
    graph.node.extend(nodes)
    graph.initializer.append(numpy_helper.from_array(np.array([2]), _TWO))
    graph.initializer.append(numpy_helper.from_array(np.array([1]), _ONE))
    graph.input.append(helper.make_tensor_value_info(LEFT_OUT, TensorProto.FLOAT, ["frames"]))


_ONE, _TWO = f"{LEFT_OUT} one", f"{LEFT_OUT} two"


def _over_time(node: onnx.NodeProto, constants: dict[str, npt.NDArray[np.generic]]) -> bool:
    if node.op_type != "ReduceMean":
        return False
    has = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    axes = constants[node.input[1]].tolist() if len(node.input) > 1 and node.input[1] in constants else has.get("axes")
    return axes in _TIME and bool(has.get("keepdims", 1))


def _weighted(node: onnx.NodeProto) -> list[onnx.NodeProto]:
    """The mean that ``node`` takes, and what the frames count beside that."""
    values, mean = node.input[0], node.output[0]
    plain = onnx.NodeProto()
    plain.CopyFrom(node)
    plain.output[0] = f"{mean} plain"
    nodes = [plain]

    def step(kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    shape = step("Shape", [values], f"{mean} shape")
    length = step("Gather", [shape, _TWO], f"{mean} length")
    steps: dict[str, Any] = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    drawn = step("Resize", [LEFT_OUT, "", "", length], f"{mean} drawn", **steps)
    count = step("Cast", [length], f"{mean} count", to=int(TensorProto.FLOAT))
    share = step("CastLike", [step("Div", [drawn, count], f"{mean} shares"), values], f"{mean} share")
    column = step("Unsqueeze", [share, _ONE], f"{mean} column")
    more = step("MatMul", [values, column], f"{mean} more")
    step("Add", [plain.output[0], more], mean)
    return nodes
