"""Packages that an engine needs, installed into this process's own environment while it serves.

What is installed is what ``./start_app.sh --with NAME`` installs: a file of the folder ``requirements``, pinned,
nothing that a caller could name. pip runs in a process of its own, which is watched by what it has downloaded.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from indextts.model.errors import StudioError, printable
from indextts.ops import packages, pip_commands

log = logging.getLogger(__name__)

_SIZE: Final = re.compile(r"^\s*Downloading \S+ \(([\d.]+) ([kMG]?B)\)")
_UNITS: Final = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}
_HEAD: Final = 1000
"""Characters at the beginning of a file of requirements that say what it is for."""
_OFFLINE: Final = re.compile(r"temporary failure in name|connection|timed out|no matching distribution", re.IGNORECASE)


@dataclass(frozen=True)
class Installing:
    """How far it is, or how it ended."""

    running: bool = True
    done: int = 0
    """Bytes that were downloaded."""
    total: int = 0
    """Bytes of what pip has found so far; 0 while it has found nothing to download."""
    line: str = ""
    """What pip said last."""
    stopped: bool = False
    error: StudioError | None = None


class PackageInstaller:
    """One installation at a time. Thread-safe."""

    def __init__(
        self, folder: Path, *, cache: Path, pip: Sequence[str] = pip_commands.PIP, options: Sequence[str] = ()
    ) -> None:
        """``folder`` has ``requirements.txt`` and ``requirements/``; ``options`` are more of ``pip install``'s own."""
        self._folder = folder
        self._cache = cache
        self._pip = [*pip]
        self._options = [*options]
        self._lock = threading.Lock()
        self._states: dict[str, Installing] = {}
        self._process: subprocess.Popen[str] | None = None
        self.changed = False
        """Whether packages came while this process ran: what it has imported before stays as it was."""

    def requirements(self, extra: str) -> Path | None:
        """The file whose line ``# with:`` names ``extra``."""
        for path in sorted(self._folder.glob("requirements/*.txt")):
            with path.open(encoding="utf-8") as file:
                named = re.search(r"^# with: (.*)$", file.read(_HEAD), re.MULTILINE)
            if named and extra in named[1].split():
                return path
        return None

    def state(self, extra: str) -> Installing | None:
        """``None`` where nothing was started."""
        with self._lock:
            return self._states.get(extra)

    def start(self, extra: str, then: Callable[[], None] = lambda: None) -> None:
        """Install what ``extra`` needs in the background, and call ``then`` where it is there; what runs goes on.

        Raises :class:`StudioError` ``packages_unknown`` where nothing says what that is, ``packages_busy`` while others
        are being installed.
        """
        path = self.requirements(extra)
        if path is None:
            raise StudioError("packages_unknown", name=printable(extra))
        with self._lock:
            running = [name for name, state in self._states.items() if state.running]
            if extra in running:
                return
            if running:
                raise StudioError("packages_busy", name=running[0])
            self._states[extra] = Installing()
        threading.Thread(target=self._work, args=(extra, path, then), name=f"pip {extra}", daemon=True).start()

    def stop(self, extra: str) -> None:
        """End it; what was installed so far stays, what is half-installed goes."""
        with self._lock:
            state = self._states.get(extra)
            if state is None or not state.running:
                return
            self._states[extra] = replace(state, stopped=True)
            process = self._process
        if process is not None:
            _end(process)

    def close(self) -> None:
        """End what runs."""
        for extra in [*self._states]:
            self.stop(extra)

    # ------------------------------------------------------------------ in its thread

    def _work(self, extra: str, path: Path, then: Callable[[], None]) -> None:
        aside = Path(tempfile.mkdtemp(prefix="pip-", dir=_made(self._cache)))
        error: StudioError | None = None
        try:
            error = self._install(extra, path, aside)
        except OSError as problem:
            error = StudioError("packages_failed", name=extra, reason=printable(str(problem), 200))
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        with self._lock:
            stopped = self._states[extra].stopped
            error = None if stopped else error
            self._states[extra] = replace(self._states[extra], running=False, error=error)
        if error is None and not stopped:
            then()

    def _install(self, extra: str, path: Path, aside: Path) -> StudioError | None:
        files = [file for file in (self._folder / "requirements.txt", path) if file.exists()]
        options = ("--progress-bar", "off", *self._options)
        for command in pip_commands.commands(files, pip=self._pip, options=options):
            status, said = self._run(extra, command, aside)
            if status:
                with contextlib.suppress(OSError):
                    packages.mend()
                return _failure(extra, said)
        self.changed = True
        if told := pip_commands.advice():
            log.warning("%s", told)
        with contextlib.suppress(OSError):
            packages.mark_current(path)
        return None

    def _run(self, extra: str, command: Sequence[str], aside: Path) -> tuple[int, list[str]]:
        """How a command of pip ended, and the last lines that it said."""
        process = subprocess.Popen(
            command,
            cwd=self._folder,
            env={**os.environ, "TMPDIR": str(aside), "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        with self._lock:
            self._process = process
            stopped = self._states[extra].stopped
        if stopped:
            _end(process)
        over = threading.Event()
        watching = threading.Thread(target=self._watch, args=(extra, aside, over), daemon=True)
        watching.start()
        said: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            said = [*said[-40:], line.strip()]
            self._hear(extra, line)
        status = process.wait()
        over.set()
        watching.join()
        with self._lock:
            self._process = None
        importlib.invalidate_caches()
        return status, said

    def _hear(self, extra: str, line: str) -> None:
        found = _SIZE.match(line)
        size = round(float(found[1]) * _UNITS[found[2]]) if found else 0
        log.debug("pip: %s", line.rstrip())
        with self._lock:
            state = self._states[extra]
            self._states[extra] = replace(state, total=state.total + size, line=printable(line.strip(), 120))

    def _watch(self, extra: str, aside: Path, over: threading.Event) -> None:
        while not over.wait(0.5):
            size = sum(_size(path) for path in aside.rglob("*.whl"))
            with self._lock:
                state = self._states[extra]
                self._states[extra] = replace(state, done=min(max(size, state.done), state.total))


def _failure(extra: str, said: Sequence[str]) -> StudioError:
    text = "\n".join(said)
    if "no space left" in text.lower():
        return StudioError("packages_no_room", name=extra)
    told = next((line for line in reversed(said) if line.startswith("ERROR")), said[-1] if said else "")
    code = "packages_offline" if _OFFLINE.search(text) else "packages_failed"
    return StudioError(code, name=extra, reason=printable(told.removeprefix("ERROR: "), 200))


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0
