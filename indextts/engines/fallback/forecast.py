"""How long an engine will take for a text: its measured pace times the text's predicted length."""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable
from typing import Final

from indextts.engines.registry import Registry

REMEMBERED_S: Final = 600.0
"""A pace measured longer ago is taken for the usual one where that is quicker: else nobody would ever ask again."""

_SHORTEST_S: Final = 0.5
"""What is shorter takes as long as this, about."""
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
    """Length of the speech of a text that nobody has read yet, about."""
    return sum(_HAN_S if unicodedata.east_asian_width(char) == "W" else _LETTER_S for char in text if char.isalnum())
