"""A file is read to its end once; a memory that is not as it was written only leads to another reading."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.storage import manifest
from indextts.platform.storage.files import sha256_file
from indextts.platform.storage.manifest import VERIFIED, ModelFolder, Verified

SEVEN, EIGHT = b"weights", b"weighty"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the files that are read to their end."""
    sizes: list[int] = []

    def counted(path: Path, beat: Callable[[], None] = lambda: None) -> str:
        sizes.append(path.stat().st_size)
        return sha256_file(path, beat)

    monkeypatch.setattr(manifest, "sha256_file", counted)
    return sizes


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    made = ModelFolder("demo", tmp_path / "demo")
    made.path.mkdir()
    (made.path / "net.onnx").write_bytes(SEVEN)
    made.write_manifest(made.path, "recipe-1")
    return made


def again(folder: ModelFolder) -> ModelFolder:
    """As the next start of the program finds it."""
    return ModelFolder(folder.name, folder.path)


def refused(folder: ModelFolder) -> None:
    with pytest.raises(StudioError) as caught:
        folder.checked_path("net.onnx")
    assert caught.value.code == "model_corrupt" and "net.onnx" in str(caught.value)
    with pytest.raises(StudioError):
        folder.verified()


def test_the_second_opening_of_a_voice_reads_nothing_to_its_end(tiny_config: Config, read: list[int]) -> None:
    (tiny_config.models_path / "embedded" / VERIFIED).unlink(missing_ok=True)
    first = load(tiny_config).fingerprints("baker")
    files = ("voice.json", "encoder.onnx", "decoder.onnx", "vocoder.onnx", "waveform.onnx")
    assert sum(read) == sum((tiny_config.models_path / "embedded" / name).stat().st_size for name in files)
    read.clear()
    assert load(tiny_config).fingerprints("baker") == first
    assert read == []


def test_another_content_of_the_same_size_is_refused(folder: ModelFolder) -> None:
    folder.checked_path("net.onnx")
    (folder.path / "net.onnx").write_bytes(EIGHT)
    refused(folder)
    refused(again(folder))
    (folder.path / "net.onnx").write_bytes(SEVEN)
    assert again(folder).verified() == folder.digests()


@pytest.mark.skipif(os.name == "nt", reason="there the time of change is that of creation")
def test_another_content_whose_time_was_set_back_is_refused(folder: ModelFolder) -> None:
    path = folder.path / "net.onnx"
    folder.checked_path("net.onnx")
    about = path.stat()
    path.write_bytes(EIGHT)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert path.stat().st_mtime_ns == about.st_mtime_ns
    refused(again(folder))


def test_another_file_in_its_place_is_refused(folder: ModelFolder) -> None:
    folder.checked_path("net.onnx")
    aside = folder.path / "aside"
    aside.write_bytes(EIGHT)
    aside.replace(folder.path / "net.onnx")
    refused(again(folder))


def test_a_file_that_was_touched_is_read_once_more(folder: ModelFolder, read: list[int]) -> None:
    folder.checked_path("net.onnx")
    os.utime(folder.path / "net.onnx")
    again(folder).checked_path("net.onnx")
    again(folder).checked_path("net.onnx")
    assert read == [7, 7]


def test_a_memory_that_was_changed_is_not_believed(folder: ModelFolder, read: list[int]) -> None:
    folder.checked_path("net.onnx")
    memory = folder.path / VERIFIED
    held = json.loads(memory.read_text(encoding="utf-8"))
    held["files"]["net.onnx"][1] = "0" * 64
    memory.write_text(json.dumps(held), encoding="utf-8")
    assert Verified(folder.path).digest("net.onnx") == folder.digests()["net.onnx"]
    assert read == [7, 7]


def test_a_memory_that_names_another_hash_than_the_right_one_is_not_believed(folder: ModelFolder) -> None:
    (folder.path / "net.onnx").write_bytes(EIGHT)
    Verified(folder.path).digest("net.onnx")
    refused(again(folder))
    (folder.path / "net.onnx").write_bytes(SEVEN)
    folder.checked_path("net.onnx")


@given(
    st.binary(max_size=100)
    | st.sampled_from([b"{}", b"[]", b'{"check": 1, "files": 2}', b'{"files": {"net.onnx": 5}}'])
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_a_spoilt_memory_counts_as_none(folder: ModelFolder, content: bytes) -> None:
    (folder.path / VERIFIED).write_bytes(content)
    assert again(folder).verified() == folder.digests()


def test_where_nothing_can_be_written_files_are_still_verified(
    folder: ModelFolder, read: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise StudioError("not_writable", path=path, reason="Read-only file system")

    monkeypatch.setattr(manifest, "write_file", refuse)
    for _ in range(2):
        again(folder).checked_path("net.onnx")
    assert read == [7, 7] and "will be read again" in caplog.text


def test_verifying_by_hand_reads_it_whatever_is_remembered(folder: ModelFolder, read: list[int]) -> None:
    folder.checked_path("net.onnx")
    assert [folder.state("net.onnx").state, *(state.state for state in folder.states())] == ["ok", "ok"]
    assert read == [7, 7, 7]


def test_what_is_known_of_one_file_survives_the_reading_of_another(folder: ModelFolder, read: list[int]) -> None:
    (folder.path / "other").write_bytes(b"x")
    Verified(folder.path).digest("net.onnx")
    Verified(folder.path).digest("other")
    Verified(folder.path).digest("net.onnx")
    assert read == [7, 1]


def test_a_large_file_is_announced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (tmp_path / "gpt.pth").open("wb") as stream:
        stream.truncate(64 * 1024**2)
    beats: list[None] = []
    with caplog.at_level("INFO"):
        Verified(tmp_path).digest("gpt.pth", lambda: beats.append(None))
    assert "gpt.pth" in caplog.text and "done once" in caplog.text and len(beats) == 16
