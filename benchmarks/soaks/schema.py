"""Schemathesis over the server's own description: every check, every phase, one request built on another's answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.soaks.served import Served, served

PHASES: Final = "examples,coverage,fuzzing,stateful"
_LEFT_OUT: Final = (
    "POST /v1/store/{name}/pull",
    "POST /v1/store/{name}/install",
    "POST /v1/store/restart",
    "DELETE /v1/store/{name}",
)
"""What would fetch gigabytes, change this Python or take the server away: nothing to try at random."""

_SETTINGS: Final = """
[checks.negative_data_rejection]
# What is generated is now and then longer than the longest text.
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "410", "413", "415", "422", "428", "429"]

[checks.positive_data_acceptance]
# No description says which reading fits a word, which file is a recording, what is there, or what is there no more.
expected-statuses = ["2xx", "3xx", "400", "401", "403", "404", "406", "409", "410", "413", "415", "422", "428", "429"]
"""


def measure(folder: Path, models: Path, *, cases: int = 5000, seed: int = 1, phases: str = PHASES) -> dict[str, Any]:
    """At least so many cases. The server works on a copy of the default voice: what is tried may do harm."""
    copied = folder / "models"
    shutil.copytree(models / "embedded", copied / "embedded")
    with served(folder, copied, {"max_text_chars": 200}) as server:
        return asked(server, folder, cases=cases, seed=seed, phases=phases)


def asked(server: Served, folder: Path, *, cases: int, seed: int, phases: str = PHASES) -> dict[str, Any]:
    """The same of a server that runs; reports lie in ``folder``."""
    with server.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    operations = sum(map(len, paths.values())) - len(_LEFT_OUT)
    settings, report = folder / "schemathesis.toml", folder / "report.json"
    settings.write_text(textwrap.dedent(_SETTINGS), encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"]
    command += [f"{server.url}/openapi.json", "--checks", "all", "--phases", phases, "--continue-on-failure"]
    command += ["--max-examples", str(max(1, -(-cases // operations))), "--seed", str(seed), "--no-shrink"]
    command += ["--suppress-health-check", "all", "--generation-database", "none", "--request-timeout", "60"]
    command += ["--report", "json", "--report-json-path", str(report), "--no-color"]
    for name in _LEFT_OUT:
        command += ["--exclude-name", name]
    environment = {
        **os.environ,
        "PYTHONPATH": str(processes.ROOT),
        "SCHEMATHESIS_HOOKS": "benchmarks.soaks.schema_hooks",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if not report.is_file() or not report.stat().st_size:
        raise RuntimeError(f"schemathesis ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}")
    told = json.loads(report.read_text(encoding="utf-8"))
    return {
        "operations": told["operations"],
        "phases": told["phases"],
        "cases": told["test_cases"]["generated"],
        "cases_with_failures": told["test_cases"]["with_failures"],
        "failures": told["failures"],
        "errors": told["errors"],
        "alive": server.alive(),
        "said": "" if done.returncode == 0 else done.stdout[-20_000:],
    }


def missed(result: dict[str, Any]) -> list[str]:
    """What did not hold."""
    found = [f"{one['title']}: {one['count']} times, {one['operations']}" for one in result["failures"]]
    found += [f"error: {one['title']}, {one['count']} times" for one in result["errors"]]
    if not result["alive"]:
        found.append("the server has ended")
    return found
