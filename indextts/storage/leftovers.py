"""Removes what a killed process has left half-written under the cache's folder.

Unfinished downloads are none of it: they wait in a folder of their own and are gone on with.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import time
from pathlib import Path
from typing import Final

from indextts.storage.files import PART, hold

_FILE: Final = re.compile(r"\..+\.[0-9a-f]{8}" + re.escape(PART))
"""The names of what :func:`indextts.storage.files.write_file` and its like are writing."""
_YOUNG_S: Final = 2.0
"""A file that has just been made may not be held yet."""
_OLD_S: Final = 600.0
"""A folder untouched for this long is abandoned; so is a file, where locks are not available."""

log = logging.getLogger(__name__)


def sweep(root: Path) -> list[Path]:
    """Remove left-overs below ``root`` that no process writes any more; returns what was removed."""
    removed: list[Path] = []
    for place, folders, files in os.walk(root):
        for name in [name for name in folders if name.startswith(".") and name.endswith(PART)]:
            folders.remove(name)
            if time.time() - _newest(Path(place, name)) > _OLD_S:
                shutil.rmtree(Path(place, name), ignore_errors=True)
                removed.append(Path(place, name))
        removed += [Path(place, name) for name in files if _FILE.fullmatch(name) and dropped(Path(place, name))]
    if removed:
        log.info("Removed what was left half-written: %s", ", ".join(map(str, removed)))
    return removed


def dropped(path: Path) -> bool:
    """Remove a half-written file that no process holds any more; whether it is gone."""
    with contextlib.suppress(OSError):
        age = time.time() - path.lstat().st_mtime
        if age < _YOUNG_S or path.is_symlink():
            return False
        with path.open("r+b") as stream:
            free = hold(stream)
        if free or (free is None and age > _OLD_S):
            path.unlink()
            return True
    return False


def _newest(folder: Path) -> float:
    """When something came to a folder or below it last."""
    newest = 0.0
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(OSError):
            about = path.lstat()
            newest = max(newest, about.st_mtime, about.st_ctime)
    return newest
