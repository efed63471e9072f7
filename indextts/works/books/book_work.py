"""A book's job under way, which is the sum of its parts, and what is done for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from indextts.books.dubbing import Dubbed, dub
from indextts.books.parts import ChapterPart
from indextts.books.proof import Doubt, cue_doubts, doubts_of
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.works.db.model import Job, State, now
from indextts.works.running.pace import Pace
from indextts.works.running.work import Booth, Work

if TYPE_CHECKING:
    from indextts.model.utterance import Utterance

SPOKEN: Final = 0.97
"""Share of the progress that is speaking; the rest is binding."""
_SEGMENT: Final = 18
"""Characters of a segment, about, until one is known."""
_WARNINGS: Final = 20
_LATE: Final = 40
"""So often is looked how far it is; the time since then tells how long it will take yet."""


@dataclass(slots=True)
class _Part:
    """What a book knows of one of its parts: a few numbers."""

    size: int
    """Characters."""
    whole: bool = False
    done: int = 0
    total: int = 0
    progress: float = 0.0
    duration_s: float = 0.0
    cached: int = 0
    engine: str = ""
    reason: Bilingual | None = None

    def see(self, job: Job) -> None:
        """Take over what ``job`` says of it."""
        self.done, self.total, self.progress = job.segments_done, job.segments_total, job.progress
        self.duration_s, self.cached = job.duration_s, job.cached
        self.engine, self.reason = job.engine, job.reason

    @property
    def characters(self) -> float:
        """Those that are spoken."""
        return self.size * (1.0 if self.whole else self.progress)


class BookWork(Work):
    """Thread-safe. What it tells is the sum of its parts, whichever process speaks them."""

    def __init__(self, job: Job, speak: Callable[[BookWork], None]) -> None:
        """``speak`` does all of it, in a thread of the runner's."""
        super().__init__(job, _BookTask(lambda: speak(self)))
        self._job = replace(job, left_s=None, waits=None)  # shown until it is laid out
        self._bound: float | None = None
        self._length_s = 0.0
        self._old_stages: Counter[str] = Counter()
        self.lay_out(0, ())

    def lay_out(self, total: int, known: Iterable[tuple[Job, int]]) -> None:
        """So many characters are to be spoken; of those parts that are ``known``, jobs with their sizes, some are."""
        with self.lock:
            self._total = total
            self._parts: dict[str, _Part] = {}
            self._warnings: dict[str, StudioError] = {}
            self._bound, self._length_s = None, 0.0
            self._child: Work | None = None
            self._pace = Pace(_LATE)
            for job, size in known:
                part = self._parts[job.id] = _Part(size, job.state == "done")
                part.see(job)
                if part.whole:
                    part.cached = job.segments_done
                    self._warn(job)

    def under_way(self, child: Work, size: int) -> None:
        """``child``, a part of ``size`` characters, is spoken here from now on."""
        with self.lock:
            self._child = child
            self._parts.setdefault(child.job.id, _Part(size))

    def see(self, job: Job, size: int) -> None:
        """A part of ``size`` characters is spoken by another process, and so far now."""
        with self.lock:
            self._parts.setdefault(job.id, _Part(size)).see(job)

    def take(self, job: Job, size: int, *, spoken: bool) -> None:
        """A part of ``size`` characters is done; ``spoken`` just now."""
        with self.lock:
            self._child = None
            part = self._parts.setdefault(job.id, _Part(size))
            part.see(job)
            part.whole = True
            if spoken:
                self._old_stages.update(dict(job.stages))
            else:
                part.cached = job.segments_done
            self._warn(job)
            self._job = replace(self._job, engine=job.engine or self._job.engine, updated=now())

    def _warn(self, job: Job) -> None:
        for one in job.warnings:
            if len(self._warnings) < _WARNINGS:
                self._warnings.setdefault(one.code, one)

    def binding(self, share: float) -> None:
        """All is spoken, and so much of the file is written."""
        with self.lock:
            self._bound = share

    def lasts(self, seconds: float) -> None:
        """The file is whole: with its pauses, and its music, it lasts so long."""
        with self.lock:
            self._length_s = seconds

    @property
    def job(self) -> Job:
        """As it is now."""
        with self.lock:
            if self.closed:
                return self._as_recorded(self._job)
            child = None if self._child is None else self._child.job
            waits = self._waits_now() or (child.waits if child else None)
            if not self._total:
                return replace(self._job, waits=waits)
            return replace(self._sum(child), waits=waits)

    def _sum(self, child: Job | None) -> Job:
        if child is not None and not self._parts[child.id].whole:
            self._parts[child.id].see(child)
        parts = self._parts.values()
        characters = sum(part.characters for part in parts)
        cut, cut_size = sum(part.total for part in parts), sum(part.size for part in parts if part.total)
        a_segment = cut_size / cut if cut else _SEGMENT
        stages = self._old_stages + Counter(dict(child.stages) if child else {})
        self._pace.see(characters)
        fell = next((part for part in parts if part.reason), None)  # the engine of one that was read otherwise
        return replace(
            self._job,
            segments_done=sum(part.done for part in parts),
            segments_total=cut + max(0, round((self._total - cut_size) / a_segment)),
            duration_s=self._length_s or sum(part.duration_s for part in parts),
            engine=(fell or child or self._job).engine or self._job.engine,
            reason=fell.reason if fell else None,
            cached=sum(part.cached for part in parts),
            stages=tuple(stages.items()),
            work_s=self._before_s + sum(stages.values()),
            warnings=tuple(self._warnings.values()),
            stage="binding" if self._bound is not None else child.stage if child else "",
            place=child.place if child else 0,
            share=min(1.0, SPOKEN * characters / self._total + (1.0 - SPOKEN) * (self._bound or 0.0)),
            left_s=self._pace.seconds_for(self._total - characters),
        )

    def renew(self) -> None:
        """Begin once more: its parts tell how far they are when it is laid out again."""
        with self.lock:
            self._child = None

    def set(self, state: State, error: StudioError | None = None) -> None:
        super().set(state, error)
        with self.lock:
            if self.closed:
                self._job = replace(self._job, share=None, left_s=None)

    def _spoken(self) -> dict[str, Any]:
        """None: its parts are written by themselves."""
        return {}

    @staticmethod
    def _completed(job: Job) -> Job:
        """As it is: its parts have said how many segments they have."""
        return job


