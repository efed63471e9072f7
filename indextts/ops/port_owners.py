"""Who listens on a port: read from ``/proc``, so that a refusal can name the program.

Standard library only; nothing is connected to and nothing is killed.
"""

from __future__ import annotations

import errno
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LISTEN = "0A"


@dataclass(frozen=True)
class Owner:
    """A process that listens on a port."""

    pid: int
    program: str
    """Its command line, shortened."""


def owners(port: int) -> list[Owner]:
    """The processes that listen on ``port``, as far as this user may see them."""
    wanted = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    found: list[Owner] = []
    for folder in Path("/proc").iterdir() if wanted else ():
        if folder.name.isdigit() and wanted & _open_files(folder):
            pid = int(folder.name)
            found.append(Owner(pid, program(pid)))
    return sorted(found, key=lambda owner: owner.pid)


def program(pid: int) -> str:
    """The command line of a process in at most 80 characters; its bare name where that is all there is."""
    with suppress(OSError):
        path, *words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        line = " ".join([path.rpartition("/")[2], *words]).strip()
        name = line or Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
        return name if len(name) <= 80 else name[:79] + "…"
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
    return f"Nothing can listen on {host} port {port}: {error.strerror}. Choose another address with --host."


def _listening_inodes(port: int) -> set[str]:
    inodes: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(fields[9])
    return inodes


def _open_files(process: Path) -> set[str]:
    links: set[str] = set()
    with suppress(OSError):
        for entry in os.scandir(process / "fd"):
            with suppress(OSError):
                links.add(os.readlink(entry.path))
    return links
