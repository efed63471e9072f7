"""The hashes of files that have been read to their end here, and what the files looked like then.

A file whose size, times and place on the disk are still the same is not read again; anything else is a reason to do
so. The memory alone proves nothing: the caller compares with the right hash (:mod:`indextts.storage.manifest`).
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from os import stat_result
from pathlib import Path
from typing import Any, Final

from indextts.errors import StudioError
from indextts.storage.files import sha256_file, write_file

FILE: Final = ".verified.json"
"""The memory's usual name, in the folder whose files it knows."""

_LARGE: Final = 64 * 1024**2
"""Bytes from which on reading a file is worth a line in the log."""

log = logging.getLogger(__name__)

Beat = Callable[[], None]
"""Called now and then; raises to stop."""


def no_beat() -> None:
    """A :data:`Beat` that never stops."""


class Verified:
    """The files of one folder. Thread-safe; several processes may share the memory."""

    def __init__(self, folder: Path, memory: Path | None = None) -> None:
        """``memory`` is the file that remembers, in the folder itself unless given."""
        self.folder = folder
        self._memory = memory or folder / FILE
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, str]] | None = None
        """``name → (stamp, digest)``"""

    def digest(self, name: str, beat: Beat = no_beat, *, expected: str = "", fresh: bool = False) -> str:
        """The SHA-256 of a file's content.

        A remembered hash that is not the ``expected`` one is not believed, and ``fresh`` believes none: the file is
        read. Raises ``OSError`` where it cannot be, and what ``beat`` raises.
        """
        path = self.folder / name
        stamp = _stamp(path.stat())
        known = None if fresh else self._remembered(name)
        if known is not None and known[0] == stamp and expected in ("", known[1]):
            return known[1]
        found = _read(path, beat)
        if _stamp(path.stat()) == stamp:  # else it is being written: the next opening reads it again
            self._remember(name, stamp, found)
        return found

    def _remembered(self, name: str) -> tuple[str, str] | None:
        with self._lock:
            if self._known is None:
                self._known = _load(self._memory)
            return self._known.get(name)

    def _remember(self, name: str, stamp: str, found: str) -> None:
        with self._lock:
            if (self._known or {}).get(name) == (stamp, found):
                return
            # Another process may have read other files meanwhile.
            self._known = {**_load(self._memory), name: (stamp, found)}
            try:
                write_file(self._memory, _dump(self._known))
            except StudioError as error:
                log.warning("What was verified is not remembered, so it will be read again: %s", error)


def _stamp(about: stat_result) -> str:
    """What changes when a file's content does. Unlike the time of writing, that of change cannot be set back."""
    return f"{about.st_size} {about.st_mtime_ns} {about.st_ctime_ns} {about.st_ino}"


def _read(path: Path, beat: Beat) -> str:
    size, began = path.stat().st_size, time.perf_counter()
    if size >= _LARGE:
        log.info("Verifying %s (%.0f MB); this is done once", path, size / 1e6)
    found = sha256_file(path, beat)
    if size >= _LARGE:
        log.info("Verified %s in %.1f s", path, time.perf_counter() - began)
    return found


def _dump(known: dict[str, tuple[str, str]]) -> bytes:
    files = {name: list(entry) for name, entry in sorted(known.items())}
    return (json.dumps({"check": _check(files), "files": files}, indent=1) + "\n").encode()


def _load(memory: Path) -> dict[str, tuple[str, str]]:
    """What is remembered; nothing where the memory is not as it was written."""
    try:
        held: Any = json.loads(memory.read_text(encoding="utf-8"))
        files = held["files"]
        if held["check"] != _check(files):
            return {}
        return {str(name): (str(stamp), str(digest)) for name, (stamp, digest) in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _check(files: object) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
