"""Two processes against one on a cluster of Ray, what kills lose, and what each part of an answer costs.

    python -m benchmarks.cluster [--seconds 30] [--kills 5] [--json FILE]

The embedded voice on two nodes on this machine, processes of one core each, clients that ask without a pause. Every
answer must have the bytes of an undisturbed one. What is counted, and does not depend on who else uses the machine:
processor time by process, bytes, commits of the database. What does: the ratio of the two throughputs, which needs two
idle cores for the processes and some more for the clients, the door and Ray; the number of cores stands beside it.
Exit 1 if a request was lost or had other bytes. ``python -m benchmarks.listeners`` reads the file.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks import processes
from benchmarks.book import prose
from indextts.platform.config import Config, load_config
from indextts.platform.serving_config import CacheConfig, ClusterConfig, ServerConfig
from tests.support.ray_cluster import Clients, Load, RunningCluster, running, spoken

_SAMPLE_RATE: Final = 24_000
_HEADER: Final = 44
_WHO: Final = {
    "speech": "ray::ServeReplica:indextts:speech",
    "studio": "ray::ServeReplica:indextts:studio",
    "door": "ray::ServeReplica:indextts:door",
    "proxy": "ray::ProxyActor",
}
"""The processes by their titles."""
_WAIT_S: Final = 120.0


def main() -> int:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each load (default 30)")
    parser.add_argument("--kills", type=int, default=5, help="processes that are killed under load (default 5)")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    options = parser.parse_args()
    results = measure(options.seconds, options.kills)
    text = json.dumps(results, indent=2)
    print(text)
    if options.json is not None:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if any(results["kills"][name] for name in ("lost", "wrong")) else 0


def measure(seconds: float, kills: int) -> dict[str, Any]:
    """All of it."""
    texts = [prose(60, _random(number)) for number in range(6)]
    results: dict[str, Any] = {"cores": os.cpu_count(), "clients": 8}
    for count in (1, 2):
        with _cluster(count) as cluster:
            sounds = {text: spoken(cluster.address, text) for text in texts}
            print(f"{count} of {os.cpu_count()} cores speak …", file=sys.stderr, flush=True)
            results[f"processes_{count}"] = _load(cluster, sounds, seconds)
            if count == 2:
                print("killing …", file=sys.stderr, flush=True)
                results["kills"] = _killed(cluster, sounds, kills)
                results["opus_bytes_per_s"] = _opus(cluster, texts)
    one, two = (results[f"processes_{count}"]["speech_s_per_s"] for count in (1, 2))
    results["ratio"] = round(two / one, 2)
    results["commits_per_speech_s"] = commits_for_each_second()
    return results


def _random(seed: int) -> Any:
    import random

    return random.Random(seed)


def _cluster(count: int) -> Any:
    shipped = load_config()
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    (folder / "models").symlink_to(shipped.models_path)
    config = Config(
        cache_dir=folder,
        cache=CacheConfig(segments_mb=0),
        server=ServerConfig(rate_limit="1000000/minute", trusted_proxies=("127.0.0.1",)),
        cluster=ClusterConfig(replicas_min=count, replicas_max=count),
    )
    return running(config)


def _load(cluster: RunningCluster, sounds: dict[str, bytes], seconds: float) -> dict[str, Any]:
    """What the clients get for so long, and what it costs."""
    before = _processor_s()
    clients = Clients(cluster.address, sounds, clients=8)
    time.sleep(seconds)
    load = clients.stop()
    spent = {name: after - before.get(name, 0.0) for name, after in _processor_s().items()}
    mean_s = sum(_seconds(sound) for sound in sounds.values()) / len(sounds)
    answers = load.answered[200]
    speech = max(1e-9, answers * mean_s)
    return {
        "requests": answers,
        "requests_per_s": round(answers / load.seconds, 2),
        "speech_s_per_s": round(speech / load.seconds, 2),
        "seconds_each": round(mean_s, 2),
        "rtf_processor": round(spent["speech"] / speech, 4),
        "door_ms_each": round(1000 * spent["door"] / max(1, answers), 2),
        "proxy_ms_each": round(1000 * spent["proxy"] / max(1, answers), 2),
        "rss_mb": {name: round(size / 2**20) for name, size in _memory().items()},
        "refused": load.answered.total() - answers,
        "broken": len(load.broken),
        "wrong": len(load.wrong),
    }


def _killed(cluster: RunningCluster, sounds: dict[str, bytes], kills: int) -> dict[str, Any]:
    """Processes killed one after the other, then the second machine, while clients ask."""
    clients = Clients(cluster.address, sounds, clients=8)
    for _ in range(kills):
        clients.wait_for(8, at_most_s=_WAIT_S)
        cluster.kill_replica(next(iter(cluster.replicas())))
        ends = time.monotonic() + _WAIT_S
        while len(cluster.replicas()) < 2 and time.monotonic() < ends:
            time.sleep(0.2)
    clients.wait_for(8, at_most_s=_WAIT_S)
    cluster.kill_node()
    clients.wait_for(24, at_most_s=_WAIT_S)
    load: Load = clients.stop()
    lost = len(load.broken) + load.answered.total() - load.answered[200]
    return {
        "processes": kills,
        "machines": 1,
        "requests": load.answered.total(),
        "given_again": load.again,
        "lost": lost,
        "wrong": len(load.wrong),
    }


def _opus(cluster: RunningCluster, texts: list[str]) -> int:
    import httpx

    size = seconds = 0.0
    for text in texts:
        body = {"input": text, "response_format": "opus"}
        size += len(httpx.post(f"{cluster.address}/v1/audio/speech", json=body, timeout=120).raise_for_status().content)
        seconds += _seconds(spoken(cluster.address, text))
    return round(size / seconds)


def _seconds(wav: bytes) -> float:
    return (len(wav) - _HEADER) / 2 / _SAMPLE_RATE


def commits_for_each_second() -> float:
    """Of the database of works, while a job is spoken: for each second of its speech."""
    import random

    import sqlalchemy

    from benchmarks.book import OWNER, book_of, serving

    with tempfile.TemporaryDirectory(prefix="commits-") as folder, serving(Path(folder)) as (_, works):
        counted = 0

        def count(_: Any) -> None:
            nonlocal counted
            counted += 1

        name = works.books.create(OWNER, book_of(prose(3000, random.Random(15)))).id
        sqlalchemy.event.listen(sqlalchemy.Engine, "commit", count)
        works.jobs.start_book(OWNER, name)
        *_, job = works.jobs.follow(OWNER, name)
        sqlalchemy.event.remove(sqlalchemy.Engine, "commit", count)
        seconds = sum(part.duration_s or 0.0 for part in works.records.parts_of(name))
        if job.state != "done":
            raise RuntimeError(f"the book ended {job.state}: {job.error}")
        return round(counted / seconds, 3)


def _found() -> dict[str, list[psutil.Process]]:
    found: dict[str, list[psutil.Process]] = defaultdict(list)
    for process in psutil.process_iter():
        try:
            title = (process.cmdline() or [""])[0]
        except psutil.Error:
            continue
        for name, begins in _WHO.items():
            if title.startswith(begins):
                found[name].append(process)
    return found


def _processor_s() -> dict[str, float]:
    """Seconds of processor that the processes of each kind have used."""
    return {name: sum(sum(one.cpu_times()[:2]) for one in group) for name, group in _found().items()}


def _memory() -> dict[str, float]:
    """The largest of each kind, in bytes."""
    return {name: max(processes.rss_bytes(one.pid) for one in group) for name, group in _found().items()}


if __name__ == "__main__":
    sys.exit(main())
