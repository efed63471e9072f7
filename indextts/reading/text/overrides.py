"""Overrides: stretches of the text whose spoken form or reading is fixed beforehand."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indextts.model.utterance import Lang


@dataclass(frozen=True)
class Override:
    """``text[start:end]`` is read as it says here; offsets are those of the written text.

    One of ``spoken``, ``reading``, ``say_as`` is used, in this order; ``lang`` goes with each of them or alone.
    """

    start: int
    end: int
    reading: str = ""
    """Pinyin syllables with tone numbers, or ARPAbet, separated by spaces; the written characters stay."""
    spoken: str = ""
    """Stands for the stretch, and is normalised in its place."""
    source: str = "user"
    """Becomes ``Token.reading_source``, or the rule of the change."""
    lang: Lang | None = None
    say_as: str = ""
    """One of :data:`indextts.reading.text.say_as.KINDS`."""
    inside: tuple[Override, ...] = ()
    """Readings of parts of ``spoken``, in order and apart; their offsets are those of ``spoken``."""


def in_order(fixed: Sequence[Override], length: int) -> list[Override]:
    """Those inside a text of ``length`` characters, from left to right; of two that overlap, the first."""
    kept: list[Override] = []
    reached = 0
    for stretch in sorted(fixed, key=lambda f: (f.start, -f.end)):
        if reached <= stretch.start < stretch.end <= length:
            kept.append(stretch)
            reached = stretch.end
    return kept


@dataclass(frozen=True)
class PlacedOverride:
    """A :class:`Override` at ``start``–``end`` of the cleaned text."""

    start: int
    end: int
    fixed: Override


def place(fixed: Sequence[Override], starts: Sequence[int]) -> list[PlacedOverride]:
    """Where the stretches lie in a cleaned text whose characters come from ``starts``."""
    found = []
    for stretch in fixed:
        first, last = bisect.bisect_left(starts, stretch.start), bisect.bisect_left(starts, stretch.end)
        if first < last:
            found.append(PlacedOverride(first, last, stretch))
    return found


def parted(placed: PlacedOverride, starts: Sequence[int]) -> Iterator[PlacedOverride]:
    """A stretch with what is decided inside its spoken form, as stretches of their own between what is left of it.

    ``starts`` are the offsets in the spoken form that the cleaned characters of the stretch come from.
    """
    done = placed.start
    for part in placed.fixed.inside:
        first = placed.start + bisect.bisect_left(starts, part.start)
        last = placed.start + bisect.bisect_left(starts, part.end)
        if first < last:
            if done < first:
                yield PlacedOverride(done, first, placed.fixed)
            yield PlacedOverride(first, last, part)
            done = last
    if done < placed.end:
        yield PlacedOverride(done, placed.end, placed.fixed)


def within(placed: Sequence[PlacedOverride], start: int, end: int) -> Iterator[PlacedOverride]:
    """The parts of them inside ``start``–``end``, counted from ``start``."""
    index = bisect.bisect_right(placed, start, key=lambda p: p.end)
    while index < len(placed) and placed[index].start < end:
        part = placed[index]
        yield PlacedOverride(max(part.start, start) - start, min(part.end, end) - start, part.fixed)
        index += 1
