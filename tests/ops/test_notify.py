"""What a service manager hears: ready when it is true, alive for as long as the event loop goes round."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from indextts.ops.notify import Manager


@pytest.fixture
def line(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "line"))
        line.settimeout(30)
        yield line


def heard(line: socket.socket) -> list[str]:
    return line.recv(4096).decode().splitlines()


def test_it_is_ready_when_it_is_and_not_before(line: socket.socket) -> None:
    ready = False

    async def live() -> None:
        nonlocal ready
        manager = Manager({"NOTIFY_SOCKET": line.getsockname(), "WATCHDOG_USEC": "20000"})
        attending = asyncio.create_task(manager.attend(lambda: ready))
        for _ in range(2):
            assert "READY=1" not in await asyncio.to_thread(heard, line)
        ready = True
        while "READY=1" not in await asyncio.to_thread(heard, line):
            pass
        for _ in range(3):
            assert await asyncio.to_thread(heard, line) == ["WATCHDOG=1"]
        attending.cancel()

    asyncio.run(live())


def test_nothing_is_told_where_nobody_asked() -> None:
    asyncio.run(Manager({}).attend(lambda: pytest.fail("it was asked whether it is ready")))


def test_a_manager_that_has_gone_stops_nobody(tmp_path: Path) -> None:
    manager = Manager({"NOTIFY_SOCKET": str(tmp_path / "nobody"), "WATCHDOG_USEC": "not a number"})
    asyncio.run(manager.attend(lambda: True))
    assert manager.beat_s == 0


def test_a_watchdog_that_is_meant_for_another_process_hears_nothing() -> None:
    assert Manager({"WATCHDOG_USEC": "4000000", "WATCHDOG_PID": str(os.getpid())}).beat_s == 2.0
    assert Manager({"WATCHDOG_USEC": "4000000", "WATCHDOG_PID": "1"}).beat_s == 0
