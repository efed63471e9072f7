"""Admission: a fixed number of workers, a short queue that is fair to every client, an honest refusal beyond.

A *client* is a key or an address that asks. Within one client the order is that of arrival; between clients the workers
go round. A turn can be handed on between two segments, so that a long text of one client does not keep another out.
Background work comes *behind*: after all others, and among itself by the same rules.

Answers that are sent while they are made go through a :class:`Pipe`: the work never waits for a slow reader with a
worker in hand. What is made ahead of a reader is bounded in bytes, and so is the number of streams.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.platform.run import Cancel, Progress
from indextts.platform.waiting import waited_for

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import SegmentAudio

_LOOK_S: Final = 0.05
"""How often a waiting request looks whether it was cancelled."""

_FIRST_GUESS_S: Final = 2.0
_USUAL_STREAM_S: Final = 10.0
"""How long a turn, and a stream, are taken to be before any has ended."""
_LONGEST_WAIT_S: Final = 120
"""Maximum waiting time, in seconds, in an answer's ``Retry-After``."""
_GRACE_S: Final = 10.0
"""How much later than told a client may come back to the place that is kept for it."""
_MOST_KEPT: Final = 64
"""Number of clients with a reserved place."""


@dataclass(eq=False)
class _Ticket:
    client: str
    fresh: bool
    """Whether it has not begun yet, and is counted against the limits."""


