"""Requests that were made to break a server: each gets a 4xx, soon, and the server stays as it was."""

from __future__ import annotations

import re
import select
import socket
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.soaks.hostile_inputs import inputs
from benchmarks.soaks.hostile_requests import Hostile
from benchmarks.soaks.served import Served, served

MAX_SECONDS: Final = 2.0
MAX_MEGABYTES: Final = 50.0
LIMITS: Final = {"header_s": 0.8, "body_idle_s": 0.8}
"""What a client that does not go on is given: shorter than by default, so that such an input has its answer in time."""
_GIVE_UP_S: Final = 40.0
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass(frozen=True)
class Outcome:
    """What one of them came to."""

    name: str
    status: int
    refused: bool
    """With a 4xx; ``/v1/clones/check``, asked what is wrong with recordings, may also say that none is usable."""
    seconds: float
    megabytes: float
    """The highest resident memory while it was answered, less what it was before."""


def measure(folder: Path, models: Path, *, count: int = 500, seed: int = 1) -> dict[str, Any]:
    """So many, one after the other."""
    with served(folder, models, LIMITS) as server:
        return asked(server, count=count, seed=seed)


def asked(server: Served, *, count: int, seed: int = 1) -> dict[str, Any]:
    """The same of a server that runs with :data:`LIMITS`."""
    before = server.rss_mb()
    outcomes = [_tried(server, hostile) for hostile in inputs(count, seed)]
    with server.client() as client:
        speaks = client.post("/tts", {"text": "你好。"}).status
    return {
        "inputs": count,
        "statuses": dict(sorted(Counter(one.status for one in outcomes).items())),
        "not_refused": [_told(one) for one in outcomes if not one.refused],
        "too_slow": [_told(one) for one in outcomes if one.seconds > MAX_SECONDS],
        "too_much_memory": [_told(one) for one in outcomes if one.megabytes > MAX_MEGABYTES],
        "most_seconds": _told(max(outcomes, key=lambda one: one.seconds)),
        "most_megabytes": _told(max(outcomes, key=lambda one: one.megabytes)),
        "rss_mb": [round(before, 1), round(server.rss_mb(), 1)],
        "speaks_afterwards": speaks == 200,
    }


def _tried(server: Served, hostile: Hostile) -> Outcome:
    before = server.peak_before()
    began = time.perf_counter()
    answer = sent(server.port, hostile)
    seconds = time.perf_counter() - began
    found = _STATUS.match(answer)
    status = int(found[1]) if found else 0
    unusable = hostile.name.endswith("/check") and b'"usable":false' in answer and b'"usable":true' not in answer
    refused = 400 <= status < 500 or (status == 200 and unusable)
    return Outcome(hostile.name, status, refused, seconds, server.peak_mb() - before)


def sent(port: int, hostile: Hostile) -> bytes:
    """Write it until something comes back, then read what does; the beginning of that."""
    with socket.create_connection(("127.0.0.1", port), timeout=_GIVE_UP_S) as connection:
        ends = time.monotonic() + _GIVE_UP_S
        try:
            connection.sendall(hostile.head)
            for piece in hostile.pieces():
                if select.select([connection], [], [], hostile.every_s)[0] or time.monotonic() > ends:
                    break
                connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was refused while it was sent; the answer may be there
        return _answer(connection)


def _answer(connection: socket.socket) -> bytes:
    """Its head and its body, which all refusals have, so that the time is that of the whole answer."""
    found = b""
    try:
        while not _is_whole(found) and (part := connection.recv(65536)):
            found += part
    except OSError:
        pass
    return found


def _is_whole(answer: bytes) -> bool:
    head, gap, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return bool(gap and length) and length is not None and len(body) >= int(length[1])


def _told(one: Outcome) -> str:
    return f"{one.name}: {one.status} in {one.seconds:.2f} s, {one.megabytes:.1f} MB"


def missed(result: dict[str, Any]) -> list[str]:
    """What did not hold."""
    found = [f"{name}: {one}" for name in ("not_refused", "too_slow", "too_much_memory") for one in result[name]]
    before, after = result["rss_mb"]
    if after - before > MAX_MEGABYTES:
        found.append(f"memory: {before} MB before all, {after} MB after")
    if not result["speaks_afterwards"]:
        found.append("it did not speak any more")
    return found
