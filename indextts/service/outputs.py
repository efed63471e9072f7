"""Generated audio on disk: unguessable names, whole files only, cleaned by age and by total size."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import re
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.model.errors import StudioError
from indextts.platform.periodic import Periodic
from indextts.platform.serving_config import OutputConfig
from indextts.platform.storage.files import PART, dropped, write_file

log = logging.getLogger(__name__)

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{32}\.[a-z0-9]{2,5}")
_PROBE: Final = bytes(256 * 1024)
"""Some seconds of sound: where so much can be written, there is room again."""
_PROBE_S: Final = 2.0
_LEAST_BYTES: Final = 64 * 1024
"""With less room than that nothing is kept for long."""
_AGAIN_S: Final = 2


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
        self.trouble: StudioError | None = None
        """Why nothing could be written the last time; ``None`` while all is well. Once :meth:`start` was called, it
        is tried again every few seconds.
        """
        self._births: dict[tuple[str, int], float] = {}
        self._sweeping = threading.Lock()
        self._total = math.inf
        """Bytes of all files, as far as they are known since the last look: to see thousands takes a while."""
        self._sweep_due = -math.inf
        self._cleaner = Periodic("outputs", self._keep_clean, min(_PROBE_S, limits.sweep_every_s))

    def start(self) -> None:
        """Clean now and then in the background, beginning with what an earlier run left behind."""
        self._cleaner.start()

    def close(self) -> None:
        """Stop cleaning."""
        self._cleaner.close()

    def save(self, data: bytes, extension: str, *, beside: str = "") -> SavedFile:
        """Write ``data`` under a new name ending in ``.extension``; other files may go to keep the total in bounds.

        The new name differs from that of ``beside``, an earlier file, in nothing but its ending.

        Raises :class:`StudioError` ``disk_full`` or ``not_writable``.
        """
        stem = beside.partition(".")[0] or secrets.token_urlsafe(24)
        name = f"{stem}.{extension}"
        path = self.folder / name
        self._write(path, data)
        with self._sweeping:
            self._total += len(data)
            is_full = self._total > self._limits.max_total_bytes
        if is_full:
            self.sweep(keep=name)
        return SavedFile(path, name)

    def check_room(self) -> None:
        """Raise what was wrong when a file was last written, or ``disk_full`` where the disk has no room by now."""
        if self.trouble is not None:
            raise StudioError(self.trouble.code, retry_after_s=_AGAIN_S, **self.trouble.details) from self.trouble
        with contextlib.suppress(OSError):
            disk = os.statvfs(self.folder if self.folder.exists() else self.folder.parent)
            # A system administrator's processes may use the reserve, too.
            blocks = disk.f_bavail if os.geteuid() else disk.f_bfree
            if blocks * disk.f_frsize < _LEAST_BYTES or (disk.f_files and not disk.f_ffree):
                raise StudioError("disk_full", retry_after_s=_AGAIN_S, path=self.folder)

    def find(self, name: str) -> Path | None:
        """The file of that name; ``None`` when there is none, or it is too old."""
        if _NAME.fullmatch(name) is None:
            return None
        path = self.folder / name
        try:
            fresh = self._age_s(name, path.stat()) <= self._limits.max_age_s
        except OSError:
            return None
        return path if fresh and path.is_file() and not path.is_symlink() else None

    def sweep(self, *, keep: str = "") -> None:
        """Remove what is too old, then the oldest until the total fits. ``keep`` stays in any case."""
        with self._sweeping:
            total = 0
            aged = [(path, stat, self._age_s(path.name, stat)) for path, stat in self._listing()]
            self._births = {key: self._births[key] for key in {_key(path.name, stat) for path, stat, _ in aged}}
            for path, stat, age in sorted(aged, key=lambda item: (item[2], -item[1].st_mtime_ns)):
                if path.name == keep:
                    total += stat.st_size
                elif path.name.endswith(PART):
                    dropped(path)
                elif age > self._limits.max_age_s or total + stat.st_size > self._limits.max_total_bytes:
                    self._remove(path)
                else:
                    total += stat.st_size
            self._total = total

    def _age_s(self, name: str, stat: os.stat_result) -> float:
        """Seconds since the file was made, or was first seen if its date is in the future.

        The date counts once only, when a file is first seen: after that, a clock that is set makes nothing older.
        """
        now = time.monotonic()
        born = self._births.setdefault(_key(name, stat), now - max(0.0, time.time() - stat.st_mtime))
        return now - born

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file, and remember whether that was possible."""
        try:
            write_file(path, data)
        except StudioError as error:
            self.trouble = StudioError(error.code, error.retry_after_s, **{**error.details, "path": self.folder})
            raise
        self.trouble = None

    def _probe(self) -> None:
        """Try to write, so that a fault, or its end, is known before the next request."""
        path, known = self.folder / ".probe", self.trouble is not None
        try:
            self._write(path, _PROBE)
        except StudioError as error:
            if not known:
                log.warning("Speech cannot be kept: %s", error)
        except OSError as error:
            self.trouble = StudioError("not_writable", path=self.folder, reason=error.strerror or str(error))
        self._remove(path)

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
        begins = self._sweep_due == -math.inf
        if begins or self.trouble is not None:
            self._probe()
        if time.monotonic() >= self._sweep_due:
            self._sweep_due = time.monotonic() + self._limits.sweep_every_s
            self.sweep()


def _key(name: str, stat: os.stat_result) -> tuple[str, int]:
    """A file that is written to or dated anew is another one."""
    return name, stat.st_mtime_ns
