"""What a service manager is told: that the server is ready, and from then on that it lives (``sd_notify``'s protocol).

Nothing is sent unless ``NOTIFY_SOCKET`` is set in the environment.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Mapping
from typing import Final

_LOOK_S: Final = 0.2


class Manager:
    """The service manager that started this process, if one did."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.beat_s: Final = _beat_s(environment)
        """How often it has to hear that this process lives; 0 is never."""

    def tell(self, *lines: str) -> None:
        """Say so; a manager that cannot be reached is no reason to stop speaking."""
        if self._address:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.connect(self._address)
                line.sendall("\n".join(lines).encode())

    async def attend(self, ready: Callable[[], bool]) -> None:
        """Tell it once ``ready()`` holds; then, for ever, that this event loop goes round.

        The end is not told: a process that begins anew in its own place would count as one that is to be ended.
        """
        if not self._address:
            return
        while not ready():
            self.tell("WATCHDOG=1", "STATUS=Loading")
            await asyncio.sleep(_LOOK_S)
        self.tell("READY=1", "WATCHDOG=1", "STATUS=Ready to speak")
        while self.beat_s:
            await asyncio.sleep(self.beat_s)
            self.tell("WATCHDOG=1")


def _beat_s(environment: Mapping[str, str]) -> float:
    """Half of the time after which the manager takes this process for dead, where it is this process that it means."""
    try:
        microseconds = int(environment.get("WATCHDOG_USEC", "0"))
        meant = int(environment.get("WATCHDOG_PID") or os.getpid())
    except ValueError:
        return 0.0
    return microseconds / 2e6 if meant == os.getpid() else 0.0
