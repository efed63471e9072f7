"""A small file that several processes read and change, such as the list of keys.

    shared = SharedFile(path, read)
    shared.value                    # as it stands now: read again within half a second after it has changed
    with shared.changing():         # no other process changes it meanwhile
        write_file(path, …)

What is removed from it is void within that time, and nobody waits for a disk on the way to a request.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Generic, TypeVar

from indextts.model.errors import StudioError
from indextts.platform.storage.files import own_folder, writing

log = logging.getLogger(__name__)

_LOOK_S: Final = 0.5

Value = TypeVar("Value")


class SharedFile(Generic[Value]):
    """Thread-safe."""

    def __init__(self, path: Path, read: Callable[[Path], Value], *, without: Value | None = None) -> None:
        """``read`` gives the value of the file, also where there is none, or raises :class:`StudioError`.

        So does this, with what stands there now, unless there is something that can be done ``without`` it.
        """
        self.path: Final = path
        self._read = read
        self._lock = threading.Lock()
        self._looked = -_LOOK_S
        self._state: object = file_state(path)
        self._problem: StudioError | None = None
        try:
            self._value = read(path)
        except StudioError as error:
            if without is None:
                raise
            self._value, self._problem = without, error
            log.warning("%s", error)

    @property
    def value(self) -> Value:
        """As it was last readable: a file that cannot be read leaves what was known before."""
        with self._lock:
            now = time.monotonic()
            if now >= self._looked + _LOOK_S:
                self._looked = now
                self._renew()
            return self._value

    @property
    def problem(self) -> StudioError | None:
        """Why the file as it stands now is not in force; ``None`` where it is."""
        _ = self.value
        return self._problem

    def _renew(self) -> None:
        state = file_state(self.path)
        if state == self._state:
            return
        self._state = state
        try:
            self._value, self._problem = self._read(self.path), None
        except StudioError as error:
            self._problem = error
            log.warning("What was read of %s before stays in force: %s", self.path, error)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Alone of all processes; what was written is read at the end."""
        with writing(self.path):
            own_folder(self.path.parent)
            lock = os.open(self.path.with_name(f".{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
        with self._lock:
            self._state, self._value, self._problem = file_state(self.path), self._read(self.path), None


def file_state(path: Path) -> object:
    """Something that changes with the file; ``None`` where there is none."""
    try:
        about = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return error.errno
    return about.st_ino, about.st_size, about.st_mtime_ns
