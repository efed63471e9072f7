"""A job under way: what it has so far, where it stands, and its being written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from indextts.model.errors import StudioError
from indextts.platform.asking import asking
from indextts.platform.run import Cancel, Progress, Run
from indextts.platform.spans import traceparent
from indextts.works.db.model import (
    UNDER_WAY,
    Job,
    Lease,
    State,
    Stretch,
    kept_error,
    now,
    packed_stretches,
    voice_of,
    words_of,
)
from indextts.works.running.pace import Pace
from indextts.works.running.waiting import waits_for
from indextts.works.sounds.pcm import Pcm, peaks_of

if TYPE_CHECKING:
    from indextts.model.utterance import Settings, Utterance
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.plan.segment_cache import SegmentAudio
    from indextts.works.db.records import Records

_LATE: Final = 10
"""Segments whose pace tells how long the others will take."""
_SAVE_S: Final = 1.0
"""How often what is told of a running job's segments is written down, at most …"""
_SAVE_SHARE: Final = 30.0
"""… and so many times as long as the writing took: that of a long job has megabytes."""


class Phase(Enum):
    """Where a :class:`Work` stands, as its job's state does not tell it."""

    OPEN = auto()
    """Its thread speaks it, or will."""
    CLOSED = auto()
    """It was stopped, or ended: what its thread still brings counts no more."""
    SUPERSEDED = auto()
    """As that, and its job is gone on with already: this one has nothing to say of it any more."""
    LOST = auto()
    """Another process has the job by now, or it was cancelled there."""


class Booth(Protocol):
    """What a :class:`Task` speaks with: the work at hand, a worker's turn, and the store of sounds."""

    @property
    def run(self) -> Run:
        """The course of the work."""

    def pipeline(self) -> Pipeline:
        """Raises :class:`StudioError` ``loading``."""

    def begin(self) -> None:
        """From now on it is being spoken."""

    def turn(self, settings: Settings) -> AbstractContextManager[None]:
        """Within, it has a worker and is being spoken; waits for that."""

    def say(self, what: SpeechRequest | Utterance) -> None:
        """Speak it, segment by segment, for everybody to hear."""

    def keep(self, part: SegmentAudio, share: float | None = None) -> None:
        """Bring a segment's sound onto the disk, and tell a ``share`` of the work that is done though it is not heard.

        Raises :class:`StudioError` that says why it has no room there.
        """


class Task(Protocol):
    """What is done for a job: a request spoken, a dub, or a whole book."""

    def speak(self, booth: Booth) -> None:
        """All of it, in this thread; once more after a pause where something was away. Raises what stops it."""

    def noted(self, plan: Utterance) -> Mapping[str, Any]:
        """What is written down beside the spoken plan, by the names of columns, once all of it is spoken."""


class SpeechTask:
    """Speaks a request, or a plan as it is."""

    def __init__(self, what: Callable[[Pipeline], SpeechRequest | Utterance]) -> None:
        """``what`` gives the checked request or plan."""
        self._what = what

    def speak(self, booth: Booth) -> None:
        what = self._what(booth.pipeline())
        with booth.turn(what.settings):
            booth.say(what)

    def noted(self, plan: Utterance) -> Mapping[str, Any]:
        return {}


