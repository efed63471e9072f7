"""Jobs: what is spoken, or was. They outlive their window, their request and this process.

    jobs = works.jobs
    job = jobs.start(owner, SpeechRequest("你好。"), live=True)
    for job in jobs.follow(owner, job.id):      # until it ended, or was paused
        show(job.progress)
    jobs.sound(owner, job.id)                   # samples
    jobs.plan(owner, job.id)                    # as it was spoken

Every method with an ``owner`` raises :class:`StudioError` ``not_found`` for a job of another owner.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.fallback.router import SAMPLE_RATE
from indextts.plan.request import SpeechRequest
from indextts.sound.export.subtitles import Subtitles
from indextts.works.db.model import UNDER_WAY, Job, State, Stretch, Wanted, new_id, now
from indextts.works.db.requests import kept_request, request_of
from indextts.works.db.sharing import SharedJobs
from indextts.works.jobs.elsewhere import JobsElsewhere
from indextts.works.jobs.here import MOST_UNDER_WAY, JobsHere
from indextts.works.projects.contents import plain_of, shortened
from indextts.works.running.listeners import Listeners
from indextts.works.running.runner import Speaker
from indextts.works.running.waiting import passes
from indextts.works.running.work import SpeechTask, Work
from indextts.works.sounds.pcm import Pcm, floats

if TYPE_CHECKING:
    from indextts.sound.export.subtitles import SubtitleSentence
    from indextts.works.books.book_files import BookFile
    from indextts.works.books.room import BookRoom
    from indextts.works.db.records import Records
    from indextts.works.projects.projects import ProjectLibrary
    from indextts.works.running.playback import Playback

_RETRY_S: Final = 10
_TITLE, _WORD = 60, 8  # characters of a title at most, and of a line that is none
_LOOK_S: Final = 1.0
_ENDING_S: Final = 30.0
"""So long what has just ended may take to be written."""
_BEFORE: Final = Bilingual("what this take was begun with", "此版本开始时所用的声音或模型")
_ANEW: Final = Bilingual(
    "Its project is for commercial use by now: speak the text anew.", "项目已设为商用，请重新合成。"
)
"""What is said of a take that goes on no more."""


class Jobs:
    """All methods are thread-safe; those that look something up may wait for the disk, none for a synthesis."""

    def __init__(
        self,
        speaker: Speaker,
        records: Records,
        here: JobsHere,
        elsewhere: JobsElsewhere,
        playback: Callable[[], Playback],
        books: Callable[[], BookRoom],
        projects: Callable[[], ProjectLibrary],
    ) -> None:
        """``playback`` reads what is done, ``books`` speaks whole books; they are made when they are needed."""
        self._speaker = speaker
        self._records = records
        self._shared = SharedJobs(records)
        self._elsewhere = elsewhere
        self._playback = playback
        self._books = books
        self._projects = projects
        self.here: Final = here
        """Those that this process speaks."""

    @property
    def listeners(self) -> Listeners:
        """Who hears of changes."""
        return self.here.listeners

    def start(
        self,
        owner: str,
        what: SpeechRequest | Utterance,
        *,
        title: str = "",
        project: str | None = None,
        live: bool = False,
        before: str | None = None,
        audio_format: str = "wav",
        client: str = "",
    ) -> Job:
        """Begin a job that speaks a request, or a plan as it is.

        ``live`` says that a client waits for it: it takes its turns as ``client``, like any request. ``before`` is
        the job that this one is an edit of, ``audio_format`` what its sound is usually asked for in.

        Raises :class:`StudioError`: what is wrong with the request or the plan, ``loading``, ``queue_full`` where the
        owner has too many under way, ``no_project``, and ``not_found`` for an earlier job that is not there.
        """
        pipeline = self._speaker.loaded()
        if before is not None:
            project = project or self.get(owner, before).project
        what = replace(what, settings=self.bound(owner, what.settings, project))
        if isinstance(what, Utterance):
            pipeline.accept(what)
            plan: bytes | None = zlib.compress(what.to_json().encode(), 1)
            request = kept_request(SpeechRequest(what.text, what.settings))
        else:
            what = pipeline.check(what)
            plan, request = None, kept_request(what)
        self._elsewhere.begin()
        at = now()
        job = Job(
            id=new_id(),
            owner=owner,
            kind="speech" if plan is None else "plan",
            title=title or _title(what.text),
            project=project,
            sample_rate=SAMPLE_RATE,
            created=at,
            updated=at,
            segments_total=len(what.segments) if isinstance(what, Utterance) else 0,
            live=live,
            before=before,
            format=audio_format,
        )
        given = what
        work = Work(job, SpeechTask(lambda _: given))
        work.take_turns_for(client)
        self.here.begin(work, lambda at_once: self._records.add(job, request, plan, take=at_once))
        return work.job

    def bound(self, owner: str, settings: Settings, project: str | None) -> Settings:
        """``settings`` as a project has them: for commercial use where that is. Raises ``no_project``."""
        if project is None or settings.commercial or not self._projects().is_commercial(owner, project):
            return settings
        return replace(settings, commercial=True)

    def start_book(self, owner: str, book: str, *, client: str = "") -> Job:
        """Speak all of a book that is not spoken as it is now; its job has the book's id.

        Raises :class:`StudioError` ``no_book``, ``book_room``, and as :meth:`start`.
        """
        self._elsewhere.begin()
        runner = self._books().runner
        new = runner.new_job(owner, book)
        job = self._known(owner, book)
        if job is not None and job.state in UNDER_WAY:
            return job
        runner.check(owner, book)  # what is refused leaves no job behind
        if job is not None:
            self._records.change(book, title=new.title, format=new.format)
            return self._resume(replace(job, title=new.title, format=new.format), client)
        self._records.drop([book])  # one that was put away
        self._records.add(new, kept_request(SpeechRequest(new.title)), None)
        return self._resume(new, client)

    def _known(self, owner: str, name: str) -> Job | None:
        try:
            return self.get(owner, name)
        except StudioError as error:
            if error.code != "not_found":
                raise
            return None

    def counts(self) -> dict[str, int]:
        """How many jobs there are of each state, of all owners."""
        return self._records.counts()

    def waits_s(self) -> float:
        """Seconds that the oldest job of the queue has been waiting there; 0 where none waits."""
        since = self._records.waits_since()
        return 0.0 if since is None else max(0.0, now() - since)

    def get(self, owner: str, name: str, *, deleted: bool = False) -> Job:
        """The job as it is now, also one that was ``deleted`` where that is asked for."""
        if (work := self.here.work(name)) is not None:
            job = work.job
            if job.owner != owner:
                raise StudioError("not_found")
            return job
        self._elsewhere.begin()
        return self._records.get(name, owner, deleted=deleted)

    def listed(self, owner: str, wanted: Wanted = Wanted()) -> tuple[list[Job], int]:  # noqa: B008 - it is frozen
        """Jobs, the newest first, and how many there are on all pages."""
        self._elsewhere.begin()
        works = self.settle(owner, _LOOK_S)  # what has just ended is asked for by how it ended
        jobs, total = self._records.listed(owner, wanted)
        return [works[job.id].job if job.id in works else job for job in jobs], total

    def settle(self, owner: str, wait_s: float = _ENDING_S) -> dict[str, Work]:
        """Wait a moment until what has just ended of ``owner``'s is written; all that is under way here."""
        works = self.here.works()
        for work in works.values():
            if work.closed and work.job.owner == owner:
                work.ended.wait(wait_s)
        return works

    def change(
        self,
        owner: str,
        name: str,
        *,
        title: str | None = None,
        favourite: bool | None = None,
        kept: bool | None = None,
    ) -> Job:
        """Change what is given."""
        self.get(owner, name)
        given = {"title": title, "favourite": favourite, "kept": kept}
        columns: dict[str, Any] = {column: value for column, value in given.items() if value is not None}
        self._records.change(name, **columns)
        if (work := self.here.work(name)) is not None:
            work.rename(**columns)
        self.listeners.ring(name)
        return self.get(owner, name)

    def delete(self, owner: str, name: str) -> None:
        """Put it away; for a day it can be put back, where it was under way as ``paused``."""
        job = self.get(owner, name)
        if job.state in UNDER_WAY:
            self._stop(owner, name, "paused")
        self.here.forget(name)
        self._records.change(name, deleted=now())
        self.listeners.ring(name)

    def restore(self, owner: str, name: str) -> Job:
        """Put back what was deleted."""
        self.get(owner, name, deleted=True)
        self._records.change(name, deleted=None)
        return self.get(owner, name)

    def cancel(self, owner: str, name: str) -> Job:
        """Stop it for good; what is spoken stays."""
        return self._stop(owner, name, "cancelled")

    def pause(self, owner: str, name: str) -> Job:
        """Stop it for now."""
        return self._stop(owner, name, "paused")

    def resume(self, owner: str, name: str, *, client: str = "", again: bool = False) -> Job:
        """Resume a stopped job. Nothing happens while it is active, or when it is done and ``again`` is false.

        A part goes on with its book. Raises :class:`StudioError` ``not_commercial`` for a take that was begun before
        its project was for commercial use.
        """
        job = self.get(owner, name)
        if job.state in UNDER_WAY or (job.state == "done" and not again):
            return job
        if job.book is not None:
            self.resume(owner, job.book, client=client, again=True)
            return self.get(owner, name)
        if job.kind == "book":
            self._books().runner.check(owner, name)
            return self._resume(job, client)
        settings = request_of(self._records.kept(name, "request")).settings
        if self.bound(owner, settings, job.project) != settings:
            raise StudioError("not_commercial", what=_BEFORE, instead=_ANEW)
        return self._resume(job, client)

    def _resume(self, job: Job, client: str) -> Job:
        self.here.resume(replace(job, state="queued", error=None, updated=now()), client)
        return self.get(job.owner, job.id)

    def pause_project(self, owner: str, project: str) -> None:
        """Stop all of a project for now."""
        for job in self._records.listed(owner, Wanted(project=project, states=UNDER_WAY, limit=MOST_UNDER_WAY))[0]:
            self.pause(owner, job.id)

    def left_alone(self, owner: str, name: str) -> bool:
        """Whether it is active and has no worker."""
        job = self.get(owner, name)
        return job.state in UNDER_WAY and self.here.work(name) is None and self._shared.is_free(name)

    def follow(self, owner: str, name: str, *, every_s: float = 0.5) -> Iterator[Job]:
        """The job now, then after each change and every so often, until it ended or was paused."""
        changed = threading.Event()
        with self.listeners.listening(name, changed.set):
            while True:
                changed.clear()
                job = self.get(owner, name)
                yield job
                if job.state not in UNDER_WAY:
                    return
                changed.wait(every_s)

    def _stop(self, owner: str, name: str, state: State) -> Job:
        job = self.get(owner, name)
        if job.ended or job.state == state:
            return job
        if job.book is not None:
            self._stop(owner, job.book, state)
            return replace(job, state=state)
        begun = self.here.stop(name, state)
        try:
            if self.here.sharing:
                self._records.stop(name, state)
                if job.kind == "book":
                    self._shared.stop_parts(name)
            else:
                self._records.change(name, state=state)
        except StudioError as error:
            # The thread that has it writes it down as soon as that can be done; of others nobody would know.
            if not (begun and passes(error)):
                raise
        self.here.stopped(name)
        return replace(self.get(owner, name), state=state)

    # ------------------------------------------------------------------ what is heard of them

    def stretches(self, owner: str, name: str, begin: int = 0, *, deleted: bool = False) -> Sequence[Stretch]:
        """The segments that are done, from the one numbered ``begin`` on; ``deleted`` as in :meth:`get`."""
        return self._tape(self.get(owner, name, deleted=deleted))[begin:]

    def pcm(self, owner: str, name: str, index: int) -> Pcm | None:
        """The samples of one stretch; ``None`` where it is not done. What was swept is spoken again."""
        job = self.get(owner, name)
        if (work := self.here.work(name)) is not None:
            with work.lock:
                fresh = work.fresh.get(index)
            if fresh is not None:
                return fresh
        tape = self._tape(job)
        return self._playback().read(name, tape[index]) if 0 <= index < len(tape) else None

    def request(self, owner: str, name: str) -> SpeechRequest:
        """What was asked for; of a plan its text and settings."""
        self.get(owner, name)
        return request_of(self._records.kept(name, "request"))

    def plan(self, owner: str, name: str) -> Utterance:
        """The plan as it was spoken. Raises :class:`StudioError` ``job_unfinished`` while it is spoken."""
        return Utterance.from_json(self.plan_json(owner, name))

    def plan_json(self, owner: str, name: str) -> bytes:
        """The same, as text."""
        self._wait_for(owner, name)
        return self._playback().plan(name)

    def subtitle(self, owner: str, name: str, index: int) -> SubtitleSentence | None:
        """A segment that is done, with its words and their readings, while the job is spoken and after; ``None`` where
        it is not done, or nothing is said in it.
        """
        job = self.get(owner, name)
        tape, work = self._tape(job), self.here.work(name)
        if not 0 <= index < len(tape):
            return None
        under_way = None if work is None else work.run.utterance
        plan = under_way or Utterance.from_json(self._playback().plan(name))
        found = Subtitles.of(replace(plan, segments=plan.segments[index : index + 1])).sentences
        return found[0] if found else None

    def sound(self, owner: str, name: str) -> npt.NDArray[np.float32]:
        """The samples of all that is done, ±1."""
        parts = [self.pcm(owner, name, index) for index in range(len(self.stretches(owner, name)))]
        heard = [part for part in parts if part is not None]
        return floats(np.concatenate(heard)) if heard else np.zeros(0, np.float32)

    def file(self, owner: str, name: str, audio_format: str, chapter: int | None = None) -> Path:
        """The same as a file, or as a deck for Anki (``apkg``), which is kept for a while; of a book also one
        chapter, as soon as that is spoken.

        Raises ``job_unfinished``, ``job_empty``, ``book_binding`` where the file is made in the background meanwhile.
        """
        if self.get(owner, name).kind == "book":
            if chapter is None:
                self._wait_for(owner, name)
            return self._books().files.file(owner, name, audio_format, chapter)
        self._wait_for(owner, name)
        tape, playback = self._tape(self.get(owner, name)), self._playback()
        if not tape:
            raise StudioError("job_empty")
        if audio_format == "apkg":
            return playback.deck(self.get(owner, name), tape)
        return playback.file(name, audio_format, tape, (playback.read(name, one) for one in tape))

    def bind_book(self, owner: str, name: str, form: str, chapter: int | None = None) -> BookFile:
        """Begin to make a file of a book in the background, unless it is there. Raises as :meth:`file`."""
        self._wait_for(owner, name)
        return self._books().files.begin(owner, name, form, chapter)

    def _wait_for(self, owner: str, name: str) -> None:
        """Wait a moment until what has ended is written. Raises :class:`StudioError` while it is spoken."""
        if self.get(owner, name).state in UNDER_WAY:
            raise StudioError("job_unfinished", retry_after_s=_RETRY_S)
        if (work := self.here.work(name)) is not None:
            work.ended.wait(_ENDING_S)

    def _tape(self, job: Job) -> list[Stretch]:
        work = self.here.work(job.id)
        if work is None:
            return self._playback().tape(job.id, job.updated)
        with work.lock:
            return list(work.tape)


def _title(text: str) -> str:
    """What a work without a name is called: its first line, or its beginning where that is a word or a number."""
    lines = [" ".join(line.split()) for line in (plain_of(text).strip() or text).splitlines() if line.strip()] or [""]
    return shortened(lines[0] if len(lines[0]) > _WORD else " ".join(lines), _TITLE)
