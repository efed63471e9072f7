"""What was removed just now, so that it can be put back under its own id."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from indextts.errors import StudioError

KEPT_S: Final = 30.0
"""How long something that was removed can be put back."""

_MOST: Final = 256


class Removed:
    """The last things that were removed, by id, each with what puts it back. Thread-safe."""

    def __init__(self, *, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._known: OrderedDict[str, tuple[float, Callable[[], object]]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, name: str, back: Callable[[], object]) -> None:
        """Remember how ``name`` is put back; the oldest is forgotten when there are many."""
        now = time.monotonic()
        with self._lock:
            self._known.pop(name, None)
            self._known[name] = now + self._kept_s, back
            # All are kept for the same time, so those that are over stand first.
            while self._known and (len(self._known) > _MOST or next(iter(self._known.values()))[0] < now):
                self._known.popitem(last=False)

    def put_back(self, name: str) -> None:
        """Put it back, once. Raises :class:`StudioError` ``undo_gone``, and as what puts it back."""
        with self._lock:
            ends, back = self._known.pop(name, (0.0, None))
        if back is None or time.monotonic() > ends:
            raise StudioError("undo_gone")
        back()
