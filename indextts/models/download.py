"""Fetching one file: goes on where it was broken off, and is only ever there whole, with the right size and hash."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.models.hubs import Bounds, HubError, RemoteFile, one_line
from indextts.run import Cancel
from indextts.storage.files import PART, sha256_file, sync_folder, writing

if TYPE_CHECKING:
    from httpx2 import Client

ATTEMPTS: Final = 6
"""Tries in a row that bring nothing new before a file is given up."""
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which it is worth asking again."""

_MOST_UNTOLD: Final = 1024**3
"""Bytes of a file whose size nobody tells."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long to wait for a hub."""

    attempts: int = ATTEMPTS
    pause_s: float = 1.0
    """Before the second try; twice as long before each further one, at most half a minute."""
    timeout_s: float = 30.0
    """Without a byte."""
    listing: Bounds = field(default_factory=Bounds)
    """Where a list of files ends."""


class Downloader:
    """Fetches files with one client. Thread-safe."""

    def __init__(
        self, client: Client, patience: Patience, cancel: Cancel, received: Callable[[str, int], None]
    ) -> None:
        """``received(path, bytes)`` hears of every change of what is there of a file, downwards as well."""
        self._client = client
        self._patience = patience
        self._cancel = cancel
        self._received = received

    def fetch(self, file: RemoteFile, folder: Path) -> str:
        """Put ``file`` into ``folder`` and answer with its SHA-256; what is there already and right is not fetched.

        Raises :class:`HubError` where it cannot be had, :class:`indextts.errors.StudioError` where it cannot be written
        or the fetching was cancelled.
        """
        target = folder / file.path
        part = target.with_name(target.name + PART)
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_file():
                digest, wrong = _looked_at(file, target)
                if not wrong:
                    self._received(file.path, target.stat().st_size)
                    return digest
                target.unlink()
            digest = self._complete(file, part)
            part.replace(target)
            _note(part).unlink(missing_ok=True)
            sync_folder(target.parent)
        return digest

    def _complete(self, file: RemoteFile, part: Path) -> str:
        """Fetch until ``part`` is whole; a whole file with a wrong hash is fetched once more from its beginning."""
        wrong = ""
        for _ in range(2):
            self._all_bytes(file, part)
            digest, wrong = _looked_at(file, part)
            if not wrong:
                return digest
            log.warning("%s: %s; once more", file.path, wrong)
            part.unlink()
            self._received(file.path, 0)
        raise HubError(f"{file.path}: {wrong}")

    def _all_bytes(self, file: RemoteFile, part: Path) -> None:
        import httpx2

        failures = 0
        while True:
            before = part.stat().st_size if part.exists() else 0
            try:
                self._bytes(file, part)
                return
            except _TooMuchError:
                part.unlink(missing_ok=True)
                _note(part).unlink(missing_ok=True)
                raise
            except httpx2.UnsupportedProtocol as error:
                raise HubError(f"{file.path}: {one_line(error)}") from error
            except (httpx2.HTTPError, _PassingError) as error:
                # What brings the file forward is no failure: a line that breaks every minute gets there too.
                failures = 0 if part.exists() and part.stat().st_size > before else failures + 1
                if failures >= self._patience.attempts:
                    raise HubError(f"{file.path}: {one_line(error)}") from error
                log.info("%s: %s; trying again", file.path, one_line(error))
                self._wait(min(30.0, self._patience.pause_s * 2 ** max(0, failures - 1)))

    def _bytes(self, file: RemoteFile, part: Path) -> None:
        """One request: the rest of the file, or all of it where the hub does not go on."""
        there = part.stat().st_size if part.exists() else 0
        if there and (file.bytes is not None and there >= file.bytes):
            return
        headers, mark = {"Accept-Encoding": "identity"}, "W/"
        with contextlib.suppress(OSError, UnicodeDecodeError):
            mark = _note(part).read_text(encoding="utf-8")
        if there and file.sha256:  # Whatever comes, the hash decides in the end.
            headers["Range"] = f"bytes={there}-"
        elif there and mark and not mark.startswith("W/"):
            headers |= {"Range": f"bytes={there}-", "If-Range": mark}
        with self._client.stream("GET", file.url, headers=headers) as answer:
            if answer.status_code == 416:
                part.unlink()  # More is there than the hub has: another file.
                raise _PassingError("what is there does not fit")
            if answer.status_code in _PASSING:
                raise _PassingError(f"HTTP {answer.status_code}")
            if answer.status_code not in (200, 206):
                raise HubError(f"{file.path}: HTTP {answer.status_code}")
            start = there if answer.status_code == 206 else 0
            if start and not answer.headers.get("content-range", "").startswith(f"bytes {there}-"):
                part.unlink()
                raise _PassingError("the hub sent another piece than was asked for")
            length = answer.headers.get("content-length", "")
            said = start + int(length) if length.isdigit() else None
            size = file.bytes if file.bytes is not None else said
            most = _MOST_UNTOLD if size is None else size
            if said is not None and said > most:
                raise _TooMuchError(file, most)
            _note(part).write_text(answer.headers.get("etag", ""), encoding="utf-8")
            with part.open("r+b" if start else "wb") as stream:
                stream.seek(start)
                stream.truncate()
                done = start
                try:
                    for chunk in answer.iter_raw():  # as they come: what waits for more is lost when the line breaks
                        self._cancel.check()
                        if done + len(chunk) > most:
                            raise _TooMuchError(file, most)
                        stream.write(chunk)
                        done += len(chunk)
                        self._received(file.path, done)
                finally:
                    stream.flush()
                    os.fsync(stream.fileno())
        if size is not None and done < size:
            raise _PassingError(f"broken off at {done} of {size} bytes")

    def _wait(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._cancel.check()
            time.sleep(min(0.1, seconds))


class _TooMuchError(HubError):
    """More comes than a file has: what is there is nothing to go on with."""

    def __init__(self, file: RemoteFile, most: int) -> None:
        super().__init__(f"{file.path}: the hub sends more than the {most} bytes that it should have")


class _PassingError(Exception):
    pass


def _looked_at(file: RemoteFile, path: Path) -> tuple[str, str]:
    """The hash of what has come, and what is wrong with it: empty where nothing is."""
    size = path.stat().st_size
    if file.bytes is not None and size != file.bytes:
        return "", f"{size} bytes came instead of {file.bytes}"
    if size < file.least:
        return "", f"only {size} bytes came: that is no model"
    digest = sha256_file(path)
    return digest, "" if file.sha256 in (None, digest) else "its hash is not the published one"


def _note(part: Path) -> Path:
    """Beside a part: which state of the file it is a part of (the hub's ETag)."""
    return part.with_name(f"{part.name}.etag")
