"""Speaks jobs in threads of its own: one that somebody waits for at once, of the others a few side by side.

Nothing here knows who asks. A job ends ``done`` or ``failed``, is stopped from outside (:meth:`Runner.stop`), or is
``paused`` because its sound finds no room on the disk. What was spoken stays on the disk in each case, and resuming
is rendering again: what is there already costs nothing.
"""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.run import Cancel, Progress, Run
from indextts.runtime.memory import is_short, shortage
from indextts.utterance.model import Utterance
from indextts.works.media import peaks_of
from indextts.works.model import Job, State, Stretch, kept_error, now, packed_stretches, voice_of, words_of
from indextts.works.records import Records

if TYPE_CHECKING:
    from indextts.pipeline import Pipeline
    from indextts.plan.segment_cache import SegmentAudio
    from indextts.request import SpeechRequest
    from indextts.utterance.model import Settings
    from indextts.works.media import Pcm
    from indextts.works.sounds import SoundStore

log = logging.getLogger(__name__)

_SAVE_S: Final = 1.0
"""How often what a running job has so far is written down, at most …"""
_SAVE_SHARE: Final = 30.0
"""… and so many times as long as the writing took: that of a long job has megabytes."""
_END_S: Final = 5.0
"""How long an order to stop waits for the threads."""


class GivesWay(Protocol):
    """A worker in hand."""

    def give_way(self) -> None:
        """Let others go on whose turn it is, and wait for the next one."""


class Speaker(Protocol):
    """Who lends workers and the pipeline: the service."""

    def loaded(self) -> Pipeline:
        """The pipeline. Raises :class:`StudioError` ``loading``, and why it cannot be loaded."""

    def job_turn(
        self, settings: Settings, cancel: Cancel, on_progress: Callable[[Progress], None], *, live: bool
    ) -> AbstractContextManager[GivesWay]:
        """A turn for a job; one that is not ``live`` comes after everybody else."""


