"""What is heard of jobs: their stretches, samples, plans and files, whether they are under way or not."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.works.db.model import UNDER_WAY, Job, Stretch
from indextts.works.db.records import Records, request_of
from indextts.works.running.playback import Playback
from indextts.works.running.work import Work

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from indextts.works.books.book_files import BookFile, BookFiles
    from indextts.works.books.library import BookLibrary
    from indextts.works.books.music import BookMusic
    from indextts.works.sounds.media import Pcm

_RETRY_S: Final = 10
ENDING_S: Final = 30.0
"""So long what has just ended may take to be written."""


class HeardJobs:
    """The half of :class:`indextts.works.jobs.jobs.Jobs` that only reads."""

    _config: Config
    _records: Records

    @property
    def playback(self) -> Playback:
        raise NotImplementedError

    def get(self, owner: str, name: str) -> Job:
        raise NotImplementedError

    @functools.cached_property
    def library(self) -> BookLibrary:
        """The books that are spoken."""
        from indextts.works.books.library import BookLibrary

        return BookLibrary(self._records.database, lambda: ())

    @functools.cached_property
    def music(self) -> BookMusic:
        """What is heard in them beside the voices."""
        from indextts.works.books.music import BookMusic

        return BookMusic(self._records.database)

    @functools.cached_property
    def book_files(self) -> BookFiles:
        """What books are made into."""
        from indextts.works.books.book_files import BookFiles

        return BookFiles(self._config, self._records, self.library, self.playback, self.music)

    def _work(self, name: str) -> Work | None:
        raise NotImplementedError

    def stretches(self, owner: str, name: str, begin: int = 0) -> Sequence[Stretch]:
        """The segments that are done, from the one numbered ``begin`` on."""
        return self._tape(self.get(owner, name))[begin:]

    def pcm(self, owner: str, name: str, index: int) -> Pcm | None:
        """The samples of one stretch; ``None`` where it is not done. What was swept is spoken again."""
        job = self.get(owner, name)
        if (work := self._work(name)) is not None:
            with work.lock:
                fresh = work.fresh.get(index)
            if fresh is not None:
                return fresh
        tape = self._tape(job)
        return self.playback.read(name, tape[index]) if 0 <= index < len(tape) else None

    def request(self, owner: str, name: str) -> SpeechRequest:
        """What was asked for; of a plan its text and settings."""
        self.get(owner, name)
        return request_of(self._records.kept(name, "request"))

    def plan(self, owner: str, name: str) -> Utterance:
        """The plan as it was spoken. Raises :class:`StudioError` ``job_unfinished`` while it is spoken."""
        return Utterance.from_json(self.plan_json(owner, name))

    def plan_json(self, owner: str, name: str) -> bytes:
        """The same, as text."""
        self._settle(owner, name)
        return self.playback.plan(name)

    def sound(self, owner: str, name: str) -> npt.NDArray[np.float32]:
        """The samples of all that is done, ±1."""
        import numpy as np

        from indextts.works.sounds.media import floats

        parts = [self.pcm(owner, name, index) for index in range(len(self.stretches(owner, name)))]
        heard = [part for part in parts if part is not None]
        return floats(np.concatenate(heard)) if heard else np.zeros(0, np.float32)

    def file(self, owner: str, name: str, audio_format: str, chapter: int | None = None) -> Path:
        """The same as a file, which is kept for a while; of a book also one of its chapters, as soon as that is spoken.

        Raises ``job_unfinished``, ``job_empty``, ``book_binding`` where the file is made in the background meanwhile.
        """
        if self.get(owner, name).kind == "book":
            if chapter is None:
                self._settle(owner, name)
            return self.book_files.file(owner, name, audio_format, chapter)
        self._settle(owner, name)
        tape = self._tape(self.get(owner, name))
        if not tape:
            raise StudioError("job_empty")
        return self.playback.file(name, audio_format, tape, (self.playback.read(name, one) for one in tape))

    def bind_book(self, owner: str, name: str, form: str, chapter: int | None = None) -> BookFile:
        """Begin to make a file of a book in the background, unless it is there. Raises as :meth:`file`."""
        self._settle(owner, name)
        return self.book_files.begin(owner, name, form, chapter)

    def _settle(self, owner: str, name: str) -> None:
        """Wait a moment until what has ended is written. Raises :class:`StudioError` while it is spoken."""
        if self.get(owner, name).state in UNDER_WAY:
            raise StudioError("job_unfinished", retry_after_s=_RETRY_S)
        if (work := self._work(name)) is not None:
            work.ended.wait(ENDING_S)

    def _tape(self, job: Job) -> list[Stretch]:
        work = self._work(job.id)
        if work is None:
            return self.playback.tape(job.id, job.updated)
        with work.lock:
            return list(work.tape)
