"""What is found out about a part of a book while it is spoken: its doubtful places, and how its cues came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from indextts.books.parts import ChapterPart
from indextts.platform.run import Run

if TYPE_CHECKING:
    from indextts.books.dubbing import Dubbed
    from indextts.model.utterance import Utterance
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.segment_cache import SegmentAudio


class Findings:
    """Of one part, which begins ``begin_s`` after the beginning of the whole."""

    def __init__(self, part: ChapterPart, run: Run, begin_s: float) -> None:
        self._part = part
        self._run = run
        self._begin_s = begin_s
        self._dubbed: Dubbed | None = None

    def dubbed(self, pipeline: Pipeline, keep: Callable[[SegmentAudio], None]) -> Utterance:
        """The plan that fits the cues. Raises what speaking raises."""
        from indextts.books.dubbing import dub

        part = self._part
        self._dubbed = dub(
            pipeline,
            part.request,
            part.timed,
            begin_s=self._begin_s,
            end_s=part.end_s,
            run=self._run,
            keep=keep,
        )
        return self._dubbed.plan

    def noted(self, plan: Utterance) -> Mapping[str, Any]:
        """The columns of the part's job, once it is spoken."""
        from indextts.books.proof import cue_doubts, doubts_of

        doubts = doubts_of(plan)
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


def _place(doubt: Any) -> tuple[int, int]:
    return doubt.start, doubt.end
