"""A chapter's sound, as it was spoken part by part, for the files that are made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from indextts.works.db.model import Job
from indextts.works.running.playback import Playback
from indextts.works.sounds.pcm import Pcm


class HeardChapter:
    """What is heard of a chapter, read from the disk as often as it is asked for."""

    def __init__(self, playback: Playback, parts: Sequence[Job], sizes: Sequence[int]) -> None:
        self._playback = playback
        self._parts = parts
        self._begins = [0, *accumulate(sizes)]

    def pieces(self) -> Iterator[Pcm]:
        for part in self._parts:
            for stretch in self._playback.read_tape(part.id, part.updated):
                yield self._playback.read(part.id, stretch)

    def sentences(self) -> Iterator[tuple[float, float, str]]:
        for part, begin in zip(self._parts, self._begins, strict=False):
            for one in self._playback.read_tape(part.id, part.updated):
                start = begin + one.begin + one.lead
                yield start / part.sample_rate, (start + one.sound) / part.sample_rate, one.text

    def title_samples(self, title: str) -> int:
        """Where the words after the title begin, if it is said."""
        said = 0
        for one in self._playback.read_tape(self._parts[0].id, self._parts[0].updated):
            if one.end > len(title.strip()) or one.text.strip() not in title:
                break
            said = one.begin + one.size
        return said
