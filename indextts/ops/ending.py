"""How a process ends that has spoken: the server's by an order, at any moment, with status 0.

Python takes its threads' interpreter away while native code (ONNX Runtime, Gradio's imports) is still under way in
them; C++ then aborts the process. So once everything that must be closed is closed, the process ends here, without
that.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Final, NoReturn

log = logging.getLogger(__name__)

ORDERS: Final = (signal.SIGTERM, signal.SIGINT)
"""The signals that are an order to stop."""


def obey(ending: Callable[[], bool] = lambda: False) -> None:
    """From now on an order to stop ends the process at once, unless ``ending()`` says that it is being obeyed."""

    def stop(number: int, _: FrameType | None) -> None:
        log.info("Stopped by %s", signal.Signals(number).name)
        if not ending():
            leave()

    for number in ORDERS:
        signal.signal(number, stop)


def leave_at_exit() -> Callable[[int], None]:
    """Once what is returned has been given a status, the interpreter ends with it by :func:`leave`, after all that is
    due at exit.

    What was registered for the exit before this call is left out.
    """
    given: list[int] = []

    def last() -> None:
        if given:
            leave(given[-1])

    atexit.register(last)
    return given.append


def begin_anew() -> NoReturn:
    """Restart the program in this process: the process id stays, so that a supervisor still watches it."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def leave(status: int = 0) -> NoReturn:
    """End the process with ``status``, now; what was said reaches its reader."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        # A reader that has gone, or a write that the order has interrupted, must not change how this ends.
        with contextlib.suppress(OSError, ValueError, RuntimeError, AttributeError):
            stream.flush()
    os._exit(status)
