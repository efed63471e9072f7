"""A job under way: what it has so far, where it stands, and its being written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from indextts.model.errors import StudioError
from indextts.platform.asking import asking
from indextts.platform.run import Cancel, Progress, Run
from indextts.platform.spans import traceparent
from indextts.works.db.leases import Lease
from indextts.works.db.model import (
    UNDER_WAY,
    Job,
    State,
    Stretch,
    kept_error,
    now,
    packed_stretches,
    voice_of,
    words_of,
)
from indextts.works.db.records import Records
from indextts.works.running.waiting import waits_for
from indextts.works.sounds.media import peaks_of

if TYPE_CHECKING:
    from indextts.model.utterance import Utterance
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.plan.segment_cache import SegmentAudio
    from indextts.works.sounds.media import Pcm

_SAVE_S: Final = 1.0
"""How often what is told of a running job's segments is written down, at most …"""
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
        """The client that began the job, for the log."""
        self.lost = False
        """Whether another process has it by now."""
        self.lease: Lease | None = None
        """The right to speak it; nothing is written of it with one that was lost."""
        # What stands there of how far it was is its segments' to tell again.
        self._job = replace(job, share=None, left_s=None, waits=None)
        self._known = job.segments_total
        self._waits: StudioError | None = None
        self._tries = 0
        self._tried_at = 0
        self._saving = threading.Lock()
        self._written: dict[str, Any] = {}
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
        idle = self.lease is None and self._job.state == "queued" and self._waits is None
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
            self._heard, self._began = 0, None

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
            job = replace(last, state=state, error=error, started=started, updated=now(), waits=None)
            if state == "done" and self.speaks_itself is None:
                job = replace(job, segments_total=job.segments_done)
            if self.closed and (utterance := self.run.utterance) is not None and self.tape:
                receipt = utterance.receipt  # told along with the state, not a moment later
                job = replace(job, rights=receipt.rights if receipt is not None and receipt.audio else None)
            self._job = replace(job, stage="", place=0, part=0.0) if self.closed else job

    def lose(self) -> None:
        """Another process speaks it by now, or it was cancelled: this process no longer reports on it."""
        with self.lock:
            self.closed = self.superseded = self.saved = self.lost = True
        self.cancel.cancel()

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
            self._heard, self._part = part.index + 1, 0.0
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
            if self.closed or self.superseded or self.lease is None:
                return
            more = self._spoken() if self.is_due() else {}
            if more or self._columns(self.job) != self._written:
                self._write(records, more)

    def _write(self, records: Records, more: Mapping[str, Any]) -> None:
        began, self.saved = time.monotonic(), False
        columns = self._columns(self.job)
        records.change(self._job.id, by=self.lease, **columns, **more)
        self._written, self.saved = columns, True
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
