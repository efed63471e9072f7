"""Which processes listen on a port, so that a refusal can name the program.

Importing it needs the standard library alone, looking for the processes needs psutil: that is asked only where a server
starts, which is after the packages have come. Nothing is connected to and nothing is killed.
"""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """A process that listens on a port."""

    pid: int
    program: str
    """Its command line, shortened."""


def owners(port: int) -> list[Owner]:
    """The processes that listen on ``port``, as far as this user may see them."""
    import psutil

    pids = {
        found.pid
        for found in psutil.net_connections("tcp")
        if found.pid and found.status == psutil.CONN_LISTEN and found.laddr.port == port
    }
    return [Owner(pid, program(pid)) for pid in sorted(pids)]


def program(pid: int) -> str:
    """The command line of a process in at most 80 characters; its bare name where that is all there is."""
    import psutil

    with suppress(psutil.Error):
        process = psutil.Process(pid)
        path, *words = process.cmdline() or [process.name()]
        line = " ".join([path.rpartition("/")[2], *words]).strip()
        return line if len(line) <= 80 else line[:79] + "…"
    return "?"


def problem(host: str, port: int) -> str | None:
    """Why a server cannot listen on ``host`` and ``port``, as one sentence; ``None`` when it can."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        return f"The address {host} is not known here ({error.strerror}). Choose another one with --host."
    for family, kind, protocol, _, address in places:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                probe.bind(address)
                probe.listen(1)
            except OSError as error:
                return _explain(error, host, port)
    return None


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        holders = owners(port)
        if not holders:
            return (
                f"Port {port} is taken by a program whose pid this user cannot see, such as another user's. "
                "Choose another port with --port."
            )
        named = ", ".join(f"pid {holder.pid} ({holder.program})" for holder in holders)
        return f"Port {port} is taken by {named}. Stop that program, or choose another port with --port."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}. Choose one above 1023 with --port."
    place = f"{host} port {port}" if port else host
    return f"Nothing can listen on {place}: {error.strerror}. Choose another address with --host."
