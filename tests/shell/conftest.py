"""A copy of the project, in a folder with spaces, whose server is a small double: the script and the instance logic
are real, and a start takes no time. It shares the project's .venv.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from indextts.ops import instance
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]

SERVER = '''
"""Answers /readyz; DOUBLE says what else it does."""
import http.server, os, signal, sys, time

def run(config, *, host=None, port=None, share=False):
    how = os.environ.get("DOUBLE", "")
    began = time.monotonic()
    if how == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if how == "fail":
        print("\\n".join(f"line {number}" for number in range(80)), flush=True)
        sys.exit(1)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            late = how == "slow" and time.monotonic() - began < 1.0 or how == "never"
            late = late or how.startswith("ill once ") and os.path.exists(how.split()[2])
            wrong = how.startswith(("broken", "full"))
            self.send_response(500 if how == "broken table" else 503 if late or wrong else 200)
            self.end_headers()
            if self.path == "/healthz":
                speaks = b"true" if how == "full" else b"false"
                error = b'{"status": "error", "model_loaded": %b, "error": {"message": "no voice here"}}' % speaks
                self.wfile.write(error if wrong else b'{"status": "loading"}')

    server = http.server.ThreadingHTTPServer((host, port), Handler)
    print("serving with", sys.argv[1:], flush=True)
    if share:
        print("INFO indextts.server.app: No public link (no internet); goes on", flush=True)
    server.serve_forever()
'''

PREPARE = '''
"""The voice and numba's cache are other tests' business."""

def use_cache(config): ...
'''


class Project:
    """The copy, and the script in it."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.port = port
        self.run_folder = root / "cache_hub" / "run"

    def script(self, *arguments: str, port: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run start_app.sh to its end, on this project's port unless told otherwise."""
        return subprocess.run(self.command(*arguments, port=port), **{**self._how(), **options})

    def begin(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start the script and return at once."""
        how = {**self._how(), "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options}
        for name in ("capture_output", "timeout"):
            del how[name]
        return subprocess.Popen(self.command(*arguments), **how)

    def command(self, *arguments: str, port: bool = True) -> list[str]:
        given = ["--port", str(self.port)] if port else []
        return [str(self.root / "start_app.sh"), *arguments, *given]

    def instance(self) -> instance.Instance:
        """What the pid file says."""
        known = instance.read(self.run_folder, self.port)
        assert known is not None
        return known

    def running(self) -> bool:
        known = instance.read(self.run_folder, self.port)
        return known is not None and known.alive

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self) -> str:
        return (self.root / "cache_hub" / "logs" / f"{self.port}.log").read_text(encoding="utf-8")

    def end(self) -> None:
        """Kill what a failed test has left: whatever runs with this copy's own Python."""
        python = f"{self.root}/.venv/bin/python\0".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "cmdline").read_bytes().startswith(python):
                    os.kill(int(process.name), signal.SIGKILL)

    def _how(self) -> dict[str, Any]:
        return {"capture_output": True, "text": True, "timeout": 120, "cwd": self.root.parent}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    root = tmp_path / "a folder 文件夹"
    shutil.copytree(ROOT / "indextts", root / "indextts", ignore=shutil.ignore_patterns("__pycache__", "server"))
    for name in ("configs", "deploy", "requirements", "scripts"):
        shutil.copytree(ROOT / name, root / name)
    for path in (ROOT / "app.py", ROOT / "start_app.sh", ROOT / "requirements.txt"):
        shutil.copy2(path, root / path.name)
    (root / ".venv").symlink_to(ROOT / ".venv")
    (root / "indextts" / "server").mkdir()
    (root / "indextts" / "server" / "__init__.py").write_text(textwrap.dedent(SERVER), encoding="utf-8")
    (root / "indextts" / "ops" / "warm.py").write_text(PREPARE, encoding="utf-8")
    made = Project(root, free_port())
    yield made
    made.end()
