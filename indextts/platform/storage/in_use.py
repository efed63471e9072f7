"""Whether a server uses a folder of data; and the exchange of its content for something else, whole or not
at all.

    with alone(config.cache_path):                      # StudioError folder_in_use where a server holds it
        exchange(folder, staged, aside, names)

A process that dies in the middle of an exchange leaves a note of it; the next process completes it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from indextts.model.errors import StudioError
from indextts.platform.storage.files import close_to_others, own_file, own_folder, sync_folder, write_file, writing

LOCK: Final = ".in-use"
EXCHANGE: Final = ".exchange.json"
"""The note of an exchange under way."""


class Occupied:
    """A folder that this process serves from, with others that do the same; until it is closed, or the process dies."""

    def __init__(self, folder: Path) -> None:
        """Raises :class:`StudioError` ``folder_restored`` while its content is being exchanged."""
        self._file: IO[bytes] | None = None
        close_to_others(folder)
        if (folder / EXCHANGE).exists():
            with contextlib.suppress(StudioError), alone(folder):
                complete(folder)
        with contextlib.suppress(OSError):  # where nothing can be written, nothing can be exchanged
            own_folder(folder)
            own_file(folder / LOCK)
            self._file = (folder / LOCK).open("ab")
            try:
                fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError as error:
                self.close()
                raise StudioError("folder_restored", path=folder) from error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other servers off the folder meanwhile. Raises :class:`StudioError` ``folder_in_use``."""
    with writing(folder / LOCK):
        own_folder(folder)
        own_file(folder / LOCK)
        lock = (folder / LOCK).open("ab")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StudioError("folder_in_use", path=folder) from error
        yield


def exchange(folder: Path, staged: Path, aside: Path, *, come: Sequence[str], go: Sequence[str]) -> None:
    """Let what ``staged`` holds under the names of ``come`` take the place of what ``folder`` has there.

    That, and what it has under those of ``go``, is moved to ``aside``. Names are relative paths; all three lie on one
    disk. Call it :func:`alone`. Raises :class:`StudioError`.
    """
    with writing(folder):
        aside.mkdir(parents=True)
    places = {"staged": str(staged.relative_to(folder)), "aside": str(aside.relative_to(folder))}
    write_file(folder / EXCHANGE, json.dumps({**places, "come": list(come), "go": list(go)}).encode())
    complete(folder)


def complete(folder: Path) -> None:
    """Do what an exchange has left to do; any moment may be the last of the process that does it."""
    with writing(folder):
        note = json.loads((folder / EXCHANGE).read_bytes())
        staged, aside = folder / note["staged"], folder / note["aside"]
        for name in note["come"]:
            if _there(staged / name):  # so what is in its place is still the old one
                _move(folder / name, aside / name)
                _move(staged / name, folder / name)
        for name in note["go"]:
            _move(folder / name, aside / name)
        for one in {(folder / name).parent for name in (*note["come"], *note["go"])}:
            if one.is_dir():
                sync_folder(one)
        (folder / EXCHANGE).unlink()
        sync_folder(folder)
    shutil.rmtree(staged, ignore_errors=True)


def _move(path: Path, target: Path) -> None:
    if _there(path) and not _there(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)


def _there(path: Path) -> bool:
    return os.path.lexists(path)
