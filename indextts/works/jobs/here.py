"""The jobs that this process speaks: which they are, the threads that speak them, and everybody who listens."""

from __future__ import annotations

import functools
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.platform.periodic import Periodic
from indextts.works.db.model import Job, Lease, LeaseLostError, State, stretches_of
from indextts.works.db.requests import request_of
from indextts.works.db.sharing import SharedJobs
from indextts.works.running.listeners import Listeners
from indextts.works.running.runner import Runner, Speaker
from indextts.works.running.work import SpeechTask, Work

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.works.books.book_runner import BookRunner
    from indextts.works.db.records import Records
    from indextts.works.running.playback import Playback
    from indextts.works.sounds.sounds import SoundStore

MOST_LIVE: Final = 8
"""Maximum number of interactive jobs of one owner at the same time."""
MOST_UNDER_WAY: Final = 200
"""… and all that are under way; both in one process."""
_RETRY_S: Final = 10
_TELL_S: Final = 0.5
_LOOK_S: Final = 1.0


class JobsHere:
    """Thread-safe. All of it raises :class:`StudioError` where the store of sounds is set up wrongly."""

    def __init__(
        self,
        speaker: Speaker,
        records: Records,
        sounds: Callable[[], SoundStore],
        playback: Callable[[], Playback],
        books: Callable[[], BookRunner],
        *,
        most: int,
    ) -> None:
        """At most ``most`` background jobs are spoken at the same time; ``books`` gives what speaks books."""
        self._speaker = speaker
        self._records = records
        self._sounds = sounds
        self._playback = playback
        self._books = books
        self._most = most
        self._lock = threading.RLock()
        self._works: dict[str, Work] = {}
        self.listeners: Final = Listeners()
        self.closed = False
        self.left = True
        """Whether there may be jobs without a worker, in a process that is alone."""
        self._leases = records.leases
        self._shared = SharedJobs(records)
        self._tells = Periodic("jobs here", self._tell, _TELL_S)

    @functools.cached_property
    def _runner(self) -> Runner:
        return Runner(self._speaker, self._records, self._sounds(), most=self._most, changed=self._changed)

    def close(self) -> None:
        """Stop all that is spoken, within seconds."""
        self.closed = True
        self._tells.close()
        if "_runner" in vars(self):
            self._runner.close()

    # ------------------------------------------------------------------ which they are

    def work(self, name: str) -> Work | None:
        """The job of that name, where it is spoken here."""
        with self._lock:
            return self._works.get(name)

    def works(self) -> dict[str, Work]:
        """All of them."""
        with self._lock:
            return dict(self._works)

    def forget(self, name: str) -> None:
        """Know nothing of it any more."""
        with self._lock:
            self._works.pop(name, None)

    def room(self) -> int:
        """How many more background jobs would begin at once."""
        return self._runner.room()

    def waiting(self) -> list[Work]:
        """Those whose turn has not come, and that others may take."""
        return self._runner.waiting()

    def _admit(self, work: Work) -> None:
        """Count it as one that is under way. Raises :class:`StudioError` ``queue_full``."""
        job, playback = work.job, self._playback()
        with self._lock:
            if self.closed:
                raise StudioError("stopping", retry_after_s=_RETRY_S)
            others = [one.job for one in self._works.values() if one.job.owner == job.owner and not one.closed]
            live = sum(one.live for one in others)
            if len(others) >= MOST_UNDER_WAY or (job.live and live >= MOST_LIVE):
                raise StudioError("queue_full", waiting=len(others), retry_after_s=_RETRY_S)
            self._works[job.id] = work
            self._tells.start()
            playback.changed(job.id)

    # ------------------------------------------------------------------ beginning and ending

    def begin(self, work: Work, take: Callable[[bool], Lease | None]) -> None:
        """Speak it when it is its turn. ``take`` writes it down, with a lease where that is asked for: at once.

        Raises :class:`StudioError` ``queue_full``, and what ``take`` raises.
        """
        self._admit(work)
        try:
            work.hold(take(work.job.live or self.room() > 0))
        except BaseException:
            self.forget(work.job.id)
            raise
        self._runner.add(work)
        self.listeners.ring(work.job.id)

    def resume(self, job: Job, client: str) -> None:
        """Go on with one that is not under way, when it is its turn. Raises as :meth:`begin`."""
        if (ending := self.work(job.id)) is not None:
            ending.ended.wait(_LOOK_S)
            ending.supersede()
        work = self._work_of(job)
        if work is None:
            raise StudioError("not_found")
        work.take_turns_for(client)

        def take(at_once: bool) -> Lease | None:
            return self._records.take(job.id, force=True, again=True) if at_once else self._queued(job)

        self.begin(work, take)

    def take_over(self, job: Job, lease: Lease | None) -> bool:
        """Go on with one that has no worker, by ``lease`` at once; whether there was something to be spoken.

        Raises as :meth:`begin`; then, and where there was nothing, the lease is given back.
        """
        try:
            work = self._work_of(job)
            if work is not None:
                work.hold(lease)
                self.begin(work, lambda _: lease or self._queued(job))
                return True
            if lease is None:
                raise StudioError("not_found")
        except BaseException:
            self._leases.give_back(lease)
            raise
        self._leases.give_back(lease)
        return False

    def _queued(self, job: Job) -> Lease | None:
        """It waits for its turn; whoever is first then takes the lease."""
        self._records.change(job.id, state="queued", error=None)
        return None

    def stop(self, name: str, state: State) -> bool:
        """End it in ``state``, where it is spoken here; whether its own thread writes that down as well."""
        work = self.work(name)
        if work is None or work.closed:
            return False
        begun = work.lease is not None
        self._runner.stop(work, state)
        return begun

    def stopped(self, name: str) -> None:
        """What :meth:`stop` has ended is written down."""
        if (work := self.work(name)) is not None and work.ended.is_set():
            self._changed(work)
        self.listeners.ring(name)

    def leave(self, work: Work) -> None:
        """Leave one that waits to the process that has it."""
        self._runner.forget(work)

    def told(self, lease: Lease, wish: str) -> None:
        """Another process has a job by now, or wants it to end."""
        work = self.work(lease.name)
        if work is None or work.lease is not lease or work.closed:
            return
        if wish:
            self._runner.stop(work, "cancelled" if wish == "cancelled" else "paused")
        else:
            work.lose()
        self.listeners.ring(lease.name)

    def _work_of(self, job: Job) -> Work | None:
        """What is to be done for it; ``None`` for the part of a book that is another one by now."""
        if job.kind == "book":
            return self._books().whole(job)
        tape = stretches_of(self._records.kept(job.id, "segments"))
        if job.book is not None:
            return self._books().offered(job, tape)
        return Work(job, SpeechTask(functools.partial(self._what, job)), tape)

    def _what(self, job: Job, pipeline: Pipeline) -> SpeechRequest | Utterance:
        """What is to be spoken, checked again: a voice may be gone by now."""
        if job.kind == "plan":
            return pipeline.accept(Utterance.from_json(zlib.decompress(self._records.kept(job.id, "plan"))))
        return pipeline.check(request_of(self._records.kept(job.id, "request")))

    def _tell(self) -> None:
        """Write down how far each job is: all that other processes say of it comes from there."""
        for work in self.works().values():
            self._runner.tell(work)

    def _changed(self, work: Work) -> None:
        """A runner's word: something is another way, or its thread has ended."""
        name = work.job.id
        if work.over:
            if work.job.kind == "book" and work.job.state != "done" and not work.superseded and self.sharing:
                with suppress(StudioError, LeaseLostError):
                    self._shared.stop_parts(name, by=work.lease)
            with self._lock:
                if self._works.get(name) is work:
                    del self._works[name]
                self.left = self.left or work.lost
            self._playback().changed(name)
            self._leases.give_back(work.let_go())
        self.listeners.ring(name)
        if (book := work.job.book) is not None:
            self.listeners.ring(book)

    # ------------------------------------------------------------------ what a book needs of its parts

    def speak_here(self, work: Work) -> None:
        """Speak a part in this thread, for everybody to see."""
        with self._lock:
            self._works[work.job.id] = work
        self._playback().changed(work.job.id)
        self._runner.speak_here(work)

    def part_under_way(self, name: str) -> Work | None:
        """A part that is spoken at this moment."""
        work = self.work(name)
        return None if work is None or work.ended.is_set() else work

    @property
    def sharing(self) -> bool:
        """Whether other processes may speak parts."""
        return self._leases.others()
