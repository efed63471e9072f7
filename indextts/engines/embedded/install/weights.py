"""Reads the weights of a TensorFlow Lite file as float32 arrays and gives them this project's names.

int8 tensors carry one scale and zero point for the whole tensor or for each output channel;
``float = (q - zero_point) * scale``. Layouts in the file: dense ``[out, in]``, convolution
``[out, 1, kernel, in]``, transposed convolution ``[out, kernel, 1, in]``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Weights = dict[str, npt.NDArray[np.float32]]
"""Arrays by name: convolutions ``[out, in, kernel]``, transposed ones ``[in, out, kernel]``, dense ``[in, out]``."""

_FLOAT32 = 0
_INT8 = 9


def read_tensors(data: bytes) -> Weights:
    """All float and int8 constants of the first graph, by the name that the file gives them.

    Where two constants share a name, the one with more dimensions wins: the other is a zero bias that the
    converter put beside it. Raises ``ValueError`` if ``data`` is not a TensorFlow Lite model.
    """
    import tflite

    if data[4:8] != b"TFL3":
        raise ValueError("not a TensorFlow Lite file")
    model = tflite.Model.GetRootAs(data, 0)
    graph = model.Subgraphs(0)
    found: Weights = {}
    for index in range(graph.TensorsLength()):
        tensor = graph.Tensors(index)
        buffer = model.Buffers(tensor.Buffer())
        if tensor.Type() not in (_FLOAT32, _INT8) or not buffer.DataLength() or not tensor.ShapeLength():
            continue
        shape = tensor.ShapeAsNumpy()
        raw = buffer.DataAsNumpy().tobytes()
        if tensor.Type() == _FLOAT32:
            values = np.frombuffer(raw, np.float32).reshape(shape)
        else:
            values = _dequantise(np.frombuffer(raw, np.int8).reshape(shape), tensor.Quantization())
        name = tensor.Name().decode("utf-8")
        base = name[:-1] if name.endswith("conv1d1") or name.endswith("_transpose1") else name
        if base not in found or values.ndim > found[base].ndim:
            found[base] = values
    return found


def _dequantise(values: npt.NDArray[np.int8], quantisation: object) -> npt.NDArray[np.float32]:
    scale = np.asarray(quantisation.ScaleAsNumpy(), np.float32)  # type: ignore[attr-defined]
    zero = np.asarray(quantisation.ZeroPointAsNumpy(), np.float32)  # type: ignore[attr-defined]
    shape = [1] * values.ndim
    if scale.size > 1:
        shape[quantisation.QuantizedDimension()] = scale.size  # type: ignore[attr-defined]
    return (values.astype(np.float32) - zero.reshape(shape)) * scale.reshape(shape)


def read_fastspeech2(data: bytes) -> Weights:
    """The acoustic model's weights from ``fastspeech2_quan.tflite``."""
    source = read_tensors(data)
    weights: Weights = {
        "embedding": source["embeddings/Gather/resource"],
        "positions": source["embeddings/position_embeddings/Gather/resource"],
        "mel.weight": source["mel_before/Tensordot/MatMul"].T,
        "mel.bias": source["mel_before/BiasAdd/ReadVariableOp/resource"],
    }
    for stack in ("encoder", "decoder"):
        for layer in range(_count(source, f"{stack}/layer_._{{}}/output/LayerNorm/batchnorm/ReadVariableOp/resource")):
            _read_transformer_layer(source, f"{stack}/layer_._{layer}", weights, f"{stack}.{layer}")
    predictors = (("duration", "sequential_8", "dense_7"), ("f0", "sequential_6", "dense_5"))
    for name, convolutions, dense in (*predictors, ("energy", "sequential_7", "dense_6")):
        prefix = f"{name}_predictor"
        for layer in range(2):
            _read_conv(source, f"{prefix}/{convolutions}/conv_._{layer}", weights, f"{name}.conv.{layer}")
            _read_norm(source, f"{prefix}/{convolutions}/LayerNorm_._{layer}", weights, f"{name}.norm.{layer}")
        weights[f"{name}.out.weight"] = source[f"{prefix}/{dense}/Tensordot/MatMul"].T
        weights[f"{name}.out.bias"] = source[f"{prefix}/{dense}/BiasAdd/ReadVariableOp/resource"]
    for name in ("f0", "energy"):
        _read_conv(source, f"{name}_embeddings", weights, f"{name}.embedding")
    for layer in range(_count(source, "postnet/conv_._{}/conv1d")):
        _read_conv(source, f"postnet/conv_._{layer}", weights, f"postnet.{layer}")
        # The batch norm after each convolution is stored folded into a scale and a shift: fold it further.
        scale = source[f"postnet/batch_norm_._{layer}/batchnorm/mul"]
        shift = source[f"postnet/batch_norm_._{layer}/batchnorm/sub"]
        weights[f"postnet.{layer}.weight"] = weights[f"postnet.{layer}.weight"] * scale[:, None, None]
        weights[f"postnet.{layer}.bias"] = weights[f"postnet.{layer}.bias"] * scale + shift
    return weights


