"""Nothing half-written is ever taken for whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from indextts.errors import StudioError
from indextts.storage.files import new_folder, sha256_file, write_file, writing


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.bin"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["file.bin"]
    assert sha256_file(path) == "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"


def test_a_folder_appears_only_when_it_is_done(tmp_path: Path) -> None:
    target = tmp_path / "model"
    with new_folder(target) as aside:
        (aside / "a").write_bytes(b"1")
        assert not target.exists()
    with new_folder(target) as aside:
        (aside / "b").write_bytes(b"2")
        assert (target / "a").exists(), "the old one serves until the new one is whole"
    assert [entry.name for entry in target.iterdir()] == ["b"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_a_failed_build_leaves_the_old_folder_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "model"
    with new_folder(target) as aside:
        (aside / "a").write_bytes(b"1")
    with pytest.raises(RuntimeError), new_folder(target) as aside:
        (aside / "b").write_bytes(b"2")
        raise RuntimeError
    assert [entry.name for entry in tmp_path.rglob("*")] == ["model", "a"]


def test_what_a_killed_build_left_behind_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".model.0123.part").mkdir()
    (tmp_path / ".model.0123.part" / "half").write_bytes(b"x")
    with new_folder(tmp_path / "model"):
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "disk_full"), (errno.EACCES, "not_writable"), (errno.EROFS, "not_writable")]
)
def test_the_systems_refusals_become_sentences(number: int, code: str) -> None:
    with pytest.raises(StudioError) as caught, writing(Path("place")):
        raise OSError(number, os.strerror(number))
    assert caught.value.code == code


def test_other_errors_pass_through() -> None:
    with pytest.raises(OSError, match="odd"), writing(Path("place")):
        raise OSError(errno.EIO, "odd")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught, writing(tmp_path), Path("/dev/full").open("wb") as stream:
        stream.write(b"x" * 100_000)
    assert caught.value.code == "disk_full"
