"""Engines and services for tests of what stands above the pipeline."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from indextts.engines.base import Engine, Samples, Voice
from indextts.engines.embedded import engine as embedded
from indextts.model.utterance import Segment, Settings
from indextts.pipeline.pipeline import SegmentAudio
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.serving_config import CacheConfig
from indextts.server import create_app
from indextts.service.preload import Preloader
from tests.support.tiny_voice import make_tiny_voice
from tests.support.whole import WholeService


class HeldEngine:
    """Speaks like ``inner``, but while :attr:`hold` is set each segment waits, as a slow one would."""

    def __init__(self, inner: Engine) -> None:
        self._inner = inner
        self.name = inner.name
        self.sample_rate = inner.sample_rate
        self.level_lufs = inner.level_lufs
        self.go = threading.Event()
        self.go.set()
        self.started = threading.Semaphore(0)
        self._passes = threading.Semaphore(0)
        self.spoken: list[str] = []

    def hold(self) -> None:
        """From now on segments wait."""
        self.go.clear()

    def release(self) -> None:
        """Let them go on."""
        self.go.set()

    def begun(self) -> None:
        """Wait until the next segment is begun; a minute without one is a failure, and no test that hangs."""
        assert self.started.acquire(timeout=60), "no segment was begun"

    def let_through(self, segments: int) -> None:
        """Let only so many go on."""
        self._passes.release(segments)

    def voices(self) -> list[Voice]:
        return self._inner.voices()

    def loudness_shift(self, settings: Settings) -> float:
        return self._inner.loudness_shift(settings)

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        return self._inner.fingerprints(voice)

    def pause_factor(self, settings: Settings) -> float:
        return self._inner.pause_factor(settings)

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        self.started.release()
        while not self.go.wait(0.01) and not self._passes.acquire(blocking=False):
            run.cancel.check()
        self.spoken.append(segment.text)
        return self._inner.speak(segment, settings, run)


def application(service: WholeService, config: Config | None = None, **options: Any) -> FastAPI:
    """The application over ``service`` and its works, with its configuration or another one."""
    return create_app(config or service.config, service=service, works=service.works, **options)


def make_service(config: Config, engine: Engine | None = None, **changes: Any) -> WholeService:
    """A loaded service of its own, with ``changes`` to the server's settings.

    With an ``engine`` given, every segment comes from it: tests hold it, or look at what it was asked for.
    """
    changes = {"hosts": ("testserver",), **changes}  # what Starlette's client calls the server
    config = config.model_copy(update={"server": config.server.model_copy(update=changes)})
    if engine is not None:
        config = config.model_copy(update={"cache": CacheConfig(segments_mb=0)})
    load: Callable[[Config], Engine] | None = None if engine is None else lambda _: engine
    service = WholeService(config, preloader=Preloader(config, load_engine=load))
    service.preloader.wait(60)
    return service


def held_voice(folder: Path) -> HeldEngine:
    """A tiny voice of its own in ``folder``, that can be held; its configuration is its ``config``."""
    config = Config(cache_dir=folder)
    make_tiny_voice(config.models_path)
    engine = HeldEngine(embedded.load(config))
    engine.config = config  # type: ignore[attr-defined]
    return engine


@contextmanager
def client_here(service: WholeService) -> Iterator[TestClient]:
    """The API alone, asked by the person at this machine; a fault is an answer."""
    app = application(service, page=False)
    with TestClient(app, "http://localhost", raise_server_exceptions=False, client=("127.0.0.1", 50000)) as client:
        yield client


@contextmanager
def client_over_http(config: Config) -> Iterator[httpx.Client]:
    """The API alone, on a port of its own."""
    service = make_service(config)
    with (
        serving(application(service, page=False)) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def part_of(size: int, index: int = 0) -> SegmentAudio:
    """A segment of silence of ``size`` bytes."""
    return SegmentAudio(np.zeros(size // 4, np.float32), 24_000, index, 2)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@contextmanager
def serving(app: Any, grace_s: int = 1, port: int = 0, **options: Any) -> Iterator[str]:
    """``app`` under Uvicorn on that or a free port, in a thread; its address."""
    options = {"http": "h11", "loop": "asyncio", **options}  # as the real server has it, whatever else is installed
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=port, log_config=None, proxy_headers=False, timeout_graceful_shutdown=grace_s, **options
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
