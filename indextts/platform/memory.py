"""Keeps the process small: few heaps, and memory back to the system when it falls quiet. And says when it is short.

The C library keeps what inference has freed, tens of megabytes for each thread's heap, for a next time that may be
hours away.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import logging
import mmap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indextts.model.errors import StudioError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Number = TypeVar("Number", bound="np.generic[Any]")

log = logging.getLogger(__name__)

QUIET_S: Final = 0.5


_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
"""glibc's ``mallopt`` parameters: how much may stay free at a heap's end, from which size on a block has pages of its
own, and the number of heaps."""
_APART_WHILE_LOADING: Final = 128 << 10
_APART: Final = 32 << 20

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


def shortage(code: str = "too_little_memory") -> StudioError:
    """What a person is told then."""
    return StudioError(code, retry_after_s=_RETRY_S)


@contextmanager
def telling_shortage(code: str = "too_little_memory") -> Iterator[None]:
    """Raise :class:`StudioError` of that code for a lack of memory within, however it shows."""
    try:
        yield
    except StudioError:
        raise
    except Exception as error:
        if not is_short(error):
            raise
        log.warning("Out of memory", exc_info=error)
        raise shortage(code) from error


def share_heaps(count: int = 2) -> None:
    """Let all threads share ``count`` heaps, and keep large blocks out of these. To be called before threads start.

    A model's file, which is read and freed again, would leave holes among what other threads load at the same time.
    """
    mallopt = _glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, count)
        mallopt(_M_MMAP_THRESHOLD, _APART_WHILE_LOADING)


def loaded() -> None:
    """Return what loading has freed, and have large blocks in the heaps from now on: new pages for each take time."""
    mallopt = _glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _APART)
        mallopt(_M_TRIM_THRESHOLD, 2 * _APART)
    release()


def in_own_pages(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """A copy outside the heaps, for what lives long: there it would keep what is freed around it from the system."""
    if not values.nbytes:
        return values.copy()
    import numpy as np

    copy = np.frombuffer(mmap.mmap(-1, values.nbytes), values.dtype).reshape(values.shape)
    copy[...] = values
    return copy


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
