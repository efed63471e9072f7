"""Twice what the server can speak, from many clients, for a while: whether it refuses in order and keeps what it took.

Requests come at a rate, whether or not there are answers; the clients' addresses all differ. Beside them a process of
its own asks ``/healthz``. What was taken is looked at closely: each answer has to be the one that its text gets alone,
each job has to be done in the end, with all of its sound.
"""

from __future__ import annotations

import io
import itertools
import json
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.soaks.served import Client, Reply, Served, quantile, served
from benchmarks.soaks.texts import pages

REFUSALS: Final = (429, 503)
HEALTH_P99_S: Final = 0.050
_TEXTS: Final = 12
_JOB_EVERY: Final = 20
"""Of so many requests one begins a job."""
_JOBS_END_S: Final = 600.0
_PROXY: Final = {"trusted_proxies": ["127.0.0.1"]}
"""So that each client has an address of its own."""


@dataclass
class Seen:
    """What the clients saw, who are one visitor at many addresses."""

    owner: str
    statuses: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, answer: Reply, taken: int, right: bytes | None = None) -> None:
        with self.lock:
            self.statuses[f"{what} {answer.status}"] += 1
            if answer.status == taken:
                self.waits.append(answer.seconds)
                if answer.fault or (right is not None and answer.body != right):
                    self.cut.append(f"{what}: {answer.fault} {len(answer.body)} bytes of {len(right or b'')}")
            elif answer.status not in REFUSALS or not answer.headers.get("retry-after", "").isdigit():
                told = dict(answer.headers).get("retry-after")
                self.odd.append(f"{what}: {answer.status} {answer.fault} {answer.body[:200]!r}, retry-after {told}")


def measure(
    folder: Path,
    models: Path,
    *,
    seconds: float = 60.0,
    factor: float = 2.0,
    clients: int = 64,
    sentences: int = 3,
    **limits: Any,
) -> dict[str, Any]:
    """``factor`` times the requests that it can answer, for so many ``seconds``."""
    with served(folder, models, {**_PROXY, **limits}, cache={"segments_mb": 0}) as server:
        return asked(server, seconds=seconds, factor=factor, clients=clients, sentences=sentences)


def asked(server: Served, *, seconds: float, factor: float, clients: int, sentences: int) -> dict[str, Any]:
    """The same of a server that runs, without a cache, and with this machine as its proxy."""
    texts = pages(_TEXTS, sentences)
    with server.client("10.0.0.1") as client:
        alone = [_speak(client, text) for text in texts]
    for answer in alone:
        if not answer.whole:
            raise RuntimeError(f"alone: {answer.status} {answer.body[:200]!r}")
    capacity = _capacity(server, texts, max(1.0, seconds / 10))
    seen = Seen(secrets.token_urlsafe(32))
    with _HealthProbe(server.port) as probe:
        sent = _load(server, texts, [answer.body for answer in alone], seen, seconds, factor * capacity, clients)
    health = probe.seconds
    lost = _lost(server, seen)
    taken = sum(count for name, count in seen.statuses.items() if name.endswith((" 200", " 202")))
    return {
        "seconds": seconds,
        "capacity_each_s": round(capacity, 2),
        "sent_each_s": round(sent / seconds, 2),
        "statuses": dict(sorted(seen.statuses.items())),
        "taken": taken,
        "refused": sum(seen.statuses.values()) - taken - len(seen.odd),
        "odd_answers": seen.odd,
        "cut": seen.cut,
        "jobs": len(seen.jobs),
        "lost_jobs": lost,
        "answer_s_p50": round(quantile(seen.waits, 0.5), 3),
        "answer_s_p99": round(quantile(seen.waits, 0.99), 3),
        "health_asked": len(health),
        "health_failed": probe.failed,
        "health_ms_p50": round(1000 * quantile(health, 0.5), 1),
        "health_ms_p99": round(1000 * quantile(health, 0.99), 1),
        "health_ms_most": round(1000 * max(health, default=0.0), 1),
    }


