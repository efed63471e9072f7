"""The other side: an engine alone in its process. Started by :mod:`indextts.engines.isolated.process`.

It must not outlive the server, whatever its engine does: the kernel kills it when the last holder of the other end of
a pipe is gone, for which no thread of it has to run.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import socket
import sys
from typing import Final

_SET_SIGNAL: Final = 10
"""Linux' number of ``F_SETSIG``, which the module fcntl does not name everywhere."""
_OOM: Final = "/proc/self/oom_score_adj"


def main() -> None:
    wire_fd, life_fd = int(sys.argv[1]), int(sys.argv[2])
    _live_no_longer_than(life_fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to obey
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError), open(_OOM, "w", encoding="ascii") as score:
        score.write("500")  # of the two, the server is to stay
    try:
        from indextts.engines.isolated.orders import obey

        obey(socket.socket(fileno=wire_fd))
    finally:
        os._exit(0)  # threads that the engine has left behind are nobody's any more


def _live_no_longer_than(pipe: int) -> None:
    """Have the kernel kill this process when the server's end of ``pipe`` is closed, by its end or by its will."""
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, _SET_SIGNAL, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if _is_closed(pipe):  # before that, nobody would have been told
        os._exit(0)


def _is_closed(pipe: int) -> bool:
    os.set_blocking(pipe, False)
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False
    finally:
        os.set_blocking(pipe, True)


if __name__ == "__main__":
    main()
