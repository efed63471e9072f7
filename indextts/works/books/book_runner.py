"""Speaks books, part after part: each is a job of its own, done in the thread of the book's job.

What a part was asked for has a hash. One that was spoken with the same hash is not spoken again, so that going on after
a stop, a kill or a change is to do all of it once more: it costs what is new. One part's text and plan are in memory.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final, Protocol

from indextts.books.parts import ChapterPart
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.pipeline.fallback.router import SAMPLE_RATE
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.works.books.book_ahead import ChaptersAhead
from indextts.works.books.book_contents import settings_of
from indextts.works.books.book_files import BookFiles
from indextts.works.books.book_layout import Layout, WantedPart
from indextts.works.books.book_rows import Book
from indextts.works.books.book_work import BookWork, PartTask
from indextts.works.books.library import BookLibrary
from indextts.works.books.script import BookScript
from indextts.works.db.model import Job, Lease, Stretch, new_id, now, stretches_of
from indextts.works.db.records import Records
from indextts.works.db.requests import kept_request
from indextts.works.running.listeners import Listeners
from indextts.works.running.work import Work

_TITLE: Final = 200
_SAME_S: Final = 1e-6
"""Less than a sample."""
_LOOK_S: Final = 0.2
_PASSED: Final = ("text_unspeakable", "internal")
"""Errors of one part that keep no other from being spoken: nothing is missed of a line of ornaments, and a fault of the
program's is told when all else is there.
"""

Place = tuple[int, int]
"""Numbers of a chapter and of a part in it."""


class Desk(Protocol):
    """Where parts are spoken, for everybody to see: the jobs of this process."""

    @property
    def listeners(self) -> Listeners:
        """Who hears of changes."""

    def speak_here(self, work: Work) -> None:
        """Speak it in this thread."""

    def part_under_way(self, name: str) -> Work | None:
        """A part that is spoken at this moment."""

    @property
    def sharing(self) -> bool:
        """Whether other processes may speak parts."""


def _said_by(error: StudioError, name: str, chapter: int) -> StudioError:
    """The refusal of a voice, with whose it is; the narrator's has no name."""
    what = error.details["what"]
    if not name or not isinstance(what, Bilingual):
        return error
    told = Bilingual(f"{what.en} of “{name}” (chapter {chapter})", f"“{name}”（第 {chapter} 章）的{what.zh}")
    return StudioError(error.code, what=told, instead=error.details["instead"])


@dataclass(frozen=True)
class Due:
    """A part that is to be spoken."""

    job: Job
    asked: ChapterPart
    begin_s: float = 0.0
    """After the book's beginning."""

    @property
    def size(self) -> int:
        """Characters."""
        return len(self.asked.request.text)