def read_melgan(data: bytes) -> Weights:
    """The vocoder's weights from ``mb_melgan.tflite``."""
    source = read_tensors(data)
    top = "sequential_4"
    weights: Weights = {}
    _read_conv(source, f"{top}/conv1d", weights, "first")
    number = 1  # the file numbers its convolutions throughout, two for each residual stack
    biases = f"{top}/conv_transpose_._{{}}/conv2d_transpose*/BiasAdd/ReadVariableOp/resource"
    for stage in range(_count(source, biases)):
        upsample = "conv2d_transpose" + (f"_{stage}" if stage else "")
        prefix = f"{top}/conv_transpose_._{stage}/{upsample}"
        kernel = source.get(f"{prefix}/{upsample}", source.get(f"{prefix}/conv2d_transpose"))
        if kernel is None:
            raise ValueError(f"no kernel for {prefix}")
        weights[f"stage.{stage}.up.weight"] = kernel[:, :, 0, :].transpose(2, 0, 1)
        weights[f"stage.{stage}.up.bias"] = source[f"{prefix}/BiasAdd/ReadVariableOp/resource"]
        for block in range(_count(source, f"{top}/residual_stack_._{stage}._._{{}}/shortcut/conv1d")):
            here, there = f"{top}/residual_stack_._{stage}._._{block}", f"stage.{stage}.block.{block}"
            _read_conv(source, f"{here}/shortcut", weights, f"{there}.shortcut")
            _read_conv(source, f"{here}/conv1d_{number}", weights, f"{there}.dilated")
            # The converter keeps one copy of equal constants: a bias that is not there equals the shortcut's.
            same = source[f"{here}/shortcut/BiasAdd/ReadVariableOp/resource"]
            _read_conv(source, f"{here}/conv1d_{number + 1}", weights, f"{there}.pointwise", bias=same)
            number += 2
    _read_conv(source, f"{top}/conv1d_{number}", weights, "last")
    # The synthesis filter bank is stored as a correlation over the zero-stuffed bands.
    bank = source["conv1d;PartitionedCall/conv1d"][0, 0]  # [taps, bands]
    weights["pqmf"] = np.ascontiguousarray(bank[::-1].T * bank.shape[1])[:, None, :]  # [bands, 1, taps]
    return weights


def _count(source: Mapping[str, object], pattern: str) -> int:
    """How many of ``pattern``'s numbered names exist, from 0 up; ``*`` stands for the number's own suffix."""
    number = 0
    while pattern.format(number).replace("*", f"_{number}" if number else "") in source:
        number += 1
    return number


def _read_conv(
    source: Weights, here: str, weights: Weights, there: str, bias: npt.NDArray[np.float32] | None = None
) -> None:
    kernel = source[f"{here}/conv1d"]  # [out, 1, kernel, in]
    weights[f"{there}.weight"] = kernel[:, 0].transpose(0, 2, 1)
    found = source.get(f"{here}/BiasAdd/ReadVariableOp/resource", bias)
    if found is None:
        raise ValueError(f"no bias for {here}")
    weights[f"{there}.bias"] = found


def _read_norm(source: Weights, here: str, weights: Weights, there: str) -> None:
    weights[f"{there}.scale"] = source[f"{here}/batchnorm/mul/ReadVariableOp/resource"]
    weights[f"{there}.bias"] = source[f"{here}/batchnorm/ReadVariableOp/resource"]


def _read_transformer_layer(source: Weights, here: str, weights: Weights, there: str) -> None:
    projections = [f"{here}/attention/self/{name}" for name in ("query", "key", "value")]
    weights[f"{there}.qkv.weight"] = np.concatenate([source[f"{p}/Tensordot/MatMul"].T for p in projections], axis=1)
    weights[f"{there}.qkv.bias"] = np.concatenate([source[f"{p}/BiasAdd/ReadVariableOp/resource"] for p in projections])
    weights[f"{there}.out.weight"] = source[f"{here}/attention/output/dense/Tensordot/MatMul"].T
    weights[f"{there}.out.bias"] = source[f"{here}/attention/output/dense/BiasAdd/ReadVariableOp/resource"]
    _read_norm(source, f"{here}/attention/output/LayerNorm", weights, f"{there}.norm.0")
    for number in (1, 2):
        _read_conv(source, f"{here}/intermediate/conv1d_{number}", weights, f"{there}.conv.{number - 1}")
    _read_norm(source, f"{here}/output/LayerNorm", weights, f"{there}.norm.1")
