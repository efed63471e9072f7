"""Opens engines when they are first needed, in threads of their own, and closes those that have been idle."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from indextts.engines.registry import REGISTRY, Registry
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.memory import release
from indextts.platform.periodic import Periodic
from indextts.platform.run import Cancel
from indextts.voices import Voice

if TYPE_CHECKING:
    from indextts.engines.base import Engine

log = logging.getLogger(__name__)

State = Literal["absent", "idle", "loading", "ready", "error"]

_LISTED_S: Final = 1.0
"""For so long what a closed engine offers is not asked again: it means looking at files."""
_LOOK_S: Final = 0.1


@dataclass
class _Slot:
    engine: Engine | None = None
    loading: bool = False
    error: StudioError | None = None
    failed_at: float = 0.0
    used_at: float = 0.0
    busy: int = 0
    listed_at: float = float("-inf")
    installed: bool = False
    voices: list[Voice] = field(default_factory=list)


class Pool:
    """The engines of one process. Thread-safe."""

    def __init__(
        self, config: Config, registry: Registry = REGISTRY, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._config = config
        self.registry = registry
        self._settings = config.engines
        self._clock = clock
        self._changed = threading.Condition()
        self._slots = {name: _Slot() for name in registry}
        self._kept = ""
        self.opened: Callable[[str, Engine], None] = lambda _name, _engine: None
        """Told of each engine that was opened."""
        self._closer = Periodic("engines", self.release_idle, self._settings.idle_s / 4)

    # ------------------------------------------------------------------ what there is

    def installed(self, name: str) -> bool:
        """Whether an engine is there, open or not."""
        return self._slots[name].engine is not None or self._listed(name).installed

    def voices(self, name: str) -> list[Voice]:
        """Its voices; none where it is not installed."""
        engine = self._slots[name].engine
        return engine.voices() if engine is not None else self._listed(name).voices

    def state(self, name: str) -> State:
        slot = self._slots[name]
        if slot.engine is not None:
            return "ready"
        if slot.loading:
            return "loading"
        if not self._listed(name).installed:
            return "absent"
        return "idle" if slot.error is None else "error"

    def error(self, name: str) -> StudioError | None:
        """Why it could not be opened, in state ``error``."""
        return self._slots[name].error

    # ------------------------------------------------------------------ opening and closing

    def ready(self, name: str) -> Engine | None:
        """The engine, if it is open; else it is opened in the background where that is due."""
        slot = self._slots[name]
        if slot.engine is None and self._listed(name).installed and self._begin(slot):
            threading.Thread(target=self._open_quietly, args=(name,), name=f"open {name}", daemon=True).start()
        return slot.engine

    def wait(self, name: str, cancel: Cancel, until: float) -> Engine | None:
        """The engine, once its opening has ended or the clock shows ``until``; raises what ``cancel`` raises."""
        engine = self.ready(name)
        slot = self._slots[name]
        while engine is None and slot.loading and self._clock() < until:
            cancel.check()
            with self._changed:
                self._changed.wait(_LOOK_S)
            engine = slot.engine
        return engine

    def open(self, name: str) -> Engine:
        """Open it here and now, and keep it open for good. Raises what its loader raises."""
        self._kept = name
        slot = self._slots[name]
        with self._changed:
            slot.loading = True
        return self._open(name)

    def drop(self, name: str, engine: Engine) -> None:
        """Never use that instance again: the next use opens a fresh one."""
        with self._changed:
            slot = self._slots[name]
            if slot.engine is engine:
                slot.engine = None
                slot.busy = 0
        _end_processes(engine)

    def renew(self, model: str) -> None:
        """A model's files have come, gone or changed: forget all about its engine; the next use opens it anew."""
        name = next((name for name, info in self.registry.items() if model in info.models), model)
        with self._changed:
            slot = self._slots.get(name)
            engine = None if slot is None else slot.engine
            if slot is not None:
                slot.engine, slot.error, slot.busy, slot.listed_at = None, None, 0, float("-inf")

        _end_processes(engine)

    def list_anew(self) -> None:
        """Ask closed engines again what they offer: their voices may have changed."""
        for slot in self._slots.values():
            slot.listed_at = float("-inf")

    @contextmanager
    def using(self, name: str) -> Iterator[None]:
        """Keep it open meanwhile, and count the idle time from the end."""
        slot = self._slots[name]
        with self._changed:
            slot.busy += 1
        try:
            yield
        finally:
            with self._changed:
                slot.busy = max(0, slot.busy - 1)
                slot.used_at = self._clock()

    def release_idle(self) -> list[str]:
        """Close what has not been needed for ``engines.idle_s``; returns the names."""
        with self._changed:
            due = self._clock() - self._settings.idle_s
            idle = [
                name
                for name, slot in self._slots.items()
                if slot.engine is not None and name != self._kept and not slot.busy and slot.used_at <= due
            ]
            closed = [self._slots[name].engine for name in idle]
            for name in idle:
                self._slots[name].engine = None
        while closed:  # none is held on to, so that what follows frees them
            _end_processes(closed.pop())
        if idle:
            release()
            log.info("Closed %s: idle", ", ".join(idle))
        return idle

    def close(self) -> None:
        """Stop watching for idle engines, and end the processes of those that have some."""
        self._closer.close()
        for slot in self._slots.values():
            _end_processes(slot.engine)

    def memory(self) -> dict[str, int]:
        """Bytes that the processes of engines have in use, by engine; none where all are in this one."""
        held = {name: getattr(slot.engine, "memory_bytes", None) for name, slot in self._slots.items()}
        return {name: int(size) for name, size in held.items() if size is not None}

    # ------------------------------------------------------------------ within

    def _listed(self, name: str) -> _Slot:
        """The slot with what the engine offers, looked at a moment ago."""
        slot = self._slots[name]
        if self._clock() - slot.listed_at >= _LISTED_S:
            info = self.registry[name]
            slot.installed = info.installed(self._config)
            try:
                slot.voices = info.voices(self._config) if slot.installed else []
            except StudioError as error:
                # What is wrong with it is told when it is opened; a list of what is there gets an answer.
                log.warning("The voices of %s cannot be listed: %s", name, error)
                slot.voices = []
            slot.listed_at = self._clock()
        return slot

    def _begin(self, slot: _Slot) -> bool:
        """Whether the caller is to open it: no other thread does, and the last failure is long enough ago."""
        with self._changed:
            wait = slot.error is not None and self._clock() - slot.failed_at < self._settings.retry_s
            if slot.engine is not None or slot.loading or wait:
                return False
            slot.loading = True
            return True

    def _open_quietly(self, name: str) -> None:
        try:
            self._open(name)
        except StudioError as error:
            log.warning("%s: %s", name, error)
        except Exception:
            # The thread's outermost boundary: what a model's runtime raises is kept as the slot's error.
            log.exception("Opening %s failed", name)

    def _open(self, name: str) -> Engine:
        slot, began = self._slots[name], time.perf_counter()
        try:
            engine = self.registry[name].load(self._config)
        except BaseException as error:
            with self._changed:
                slot.loading, slot.error, slot.failed_at = False, _told(error), self._clock()
                self._changed.notify_all()
            raise
        with self._changed:
            slot.engine, slot.loading, slot.error, slot.used_at = engine, False, None, self._clock()
            self._changed.notify_all()
        log.info("Opened %s in %.2f s", name, time.perf_counter() - began)
        self.opened(name, engine)
        if name != self._kept:
            self._closer.start()
        return engine


def _end_processes(engine: Engine | None) -> None:
    """Of an engine that is not needed, where it has some; it would start new ones."""
    close = getattr(engine, "close", None)
    if close is not None:
        close()


def _told(error: BaseException) -> StudioError:
    if isinstance(error, StudioError):
        return error
    if isinstance(error, ModuleNotFoundError):
        package = (error.name or str(error)).partition(".")[0]
        return StudioError("dependency_missing", package=package, command="./start_app.sh")
    return StudioError("engine_failed", reason=f"{type(error).__name__}: {error}")
