"""A book's job under way: the sum of its parts."""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from indextts.errors import StudioError
from indextts.works.model import Job, State, now
from indextts.works.work import Work

if TYPE_CHECKING:
    from indextts.pipeline import Pipeline
    from indextts.request import SpeechRequest

SPOKEN: Final = 0.97
"""Share of the progress that is speaking; the rest is binding."""
_SEGMENT: Final = 18
"""Characters of a segment, about, until one is known."""
_WARNINGS: Final = 20


class BookWork(Work):
    """Thread-safe. What it knows of a part that is done are a few numbers."""

    def __init__(self, job: Job, speak: Callable[[BookWork], None]) -> None:
        """``speak`` does all of it, in a thread of the runner's."""
        super().__init__(job, self._nothing, [])
        self.speaks_itself = functools.partial(speak, self)
        self._fresh = 0.0
        """Characters that were spoken, not found."""
        self._begin_at: float | None = None
        self._child: Work | None = None
        self._child_size = 0
        self._bound: float | None = None
        self._old_stages: Counter[str] = Counter()
        self.lay_out(0)

    def lay_out(self, total: int) -> None:
        """So many characters are to be spoken; parts that are done are told of again."""
        with self.lock:
            self._total, self._size = total, 0
            self._segments, self._duration_s, self._cached = 0, 0.0, 0
            self._warnings: dict[str, StudioError] = {}
            self._bound = None

    def under_way(self, child: Work, size: int) -> None:
        """``child``, a part of ``size`` characters, is spoken from now on."""
        with self.lock:
            self._begin_at = self._begin_at or time.monotonic()
            self._child, self._child_size = child, size

    def take(self, job: Job, size: int, *, spoken: bool) -> None:
        """A part of ``size`` characters is done; ``spoken`` just now."""
        with self.lock:
            self._child = None
            self._size += size
            self._segments += job.segments_done
            self._duration_s += job.duration_s
            if spoken:
                self._fresh += size * _fresh_share(job)
                self._cached += job.cached
                self._old_stages.update(dict(job.stages))
            else:
                self._cached += job.segments_done
            for one in job.warnings:
                if len(self._warnings) < _WARNINGS:
                    self._warnings.setdefault(one.code, one)
            self._job = replace(
                self._job, engine=job.engine or self._job.engine, reason=job.reason or self._job.reason, updated=now()
            )

    def binding(self, share: float) -> None:
        """All is spoken, and so much of the file is written."""
        with self.lock:
            self._bound = share

    @property
    def job(self) -> Job:
        """As it is now."""
        with self.lock:
            if self.closed or not self._total:
                return self._job
            child = None if self._child is None else self._child.job
            return self._sum(child)

    def _sum(self, child: Job | None) -> Job:
        done, size = (0.0, 0) if child is None else (child.progress, self._child_size)
        characters = self._size + done * size
        cut, cut_size = self._segments, self._size
        if child is not None and child.segments_total:
            cut, cut_size = cut + child.segments_total, cut_size + size
        a_segment = cut_size / cut if cut else _SEGMENT
        fresh = self._fresh + (size * _fresh_share(child) if child else 0.0)
        stages = self._old_stages + Counter(dict(child.stages) if child else {})
        left_s = None
        if self._begin_at is not None and fresh > 0:
            left_s = (time.monotonic() - self._begin_at) / fresh * (self._total - characters)
        return replace(
            self._job,
            segments_done=self._segments + (child.segments_done if child else 0),
            segments_total=cut + round((self._total - cut_size) / a_segment),
            duration_s=self._duration_s + (child.duration_s if child else 0.0),
            engine=(child.engine if child else "") or self._job.engine,
            cached=self._cached + (child.cached if child else 0),
            stages=tuple(stages.items()),
            work_s=self._before_s + sum(stages.values()),
            warnings=tuple(self._warnings.values()),
            stage="binding" if self._bound is not None else child.stage if child else "",
            place=child.place if child else 0,
            share=min(1.0, SPOKEN * characters / self._total + (1.0 - SPOKEN) * (self._bound or 0.0)),
            left_s=left_s,
        )

    def set(self, state: State, error: StudioError | None = None) -> None:
        super().set(state, error)
        with self.lock:
            if self.closed:
                self._job = replace(self._job, share=None, left_s=None)

    def _spoken(self) -> dict[str, Any]:
        """None: its parts are written by themselves."""
        return {}

    @staticmethod
    def _nothing(_: Pipeline) -> SpeechRequest:
        raise AssertionError("a book is spoken part by part")


def _fresh_share(job: Job) -> float:
    """How much of a part was spoken rather than found."""
    if not job.segments_total:
        return 0.0
    return max(0, job.segments_done - job.cached) / job.segments_total
