"""What a person makes and keeps, in one place: ``service.works``."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import Final

from indextts.config import Config
from indextts.errors import StudioError
from indextts.runtime.periodic import Periodic
from indextts.works.jobs import Jobs
from indextts.works.model import now
from indextts.works.records import Records
from indextts.works.runner import Speaker

_LOOK_S: Final = 1.0
_SWEEP_S: Final = 600.0
_DELETED_S: Final = 24 * 3600.0
"""So long what was deleted can be put back."""


class Works:
    """The database, the sounds and the jobs: opened when they are first needed, or once the engine is ready."""

    def __init__(self, config: Config, speaker: Speaker) -> None:
        self.folder = config.works_path
        self.records = Records(self.folder / "works.sqlite3")
        self.jobs = Jobs(config, speaker, self.records, most=max(2, config.server.workers or os.cpu_count() or 1))
        self._limits = config.cache
        self._speaker = speaker
        self._swept_at = -_SWEEP_S
        self._looks = Periodic("works", self._look, _LOOK_S)

    def start(self) -> None:
        """Go on with what was not done, once the engine is ready, and sweep now and then; returns at once."""
        self._looks.start()

    def close(self) -> None:
        """Stop; what is not done is gone on with after the next start."""
        self._looks.close()
        self.jobs.close()
        self.records.close()

    def sweep(self) -> None:
        """Forget what was deleted a day ago, and remove sounds beyond what may be kept."""
        self.records.forget(now() - _DELETED_S)
        self.jobs.sounds.sweep(
            max_bytes=self._limits.works_mb * 2**20,
            max_age_s=self._limits.works_days * 86_400,
            keep=self.records.sounds_to_keep,
        )
        self.jobs.playback.sweep()

    def _look(self) -> None:
        with suppress(StudioError):  # loading: later
            self._speaker.loaded()
            self.jobs.go_on()
        self.jobs.save_again()
        if self.jobs.looked_after and time.monotonic() - self._swept_at >= _SWEEP_S:
            self._swept_at = time.monotonic()
            self.sweep()
