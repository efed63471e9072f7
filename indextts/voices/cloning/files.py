"""The folder of prepared recordings: each under the hash of its content."""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections.abc import Container
from pathlib import Path
from typing import Final

from indextts.storage.files import PART, write_file

log = logging.getLogger(__name__)

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_STRANGER_S: Final = 3600.0
"""An unreferenced file younger than this may still get its row."""


def is_hash(text: str) -> bool:
    """Whether ``text`` is a hash as it names a recording."""
    return _SHA256.fullmatch(text) is not None


class RecordingFiles:
    """A folder of FLAC files. The library's transactions keep its processes from each other's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the recording of that hash lies, or would lie."""
        return self.folder / f"{sha256}.flac"

    def write(self, sha256: str, data: bytes) -> None:
        """Put a recording there, unless it is. Raises :class:`StudioError` ``disk_full`` or ``not_writable``."""
        path = self.path(sha256)
        if not path.is_file() or path.stat().st_size != len(data):
            write_file(path, data)

    def remove(self, sha256: str) -> None:
        """Delete a recording; one that cannot be deleted is left to the next cleaning."""
        try:
            self.path(sha256).unlink(missing_ok=True)
        except OSError as error:
            log.warning("Cannot remove %s: %s", self.path(sha256), error)

    def drop_strangers(self, known: Container[str], *, parts_only: bool = False) -> None:
        """Delete what a process that died has left: old files that no row names; or those half written alone."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            whole = path.suffix == ".flac" and is_hash(path.stem) and not parts_only
            ours = path.name.endswith(PART) or whole
            with contextlib.suppress(FileNotFoundError):  # another process cleans too
                if ours and path.stem not in known and time.time() - path.lstat().st_mtime > _STRANGER_S:
                    path.unlink()
