"""What is remembered of each engine: failures, which keep requests away from it, and how fast it is."""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable
from typing import Final, Literal

from indextts.engines.registry import Registry

State = Literal["closed", "open", "half-open"]

MOST_RETRY_S: Final = 600.0


class Breaker:
    """Closed while all is well; open after ``failures`` in a row; half-open when it is time to try. Thread-safe."""

    def __init__(self, failures: int, retry_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """``retry_s`` is the first wait; each failed try doubles it, to :data:`MOST_RETRY_S`."""
        self._failures = failures
        self._first_s = retry_s
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._wait_s = 0.0
        self._ends = 0.0

    @property
    def state(self) -> State:
        if self._wait_s == 0.0:
            return "closed"
        return "open" if self._clock() < self._ends else "half-open"

    def allows(self) -> bool:
        """Whether to ask the engine now. While it is half-open, only one caller is let through."""
        if self._wait_s == 0.0:
            return True
        with self._lock:
            if self._clock() < self._ends:
                return False
            # The request that is let through may never bring an answer: the next one tries a wait later.
            self._ends = self._clock() + self._wait_s
            return True

    def succeeded(self) -> None:
        if self._in_a_row or self._wait_s:
            with self._lock:
                self._in_a_row, self._wait_s = 0, 0.0

    def failed(self, *, at_once: bool = False) -> None:
        """It did not; ``at_once`` opens whatever came before."""
        with self._lock:
            self._in_a_row += 1
            if self._wait_s or at_once or self._in_a_row >= self._failures:
                self._wait_s = min(MOST_RETRY_S, 2 * self._wait_s) if self._wait_s else self._first_s
                self._ends = self._clock() + self._wait_s


REMEMBERED_S: Final = 600.0
"""A pace measured longer ago counts as the usual one where that is quicker: else the engine is never asked again."""

_SHORTEST_S: Final = 0.5
"""What is shorter takes approximately as long as this."""
_NEWS: Final = 0.3
"""Share of the newest measurement."""
_HAN_S: Final = 0.22
_LETTER_S: Final = 0.065


class Forecast:
    """The engines' paces. Thread-safe."""

    def __init__(self, registry: Registry, clock: Callable[[], float] = time.monotonic) -> None:
        self._usual = {info.name: info.rtf for info in registry.values()}
        self._clock = clock
        self._lock = threading.Lock()
        self._measured: dict[str, tuple[float, float]] = {}

    def rtf(self, engine: str) -> float:
        """Seconds of work for each second of speech."""
        measured = self._measured.get(engine)
        if measured is None:
            return self._usual[engine]
        pace, at = measured
        return pace if self._clock() - at < REMEMBERED_S else min(pace, self._usual[engine])

    def assume(self, engine: str, rtf: float) -> None:
        """Take that for its usual pace: it has measured itself."""
        with self._lock:
            self._usual[engine] = rtf

    def seconds(self, engine: str, speech_s: float) -> float:
        """Work for ``speech_s`` seconds of speech."""
        return self.rtf(engine) * max(speech_s, _SHORTEST_S)

    def learn(self, engine: str, work_s: float, speech_s: float) -> None:
        """Speech predicted to be ``speech_s`` long took ``work_s``."""
        pace = work_s / max(speech_s, _SHORTEST_S)
        with self._lock:
            known = self._measured.get(engine)
            news = pace if known is None else known[0] + _NEWS * (pace - known[0])
            self._measured[engine] = (news, self._clock())

    def gave_up(self, engine: str, work_s: float, speech_s: float) -> None:
        """Such speech was not there after ``work_s``: taken for half done."""
        with self._lock:
            self._measured[engine] = (max(self.rtf(engine), 2 * work_s / max(speech_s, _SHORTEST_S)), self._clock())


def text_s(text: str) -> float:
    """Approximate seconds of speech of a text that has no readings yet."""
    return sum(_HAN_S if unicodedata.east_asian_width(char) == "W" else _LETTER_S for char in text if char.isalnum())
