"""The server's log as ``start_app.sh`` keeps it: appended to, set aside when it is long, shown when a start fails."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Final

LIMIT_BYTES: Final = 10 * 1024 * 1024
KEPT: Final = 3

_TAIL_BYTES: Final = 256 * 1024
_SHARE_WORDS: Final = ("Public link", "No public link")
"""How the server's lines about ``--share`` begin."""
_ACCESS_WORDS: Final = ("No key existed", "Open to the network")
"""Beginnings of log lines about access."""


def tail(log: Path, count: int, start: int = 0) -> list[str]:
    """The last ``count`` lines of a log after byte ``start``, reading its end only; empty when there is none."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start, size - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()[-count:]
    except OSError:
        return []


def rotate(log: Path, *, limit: int = LIMIT_BYTES, keep: int = KEPT) -> None:
    """Set a log aside that has grown beyond ``limit`` bytes: ``.1`` is the newest of ``keep`` old ones."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > limit:
            for number in range(keep - 1, 0, -1):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{log}.{number}").replace(f"{log}.{number + 1}")
            log.replace(f"{log}.1")


def rotate_own(folder: Path, *, limit: int = LIMIT_BYTES, keep: int = KEPT) -> bool:
    """Set aside the log that this process writes to, if it lies in ``folder`` and is too long, and begin a new one.

    Its output is turned over to the new file; nothing of it is lost. Whether that was done.
    """
    try:
        log = Path(os.readlink("/proc/self/fd/2"))
        if log.parent != folder.resolve() or os.fstat(2).st_size <= limit:
            return False
        same = os.path.samestat(os.fstat(1), os.fstat(2))
        rotate(log, limit=limit, keep=keep)
        fresh = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        return False
    try:
        os.dup2(fresh, 2)
        if same:
            os.dup2(fresh, 1)
    finally:
        os.close(fresh)
    return True


def share_lines(log: Path, start: int) -> list[str]:
    """What the server said about ``--share`` after byte ``start``, without time and level."""
    return _lines(log, start, _SHARE_WORDS)


def access_lines(log: Path, start: int) -> list[str]:
    """The lines of the log about access."""
    return _lines(log, start, _ACCESS_WORDS)


def _lines(log: Path, start: int, beginnings: tuple[str, ...]) -> list[str]:
    with log.open("rb") as file:
        file.seek(start)
        lines = [_message(line) for line in file.read().decode("utf-8", "replace").splitlines()]
    return [line[line.index(words) :] for line in lines for words in beginnings if words in line]


def _message(line: str) -> str:
    """The sentence of a line that is an object, as ``log: {format: json}`` writes them; others as they are."""
    if line.startswith("{"):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            return str(json.loads(line)["message"])
    return line
