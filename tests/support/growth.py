"""How the work grows with the text, in processor time of this thread: a neighbour on the machine does not count."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

TIMES: Final = 4
"""The long text is so many times the short one."""
MOST: Final = 2.5 * TIMES
"""So many times the short one's work is allowed; where work grows with the square, it is ``TIMES`` squared."""
LEAST_S: Final = 0.05
"""A long text that takes less is quick enough, whatever the clock makes of the short one."""


def spent(work: Callable[[str], object], text: str) -> float:
    """Seconds of the processor that the work takes."""
    begin = time.thread_time()
    work(text)
    return time.thread_time() - begin


def growth(work: Callable[[str], object], piece: str, length: int) -> float:
    """How many times the work of a quarter is that of ``piece`` repeated to ``length`` characters.

    Where it is too much, it is measured again: caches fill, and memory is cleared at any time.
    """
    work(piece * 10)
    count = max(TIMES, length // len(piece))
    ratios = []
    for _ in range(3):
        short, long = spent(work, piece * (count // TIMES)), spent(work, piece * count)
        ratios.append(long / max(short, LEAST_S / MOST))
        if ratios[-1] < MOST:
            break
    return min(ratios)
