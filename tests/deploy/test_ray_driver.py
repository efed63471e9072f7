"""The command that puts the studio on a cluster, where no process of it can speak."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
WITHOUT = (
    "INDEXTTS_TESTS_WITHOUT_RAY is set"
    if os.environ.get("INDEXTTS_TESTS_WITHOUT_RAY")
    else "Ray is not installed: pip install -r requirements/ray.txt"
)
pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason=WITHOUT)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The command with a folder that has no model."""
    config = tmp_path / "config.yaml"
    config.write_text(f"cache_dir: {tmp_path / 'hub'}\ncluster: {{replicas_max: 1}}\n", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "deploy/ray_serve.py", "--config", str(config), "--port", str(free_port())],
        cwd=ROOT,
        env={**os.environ, "LANG": "C", "LC_ALL": "C"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_it_ends_with_a_reason_and_status_1(command: subprocess.Popen[str]) -> None:
    told, _ = command.communicate(timeout=280)
    assert "The server cannot start on the cluster: The model “" in told and "Traceback" not in told, told
    assert command.returncode == 1


def test_an_order_to_stop_is_obeyed_while_nothing_can_speak(command: subprocess.Popen[str], tmp_path: Path) -> None:
    # The studio's process is there then; Serve tries several times to start one that speaks before it gives up.
    until((tmp_path / "hub" / "run" / "cluster-studio").exists, every_s=0.05)
    command.send_signal(signal.SIGTERM)
    told, _ = command.communicate(timeout=280)
    assert "Stopped by SIGTERM" in told and "Traceback" not in told, told
    assert command.returncode == 0
