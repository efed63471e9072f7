"""Answers that are sent while they are made: who makes one never waits for a slow reader with a worker in hand.

What is made ahead of a reader is bounded in bytes, and so is the number of streams: together they bound the memory.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from indextts.errors import StudioError
from indextts.run import Cancel

if TYPE_CHECKING:
    from indextts.pipeline import SegmentAudio
    from indextts.service.queue import Turn

_LOOK_S: Final = 0.05
_RETRY_S: Final = 30
"""After that a client is told to come back where all streams are taken."""
_LOW: Final = 0.5
"""Share of the buffer at which the work goes on: less often, and for more than one segment."""


class Streams:
    """The streams of a process. Thread-safe."""

    def __init__(self, most: int, buffer_bytes: int) -> None:
        self.most = most
        self._buffer_bytes = buffer_bytes
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()

    @contextmanager
    def open(self, client: str) -> Iterator[Pipe]:
        """A stream for ``client``. Raises :class:`StudioError` ``queue_full`` beyond what there may be."""
        with self._lock:
            everybody = self._open.total()
            if everybody >= self.most or self._open[client] >= max(1, self.most // 2):
                raise StudioError("queue_full", waiting=everybody, retry_after_s=_RETRY_S)
            self._open[client] += 1
        try:
            yield Pipe(self._buffer_bytes)
        finally:
            with self._lock:
                self._open[client] -= 1
                if not self._open[client]:
                    del self._open[client]


class Pipe:
    """Carries segments from the thread that makes them to the one that reads them, with bounded room."""

    def __init__(self, room_bytes: int) -> None:
        self._room_bytes = room_bytes
        self._changed = threading.Condition()
        self._segments: deque[SegmentAudio] = deque()
        self._bytes = 0
        self._ended = False
        self._error: BaseException | None = None

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Tell the reader how the making ended: whatever is raised within is raised on the reader's side."""
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def put(self, segment: SegmentAudio) -> None:
        """Hand over a segment."""
        with self._changed:
            self._segments.append(segment)
            self._bytes += segment.samples.nbytes
            self._changed.notify_all()

    def wait_for_room(self, turn: Turn, limit: Cancel) -> None:
        """While the reader is far behind, hold no worker, and let the deadline of ``limit`` stand still.

        Raises what ``limit.check()`` raises.
        """
        with self._changed:
            if self._bytes < self._room_bytes:
                return
        with turn.paused():
            began = time.monotonic()
            with self._changed:
                while self._bytes > _LOW * self._room_bytes:
                    if limit.cancelled:
                        limit.check()
                    self._changed.wait(_LOOK_S)
            limit.prolong(time.monotonic() - began)

    def __iter__(self) -> Iterator[SegmentAudio]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._segments or self._ended)
                if not self._segments:
                    if self._error is not None:
                        raise self._error
                    return
                segment = self._segments.popleft()
                self._bytes -= segment.samples.nbytes
                self._changed.notify_all()
            yield segment
