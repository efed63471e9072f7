"""Memory goes back when there is nothing to do."""

from __future__ import annotations

import mmap
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from indextts.platform import memory


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


def test_large_blocks_have_pages_of_their_own_only_while_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        memory, "_glibc", lambda name: lambda *values: called.append((name, *(str(value) for value in values)))
    )
    memory.share_heaps()
    assert ("mallopt", "-3", str(128 << 10)) in called
    called.clear()
    memory.loaded()
    assert ("mallopt", "-3", str(32 << 20)) in called and called[-1] == ("malloc_trim", "0")


@pytest.mark.parametrize("shape", [(0,), (1,), (100_000,), (300, 80)])
def test_what_lives_long_has_pages_of_its_own(shape: tuple[int, ...]) -> None:
    values = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    copy = memory.in_own_pages(values)
    assert np.array_equal(copy, values) and copy.dtype == values.dtype and copy.shape == shape
    copy += 1
    assert not np.shares_memory(copy, values) and (not values.size or values.flat[0] == 0)
    owner: object = copy
    while isinstance(owner, np.ndarray):
        owner = owner.base
    assert isinstance(getattr(owner, "obj", owner), mmap.mmap) or not values.size
