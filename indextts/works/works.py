"""What a person makes and keeps, in one place; it lives with the service that speaks for it.

works = Works(config, service)
service.start()     # and with it the works
"""

from __future__ import annotations

import functools
import logging
import math
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.periodic import Periodic
from indextts.works import collected
from indextts.works.db.model import Job, Wanted, mixed
from indextts.works.db.presence import Presence
from indextts.works.works_keeper import WorksKeeper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from indextts.plan.segment_cache import SegmentAudio
    from indextts.service.service import SpeechService
    from indextts.works.books.book_files import BookFiles
    from indextts.works.books.book_terms import BookTerms
    from indextts.works.books.casts import Casts
    from indextts.works.books.fixing import Fixing
    from indextts.works.books.heard import HeardText
    from indextts.works.books.intake import Intake
    from indextts.works.books.library import BookLibrary
    from indextts.works.books.music import BookMusic
    from indextts.works.books.passages import Passages
    from indextts.works.books.project_passages import ProjectPassages
    from indextts.works.books.proofing import DoubtList
    from indextts.works.books.room import BookRoom
    from indextts.works.books.shelf import BookShelf
    from indextts.works.db.records import Records
    from indextts.works.inside import Inside
    from indextts.works.jobs.jobs import Jobs
    from indextts.works.projects.projects import Project, ProjectLibrary
    from indextts.works.projects.transfer import Transfer
    from indextts.works.sounds.sounds import SoundStore

