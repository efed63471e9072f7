"""Finding recordings, reading them, and saying how far the outputs are apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from indextts.engines.parity import runner as parity
from indextts.engines.parity.runner import Fixture, largest, load, run_fixtures, unequal
from indextts.model.errors import StudioError
from indextts.platform.config import Config

NAMES = {"float16": "F16", "float32": "F32", "float64": "F64", "int64": "I64", "uint8": "U8"}


def write(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    table: dict[str, Any] = {"__metadata__": {"made": "here"}}
    body = b""
    for name, array in arrays.items():
        data = array.tobytes()
        offsets = [len(body), len(body) + len(data)]
        table[name] = {"dtype": NAMES[array.dtype.name], "shape": list(array.shape), "data_offsets": offsets}
        body += data
    head = json.dumps(table).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + body)


def describe(path: Path, **about: Any) -> None:
    path.write_text(json.dumps(about), encoding="utf-8")


def doubled(fixture: Fixture, config: Config) -> Iterator[tuple[str, float, float]]:
    """What the tests compare: ``out`` should be ``in`` times two."""
    yield "twice", largest(fixture.arrays["in"] * 2, fixture.arrays["out"]), 0.5
    for name, array in fixture.state().items():
        yield f"state {name}", largest(array, np.ones(2)), 0.0


def failing(fixture: Fixture, config: Config) -> Iterator[tuple[str, float, float]]:
    yield "nothing", sum(1.0 for _ in fixture.about), 1.0
    raise RuntimeError("of no use")


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = dict.fromkeys(("doubling", "Two words", "alone"), (__name__, "doubled"))
    kinds.update(failing=(__name__, "failing"), gone=("no_such_package", "compare"))
    monkeypatch.setattr(parity, "_PLACES", kinds)


RIGHT = {"in": np.array([1, 2], np.float32), "out": np.array([2, 4.25], np.float32)}


def test_a_kind_is_the_module_or_the_kind_or_the_name(tmp_path: Path) -> None:
    describe(tmp_path / "a.json", module="doubling")
    write(tmp_path / "a.safetensors", {**RIGHT, "sd.w": np.array([1, 1], np.float16)})
    describe(tmp_path / "b.json", kind="Two words")
    write(tmp_path / "b.io.safetensors", RIGHT)
    write(tmp_path / "b.state.safetensors", {"w": np.array([1, 1], np.float16), "v": np.array([1, 3], np.float32)})
    write(tmp_path / "alone.io.safetensors", RIGHT)
    results = {result.fixture: result for result in run_fixtures(tmp_path, Config())}
    assert set(results) == {"a/twice", "a/state w", "b/twice", "b/state w", "b/state v", "alone/twice"}
    assert [name for name, result in results.items() if not result.ok] == ["b/state v"]
    assert results["alone/twice"].max_abs_err == 0.25
    assert json.loads(results["b/state v"].to_json()) == {
        "fixture": "b/state v", "max_abs_err": 2.0, "tolerance": 0.0, "ok": False,
    }  # fmt: skip


def test_half_precision_is_widened(tmp_path: Path) -> None:
    describe(tmp_path / "a.json")
    write(tmp_path / "a.safetensors", {"half": np.array([0.1], np.float16), "whole": np.array([3], np.int64)})
    arrays = load(tmp_path / "a.json").arrays
    assert arrays["half"].dtype == np.float32
    assert arrays["half"][0] == np.float16(0.1)
    assert arrays["whole"].dtype == np.int64


@pytest.mark.parametrize("broken", ['{"module": "doubling"}', '{"module": "failing"}'])
def test_a_bad_fixture_is_reported_after_the_others(tmp_path: Path, broken: str) -> None:
    (tmp_path / "a.json").write_text(broken, encoding="utf-8")
    describe(tmp_path / "b.json", module="doubling")
    write(tmp_path / "b.safetensors", RIGHT)
    found = []
    with pytest.raises((StudioError, RuntimeError), match=r"a\.(json|safetensors)|of no use"):
        for result in run_fixtures(tmp_path, Config()):
            found.append(result.fixture)
    assert found[-1] == "b/twice"


@pytest.mark.parametrize("about", [{"module": "nothing of ours"}, {"module": "doubling"}])
def test_what_cannot_be_compared_is_said(tmp_path: Path, about: dict[str, str]) -> None:
    """An unknown kind, and arrays that are not there."""
    describe(tmp_path / "a.json", **about)
    with pytest.raises(StudioError) as caught:
        list(run_fixtures(tmp_path, Config()))
    assert caught.value.code == "bad_file"
    assert "a." in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"Not found", b"\xff" * 20, b"\x02" + b"\0" * 7 + b"{}garbage"])
def test_damaged_arrays_are_said(tmp_path: Path, content: bytes) -> None:
    describe(tmp_path / "a.json", module="doubling")
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(StudioError) as caught:
        list(run_fixtures(tmp_path, Config()))
    assert "a.safetensors" in str(caught.value)


@pytest.mark.parametrize("content", ["[1]", "3", "null"])
def test_a_description_is_an_object(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(StudioError):
        load(tmp_path / "a.json")


def test_a_package_that_is_missing_is_named(tmp_path: Path) -> None:
    describe(tmp_path / "a.json", module="gone")
    with pytest.raises(StudioError) as caught:
        list(run_fixtures(tmp_path, Config()))
    assert caught.value.code == "dependency_missing"
    assert "no_such_package" in str(caught.value)


def test_differences() -> None:
    assert largest([1.0, 2.5], np.array([1.0, 2.0])) == 0.5
    assert largest([], np.array([])) == 0.0
    for wrong in ([1.0], [1.0, float("nan")], [1.0, float("inf")]):
        error = largest(wrong, np.array([1.0, 2.0]))
        assert error > 1e30
        assert json.loads(json.dumps(error, allow_nan=False)) == error
    assert unequal(["a"], ["a"]) == unequal([[1, 2]], np.array([[1, 2]])) == 0.0
    assert unequal(["a"], ["b"]) == unequal([1, 2], np.array([[1, 2]])) == 1.0