class Work:
    """A job under way. Thread-safe."""

    def __init__(
        self,
        job: Job,
        task: Task,
        tape: Sequence[Stretch] = (),
        *,
        lease: Lease | None = None,
        parent: Cancel | None = None,
    ) -> None:
        """``tape`` is what an earlier run had; ``lease`` the right to speak it, where that is had already.

        With a ``parent`` it stops when that does, and takes its turns in that one's name.
        """
        self.task: Final = task
        self.cancel = Cancel(client=f"job {job.id}", parent=parent)
        self.run = Run(self.cancel, self._progress)
        self.run.keeps = True
        self.run.awaited = job.live
        self.lock = threading.Lock()
        self.tape = list(tape)
        self.fresh: dict[int, Pcm] = {}
        """Stretches that are not on the disk yet."""
        self.ended = threading.Event()
        """Whether its thread is done with it."""
        self.asking: Final = replace(asking(), trace=traceparent())
        """The client that began the job, for the log."""
        self._phase = Phase.OPEN
        self._unwritten = False
        self._lease = lease
        # What stands there of how far it was is its segments' to tell again.
        self._job = replace(job, share=None, left_s=None, waits=None)
        self._known = job.segments_total
        self._waits: StudioError | None = None
        self._tries = 0
        self._tried_at = 0
        self._saving = threading.Lock()
        self._written: dict[str, Any] = {}
        self._pace = Pace(_LATE)
        self._stage, self._place, self._part = "queue", 0, 0.0
        self._before_s = job.work_s
        self._saved_at = time.monotonic()
        self._save_s = 0.0

    @property
    def closed(self) -> bool:
        """Whether it was stopped, or has ended: what its thread still brings counts no more."""
        return self._phase is not Phase.OPEN

    @property
    def superseded(self) -> bool:
        """Whether the job is gone on with already, here or elsewhere."""
        return self._phase in (Phase.SUPERSEDED, Phase.LOST)

    @property
    def lost(self) -> bool:
        """Whether another process has it by now."""
        return self._phase is Phase.LOST

    @property
    def over(self) -> bool:
        """Whether its thread is done with it and nothing is left to be written of it."""
        return self.ended.is_set() and self.closed and (self.superseded or not self._unwritten)

    @property
    def lease(self) -> Lease | None:
        """The right to speak it; nothing is written of it with one that was lost."""
        return self._lease

    def hold(self, lease: Lease | None) -> None:
        """Speak it by that right."""
        self._lease = lease

    def let_go(self) -> Lease | None:
        """The right to speak it, which this one has no more."""
        lease, self._lease = self._lease, None
        return lease

    @property
    def job(self) -> Job:
        """As it is now."""
        with self.lock:
            run, job = self.run, self._job
            pace_s = self._pace.seconds_for(1.0)
            stages = tuple((stage.name, stage.seconds) for stage in run.stages)
            if self.closed:
                return self._as_recorded(replace(job, stages=stages))
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
                waits=self._waits_now(),
            )

    def _waits_now(self) -> StudioError | None:
        idle = self._lease is None and self._job.state == "queued" and self._waits is None
        return StudioError("waits_place") if idle else self._waits

    def _as_recorded(self, job: Job) -> Job:
        """``job``, which has ended; one that is done counts as such once that is written down."""
        if self._waits is None or job.state != "done":
            return job
        return replace(job, state="running", waits=self._waits)

    def wait_for(self, error: StudioError | None) -> None:
        """From now on it waits until ``error`` has passed; ``None``: it goes on."""
        with self.lock:
            self._waits = None if error is None else waits_for(error)

    def tries(self) -> int:
        """How often it was begun again since it last got further."""
        done = self.job.segments_done
        self._tries, self._tried_at = 0 if done > self._tried_at else self._tries + 1, done
        return self._tries

    def renew(self) -> None:
        """Begin once more, with what it has."""
        with self.lock:
            self.run.renew()
            self._pace.forget()

    def set(self, state: State, error: StudioError | None = None) -> None:
        """From now on it is in that state."""
        last = self.job
        with self.lock:
            if self.closed:
                return  # stopped in this moment
            ends = state not in UNDER_WAY
            if ends:
                self._phase = Phase.CLOSED
            started = last.started or (now() if state == "running" else None)
            job = replace(last, state=state, error=error, started=started, updated=now(), waits=None)
            if state == "done":
                job = self._completed(job)
            if ends and (utterance := self.run.utterance) is not None and self.tape:
                receipt = utterance.receipt  # told along with the state, not a moment later
                job = replace(job, rights=receipt.rights if receipt is not None and receipt.audio else None)
            self._job = replace(job, stage="", place=0, part=0.0) if ends else job

    @staticmethod
    def _completed(job: Job) -> Job:
        """``job``, all of which is spoken: it had as many segments as it has now."""
        return replace(job, segments_total=job.segments_done)

    def lose(self) -> None:
        """Another process speaks it by now, or it was cancelled: this process no longer reports on it."""
        with self.lock:
            self._phase = Phase.LOST
        self.cancel.cancel()

    def supersede(self) -> None:
        """Its job, which was stopped, is gone on with by another."""
        with self.lock:
            if self._phase is not Phase.LOST:
                self._phase = Phase.SUPERSEDED

    def take_turns_for(self, client: str) -> None:
        """An interactive job takes its turns beside that client's requests, which go on meanwhile."""
        if self._job.live and client:
            self.cancel.client = f"{client} live"

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
            self._pace.see(part.index + 1)
            self._part = 0.0
            end = self.tape[-1]
            self._job = replace(
                self._job,
                segments_done=len(self.tape),
                segments_total=max(part.total, len(self.tape), self._known),
                duration_s=(end.begin + end.size) / part.sample_rate,
                engine=part.engine,
                reason=part.reason,
                warnings=part.warnings,
                updated=now(),
            )

    def far(self, share: float) -> None:
        """So much is done, though nothing of it can be heard yet."""
        with self.lock:
            self._job = replace(self._job, share=max(share, self._job.share or 0.0))

    def kept(self, index: int) -> None:
        """The stretch ``index`` is on the disk."""
        with self.lock:
            self.fresh.pop(index, None)

    def drop(self, index: int) -> None:
        """Forget the stretches from ``index`` on: they could not be kept."""
        with self.lock:
            del self.tape[index:]
            self.fresh.clear()
            end_s = (self.tape[-1].begin + self.tape[-1].size) / self._job.sample_rate if self.tape else 0.0
            self._job = replace(self._job, segments_done=index, duration_s=end_s)

    def is_due(self) -> bool:
        """Whether what it has should be written down again."""
        return time.monotonic() - self._saved_at >= max(_SAVE_S, _SAVE_SHARE * self._save_s)

    def save(self, records: Records, **columns: Any) -> None:
        """Write it down, with other ``columns``. Raises :class:`StudioError`, and :class:`LeaseLostError`."""
        with self._saving:
            self._write(records, {**columns, **self._spoken()})

    def tell(self, records: Records) -> None:
        """Write down how far it is, where that is another than was written last and it has not ended; what is told
        of its segments as well when that is due. Raises as :meth:`save`.
        """
        with self._saving:
            # The end is written by its own thread, behind this.
            if self.closed or self._lease is None:
                return
            more = self._spoken() if self.is_due() else {}
            if more or self._columns(self.job) != self._written:
                self._write(records, more)

    def _write(self, records: Records, more: Mapping[str, Any]) -> None:
        began, self._unwritten = time.monotonic(), True
        columns = self._columns(self.job)
        records.change(self._job.id, by=self._lease, **columns, **more)
        self._written, self._unwritten = columns, False
        if more:
            self._saved_at = time.monotonic()
            self._save_s = self._saved_at - began

    @staticmethod
    def _columns(job: Job) -> dict[str, Any]:
        left_s = None if job.ended else job.eta_s
        return {
            "state": job.state,
            "segments_total": job.segments_total,
            "segments_done": job.segments_done,
            "duration_s": job.duration_s,
            "engine": job.engine,
            "reason": None if job.reason is None else list(job.reason),
            "stages": [list(stage) for stage in job.stages],
            "cached": job.cached,
            "warnings": [kept_error(one) for one in job.warnings],
            "error": None if job.error is None else kept_error(job.error),
            "started": job.started,
            "rights": None if job.rights is None else dict(job.rights),
            "work_s": job.work_s,
            "share": round(job.progress, 4) if job.state in UNDER_WAY else None,
            "left_s": None if left_s is None else round(left_s, 1),
            "waits": None if job.waits is None else kept_error(job.waits),
        }

    def _spoken(self) -> dict[str, Any]:
        """The columns that tell of its segments."""
        with self.lock:
            tape = list(self.tape)
        return {"keys": [one.key for one in tape], "segments": packed_stretches(tape)}


def _stretch(part: SegmentAudio, utterance: Utterance, tape: list[Stretch]) -> tuple[Stretch, Pcm]:
    segment = utterance.segments[part.index]
    pcm = np.zeros(part.samples.size, np.int16)
    heard = pcm[:0] if part.sound is None else part.sound.pcm[: pcm.size - part.lead]
    spoken = heard.size
    pcm[part.lead : part.lead + spoken] = heard
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
