"""Kokoro's graphs are cut by their structure, whatever an export calls its values, and equal to the whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from indextts.engines.kokoro.controls import audible, between
from indextts.engines.kokoro.graph_files import MELODY_FILE, SOUND_FILE, TEXT_FILE
from indextts.engines.kokoro.graphs import cut
from indextts.engines.kokoro.networks import open_networks
from indextts.model.errors import StudioError
from indextts.platform.onnx import open_session
from tests.support.tiny_kokoro import Export, scrambled, tiny_graph

IDS = [0, *range(43, 63), 3, 16, *range(60, 69), 4, 0]
EXPORTS = {
    "as published": Export(),
    "int32 speed": Export(whole_speed=True),
    "reciprocal of the speed": Export(reciprocal=True),
    "outputs of durations": Export(timed=True),
    "16 bits": Export(half=True),
    "8 bits": Export(integers=True),
    "the number of tokens": Export(counted=True),
    "all of it": Export(True, True, True, True, True, True),
}


def whole(model: onnx.ModelProto, style: np.ndarray) -> np.ndarray:
    session = open_session(model.SerializeToString())
    kinds = {"tensor(int64)": np.array([IDS]), "tensor(int32)": np.ones(1, np.int32)}
    fed = {
        one.name: kinds.get(one.type, style if one.shape[-1] == style.size else np.ones(1, np.float32))
        for one in session.get_inputs()
    }
    return max((made.reshape(-1) for made in session.run(None, fed)), key=np.size)


def chained(folder: Path, style: np.ndarray) -> np.ndarray:
    parts = open_networks({path.name: path for path in folder.glob("*.onnx")}, 1)
    text = parts.text(IDS, style)
    frames = np.maximum(np.round(text.durations), 1).astype(np.int64)
    return parts.sound(parts.melody(text, frames, style), style)


def cut_into(folder: Path, model: onnx.ModelProto) -> Path:
    folder.mkdir(exist_ok=True)
    onnx.save(model, folder / "any name.bin")
    cut(folder / "any name.bin", folder)
    return folder


STYLE = np.random.default_rng(1).standard_normal((1, 256)).astype(np.float32)


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_the_parts_in_a_row_are_the_whole_and_no_name_counts(export: Export, tmp_path: Path) -> None:
    plain = cut_into(tmp_path / "plain", tiny_graph(1, export))
    other = cut_into(tmp_path / "other", scrambled(tiny_graph(1, export), seed=1))
    assert np.array_equal(chained(plain, STYLE), whole(tiny_graph(1, export), STYLE))
    for file in (TEXT_FILE, MELODY_FILE, SOUND_FILE):
        assert (plain / file).read_bytes() == (other / file).read_bytes()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(export=st.builds(Export, *[st.booleans()] * 6), seed=st.integers(1, 2**30))
def test_any_export_under_any_names_is_cut(export: Export, seed: int, tmp_path: Path) -> None:
    model = scrambled(tiny_graph(seed, export), seed)
    assert np.array_equal(chained(cut_into(tmp_path / str(seed), model), STYLE), whole(model, STYLE))


def without(kind: str, into: str) -> Callable[[onnx.ModelProto], None]:
    """Every operator ``kind`` becomes ``into``."""

    def change(model: onnx.ModelProto) -> None:
        for node in model.graph.node:
            if node.op_type == kind:
                node.op_type = into

    return change


def narrower(model: onnx.ModelProto) -> None:
    """The features for the sound are 512 of 2 symbols no more, but of one number each."""
    weights = next(one for one in model.graph.initializer if tuple(one.dims) == (178, 512))
    weights.CopyFrom(onnx.numpy_helper.from_array(np.ones((178, 300), np.float32), weights.name))


def another_input(model: onnx.ModelProto) -> None:
    model.graph.input[1].CopyFrom(helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 512]))


def more_crosses(model: onnx.ModelProto) -> None:
    """The samples depend on the tokens themselves as well."""
    last = model.graph.node[-1]
    seen = helper.make_node("ReduceMax", ["tokens"], ["seen"], keepdims=0)
    number = helper.make_node("Cast", ["seen"], ["number"], to=TensorProto.FLOAT)
    louder = helper.make_node("Mul", [last.output[0], "number"], ["louder"])
    model.graph.node.extend([seen, number, louder])
    model.graph.output[0].name = "louder"


@pytest.mark.parametrize(
    ("change", "reason", "chinese"),
    [
        (another_input, "tokens, style and speed", "语速"),
        (without("Div", "Add"), "does not scale the durations", "不改变时长"),
        (without("Round", "Identity"), "not rounded to frames", "取整"),
        (narrower, "640 and 512 features", "640"),
        (without("Conv", "Clip"), "0 projections to one channel", "单通道投影"),
        (without("Sin", "Tanh"), "no harmonic source", "谐波源"),
        (more_crosses, "values other than the 640", "文本"),
    ],
)
def test_what_cannot_be_cut_is_told_by_what_is_missing(
    change: Callable[[onnx.ModelProto], None], reason: str, chinese: str, tmp_path: Path
) -> None:
    model = tiny_graph()
    change(model)
    with pytest.raises(StudioError) as caught:
        cut_into(tmp_path, model)
    assert caught.value.code == "graph_unusable"
    assert reason in caught.value.localise("en")[0] and chinese in caught.value.localise("zh")[0]
    assert not list(tmp_path.glob("*.onnx"))


def test_what_is_no_graph_is_told(tmp_path: Path) -> None:
    other = tmp_path / "kokoro-v1.0.int8.onnx"
    other.write_bytes(b"no graph")
    with pytest.raises(StudioError, match="cannot be read"):
        cut(other, tmp_path)


def test_a_cut_of_an_older_kind_still_speaks(tmp_path: Path) -> None:
    folder = cut_into(tmp_path, tiny_graph())
    now = chained(folder, STYLE)
    older = onnx.load(folder / TEXT_FILE)
    older.graph.input.append(helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]))
    row = helper.make_node("Cast", [older.graph.output[0].name], ["whole"], to=TensorProto.INT64)
    older.graph.node.append(row)
    older.graph.output.insert(1, helper.make_tensor_value_info("whole", TensorProto.INT64, [1, "symbols"]))
    onnx.save(older, folder / TEXT_FILE)
    assert np.array_equal(chained(folder, STYLE), now)


@pytest.mark.parametrize("export", [Export(), Export(half=True)], ids=["32 bits", "16 bits"])
def test_speech_is_as_loud_without_the_silence_around_it(export: Export, tmp_path: Path) -> None:
    folder = cut_into(tmp_path, tiny_graph(1, export))
    parts = open_networks({path.name: path for path in folder.glob("*.onnx")}, 1)
    text = parts.text(IDS, STYLE)
    curves = parts.melody(text, np.maximum(np.round(text.durations), 1).astype(np.int64), STYLE)
    first, last = audible(curves.energy)
    kept, left_out = between(curves, first, last), (first, curves.frames - last)
    assert sum(left_out) > 10
    middle = slice(600 * 12, 600 * (last - first - 12))

    def level(samples: np.ndarray) -> float:
        return float(20 * np.log10(np.sqrt(np.mean(np.square(samples[middle])))))

    due = level(parts.sound(curves, STYLE)[600 * first :])
    assert level(parts.sound(kept, STYLE, left_out=left_out)) == pytest.approx(due, abs=0.1)
    assert level(parts.sound(kept, STYLE)) < due - 0.5
