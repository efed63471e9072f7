"""Waits in which the main thread still obeys signals."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Final

_LOOK_S: Final = 0.5


def waited_for(changed: threading.Condition, reached: Callable[[], bool], timeout_s: float | None = None) -> bool:
    """As ``changed.wait_for(reached, timeout_s)``, but never in one go.

    Python runs a signal's handler in the main thread, and only between two of its steps. A signal that the system gives
    to another thread, or that comes just before the wait begins, does not end the wait: its handler would never run.
    """
    until = math.inf if timeout_s is None else time.monotonic() + timeout_s
    while not reached():
        left_s = until - time.monotonic()
        if left_s <= 0:
            return False
        changed.wait(min(left_s, _LOOK_S))
    return True
