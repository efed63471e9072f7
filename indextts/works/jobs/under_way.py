"""Active jobs: which of them this process speaks, which others do, and how abandoned ones are resumed."""

from __future__ import annotations

import functools
import logging
import threading
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.periodic import Periodic
from indextts.works.books.book_runner import BookRunner
from indextts.works.books.book_work import BookWork
from indextts.works.db.claim import Claim
from indextts.works.db.leases import Lease, LeaseLostError
from indextts.works.db.model import Job, State, stretches_of
from indextts.works.db.presence import Presence
from indextts.works.db.records import Records, request_of
from indextts.works.db.sharing import KEEPER, SharedJobs
from indextts.works.jobs.heard import HeardJobs
from indextts.works.running.listeners import Listeners
from indextts.works.running.playback import Playback
from indextts.works.running.runner import Runner, Speaker
from indextts.works.running.work import Work

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline
    from indextts.works.sounds.sounds import SoundStore

log = logging.getLogger(__name__)

_WATCH_S: Final = 0.5
_TELL_S: Final = 0.5
_AT_ONCE: Final = 200
_ALL: Final = 10_000


class JobsUnderWay(HeardJobs):
    """The half of :class:`indextts.works.jobs.jobs.Jobs` that speaks. Thread-safe."""

    def __init__(self, config: Config, speaker: Speaker, records: Records, *, most: int) -> None:
        """At most ``most`` background jobs are spoken at the same time."""
        self._config = config
        self._speaker = speaker
        self._records = records
        self._most = most
        self._lock = threading.RLock()
        self._works: dict[str, Work] = {}
        self.listeners = Listeners()
        self.store = Presence("store of sounds")
        """Whether the sounds can be reached."""
        self.looked_after = False
        """Whether it is this process that sweeps, and goes on with what none of those that live has left."""
        self._claim = Claim(config.works_path)
        self._begun = self._gone_on = self._closed = False
        self._leases = records.leases
        self._leases.on_told(self._told)
        self._shared = SharedJobs(records)
        self._seen: dict[str, object] = {}
        self._watch = Periodic("jobs elsewhere", self._look_elsewhere, _WATCH_S)
        self._tells = Periodic("jobs here", self._tell, _TELL_S)

    @functools.cached_property
    def sounds(self) -> SoundStore:
        """The sounds of all jobs."""
        from indextts.works.sounds.stores import sound_store

        try:
            return sound_store(self._config, self.store)
        except StudioError as error:
            self.store.missed(error)
            raise

    @functools.cached_property
    def playback(self) -> Playback:
        """What is done."""
        return Playback(self._config, self._speaker, self._records, self.sounds)

    @functools.cached_property
    def book_runner(self) -> BookRunner:
        """What speaks books."""
        return BookRunner(self._config, self._records, self.library, self)

    @functools.cached_property
    def _runner(self) -> Runner:
        return Runner(self._speaker, self._records, self.sounds, most=self._most, changed=self._changed)

    def has_room(self) -> bool:
        """Whether a background job would begin at once."""
        return self._runner.room() > 0

    # ------------------------------------------------------------------ beginning, end, order

    def close(self) -> None:
        """Stop all that is spoken, within seconds; a new start, or another process, goes on with it."""
        self._closed = True
        self._watch.close()
        self._tells.close()
        if "book_files" in vars(self):
            self.book_files.close()
        if "_runner" in vars(self):
            self._runner.close()
        self._claim.close()

    def go_on(self) -> None:
        """Take over jobs without a worker: first those of an earlier process, then those that others leave or offer."""
        self._begin()
        if self._closed:
            return
        self._look_after()
        with suppress(StudioError):  # where nothing can be written, nobody shares anything
            self._leases.show()
        sharing = self._leases.others()
        with self._lock:
            if not sharing and (self._gone_on or not self.looked_after):
                return
            self._gone_on = not sharing
        if sharing:
            self._watch.start()
            for work in self._elsewhere(self._runner.waiting()):
                self._runner.forget(work)
        self._take_up(sharing)

    def _tell(self) -> None:
        """Write down how far each job is: all that other processes say of it comes from there."""
        with self._lock:
            works = list(self._works.values())
        for work in works:
            self._runner.tell(work)

    def _begin(self) -> None:
        """Before the file is first used: mark jobs of a process that has ended as background jobs."""
        with self._lock:
            if self._begun or self._closed:
                return
            self._look_after()
            for job in self._records.under_way() if self.looked_after else ():
                # A part goes on with its book.
                if (job.live or job.book is not None) and job.id not in self._works and self._shared.is_free(job.id):
                    self._records.change(job.id, state="paused")
            self._begun = True

    def _look_after(self) -> None:
        if not self.looked_after:
            shared = self._records.database.shared
            self.looked_after = self._leases.take(KEEPER) is not None if shared else self._claim.take()

    def _take_up(self, sharing: bool) -> None:
        """Begin jobs without a worker; where others share the database, no more than can be spoken at once."""
        with self._lock:
            known = set(self._works)
        room = self._runner.room() if sharing else _ALL
        if sharing and self.store.error is not None:
            room = 0  # others may reach the store
        for job in self._shared.orphans(known, most=_AT_ONCE if sharing else _ALL):
            if job.live and job.book is None:
                lease = self._records.take(job.id)
                if lease is not None:  # whoever waited for it does so no more
                    self._records.change(job.id, by=lease, state="paused")
                    self._leases.give_back(lease)
            elif room > 0 and (sharing or job.book is None):
                try:
                    room -= self._take(job, sharing)
                except StudioError as error:
                    log.warning("Job %s cannot be gone on with: %s", job.id, error)

    def _take(self, job: Job, sharing: bool) -> bool:
        """Begin a job if it has no worker, and return whether it was begun."""
        job = replace(job, state="queued")
        if not sharing:
            self._go_on(job, "", take=False)
            return True
        lease = self._records.take(job.id)
        if lease is None:
            return False
        try:
            work = self._work_of(job)
            if work is None:
                self._leases.give_back(lease)
                return False
            work.lease = lease
            self._admit(work)
        except BaseException:
            self._leases.give_back(lease)
            raise
        self._runner.add(work)
        self.listeners.ring(job.id)
        return True

    def _go_on(self, job: Job, client: str, *, take: bool = True) -> None:
        work = self._work_of(job)
        if work is None:
            raise StudioError("not_found")
        work.take_turns_for(client)
        self._admit(work)
        try:
            if take and (job.live or self.has_room()):
                work.lease = self._records.take(job.id, force=True, again=True)
            else:
                self._records.change(job.id, state="queued", error=None)
        except BaseException:
            with self._lock:
                del self._works[job.id]
            raise
        self._runner.add(work)
        self.listeners.ring(job.id)

    def _work_of(self, job: Job) -> Work | None:
        """What is to be done for it; ``None`` for the part of a book that is another one by now."""
        if job.kind == "book":
            return BookWork(job, self.book_runner.speak)
        tape = list(stretches_of(self._records.kept(job.id, "segments")))
        if job.book is not None:
            return self.book_runner.part_work(job, tape)
        return Work(job, functools.partial(self._what, job), tape)

    def _what(self, job: Job, pipeline: Pipeline) -> SpeechRequest | Utterance:
        """What is to be spoken, checked again: a voice may be gone by now."""
        if job.kind == "plan":
            return pipeline.accept(Utterance.from_json(zlib.decompress(self._records.kept(job.id, "plan"))))
        return pipeline.check(request_of(self._records.kept(job.id, "request")))

    def _admit(self, work: Work) -> None:
        """Count it as one that is under way. Raises :class:`StudioError` ``queue_full``."""
        raise NotImplementedError

    def _work(self, name: str) -> Work | None:
        with self._lock:
            return self._works.get(name)

    def _changed(self, work: Work) -> None:
        """A runner's word: something is another way, or its thread has ended."""
        name = work.job.id
        if work.ended.is_set() and work.closed and work.saved:
            if work.job.kind == "book" and work.job.state != "done" and not work.superseded and self.sharing:
                self._take_back(work)
            with self._lock:
                if self._works.get(name) is work:
                    del self._works[name]
                self._gone_on = self._gone_on and not work.lost
            self.playback.changed(name)
            if work.lease is not None:
                lease, work.lease = work.lease, None
                self._leases.give_back(lease)
        self.listeners.ring(name)
        if (book := work.job.book) is not None:
            self.listeners.ring(book)

    # ------------------------------------------------------------------ what others do

    def _told(self, lease: Lease, wish: str) -> None:
        """Another process has it by now, or wants it to end."""
        if lease.name == KEEPER:
            self.looked_after = False
        work = self._work(lease.name)
        if work is None or work.lease is not lease or work.closed:
            return
        if wish:
            state: State = "cancelled" if wish == "cancelled" else "paused"
            self._runner.stop(work, state)
        else:
            work.lose()
        self.listeners.ring(lease.name)

    def _elsewhere(self, works: Iterable[Work]) -> list[Work]:
        """Jobs that another process speaks, or that are no longer wanted."""
        by_name = {work.job.id: work for work in works}
        return [by_name[name] for name in self._shared.gone(by_name)]

    def _look_elsewhere(self) -> None:
        """Notify the subscribers of jobs that other processes speak."""
        names = self.listeners.names()
        with self._lock:
            names -= self._works.keys()
        seen = self._shared.seen(names)
        for name in names:
            if name in self._seen and self._seen[name] != seen.get(name):
                self.listeners.ring(name)
        self._seen = {name: seen.get(name) for name in names}

    # ------------------------------------------------------------------ what a book needs of its parts

    def speak_here(self, child: Work) -> None:
        """Speak a part in this thread, for everybody to see."""
        with self._lock:
            self._works[child.job.id] = child
        self.playback.changed(child.job.id)
        self._runner.speak_here(child)

    def part_under_way(self, name: str) -> Work | None:
        """A part that is spoken at this moment."""
        work = self._work(name)
        return None if work is None or work.ended.is_set() else work

    def changed(self, work: Work) -> None:
        """Tell of a book."""
        self.listeners.ring(work.job.id)

    @property
    def sharing(self) -> bool:
        """Whether other processes may speak parts."""
        return self._leases.others()

    def _take_back(self, book: Work) -> None:
        """End what others speak of a book, and what is offered to them."""
        with suppress(StudioError, LeaseLostError):
            self._shared.stop_parts(book.job.id, by=book.lease)
