"""A small writer of ONNX graphs: layers as method calls, weights as initialisers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from indextts.engines.integers import INTO, OUT, WEIGHT

OPSET: Final = 17
IR_VERSION: Final = 8
CONTRIBUTED: Final = "com.microsoft"
"""The domain of onnxruntime's own operators."""


class Graph:
    """Collects nodes and initialisers; every method returns the name of the value it makes.

    Activations of convolutions are ``[1, channels, length]``, those of dense layers ``[length, channels]``.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> str:
        """Declare an input; text in ``shape`` names a free dimension."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def output(self, value: str, name: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> None:
        """Declare ``value`` an output called ``name``."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, kind, list(shape)))

    def constant(self, array: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        values = np.ascontiguousarray(array, dtype)
        name = f"c{len(self._constants)}"
        self._constants[name] = numpy_helper.from_array(values, name)
        return name

    def ints(self, *values: int) -> str:
        """A constant vector of int64, as axes and shapes want it."""
        return self.constant(values, np.int64)

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.split_op(kind, 1, *inputs, **attributes)[0]

    def split_op(self, kind: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        names = [f"v{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names

    def conv(
        self,
        x: str,
        weight: npt.NDArray[np.float32],
        bias: npt.NDArray[np.float32],
        *,
        dilation: int = 1,
        pad: int = 0,
    ) -> str:
        """1-D convolution of ``[1, in, L]``; ``weight`` is ``[out, in, kernel]``."""
        return self.op("Conv", x, self.constant(weight), self.constant(bias), dilations=[dilation], pads=[pad, pad])

    def dense(self, x: str, weight: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> str:
        """``[L, in] → [L, out]``; ``weight`` is ``[in, out]``."""
        return self.op("Gemm", x, self.constant(weight), self.constant(bias))

    def layer_norm(
        self, x: str, scale: npt.NDArray[np.float32], bias: npt.NDArray[np.float32], epsilon: float = 1e-5
    ) -> str:
        return self.op("LayerNormalization", x, self.constant(scale), self.constant(bias), axis=-1, epsilon=epsilon)

    def add(self, a: str, b: str) -> str:
        return self.op("Add", a, b)

    def mul(self, a: str, b: str) -> str:
        return self.op("Mul", a, b)

    def leaky_relu(self, x: str, slope: float) -> str:
        return self.op("LeakyRelu", x, alpha=slope)

    def mish(self, x: str) -> str:
        """Mish, ``x · tanh(ln(1 + eˣ))``, written with one exponential: with n = eˣ(eˣ + 2), x · n / (n + 2)."""
        two = self.constant(2.0)
        # Beyond 20 the function is x to the last bit of float32; the bound keeps eˣ finite.
        e = self.op("Exp", self.op("Min", x, self.constant(20.0)))
        n = self.mul(e, self.add(e, two))
        return self.mul(x, self.op("Div", n, self.add(n, two)))

    def to_channels(self, x: str) -> str:
        """``[L, C] → [1, C, L]``."""
        return self.op("Unsqueeze", self.op("Transpose", x, perm=[1, 0]), self.ints(0))

    def to_rows(self, x: str) -> str:
        """``[1, C, L] → [L, C]``."""
        return self.op("Transpose", self.op("Squeeze", x, self.ints(0)), perm=[1, 0])

    def model(self) -> onnx.ModelProto:
        graph = helper.make_graph(
            self._nodes, self._name, self._inputs, self._outputs, initializer=list(self._constants.values())
        )
        own = [helper.make_opsetid(CONTRIBUTED, 1)] if any(node.domain == CONTRIBUTED for node in self._nodes) else []
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET), *own],
            ir_version=IR_VERSION,
            producer_name="indextts-studio",
        )
        onnx.checker.check_model(model)
        return model


def integer_probe() -> onnx.ModelProto:
    """The product of integers that :func:`indextts.engines.integers.integers_are_right` tries."""
    graph = Graph("probe")
    x = graph.input("x", ["L", INTO], TensorProto.UINT8)
    weight = numpy_helper.from_array(np.array([WEIGHT], np.int8))
    table = graph.op("ConstantOfShape", graph.ints(INTO, OUT), value=weight)
    graph.output(graph.op("MatMulInteger", x, table), "y", ["L", OUT], TensorProto.INT32)
    return graph.model()
