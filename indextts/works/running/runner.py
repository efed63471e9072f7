"""Speaks jobs in threads of its own: interactive ones at once, of the background ones a few side by side.

Nothing here knows clients. A job ends ``done`` or ``failed``, or is stopped from outside (:meth:`Runner.stop`). What
was spoken stays on the disk in each case, and resuming is rendering again: what is there already costs nothing. So it
waits as well: where database, store or disk are away, it is left where it stands, gives its worker back, and is
rendered again once they are there (:mod:`indextts.works.running.waiting`), however long that takes.
"""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from indextts.model.errors import WATCHED, StudioError
from indextts.model.utterance import Utterance
from indextts.platform.asking import on_behalf
from indextts.platform.memory import is_short, shortage
from indextts.platform.run import Cancel, Progress, Run
from indextts.platform.spans import span
from indextts.works.db.model import LeaseLostError, State
from indextts.works.running.waiting import Waiting, from_disk, passes
from indextts.works.running.work import Work

if TYPE_CHECKING:
    from indextts.model.utterance import Settings
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.plan.segment_cache import SegmentAudio
    from indextts.works.db.records import Records
    from indextts.works.sounds.sounds import SoundStore

log = logging.getLogger(__name__)

_END_S: Final = 5.0
"""How long an order to stop waits for the threads."""


class GivesWay(Protocol):
    """A worker in hand."""

    def give_way(self) -> None:
        """Let others go on whose turn it is, and wait for the next one."""


class Speaker(Protocol):
    """Lends workers and the pipeline; the service implements it."""

    def loaded(self) -> Pipeline:
        """The pipeline. Raises :class:`StudioError` ``loading``, and why it cannot be loaded."""

    def job_turn(
        self, settings: Settings, cancel: Cancel, on_progress: Callable[[Progress], None], *, live: bool
    ) -> AbstractContextManager[GivesWay]:
        """A turn for a job; one that is not ``live`` comes after everybody else."""

    def job_ended(self, outcome: str, first_s: float | None) -> None:
        """Hear of a job that is ``done``, was stopped, or failed with an error's code.

        ``first_s`` is how long a client waited for its first segment; ``None`` for a background job.
        """


