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
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.pipeline.fallback.router import SAMPLE_RATE
from indextts.plan.request import SpeechRequest
from indextts.works.db.model import UNDER_WAY, Job, State, now
from indextts.works.db.records import Wanted, kept_request
from indextts.works.jobs.under_way import JobsUnderWay
from indextts.works.running.waiting import passes
from indextts.works.running.work import Work

MOST_LIVE: Final = 8
"""Maximum number of interactive jobs of one owner at the same time."""
MOST_UNDER_WAY: Final = 200
"""… and all that are under way; both in one process."""

_RETRY_S: Final = 10
_TITLE: Final = 60
_LOOK_S: Final = 1.0


class Jobs(JobsUnderWay):
    """All methods are thread-safe; those that look something up may wait for the disk, none for a synthesis."""

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
        owner has too many under way, ``not_found`` for a project or an earlier job that is not there.
        """
        pipeline = self._speaker.loaded()
        if isinstance(what, Utterance):
            pipeline.accept(what)
            plan: bytes | None = zlib.compress(what.to_json().encode(), 1)
            request = kept_request(SpeechRequest(what.text, what.settings))
        else:
            what = pipeline.check(what)
            plan, request = None, kept_request(what)
        self._begin()
        from indextts.works.db.database import new_id

        if before is not None:
            earlier = self.get(owner, before)
            project = project or earlier.project
        at = now()
        job = Job(
            id=new_id(),
            owner=owner,
            kind="speech" if plan is None else "plan",
            title=title or " ".join(what.text.split())[:_TITLE],
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
        work = Work(job, lambda _: given, [])
        work.take_turns_for(client)
        self._admit(work)
        try:
            work.lease = self._records.add(job, request, plan, take=live or self.has_room())
        except BaseException:
            with self._lock:
                del self._works[job.id]
            raise
        self._runner.add(work)
        return work.job

    def start_book(self, owner: str, book: str, *, client: str = "") -> Job:
        """Speak all of a book that is not spoken as it is now; its job has the book's id.

        Raises :class:`StudioError` ``no_book``, ``book_room``, and as :meth:`start`.
        """
        self._begin()
        new = self.book_runner.new_job(owner, book)
        job = self._known(owner, book)
        if job is not None and job.state in UNDER_WAY:
            return job
        self._check_book(owner, book)  # what is refused leaves no job behind
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

    def _check_book(self, owner: str, book: str) -> None:
        self.book_runner.check_room(self.book_runner.layout(owner, book))

    def counts(self) -> dict[str, int]:
        """How many jobs there are of each state, of all owners."""
        return self._records.counts()

    def waits_s(self) -> float:
        """Seconds that the oldest job of the queue has been waiting there; 0 where none waits."""
        since = self._records.waits_since()
        return 0.0 if since is None else max(0.0, now() - since)

    def get(self, owner: str, name: str) -> Job:
        """The job as it is now."""
        if (work := self._work(name)) is not None:
            job = work.job
            if job.owner != owner:
                raise StudioError("not_found")
            return job
        self._begin()
        return self._records.get(name, owner)

    def listed(self, owner: str, wanted: Wanted = Wanted()) -> tuple[list[Job], int]:  # noqa: B008 - it is frozen
        """Jobs, the newest first, and how many there are on all pages."""
        self._begin()
        works = self.settle(owner)  # what has just ended is asked for by how it ended
        jobs, total = self._records.listed(owner, wanted)
        return [works[job.id].job if job.id in works else job for job in jobs], total

    def settle(self, owner: str, wait_s: float = _LOOK_S) -> dict[str, Work]:
        """Wait a moment until what has just ended of ``owner``'s is written; all that is under way here."""
        with self._lock:
            works = dict(self._works)
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
        if (work := self._work(name)) is not None:
            work.rename(**columns)
        self.listeners.ring(name)
        return self.get(owner, name)

    def delete(self, owner: str, name: str) -> None:
        """Put it away; for a day it can be put back, where it was under way as ``paused``."""
        job = self.get(owner, name)
        if job.state in UNDER_WAY:
            self._stop(owner, name, "paused")
        with self._lock:
            self._works.pop(name, None)
        self._records.change(name, deleted=now())
        self.listeners.ring(name)

    def restore(self, owner: str, name: str) -> Job:
        """Put back what was deleted."""
        self._begin()
        self._records.get(name, owner, deleted=True)
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

        A part goes on with its book.
        """
        job = self.get(owner, name)
        if job.state in UNDER_WAY or (job.state == "done" and not again):
            return job
        if job.book is not None:
            self.resume(owner, job.book, client=client, again=True)
            return self.get(owner, name)
        if job.kind == "book":
            self._check_book(owner, name)
        return self._resume(job, client)

    def _resume(self, job: Job, client: str) -> Job:
        name = job.id
        if (ending := self._work(name)) is not None:
            ending.ended.wait(_LOOK_S)
            ending.superseded = True
        self._go_on(replace(job, state="queued", error=None, updated=now()), client)
        return self.get(job.owner, name)

    def left_alone(self, owner: str, name: str) -> bool:
        """Whether it is active and has no worker."""
        job = self.get(owner, name)
        return job.state in UNDER_WAY and self._work(name) is None and self._shared.is_free(name)

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

    def _admit(self, work: Work) -> None:
        """Count it as one that is under way. Raises :class:`StudioError` ``queue_full``."""
        job = work.job
        with self._lock:
            if self._closed:
                raise StudioError("stopping", retry_after_s=_RETRY_S)
            others = [one.job for one in self._works.values() if one.job.owner == job.owner and not one.closed]
            live = sum(one.live for one in others)
            if len(others) >= MOST_UNDER_WAY or (job.live and live >= MOST_LIVE):
                raise StudioError("queue_full", waiting=len(others), retry_after_s=_RETRY_S)
            self._works[job.id] = work
            self._tells.start()
            self.playback.changed(job.id)

    def _stop(self, owner: str, name: str, state: State) -> Job:
        job = self.get(owner, name)
        if job.ended or job.state == state:
            return job
        if job.book is not None:
            self._stop(owner, job.book, state)
            return replace(job, state=state)
        work = self._work(name)
        begun = work is not None and not work.closed and work.lease is not None
        if work is not None and not work.closed:
            self._runner.stop(work, state)
        try:
            if self.sharing:
                self._records.stop(name, state)
                if job.kind == "book":
                    self._shared.stop_parts(name)
            else:
                self._records.change(name, state=state)
        except StudioError as error:
            # The thread that has it writes it down as soon as that can be done; of others nobody would know.
            if not (begun and passes(error)):
                raise
        if work is not None and work.ended.is_set():
            self._changed(work)
        self.listeners.ring(name)
        return replace(self.get(owner, name), state=state)
