"""Attacks a server of its own with everything that has broken it once, and tells what it cost.

    python -m benchmarks.attack                        # exit status 1 if anything succeeded
    python -m benchmarks.attack --only covers scripts  # those whose description has one of these words
    python -m benchmarks.attack --inputs 200           # random hostile requests besides, one for each family in turn

Printed for each: whether the server held, its answers, the seconds, the highest memory beyond what it had before, and
the memory after. At the end the memory may be 50 MB above that of before; before, each route is used as it should be.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.soaks import attacks, hostile
from benchmarks.soaks.served import Served, served
from benchmarks.soaks.target import Outcome, Target
from indextts.platform.config import load_config

MOST_AFTER_MB: Final = 50.0
MOST_PEAK_MB: Final = 250.0
"""Of one attack, at its height: bodies that wait, beside one that is worked on."""
_SETTLE_S: Final = 12.0

_KEYED: Final = {"keys": "always", "local_needs_key": True}
"""Nobody is known without a key, and nobody has one."""
_ALONE: Final[tuple[tuple[str, dict[str, Any], Callable[[str, dict[str, Any]], Outcome]], ...]] = (
    ("every route without a key", {"server": {}, "access": _KEYED}, attacks.without_a_key),
    (
        "guessed keys and logins that lead away",
        {"server": {}, "access": _KEYED},
        lambda url, _: attacks.wrong_keys(url),
    ),
    ("new addresses in a header", {"server": {"rate_limit": "20/minute"}}, lambda url, _: attacks.other_addresses(url)),
)
"""Attacks that need a server with settings of its own."""


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each attack; 1 where one succeeded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attack", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", nargs="+", default=[], help="attacks whose description has one of these words")
    parser.add_argument("--inputs", type=int, default=100, help="random hostile requests besides")
    parser.add_argument("--seed", type=int, default=1, help="another one tries other random requests")
    given = parser.parse_args(arguments)
    models = load_config().models_path
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        failed = _attacked(Path(folder), models, given)
    for one in failed:
        print(f"succeeded: {one}", file=sys.stderr)
    return 1 if failed else 0


def _attacked(folder: Path, models: Path, given: argparse.Namespace) -> list[str]:
    failed: list[str] = []
    with served(folder / "one", models, hostile.LIMITS) as server:
        target = Target(server, folder / "one" / "hub")
        target.warm()
        time.sleep(_SETTLE_S)
        before = server.rss_mb()
        print(f"{'held':<5} {'s':>6} {'peak MB':>8} {'MB after':>9}  attack: answers   (before: {before:.0f} MB)")
        for ask, about in attacks.ATTACKS:
            if _wanted(about, given.only):
                failed += _one(server, about, lambda ask=ask: ask(target))  # type: ignore[misc]
        if not given.only:
            failed += _one(server, f"{given.inputs} random hostile requests", lambda: _random(server, given))
        routes = target.client.get("/openapi.json").json()["paths"]
        target.close()
        time.sleep(_SETTLE_S)
        failed += _lives(server, before)
    for about, changes, alone in _ALONE:
        if _wanted(about, given.only):
            with served(folder / about.replace(" ", "-"), models, **changes) as server:
                failed += _one(server, about, lambda alone=alone: alone(server.url, routes))  # type: ignore[misc]
    return failed


def _wanted(about: str, only: list[str]) -> bool:
    return not only or any(word in about for word in only)


def _one(server: Served, about: str, ask: Callable[[], Outcome]) -> list[str]:
    gc.collect()
    before = server.peak_before()
    began = time.perf_counter()
    try:
        outcome = ask()
    except Exception as error:  # a connection that breaks, an answer that is none: told as it came
        outcome = Outcome(False, repr(error))
    seconds, peak = time.perf_counter() - began, server.peak_mb() - before
    held = outcome.held and peak <= MOST_PEAK_MB and server.alive()
    print(
        f"{'yes' if held else 'NO':<5} {seconds:6.1f} {peak:8.0f} {server.rss_mb():9.0f}  {about}: {outcome.said}",
        flush=True,
    )
    return [] if held else [f"{about}: {outcome.said}, {peak:.0f} MB at its height"]


def _random(server: Served, given: argparse.Namespace) -> Outcome:
    result: dict[str, Any] = hostile.asked(server, count=given.inputs, seed=given.seed)
    taken = [*result["not_refused"], *([] if result["speaks_afterwards"] else ["it does not speak any more"])]
    return Outcome(not taken, f"{result['statuses']} {taken[:3] or ''}".strip())


def _lives(server: Served, before: float) -> list[str]:
    """What is wrong with the server after all."""
    with server.client() as client:
        health, after = client.get("/healthz").status, server.rss_mb()
    faults = server.log.read_text(encoding="utf-8", errors="replace").count("Traceback")
    print(f"after all: {before:.0f} -> {after:.0f} MB, /healthz {health}, {faults} tracebacks in the log")
    found = (
        [f"memory after all: {before:.0f} MB before, {after:.0f} MB after"] if after - before > MOST_AFTER_MB else []
    )
    found += [] if health == 200 else [f"/healthz answers {health}"]
    return found + ([f"{faults} tracebacks in the log"] if faults else [])


if __name__ == "__main__":
    sys.exit(main())
