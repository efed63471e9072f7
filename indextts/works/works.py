"""What a person makes and keeps, in one place; it lives with the service that speaks for it.

works = Works(config, service)
service.start()     # and with it the works
"""

from __future__ import annotations

import functools
import math
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from indextts.model.errors import StudioError
from indextts.platform.clock import believed
from indextts.platform.config import Config
from indextts.platform.periodic import Periodic
from indextts.platform.storage.copies import mended
from indextts.works import collected
from indextts.works.db.model import DAY_S, GONE_S, UNDER_WAY, mixed
from indextts.works.db.records import Records, Wanted
from indextts.works.jobs.heard import ENDING_S
from indextts.works.jobs.jobs import MOST_UNDER_WAY, Jobs
from indextts.works.works_keeper import WorksKeeper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_client import Metric

    from indextts.service.service import SpeechService
    from indextts.works.books.book_terms import BookTerms
    from indextts.works.books.casts import Casts
    from indextts.works.books.fixing import Fixing
    from indextts.works.books.intake import Intake
    from indextts.works.books.library import BookLibrary
    from indextts.works.books.music import BookMusic
    from indextts.works.books.proofing import DoubtList
    from indextts.works.db.presence import Presence
    from indextts.works.projects.projects import Project, ProjectLibrary
    from indextts.works.projects.transfer import Transfer

_LOOK_S: Final = 1.0
_SWEEP_S: Final = 600.0
_STORE_S: Final = 60.0
_AWAY_S: Final = 5.0
"""How often a store elsewhere is looked at, and one that could not be reached."""
_MOST_TAKES: Final = 5_000
"""Of a project, looked at before it is taken along."""