log = logging.getLogger(__name__)

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
        self.folder: Final = config.works_path
        self._config = config
        self._service = service
        self.presences: Final = Presence("database"), Presence("store of sounds")
        """Whether what jobs need outside of this process can be reached."""
        self.keeper: Final = WorksKeeper(lambda: self.records, config.cache.works_copies)
        """Looks after the database's file."""
        self._lock = threading.Lock()
        self._opened: Inside | None = None
        self._closed = False
        self._swept_at = -_SWEEP_S
        self._probed_at = -_STORE_S
        self._looks = Periodic("works", self._look, _LOOK_S)
        service.join(self)

    # ------------------------------------------------------------------ opened when it is first needed

    def _inside(self) -> Inside:
        """SQLAlchemy takes a moment, and the port answers before it."""
        with self._lock:
            if self._opened is None:
                from indextts.works.inside import Inside

                self._opened = Inside(self._config, self._service, *self.presences, lambda: self.book_room)
                if self._closed:
                    self._opened.close()
            return self._opened

    @functools.cached_property
    def book_room(self) -> BookRoom:
        """Long texts, each of which is a job when it is spoken, and all that is done with them."""
        from indextts.works.books.room import BookRoom

        inside = self._inside()
        return BookRoom(
            self._config,
            inside.records,
            self._service.loaded,
            lambda: inside.playback,
            lambda: inside.projects,
            inside.jobs.here,
            self._service.lexicon,
        )

    @functools.cached_property
    def shelf(self) -> BookShelf:
        """Where finished books are sent."""
        from indextts.works.books.shelf import BookShelf

        shelf = BookShelf(self._config.audiobookshelf, self.books.get, self.jobs.file)
        if self._closed:
            shelf.close()
        return shelf

    @functools.cached_property
    def transfer(self) -> Transfer:
        """Projects as files."""
        from indextts.works.projects.transfer import Transfer

        inside = self._inside()
        voices = self._service.change_voices
        return Transfer(inside.projects, inside.records, inside.sounds, voices, self._config.cache)

    @property
    def records(self) -> Records:
        """Jobs in the database."""
        return self._inside().records

    @property
    def jobs(self) -> Jobs:
        """What is spoken, or was."""
        return self._inside().jobs

    @property
    def sounds(self) -> SoundStore:
        """The sounds of all jobs."""
        return self._inside().sounds

    @property
    def projects(self) -> ProjectLibrary:
        """What the jobs belong to."""
        return self._inside().projects

    @property
    def books(self) -> BookLibrary:
        """Long texts with all that says how they are to sound."""
        return self.book_room.library

    @property
    def book_files(self) -> BookFiles:
        """What books are made into."""
        return self.book_room.files

    @property
    def music(self) -> BookMusic:
        """What is heard in them beside the voices."""
        return self.book_room.music

    @property
    def casts(self) -> Casts:
        """Casts of books."""
        return self.book_room.casts

    @property
    def doubts(self) -> DoubtList:
        """What a person should listen to."""
        return self.book_room.doubts

    @property
    def heard(self) -> HeardText:
        """What is heard of them, word by word."""
        return self.book_room.heard

    @property
    def fixing(self) -> Fixing:
        """What is decided about it."""
        return self.book_room.fixing

    @property
    def terms(self) -> BookTerms:
        """Their names and terms."""
        return self.book_room.terms

    @property
    def passages(self) -> Passages:
        """What other programs read of them …"""
        return self.book_room.passages

    @property
    def project_passages(self) -> ProjectPassages:
        """… and with the speakers of projects."""
        return self.book_room.project_passages

    @property
    def intake(self) -> Intake:
        """What makes them."""
        return self.book_room.intake

    # ------------------------------------------------------------------ what concerns several of them

    def remember(self) -> None:
        """From now on, what was kept of earlier days is not spoken again. Raises :class:`StudioError`."""
        self._service.loaded().keep_sounds(self.sounds)

    def keep(self, part: SegmentAudio) -> None:
        """Keep the sound of a sentence beyond this process, among those of jobs (``cache.works_mb``).

        Where the disk takes none, it is spoken again the next time; :attr:`absent` says so.
        """
        if part.sound is not None and part.keys:
            try:
                self.sounds.keep(part.sound, part.sample_rate, *part.keys)
            except StudioError as error:
                log.warning("A sentence that was read aloud is not kept: %s", error)

    def delete_book(self, owner: str, book: str) -> None:
        """Take a book away; where it is being spoken, that is paused. Raises :class:`StudioError` ``no_book``."""
        self.books.get(owner, book)
        with suppress(StudioError):  # it never was a job
            self.jobs.pause(owner, book)
        self.books.delete(owner, book)

    def delete_project(self, owner: str, project: str) -> None:
        """Take a project away; what is spoken for it is paused. Raises :class:`StudioError` ``no_project``."""
        self.projects.get(owner, project)
        self.jobs.pause_project(owner, project)
        self.projects.delete(owner, project)

    def duplicate_project(self, owner: str, project: str, *, name: str | None = None) -> Project:
        """A second project with the contents and takes of one. Raises :class:`StudioError` ``no_project``."""
        self.jobs.settle(owner)
        return self.projects.duplicate(owner, project, name=name)

    def export_project(self, owner: str, project: str, target: BinaryIO) -> str:
        """Write the file of a project into ``target``: see :meth:`Transfer.export`."""
        self.jobs.settle(owner)
        return self.transfer.export(owner, project, target)

    def export_warnings(self, owner: str, project: str) -> list[StudioError]:
        """What a person should know before taking a project along that is for commercial use: takes that are not."""
        if not self.projects.is_commercial(owner, project):
            return []
        takes, _ = self.records.listed(owner, Wanted(project=project, states=("done",), limit=_MOST_TAKES))
        return mixed(takes)

    def result_warnings(self, owner: str, job: Job) -> list[StudioError]:
        """The same of what is spoken of a book or a take, where its book or project is for commercial use."""
        if job.kind == "book":
            return self.book_files.warnings(owner, job.id)
        if job.book is not None:
            return mixed([job]) if self.books.get(owner, job.book).settings.get("commercial") else []
        return mixed([job]) if job.project and self.projects.is_commercial(owner, job.project) else []

    def start(self) -> None:
        """Go on with what was not done, once the engine is ready, and sweep now and then; returns at once."""
        self.keeper.start()
        self._looks.start()

    def close(self) -> None:
        """Stop; what is not done is gone on with after the next start."""
        self.keeper.close()
        self._looks.close()
        with self._lock:
            self._closed, inside = True, self._opened
        if "shelf" in vars(self):
            self.shelf.close()
        if "book_room" in vars(self):
            self.book_room.close()
        if inside is not None:
            inside.close()

    def sweep(self) -> None:
        """Forget what was deleted a day ago, and remove takes and sounds beyond what may be kept."""
        self._inside().sweep()

    @property
    def notices(self) -> tuple[StudioError, ...]:
        """What was wrong with the database's file, and what has been done about it."""
        return self.keeper.notices

    def measured(self) -> Iterator[Metric]:
        """What is told of them at ``/metrics``."""
        return collected.measured(self.jobs, self.records, *self.presences)

    @property
    def absent(self) -> tuple[StudioError, ...]:
        """What cannot be reached at this moment: the database, the store of sounds."""
        return tuple(one.error for one in self.presences if one.error is not None)

    def _look(self) -> None:
        self._look_around()
        with suppress(StudioError):  # loading: later
            self._service.loaded()
            self._inside().elsewhere.go_on()
        looked_after = self._opened is not None and self._opened.elsewhere.looked_after
        mine = looked_after or bool(self._config.works.database)  # each has files of its own
        if mine and time.monotonic() - self._swept_at >= _SWEEP_S:
            self._swept_at = time.monotonic()
            self.sweep()

    def _look_around(self) -> None:
        """See whether the database and the store can be reached, where nothing that works finds that out."""
        (database, store), places = self.presences, self._config.works
        if database.error is not None or (places.database and database.seen_s is None):
            with suppress(StudioError):
                self.records.database.probe()
        # A folder on this disk is looked at only where it could not be written: that costs the disk's rest.
        every_s = _AWAY_S if store.error is not None else _STORE_S if places.sounds else math.inf
        if time.monotonic() - self._probed_at >= every_s:
            self._probed_at = time.monotonic()
            with suppress(StudioError):
                self.sounds.probe()
