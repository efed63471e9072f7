"""Whether the database and the store of sounds can be reached: told by whatever uses them, asked by all that shows it.

    with database.reading() as session: …    # each use tells the database's Presence how it went
    records.presence.error                   # why it cannot be reached; None while it can
    records.presence.turned(0.2)             # waits for the moment in which it can be reached again

The log has one line when it goes away, one when it is back, and at most one a minute between.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from indextts.model.errors import StudioError

log = logging.getLogger(__name__)

SAY_S: Final = 60.0
"""The least time between two lines in the log about one absence."""


class Presence:
    """One thing outside of this process. Thread-safe."""

    def __init__(self, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``name`` is how the log and the metrics call it."""
        self.name: Final = name
        self._clock = clock
        self._turned = threading.Condition()
        self._error: StudioError | None = None
        self._seen: float | None = None
        self._since = self._said = 0.0
        self._misses = 0

    @property
    def error(self) -> StudioError | None:
        """Why it cannot be reached; ``None`` while it can, and before it was first needed."""
        return self._error

    @property
    def seen_s(self) -> float | None:
        """Seconds since it was last reached; ``None`` where it never was."""
        return None if self._seen is None else self._clock() - self._seen

    @property
    def misses(self) -> int:
        """How often it could not be reached so far."""
        return self._misses

    def reached(self, since: int | None = None) -> None:
        """Note that it was used without an error.

        With ``since``, the number of :attr:`misses` when that use began, one that was missed meanwhile is not thought
        to be back: what began before it went may end well after that.
        """
        if since is not None and since != self._misses:
            return
        self._seen = self._clock()
        if self._error is None:  # nearly always, so that it costs nothing
            return
        with self._turned:
            away, self._error = self._error is not None, None
            self._turned.notify_all()
        if away:
            log.warning("The %s is there again, after %.0f s", self.name, self._clock() - self._since)

    def missed(self, error: StudioError) -> None:
        """Note that it could not be reached, and why."""
        now = self._clock()
        with self._turned:
            first = self._error is None
            self._error = error
            self._misses += 1
            if first:
                self._since = now
            elif now - self._said < SAY_S:
                return
            self._said = now
        if first:
            log.warning("The %s is away: %s", self.name, error)
        else:
            log.warning("The %s is still away, after %.0f s: %s", self.name, now - self._since, error)

    def turned(self, most_s: float) -> bool:
        """Wait, for so long at most, until it is reached again after it was away; whether that happened."""
        with self._turned:
            return self._turned.wait(most_s)
