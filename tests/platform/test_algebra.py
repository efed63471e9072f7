"""numpy's linear algebra takes no core from the networks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_SAID = """
import os, sys
from indextts.cli.main import main
assert "numpy" not in sys.modules, "too late to be told"
try:
    main(["--help"])
except SystemExit:
    pass
import numpy as np
a = np.ones((600, 600))
a @ a
print("threads", len(os.listdir("/proc/self/task")), os.environ["OPENBLAS_NUM_THREADS"])
"""


def threads(**environment: str) -> list[str]:
    own = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", _SAID]
    done = subprocess.run(command, env=own | environment, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.splitlines()[-1].split()[1:]


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="needs /proc")
def test_a_command_multiplies_in_the_thread_that_asks() -> None:
    assert threads() == ["1", "1"]


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="needs /proc")
def test_what_the_environment_says_holds() -> None:
    assert threads(OPENBLAS_NUM_THREADS="2")[1] == "2"
