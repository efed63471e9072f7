"""Starts the studio again and again on a cold disk and on busy cores, and counts the starts that fail.

    python -m benchmarks.starts [--cold 100] [--busy 20] [--kinds server say worker] [--json FILE]

``--cold`` starts come after the machine's page cache was dropped, as after a reboot (needs root on Linux); ``--busy``
starts run beside an endless loop on each core. ``server`` is ``./start_app.sh``, which exits with 1 unless the server
is ready; ``say`` is the command line; ``worker`` is the process of a Ray Serve cluster that speaks: it is killed, and
its successor imports and loads everything anew. Exit 1 if any start failed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks import processes

_READY_S: Final = 600.0
_WORKER: Final = "ray::ServeReplica:indextts:speech"
_SOUND_BYTES: Final = 1000
_DROP: Final = Path("/proc/sys/vm/drop_caches")
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def start_server(_: Path) -> str:
    """Start and stop the server by the script that people use; empty, or why it failed."""
    port = str(processes.free_port())
    begun = subprocess.run(
        ["./start_app.sh", "--port", port], cwd=processes.ROOT, capture_output=True, text=True, check=False
    )
    subprocess.run(["./start_app.sh", "stop", "--port", port], cwd=processes.ROOT, capture_output=True, check=False)
    return "" if begun.returncode == 0 else (begun.stdout + begun.stderr)[-2000:]


def say(folder: Path) -> str:
    """Speak one sentence by the command line; empty, or why it failed."""
    command = [sys.executable, "-m", "indextts", "say", "你好，Hello。", "-o", str(folder / "say.wav")]
    done = subprocess.run(command, cwd=processes.ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr[-2000:]


class Cluster:
    """A cluster of this machine on Ray Serve, with one process that speaks."""

    def __init__(self, folder: Path) -> None:
        """Raises :class:`RuntimeError` with the last lines of its log where it does not get ready."""
        self.port, self._log = processes.free_port(), folder / "cluster.log"
        with self._log.open("wb") as out:
            command = [sys.executable, "deploy/ray_serve.py", "--port", str(self.port)]
            self._served = subprocess.Popen(command, cwd=processes.ROOT, stdout=out, stderr=out)
        try:
            if reason := self._wait(set()):
                raise RuntimeError(reason)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop it, in order."""
        self._served.send_signal(signal.SIGTERM)
        self._served.wait(120)

    def start_worker(self, _: Path) -> str:
        """Kill the process that speaks and wait until its successor does; empty, or why it failed."""
        before = self._workers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        return self._wait(before)

    def _workers(self) -> set[int]:
        found = set()
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"]
            if words and words[0].startswith(_WORKER):
                found.add(process.pid)
        return found

    def _wait(self, before: set[int]) -> str:
        """Wait until a process speaks that is not in ``before``. Serve starts a failed one again, so a second one
        is a failure.
        """
        until, seen = time.monotonic() + _READY_S, set[int]()
        while time.monotonic() < until and self._served.poll() is None:
            seen |= self._workers() - before
            if seen and self._speaks():
                return "" if len(seen) == 1 else f"{len(seen)} processes were started: " + self._tail()
            time.sleep(0.1)
        return self._tail() or "not ready in time"

    def _speaks(self) -> bool:
        body = json.dumps({"input": "你好，Hello。", "response_format": "wav"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/audio/speech", body, {"Content-Type": "application/json"}
        )
        try:
            with _OPENER.open(request, timeout=60) as answer:
                return len(answer.read()) > _SOUND_BYTES
        except OSError:
            return False

    def _tail(self) -> str:
        return self._log.read_text("utf-8", "replace")[-2000:]


@contextmanager
def starting(kind: str, folder: Path) -> Iterator[Callable[[Path], str]]:
    """Give the function that starts ``kind`` once."""
    if kind != "worker":
        yield {"server": start_server, "say": say}[kind]
        return
    with closing(Cluster(folder)) as cluster:
        yield cluster.start_worker


KINDS: Final = ("server", "say", "worker")


@contextmanager
def busy() -> Iterator[None]:
    """An endless loop on each core for as long as the block lasts."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def drop_page_cache() -> None:
    """Forget every file that the kernel holds in memory."""
    os.sync()
    _DROP.write_text("3\n", encoding="ascii")


def measure(kind: str, cold: int, busy_starts: int) -> dict[str, Any]:
    """Start ``kind`` so often; the starts that failed with their reasons, and the median seconds of the others."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, starting(kind, Path(folder)) as start:
        for name, times in (("cold", cold), ("busy", busy_starts)):
            failures, seconds = [], []
            for number in range(times):
                if name == "cold":
                    drop_page_cache()
                begun = time.perf_counter()
                if name == "busy":
                    with busy():
                        reason = start(Path(folder))
                else:
                    reason = start(Path(folder))
                seconds.append(time.perf_counter() - begun)
                if reason:
                    failures.append(reason)
                print(f"{kind} {name} {number + 1}/{times}: {len(failures)} failed", file=sys.stderr, flush=True)
            if times:
                result[name] = {"starts": times, "failed": failures, "median_s": round(statistics.median(seconds), 2)}
    return result


def main(arguments: list[str] | None = None) -> int:
    """Count the starts that fail; 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starts", description="Count the starts that fail.")
    parser.add_argument("--cold", type=int, default=100, help="starts with an empty page cache (default 100)")
    parser.add_argument("--busy", type=int, default=20, help="starts beside a loop on each core (default 20)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    options = parser.parse_args(arguments)
    if options.cold and not os.access(_DROP, os.W_OK):
        parser.error("--cold needs root on Linux: the page cache is dropped before each start")
    results = {kind: measure(kind, options.cold, options.busy) for kind in options.kinds}
    text = json.dumps(results, indent=2, ensure_ascii=False)
    print(text)
    if options.json is not None:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if any(part["failed"] for kind in results.values() for part in kind.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
