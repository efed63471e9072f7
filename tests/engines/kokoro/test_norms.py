"""A line that is decoded without the silence around it sounds as it does with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from indextts.engines.kokoro.controls import counted
from indextts.engines.kokoro.norms import count_silence
from indextts.platform.onnx import open_session

CHANNELS = 3


def norm(*, old: bool = False, half: bool = False, axis: int = 2) -> onnx.ModelProto:
    """Each frame twice, less the mean, divided by the deviation."""
    kind = TensorProto.FLOAT16 if half else TensorProto.FLOAT
    constants = [
        numpy_helper.from_array(np.array([1, 1, 2], np.float32), "scales"),
        numpy_helper.from_array(np.array(1e-5, np.float16 if half else np.float32), "least"),
    ]
    axes: dict[str, Any] = {"axes": [axis]} if old else {}
    if not old:
        constants.append(numpy_helper.from_array(np.array([axis]), "axis"))
    more = [] if old else ["axis"]
    nodes = [
        helper.make_node("Cast", ["values"], ["given"], to=kind),
        helper.make_node("Resize", ["given", "", "scales"], ["x"], mode="nearest"),
        helper.make_node("ReduceMean", ["x", *more], ["mean"], keepdims=1, **axes),
        helper.make_node("Sub", ["x", "mean"], ["apart"]),
        helper.make_node("Mul", ["apart", "apart"], ["square"]),
        helper.make_node("ReduceMean", ["square", *more], ["variance"], keepdims=1, **axes),
        helper.make_node("Add", ["variance", "least"], ["positive"]),
        helper.make_node("Sqrt", ["positive"], ["deviation"]),
        helper.make_node("Div", ["apart", "deviation"], ["normal"]),
        helper.make_node("Cast", ["normal"], ["made"], to=TensorProto.FLOAT),
    ]
    graph = helper.make_graph(
        nodes,
        "norm",
        [helper.make_tensor_value_info("values", TensorProto.FLOAT, [1, CHANNELS, "F"])],
        [helper.make_tensor_value_info("made", TensorProto.FLOAT, [1, CHANNELS, "T"])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17 if old else 18)], ir_version=8)


def run(model: onnx.ModelProto, values: np.ndarray, left_out: np.ndarray | None = None) -> np.ndarray:
    session = open_session(model.SerializeToString())
    fed = {"values": values} if left_out is None else {"values": values, "left_out": left_out}
    made: np.ndarray = session.run(None, fed)[0]
    return made


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(8, 60), st.booleans(), st.integers(0, 2**30))
def test_frames_at_the_ends_stand_for_the_silence_that_is_left_out(
    before: int, after: int, frames: int, old: bool, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    speech = draw.standard_normal((1, CHANNELS, frames)).astype(np.float32)
    speech[..., :4] = speech[..., -4:] = silent = draw.standard_normal((1, CHANNELS, 1)).astype(np.float32)
    whole = np.concatenate([np.repeat(silent, before, 2), speech, np.repeat(silent, after, 2)], axis=2)
    model = norm(old=old)
    due = run(model, whole)[..., 2 * before : 2 * (before + frames)]
    plain = run(model, speech)
    count_silence(model.graph)
    onnx.checker.check_model(model)
    assert run(model, speech, counted(frames, before, after)) == pytest.approx(due, abs=1e-4)
    assert np.array_equal(run(model, speech, counted(frames, 0, 0)), plain)


def test_a_norm_in_sixteen_bits_counts_it_too() -> None:
    values = np.linspace(-1.0, 1.0, CHANNELS * 20, dtype=np.float32).reshape(1, CHANNELS, 20)
    model = norm(half=True)
    plain = run(model, values)
    count_silence(model.graph)
    assert np.array_equal(run(model, values, counted(20, 0, 0)), plain)
    assert not np.allclose(run(model, values, counted(20, 30, 0)), plain, atol=0.1)


def test_means_over_something_else_stay() -> None:
    model = norm(axis=1)
    before = model.SerializeToString()
    count_silence(model.graph)
    assert model.SerializeToString() == before