class Works:
    """The database, the sounds and the jobs: opened when they are first needed, or once the engine is ready.

    A :class:`indextts.service.component.Component` of the service that speaks the jobs.
    """

    def __init__(self, config: Config, service: SpeechService) -> None:
        """Join ``service``, which starts and closes these works from then on; it must not run yet."""
        self.folder = config.works_path
        shared = config.works
        self.records = Records(self.folder / "works.sqlite3", address=shared.database, lease_s=shared.lease_s)
        self.jobs = Jobs(config, service, self.records, most=max(2, config.server.workers or os.cpu_count() or 1))
        self._config = config
        self._limits = config.cache
        self._service = service
        self._swept_at = -_SWEEP_S
        self._probed_at = -_STORE_S
        self._looks = Periodic("works", self._look, _LOOK_S)
        self.keeper = WorksKeeper(self.records, config.cache.works_copies)
        """Looks after the database's file."""
        service.join(self)

    @functools.cached_property
    def projects(self) -> ProjectLibrary:
        """What the jobs belong to."""
        from indextts.works.projects.projects import ProjectLibrary

        return ProjectLibrary(self.records.database)

    @functools.cached_property
    def transfer(self) -> Transfer:
        """Projects as files."""
        from indextts.works.projects.transfer import Transfer

        return Transfer(self.projects, self.records, self.jobs.sounds, self._limits)

    @functools.cached_property
    def books(self) -> BookLibrary:
        """Long texts, each of which is a job when it is spoken."""
        from indextts.works.books.library import BookLibrary

        return BookLibrary(self.records.database, self._voices)

    @functools.cached_property
    def music(self) -> BookMusic:
        """What is heard in them beside the voices."""
        return self.jobs.music

    @functools.cached_property
    def casts(self) -> Casts:
        """Casts of books."""
        from indextts.works.books.casts import Casts

        return Casts(self.records.database, self._voices)

    @functools.cached_property
    def doubts(self) -> DoubtList:
        """What a person should listen to."""
        from indextts.works.books.proofing import DoubtList

        return DoubtList(self.records.database, self.books, self.jobs.book_runner.voicing)

    @functools.cached_property
    def fixing(self) -> Fixing:
        """What is decided about it."""
        from indextts.works.books.fixing import Fixing

        return Fixing(self.records.database, self.books, self.casts, self.doubts, self.jobs.book_runner)

    @functools.cached_property
    def terms(self) -> BookTerms:
        """Their names and terms."""
        from indextts.works.books.book_terms import BookTerms

        return BookTerms(self.books)

    @functools.cached_property
    def intake(self) -> Intake:
        """What makes them."""
        from indextts.works.books.intake import Intake

        return Intake(self._config, self.books, self._service.loaded)

    def delete_book(self, owner: str, book: str) -> None:
        """Take a book away; where it is being spoken, that is paused. Raises :class:`StudioError` ``no_book``."""
        self.books.get(owner, book)
        with suppress(StudioError):  # it never was a job
            self.jobs.pause(owner, book)
        self.books.delete(owner, book)

    def delete_project(self, owner: str, project: str) -> None:
        """Take a project away; what is spoken for it is paused. Raises :class:`StudioError` ``no_project``."""
        self.projects.get(owner, project)
        for job in self.records.listed(owner, Wanted(project=project, states=UNDER_WAY, limit=MOST_UNDER_WAY))[0]:
            self.jobs.pause(owner, job.id)
        self.projects.delete(owner, project)

    def duplicate_project(self, owner: str, project: str, *, name: str | None = None) -> Project:
        """A second project with the contents and takes of one. Raises :class:`StudioError` ``no_project``."""
        self.jobs.settle(owner, ENDING_S)
        return self.projects.duplicate(owner, project, name=name)

    def export_project(self, owner: str, project: str, target: BinaryIO) -> str:
        """Write the file of a project into ``target``: see :meth:`Transfer.export`."""
        self.jobs.settle(owner, ENDING_S)
        return self.transfer.export(owner, project, target)

    def export_warnings(self, owner: str, project: str) -> list[StudioError]:
        """What a person should know before taking a project along that is for commercial use: takes that are not."""
        if not self.projects.get(owner, project).settings.get("commercial"):
            return []
        takes, _ = self.records.listed(owner, Wanted(project=project, states=("done",), limit=_MOST_TAKES))
        return mixed(takes)

    def start(self) -> None:
        """Go on with what was not done, once the engine is ready, and sweep now and then; returns at once."""
        self.keeper.start()
        self._looks.start()

    def close(self) -> None:
        """Stop; what is not done is gone on with after the next start."""
        self.keeper.close()
        self._looks.close()
        self.jobs.close()
        self.records.close()

    def sweep(self) -> None:
        """Forget what was deleted a day ago, and remove takes and sounds beyond what may be kept."""
        from indextts.works.db.quota import left_for_sounds, trim

        alone = self.jobs.looked_after or not self.records.database.shared
        self.jobs.playback.sweep()
        if alone:
            self.records.forget(believed() - GONE_S)
            self.projects.sweep(believed())
            self.books.sweep(believed())
            trim(self.records.database, self._limits, believed)
            self.records.leases.sweep()
        if mended(self.records.path):
            return  # a damaged file that lies aside may name sounds and books that the one in its place does not
        if alone:
            self.jobs.sounds.sweep(
                max_bytes=left_for_sounds(self.records.database, self._limits),
                max_age_s=self._limits.works_days * DAY_S,
                keep=self.records.sounds_to_keep,
            )
        self.jobs.book_files.sweep()

    def _voices(self) -> Sequence[str]:
        return [voice.id for voice in self._service.loaded().voices()]

    @property
    def notices(self) -> tuple[StudioError, ...]:
        """What was wrong with the database's file, and what has been done about it."""
        return self.keeper.notices

    def measured(self) -> Iterator[Metric]:
        """What is told of them at ``/metrics``."""
        return collected.measured(self.jobs, self.records)

    @property
    def absent(self) -> tuple[StudioError, ...]:
        """What cannot be reached at this moment: the database, the store of sounds."""
        return tuple(one.error for one in self.presences if one.error is not None)

    @property
    def presences(self) -> tuple[Presence, ...]:
        """Whether what jobs need outside of this process can be reached."""
        return self.records.presence, self.jobs.store

    def _look(self) -> None:
        self._look_around()
        with suppress(StudioError):  # loading: later
            self._service.loaded()
            self.jobs.go_on()
        mine = self.jobs.looked_after or bool(self._config.works.database)  # each has files of its own
        if mine and time.monotonic() - self._swept_at >= _SWEEP_S:
            self._swept_at = time.monotonic()
            self.sweep()

    def _look_around(self) -> None:
        """See whether the database and the store can be reached, where nothing that works finds that out."""
        database, store, places = self.records.presence, self.jobs.store, self._config.works
        if database.error is not None or (places.database and database.seen_s is None):
            with suppress(StudioError):
                self.records.database.probe()
        # A folder on this disk is looked at only where it could not be written: that costs the disk's rest.
        every_s = _AWAY_S if store.error is not None else _STORE_S if places.sounds else math.inf
        if time.monotonic() - self._probed_at >= every_s:
            self._probed_at = time.monotonic()
            with suppress(StudioError):
                self.jobs.sounds.probe()
