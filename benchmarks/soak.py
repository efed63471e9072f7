"""What a server has to bear that is left alone: for a long time, too much at once, and what was made to break it.

    python -m benchmarks.soak                                  # all, for hours; exit status 1 if one missed
    python -m benchmarks.soak --only cross_talk hostile
    python -m benchmarks.soak --only requests --requests 10000
    python -m benchmarks.soak --only schema --cases 5000       # needs requirements/test.txt

Each part has a server process of its own, on a free port of this machine, with a configuration and a folder of its own
and the models that are installed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.soaks import cross_talk, hostile, overload, schema, short_requests
from indextts.platform.config import load_config

Part = Callable[[argparse.Namespace, Path, Path], dict[str, Any]]

PARTS: Final[dict[str, tuple[Part, Callable[[dict[str, Any]], list[str]]]]] = {
    "cross_talk": (
        lambda given, folder, models: cross_talk.measure(folder, models, clients=given.texts, rounds=given.rounds),
        cross_talk.missed,
    ),
    "requests": (
        lambda given, folder, models: short_requests.measure(
            folder, models, requests=given.requests, warm_up=given.warm_up
        ),
        short_requests.missed,
    ),
    "overload": (
        lambda given, folder, models: overload.measure(
            folder, models, seconds=given.seconds, factor=given.factor, clients=given.clients
        ),
        overload.missed,
    ),
    "hostile": (
        lambda given, folder, models: hostile.measure(folder, models, count=given.inputs, seed=given.seed),
        hostile.missed,
    ),
    "schema": (
        lambda given, folder, models: schema.measure(
            folder, models, cases=given.cases, seed=given.seed, phases=given.phases
        ),
        schema.missed,
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Print JSON; 1 if something did not hold."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak", description="What a server bears that is left alone."
    )
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to run")
    parser.add_argument("--texts", type=int, default=32, help="cross_talk: at the same time")
    parser.add_argument("--rounds", type=int, default=5, help="cross_talk: each in another order")
    parser.add_argument("--requests", type=int, default=10_000, help="requests: that are counted")
    parser.add_argument("--warm-up", type=int, default=1000, help="requests: before those")
    parser.add_argument("--seconds", type=float, default=60.0, help="overload: for so long")
    parser.add_argument("--factor", type=float, default=2.0, help="overload: times what the server can answer")
    parser.add_argument("--clients", type=int, default=64, help="overload: addresses that ask")
    parser.add_argument("--inputs", type=int, default=500, help="hostile: so many")
    parser.add_argument("--cases", type=int, default=5000, help="schema: at least so many")
    parser.add_argument("--phases", default=schema.PHASES, help="schema: of Schemathesis")
    parser.add_argument("--seed", type=int, default=1, help="hostile, schema: another one tries other things")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    given = parser.parse_args(arguments)
    models = load_config().models_path
    results: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    }
    missed: list[str] = []
    for name in given.only:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        measure, look = PARTS[name]
        with tempfile.TemporaryDirectory(prefix=f"soak-{name}-") as folder:
            results[name] = measure(given, Path(folder), models)
        missed += [f"{name}: {one}" for one in look(results[name])]
    text = json.dumps(results, indent=2, ensure_ascii=False)
    print(text)
    if given.json is not None:
        given.json.write_text(text + "\n", encoding="utf-8")
    for one in missed:
        print(f"did not hold: {one}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
