"""What a killed process leaves half-written goes at the next start; what is being written stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indextts.platform.config import Config
from indextts.platform.storage.files import hold, sweep
from indextts.service.preload import Preloader

pytest.importorskip("fcntl")

WRITER = """
import os, sys
from pathlib import Path
from indextts.platform.storage import files
def stay(_):
    print("writing", flush=True)
    sys.stdin.read()
files.os.fsync = stay
files.write_file(Path(sys.argv[1]), b"half of it")
"""


def aged(path: Path, seconds: float) -> Path:
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_a_killed_writers_file_is_removed_and_a_living_ones_stays(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "manifest.json"
    command = [sys.executable, "-c", WRITER, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout is not None and writer.stdout.readline() == b"writing\n"
            (part,) = target.parent.glob(".manifest.json.*.part")
            aged(part, 3600)
            assert sweep(tmp_path) == [] and part.exists(), "somebody writes it"
        finally:
            writer.send_signal(signal.SIGKILL)
    assert sweep(tmp_path) == [part] and not part.exists()
    assert not target.exists()


def test_what_is_not_a_left_over_stays(tmp_path: Path) -> None:
    kept = [tmp_path / name for name in (".voice.fetch/gpt.pth.part", ".x.part", "a.0123abcd.part", ".a.0123abcd.json")]
    for path in kept:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        aged(path, 10_000)
    young = tmp_path / ".a.0123abcd.part"
    young.write_bytes(b"x")
    assert sweep(tmp_path) == [] and young.exists() and all(path.exists() for path in kept)
    aged(young, 60)
    with young.open("r+b") as stream:
        assert hold(stream)
        assert sweep(tmp_path) == []
    assert sweep(tmp_path) == [young]
    ahead = aged(tmp_path / ".b.0123abcd.part", 0) if (tmp_path / ".b.0123abcd.part").write_bytes(b"x") else None
    assert ahead is not None and sweep(tmp_path) == []
    aged(ahead, -3600)  # the clock was set back since
    assert sweep(tmp_path) == [ahead]


def test_a_folder_goes_when_nothing_has_come_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models" / ".voice.take.part"
    folder.mkdir(parents=True)
    (folder / "gpt.pth").write_bytes(b"x")
    assert sweep(tmp_path) == []
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 3600)
    assert sweep(tmp_path) == [folder] and not folder.exists()


def test_the_studio_sweeps_when_it_starts(tiny_config: Config) -> None:
    left = tiny_config.models_path / "embedded" / ".voice.json.0123abcd.part"
    left.write_bytes(b"half")
    aged(left, 60)
    Preloader(tiny_config).wait(120)
    assert not left.exists()
