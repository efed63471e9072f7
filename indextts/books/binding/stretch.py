"""A chapter's stretch of the file: its sound at the file's rate, with the silence, music and chime that go with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from indextts.books.binding.model import Binding, BoundChapter

Samples = npt.NDArray[np.float32]

_FULL_SCALE: Final = np.float32(32767.0)
_PIECE: Final = 1 << 16


@dataclass
class ChapterStretch:
    """What is heard from one chapter's mark to the next."""

    chapter: BoundChapter
    pauses: tuple[tuple[int, int], ...]
    """Samples of the chapter's sound, and how much silence is put in there; at the chapter's own rate."""
    rate: int  # Of the file
    head: int = 0  # Silence before all; below 0, so much of the chapter's own is left out
    tail: int = 0  # Silence after all but the chime; below 0, so much of the chapter's own is left out
    lead: int = 0  # Samples in which the intro is heard alone
    trail: int = 0  # Samples in which the outro is heard alone
    beds: list[tuple[int, Samples]] = field(default_factory=list)
    """Music beneath the speech, and where it begins, counted from the end of ``head``."""
    chime: Samples = field(default_factory=lambda: np.zeros(0, np.float32))  # With the silence after it

    @staticmethod
    def of(chapter: BoundChapter, rate: int, options: Binding) -> ChapterStretch:
        wanted = [(chapter.title_samples, options.title_pause_s)] if chapter.title_samples else []
        wanted += [(joint, options.part_pause_s) for joint in chapter.joints]
        pauses = {at: round(seconds * chapter.rate) for at, seconds in wanted if seconds > 0 and at < chapter.samples}
        return ChapterStretch(chapter, tuple(sorted(pauses.items())), rate)

    @property
    def spoken(self) -> int:
        """Samples of the chapter with the pauses inside it, at the file's rate."""
        return round((self.chapter.samples + sum(length for _, length in self.pauses)) * self.rate / self.chapter.rate)

    @property
    def samples(self) -> int:
        return self.head + self.lead + self.spoken + self.trail + self.tail + self.chime.size

    def time(self, seconds: float, *, end: bool = False) -> float:
        """When something is heard in this stretch that begins, or ends, at ``seconds`` in the chapter's own sound."""
        at = seconds * self.chapter.rate + (-0.5 if end else 0.5)
        added = sum(length for place, length in self.pauses if place <= at)
        return max(0.0, seconds + added / self.chapter.rate + (self.head + self.lead) / self.rate)

    @property
    def begin_s(self) -> float:
        """When the first sound of the chapter itself is heard."""
        return (self.head + self.lead) / self.rate

    def pieces(self) -> Iterator[Samples]:
        """All of it, piece by piece."""
        if self.head > 0:
            yield from _silence(self.head, self.rate)
        at = min(0, self.head)
        end = at + self.lead + self.spoken + self.trail + min(0, self.tail)
        for piece in self._inner():
            piece = self._with_music(piece, at)
            begin, at = at, at + piece.size
            piece = piece[max(0, -begin) : max(0, end - begin)]
            if piece.size:
                yield piece
        yield from _silence(max(0, self.tail), self.rate)
        if self.chime.size:
            yield self.chime

    def _inner(self) -> Iterator[Samples]:
        yield from _silence(self.lead, self.rate)
        yield from _resampled(self._with_pauses(), self.chapter.rate, self.rate, self.spoken)
        yield from _silence(self.trail, self.rate)

    def _with_music(self, piece: Samples, at: int) -> Samples:
        for begin, bed in self.beds:
            first, last = max(at, begin), min(at + piece.size, begin + bed.size)
            if first < last:
                piece = piece.copy()
                piece[first - at : last - at] += bed[first - begin : last - begin]
        return piece

    def _with_pauses(self) -> Iterator[Samples]:
        """The chapter's sound at its own rate. Raises ``ValueError`` where there is more or less than it says."""
        at, pauses = 0, list(self.pauses)
        for pcm in (part[at : at + _PIECE] for part in self.chapter.parts() for at in range(0, part.size, _PIECE)):
            samples = pcm.astype(np.float32) / _FULL_SCALE
            while pauses and pauses[0][0] < at + samples.size:
                place, length = pauses.pop(0)
                yield samples[: place - at]
                yield from _silence(length, self.chapter.rate)
                samples, at = samples[place - at :], place
            at += samples.size
            if at > self.chapter.samples:
                break
            yield samples
        if at != self.chapter.samples:
            raise ValueError(f"{self.chapter.title}: {at} samples, not {self.chapter.samples}")


def _silence(samples: int, rate: int) -> Iterator[Samples]:
    for at in range(0, samples, rate):
        yield np.zeros(min(rate, samples - at), np.float32)


def _resampled(pieces: Iterator[Samples], source: int, target: int, length: int) -> Iterator[Samples]:
    """``pieces`` at another rate, ``length`` samples in all."""
    if source == target:
        yield from pieces
        return
    stream = soxr.ResampleStream(source, target, 1, dtype="float32", quality="VHQ")
    for piece in pieces:
        fitted = stream.resample_chunk(piece)[:length]
        length -= fitted.size
        yield fitted
    fitted = stream.resample_chunk(np.zeros(0, np.float32), last=True)[:length]
    yield np.pad(fitted, (0, length - fitted.size))
