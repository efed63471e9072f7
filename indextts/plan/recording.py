"""A plan that was spoken, and the file with its sound: what the segment cache no longer holds is read from there.

    speech = service.render(apply(plan, [edit]), recording=Recording(plan, path))

So an edit costs one sentence however long the text is, and the others stay the same to the byte even where they
would not be spoken twice in the same way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indextts.plan.segment_cache import SegmentSound, contents, segment_key
from indextts.utterance.model import Segment, Settings, Utterance


class Recording:
    """The segments of a file of 16 bits, by what they say; nothing is opened before it is asked for."""

    def __init__(self, open_plan: Callable[[], Utterance], path: Path) -> None:
        """``open_plan`` gives the plan as it was spoken into ``path``, with its times."""
        self._open_plan = open_plan
        self._path = path

    def get(self, own: str, settings: Settings, made_with: Mapping[str, str]) -> SegmentSound | None:
        """The sound of the segment with those :func:`contents`.

        ``None`` if it is not there, if its voice is another one now than ``made_with`` says, or if the file is gone.
        """
        segment = self._segments.get(segment_key(own, settings, ""))
        if not made_with.items() <= self._made_with.items():
            return None
        pcm = None if segment is None else self._read(segment.start_s or 0.0, segment.end_s or 0.0)
        return None if segment is None or pcm is None else SegmentSound.of_pcm(from_own_start(segment), pcm)

    @functools.cached_property
    def _plan(self) -> Utterance:
        return self._open_plan()

    @property
    def _made_with(self) -> Mapping[str, str]:
        return {} if self._plan.receipt is None else self._plan.receipt.made_with

    @functools.cached_property
    def _segments(self) -> dict[str, Segment]:
        utterance = self._plan
        spoken = [segment for segment in utterance.segments if segment.end_s is not None]
        return {segment_key(contents(segment), utterance.settings, ""): segment for segment in spoken}

    def _read(self, start_s: float, end_s: float) -> npt.NDArray[np.int16] | None:
        import soundfile

        try:
            with self._path.open("rb") as file, soundfile.SoundFile(file) as sound:
                start = round(start_s * sound.samplerate)
                sound.seek(start)
                pcm: npt.NDArray[np.int16] = sound.read(round(end_s * sound.samplerate) - start, dtype="int16")
                return pcm
        except FileNotFoundError:
            return None


def from_own_start(segment: Segment) -> Segment:
    """A copy of a spoken segment whose times count from its own start."""
    offset_s = segment.start_s or 0.0

    def own(seconds: float | None) -> float | None:
        return None if seconds is None else seconds - offset_s

    tokens = [replace(token, start_s=own(token.start_s), end_s=own(token.end_s)) for token in segment.tokens]
    return replace(segment, tokens=tokens, start_s=own(segment.start_s), end_s=own(segment.end_s))
