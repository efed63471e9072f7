"""Run the benchmarks: see the package's docstring."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks import chain, editing, over_http, resampling, server, voice
from benchmarks.report import table
from benchmarks.targets import missed

PARTS: Final[dict[str, Callable[[int], dict[str, Any]]]] = {
    "voice": voice.measure,
    "http": over_http.measure,
    "server": server.measure,
    "resampling": resampling.measure,
    "editing": editing.measure,
    "chain": chain.measure,
}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print JSON and a table; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure against peers, in one run.")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to run")
    parser.add_argument("--rounds", type=int, default=5, help="repetitions (default 5)")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--no-table", action="store_true", help="print the JSON alone")
    options = parser.parse_args(arguments)
    results: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    }
    for name in options.only:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        results[name] = PARTS[name](options.rounds)
    text = json.dumps(results, indent=2)
    print(text)
    if options.json is not None:
        options.json.write_text(text + "\n", encoding="utf-8")
    if not options.no_table:
        print("\n" + table(results))
    failures = list(missed(results))
    for failure in failures:
        print(f"target missed: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
