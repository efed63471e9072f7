"""Keeps the process small: few heaps, and memory back to the system when it falls quiet. And says when it is short.

The C library keeps what inference has freed, tens of megabytes for each thread's heap, for a next time that may be
hours away.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from indextts.errors import StudioError

log = logging.getLogger(__name__)

QUIET_S: Final = 0.5


_M_ARENA_MAX: Final = -8
"""glibc's ``mallopt`` parameter for the number of heaps."""

_SHORT: Final = ("failed to allocate memory", "bad_alloc", "bad allocation", "out of memory", "can't start new thread")
"""How libraries say that there is no memory left, where they have no exception for it."""
_RETRY_S: Final = 10


def is_short(error: BaseException | None) -> bool:
    """Whether ``error``, or what it was raised from, comes from a lack of memory."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
            return True
        if isinstance(error, RuntimeError) or type(error).__module__.startswith("onnxruntime"):
            said = str(error).lower()
            if any(words in said for words in _SHORT):
                return True
        error = error.__cause__ or error.__context__
    return False


def shortage() -> StudioError:
    """What a person is told then."""
    return StudioError("too_little_memory", retry_after_s=_RETRY_S)


@contextmanager
def telling_shortage() -> Iterator[None]:
    """Raise :class:`StudioError` ``too_little_memory`` for a lack of memory within, however it shows."""
    try:
        yield
    except StudioError:
        raise
    except Exception as error:
        if not is_short(error):
            raise
        log.warning("Out of memory", exc_info=error)
        raise shortage() from error


def share_heaps(count: int = 2) -> None:
    """Let all threads share ``count`` heaps. To be called before threads are started."""
    mallopt = _glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, count)


def release() -> None:
    """Return freed memory now; takes some milliseconds."""
    trim = _glibc("malloc_trim")
    if trim is not None:
        trim(0)


@functools.cache
def _glibc(name: str) -> Callable[..., int] | None:
    """A function of glibc; other C libraries have none of these, and give memory back by themselves."""
    try:
        function: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        log.info("This C library has no %s", name)
        return None
    return function


class IdleRelease:
    """Calls :func:`release` once after every burst of work. Thread-safe."""

    def __init__(self, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._worked = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def worked(self) -> None:
        """Say that work has just ended; returns at once."""
        with self._lock:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
                self._thread.start()
        self._worked.set()

    def close(self) -> None:
        self._closed.set()
        self._worked.set()

    def _watch(self) -> None:
        while True:
            self._worked.wait()
            # More work within the quiet time puts the release off.
            while not self._closed.is_set() and self._worked.is_set():
                self._worked.clear()
                self._closed.wait(self._quiet_s)
            if self._closed.is_set():
                return
            release()
