"""The life of the process that puts the studio on a cluster: an order to stop ends it at any moment, with status 0.

It knows nothing of Ray, whose calls block for as long as a process has no engine, and which would take the signals for
itself. So all of them are made in one thread, and the main thread does nothing but wait for an order.
"""

from __future__ import annotations

import logging
import queue
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final

from indextts.ops import ending

log = logging.getLogger(__name__)

_JOINED: Final = "joined"
_AGAIN_S: Final = 0.5
_LOOK_S: Final = 1.0
END_S: Final = 30.0
"""How long an end may take beyond what the processes have for theirs. An order that comes while a cluster is being
joined waits as long for that, so that it can be left in order: no call of Ray's can be broken off.
"""


class Driver:
    """Joins a cluster, serves on it, and ends.

    ``serve`` may block for ever; ``withdraw``, called from another thread, makes it return or raise, and is called once
    more when all is over. ``close`` comes last, in the thread of ``join``: what that started may end with its thread.
    """

    def __init__(
        self,
        join: Callable[[], object],
        serve: Callable[[], object],
        withdraw: Callable[[], object],
        close: Callable[[], object],
    ) -> None:
        self._join, self._serve, self._withdraw, self._close = join, serve, withdraw, close
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        """Has the name of each order, :data:`_JOINED`, and an empty word at the thread's end. A handler of signals may
        put something in at any moment; it would wait for ever for a lock that the main thread holds.
        """
        self._listening, self._stop = threading.Event(), threading.Event()
        self._serving = False
        self._turn = threading.Lock()
        """Held by whichever thread ends something on the cluster: each would take it from under the other."""
        self._fault: BaseException | None = None

    def run(self, drain_s: float) -> None:
        """Serve until SIGTERM or SIGINT, and end within ``drain_s`` and :data:`END_S` seconds of it.

        Raises what ``join`` or ``serve`` raises without an order.
        """
        self._take_orders()
        thread = threading.Thread(target=self._live, name="cluster", daemon=True)
        thread.start()
        word = self._word()
        if word == _JOINED:
            self._take_orders()  # while it joined, native code has put handlers of its own before these
            self._listening.set()
            word = self._word()
        if word:
            log.info("Stopped by %s", word)
            late = threading.Timer(END_S + (drain_s if self._serving else 0.0), _leave_as_it_is)
            late.daemon = True
            late.start()
            self._interrupt(thread)
            late.cancel()
        thread.join()
        if self._fault is not None and not word:
            raise self._fault

    def _word(self) -> str:
        """The next of the news. It is asked for again and again: a signal that comes just before the main thread begins
        to wait is handled when the wait is over.
        """
        while True:
            with suppress(queue.Empty):
                return self._news.get(timeout=_LOOK_S)

    def _take_orders(self) -> None:
        for number in ending.ORDERS:
            signal.signal(number, self._order)

    def _order(self, number: int, _: FrameType | None) -> None:
        signal.alarm(0)  # a native handler that came before this one may have set it, to abort the process
        self._news.put(signal.Signals(number).name)

    def _live(self) -> None:
        try:
            self._join()
            self._news.put(_JOINED)
            self._listening.wait()
            try:
                if not self._stop.is_set():
                    self._serve_until_stopped()
            finally:
                self._close()
        except BaseException as error:  # a thread's outermost boundary: the main thread raises it
            self._fault = error
        finally:
            self._news.put("")

    def _serve_until_stopped(self) -> None:
        self._serving = True
        try:
            self._serve()
            self._stop.wait()
        finally:
            with self._turn:
                self._serving = False
                self._withdraw()

    def _interrupt(self, thread: threading.Thread) -> None:
        """Wait for the thread's end; bring it back from ``serve``, which may not have begun what can be withdrawn."""
        self._stop.set()
        self._listening.set()
        while thread.is_alive():
            self._take_orders()
            with self._turn:
                if self._serving:
                    try:
                        self._withdraw()
                    except Exception as error:  # foreign code: the thread tries it once more
                        log.warning("The cluster does not end what was begun: %s", error)
            thread.join(_AGAIN_S)


def _leave_as_it_is() -> None:
    log.warning("The cluster has not answered in time; processes of it may go on")
    ending.leave()
