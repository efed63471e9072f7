"""Memory goes back when there is nothing to do."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from indextts.runtime import memory


def rss() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(memory._glibc("malloc_trim") is None, reason="needs glibc")
def test_freed_memory_goes_back_to_the_system() -> None:
    keep, pieces = [], []
    for _ in range(2000):  # small enough to come from the heap, with survivors that hold its end in place
        pieces.append(np.ones(8_000, np.float64))
        keep.append(np.ones(10, np.float64))
    full = rss()
    pieces.clear()
    memory.release()
    assert full - rss() > 60e6
    assert keep


def test_one_release_after_a_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []
    released = threading.Event()

    def record() -> None:
        calls.append(1.0)
        released.set()

    monkeypatch.setattr(memory, "release", record)
    idle = memory.IdleRelease(quiet_s=0.05)
    for _ in range(20):
        idle.worked()
    assert released.wait(5)
    assert len(calls) <= 2
    released.clear()
    idle.worked()
    assert released.wait(5), "and again after the next one"
    idle.close()
