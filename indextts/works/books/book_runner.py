"""Speaks books, part after part: each is a job of its own, done in the thread of the book's job.

What a part was asked for has a hash. One that was spoken with the same hash is not spoken again, so that going on after
a stop, a kill or a change is to do all of it once more: it costs what is new. One part's text and plan are in memory.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from indextts.books.estimate import length_s
from indextts.books.parts import MOST, ChapterPart, Voicing, parts_of
from indextts.model.errors import StudioError
from indextts.model.utterance import Lang
from indextts.pipeline.fallback.router import SAMPLE_RATE
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.works.books.book_findings import Findings
from indextts.works.books.book_layout import Layout, WantedPart
from indextts.works.books.book_work import BookWork
from indextts.works.books.offers import PartOffers
from indextts.works.db.leases import Lease
from indextts.works.db.model import Job, Stretch, now, stretches_of
from indextts.works.db.records import Records, kept_request
from indextts.works.running.work import Work

if TYPE_CHECKING:
    from indextts.platform.run import Cancel
    from indextts.works.books.book_ahead import ChaptersAhead
    from indextts.works.books.book_files import BookFiles
    from indextts.works.books.book_rows import Book
    from indextts.works.books.library import BookLibrary

_TITLE: Final = 200
_TITLE_ROOM: Final = 1_000
"""Characters that the title of a chapter may take from a part."""
_SAME_S: Final = 1e-6
"""Less than a sample."""


class Desk(Protocol):
    """Where parts are spoken, for everybody to see: the jobs."""

    def speak_here(self, child: Work) -> None:
        """Speak it in this thread."""

    def part_under_way(self, name: str) -> Work | None:
        """A part that is spoken at this moment."""

    def changed(self, work: Work) -> None:
        """Notify its subscribers."""

    @property
    def book_files(self) -> BookFiles:
        """What books are made into."""

    @property
    def sharing(self) -> bool:
        """Whether other processes may speak parts."""


class BookRunner:
    """Thread-safe; :meth:`speak` is called in the thread of a book's job."""

    def __init__(self, config: Config, records: Records, books: BookLibrary, desk: Desk) -> None:
        self._config = config
        self._records = records
        self._books = books
        self._desk = desk
        self._most = min(MOST, max(100, config.server.max_text_chars - _TITLE_ROOM))

    def new_job(self, owner: str, name: str) -> Job:
        """The job of a book, before anything of it is spoken. Raises :class:`StudioError` ``no_book``."""
        book, at = self._books.get(owner, name), now()
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

    def layout(self, owner: str, name: str) -> Layout:
        """What is to be spoken of the book as it is now.

        Raises :class:`StudioError` ``no_book``, ``no_chapter_on``, ``text_unspeakable`` where none has words.
        """
        book = self._books.get(owner, name)
        parts = tuple(part for part, _ in self._requests(owner, book))
        if not parts:
            is_any = any(chapter.on for chapter in self._books.chapters(owner, name))
            raise StudioError("text_unspeakable" if is_any else "no_chapter_on")
        settled = frozenset(job.hash for job in self._records.parts_of(name) if job.hash and job.state == "done")
        return Layout(book.revision, parts, book.options.format, settled)

    def hashes(self, owner: str, book: Book) -> frozenset[str]:
        """Of all parts as they are to be."""
        return frozenset(part.hash for part, _ in self._requests(owner, book))

    def check_room(self, layout: Layout) -> None:
        """Raises :class:`StudioError` ``book_room`` where the disk has too little room for all of it."""
        folder = self._config.works_path
        while not folder.exists():
            folder = folder.parent
        free, needed = shutil.disk_usage(folder).free, layout.bytes_needed
        if needed > free:
            raise StudioError("book_room", needed=_megabytes(needed), free=_megabytes(free))

    def speak(self, work: BookWork) -> None:
        """Speak all that is not spoken yet. Raises what stops it."""
        owner, name = work.job.owner, work.job.id
        while True:
            layout = self.layout(owner, name)
            self.check_room(layout)
            known = self._tidy(work, layout)
            sizes = {(part.chapter, part.number): part.size for part in layout.parts}
            work.lay_out(layout.size, [(job, sizes[place]) for place, job in known.items()])
            book = self._books.get(owner, name)
            files = self._desk.book_files
            with files.ahead(owner, name, layout.form, lambda: work.cancel.cancelled) as ahead:
                if self._config.works.parts_ahead and not book.options.fit and self._desk.sharing:
                    self._share(work, book, layout, known)
                else:
                    self._speak_parts(work, book, layout, known, ahead)
                if self._books.get(owner, name).revision != layout.revision:
                    continue
                if layout.form:
                    self._bind(work, layout.form, ahead)
            if self._books.get(owner, name).revision == layout.revision:
                self._books.note_again(owner, name, None)
                return

    def _speak_parts(
        self, work: BookWork, book: Book, layout: Layout, known: dict[tuple[int, int], Job], ahead: ChaptersAhead
    ) -> None:
        """Speak them here, one after the other."""
        at_s, chapter = 0.0, 0
        for part, asked in self._requests(work.job.owner, book):
            work.cancel.check()
            if part not in layout.parts:
                return  # changed in this moment
            if part.hash not in layout.settled:
                ahead.begin()
            if chapter not in (0, part.chapter):
                ahead.spoken(chapter)
            chapter = part.chapter
            at_s += self._part(work, book, part, asked, known, at_s).duration_s

    def _share(self, work: BookWork, book: Book, layout: Layout, known: dict[tuple[int, int], Job]) -> None:
        """Offer them to other processes, some ahead of the one that is spoken here."""

        def speak(part: WantedPart, asked: ChapterPart, job: Job, lease: Lease) -> Job:
            return self._spoken(work, part, asked, job, 0.0, lease)

        offers = PartOffers(work, self._records, speak, self._desk.changed)
        for part, asked in self._requests(work.job.owner, book):
            work.cancel.check()
            if part not in layout.parts:
                break
            job = known.get((part.chapter, part.number))
            if job is not None and job.state == "done":
                work.take(job, part.size, spoken=False)
                self._desk.changed(work)
                continue
            offers.add(part, asked, job or self._new(work, book, part, asked.request))
            offers.settle(self._config.works.parts_ahead)
        offers.settle()

    def part_work(self, job: Job, tape: list[Stretch]) -> Work | None:
        """A part that another process offers, to be spoken here; ``None`` where the book is another one by now."""
        book = self._books.get(job.owner, job.book or "")
        voicing = self.voicing(job.owner, book)
        for number, place, asked in spoken_parts(self._books, job.owner, book, voicing, only=job.chapter):
            if place == job.number and not asked.timed and _wanted(number, place, asked).hash == job.hash:
                return _child(job, asked, tape)
        return None

    def _bind(self, work: BookWork, form: str, ahead: ChaptersAhead) -> None:
        """The last stage. Raises :class:`StudioError`."""

        def tell(share: float) -> None:
            work.binding(share)
            self._desk.changed(work)

        tell(0.0)
        owner, name, cancel = work.job.owner, work.job.id, work.cancel
        files = self._desk.book_files
        files.make(owner, name, form, progress=tell, cancel=lambda: cancel.cancelled, ahead=ahead.ended())

    def _requests(self, owner: str, book: Book) -> Iterator[tuple[WantedPart, ChapterPart]]:
        """Every part of a book; one chapter's are in memory."""
        for number, place, asked in spoken_parts(self._books, owner, book, self.voicing(owner, book)):
            yield _wanted(number, place, asked), asked

    def voicing(self, owner: str, book: Book) -> Voicing:
        """How it is spoken, whatever its chapters say."""
        from indextts.reading.text.chars import is_hanzi
        from indextts.sound.export.label import notice_text
        from indextts.works.books.book_contents import settings_of

        options = book.options
        chinese = book.language == "zh" or (not book.language and any(map(is_hanzi, book.title)))
        language: Lang = "zh" if chinese else "en"
        notice = notice_text(language)
        said = "off" if options.fit else options.notice
        return Voicing(
            settings=settings_of(book.settings),
            cast=book.cast,
            words=self._books.words(owner, book.id),
            titles=options.titles,
            most=self._most,
            fit=options.fit,
            length_s=options.length_s or 0.0,
            language=language,
            notice_first=notice if said in ("start", "both") else "",
            notice_last=notice if said in ("end", "both") else "",
        )

    def _tidy(self, work: BookWork, layout: Layout) -> dict[tuple[int, int], Job]:
        """The parts that are jobs already, at their places in ``layout``. Parts no longer needed are removed."""
        spare: defaultdict[str | None, list[Job]] = defaultdict(list)
        for job in self._records.parts_of(work.job.id):
            spare[job.hash].append(job)
        found: dict[tuple[int, int], Job] = {}
        for part in layout.parts:
            if same := spare[part.hash]:
                same.sort(key=lambda job: (job.state != "done", job.chapter != part.chapter, job.number != part.number))
                found[part.chapter, part.number] = same.pop(0)
        self._records.drop([job.id for jobs in spare.values() for job in jobs], by=work.lease)
        for (chapter, number), job in found.items():
            if (job.chapter, job.number) != (chapter, number):
                self._records.change(job.id, by=work.lease, chapter=chapter, part=number)
        return found

    def _part(
        self,
        work: BookWork,
        book: Book,
        part: WantedPart,
        asked: ChapterPart,
        known: dict[tuple[int, int], Job],
        at_s: float,
    ) -> Job:
        """The part, spoken or found, which begins ``at_s`` after the book's beginning."""
        job = known.get((part.chapter, part.number))
        while job is not None and (other := self._desk.part_under_way(job.id)) is not None:
            work.cancel.check()
            other.ended.wait(0.1)  # the thread of an earlier run, which was stopped
            job = self._records.get(job.id) if other.ended.is_set() else job
        if job is None or job.state != "done" or (asked.timed and not self._begins(job.id, at_s)):
            job = self._spoken(work, part, asked, job or self._new(work, book, part, asked.request), at_s)
            work.take(job, part.size, spoken=True)
        else:
            work.take(job, part.size, spoken=False)
        self._desk.changed(work)
        return job

    def _begins(self, job: str, at_s: float) -> bool:
        """Whether a part that has cues was made to begin then."""
        cues = self._records.kept(job, "cues")
        return cues is not None and abs(float(cues["begin_s"]) - at_s) < _SAME_S

    def _new(self, work: BookWork, book: Book, part: WantedPart, request: SpeechRequest) -> Job:
        from indextts.works.db.database import new_id

        whole = work.job
        title = next(one.title for one in book.chapters if one.number == part.chapter) or whole.title
        at = now()
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
        self._records.add(job, kept_request(request), None, by=work.lease)
        return job

    def _spoken(
        self,
        work: BookWork,
        part: WantedPart,
        asked: ChapterPart,
        job: Job,
        at_s: float,
        lease: Lease | None = None,
    ) -> Job:
        """The part as it is once it was spoken. Raises what kept it from that."""
        tape = list(stretches_of(self._records.kept(job.id, "segments")))
        job = replace(job, state="queued", error=None, chapter=part.chapter, number=part.number)
        # Whoever has it still had the book before, and has lost that.
        child = _child(job, asked, tape, at_s, parent=work.cancel)
        child.lease = lease or self._records.take(job.id, force=True, again=True)
        work.under_way(child, part.size)
        self._desk.speak_here(child)
        ended = child.job
        if ended.state == "done":
            return ended
        work.cancel.check()
        if ended.error is not None and ended.error.code == "text_unspeakable":
            return ended  # a line of ornaments: nothing is missed
        raise ended.error or StudioError("cancelled")