class Runner:
    """Threads that speak what they are given. Thread-safe."""

    def __init__(
        self, speaker: Speaker, records: Records, sounds: SoundStore, *, most: int, changed: Callable[[Work], None]
    ) -> None:
        """At most ``most`` background jobs run at the same time; ``changed`` is called on every change.

        What is begun without a lease takes one then, or is left to the process that has it.
        """
        self._speaker = speaker
        self._records = records
        self._sounds = sounds
        self._waiting_for = Waiting(records, sounds)
        self._most = most
        self._changed = changed
        self._lock = threading.Lock()
        self._waiting: list[Work] = []
        self._busy: set[Work] = set()
        self._threads: set[threading.Thread] = set()
        self.stopping = False

    def add(self, work: Work) -> None:
        """Speak ``work`` when it is its turn."""
        with self._lock:
            if work.job.live:
                self._begin(work)
            else:
                self._waiting.append(work)
                self._fill()

    def room(self) -> int:
        """How many more background jobs would begin at once."""
        with self._lock:
            busy = sum(not work.job.live for work in self._busy)
            return 0 if self.stopping else max(0, self._most - busy - len(self._waiting))

    def waiting(self) -> list[Work]:
        """Those whose turn has not come."""
        with self._lock:
            return [work for work in self._waiting if work.lease is None]

    def forget(self, work: Work) -> None:
        """Leave a waiting job to its lease holder."""
        with self._lock:
            if work not in self._waiting:
                return
            self._waiting.remove(work)
        work.lose()
        work.ended.set()
        self._changed(work)

    def speak_here(self, work: Work) -> None:
        """Speak ``work`` in the calling thread: a part of what has its place already."""
        try:
            self._work(work)
        finally:
            work.run.mute()  # what it holds, the plan above all, goes with it and waits for no collection of cycles
            work.ended.set()
            self._changed(work)

    def stop(self, work: Work, state: State) -> None:
        """End it in ``state``; returns at once, with the job in that state."""
        with self._lock:
            if work in self._waiting:
                self._waiting.remove(work)
                work.ended.set()
        if not work.closed:
            work.set(state)
        work.cancel.cancel()

    def close(self) -> None:
        """Stop all threads, leaving the jobs to be gone on with; waits for them a moment."""
        with self._lock:
            self.stopping = True
            self._waiting.clear()
            busy, threads = list(self._busy), list(self._threads)
        for work in busy:
            work.cancel.cancel()
        until = time.monotonic() + _END_S
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _fill(self) -> None:
        """Begin as many as there is room for: of each owner in their order, first of those with the fewest."""
        while self._waiting and not self.stopping:
            speaking = Counter(work.job.owner for work in self._busy if not work.job.live)
            if speaking.total() >= self._most:
                return
            work = min(self._waiting, key=lambda one: speaking[one.job.owner])
            self._waiting.remove(work)
            self._begin(work)

    def _begin(self, work: Work) -> None:
        thread = threading.Thread(target=self._live, args=(work,), name="job", daemon=True)
        self._busy.add(work)
        self._threads.add(thread)
        thread.start()

    def _live(self, work: Work) -> None:
        try:
            if work.lease is None:
                self._take_lease(work)
            if work.lease is None:
                work.lose()
            else:
                about = {"indextts.job": work.job.id, "indextts.kind": work.job.kind}
                with on_behalf(work.asking), span("job", about, parent=work.asking.trace):
                    self._work(work)
        except StudioError as error:
            # It could not be taken: it stays as it is in the database, for whoever comes first.
            log.warning("Job %s cannot be begun: %s", work.job.id, error)
            work.lose()
        except Exception:
            # The thread's outermost boundary: the next job is spoken all the same.
            log.exception("Job %s", work.job.id)
        finally:
            work.run.mute()
            work.ended.set()
            with self._lock:
                self._busy.discard(work)
                self._threads.discard(threading.current_thread())
                self._fill()
            self._changed(work)

    def _take_lease(self, work: Work) -> None:
        """Take the lease of the job unless another process holds it or the job is asked to stop."""
        while not work.cancel.cancelled:
            try:
                work.hold(self._records.take(work.job.id))
            except StudioError as error:
                if not passes(error):
                    raise
                self._await(work, error, lambda: work.cancel.cancelled)
            else:
                return

    def _work(self, work: Work) -> None:
        state, error = self._outcome(work)
        if state != "done" and work.cancel.cancelled:
            state, error = "paused", None  # what it is a part of was stopped
        try:
            columns = self._made(work, state)
        except Exception:
            # How it ended is written down all the same: else it would wait for ever, and its caller with it.
            log.exception("The plan of job %s cannot be stored", work.job.id)
            state, error, columns = "failed", StudioError("internal", request_id=work.job.id), {}
        if not work.closed and not (self.stopping and state == "paused" and work.cancel.cancelled):
            work.set(state, error)
        try:
            self._finish(work, columns)
        finally:
            last = work.job
            if work.closed and not work.lost and last.book is None:
                outcome = last.state if last.error is None else last.error.code
                log.info("Job %s ended: %s, %d segments", last.id, outcome, last.segments_done)
                first_at = work.run.first_at if last.live else None
                self._speaker.job_ended(outcome, None if first_at is None else first_at - work.cancel.began)
            self._changed(work)

    def _outcome(self, work: Work) -> tuple[State, StudioError | None]:
        """Speak it, again and again where something was away meanwhile, and say how it ended."""
        while not work.cancel.cancelled:
            try:
                work.task.speak(_Booth(work, self._speaker, self._sounds, self._changed))
                return "done", None
            except LeaseLostError:
                work.lose()
                break
            except StudioError as told:
                error = told
            except Exception as fault:
                refused = from_disk(fault, self._records.path.parent) if isinstance(fault, OSError) else None
                if refused is None:
                    log.exception("Job %s failed", work.job.id)
                    refused = shortage() if is_short(fault) else StudioError("internal", request_id=work.job.id)
                error = refused
            if not passes(error):
                return "failed", error
            self._await(work, error, lambda: work.cancel.cancelled)
            work.renew()
        return "paused", None

    def _await(self, work: Work, error: StudioError, stopped: Callable[[], bool]) -> None:
        """Wait, for everybody to see, until what ``error`` tells of has passed."""
        log.log(logging.DEBUG if error.code in WATCHED else logging.INFO, "Job %s waits: %s", work.job.id, error)
        tries = work.tries()
        work.wait_for(error)
        self._changed(work)
        try:
            self._waiting_for.until_back(error, stopped, tries=tries)
        finally:
            work.wait_for(None)
            self._changed(work)

    def tell(self, work: Work) -> None:
        """Store the progress for requests to other processes; where that fails, it is tried again soon."""
        try:
            work.tell(self._records)
        except LeaseLostError:
            log.info("Job %s is spoken by another process by now", work.job.id)
            work.lose()
        except StudioError as error:
            level = logging.DEBUG if passes(error) else logging.WARNING
            log.log(level, "How far job %s is could not be written down: %s", work.job.id, error)

    def _finish(self, work: Work, columns: dict[str, Any]) -> None:
        """Write down how it ended, and ``columns``, however long that has to wait."""
        while not work.superseded:
            try:
                work.save(self._records, **columns)
                self._records.database.harden()
                return
            except LeaseLostError:
                log.info("Job %s is spoken by another process by now", work.job.id)
                work.lose()
            except StudioError as error:
                if self.stopping:
                    log.warning("How far job %s is could not be written down: %s", work.job.id, error)
                    return
                self._await(work, error, lambda: self.stopping or work.superseded)

    @staticmethod
    def _made(work: Work, state: State) -> dict[str, Any]:
        """What is stored of a job beside its state: the plan as far as it was spoken, and what follows from it."""
        utterance = work.run.utterance
        if not utterance or not work.tape:
            return {}
        columns: dict[str, Any] = {"plan": zlib.compress(utterance.to_json().encode(), 1)}
        return columns | dict(work.task.noted(utterance) if state == "done" else {})


