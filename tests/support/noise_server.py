"""The server as it is run, signals and all, whose engine is noise: quick to start, and as slow to speak as asked for.

python -m tests.support.noise_server FOLDER PORT SECONDS
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from indextts.platform.config import PROJECT_ROOT, Config, EnginesConfig
from indextts.platform.serving_config import ServerConfig
from tests.support.ports import free_port

WAIT_S = 90.0


class Server:
    """Such a process and its address."""

    def __init__(self, folder: Path, segment_s: float = 0.0, port: int = 0) -> None:
        self.port = port or free_port()
        self.log = folder.parent / f"{folder.name}.log"
        command = [sys.executable, "-m", "tests.support.noise_server", str(folder), str(self.port), str(segment_s)]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=log)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def until(self, true: Callable[[], object]) -> None:
        """Wait for a condition. Raises :class:`AssertionError` where it does not come, or the process has ended."""
        ends = time.monotonic() + WAIT_S
        while not true():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < ends, self.log.read_text()[-3000:]
            time.sleep(0.05)

    def get(self, path: str) -> tuple[int, Any]:
        """Status and content; 0 where nobody answers."""
        try:
            answer = self.client.get(path)
            return answer.status_code, answer.json()
        except httpx.TransportError:
            return 0, None

    def ready(self) -> None:
        self.until(lambda: self.get("/readyz")[0] == 200)

    def job(self, name: str, *states: str) -> dict[str, Any]:
        """The job once it is in one of these states."""
        found: dict[str, Any] = {}

        def there() -> bool:
            status, told = self.get(f"/v1/jobs/{name}")
            found.update(told if status == 200 else {})
            return found.get("status") in (states or ("done",))

        self.until(there)
        return found

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.client.close()


@contextmanager
def served(folder: Path, segment_s: float = 0.0) -> Iterator[Server]:
    server = Server(folder, segment_s)
    try:
        server.until(lambda: server.get("/healthz")[0] == 200)
        yield server
    finally:
        server.close()


def main(folder: str, port: str, seconds: str) -> None:
    from indextts.server import app
    from indextts.service.preload import Preloader
    from tests.support.restarted import Noise

    def shared(config: Config) -> Preloader:
        return Preloader(config, load_engine=lambda _: Noise(Path(os.devnull), float(seconds)))

    Preloader.shared = shared  # type: ignore[method-assign]
    app.create_app = functools.partial(app.create_app, page=False)
    limits = ServerConfig(rate_limit="100000/minute", queue_waiting=50)
    engines = EnginesConfig(order=("embedded",))
    app.run(Config(cache_dir=Path(folder), prosody="rules", engines=engines, server=limits), port=int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
