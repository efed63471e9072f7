"""What an engine does that is alone in its process: it obeys the orders that come over the wire."""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import numpy as np

import indextts.engines
from indextts.engines.isolated.wire import Wire, WireError, filled, read, told
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.run import Cancel, Run

_BEAT_S: Final = 0.1


def obey(connection: socket.socket) -> None:
    """Open the engine of the first order and obey those that follow, until the server hangs up."""
    with contextlib.suppress(WireError):
        _Child(Wire(connection)).live()


class _Child:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancel = Cancel()
        self._speaking = self._stopped = 0

    def live(self) -> None:
        first = self._next()
        threading.Thread(target=self._listen, name="orders", daemon=True).start()
        if not self._answer(lambda: self._open(first)):
            return
        while True:
            if not self._answer(partial(self._obey, self._orders.get())):
                return

    def _next(self) -> dict[str, Any]:
        came = self._wire.receive()
        assert came is not None  # it waits for as long as it takes
        return came[0]

    def _listen(self) -> None:
        try:
            while True:
                order = self._next()
                if order["do"] != "cancel":
                    self._orders.put(order)
                    continue
                self._stopped = order["number"]  # of what may not have begun yet
                if self._stopped == self._speaking:
                    self._cancel.cancel()
        except WireError:
            os._exit(0)

    def _answer(self, work: Callable[[], tuple[dict[str, Any], bytes]]) -> bool:
        """Do ``work`` and send its answer; false where this process is no good any more."""
        try:
            answer, sound = work()
            self._wire.send({"is": "done", **answer}, sound)
        except StudioError as error:
            self._wire.send({"is": "refused", "error": told(error)})
        except MemoryError:
            self._wire.send({"is": "short"})
            return False  # what it holds on to is not known
        except Exception as error:
            lacking = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
            words = " ".join(str(error).split())[:500]
            self._wire.send({"is": "raised", "kind": type(error).__name__, "words": words, "lacking": lacking})
        return True

    def _open(self, order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        if order["memory_mb"]:
            most = order["memory_mb"] * 2**20
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        # Folders of engines that came from elsewhere.
        indextts.engines.__path__ = order["folders"]
        package = order["info"].rpartition(".")[0]
        self._engine = importlib.import_module(f"{package}.engine").load(Config.model_validate_json(order["config"]))
        facts = {name: getattr(self._engine, name) for name in ("name", "sample_rate", "level_lufs")}
        own = {name: float(getattr(self._engine, name, 0.0)) for name in ("pace", "release_s")}
        return {**facts, **own}, b""

    def _obey(self, order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        if order["do"] == "speak":
            return self._speak(order)
        if order["do"] == "fingerprints":
            return {"value": dict(self._engine.fingerprints(order["voice"]))}, b""
        _, settings = read(order["plan"])
        return {"value": float(getattr(self._engine, order["do"])(settings))}, b""

    def _speak(self, order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:

        from indextts.engines.isolated.wire import read

        self._cancel = Cancel()
        self._speaking = order["number"]
        if self._stopped == self._speaking:
            self._cancel.cancel()
        segment, settings = read(order["plan"])
        try:
            samples = self._engine.speak(segment, settings, _ToldRun(self._wire, self._cancel).run)
        finally:
            self._speaking = 0
        sound = np.ascontiguousarray(samples, np.float32)
        answer = {
            "shape": list(sound.shape),
            "filled": filled(segment),
            "loudness_shift": float(self._engine.loudness_shift(settings)),
            "pause_factor": float(self._engine.pause_factor(settings)),
            "pace": float(getattr(self._engine, "pace", 0.0)),
        }
        return answer, sound.tobytes()


class _ToldRun:
    """A run whose stages and beats are heard by the server."""

    def __init__(self, wire: Wire, cancel: Cancel) -> None:
        self._wire, self._told = wire, 0.0
        self.run = Run(cancel)
        beat, stage = self.run.beat, self.run.stage

        def told_beat(part: float = 0.0) -> None:
            beat(part)
            now = time.monotonic()
            if now - self._told >= _BEAT_S:
                self._told = now
                wire.send({"is": "beat", "part": float(part)})

        @contextmanager
        def told_stage(name: str) -> Iterator[None]:
            wire.send({"is": "stage", "name": name})
            with stage(name):
                yield

        self.run.beat = told_beat  # type: ignore[method-assign]
        self.run.stage = told_stage  # type: ignore[method-assign]
