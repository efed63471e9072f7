"""What a person makes and keeps, in one place: ``service.works``."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

from indextts.config import Config
from indextts.runtime.periodic import Periodic
from indextts.works.jobs import Jobs
from indextts.works.records import Records
from indextts.works.runner import Speaker

log = logging.getLogger(__name__)

_LOOK_S: Final = 1.0


class Works:
    """The database, the store of sounds, and the jobs. Opened when first used, or once the engine is ready."""

    def __init__(self, config: Config, speaker: Speaker) -> None:
        self.folder: Path = config.works_path
        self.records = Records(self.folder / "works.sqlite3")
        self.jobs = Jobs(config, speaker, self.records, most=max(2, config.server.workers or os.cpu_count() or 1))
        self._keeper = Periodic("works", self.jobs.look_after, _LOOK_S)

    def start(self) -> None:
        """Go on with what was not done, once the engine is ready, and sweep now and then; returns at once."""
        self._keeper.start()

    def close(self) -> None:
        """Stop; what is not done is gone on with after the next start."""
        self._keeper.close()
        self.jobs.close()
        self.records.close()
