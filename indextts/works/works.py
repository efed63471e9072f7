"""What a person makes and keeps, in one place: ``service.works``."""

from __future__ import annotations

import functools
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.config import Config
from indextts.runtime.periodic import Periodic
from indextts.works.jobs import MOST_UNDER_WAY, Jobs
from indextts.works.model import UNDER_WAY
from indextts.works.records import Records, Wanted
from indextts.works.runner import Speaker

if TYPE_CHECKING:
    from indextts.works.projects import ProjectLibrary
    from indextts.works.transfer import Transfer

log = logging.getLogger(__name__)

_LOOK_S: Final = 1.0


class Works:
    """The database, the store of sounds, and the jobs. Opened when first used, or once the engine is ready."""

    def __init__(self, config: Config, speaker: Speaker) -> None:
        self.folder: Path = config.works_path
        self.records = Records(self.folder / "works.sqlite3")
        self.jobs = Jobs(config, speaker, self.records, most=max(2, config.server.workers or os.cpu_count() or 1))
        self._keeper = Periodic("works", self.jobs.look_after, _LOOK_S)

    @functools.cached_property
    def projects(self) -> ProjectLibrary:
        """What the jobs belong to."""
        from indextts.works.projects import ProjectLibrary

        return ProjectLibrary(self.records.database)

    @functools.cached_property
    def transfer(self) -> Transfer:
        """Projects as files."""
        from indextts.works.transfer import Transfer

        return Transfer(self.projects, self.records, self.jobs.sounds)

    def delete_project(self, owner: str, project: str) -> None:
        """Take a project away; what is spoken for it is paused. Raises :class:`StudioError` ``no_project``."""
        self.projects.get(owner, project)
        for job in self.records.listed(owner, Wanted(project=project, states=UNDER_WAY, limit=MOST_UNDER_WAY))[0]:
            self.jobs.pause(owner, job.id)
        self.projects.delete(owner, project)

    def start(self) -> None:
        """Go on with what was not done, once the engine is ready, and sweep now and then; returns at once."""
        self._keeper.start()

    def close(self) -> None:
        """Stop; what is not done is gone on with after the next start."""
        self._keeper.close()
        self.jobs.close()
        self.records.close()
