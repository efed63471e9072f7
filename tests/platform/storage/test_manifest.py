"""A model's files are compared with their hashes before anything opens them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.platform.storage.files import new_folder
from indextts.platform.storage.manifest import MANIFEST, ModelFolder


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    made = ModelFolder("demo", tmp_path / "demo")
    with new_folder(made.path) as aside:
        (aside / "net.onnx").write_bytes(b"weights")
        made.write_manifest(aside, "recipe-1")
    return made


def test_a_whole_folder_says_so(folder: ModelFolder) -> None:
    assert folder.whole()
    assert folder.identity() == "recipe-1"
    assert folder.read("net.onnx") == b"weights"
    assert [state.state for state in folder.states()] == ["ok"]


def test_damage_is_found(folder: ModelFolder) -> None:
    (folder.path / "net.onnx").write_bytes(b"weighty")
    assert not folder.whole()
    with pytest.raises(StudioError) as caught:
        folder.read("net.onnx")
    assert caught.value.code == "model_corrupt"
    assert "net.onnx" in str(caught.value)


def test_a_missing_file_is_found(folder: ModelFolder) -> None:
    (folder.path / "net.onnx").unlink()
    assert [state.state for state in folder.states()] == ["missing"]
    with pytest.raises(StudioError) as caught:
        folder.read("net.onnx")
    assert caught.value.code == "model_missing"


def test_nothing_outside_the_manifest_is_read(folder: ModelFolder) -> None:
    (folder.path / "stranger").write_bytes(b"x")
    with pytest.raises(StudioError) as caught:
        folder.read("stranger")
    assert caught.value.code == "model_missing"


def test_an_absent_model_is_not_whole(tmp_path: Path) -> None:
    assert not ModelFolder("demo", tmp_path / "none").whole()
    assert ModelFolder("demo", tmp_path / "none").identity() is None


@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["identity", "files", "sha256", "../x", "a"]), inner, max_size=4)
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_spoilt_manifest_counts_as_none(tmp_path: Path, content: bytes) -> None:
    folder = ModelFolder("demo", tmp_path)
    (tmp_path / MANIFEST).write_bytes(content)
    assert all(state.state != "ok" for state in folder.states())
    assert not folder.whole()
    with pytest.raises(StudioError):
        folder.read("net.onnx")


@pytest.mark.parametrize("name", ["../net.onnx", "a/../../net.onnx", "/net.onnx", "a\\net.onnx", "", "."])
def test_a_manifest_that_names_what_lies_outside_its_folder_is_none(folder: ModelFolder, name: str) -> None:
    file = folder.path / MANIFEST
    told = json.loads(file.read_text(encoding="utf-8"))
    told["files"][name] = dict(told["files"]["net.onnx"])
    file.write_text(json.dumps(told), encoding="utf-8")
    fresh = ModelFolder("demo", folder.path)
    assert fresh.identity() is None and not fresh.whole()


def test_a_manifest_is_read_again_only_where_it_has_changed(
    folder: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request asks for it several times, by a new object each."""
    read, usual = [], Path.read_text

    def counted(path: Path, *args: Any, **kwargs: Any) -> str:
        read.append(path.name)
        return usual(path, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", counted)
    for _ in range(3):
        assert ModelFolder("demo", folder.path).identity() == "recipe-1"
        assert set(ModelFolder("demo", folder.path).digests()) == {"net.onnx"}
    assert read.count(MANIFEST) == 1
    folder.write_manifest(folder.path, "recipe-2")
    assert ModelFolder("demo", folder.path).identity() == "recipe-2"
    (folder.path / MANIFEST).unlink()
    assert ModelFolder("demo", folder.path).identity() is None
