"""What a person makes and keeps, in one place: ``service.works``."""

from __future__ import annotations

import functools
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from indextts.config import Config
from indextts.errors import StudioError
from indextts.runtime.clock import believed
from indextts.runtime.periodic import Periodic
from indextts.storage.copies import mended
from indextts.works.heard import ENDING_S
from indextts.works.jobs import MOST_UNDER_WAY, Jobs
from indextts.works.model import DAY_S, GONE_S, UNDER_WAY
from indextts.works.records import Records, Wanted
from indextts.works.runner import Speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indextts.works.book_terms import BookTerms
    from indextts.works.books import BookLibrary
    from indextts.works.casts import Casts
    from indextts.works.fixing import Fixing
    from indextts.works.intake import Intake
    from indextts.works.music import BookMusic
    from indextts.works.projects import Project, ProjectLibrary
    from indextts.works.proofing import DoubtList
    from indextts.works.transfer import Transfer

_LOOK_S: Final = 1.0
_SWEEP_S: Final = 600.0


class Works:
    """The database, the sounds and the jobs: opened when they are first needed, or once the engine is ready."""

    def __init__(self, config: Config, speaker: Speaker) -> None:
        self.folder = config.works_path
        shared = config.works
        self.records = Records(self.folder / "works.sqlite3", address=shared.database, lease_s=shared.lease_s)
        self.jobs = Jobs(config, speaker, self.records, most=max(2, config.server.workers or os.cpu_count() or 1))
        self._config = config
        self._limits = config.cache
        self._speaker = speaker
        self._swept_at = -_SWEEP_S
        self._looks = Periodic("works", self._look, _LOOK_S)

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

    @functools.cached_property
    def books(self) -> BookLibrary:
        """Long texts, each of which is a job when it is spoken."""
        from indextts.works.books import BookLibrary

        return BookLibrary(self.records.database, self._voices)

    @functools.cached_property
    def music(self) -> BookMusic:
        """What is heard in them beside the voices."""
        return self.jobs.music

    @functools.cached_property
    def casts(self) -> Casts:
        """Who speaks in them."""
        from indextts.works.casts import Casts

        return Casts(self.records.database, self._voices)

    @functools.cached_property
    def doubts(self) -> DoubtList:
        """What a person should listen to."""
        from indextts.works.proofing import DoubtList

        return DoubtList(self.records.database, self.books, self.jobs.book_runner.voicing)

    @functools.cached_property
    def fixing(self) -> Fixing:
        """What is decided about it."""
        from indextts.works.fixing import Fixing

        return Fixing(self.records.database, self.books, self.casts, self.doubts, self.jobs.book_runner)

    @functools.cached_property
    def terms(self) -> BookTerms:
        """Their names and terms."""
        from indextts.works.book_terms import BookTerms

        return BookTerms(self.books)

    @functools.cached_property
    def intake(self) -> Intake:
        """What makes them."""
        from indextts.works.intake import Intake

        return Intake(self._config, self.books, self._speaker.loaded)

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

    def start(self) -> None:
        """Go on with what was not done, once the engine is ready, and sweep now and then; returns at once."""
        self._looks.start()

    def close(self) -> None:
        """Stop; what is not done is gone on with after the next start."""
        self._looks.close()
        self.jobs.close()
        self.records.close()

    def sweep(self) -> None:
        """Forget what was deleted a day ago, and remove takes and sounds beyond what may be kept."""
        from indextts.works.quota import trim

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
                max_bytes=self._limits.works_mb * 2**20,
                max_age_s=self._limits.works_days * DAY_S,
                keep=self.records.sounds_to_keep,
            )
        self.jobs.book_files.sweep()

    def _voices(self) -> Sequence[str]:
        return [voice.id for voice in self._speaker.loaded().voices()]

    def _look(self) -> None:
        with suppress(StudioError):  # loading: later
            self._speaker.loaded()
            self.jobs.go_on()
        self.jobs.save_again()
        mine = self.jobs.looked_after or bool(self._config.works.database)  # each has files of its own
        if mine and time.monotonic() - self._swept_at >= _SWEEP_S:
            self._swept_at = time.monotonic()
            self.sweep()
