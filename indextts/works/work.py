"""A job under way: what it has so far, where it stands, and its being written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from indextts.errors import StudioError
from indextts.run import Cancel, Progress, Run
from indextts.runtime.asking import asking
from indextts.runtime.spans import traceparent
from indextts.works.leases import Lease
from indextts.works.media import peaks_of
from indextts.works.model import Job, State, Stretch, kept_error, now, packed_stretches, voice_of, words_of
from indextts.works.records import Records

if TYPE_CHECKING:
    from indextts.pipeline import Pipeline
    from indextts.plan.segment_cache import SegmentAudio
    from indextts.request import SpeechRequest
    from indextts.utterance.model import Utterance
    from indextts.works.media import Pcm

_SAVE_S: Final = 1.0
"""How often what a running job has so far is written down, at most …"""
_SAVE_SHARE: Final = 30.0
"""… and so many times as long as the writing took: that of a long job has megabytes."""


class Work:
    """A job under way. Thread-safe."""

    def __init__(
        self,
        job: Job,
        what: Callable[[Pipeline], SpeechRequest | Utterance],
        tape: list[Stretch],
        parent: Cancel | None = None,
    ) -> None:
        """``what`` gives the checked request or plan; ``tape`` is what an earlier run had.

        With a ``parent`` it stops when that does, and takes its turns in that one's name.
        """
        self.what = what
        self.speaks_itself: Callable[[], None] | None = None
        """What is done in place of speaking ``what``: a book speaks its parts."""
        self.plan_of: Callable[[Pipeline, Callable[[SegmentAudio], None]], Utterance] | None = None
        """Makes a plan of ``what`` by speaking it, as dubbing does, once it is this one's turn.

        It hands on each segment to be kept.
        """
        self.noted: Callable[[Utterance], Mapping[str, Any]] | None = None
        """What is written down beside the spoken plan, by the names of columns, once all of it is spoken."""
        self.cancel = Cancel(client=f"job {job.id}", parent=parent)
        self.run = Run(self.cancel, self._progress)
        self.run.keeps = True
        self.run.awaited = job.live
        self.lock = threading.Lock()
        self.tape = tape
        self.fresh: dict[int, Pcm] = {}
        """Stretches that are not on the disk yet."""
        self.closed = False
        """Whether it was stopped: what its thread still brings counts no more."""
        self.ended = threading.Event()
        """Whether its thread is done with it."""
        self.superseded = False
        """Whether the job is gone on with already: then this one has nothing to say of it any more."""
        self.saved = True
        """Whether how it ended is written down, once it has."""
        self.asking = replace(asking(), trace=traceparent())
        """Who began it, for the log."""
        self.lost = False
        """Whether another process has it by now."""
        self.lease: Lease | None = None
        """The right to speak it; nothing is written of it with one that was lost."""
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

    def lose(self) -> None:
        """Another process speaks it by now, or nobody is to: this one has nothing to say of it any more."""
        with self.lock:
            self.closed = self.superseded = self.saved = self.lost = True
        self.cancel.cancel()

    def take_turns_for(self, client: str) -> None:
        """Where somebody waits for it, it takes its turns beside that client's requests, which go on meanwhile."""
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
            self.fresh.clear()
            end_s = (self.tape[-1].begin + self.tape[-1].size) / self._job.sample_rate if self.tape else 0.0
            self._job = replace(self._job, segments_done=index, duration_s=end_s)

    def is_due(self) -> bool:
        """Whether what it has should be written down again."""
        return time.monotonic() - self._saved_at >= max(_SAVE_S, _SAVE_SHARE * self._save_s)

    def save(self, records: Records, **columns: Any) -> None:
        """Write it down, with other ``columns``. Raises :class:`StudioError`, and :class:`LeaseLostError`."""
        began, self.saved = time.monotonic(), False
        columns |= self._spoken()
        job = self.job
        records.change(
            job.id,
            by=self.lease,
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
            started=job.started,
            work_s=job.work_s,
            **columns,
        )
        self._saved_at, self.saved = time.monotonic(), True
        self._save_s = self._saved_at - began

    def _spoken(self) -> dict[str, Any]:
        """The columns that tell of its segments."""
        with self.lock:
            tape = list(self.tape)
        return {"keys": [one.key for one in tape], "segments": packed_stretches(tape)}


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
