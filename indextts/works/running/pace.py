"""How long something will take yet, by how fast it went of late.

What was kept from before goes by in no time, and what begins has much to prepare: so neither the beginning nor what
is long past counts.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class Pace:
    """Not thread-safe."""

    def __init__(self, steps: int, clock: Callable[[], float] | None = None) -> None:
        """The last ``steps`` count; ``clock`` gives seconds."""
        self._clock = clock or time.monotonic
        self._marks: deque[tuple[float, float]] = deque(maxlen=steps + 1)

    def see(self, done: float) -> None:
        """So much is done now, in any unit."""
        if not self._marks or done > self._marks[-1][1]:
            self._marks.append((self._clock(), done))

    def seconds_for(self, left: float) -> float | None:
        """``left`` more will take so long; ``None`` before two steps were seen."""
        if len(self._marks) < 2:
            return None
        began, before = self._marks[0]
        return (self._clock() - began) / (self._marks[-1][1] - before) * max(0.0, left)

    def forget(self) -> None:
        """It begins anew."""
        self._marks.clear()