def _child(job: Job, asked: ChapterPart, tape: list[Stretch], at_s: float = 0.0, parent: Cancel | None = None) -> Work:
    child = Work(job, lambda pipeline: pipeline.check(asked.request), tape, parent=parent)
    findings = Findings(asked, child.run, at_s)
    child.noted = findings.noted
    if asked.timed:
        child.plan_of = findings.dubbed
    return child


def spoken_parts(
    library: BookLibrary, owner: str, book: Book, voicing: Voicing, *, only: int | None = None
) -> Iterator[tuple[int, int, ChapterPart]]:
    """The numbers of chapter and part, and what is spoken, of a book from its beginning to its end.

    ``only`` one chapter, where that is given.
    """
    on = [one.number for one in book.chapters if one.on]
    for number in on:
        if only not in (None, number):
            continue
        try:
            chapter = library.chapter(owner, book.id, number)
        except StudioError as error:
            if error.code != "no_chapter":
                raise
            return  # fewer than a moment ago
        first, last = number == on[0], number == on[-1]
        for place, asked in enumerate(parts_of(chapter, voicing, first=first, last=last)):
            yield number, place, asked


def _wanted(chapter: int, number: int, part: ChapterPart) -> WantedPart:
    request = part.request
    kept: dict[str, Any] = kept_request(request)
    kept.pop("language", None)  # it is the book's own, and chooses the default voice alone
    if part.timed:
        kept |= {"timed": [asdict(cue) for cue in part.timed], "end_s": part.end_s}
    told = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    written = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    seconds = length_s(request.text) / request.settings.speed
    return WantedPart(chapter, number, len(request.text), seconds, written)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB" if size < 10 * 2**30 else f"{size / 2**30:,.1f} GB"