class NoRoomError(Exception):
    """The sound of a segment could not be kept."""

    def __init__(self, reason: StudioError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Work:
    """A job under way. Thread-safe."""

    def __init__(self, job: Job, what: Callable[[Pipeline], SpeechRequest | Utterance], tape: list[Stretch]) -> None:
        """``what`` gives the checked request or plan; ``tape`` is what an earlier run had."""
        self.what = what
        self.cancel = Cancel(client=f"job {job.id}")
        self.run = Run(self.cancel, self._progress)
        self.lock = threading.Lock()
        self.tape = tape
        self.fresh: dict[int, Pcm] = {}
        """Stretches that are not on the disk yet."""
        self.closed = False
        """Whether it was stopped: what its thread still brings counts no more."""
        self.ended = threading.Event()
        """Whether its thread is done with it."""
        self.saved = True
        """Whether how it ended is written down, once it has."""
        self._job = job
        self._heard = 0
        self._stage, self._place, self._part = "queue", 0, 0.0
        self._before_s = job.work_s
        self._began: float | None = None
        self._saved_at = time.monotonic()
        self._save_s = 0.0

    @property
    def job(self) -> Job:
        """As it is now."""
        with self.lock:
            run, job = self.run, self._job
            fresh = self._heard - run.cached
            pace_s = None if self._began is None or fresh <= 0 else (time.monotonic() - self._began) / fresh
            stages = tuple((stage.name, stage.seconds) for stage in run.stages)
            if self.closed:
                return replace(job, stages=stages)
            return replace(
                job,
                segments_total=max(job.segments_total, len(self.tape)),
                stages=stages,
                cached=run.cached,
                work_s=self._before_s + sum(seconds for _, seconds in stages),
                stage=self._stage,
                place=self._place,
                part=self._part,
                pace_s=pace_s,
            )

    def set(self, state: State, error: StudioError | None = None) -> None:
        """From now on it is in that state."""
        last = self.job
        with self.lock:
            if self.closed:
                return  # stopped in this moment
            self.closed = state not in ("queued", "running")
            if state == "running" and self._began is None:
                self._began = time.monotonic()
            started = last.started or (now() if state == "running" else None)
            job = replace(last, state=state, error=error, started=started, updated=now())
            self._job = replace(job, stage="", place=0, part=0.0) if self.closed else job

    def rename(self, **fields: Any) -> None:
        """Take over what a person has changed of it."""
        with self.lock:
            self._job = replace(self._job, **fields)

    def _progress(self, progress: Progress) -> None:
        with self.lock:
            if progress.stage == "queue":
                self._stage, self._place, self._part = "queue", progress.done, 0.0
                return
            self._stage, self._place, self._part = progress.stage, 0, progress.part
            if progress.total > self._job.segments_total:
                self._job = replace(self._job, segments_total=progress.total)

    def hear(self, part: SegmentAudio, utterance: Utterance) -> None:
        """Take in a segment that was just spoken, or found."""
        stretch, pcm = _stretch(part, utterance, self.tape)
        with self.lock:
            if self.closed:
                return
            if part.index < len(self.tape) and self.tape[part.index] != stretch:
                del self.tape[part.index :]  # something is another way now than when it was spoken first
            if part.index == len(self.tape):
                self.tape.append(stretch)
            self.fresh[part.index] = pcm
            self._heard, self._part = part.index + 1, 0.0
            end = self.tape[-1]
            self._job = replace(
                self._job,
                segments_done=len(self.tape),
                segments_total=max(part.total, len(self.tape)),
                duration_s=(end.begin + end.size) / part.sample_rate,
                engine=part.engine,
                reason=part.reason,
                warnings=part.warnings,
                updated=now(),
            )

    def drop(self, index: int) -> None:
        """Forget the stretches from ``index`` on: they could not be kept."""
        with self.lock:
            del self.tape[index:]
            end_s = (self.tape[-1].begin + self.tape[-1].size) / self._job.sample_rate if self.tape else 0.0
            self._job = replace(self._job, segments_done=index, duration_s=end_s)

    def is_due(self) -> bool:
        """Whether what it has should be written down again."""
        return time.monotonic() - self._saved_at >= max(_SAVE_S, _SAVE_SHARE * self._save_s)

    def save(self, records: Records, **columns: bytes) -> None:
        """Write it down, with other ``columns``. Raises :class:`StudioError`."""
        began, self.saved = time.monotonic(), False
        with self.lock:
            tape = list(self.tape)
        job = self.job
        records.change(
            job.id,
            state=job.state,
            segments_total=job.segments_total,
            segments_done=job.segments_done,
            duration_s=job.duration_s,
            engine=job.engine,
            reason=None if job.reason is None else list(job.reason),
            stages=[list(stage) for stage in job.stages],
            cached=job.cached,
            warnings=[kept_error(one) for one in job.warnings],
            error=None if job.error is None else kept_error(job.error),
            keys=[one.key for one in tape],
            segments=packed_stretches(tape),
            started=job.started,
            work_s=job.work_s,
            **columns,
        )
        self._saved_at, self.saved = time.monotonic(), True
        self._save_s = self._saved_at - began


def _stretch(part: SegmentAudio, utterance: Utterance, tape: list[Stretch]) -> tuple[Stretch, Pcm]:
    import numpy as np

    segment = utterance.segments[part.index]
    spoken = 0 if part.sound is None else part.sound.pcm.size
    pcm = np.zeros(part.samples.size, np.int16)
    if part.sound is not None:
        pcm[part.lead : part.lead + spoken] = part.sound.pcm
    begin = tape[part.index - 1].begin + tape[part.index - 1].size if part.index else 0
    stretch = Stretch(
        index=part.index,
        begin=begin,
        lead=part.lead,
        sound=spoken,
        tail=pcm.size - part.lead - spoken,
        key=part.keys[0] if part.keys else "",
        text=segment.text,
        start=segment.start,
        end=segment.end,
        words=words_of(utterance.text, segment),
        peaks=peaks_of(pcm, part.sample_rate),
        voice=voice_of(segment, utterance.settings),
        engine=part.engine,
    )
    return stretch, pcm


class Runner:
    """Threads that speak what they are given. Thread-safe."""

    def __init__(
        self, speaker: Speaker, records: Records, sounds: SoundStore, *, most: int, changed: Callable[[Work], None]
    ) -> None:
        """Of jobs that nobody waits for, ``most`` at the same time; ``changed`` hears of every change."""
        self._speaker = speaker
        self._records = records
        self._sounds = sounds
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
            self._work(work)
        except Exception:
            # The thread's outermost boundary: the next job is spoken all the same.
            log.exception("Job %s", work.job.id)
        finally:
            work.ended.set()
            with self._lock:
                self._busy.discard(work)
                self._threads.discard(threading.current_thread())
                self._fill()
            self._changed(work)

    def _work(self, work: Work) -> None:
        state: State = "done"
        error: StudioError | None = None
        try:
            self._speak(work)
        except NoRoomError as full:
            state, error = "paused", full.reason
        except StudioError as told:
            state, error = "failed", told
        except Exception as fault:
            log.exception("Job %s failed", work.job.id)
            state, error = "failed", shortage() if is_short(fault) else _fault(fault)
        if not work.closed and not (self.stopping and state == "failed" and work.cancel.cancelled):
            work.set(state, error)
        try:
            self._finish(work)
        finally:
            self._changed(work)

    def _speak(self, work: Work) -> None:
        pipeline = self._speaker.loaded()
        pipeline.keep_sounds(self._sounds)
        what, run = work.what(pipeline), work.run
        with self._speaker.job_turn(what.settings, work.cancel, run.tell, live=work.job.live) as turn:
            run.give_way = turn.give_way
            work.set("running")
            self._changed(work)
            parts = pipeline.render(what, run=run) if isinstance(what, Utterance) else pipeline.stream(what, run=run)
            for part in parts:
                self._take(work, part)

    def _take(self, work: Work, part: SegmentAudio) -> None:
        """Hand a segment out, and only then write it: whoever waits for it does not wait for the disk."""
        utterance = work.run.utterance
        if utterance is None:
            raise RuntimeError("a segment without its plan")
        work.hear(part, utterance)
        self._changed(work)
        try:
            if part.sound is not None and part.keys:
                self._sounds.keep(part.sound, part.sample_rate, *part.keys)
            with work.lock:
                work.fresh.pop(part.index, None)
        except StudioError as error:
            work.drop(part.index)
            raise NoRoomError(error) from error
        except OSError as error:
            work.drop(part.index)
            reason = StudioError("not_writable", path=self._sounds.folder, reason=error.strerror or str(error))
            raise NoRoomError(reason) from error
        if work.is_due() and not work.closed:
            self._save(work)

    def _save(self, work: Work, **columns: bytes) -> None:
        try:
            work.save(self._records, **columns)
        except StudioError as error:
            log.warning("How far job %s is could not be written down: %s", work.job.id, error)

    def _finish(self, work: Work) -> None:
        """Write down how it ended, and the plan as far as it was spoken."""
        utterance = work.run.utterance
        spoken = utterance is not None and work.tape
        plan = {"plan": zlib.compress(utterance.to_json().encode(), 1)} if utterance and spoken else {}
        self._save(work, **plan)
        if work.saved:
            self._records.database.harden()


def _fault(error: Exception) -> StudioError:
    words = f"{type(error).__name__}: {error}"
    return StudioError("engine_failed", reason=Bilingual(words, words))
