from __future__ import annotations

import struct
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from indextts.engines.indextts2.checkpoint.weights import Mapped, write
from indextts.model.errors import StudioError

KINDS = [torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool]


def some() -> dict[str, torch.Tensor]:
    return {
        "odd": torch.arange(3, dtype=torch.uint8),
        "wide": torch.randn(4, 5),
        "turned": torch.randn(6, 2).t(),
        "half": torch.randn(7).half(),
        "none": torch.empty(0, 3),
        "one": torch.tensor(2.5),
    }


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    tensors = some()
    write(tmp_path / "deep" / "a.safetensors", tensors)
    found = Mapped(tmp_path / "deep" / "a.safetensors")
    assert set(found) == set(tensors)
    assert all(torch.equal(found[name], tensor) for name, tensor in tensors.items())
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.safetensors"]


def test_the_library_of_the_format_reads_it_too_and_the_other_way_round(tmp_path: Path) -> None:
    tensors = some()
    write(tmp_path / "ours", tensors)
    theirs = load_file(tmp_path / "ours")
    assert all(torch.equal(theirs[name], tensor) for name, tensor in tensors.items())
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, tmp_path / "theirs")
    ours = Mapped(tmp_path / "theirs")
    assert all(torch.equal(ours[name], tensor) for name, tensor in tensors.items())


def test_tensors_stay_what_they_are_when_their_memory_is_given_back(tmp_path: Path) -> None:
    tensor = torch.randn(100_000)
    write(tmp_path / "a", {"x": tensor})
    found = Mapped(tmp_path / "a")
    assert torch.equal(found["x"], tensor)
    found.forget()
    assert torch.equal(found["x"], tensor)


def resident(path: Path) -> int:
    """Kilobytes of a file that this process has in memory."""
    lines = Path("/proc/self/smaps").read_text(encoding="ascii", errors="replace").splitlines()
    total, inside = 0, False
    for line in lines:
        if "-" in line.split(" ", 1)[0]:
            inside = line.endswith(str(path))
        elif inside and line.startswith("Rss:"):
            total += int(line.split()[1])
    return total


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="no table of this process's memory")
def test_a_file_is_read_only_as_far_as_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write(path, {"x": torch.ones(4_000_000), "y": torch.ones(4_000_000)})
    found = Mapped(path)
    assert resident(path) < 1000
    assert found["x"].sum() == 4_000_000
    assert 12_000 < resident(path) < 24_000
    found.forget()
    assert resident(path) < 1000


@given(st.integers(0, 2000))
def test_what_is_cut_off_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.safetensors"
    write(path, {"x": torch.ones(300), "y": torch.ones(100)})
    whole = path.read_bytes()
    path.write_bytes(whole[: min(length, len(whole) - 1)])
    with pytest.raises(StudioError) as caught:
        Mapped(path)
    assert caught.value.code == "model_unreadable" and "models pull indextts2" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"Not found",
        b"<!doctype html>" * 20,
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 20) + b'{"x": {"dtype": "F"}}',
        struct.pack("<Q", 64) + b'{"x":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}'.ljust(64),
        struct.pack("<Q", 64) + b'{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}'.ljust(64),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(StudioError) as caught:
        Mapped(tmp_path / "a")
    assert caught.value.code == "model_unreadable"
