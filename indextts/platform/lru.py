"""What was used last, within a bound: the one store behind every cache here that holds more than small constants.

    sounds: Lru[str, Sound] = Lru(32 * 1024 * 1024)
    sounds.put(key, sound, sound.nbytes)    # bounded in bytes
    tables: Lru[Change, Table] = Lru(8)
    tables.get_or_make(change, make)        # each entry counts 1: bounded in number

:func:`cached` is :func:`functools.lru_cache` for functions of words and numbers that callers write.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import Final, Generic, ParamSpec, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
P = ParamSpec("P")
R = TypeVar("R")

LONGEST: Final = 40
"""Characters of the longest word whose result :func:`cached` keeps."""


class Lru(Generic[Key, Value]):
    """Values under keys, the least recently used first. Thread-safe."""

    def __init__(self, bound: float, dropped: Callable[[Key, Value], None] = lambda key, value: None) -> None:
        """``bound`` is in the unit of the sizes given to :meth:`put`, ``inf`` for none.

        ``dropped`` is called with each entry that goes, for whatever reason, and must not call back.
        """
        self.bound = bound
        self._dropped = dropped
        self._lock = threading.RLock()
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """Of all entries together."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Key) -> bool:
        return key in self._entries

    def keys(self) -> tuple[Key, ...]:
        """All keys, the least recently used first."""
        with self._lock:
            return tuple(self._entries)

    def values(self) -> tuple[Value, ...]:
        """All values, in the same order."""
        with self._lock:
            return tuple(value for value, _ in self._entries.values())

    def peek(self, key: Key) -> Value | None:
        """The value, or ``None``; its place in the order stays."""
        with self._lock:
            return self._entries[key][0] if key in self._entries else None

    def get(self, key: Key) -> Value | None:
        """The value, which is the most recently used from now on, or ``None``."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self.peek(key)

    def put(self, key: Key, value: Value, size: int = 1, last: Collection[Key] = ()) -> None:
        """Keep ``value``, whatever its size; others make room, those in ``last`` after all others."""
        with self._lock:
            self.pop(key)
            self._entries[key] = value, size
            self._size += size
            self.make_room(0, last, but=key)

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value; else what ``make`` returns, of size 1. Other threads need not wait for it."""
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value

    def resize(self, key: Key, size: int, last: Collection[Key] = ()) -> None:
        """Say that a value has grown or shrunk; does nothing where it is unknown."""
        with self._lock:
            if key in self._entries:
                value, before = self._entries[key]
                self._entries[key] = value, size
                self._size += size - before
                self.make_room(0, last, but=key)

    def make_room(self, size: int, last: Collection[Key] = (), but: Key | None = None) -> list[Key]:
        """Drop what was used longest ago until ``size`` more fits; of those in ``last`` only where it must be.

        Returns the keys that went.
        """
        gone: list[Key] = []
        with self._lock:
            if self._size + size <= self.bound:
                return gone
            by_age = tuple(self._entries)
            for key in sorted(by_age, key=last.__contains__) if last else by_age:  # stable: by age within each half
                if self._size + size <= self.bound:
                    break
                if key != but:
                    self.pop(key)
                    gone.append(key)
        return gone

    def pop(self, key: Key) -> Value | None:
        """Take an entry out."""
        with self._lock:
            if key not in self._entries:
                return None
            value, size = self._entries.pop(key)
            self._size -= size
            self._dropped(key, value)
            return value

    def clear(self) -> None:
        """Take all entries out."""
        with self._lock:
            for key in self.keys():
                self.pop(key)


def cached(entries: int, longest: int = LONGEST) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the last results, but none of an argument with more than ``longest`` characters or bytes.

    So the cache is bounded in bytes, however long the words are that callers send.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        kept = functools.lru_cache(maxsize=entries)(function)

        @functools.wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            if any(isinstance(value, (str, bytes)) and len(value) > longest for value in args):
                return function(*args, **kwargs)
            return kept(*args, **kwargs)  # type: ignore[arg-type]  # the stub asks for Hashable, as lru_cache does

        return called

    return decorate
