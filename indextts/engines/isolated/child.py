"""The other side: an engine alone in its process. Started by :mod:`indextts.engines.isolated.process`.

It must not outlive the server, whatever its engine does: the kernel kills it when the last holder of the other end of
a pipe is gone, for which no thread of it has to run.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import os
import queue
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_SET_SIGNAL: Final = 10
"""Linux' number of ``F_SETSIG``, which the module fcntl does not name everywhere."""
_BEAT_S: Final = 0.1
_OOM: Final = "/proc/self/oom_score_adj"


def main() -> None:
    wire_fd, life_fd = int(sys.argv[1]), int(sys.argv[2])
    _live_no_longer_than(life_fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to obey
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError), open(_OOM, "w", encoding="ascii") as score:
        score.write("500")  # of the two, the server is to stay
    from indextts.engines.isolated.wire import Wire, WireError

    wire = Wire(socket.socket(fileno=wire_fd))
    try:
        with contextlib.suppress(WireError):
            _Child(wire).live()
    finally:
        os._exit(0)  # threads that the engine has left behind are nobody's any more


def _live_no_longer_than(pipe: int) -> None:
    """Have the kernel kill this process when the server's end of ``pipe`` is closed, by its end or by its will."""
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, _SET_SIGNAL, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if _is_closed(pipe):  # before that, nobody would have been told
        os._exit(0)


def _is_closed(pipe: int) -> bool:
    os.set_blocking(pipe, False)
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False
    finally:
        os.set_blocking(pipe, True)


class _Child:
    def __init__(self, wire: Any) -> None:
        from indextts.platform.run import Cancel

        self._wire = wire
        self._orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancel = Cancel()
        self._speaking = self._stopped = 0

    def live(self) -> None:
        first = self._wire.receive()[0]
        threading.Thread(target=self._listen, name="orders", daemon=True).start()
        if not self._answer(lambda: self._open(first)):
            return
        while True:
            order = self._orders.get()
            if not self._answer(lambda order=order: self._obey(order)):
                return

    def _listen(self) -> None:
        from indextts.engines.isolated.wire import WireError

        try:
            while True:
                order, _ = self._wire.receive()
                if order["do"] != "cancel":
                    self._orders.put(order)
                    continue
                self._stopped = order["number"]  # of what may not have begun yet
                if self._stopped == self._speaking:
                    self._cancel.cancel()
        except WireError:
            os._exit(0)

    def _answer(self, work: Any) -> bool:
        """Do ``work`` and send its answer; false where this process is no good any more."""
        from indextts.engines.isolated.wire import told
        from indextts.model.errors import StudioError

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
        import indextts.engines
        from indextts.platform.config import Config

        # Folders of engines that came from elsewhere.
        indextts.engines.__path__ = order["folders"]
        package = order["info"].rpartition(".")[0]
        self._engine = importlib.import_module(f"{package}.engine").load(Config.model_validate_json(order["config"]))
        facts = {name: getattr(self._engine, name) for name in ("name", "sample_rate", "level_lufs")}
        return {**facts, "pace": float(getattr(self._engine, "pace", 0.0))}, b""

    def _obey(self, order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        from indextts.engines.isolated.wire import read

        if order["do"] == "speak":
            return self._speak(order)
        if order["do"] == "fingerprints":
            return {"value": dict(self._engine.fingerprints(order["voice"]))}, b""
        _, settings = read(order["plan"])
        return {"value": float(getattr(self._engine, order["do"])(settings))}, b""

    def _speak(self, order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        import numpy as np

        from indextts.engines.isolated.wire import filled, read
        from indextts.platform.run import Cancel

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

    def __init__(self, wire: Any, cancel: Any) -> None:
        from indextts.platform.run import Run

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


if __name__ == "__main__":
    main()