class _BookTask:
    """Speaks a book (a :class:`indextts.works.running.work.Task`): its parts have the turns."""

    def __init__(self, speak: Callable[[], None]) -> None:
        self._speak = speak

    def speak(self, booth: Booth) -> None:
        booth.begin()
        self._speak()

    def noted(self, plan: Utterance) -> Mapping[str, Any]:
        raise AssertionError("a book is spoken part by part")


class PartTask:
    """Speaks a part of a book (a :class:`indextts.works.running.work.Task`), and finds out what is doubtful in it.

    One that has cues is dubbed: its plan is made by speaking it, so that it fits them.
    """

    def __init__(self, part: ChapterPart, begin_s: float = 0.0) -> None:
        """It begins ``begin_s`` after the beginning of the whole."""
        self._part = part
        self._begin_s = begin_s
        self._dubbed: Dubbed | None = None

    def speak(self, booth: Booth) -> None:
        pipeline = booth.pipeline()
        request = pipeline.check(self._part.request)
        with booth.turn(request.settings):
            if not self._part.timed:
                booth.say(request)
                return
            part, run = self._part, booth.run
            self._dubbed = dub(
                pipeline, part.request, part.timed, begin_s=self._begin_s, end_s=part.end_s, run=run, keep=booth.keep
            )
            found = run.cached
            booth.say(self._dubbed.plan)
            run.cached = found  # what was spoken to make the plan is none that was there before

    def noted(self, plan: Utterance) -> Mapping[str, Any]:
        """Its doubtful places, and how its cues came out."""
        doubts = doubts_of(plan, people=self._part.people)
        columns: dict[str, Any] = {}
        if self._dubbed is not None:
            doubts = sorted([*doubts, *cue_doubts(self._dubbed, self._part.timed, self._begin_s)], key=_place)
            told = [
                {**cue.told(), "start": at.start, "end": at.end}
                for cue, at in zip(self._dubbed.cues, self._part.timed, strict=True)
            ]
            columns["cues"] = {"begin_s": self._begin_s, "cues": told}
        begins = [[one.start, round(one.start_s or 0.0, 3)] for one in plan.segments]
        columns["doubts"] = {"doubts": [one.told() for one in doubts], "segments": begins}
        return columns


def _place(doubt: Doubt) -> tuple[int, int]:
    return doubt.start, doubt.end
