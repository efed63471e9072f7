"""Threads that are used again, unless one hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

_IDLE_S: Final = 10.0
_REST: Final = "speak"

Work = tuple[str, Callable[[], None], Callable[[], None]]


class Workers:
    """As many as are needed at once; one that has nothing to do for some seconds ends. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[Work]] = []

    def run(self, name: str, work: Callable[[], None], done: Callable[[], None]) -> None:
        """Do ``work`` in a thread of that name, then ``done``; neither may raise. Returns at once."""
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = SimpleQueue()
            threading.Thread(target=self._live, args=(inbox,), name=f"{_REST} …", daemon=True).start()
        inbox.put((name, work, done))

    def _live(self, inbox: SimpleQueue[Work]) -> None:
        me = threading.current_thread()
        while True:
            try:
                name, work, done = inbox.get(timeout=_IDLE_S)
            except Empty:
                with self._lock:
                    if inbox in self._idle:
                        self._idle.remove(inbox)
                        return
                continue  # somebody has just taken it: there will be work
            me.name = f"{_REST} {name}"
            work()
            me.name = f"{_REST} …"
            with self._lock:
                self._idle.append(inbox)
            done()  # behind that, so that whoever waits for it finds this thread free
            del work, done  # they know the engine, which may be closed meanwhile