def _speak(client: Client, text: str) -> Reply:
    return client.post("/v1/audio/speech", {"input": text, "response_format": "pcm"})


def _capacity(server: Served, texts: list[str], seconds: float) -> float:
    """Requests a second that it answers when as many wait as it takes without a refusal: four, of four clients."""
    ends, began = time.perf_counter() + seconds, time.perf_counter()

    def one(number: int) -> int:
        done = 0
        with server.client(f"10.0.1.{number}") as client:
            for text in itertools.cycle(texts):
                done += _speak(client, text).whole
                if time.perf_counter() > ends:
                    return done
        return done

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(one, range(4)))
    return done / (time.perf_counter() - began)


def _load(
    server: Served, texts: list[str], right: list[bytes], seen: Seen, seconds: float, rate: float, clients: int
) -> int:
    """Ask at that rate; how many were sent. All clients begin at once, then each waits for its time."""
    numbers, began = itertools.count(), time.perf_counter()

    def one(which: int) -> int:
        sent = 0
        with server.client(f"10.1.{which // 250}.{which % 250 + 1}", seen.owner) as client:
            while True:
                number = next(numbers)
                due = began + max(0, number - clients) / rate
                if due > began + seconds:
                    return sent
                time.sleep(max(0.0, due - time.perf_counter()))
                if time.perf_counter() > began + seconds:
                    return sent
                sent += 1
                text = number % len(texts)
                if number % _JOB_EVERY == 0:
                    answer = client.post("/v1/jobs", {"text": texts[text]})
                    seen.note("job", answer, 202)
                    if answer.status == 202 and not answer.fault:
                        with seen.lock:
                            seen.jobs.append(answer.json()["id"])
                else:
                    seen.note("speech", _speak(client, texts[text]), 200, right[text])

    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(one, range(clients)))


def _lost(server: Served, seen: Seen) -> list[str]:
    """Jobs that were taken and are not done, or whose sound is not whole."""
    import soundfile

    gone, ends = [], time.monotonic() + _JOBS_END_S
    with server.client("10.0.0.2", seen.owner) as client:
        for name in seen.jobs:
            state: dict[str, Any] = {"status": "unknown"}
            while time.monotonic() < ends:
                answer = client.get(f"/v1/jobs/{name}")
                state = answer.json() if answer.whole else {"status": f"{answer.status} {answer.fault}"}
                if state["status"] not in ("queued", "running"):
                    break
                time.sleep(0.1)
            if state["status"] != "done":
                gone.append(f"{name}: {state['status']}")
                continue
            sound = client.get(f"/v1/jobs/{name}/result?format=wav")
            if not sound.whole:
                gone.append(f"{name}: its sound is {sound.status} {sound.fault}")
            elif abs(soundfile.info(io.BytesIO(sound.body)).duration - state["duration_s"]) > 0.01:
                gone.append(f"{name}: its sound is not whole")
    return gone


class _HealthProbe:
    """Asks ``/healthz`` twenty times a second from a process of its own, while it is held."""

    def __init__(self, port: int) -> None:
        self._command = [sys.executable, "-m", "benchmarks.soaks.health_probe", str(port)]
        self.seconds: list[float] = []
        self.failed = 0

    def __enter__(self) -> _HealthProbe:
        self._process = subprocess.Popen(
            self._command, cwd=processes.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()  # it has begun
        return self

    def __exit__(self, *_: object) -> None:
        found = json.loads(self._process.communicate("")[0])
        self.seconds, self.failed = found["seconds"], found["failed"]


def missed(result: dict[str, Any]) -> list[str]:
    """What did not hold."""
    found = [f"{name}: {one}" for name in ("odd_answers", "cut", "lost_jobs") for one in result[name]]
    if not result["refused"]:
        found.append("nothing was refused: it was not too much")
    if result["health_failed"]:
        found.append(f"/healthz failed {result['health_failed']} times")
    if result["health_ms_p99"] > 1000 * HEALTH_P99_S:
        found.append(f"/healthz took {result['health_ms_p99']} ms (p99)")
    return found
