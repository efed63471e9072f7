"""logrotate itself over a log that the server goes on writing."""

from __future__ import annotations

import ctypes
import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.waiting import until

SHIPPED = Path(__file__).parents[2] / "deploy" / "logrotate" / "indextts"
LOGROTATE = shutil.which("logrotate", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

pytestmark = pytest.mark.skipif(LOGROTATE is None, reason="logrotate is not installed")

WRITER = """
import sys, time
from indextts.ops import logfile
from pathlib import Path
for number in range(10_000):
    print(f"line {number:06}", file=sys.stderr, flush=True)
    if not number % 100:
        logfile.rotate_own(Path(sys.argv[1]), limit=30_000)
    if number % 500 == 250:  # waits until it is told to go on
        print(number, flush=True)
        sys.stdin.readline()
"""
"""Writes as the server does, and sets its log aside where it has grown, as the server does."""


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """The shipped file with the test's folder and user in the place of the example's."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert text.count("/opt/indextts-studio/cache_hub/logs/") == text.count("su indextts indextts") == 1
    text = text.replace("/opt/indextts-studio/cache_hub/logs/", f"{tmp_path}/logs/")
    text = text.replace("    su indextts indextts\n", f"    su #{os.getuid()} #{os.getgid()}\n" if os.getuid() else "")
    target = tmp_path / "indextts"
    target.write_text(text, encoding="utf-8")
    target.chmod(0o644)
    (tmp_path / "logs").mkdir(mode=0o755)
    return target


def logrotate(configured: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(LOGROTATE), "--state", str(configured.parent / "state"), *options, str(configured)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def seconds() -> int:
    """The C library's clock, which logrotate takes its names from.

    It moves with the kernel's ticks: for some milliseconds after a second has begun it still tells the one before, so
    that Python's clock would let two rotations have one name, and logrotate refuses the second.
    """
    told = ctypes.CDLL(None).time
    told.restype, told.argtypes = ctypes.c_long, [ctypes.c_void_p]
    return int(told(None))


def test_logrotate_understands_every_line(configured: Path) -> None:
    (configured.parent / "logs" / "7860.log").write_text("a line\n", encoding="utf-8")
    told = logrotate(configured, "-d").stderr
    assert "error" not in told.lower() and "7860.log" in told and "after 14 rotations" not in told.lower()
    assert "(14 rotations)" in told


def test_the_server_writes_on_and_nothing_is_overwritten(configured: Path) -> None:
    logs = configured.parent / "logs"
    log = logs / "7860.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(logs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
        assert process.stdin and process.stdout
        named = 0
        for turn in range(20):
            assert process.stdout.readline()
            if turn in (8, 14):
                until(lambda: seconds() > named)  # noqa: B023 - it is asked at once
                inode = log.stat().st_ino
                logrotate(configured, "--force")
                assert (log.stat().st_ino, log.stat().st_size) == (inode, 0)
                named = max(int(path.name.rpartition("-")[2].removesuffix(".gz")) for path in logs.glob("7860.log-*"))
            print(file=process.stdin, flush=True)
        assert process.wait(60) == 0
    files = [path for path in logs.iterdir() if path.name.startswith("7860.log")]
    texts = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    lines = [line for text in texts for line in text.decode().splitlines()]
    assert sorted(lines) == [f"line {number:06}" for number in range(10_000)], "every line is there, once and whole"
    assert {"7860.log.1", "7860.log.2", "7860.log.3"} <= {path.name for path in files}, (
        "those that the server set aside"
    )
