"""What pages can ask for again, within a bound of bytes: the oldest goes first, what open pages show goes last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

MEGABYTE: Final = 1024 * 1024

MAX_PAGES: Final = 1000
"""Open pages whose shown value is held; the page that spoke up longest ago is the first to lose this."""


class Kept(Generic[Value]):
    """Values under ids, oldest first. Thread-safe."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._values: OrderedDict[str, tuple[Value, int]] = OrderedDict()
        self._bytes = 0
        self._shown: OrderedDict[str, str] = OrderedDict()

    @property
    def nbytes(self) -> int:
        return self._bytes

    def __len__(self) -> int:
        return len(self._values)

    def put(self, key: str, value: Value, size: int) -> None:
        """Keep ``value``, of ``size`` bytes, as the newest. It stays whatever its size; others make room for it."""
        with self._lock:
            self._forget(key)
            self._values[key] = value, size
            self._bytes += size
            self._make_room(key)

    def resize(self, key: str, size: int) -> None:
        """Say that a value has grown or shrunk."""
        with self._lock:
            if key in self._values:
                value, before = self._values[key]
                self._values[key] = value, size
                self._bytes += size - before
                self._make_room(key)

    def get(self, key: str, *, renew: bool = False) -> Value | None:
        """The value, or ``None`` where it is unknown or forgotten; with ``renew`` it is the newest from now on."""
        with self._lock:
            if key not in self._values:
                return None
            if renew:
                self._values.move_to_end(key)
            return self._values[key][0]

    def show(self, page: str, key: str) -> None:
        """The open page of that name shows this value, and no other one any more."""
        if not page:
            return
        with self._lock:
            self._shown[page] = key
            self._shown.move_to_end(page)
            while len(self._shown) > MAX_PAGES:
                self._shown.popitem(last=False)

    def leave(self, page: str) -> None:
        with self._lock:
            self._shown.pop(page, None)

    def _make_room(self, newest: str) -> None:
        if self._bytes <= self._max_bytes:
            return
        shown = set(self._shown.values())
        others = [key for key in self._values if key != newest]
        for key in sorted(others, key=lambda key: key in shown):  # the order of age stays within each half
            if self._bytes <= self._max_bytes:
                return
            self._forget(key)

    def _forget(self, key: str) -> None:
        if key in self._values:
            self._bytes -= self._values.pop(key)[1]
