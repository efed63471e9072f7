"""How large the folders of ``cache_hub`` are, looked up now and then: counting files at each scrape would be dear."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from indextts.platform.periodic import Periodic

LOOK_S: Final = 600.0
NAMED: Final = ("downloads", "gradio", "logs", "models", "outputs", "run", "voices", "works")
"""Those that are told apart; all else is ``other``, so that no name of a person's becomes a label."""
OTHER: Final = "other"


class Folders:
    """Looks in the background while the service runs. Thread-safe."""

    def __init__(self, root: Path, *, look_s: float = LOOK_S) -> None:
        self._root = root
        self._looks = Periodic("folders", self.look, look_s)
        self.sizes: dict[str, int] = {}
        """Bytes of each folder at the last look, by its name; empty before the first."""

    def start(self) -> None:
        """Begin; returns at once."""
        self._looks.start()

    def close(self) -> None:
        self._looks.close()

    def look(self) -> None:
        """Count once."""
        sizes = dict.fromkeys((*NAMED, OTHER), 0)
        with suppress(OSError), os.scandir(self._root) as entries:
            for entry in entries:
                sizes[entry.name if entry.name in NAMED else OTHER] += _size(entry)
        self.sizes = sizes


def _size(entry: os.DirEntry[str]) -> int:
    """Bytes of a file, or of all files below a folder; links are not followed. What goes meanwhile counts nothing."""
    total = 0
    waiting = [entry]
    while waiting:
        one = waiting.pop()
        with suppress(OSError):
            if one.is_dir(follow_symlinks=False):
                with os.scandir(one) as inside:
                    waiting += inside
            else:
                total += one.stat(follow_symlinks=False).st_size
    return total