class _Booth:
    """Where one work is spoken (:class:`indextts.works.running.work.Booth`)."""

    def __init__(self, work: Work, speaker: Speaker, sounds: SoundStore, changed: Callable[[Work], None]) -> None:
        self._work = work
        self._speaker = speaker
        self._sounds = sounds
        self._changed = changed

    @property
    def run(self) -> Run:
        return self._work.run

    def pipeline(self) -> Pipeline:
        pipeline = self._speaker.loaded()
        pipeline.keep_sounds(self._sounds)
        return pipeline

    def begin(self) -> None:
        self._work.set("running")
        self._changed(self._work)

    @contextmanager
    def turn(self, settings: Settings) -> Iterator[None]:
        run, live = self.run, self._work.job.live
        with self._speaker.job_turn(settings, self._work.cancel, run.tell, live=live) as turn:
            run.give_way = turn.give_way
            self.begin()
            yield

    def say(self, what: SpeechRequest | Utterance) -> None:
        pipeline, run = self._speaker.loaded(), self.run
        for part in pipeline.render(what, run=run) if isinstance(what, Utterance) else pipeline.stream(what, run=run):
            self._take(part)

    def _take(self, part: SegmentAudio) -> None:
        """Publish a segment first and write it afterwards, so that a listener does not wait for the disk."""
        utterance = self.run.utterance
        if utterance is None:
            raise RuntimeError("a segment without its plan")
        self._work.hear(part, utterance)
        self._changed(self._work)
        try:
            self.keep(part)
            self._work.kept(part.index)
        except StudioError:
            self._work.drop(part.index)
            raise

    def keep(self, part: SegmentAudio, share: float | None = None) -> None:
        if share is not None:
            self._work.far(share)
            self._changed(self._work)
        if part.sound is not None and part.keys:
            with span("store.keep"):
                self._sounds.keep(part.sound, part.sample_rate, *part.keys)
                self._sounds.note(part.keys[0], part.lately)
