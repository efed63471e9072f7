"""Generated files: whole, unguessable, cleaned by age and size."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from indextts.model.errors import StudioError
from indextts.platform.serving_config import OutputConfig
from indextts.service.outputs import Outputs
from tests.support.services import files_in
from tests.support.waiting import until


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_save_and_find(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "outputs", OutputConfig())
    saved = [outputs.save(b"data %d" % number, "wav") for number in range(20)]
    assert len({file.name for file in saved}) == 20
    assert all(len(file.name) >= 32 for file in saved)
    assert saved[3].path.read_bytes() == b"data 3"
    assert outputs.find(saved[3].name) == saved[3].path
    assert files_in(outputs.folder) == sorted(file.name for file in saved)  # nothing half-written beside them


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../secret.wav", "/etc/passwd", "a.wav", "x" * 32 + ".wav/", "x" * 300]
)
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (tmp_path / "outputs").mkdir()
    assert Outputs(tmp_path / "outputs", OutputConfig()).find(name) is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    outputs = Outputs(tmp_path / "outputs", OutputConfig())
    outputs.folder.mkdir()
    name = "x" * 32 + ".wav"
    (outputs.folder / name).symlink_to(tmp_path / "secret")
    assert outputs.find(name) is None


def test_old_files_go(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path, OutputConfig(max_age_s=100))
    old, young = outputs.save(b"old", "wav"), outputs.save(b"young", "wav")
    age(old.path, 101)
    assert outputs.find(old.name) is None  # even before it is removed
    outputs.sweep()
    assert files_in(tmp_path) == [young.name]


def test_the_oldest_go_when_it_is_too_much(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path, OutputConfig(max_total_bytes=250))
    saved = []
    for number in range(4):
        file = outputs.save(bytes(100), "wav")
        age(file.path, 50 - 10 * number)
        saved.append(file)
    outputs.sweep()
    assert files_in(tmp_path) == sorted(file.name for file in saved[2:])
    big = outputs.save(bytes(1000), "wav")
    assert outputs.find(big.name) is not None  # what was just made stays, whatever its size


def test_leftovers_go_strangers_stay(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path, OutputConfig(max_age_s=100_000))
    name = f".{'x' * 32}.wav.part"
    (tmp_path / name).write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("mine")
    age(tmp_path / "notes.txt", 1_000_000)
    outputs.sweep()
    assert files_in(tmp_path) == [name, "notes.txt"]  # it may be another process's work
    age(tmp_path / name, 1000)
    outputs.start()
    until(lambda: not (tmp_path / name).exists())
    outputs.close()
    assert files_in(tmp_path) == ["notes.txt"]


def test_a_file_that_is_being_written_is_nobodys_orphan(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path, OutputConfig())
    part = tmp_path / f".{'x' * 32}.wav.part"
    with part.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)  # as write_file does
        age(part, 1000)
        outputs.sweep()
        assert part.exists()
    outputs.sweep()
    assert not part.exists()


def test_a_process_that_is_killed_while_it_writes_leaves_an_orphan_that_goes(tmp_path: Path) -> None:
    program = (
        "import os, signal; from pathlib import Path; from indextts.platform.storage import files;"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL);"
        f"files.write_file(Path({str(tmp_path)!r}) / ({'x' * 32!r} + '.wav'), b'half')"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
    (part,) = tmp_path.iterdir()
    assert part.name.endswith(".part")
    age(part, 10)
    Outputs(tmp_path, OutputConfig()).sweep()
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("jump_s", [86_400.0, -86_400.0])
def test_a_clock_that_is_set_makes_nothing_older_or_younger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump_s: float
) -> None:
    outputs = Outputs(tmp_path, OutputConfig(max_age_s=100))
    before = outputs.save(b"before", "wav")
    wall, steady = time.time, time.monotonic
    monkeypatch.setattr(time, "time", lambda: wall() + jump_s)
    outputs.sweep()
    assert outputs.find(before.name) is not None
    elsewhere = Outputs(tmp_path, OutputConfig(max_age_s=100))  # never saw it before the clock was set
    if jump_s < 0:
        elsewhere.sweep()
        assert elsewhere.find(before.name) is not None
    monkeypatch.setattr(time, "monotonic", lambda: steady() + 101)
    assert outputs.find(before.name) is None
    (outputs if jump_s > 0 else elsewhere).sweep()
    assert files_in(tmp_path) == []


def test_trouble_is_known_and_goes_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indextts.service.outputs._PROBE_S", 0.01)
    (tmp_path / "file").write_text("in the way")
    outputs = Outputs(tmp_path / "file" / "outputs", OutputConfig())
    assert outputs.trouble is None
    outputs.start()

    def until(code: str | None) -> None:
        ends = time.monotonic() + 10
        while (outputs.trouble.code if outputs.trouble else None) != code:
            assert time.monotonic() < ends
            time.sleep(0.01)

    until("not_writable")
    (tmp_path / "file").unlink()
    until(None)
    outputs.close()
    assert files_in(outputs.folder) == []


@pytest.mark.parametrize(
    ("blocks", "nodes", "code"), [(0, 9, "disk_full"), (15, 9, "disk_full"), (16, 0, "disk_full"), (16, 1, None)]
)
@pytest.mark.parametrize("saved", [True, False])
def test_a_disk_that_fills_up_is_known_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks: int, nodes: int, code: str | None, saved: bool
) -> None:
    outputs = Outputs(tmp_path / "outputs", OutputConfig())
    if saved:
        outputs.save(b"x", "wav")
    outputs.check_room()
    disk = SimpleNamespace(f_bavail=blocks, f_bfree=blocks, f_frsize=4096, f_files=9, f_ffree=nodes)
    monkeypatch.setattr(os, "statvfs", lambda _: disk)
    if code is None:
        outputs.check_room()
    else:
        with pytest.raises(StudioError) as caught:
            outputs.check_room()
        assert caught.value.code == code and caught.value.retry_after_s


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk_full"), (errno.EROFS, "not_writable")])
def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StudioError) as caught:
        Outputs(tmp_path, OutputConfig()).save(b"data", "wav")
    assert caught.value.code == code
    assert files_in(tmp_path) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudioError) as caught:
        Outputs(tmp_path / "file" / "outputs", OutputConfig()).save(b"data", "wav")
    assert caught.value.code == "not_writable"
