"""Kernels are compiled once for a machine where there is a place to keep them, and run where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
PROGRAM = """
import numpy as np
from indextts.engines.indextts2.fast.digit_kernels import compiled

tops = np.empty(1, np.float32)
compiled().split(np.array([[1.0, -2.0]], np.float32), np.empty((2, 2), np.uint8), tops)
print(tops[0] * 63.5)
"""


def run(kept: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(kept)}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.night
def test_what_was_compiled_is_kept(tmp_path: Path) -> None:
    assert run(tmp_path) == "2.0"
    made = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")}
    assert len(made) == 2  # one for each kernel
    assert run(tmp_path) == "2.0"
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")} == made


@pytest.mark.night
def test_without_a_place_to_keep_it_it_runs(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run(tmp_path / "file" / "below") == "2.0"