class BookRunner:
    """Thread-safe; a book is spoken in the thread of its job."""

    def __init__(
        self,
        config: Config,
        records: Records,
        library: BookLibrary,
        script: BookScript,
        files: Callable[[], BookFiles],
        desk: Desk,
        loaded: Callable[[], Pipeline],
    ) -> None:
        """``files`` gives what books are made into, ``loaded`` the pipeline that speaks them."""
        self._config = config
        self._records = records
        self._library = library
        self._script = script
        self._files = files
        self._desk = desk
        self._loaded = loaded

    def new_job(self, owner: str, name: str) -> Job:
        """The job of a book, before anything of it is spoken. Raises :class:`StudioError` ``no_book``."""
        book, at = self._library.get(owner, name), now()
        return Job(
            id=name,
            owner=owner,
            kind="book",
            title=book.title[:_TITLE],
            project=None,
            sample_rate=SAMPLE_RATE,
            created=at,
            updated=at,
            live=False,
            before=None,
            format=book.options.format,
            state="paused",
        )

    def check(self, owner: str, name: str) -> None:
        """See that there is something to be spoken, room for it, and nobody whose voice is refused.

        Raises as :meth:`BookScript.layout`, and ``not_commercial``.
        """
        self._layout(owner, self._library.get(owner, name))

    def _layout(self, owner: str, book: Book) -> Layout:
        layout, settings = self._script.layout(owner, book), settings_of(book.settings)
        speaking: dict[str, tuple[str, int]] = {}  # by their voices, with the first chapter
        for part, asked in self._script.parts(owner, book) if settings.commercial else ():
            speaking.setdefault(asked.request.settings.voice, ("", part.chapter))
            for role in asked.request.roles:
                speaking.setdefault(role.voice or "default", (role.name, part.chapter))
        for voice, (who, chapter) in speaking.items():
            try:
                self._loaded().check(SpeechRequest("一", replace(settings, voice=voice)))
            except StudioError as error:
                # Everything else, also what is not known while it loads, is told by the part.
                if error.code == "not_commercial":
                    raise _said_by(error, who, chapter) from error
        return layout

    def whole(self, job: Job) -> BookWork:
        """The work of a book's job."""
        return BookWork(job, self._speak)

    def offered(self, job: Job, tape: list[Stretch]) -> Work | None:
        """A part that another process offers, to be spoken here; ``None`` where the book is another one by now."""
        book = self._library.get(job.owner, job.book or "")
        for part, asked in self._script.parts(job.owner, book, only=job.chapter):
            if part.number == job.number and not asked.timed and part.hash == job.hash:
                return Work(job, PartTask(asked), tape)
        return None

    def _speak(self, work: BookWork) -> None:
        """Speak all that is not spoken yet. Raises what stops it."""
        owner, name = work.job.owner, work.job.id
        fixed = self._library.again(owner, name) > 0  # which a person waits to hear, and nothing else
        fallen = {job.id for job in self._records.parts_of(name) if job.state == "done" and job.reason and not fixed}
        while True:
            book = self._library.get(owner, name)
            layout = self._layout(owner, book)
            jobs = self._tidy(work, layout, fallen)
            sizes = {(part.chapter, part.number): part.size for part in layout.parts}
            work.lay_out(layout.size, [(job, sizes[place]) for place, job in jobs.items()])
            files = self._files()
            with files.ahead(owner, name, layout.form, lambda: work.cancel.cancelled) as ahead:
                if self._config.works.parts_ahead and not book.options.fit and self._desk.sharing:
                    whole = self._share(work, book, layout, jobs)
                else:
                    whole = self._speak_parts(work, book, layout, jobs, ahead)
                if not whole or self._library.revision(owner, name) != layout.revision:
                    continue
                faults = (job.error for job in self._records.parts_of(name) if job.error is not None)
                if (fault := next((error for error in faults if error.code == "internal"), None)) is not None:
                    raise fault
                if layout.form:
                    self._bind(work, layout.form, files, ahead)
            if self._library.revision(owner, name) == layout.revision:
                self._library.note_again(owner, name, None)
                return

    def _tidy(self, work: BookWork, layout: Layout, fallen: Collection[str]) -> dict[Place, Job]:
        """The parts that are jobs already, at their places in ``layout``. Parts no longer needed are removed, and those
        that had ``fallen`` to another engine than was asked for: they are spoken again.
        """
        spare: defaultdict[str | None, list[Job]] = defaultdict(list)
        for job in self._records.parts_of(work.job.id):
            spare[None if job.id in fallen else job.hash].append(job)
        found: dict[Place, Job] = {}
        for part in layout.parts:
            if same := spare[part.hash]:
                same.sort(key=lambda job: (job.state != "done", job.chapter != part.chapter, job.number != part.number))
                found[part.chapter, part.number] = same.pop(0)
        self._records.drop([job.id for jobs in spare.values() for job in jobs], by=work.lease)
        for (chapter, number), job in found.items():
            if (job.chapter, job.number) != (chapter, number):
                self._records.change(job.id, by=work.lease, chapter=chapter, part=number)
                found[chapter, number] = replace(job, chapter=chapter, number=number)
        return found

    def _speak_parts(
        self, work: BookWork, book: Book, layout: Layout, jobs: dict[Place, Job], ahead: ChaptersAhead
    ) -> bool:
        """Speak them here, one after the other; ``False`` where the book or the dictionary was changed meanwhile."""
        begin_s, chapter = 0.0, 0
        for part, asked in self._script.parts(work.job.owner, book):
            work.cancel.check()
            if part not in layout.parts:
                return False  # by the dictionary
            if part.hash not in layout.settled:
                ahead.begin()
            if chapter not in (0, part.chapter):
                ahead.spoken(chapter)
            chapter = part.chapter
            job = self._left(work, jobs.get((part.chapter, part.number)))
            done = job is not None and job.state == "done" and not (asked.timed and not self._begins(job.id, begin_s))
            if not done and self._library.revision(work.job.owner, book.id) != book.revision:
                return False  # what was changed comes first: a person waits to hear it
            if job is None or not done:
                job = self._spoken(work, Due(job or self._new(work, book, part, asked), asked, begin_s))
            self._take(work, job, part.size, spoken=not done)
            begin_s += job.duration_s
        return True

    def _left(self, work: BookWork, job: Job | None) -> Job | None:
        """The job of a part once the thread of an earlier run, which was stopped, has let it go."""
        while job is not None and (other := self._desk.part_under_way(job.id)) is not None:
            work.cancel.check()
            other.ended.wait(0.1)
            job = self._records.get(job.id) if other.ended.is_set() else job
        return job

    def _begins(self, job: str, begin_s: float) -> bool:
        """Whether a part that has cues was made to begin then."""
        cues = self._records.kept(job, "cues")
        return cues is not None and abs(float(cues["begin_s"]) - begin_s) < _SAME_S

    def _take(self, work: BookWork, job: Job, size: int, *, spoken: bool) -> None:
        work.take(job, size, spoken=spoken)
        self._desk.listeners.ring(work.job.id)

    def _new(self, work: BookWork, book: Book, part: WantedPart, asked: ChapterPart) -> Job:
        """The job of a part that has none, written down."""
        whole, at = work.job, now()
        title = next(one.title for one in book.chapters if one.number == part.chapter) or whole.title
        job = Job(
            id=new_id(),
            owner=whole.owner,
            kind="speech",
            title=(f"{title} ({part.number + 1})" if part.number else title)[:_TITLE],
            project=None,
            sample_rate=SAMPLE_RATE,
            live=False,
            before=None,
            format="wav",
            created=at,
            updated=at,
            book=whole.id,
            chapter=part.chapter,
            number=part.number,
            hash=part.hash,
        )
        self._records.add(job, kept_request(asked.request), None, by=work.lease)
        return job

    def _spoken(self, work: BookWork, due: Due, lease: Lease | None = None) -> Job:
        """The part as it is once it was spoken. Raises what kept it from that."""
        tape = stretches_of(self._records.kept(due.job.id, "segments"))
        # Whoever has it still had the book before, and has lost that.
        lease = lease or self._records.take(due.job.id, force=True, again=True)
        task = PartTask(due.asked, due.begin_s)
        part = Work(replace(due.job, state="queued", error=None), task, tape, lease=lease, parent=work.cancel)
        work.under_way(part, due.size)
        self._desk.speak_here(part)
        ended = part.job
        if ended.state == "done":
            return ended
        work.cancel.check()
        if ended.error is not None and ended.error.code in _PASSED:
            return ended
        raise ended.error or StudioError("cancelled")

    def _bind(self, work: BookWork, form: str, files: BookFiles, ahead: ChaptersAhead) -> None:
        """The last stage. Raises :class:`StudioError`."""

        def tell(share: float) -> None:
            work.binding(share)
            self._desk.listeners.ring(work.job.id)

        tell(0.0)
        owner, name, cancel = work.job.owner, work.job.id, work.cancel
        files.make(owner, name, form, progress=tell, cancel=lambda: cancel.cancelled, ahead=ahead.ended())
        work.lasts(files.length_s(owner, name, form))

    # ------------------------------------------------------------------ with other processes

    def _share(self, work: BookWork, book: Book, layout: Layout, jobs: dict[Place, Job]) -> bool:
        """Offer parts to other processes, some ahead of the one that is spoken here. They may end in any order.

        ``False`` as :meth:`_speak_parts`.
        """
        offers, whole = list[Due](), True
        for part, asked in self._script.parts(work.job.owner, book):
            work.cancel.check()
            if not (whole := part in layout.parts):
                break
            job = jobs.get((part.chapter, part.number))
            if job is not None and job.state == "done":
                self._take(work, job, part.size, spoken=False)
                continue
            offers.append(Due(job or self._new(work, book, part, asked), asked))
            self._offer(work, offers[-1].job)
            self._settle(work, offers, self._config.works.parts_ahead)
        self._settle(work, offers, 0)
        return whole

    def _offer(self, work: BookWork, job: Job) -> None:
        """From now on everybody may take it."""
        if job.state not in ("queued", "running"):
            self._records.change(job.id, by=work.lease, state="queued", error=None)

    def _settle(self, work: BookWork, offers: list[Due], most: int) -> None:
        """Speak, or wait, until no more than ``most`` are left. Raises what has stopped one that was spoken here."""
        while len(offers) > most:
            work.cancel.check()
            ended = self._done_elsewhere(work, offers) or self._free(work, offers)
            if ended is None:
                self._desk.listeners.ring(work.job.id)
                time.sleep(_LOOK_S)
                continue
            due, job = ended
            offers.remove(due)
            self._take(work, job, due.size, spoken=True)

    def _done_elsewhere(self, work: BookWork, offers: list[Due]) -> tuple[Due, Job] | None:
        """One of them that is done by now; how far the others are is seen as well."""
        there = self._records.several([due.job.id for due in offers])
        for due in offers:
            # One that is gone was taken away with its book: who has the book notices that.
            job = there.get(due.job.id, due.job)
            if job.state == "done":
                return due, job
            work.see(job, due.size)
        return None

    def _free(self, work: BookWork, offers: list[Due]) -> tuple[Due, Job] | None:
        """One that was free, and is spoken now."""
        for due in offers:
            lease = self._records.take(due.job.id, again=True)
            if lease is not None:
                return due, self._spoken(work, due, lease)
        return None