class Admission:
    """A bounded queue before a bounded number of workers. The workers are the callers' own threads."""

    def __init__(
        self, workers: int, waiting: int, *, at_once: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``waiting`` requests of one client may wait, and as many again for clients that have nothing waiting.

        With ``at_once`` a request does not wait for workers that are held by clients that come behind all others: it
        begins beside them, and the next one of these that could give way does.
        """
        self.workers = workers
        self._at_once = at_once
        self.waiting_limit = waiting
        self.places = 2 * waiting
        """Requests that can wait, of all clients together."""
        self._clock = clock
        self._changed = threading.Condition()
        self._busy: Counter[str] = Counter()
        self._queues: dict[str, deque[_Ticket]] = {}
        """Waiting requests by client, in order of arrival."""
        self._fresh: Counter[str] = Counter()
        """How many of those have not begun yet."""
        self._last: dict[str, int] = {}
        """When each client had its latest turn, or came, counted in turns: the longest wait since then is next."""
        self._turns = 0
        self._behind: Counter[str] = Counter()
        """Clients that come after all others."""
        self._kept: dict[str, float] = {}
        """Clients that were sent away though they had nothing here, in order, and until when they may come back."""
        self._seconds: deque[float] = deque(maxlen=20)

    @property
    def busy(self) -> int:
        return sum(self._busy.values())

    @property
    def waiting(self) -> int:
        return sum(len(queue) for queue in self._queues.values())

    @contextmanager
    def turn(
        self,
        cancel: Cancel,
        on_progress: Callable[[Progress], None] | None = None,
        *,
        counted: bool = True,
        behind: bool = False,
    ) -> Iterator[Turn]:
        """Wait for a worker and hold it, as ``cancel.client``. The calling thread blocks meanwhile.

        While it waits, ``on_progress`` hears ``Progress("queue", place, waiting)``, place 1 being next.
        Raises :class:`StudioError` ``queue_full`` at once when too many wait already, and what
        ``cancel.check()`` raises within a twentieth of a second. One that is not ``counted`` is never refused, and
        takes no place from others; all turns of a client come ``behind``, or none.
        """
        with self._standing(cancel.client, behind):
            ticket = self._arrive(cancel.client, counted)
            if ticket is not None:
                self._wait(ticket, cancel, on_progress)
            turn = Turn(self, cancel, counted=counted)
            try:
                yield turn
            finally:
                turn.end()

    @contextmanager
    def _standing(self, client: str, behind: bool) -> Iterator[None]:
        """Within, ``client`` is one that comes behind, or not."""
        with self._changed:
            self._behind[client] += behind
            self._behind += Counter()  # without those at 0
        try:
            yield
        finally:
            with self._changed:
                self._behind[client] -= behind
                self._behind += Counter()

    # ------------------------------------------------------------------ coming and going

    def _arrive(self, client: str, counted: bool) -> _Ticket | None:
        """A worker at once (``None``), or a place in the queue."""
        with self._changed:
            if not self._queues and self._has_worker(client):
                self._kept.pop(client, None)
                self._grant(client)
                return None
            if counted and not self._has_place(client):
                mean = sum(self._seconds) / len(self._seconds) if self._seconds else _FIRST_GUESS_S
                # Until a place is likely to be free, from the lengths of the last turns.
                wait_s = min(_LONGEST_WAIT_S, max(1, math.ceil(mean * (self.waiting + 1) / self.workers)))
                if not self._fresh[client]:
                    self._keep(client, wait_s)
                raise StudioError("queue_full", waiting=self.waiting, retry_after_s=wait_s)
            self._kept.pop(client, None)
            ticket = _Ticket(client, fresh=counted)
            self._join(ticket)
            return ticket

    def _has_place(self, client: str) -> bool:
        mine, all_waiting = self._fresh[client], self._fresh.total()
        if mine:
            return mine < self.waiting_limit and all_waiting < self.waiting_limit
        now = self._clock()
        self._kept = {name: until for name, until in self._kept.items() if until > now}
        kept = list(self._kept)
        before = kept.index(client) if client in self._kept else len(kept)
        return all_waiting + before < self.places

    def _keep(self, client: str, wait_s: int) -> None:
        """Reserve a place for ``client`` when it comes back as told, in the order of the refusals."""
        if client in self._kept or len(self._kept) < _MOST_KEPT:
            self._kept[client] = self._clock() + wait_s + _GRACE_S

    def _join(self, ticket: _Ticket, *, again: bool = False) -> None:
        """Into its client's queue; what has begun already (``again``) goes on before the others."""
        queue = self._queues.setdefault(ticket.client, deque())
        # After those who wait since before the latest turn, before the one who has just had it.
        self._last.setdefault(ticket.client, 2 * self._turns - 1)
        self._fresh[ticket.client] += ticket.fresh
        if again:
            queue.appendleft(ticket)
        else:
            queue.append(ticket)
        self._changed.notify_all()

    def _leave(self, ticket: _Ticket) -> None:
        queue = self._queues[ticket.client]
        queue.remove(ticket)
        if not queue:
            del self._queues[ticket.client]
        if ticket.fresh:
            self._fresh[ticket.client] -= 1
        self._changed.notify_all()

    def _grant(self, client: str) -> None:
        self._busy[client] += 1
        self._turns += 1
        self._last[client] = 2 * self._turns

    def _give_back(self, client: str) -> None:
        self._busy[client] -= 1
        self._busy += Counter()  # without those at 0
        self._forget()
        self._changed.notify_all()

    def _forget(self) -> None:
        """Keep no memory of clients that have nothing here."""
        for counts in (self._last, self._fresh):
            for client in [one for one in counts if one not in self._busy and one not in self._queues]:
                del counts[client]

    # ------------------------------------------------------------------ whose turn it is

    def _rank(self, client: str, busy: int) -> tuple[bool, int, int]:
        """The smallest is next: interactive work first, then the fewest workers, then the longest wait."""
        return client in self._behind, busy, self._last[client]

    def _order(self) -> list[_Ticket]:
        """Waiting requests in the order in which they will be called if nothing else happens."""
        left = {client: deque(queue) for client, queue in self._queues.items()}
        busy, last = Counter(self._busy), dict(self._last)
        order: list[_Ticket] = []
        while left:
            client = min(left, key=lambda name: (name in self._behind, busy[name], last[name]))
            order.append(left[client].popleft())
            last[client] = 2 * (self._turns + len(order))
            if not left[client]:
                del left[client]
        return order

    def _wait(self, ticket: _Ticket, cancel: Cancel, on_progress: Callable[[Progress], None] | None) -> None:
        """Until it is this one's turn; then it has a worker. Raises what ``cancel.check()`` raises."""
        told = 0
        try:
            while True:
                cancel.check()
                with self._changed:
                    order = self._order()
                    place = order.index(ticket) + 1
                    if place == 1 and self._has_worker(ticket.client):
                        self._leave(ticket)
                        self._grant(ticket.client)
                        return
                    if place == told:
                        self._changed.wait(_LOOK_S)
                if place != told and on_progress is not None:
                    on_progress(Progress("queue", place, len(order)))  # outside the lock: it is the caller's code
                told = place
        except BaseException:
            with self._changed:
                self._leave(ticket)
                self._forget()
            raise

    def _has_worker(self, client: str) -> bool:
        """Whether there is a worker for ``client``."""
        if self._at_once and client not in self._behind:
            return sum(count for name, count in self._busy.items() if name not in self._behind) < self.workers
        return self.busy < self.workers

    def _wanted_by_others(self, client: str) -> bool:
        """Whether another request should continue in this one's place, or has begun beside it."""
        if client in self._behind and self.busy > self.workers:
            return True
        mine = self._rank(client, self._busy[client] - 1)
        return any(self._rank(other, self._busy[other]) < mine for other in self._queues if other != client)


class Turn:
    """A worker in the hands of one request, which can pass it on and take one again. For one thread."""

    def __init__(self, admission: Admission, cancel: Cancel, *, counted: bool = True) -> None:
        self._admission = admission
        self._counted = counted
        self._cancel = cancel
        self._began: float | None = time.monotonic()
        self._seconds = 0.0

    def give_way(self) -> None:
        """Let another client go on whose turn it is, and wait for the next turn; else return at once.

        Raises what ``cancel.check()`` raises.
        """
        admission, client = self._admission, self._cancel.client
        with admission._changed:
            if not admission._wanted_by_others(client):
                return
        with self.paused():
            pass

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold no worker within; after it wait for one. Raises what ``cancel.check()`` raises."""
        self._release()
        yield
        admission = self._admission
        ticket = _Ticket(self._cancel.client, fresh=False)
        with admission._changed:
            admission._join(ticket, again=True)
        admission._wait(ticket, self._cancel, None)
        self._began = time.monotonic()

    def end(self) -> None:
        """Give the worker back, if one is held."""
        admission = self._admission
        self._release()
        if self._counted:  # of others it says nothing how long a request takes
            with admission._changed:
                admission._seconds.append(self._seconds)

    def _release(self) -> None:
        if self._began is None:
            return
        self._seconds += time.monotonic() - self._began
        self._began = None
        with self._admission._changed:
            self._admission._give_back(self._cancel.client)


_LOW: Final = 0.5
"""Share of the buffer at which the work goes on: less often, and for more than one segment."""


class Streams:
    """The streams of a process. Thread-safe."""

    def __init__(self, most: int, buffer_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._buffer_bytes = buffer_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, list[float]] = {}
        """When each stream of a client began."""
        self._seconds: deque[float] = deque(maxlen=20)
        """How long the last ones took."""

    @contextmanager
    def open(self, client: str) -> Iterator[Pipe]:
        """A stream for ``client``. Raises :class:`StudioError` ``queue_full`` beyond what there may be."""
        with self._lock:
            everybody = list(chain.from_iterable(self._open.values()))
            own, now = self._open.get(client, []), self._clock()
            share = max(1, self.most // 2)
            if len(everybody) >= self.most or len(own) >= share:
                # Until the oldest of those in the way ends, if it is as long as others were.
                oldest = min(own if len(own) >= share else everybody)
                usual = sum(self._seconds) / len(self._seconds) if self._seconds else _USUAL_STREAM_S
                wait_s = min(_LONGEST_WAIT_S, max(1, math.ceil(oldest + usual - now)))
                raise StudioError("queue_full", waiting=len(everybody), retry_after_s=wait_s)
            self._open.setdefault(client, []).append(now)
        try:
            yield Pipe(self._buffer_bytes)
        finally:
            with self._lock:
                self._open[client].remove(now)
                if not self._open[client]:
                    del self._open[client]
                self._seconds.append(self._clock() - now)


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
                waited_for(self._changed, lambda: bool(self._segments or self._ended))
                if not self._segments:
                    if self._error is not None:
                        raise self._error
                    return
                segment = self._segments.popleft()
                self._bytes -= segment.samples.nbytes
                self._changed.notify_all()
            yield segment
