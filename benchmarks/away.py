"""Stops the database and the store of sounds beneath books that are spoken, again and again; every book must end.

    python -m benchmarks.away [--database 38] [--store 12] [--minutes 24] [--seed N] [--folder KEPT]

Two servers share a PostgreSQL database and an S3-compatible store, and speak books with the embedded voice, several at
the same time. At random moments the database is stopped (``pg_ctl -m immediate stop``) for 10 s, or the store's port
refuses all connections for 60 s. Nobody resumes anything. In the end every book must be ``done``, no job may have
failed or paused, no answer may be other than right or a clear "not now", and each book's file must equal, byte for
byte, that of a server that was left alone. Exit 1 if not.

PostgreSQL's programs must be installed, and ``moto_server`` (``./run_tests.sh`` installs one) for the store.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import pwd
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks import processes
from benchmarks.book import prose
from benchmarks.kill_server import ready

_DATABASE_S: Final = 10.0
_STORE_S: Final = 60.0
"""How long each is away."""
_SIDE_BY_SIDE: Final = 4
"""Books."""
_CHARACTERS: Final = 900
"""Of a book: a few dozen sentences."""
_CHAPTERS: Final = 3
_POLL_S: Final = 0.5
_END_S: Final = 600.0
"""So long after the last absence a book may take to its end."""
_FORM: Final = "flac"
_BUCKET: Final = "studio"
_ACCESS, _SECRET = "studio", "secret"


class Database:
    """A PostgreSQL server at a port on loopback."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("initdb") or next(iter(sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))))
        self._control = str(Path(found).with_name("pg_ctl"))
        self._folder, self._data = folder, str(folder / "data")
        self._as_user: list[str] = []
        folder.mkdir(parents=True)
        if os.geteuid() == 0:  # which PostgreSQL refuses
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        folder.chmod(0o755)
        self.port = processes.free_port()
        self._run(found, "-D", self._data, "-U", "studio", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.start()

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://studio@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -k {self._folder}"
        self._run(self._control, "-D", self._data, "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """As by a cut of the power: what was confirmed is kept, and nothing else."""
        self._run(self._control, "-D", self._data, "-m", "immediate", "stop")

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [*self._as_user, *command], cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))


class Door:
    """A port that hands all it hears to another one, until it is shut: then connections are refused and cut."""

    def __init__(self, behind: int) -> None:
        self.port = processes.free_port()
        self._behind = behind
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening: socket.socket | None = None
        self.start()

    def start(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def stop(self) -> None:
        with self._lock:
            listening, self._listening = self._listening, None
            cut, self._open = self._open, set()
        for one in (listening, *cut):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):  # shut
            while True:
                near, _ = listening.accept()
                far = socket.create_connection(("127.0.0.1", self._behind))
                with self._lock:
                    shut = self._listening is not listening
                    if not shut:
                        self._open |= {near, far}
                for one, other in ((near, far), (far, near)):
                    if shut:
                        one.close()
                    else:
                        threading.Thread(target=self._hand_on, args=(one, other), daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock:
            self._open -= {one, other}


class Store:
    """An S3-compatible server behind a :class:`Door`; it keeps everything in memory, so that it goes on meanwhile."""

    def __init__(self, folder: Path) -> None:
        from indextts.platform.config import load_config

        own = load_config().cache_path / "tests-s3" / "bin" / "moto_server"
        program, port = shutil.which("moto_server") or str(own), processes.free_port()
        with (folder / "store.log").open("wb") as log:
            self._process = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
        self._await(port)
        self.door = Door(port)
        self.settings = {"endpoint": f"http://127.0.0.1:{self.door.port}", "access_key": _ACCESS, "secret_key": _SECRET}
        from minio import Minio

        place = f"127.0.0.1:{port}"
        Minio(place, access_key=_ACCESS, secret_key=_SECRET, secure=False, region="us-east-1").make_bucket(_BUCKET)

    def _await(self, port: int) -> None:
        ends = time.monotonic() + 120.0
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/moto-api/", timeout=5)
                return
            if self._process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError("the store did not start")
            time.sleep(0.05)

    def close(self) -> None:
        self.door.stop()
        self._process.kill()
        self._process.wait()


class Studio:
    """A server as it is run, in a folder of its own."""

    def __init__(self, folder: Path, works: dict[str, Any]) -> None:
        from indextts.platform.config import load_config

        (folder / "hub").mkdir(parents=True)
        (folder / "hub" / "models").symlink_to(load_config().models_path)
        server = {"rate_limit": "100000/minute", "queue_waiting": 50}
        # Without the label, whose number is another one for each file that is made.
        about = {
            "cache_dir": str(folder / "hub"),
            "engines": {"order": ["embedded", "sambert"]},
            "server": server,
            "works": works,
            "label": {"enabled": False},
        }
        (folder / "config.yaml").write_text(json.dumps(about))
        self.port, self._log = processes.free_port(), folder / "log"
        command = [sys.executable, "-m", "indextts", "serve", "--config", str(folder / "config.yaml")]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                cwd=processes.ROOT,
                env={**os.environ, "PYTHONPATH": str(processes.ROOT)},
                stdout=log,
                stderr=log,
            )
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=120)

    def ready(self) -> None:
        ready(self.port, self._process)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def faults(self) -> list[str]:
        """The lines of its log that tell of a fault of the program."""
        text = self._log.read_text(errors="replace")
        return [" / ".join(one.splitlines()[-1:]) for one in text.split("Traceback (most recent call last)")[1:]]

    def close(self) -> None:
        self.client.close()
        self._process.kill()
        self._process.wait()


@dataclass
class Spoken:
    """A book and all that happened to it."""

    seed: int
    id: str
    began: float = field(default_factory=time.monotonic)
    state: str = ""
    waits: Counter[str] = field(default_factory=Counter)
    file: str = ""
    took_s: float = 0.0
    absences: int = 0


class Readers:
    """People who have books spoken, one after the other, and ask how far they are."""

    def __init__(self, studios: list[Studio], seed: int) -> None:
        self._studios = studios
        self._seeds = iter(range(seed, seed + 10**6))
        self._lock = threading.Lock()
        self._enough = threading.Event()
        self.books: list[Spoken] = []
        self.odd: list[str] = []
        self.absences: list[tuple[str, float]] = []
        self._threads = [threading.Thread(target=self._live, args=(n,), daemon=True) for n in range(_SIDE_BY_SIDE)]

    def begin(self) -> None:
        for one in self._threads:
            one.start()

    def end(self) -> None:
        """Wait for the books that are under way."""
        self._enough.set()
        for one in self._threads:
            one.join()

    def _live(self, number: int) -> None:
        while not self._enough.is_set():
            with self._lock:
                seed = next(self._seeds)
            try:
                self._book(seed, number)
            except Exception as fault:  # a thread's outermost boundary: it is told in the result
                self.odd.append(f"book {seed}: {type(fault).__name__}: {fault}")
                print(self.odd[-1], file=sys.stderr, flush=True)

    def _book(self, seed: int, number: int) -> None:
        studio, other = self._studios[number % 2], self._studios[(number + 1) % 2]
        made = asked(lambda: studio.client.post("/v1/books", json=book_of(seed)), self.odd)
        book = Spoken(seed, made.json()["id"])
        self.books.append(book)
        asked(lambda: studio.client.post(f"/v1/books/{book.id}/speak"), self.odd)
        ends = None
        while book.state not in ("done", "failed", "paused", "cancelled"):
            job = asked(lambda: other.client.get(f"/v1/jobs/{book.id}"), self.odd).json()
            book.state = job["status"]
            if job.get("waits"):
                book.waits[job["waits"]["code"]] += 1
            if self._enough.is_set():
                ends = ends or time.monotonic() + _END_S
                if time.monotonic() > ends:
                    break
            time.sleep(_POLL_S)
        now = time.monotonic()
        book.took_s = now - book.began
        book.absences = sum(book.began <= at <= now for _, at in self.absences)
        if book.state == "done":
            book.file = file_of(studio, book.id, self.odd)


def book_of(seed: int) -> dict[str, Any]:
    """A book that no other seed has a sentence of."""
    source = random.Random(seed)
    chapters = (f"第{n}章 夜\n\n{prose(_CHARACTERS // _CHAPTERS, source)}" for n in range(1, _CHAPTERS + 1))
    return {"text": "\n\n".join(chapters), "title": f"书{seed}", "options": {"format": _FORM}}


def asked(ask: Callable[[], httpx.Response], odd: list[str]) -> httpx.Response:
    """A right answer; a clear "not now" is asked again, anything else is noted as odd.

    So is a connection that was kept open and that the server closes at the moment in which it is used once more.
    """
    while True:
        try:
            answer = ask()
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            time.sleep(_POLL_S)
            continue
        if answer.is_success and answer.status_code != 204:
            return answer
        if not _not_now(answer):
            odd.append(f"{answer.request.method} {answer.request.url.path} {answer.status_code} {answer.text[:200]}")
        time.sleep(_POLL_S)


def _not_now(answer: httpx.Response) -> bool:
    """Whether it says clearly that it is to be asked again: something is away, or the file is being put together."""
    if answer.status_code not in (409, 503):
        return False
    code = answer.json().get("error", {}).get("code")
    return bool(code) if answer.status_code == 503 else code == "book_binding"


def file_of(studio: Studio, book: str, odd: list[str]) -> str:
    """The hash of a book's file."""
    answer = asked(lambda: studio.client.get(f"/v1/jobs/{book}/result", params={"format": _FORM}), odd)
    return hashlib.sha256(answer.content).hexdigest()


def disturb(what: Database | Door, count: int, away_s: float, total_s: float, readers: Readers, seed: int) -> None:
    """Take ``what`` away so many times, at moments that are spread over ``total_s`` seconds."""
    source, name = random.Random(seed), "database" if isinstance(what, Database) else "store"
    rest_s = max(4.0, (total_s - count * away_s) / max(1, count))
    for number in range(count):
        time.sleep(rest_s * source.uniform(0.3, 1.7))
        readers.absences.append((name, time.monotonic()))
        what.stop()
        time.sleep(away_s)
        what.start()
        done = sum(one.state == "done" for one in readers.books)
        line = f"{name} {number + 1} of {count}; books: {done} of {len(readers.books)} done, {len(readers.odd)} odd"
        print(line, file=sys.stderr, flush=True)


class Undisturbed:
    """The same books by a server that has all for itself: spoken meanwhile, as far as the others leave it time."""

    def __init__(self, folder: Path, readers: Readers) -> None:
        self._studio = Studio(folder, {})
        self._readers = readers
        self._enough = threading.Event()
        self.files: dict[int, str] = {}
        """Hashes by the books' seeds."""
        self._thread = threading.Thread(target=self._live, daemon=True)

    def begin(self) -> None:
        self._studio.ready()
        self._thread.start()

    def end(self) -> None:
        """Wait until all of them are spoken."""
        self._enough.set()
        self._thread.join()

    def close(self) -> None:
        self._studio.close()

    def _live(self) -> None:
        while not (self._enough.is_set() and len(self.files) == len(self._readers.books)):
            for book in self._readers.books[len(self.files) :]:
                try:
                    self.files[book.seed] = self._speak(book.seed)
                except Exception as fault:  # a thread's outermost boundary: it is told in the result
                    self.files[book.seed] = f"{type(fault).__name__}: {fault}"
            time.sleep(_POLL_S)

    def _speak(self, seed: int) -> str:
        client, odd = self._studio.client, self._readers.odd
        name = asked(lambda: client.post("/v1/books", json=book_of(seed)), odd).json()["id"]
        asked(lambda: client.post(f"/v1/books/{name}/speak"), odd)
        while (state := asked(lambda: client.get(f"/v1/jobs/{name}"), odd).json()["status"]) in ("queued", "running"):
            time.sleep(_POLL_S)
        return file_of(self._studio, name, odd) if state == "done" else state


def measure(folder: Path, database: int, store: int, minutes: float, seed: int) -> dict[str, Any]:
    """Take the database and the store away so many times, and look at every book."""
    server, objects, studios = Database(folder / "database"), Store(folder), list[Studio]()
    alone: Undisturbed | None = None
    try:
        works = {"database": server.address, "sounds": f"s3://{_BUCKET}/sounds", "s3": objects.settings}
        for name in ("one", "two"):
            studios.append(Studio(folder / name, works))
        readers = Readers(studios, seed)
        alone = Undisturbed(folder / "alone", readers)
        for one in studios:
            one.ready()
        alone.begin()
        readers.begin()
        plans = ((server, database, _DATABASE_S), (objects.door, store, _STORE_S))
        threads = [
            threading.Thread(target=disturb, args=(what, count, away_s, minutes * 60.0, readers, seed + number))
            for number, (what, count, away_s) in enumerate(plans)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        readers.end()
        running, faults = all(one.running for one in studios), [line for one in studios for line in one.faults()]
        states = _states(studios[0])
        print(f"{len(readers.books)} books, {len(alone.files)} of them undisturbed", file=sys.stderr, flush=True)
        alone.end()
    finally:
        for one in studios:
            one.close()
        if alone is not None:
            alone.close()
        objects.close()
        with contextlib.suppress(RuntimeError):
            server.stop()
    return {
        "seed": seed,
        "absences": dict(Counter(name for name, _ in readers.absences)),
        "books": len(readers.books),
        "ended": dict(Counter(one.state for one in readers.books)),
        "absences_a_book": sorted(one.absences for one in readers.books),
        "longest_s": round(max((one.took_s for one in readers.books), default=0.0), 1),
        "seen_waiting": dict(sum((one.waits for one in readers.books), Counter[str]())),
        "jobs": states,
        "files_that_differ": [one.seed for one in readers.books if one.file != alone.files[one.seed]],
        "odd_answers": readers.odd,
        "faults_in_logs": faults,
        "servers_lived": running,
    }


def _states(studio: Studio) -> dict[str, int]:
    """How the listed jobs have ended."""
    jobs = studio.client.get("/v1/jobs", params={"limit": 100}).json()["jobs"]
    return dict(Counter(job["status"] for job in jobs))


def whole(result: dict[str, Any]) -> bool:
    """Whether nothing was lost, half or odd."""
    clean = not (result["files_that_differ"] or result["odd_answers"] or result["faults_in_logs"])
    return clean and result["servers_lived"] and set(result["ended"]) == {"done"} and set(result["jobs"]) == {"done"}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.away", description="Take database and store away beneath books, again and again."
    )
    parser.add_argument("--database", type=int, default=38, help="how often the database is stopped")
    parser.add_argument("--store", type=int, default=12, help="how often the store refuses")
    parser.add_argument("--minutes", type=float, default=24.0, help="over how long that is spread, about")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--folder", type=Path, help="where all of it is kept, with the servers' logs; new")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="studio-away-") as root:
        Path(root).chmod(0o755)
        folder = options.folder or Path(root, "away")
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        result = measure(folder, options.database, options.store, options.minutes, options.seed)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0 if whole(result) else 1


if __name__ == "__main__":
    sys.exit(main())
