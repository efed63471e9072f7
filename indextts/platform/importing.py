"""Imports that several threads would otherwise be the first to make.

Python locks each module by itself. Where a package's ``__init__`` imports its own modules (numpy, gradio, torch), one
thread that imports the package and another one that imports a module of it wait for each other; Python ends the wait by
handing out a module that is half imported, and an extension module that meets it fails for good. So a process has one
lock for such imports, and what the threads of a starting server share is imported in one go before they part.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

SHARED: Final = ("numpy", "numpy.random", "onnxruntime", "soxr", "soundfile", "psutil")
"""Packages that a starting server needs in several of its threads; numpy comes before those that import it in C."""

_LOCK: Final = threading.RLock()


def import_shared() -> None:
    """Import every package of :data:`SHARED`, or wait until another thread has done so.

    Raises :class:`ImportError` where one is missing or broken.
    """
    with _LOCK:
        for name in SHARED:
            importlib.import_module(name)


@contextmanager
def alone() -> Iterator[None]:
    """Hold the process's lock for imports, with :data:`SHARED` already imported; the same thread may nest it."""
    with _LOCK:
        import_shared()
        yield


class _Lazy(ModuleType):
    def __getattr__(self, name: str) -> Any:
        with alone():
            value = getattr(importlib.import_module(self.__name__), name)
        self.__dict__[name] = value
        return value


def lazy(name: str) -> ModuleType:
    """The package ``name``, imported as :func:`alone` does when something of it is first asked for.

    For what takes long to import and is seldom needed. A missing package raises :class:`ImportError` there.
    """
    return _Lazy(name)
