"""Generated audio on disk: unguessable names, whole files only, cleaned by age and by total size."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.config import OutputConfig
from indextts.storage.files import PART, write_file

log = logging.getLogger(__name__)

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{32}\.[a-z0-9]{2,5}")
_PART_MAX_AGE_S: Final = 600.0
"""A file half written for so long belongs to a process that died: another one may share the folder."""


@dataclass(frozen=True)
class SavedFile:
    """A file in the store; ``name`` is what a stranger would have to guess."""

    path: Path
    name: str


class Outputs:
    """A folder of generated files. All methods are thread-safe."""

    def __init__(self, folder: Path, limits: OutputConfig) -> None:
        self.folder = folder
        self._limits = limits
        self._sweeping = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Clean now and then in the background, beginning with what an earlier run left behind."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_clean, name="outputs", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop cleaning."""
        self._stop.set()

    def save(self, data: bytes, extension: str, *, beside: str = "") -> SavedFile:
        """Write ``data`` under a new name ending in ``.extension``; other files may go to keep the total in bounds.

        The new name differs from that of ``beside``, an earlier file, in nothing but its ending.

        Raises :class:`StudioError` ``disk_full`` or ``not_writable``.
        """
        stem = beside.partition(".")[0] or secrets.token_urlsafe(24)
        name = f"{stem}.{extension}"
        path = self.folder / name
        write_file(path, data)
        self.sweep(keep=name)
        return SavedFile(path, name)

    def find(self, name: str) -> Path | None:
        """The file of that name; ``None`` when there is none, or it is too old."""
        if _NAME.fullmatch(name) is None:
            return None
        path = self.folder / name
        try:
            fresh = time.time() - path.stat().st_mtime <= self._limits.max_age_s
        except OSError:
            return None
        return path if fresh and path.is_file() and not path.is_symlink() else None

    def sweep(self, *, keep: str = "") -> None:
        """Remove what is too old, then the oldest until the total fits. ``keep`` stays in any case."""
        with self._sweeping:
            total = 0
            for path, stat in sorted(self._listing(), key=lambda item: item[1].st_mtime, reverse=True):
                age = time.time() - stat.st_mtime
                if path.name == keep:
                    total += stat.st_size
                elif path.name.endswith(PART):
                    if age > _PART_MAX_AGE_S:
                        self._remove(path)
                elif age > self._limits.max_age_s or total + stat.st_size > self._limits.max_total_bytes:
                    self._remove(path)
                else:
                    total += stat.st_size

    def _listing(self) -> list[tuple[Path, os.stat_result]]:
        found: list[tuple[Path, os.stat_result]] = []
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    ours = entry.name.endswith(PART) or _NAME.fullmatch(entry.name)
                    # Another process may sweep the same folder: what is gone is no error.
                    with contextlib.suppress(FileNotFoundError):
                        if ours and entry.is_file(follow_symlinks=False):
                            found.append((Path(entry.path), entry.stat(follow_symlinks=False)))
        except FileNotFoundError:
            pass  # nothing was ever saved
        except OSError as error:
            log.warning("Cannot look through %s: %s", self.folder, error)
        return found

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("Cannot remove %s: %s", path, error)

    def _keep_clean(self) -> None:
        while True:
            self.sweep()
            if self._stop.wait(self._limits.sweep_every_s):
                return
