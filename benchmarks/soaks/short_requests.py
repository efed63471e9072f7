"""Very many short requests, one after the other: what stays behind of each, and whether the last are as quick."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from benchmarks.soaks.served import Served, quantile, served
from benchmarks.soaks.texts import sentences

MOST_MB_EACH_1000: Final = 1.0
MOST_OTHERS: Final = 5
MOST_DRIFT: Final = 0.10
_LOOKS: Final = 200
"""How often memory is read over the whole run."""


def measure(folder: Path, models: Path, *, requests: int = 10_000, warm_up: int = 1000) -> dict[str, Any]:
    """``warm_up`` requests first, of which nothing is counted: caches fill, libraries take what they keep."""
    # Files of answers go early: thousands of them on the disk are not what is looked for.
    with served(folder, models, {}, outputs={"max_total_bytes": 64 << 20}) as server:
        return asked(server, requests=requests, warm_up=warm_up)


def asked(server: Served, *, requests: int, warm_up: int, settle_s: float = 2.0) -> dict[str, Any]:
    """The same of a server that runs."""
    texts = sentences(requests + warm_up)
    seconds: list[float] = []
    memory: list[tuple[int, float]] = []
    odd: list[str] = []
    every = max(1, requests // _LOOKS)
    with server.client() as client:
        for text in texts[:warm_up]:
            client.post("/tts", {"text": text})
        begin = _held(server, settle_s)
        for number, text in enumerate(texts[warm_up:]):
            answer = client.post("/tts", {"text": text})
            seconds.append(answer.seconds)
            if not answer.whole or not answer.json()["duration_s"] > 0:
                odd.append(f"{answer.status} {answer.fault} {answer.body[:200]!r}")
            if number % every == every - 1:
                memory.append((number + 1, server.rss_mb()))
        end = _held(server, settle_s)
    size = max(1, len(seconds) // 10)
    tenths = [seconds[at : at + size] for at in range(0, size * 10, size) if seconds[at : at + size]]
    p50, p95 = ([quantile(part, share) for part in tenths] for share in (0.5, 0.95))
    levels = [statistics.fmean(mb for _, mb in part) for part in _tenths(memory)]
    return {
        "requests": requests,
        "warm_up": warm_up,
        "odd_answers": odd,
        "mb_each_1000": round(1000 * slope(memory), 3),
        "mb_each_1000_last_less_second_tenth": round(_last_less_second(levels, requests), 3),
        "rss_mb_tenths": [round(one, 1) for one in levels],
        "descriptors": [begin[0], end[0]],
        "threads": [begin[1], end[1]],
        "p50_ms_tenths": [round(1000 * one, 1) for one in p50],
        "p95_ms_tenths": [round(1000 * one, 1) for one in p95],
        "p95_drift": round(p95[-1] / p95[1 if len(p95) > 2 else 0] - 1, 3),
    }


def _held(server: Served, settle_s: float) -> tuple[int, int]:
    """Descriptors and threads, once what the last request began is over."""
    time.sleep(settle_s)
    return server.descriptors(), server.threads()


def slope(points: Sequence[tuple[int, float]]) -> float:
    """The median of the slopes between all pairs, which single leaps do not move; 0 of fewer than two."""
    slopes = [(high - low) / (late - early) for (early, low), (late, high) in combinations(points, 2)]
    return statistics.median(slopes) if slopes else 0.0


def _tenths(points: Sequence[tuple[int, float]]) -> list[Sequence[tuple[int, float]]]:
    size = max(1, len(points) // 10)
    return [points[at : at + size] for at in range(0, len(points), size)][:10]


def _last_less_second(levels: Sequence[float], requests: int) -> float:
    """Megabytes for each thousand requests from the second tenth to the last."""
    if len(levels) < 3:
        return 0.0
    return (levels[-1] - levels[1]) / (len(levels) - 2) * len(levels) / requests * 1000


def missed(result: dict[str, Any]) -> list[str]:
    """What did not hold."""
    found = [f"odd answer: {one}" for one in result["odd_answers"]]
    if result["mb_each_1000"] >= MOST_MB_EACH_1000:
        found.append(f"memory grows by {result['mb_each_1000']} MB each 1,000 requests")
    for name in ("descriptors", "threads"):
        before, after = result[name]
        if abs(after - before) > MOST_OTHERS:
            found.append(f"{name}: {before} before, {after} after")
    if result["p95_drift"] >= MOST_DRIFT:
        found.append(f"the last tenth's p95 is {result['p95_drift']:.0%} above the second's")
    return found
