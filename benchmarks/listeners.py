"""Ten thousand listeners on paper: machines, cost, and what breaks first, computed from what was measured.

    python -m benchmarks.cluster --json cluster.json
    python -m benchmarks.listeners --measured cluster.json [--listeners 10000] [--fresh 1.0] [--price 0.04] …

Every listener hears speech all the time, a request after the other; ``--fresh`` is the share of it that nobody has
heard before and that has to be spoken. What cannot be measured on one machine (its network, what a database bears) are
options with their assumptions.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Measured:
    """What one of each costs."""

    rtf_processor: float
    """Seconds of a core for a second of speech."""
    rss_mb: float
    """Memory of one process that speaks."""
    door_ms: float
    """Of a core, for each request at the door and at Serve's proxy before it: each of the two is one process."""
    proxy_ms: float
    opus_bytes_per_s: float
    """Of an answer, for a second of speech."""
    commits_per_speech_s: float
    """Of the database, where what is spoken is a job; answers to ``/v1/audio/speech`` write nothing."""


@dataclass(frozen=True)
class Asked:
    """How many listen, and on what."""

    listeners: int
    fresh: float
    seconds_each: float
    jobs: float
    """Share of what is fresh that is spoken as jobs."""
    busy: float
    """How much of a core may be in use on average, so that nobody waits long."""
    cores: int
    """Of one machine."""
    memory_gb: float
    network_gbit: float
    commits: float
    """That the database bears in a second."""
    price: float
    """Of a core for an hour."""


def computed(measured: Measured, asked: Asked) -> dict[str, Any]:
    """Machines, cost, and each part by how near it is to its end."""
    speech = asked.listeners * asked.fresh
    cores = speech * measured.rtf_processor / asked.busy
    replicas = math.ceil(cores)
    by_memory = math.floor((asked.memory_gb * 1024 - 1024) / measured.rss_mb)
    each = max(1, min(asked.cores, by_memory))
    machines = math.ceil(replicas / each)
    requests = asked.listeners / asked.seconds_each
    doors = requests * measured.door_ms / 1000 / asked.busy
    proxies = requests * measured.proxy_ms / 1000 / asked.busy
    bits = asked.listeners * measured.opus_bytes_per_s * 8
    commits = speech * asked.jobs * measured.commits_per_speech_s
    front = math.ceil(doors) + math.ceil(proxies)
    total = machines + math.ceil(front / asked.cores)
    used = {
        "the door (one process on one core)": doors,
        "Serve's proxy (one process on one core)": proxies,
        "the head's network": bits / (asked.network_gbit * 1e9),
        "the database": commits / asked.commits,
    }
    first = max(used, key=lambda name: used[name])
    return {
        "asked": asdict(asked),
        "measured": asdict(measured),
        "processes": replicas,
        "processes_a_machine": each,
        "machines": machines,
        "heads_for_door_and_proxy": math.ceil(front / asked.cores),
        "memory_gb": round(replicas * measured.rss_mb / 1024, 1),
        "requests_per_s": round(requests, 1),
        "gbit_per_s": round(bits / 1e9, 2),
        "commits_per_s": round(commits, 1),
        "cost_formula": f"{total} machines x {asked.cores} cores x price = {total * asked.cores} x price an hour",
        "cost_an_hour": round(total * asked.cores * asked.price, 2),
        "used_of_one": {name: round(share, 3) for name, share in sorted(used.items(), key=lambda item: -item[1])},
        "breaks_first": first,
        "listeners_until_then": math.floor(asked.listeners / used[first]) if used[first] > 0 else None,
    }


def measured_of(results: Mapping[str, Any]) -> Measured:
    """What ``benchmarks.cluster`` has written."""
    two = results["processes_2"]
    return Measured(
        rtf_processor=two["rtf_processor"],
        rss_mb=two["rss_mb"]["speech"],
        door_ms=two["door_ms_each"],
        proxy_ms=two["proxy_ms_each"],
        opus_bytes_per_s=results["opus_bytes_per_s"],
        commits_per_speech_s=results["commits_per_speech_s"],
    )


def main(arguments: list[str] | None = None) -> int:
    """Print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listeners", description=__doc__)
    parser.add_argument("--measured", type=Path, required=True, help="what benchmarks.cluster has written")
    parser.add_argument("--listeners", type=int, default=10_000)
    parser.add_argument("--fresh", type=float, default=1.0, help="share of what is heard that has to be spoken")
    parser.add_argument("--seconds-each", type=float, default=15.0, help="speech of one request")
    parser.add_argument("--jobs", type=float, default=1.0, help="share of it that is spoken as jobs")
    parser.add_argument("--busy", type=float, default=0.7, help="of each core, on average")
    parser.add_argument("--cores", type=int, default=16, help="of a machine")
    parser.add_argument("--memory-gb", type=float, default=32.0, help="of a machine")
    parser.add_argument("--network-gbit", type=float, default=1.0, help="of the head (assumed)")
    parser.add_argument("--commits", type=float, default=2000.0, help="a second that the database bears (assumed)")
    parser.add_argument("--price", type=float, default=0.04, help="of a core for an hour")
    options = vars(parser.parse_args(arguments))
    measured = measured_of(json.loads(options.pop("measured").read_text(encoding="utf-8")))
    print(json.dumps(computed(measured, Asked(**options)), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
