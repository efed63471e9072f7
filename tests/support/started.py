"""A server that starts in a process of its own, with imports held up: ``python -m tests.support.started FOLDER``.

``DELAYED`` in the environment names modules, separated by commas. The first thread that loads one of them sleeps before
it goes on, so that another thread that needs the same package meets it half imported. ``HELD`` names one module whose
first import waits until ``/healthz`` has answered. Writes one JSON object: the states of models and page, the reason of
a failure, the packages with extension modules imported after the start, and what ``/healthz`` said meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn

from indextts.platform.config import Config
from indextts.server import create_app
from tests.support.ports import free_port

HELD_S = 0.4
"""Longer than the other thread needs to come to the same package."""

GIVE_UP_S = 60.0
"""For an import that holds up the very answer that it waits for."""


def hold_up(names: set[str]) -> None:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import" and arguments[0] in names:
            names.discard(arguments[0])
            time.sleep(HELD_S)

    sys.addaudithook(hook)


class HeldImport:
    """The first import of a module waits until it is let go on."""

    def __init__(self, name: str) -> None:
        self.begun, self.goes_on, self.waited = threading.Event(), threading.Event(), threading.Event()
        self._name = name
        assert name not in sys.modules, f"{name} is imported before anything starts"
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, *_: object) -> None:
        """Find nothing, as the first of all finders; every import asks it, by whatever way it was ordered."""
        if name == self._name and not self.begun.is_set():
            self.begun.set()
            self.goes_on.wait(GIVE_UP_S)
            self.waited.set()

    async def health(self, port: int) -> dict[str, Any]:
        """What ``/healthz`` says while the module is being imported; empty where it waits for that itself."""
        while not self.begun.is_set():
            await asyncio.sleep(0.02)
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except OSError:
                await asyncio.sleep(0.02)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        in_time = not self.waited.is_set()
        self.goes_on.set()
        writer.close()
        return json.loads(body) if in_time and b" 200 " in head.splitlines()[0] else {}


async def start(cache: Path) -> dict[str, object]:
    held = HeldImport(name) if (name := os.environ.get("HELD", "")) else None
    app = create_app(Config(cache_dir=cache))
    preloader, page = app.state.service.preloader, app.state.page
    before = set(sys.modules)
    server = uvicorn.Server(uvicorn.Config(app, port=(port := free_port()), log_level="warning"))
    serving = asyncio.create_task(server.serve())
    health = await held.health(port) if held else {}
    while preloader.state in ("idle", "loading") or page.state == "loading":
        await asyncio.sleep(0.02)
    server.should_exit = True
    await serving
    new = [(name, getattr(module, "__file__", None) or "") for name, module in sys.modules.copy().items()]
    extensions = {name.partition(".")[0] for name, file in new if name not in before and file.endswith((".so", ".pyd"))}
    return {
        "models": preloader.state,
        "page": page.state,
        "reason": str(preloader.error or ""),
        "health": health,
        "extensions": sorted(extensions - sys.stdlib_module_names),
    }


if __name__ == "__main__":
    hold_up({name for name in os.environ.get("DELAYED", "").split(",") if name})
    sys.stdout.write(json.dumps(asyncio.run(start(Path(sys.argv[1])))) + "\n")
