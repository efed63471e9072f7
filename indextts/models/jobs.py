"""What is being done with models in the background, one thread for each: fetched or verified, watched and stopped.

The page starts it and asks how far it is; a page that is closed or loaded again changes nothing.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from indextts.model.errors import StudioError
from indextts.models import store
from indextts.models.pull import Fetched
from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.platform.storage.manifest import FileState

FORGET_S: Final = 30.0
"""How long a removed model can be brought back."""

_WINDOW_S: Final = 5.0
"""The rate is that of the last seconds."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetching:
    """How far a fetch or a check is, or how it ended."""

    task: Literal["fetch", "verify"] = "fetch"
    running: bool = True
    fetched: Fetched | None = None
    rate: float = 0.0
    """Bytes a second."""
    error: StudioError | None = None
    stopped: bool = False
    """Whether it was cancelled; while it is still ``running``, it stops at the next byte."""
    states: tuple[FileState, ...] = ()
    """What a check has found."""


@dataclass
class _Job:
    state: Fetching
    cancel: Cancel = field(default_factory=Cancel)
    pace: _Pace = field(default_factory=lambda: _Pace())


class Fetches:
    """All of it in this process. Thread-safe."""

    def __init__(
        self, config: Config, *, changed: Callable[[str], None] | None = None, forget_s: float = FORGET_S
    ) -> None:
        """``changed`` is told the name of a model whose files have come or gone."""
        self._config = config
        self._changed = changed or (lambda _: None)
        self._forget_s = forget_s
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._removed: dict[str, threading.Timer] = {}

    def start(self, name: str) -> None:
        """Begin to fetch a model; one that is being fetched goes on.

        Raises :class:`StudioError` ``unknown_choice`` for another name, ``model_busy`` while it is being verified.
        """
        self._begin(name, "fetch")

    def verify(self, name: str) -> None:
        """Begin to compare a model's files with their hashes. Raises as :meth:`start`."""
        self._begin(name, "verify")

    def stop(self, name: str) -> None:
        """Stop what is being done with a model; what has come is kept."""
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and job.state.running:
                job.state = replace(job.state, stopped=True)
                job.cancel.cancel()

    def remove(self, name: str) -> int:
        """Delete a model in a while, unless :meth:`restore` comes first; the bytes that this sets free.

        Raises :class:`StudioError` ``model_busy`` while something is done with it, and as :func:`store.set_aside`.
        """
        store.folder(name, self._config)
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and job.state.running:
                raise StudioError("model_busy", model=name)
            freed = store.set_aside(name, self._config)
            self._jobs.pop(name, None)
            timer = threading.Timer(self._forget_s, self._forget, (name,))
            timer.daemon = True
            before, self._removed[name] = self._removed.get(name), timer
        if before is not None:
            before.cancel()
        timer.start()
        self._changed(name)
        return freed

    def restore(self, name: str) -> None:
        """Take :meth:`remove` back. Raises :class:`StudioError` ``undo_gone`` where it is too late."""
        with self._lock:
            timer = self._removed.pop(name, None)
            if timer is None:
                raise StudioError("undo_gone")
            timer.cancel()
            store.restore(name, self._config)
        self._changed(name)

    def close(self) -> None:
        for name in list(self._jobs):
            self.stop(name)
        for name in list(self._removed):
            self._forget(name)

    def state(self, name: str) -> Fetching | None:
        """How far it is; ``None`` where nothing was started."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None:
                return None
            return replace(job.state, rate=job.pace.rate() if job.state.running else 0.0)

    def _forget(self, name: str) -> None:
        with self._lock:
            timer = self._removed.pop(name, None)
            if timer is not None:
                timer.cancel()
                store.forget(name, self._config)

    def _begin(self, name: str, task: Literal["fetch", "verify"]) -> None:
        store.folder(name, self._config)
        with self._lock:
            known = self._jobs.get(name)
            if known is not None and known.state.running:
                if known.state.task != task:
                    raise StudioError("model_busy", model=name)
                return
            job = self._jobs[name] = _Job(Fetching(task))
        threading.Thread(target=self._work, args=(name, job), name=f"{task} {name}", daemon=True).start()

    def _work(self, name: str, job: _Job) -> None:
        def told(fetched: Fetched) -> None:
            with self._lock:
                job.pace.told(fetched)
            self._set(job, fetched=fetched)

        try:
            if job.state.task == "verify":
                found = store.verify(name, self._config, cancel=job.cancel, progress=told)
                self._set(job, states=tuple(found))
            else:
                with self._lock:
                    if name not in self._removed:  # what a process left that ended before it could forget
                        store.forget(name, self._config)
                if store.ensure(name, self._config, cancel=job.cancel, fetched=told):
                    self._changed(name)
        except StudioError as error:
            stopped = error.code == "cancelled"
            if not stopped:
                log.warning("%s: %s", name, error)
            self._set(job, running=False, error=None if stopped else error)
        except Exception:
            # The thread's outermost boundary: the page must hear that it ended, the log why.
            number = secrets.token_hex(8)
            log.exception("%s: %s %s failed", number, job.state.task, name)
            self._set(job, running=False, error=StudioError("internal", request_id=number))
        else:
            self._set(job, running=False, stopped=False)

    def _set(self, job: _Job, **values: Any) -> None:
        with self._lock:
            job.state = replace(job.state, **values)


class _Pace:
    """Bytes a second, of what has come just now: what was there before a fetch went on does not count."""

    def __init__(self) -> None:
        self._began: set[str] = set()
        self._before = 0
        self._last = 0
        self._points: deque[tuple[float, int]] = deque()

    def told(self, fetched: Fetched) -> None:
        if fetched.file not in self._began:
            self._began.add(fetched.file)
            self._before += fetched.done - self._last
        self._last = fetched.done
        now = time.monotonic()
        if self._points and now - self._points[-1][0] < 0.1:
            return
        self._points.append((now, fetched.done - self._before))
        while now - self._points[0][0] > _WINDOW_S:
            self._points.popleft()

    def rate(self) -> float:
        """Bytes a second; 0 while that cannot be told."""
        if len(self._points) < 2:
            return 0.0
        (began, first), (_, last) = self._points[0], self._points[-1]
        return max(0.0, (last - first) / max(time.monotonic() - began, 1e-3))
