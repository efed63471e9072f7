"""Convolutions of bytes as products: the sums are equal, and the graph that is faster here is opened."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from indextts.engines.kokoro import convolutions, products
from indextts.engines.kokoro.convolutions import as_products
from indextts.engines.kokoro.graph_files import SOUND_FILE
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.onnx import open_session
from indextts.platform.storage.manifest import ModelFolder
from tests.support.integers import needs_integers

Array = npt.NDArray[Any]
OUT = 16


def convolution(
    table: Array, zero: int | None = 3, *, opset: int = 20, zeros: int = 1, constant: bool = True, **attributes: Any
) -> onnx.ModelProto:
    """A graph of one convolution of bytes ``x`` ``[1, in, T]`` with the zero point ``z``."""
    names = ["x", "w", "z", "wz"] if zero is not None else ["x", "w"]
    held = [numpy_helper.from_array(table, "w")]
    if zero is not None:
        points = np.arange(zero, zero + zeros).astype(table.dtype)
        held.append(numpy_helper.from_array(points if zeros > 1 else points[0], "wz"))
    given = [
        helper.make_tensor_value_info("x", TensorProto.UINT8, [1, "in", "T"]),
        helper.make_tensor_value_info("z", TensorProto.UINT8, []),
    ]
    node = helper.make_node("ConvInteger", names, ["y"], **attributes)
    made = [node, helper.make_node("Identity", ["z"], ["unused"])]
    if not constant:
        held[0].name = "w0"
        made.insert(0, helper.make_node("Identity", ["w0"], ["w"]))
    out = [
        helper.make_tensor_value_info(name, kind, None)
        for name, kind in (("y", TensorProto.INT32), ("unused", TensorProto.UINT8))
    ]
    graph = helper.make_graph(made, "one", given, out, held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def run(model: onnx.ModelProto | Path, x: Array, z: int = 7) -> Array:
    session = open_session(model if isinstance(model, Path) else model.SerializeToString())
    found: Array = session.run(["y"], {"x": x, "z": np.array(z, np.uint8)})[0]
    return found


def kinds(model: onnx.ModelProto) -> set[str]:
    return {node.op_type for node in model.graph.node}


def drawn(seed: int, *shape: int, least: int = 0, most: int = 127, kind: npt.DTypeLike = np.uint8) -> Array:
    return np.random.default_rng(seed).integers(least, most, shape, endpoint=True).astype(kind)


@given(
    st.integers(1, 5), st.integers(1, 11), st.integers(1, 3), st.integers(1, 3), st.integers(0, 6), st.integers(0, 6),
    st.sampled_from([None, 0, 3, 100]), st.booleans(), st.integers(0, 2**16),
)  # fmt: skip
def test_products_have_the_sums_of_the_convolution(
    into: int, taps: int, apart: int, step: int, before: int, behind: int, zero: int | None, signed: bool, seed: int
) -> None:
    # Small factors, what is padded too: processors without instructions of their own add two products in 16 bits.
    table = drawn(seed, OUT, into, taps, least=-60 if signed else 0, most=60, kind=np.int8 if signed else np.uint8)
    x = drawn(seed + 1, 1, into, (taps - 1) * apart + 1 + seed % 7, least=100, most=160)
    attributes: dict[str, Any] = {
        "pads": [before, behind],
        "dilations": [apart],
        "strides": [step],
        "kernel_shape": [taps],
    }
    model = convolution(table, zero if not signed else min(zero or 0, 3), **attributes)
    wanted = run(model, x, 120)
    assert as_products(model) == 1 and "ConvInteger" not in kinds(model)
    assert np.array_equal(run(model, x, 120), wanted)


@needs_integers
def test_the_largest_bytes_are_multiplied_rightly() -> None:
    model = convolution(np.full((OUT, 64, 3), 255, np.uint8), 0)
    x = np.full((1, 64, 40), 255, np.uint8)
    wanted = run(model, x, 255)
    assert as_products(model) == 1 and np.array_equal(run(model, x, 255), wanted)
    wanted = run(model, x, 0)
    assert wanted.min() == 255 * 255 * 192


@pytest.mark.parametrize(
    "model",
    [
        convolution(drawn(1, OUT, 1, 3), group=2),
        convolution(drawn(1, OUT, 2, 3), zeros=OUT),
        convolution(drawn(1, OUT - 1, 2, 3)),
        convolution(drawn(1, OUT, 2, 3), auto_pad="SAME_UPPER"),
        convolution(drawn(1, OUT, 2, 3, 3)),
        convolution(drawn(1, OUT, 2, 3), opset=17),
        convolution(drawn(1, OUT, 2, 3), constant=False),
    ],
    ids=[
        "groups",
        "zero points",
        "few channels",
        "automatic padding",
        "two dimensions",
        "old operators",
        "no constant",
    ],
)
def test_others_stay_as_they_are(model: onnx.ModelProto) -> None:
    before = model.SerializeToString()
    assert as_products(model) == 0 and model.SerializeToString() == before


# ---------------------------------------------------------------- the file that is opened

X = drawn(5, 1, 4, 50)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelFolder:
    monkeypatch.setattr(products, "multiplies_integers", lambda: True)
    monkeypatch.setattr(products, "integers_are_right", lambda session: True)
    return with_graph(tmp_path, convolution(drawn(4, OUT, 4, 3, most=60)))


def with_graph(home: Path, model: onnx.ModelProto) -> ModelFolder:
    place = ModelFolder("kokoro", Config(cache_dir=home).models_path / "kokoro")
    place.path.mkdir(parents=True, exist_ok=True)
    (place.path / "manifest.json").unlink(missing_ok=True)
    onnx.save(model, place.path / SOUND_FILE)
    place.write_manifest(place.path, "made for this")
    return ModelFolder("kokoro", place.path)


def opened(home: Path, place: ModelFolder) -> Path:
    return products.sound_path(Config(cache_dir=home), place)


def test_it_is_made_once_and_speaks_the_same(place: ModelFolder, tmp_path: Path) -> None:
    cut = place.path / SOUND_FILE
    path = opened(tmp_path, place)
    made = path.stat().st_mtime_ns
    assert path != cut and "MatMulInteger" in kinds(onnx.load(path))
    assert np.array_equal(run(path, X), run(cut, X))
    assert opened(tmp_path, place) == path and path.stat().st_mtime_ns == made
    assert path.parent.parent == place.path.parent, "on the disk of the models"


def test_another_model_has_another(place: ModelFolder, tmp_path: Path) -> None:
    opened(tmp_path, place)
    place = with_graph(tmp_path, convolution(drawn(6, OUT, 4, 3, most=60)))
    assert np.array_equal(run(opened(tmp_path, place), X), run(place.path / SOUND_FILE, X))


@pytest.mark.parametrize("file", [SOUND_FILE, "probe_integers.onnx"])
def test_what_is_damaged_is_made_again(place: ModelFolder, tmp_path: Path, file: str) -> None:
    path = opened(tmp_path, place)
    good = path.with_name(file).read_bytes()
    path.with_name(file).write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    assert opened(tmp_path, place) == path and path.with_name(file).read_bytes() == good
    path.with_name(file).unlink()
    assert opened(tmp_path, place) == path and path.with_name(file).read_bytes() == good


def test_without_instructions_for_it_the_cut_is_opened(
    place: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(tmp_path, place)
    monkeypatch.setattr(products, "integers_are_right", lambda session: False)
    assert opened(tmp_path, place) == place.path / SOUND_FILE, "its folder came from another machine"
    monkeypatch.setattr(products, "multiplies_integers", lambda: False)
    assert opened(tmp_path, place) == place.path / SOUND_FILE


def test_a_graph_without_convolutions_of_bytes_is_opened_as_it_is(place: ModelFolder, tmp_path: Path) -> None:
    place = with_graph(tmp_path, convolution(drawn(4, 1, 4, 3)))
    cut = place.path / SOUND_FILE
    assert opened(tmp_path, place) == opened(tmp_path, place) == cut
    assert products.faster(cut, tmp_path) == cut


def test_where_nothing_can_be_written_the_cut_speaks(
    place: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(cut: Path, folder: Path) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(convolutions, "write_products", full)
    with caplog.at_level(logging.WARNING):
        assert opened(tmp_path, place) == place.path / SOUND_FILE
    assert StudioError("disk_full", path=str(tmp_path)).code == "disk_full" and "disk" in caplog.text.lower()


def test_a_cut_that_is_damaged_is_told(place: ModelFolder, tmp_path: Path) -> None:
    (place.path / SOUND_FILE).write_bytes(b"no graph")
    with pytest.raises(StudioError) as caught:
        opened(tmp_path, ModelFolder("kokoro", place.path))
    assert caught.value.code == "model_corrupt"
