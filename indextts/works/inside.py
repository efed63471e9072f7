"""What :class:`indextts.works.works.Works` opens when it is first needed: the database, the sounds, and the jobs."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.platform.clock import believed
from indextts.platform.config import Config
from indextts.platform.storage.copies import mended
from indextts.works.db.model import DAY_S, GONE_S
from indextts.works.db.presence import Presence
from indextts.works.db.quota import left_for_sounds, trim
from indextts.works.db.records import Records
from indextts.works.jobs.elsewhere import JobsElsewhere
from indextts.works.jobs.here import JobsHere
from indextts.works.jobs.jobs import Jobs
from indextts.works.projects.projects import ProjectLibrary
from indextts.works.running.playback import Playback
from indextts.works.running.runner import Speaker
from indextts.works.sounds.sounds import SoundStore
from indextts.works.sounds.stores import sound_store

if TYPE_CHECKING:
    from indextts.works.books.room import BookRoom


class Inside:
    """Thread-safe. Nothing is read, and no file is opened, before something is asked of it."""

    def __init__(
        self, config: Config, speaker: Speaker, database: Presence, store: Presence, books: Callable[[], BookRoom]
    ) -> None:
        """``database`` and ``store`` hear whether those can be reached; ``books`` gives what speaks books."""
        shared, most = config.works, max(2, config.server.workers or os.cpu_count() or 1)
        file = config.works_path / "works.sqlite3"
        self._config = config
        self._speaker = speaker
        self._store = store
        self._books = books
        self.records: Final = Records(file, address=shared.database, lease_s=shared.lease_s, presence=database)
        self.here: Final = JobsHere(
            speaker, self.records, lambda: self.sounds, lambda: self.playback, lambda: books().runner, most=most
        )
        self.elsewhere: Final = JobsElsewhere(config.works_path, self.records, self.here, store)
        self.jobs: Final = Jobs(
            speaker, self.records, self.here, self.elsewhere, lambda: self.playback, books, lambda: self.projects
        )

    @functools.cached_property
    def projects(self) -> ProjectLibrary:
        """What the jobs belong to."""
        return ProjectLibrary(self.records.database)

    @functools.cached_property
    def sounds(self) -> SoundStore:
        """The sounds of all jobs. Raises :class:`StudioError` where their store is set up wrongly."""
        try:
            return sound_store(self._config, self._store)
        except StudioError as error:
            self._store.missed(error)
            raise

    @functools.cached_property
    def playback(self) -> Playback:
        """What is done. Raises as :attr:`sounds`."""
        return Playback(self._config, self._speaker, self.records, self.sounds)

    def sweep(self) -> None:
        """Forget what was deleted a day ago, and remove takes and sounds beyond what may be kept."""
        records, books, limits = self.records, self._books(), self._config.cache
        alone = self.elsewhere.looked_after or not records.database.shared
        self.playback.sweep()
        if alone:
            records.forget(believed() - GONE_S)
            self.projects.sweep(believed())
            books.library.sweep(believed())
            trim(records.database, limits, believed)
            records.leases.sweep()
        if mended(records.path):
            return  # a damaged file that lies aside may name sounds and books that the one in its place does not
        if alone:
            self.sounds.sweep(
                max_bytes=left_for_sounds(records.database, limits),
                max_age_s=limits.works_days * DAY_S,
                keep=records.sounds_to_keep,
            )
        books.files.sweep()

    def close(self) -> None:
        """Stop all that is spoken, within seconds; a new start, or another process, goes on with it."""
        self.here.close()
        self.elsewhere.close()
        self.records.close()
