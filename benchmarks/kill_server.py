"""Kills the server under load, again and again, and looks whether it is ready again and kept what it promised.

    python -m benchmarks.kill_server [--kills 50]

Clients speak, begin jobs, make projects and add words all the time; at a random moment the server is killed
(``kill -9``) and started anew. Counted are: what it had confirmed and does not know any more (``lost``), files that
have their name and are not whole (``broken``), answers that are neither right nor a clear refusal (``odd_answers``).
Exit 1 if there are any.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks import processes

Start = Callable[[Path, int], "subprocess.Popen[bytes]"]

_READY_S: Final = 120.0
_REFUSALS: Final = (429, 503)
_WORDS: Final = "春夏秋冬东南西北山水花鸟风雨雷电"


class Load:
    """Clients that note what they were promised."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.jobs: list[str] = []
        self.projects: list[str] = []
        self.words: list[str] = []
        self.odd: list[str] = []
        self._numbers = count()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def promised(self) -> int:
        return len(self.jobs) + len(self.projects) + len(self.words)

    def begin(self) -> None:
        self._stop.clear()
        work = (self._speak, self._job, self._project, self._word, self._hear)
        self._threads = [threading.Thread(target=self._live, args=(one,), daemon=True) for one in work]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _live(self, work: Callable[[httpx.Client], None]) -> None:
        with httpx.Client(base_url=self.address, timeout=60) as client:
            while not self._stop.is_set():
                with contextlib.suppress(httpx.TransportError):  # it was killed: nothing was promised
                    work(client)
                self._stop.wait(0.02)

    def _right(self, answer: httpx.Response, *wanted: int) -> bool:
        if answer.status_code not in (*wanted, *_REFUSALS):
            self.odd.append(f"{answer.request.url.path} {answer.status_code} {answer.text[:100]}")
        return answer.status_code in wanted

    def _speak(self, client: httpx.Client) -> None:
        import soundfile

        answer = client.post("/tts", json={"text": f"{random.choice(_WORDS)}{random.choice(_WORDS)}。"})
        if self._right(answer, 200):
            sound = client.get(answer.json()["audio_url"])
            if self._right(sound, 200) and not soundfile.info(io.BytesIO(sound.content)).frames:
                self.odd.append("an empty sound")

    def _job(self, client: httpx.Client) -> None:
        text = "".join(f"{random.choice(_WORDS)}{one}号的故事。" for one in "一二三四五六")
        answer = client.post("/v1/jobs", json={"text": text})
        if self._right(answer, 200, 201, 202):
            self.jobs.append(answer.json()["id"])

    def _project(self, client: httpx.Client) -> None:
        answer = client.post("/v1/projects", json={"name": f"project {next(self._numbers)}"})
        if self._right(answer, 201):
            self.projects.append(answer.json()["id"])

    def _word(self, client: httpx.Client) -> None:
        word = f"word{next(self._numbers)}x{random.randrange(10**6)}"
        answer = client.post("/v1/lexicon", json={"word": word, "reading": "something else"})
        if self._right(answer, 201):
            self.words.append(word)

    def _hear(self, client: httpx.Client) -> None:
        """What is served of jobs is whole, whatever state they are in."""
        import soundfile

        if not self.jobs:
            return
        name = random.choice(self.jobs)
        answer = client.get(f"/v1/jobs/{name}/result", params={"format": "wav"})
        if answer.status_code == 200:
            about = soundfile.info(io.BytesIO(answer.content))
            told = client.get(f"/v1/jobs/{name}").json()
            if abs(about.duration - told["duration_s"]) > 0.01:
                self.odd.append(f"a sound of {about.duration} s, told as {told['duration_s']}")


def broken(folder: Path) -> list[str]:
    """Files with their final names that are not whole."""
    import soundfile

    from indextts.works.sounds.sounds import unpack

    found = []
    for path in folder.rglob("*"):
        if path.name.startswith(".") or not path.is_file():
            continue
        try:
            if path.suffix == ".flac" and "sounds" in path.parts:
                unpack(path.read_bytes())
            elif path.suffix in (".wav", ".flac") and not soundfile.read(str(path))[0].size:
                found.append(f"{path}: empty")
        except FileNotFoundError:
            continue
        except Exception as error:  # whatever a decoder raises for what it cannot read
            found.append(f"{path}: {error}")
    return found


