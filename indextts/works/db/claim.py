"""Which process sweeps a folder of works, and goes on with what none of those that live has left: one at a time."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import IO

from indextts.platform.storage.files import hold, own_file, own_folder

log = logging.getLogger(__name__)


class Claim:
    """Held until it is closed, also by the death of its process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._level = logging.WARNING

    def take(self) -> bool:
        """Whether this process looks after the folder from now on."""
        try:
            own_folder(self._folder)
            own_file(self._folder / "lock")
            self._file = (self._folder / "lock").open("ab")
        except OSError as error:
            log.log(self._level, "Nobody looks after the jobs in %s: %s", self._folder, error)
            self._level = logging.DEBUG  # said once
            return False
        if hold(self._file) is False:
            self.close()
            return False
        return True

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None
