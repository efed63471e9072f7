"""The studio in a process of its own, with a configuration and a folder of its own; and how it is watched and asked."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from benchmarks import processes
from indextts.service.owner import COOKIE

_START_S: Final = 180.0
_STOP_S: Final = 30.0
_IDLE_S: Final = 2.0


@dataclass(frozen=True)
class Reply:
    """What came back; ``status`` 0 where nothing did, and ``fault`` where it broke off."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    fault: str = ""

    @property
    def whole(self) -> bool:
        return self.status == 200 and not self.fault

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One connection that is kept; light, so that what is measured is the server and not who asks it."""

    def __init__(self, port: int, name: str = "", owner: str = "", timeout: float = 120.0) -> None:
        """``name`` is the address by which a server that trusts its peer as a proxy knows the client, ``owner`` the
        visitor's cookie.
        """
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._named = {"X-Forwarded-For": name} if name else {}
        if owner:
            self._named["Cookie"] = f"{COOKIE}={owner}"
        self._used = time.monotonic()

    def get(self, path: str) -> Reply:
        return self._ask("GET", path, None)

    def post(self, path: str, what: object) -> Reply:
        return self._ask("POST", path, json.dumps(what).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> Reply:
        headers = self._named if body is None else {**self._named, "Content-Type": "application/json"}
        if time.monotonic() - self._used > _IDLE_S:
            self._connection.close()  # the server is about to close it: nobody would know whether it took a request
        began, status, told = time.perf_counter(), 0, dict[str, str]()
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            status, told = answer.status, {name.lower(): value for name, value in answer.getheaders()}
            content = answer.read()
            self._used = time.monotonic()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return Reply(status, b"", told, time.perf_counter() - began, repr(error))
        return Reply(status, content, told, time.perf_counter() - began)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Served:
    """Such a process."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, name: str = "", owner: str = "") -> Client:
        return Client(self.port, name, owner)

    def rss_mb(self) -> float:
        return processes.rss_bytes(self.process.pid) / 1e6

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    def peak_before(self) -> float:
        """The memory now; from now on :meth:`peak_mb` is the highest since now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")
        return self.peak_mb()

    def peak_mb(self) -> float:
        """The highest resident memory of the server's own process."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise RuntimeError("the system does not tell the highest memory of a process")

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> int:
        """By an order to stop, else killed; its exit status."""
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@contextmanager
def served(folder: Path, models: Path, server: Mapping[str, Any], **sections: Any) -> Iterator[Served]:
    """The studio as it is run, ready, its page too; ``server`` and ``sections`` are of its configuration.

    What it keeps lies below ``folder``; the models are those of ``models``. The fast voice speaks by default, unless
    ``sections`` have another order of engines. Raises :class:`RuntimeError` with the end
    of its log where it does not become ready.
    """
    hub = folder / "hub"
    hub.mkdir(parents=True, exist_ok=True)
    if not (hub / "models").exists():
        (hub / "models").symlink_to(models.resolve())
    settings = folder / "config.yaml"
    own = {"cache_dir": str(hub), "server": {"rate_limit": "1000000/minute", **server}}
    chosen = {**own, "engines": {"order": ["embedded", "sambert"]}, **sections}
    settings.write_text(json.dumps(chosen), encoding="utf-8")
    port = processes.free_port()
    command = [sys.executable, "-m", "indextts", "serve", "--config", str(settings), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(processes.ROOT), "INDEXTTS_KEYS": "", "HF_HUB_OFFLINE": "1"}
    log = folder / "server.log"
    with log.open("ab") as into:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=into, stderr=into)
    running = Served(process, port, log)
    try:
        _until_ready(running)
        yield running
    finally:
        running.stop()


def _until_ready(server: Served) -> None:
    ends = time.monotonic() + _START_S
    with server.client() as client:
        while time.monotonic() < ends and server.alive():
            with contextlib.suppress(ValueError, KeyError):
                if client.get("/readyz").status == 200 and client.get("/healthz").json()["page"] == "ready":
                    return
            time.sleep(0.05)
    raise RuntimeError(f"the server was not ready: {server.log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def quantile(values: list[float], share: float) -> float:
    """The value below which that share of them lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