def lost(load: Load, folder: Path) -> list[str]:
    """What was promised and is not there; jobs are waited for."""
    gone = []
    with httpx.Client(base_url=load.address, timeout=60) as client:
        gone += [f"project {one}" for one in load.projects if client.get(f"/v1/projects/{one}").status_code != 200]
        ends = time.monotonic() + _READY_S * 2
        for name in load.jobs:
            state = ""
            while state != "done" and time.monotonic() < ends:
                answer = client.get(f"/v1/jobs/{name}")
                state = answer.json()["status"] if answer.status_code == 200 else str(answer.status_code)
                if state not in ("queued", "running", "done"):
                    break
                time.sleep(0.0 if state == "done" else 0.1)
            if state != "done":
                gone.append(f"job {name}: {state}")
    kept = _words(folder / "library.sqlite3")
    return gone + [f"word {one}" for one in load.words if one not in kept]


def _words(library: Path) -> frozenset[str]:
    if not library.exists():
        return frozenset()
    with sqlite3.connect(library) as connection:
        kept = frozenset(str(row[0]) for row in connection.execute("SELECT word FROM lexicon"))
    connection.close()
    return kept


def ready(port: int, process: subprocess.Popen[bytes]) -> float:
    """Wait until it is; how many seconds that took."""
    began = time.monotonic()
    while time.monotonic() - began < _READY_S:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return time.monotonic() - began
        time.sleep(0.05)
    raise RuntimeError("the server was not ready again")


def measure(kills: int, folder: Path, start: Start, *, longest_s: float = 3.0) -> dict[str, Any]:
    """Kill so many times, each within ``longest_s`` seconds of being ready, then look."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    load, waits, halves = Load(port), [], list[str]()
    process = start(folder, port)
    try:
        for number in range(kills):
            waits.append(ready(port, process))
            load.begin()
            before, ends = load.promised, time.monotonic() + _READY_S
            while load.promised == before and time.monotonic() < ends:
                time.sleep(0.01)
            time.sleep(random.uniform(0.1, longest_s))
            process.kill()
            process.wait()
            load.end()
            halves += broken(folder)
            print(f"\r{number + 1} of {kills}, {len(halves)} broken", end="", file=sys.stderr, flush=True)
            process = start(folder, port)
        print(file=sys.stderr)
        waits.append(ready(port, process))
        gone = lost(load, folder)
    finally:
        process.kill()
        process.wait()
    return {
        "kills": kills,
        "promised": load.promised,
        "jobs": len(load.jobs),
        "lost": gone,
        "broken": halves + broken(folder),
        "odd_answers": load.odd,
        "ready_s_median": sorted(waits)[len(waits) // 2],
        "ready_s_most": max(waits),
    }


def serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """The studio as it is run, with the embedded voice that is installed."""
    from indextts.platform.config import load_config

    models = folder / "models"
    if not models.exists():
        folder.mkdir(parents=True, exist_ok=True)
        models.symlink_to(load_config().models_path)
    settings = folder.parent / "config.yaml"
    limits = {"rate_limit": "100000/minute", "queue_waiting": 50}
    settings.write_text(json.dumps({"cache_dir": str(folder), "server": limits}))
    command = [sys.executable, "-m", "indextts", "serve", "--config", str(settings), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(processes.ROOT)}
    return subprocess.Popen(
        command, cwd=processes.ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill_server", description="Kill the server under load.")
    parser.add_argument("--kills", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        result = measure(options.kills, Path(root, "hub"), serve)
    print(json.dumps(result, indent=2))
    return 1 if result["lost"] or result["broken"] or result["odd_answers"] else 0


if __name__ == "__main__":
    sys.exit(main())
