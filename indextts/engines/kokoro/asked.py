"""What settings, decisions and edits ask of each token of a segment: length, pitch, range and level."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.delivery import LOW_TONE_SHARE, Accent, Delivery, EmotionShift, contour
from indextts.engines.kokoro.controls import reading
from indextts.engines.kokoro.line import Line, syllables
from indextts.model.sources import MARKUP, USER
from indextts.model.utterance import Segment, Settings, Token
from indextts.voices.design import Design

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FINAL: Final = 1.1
"""Factor on the length of a Mandarin syllable before a break of level 2."""
_CARRIED: Final[Mapping[int, float]] = {1: 1.5, 2: 1.25, 3: 1.1, 4: 1.1}
"""Factor on the length of a text that is carried, by its syllables: what stands alone is said slowly."""

_NO_ACCENT: Final = Accent()
"""English words that are not marked: the network stresses them, and reduces the small ones, by itself."""
_FOLLOWED: Final = 0.96
"""Share of a token's edit of pitch that the sound follows: the network draws some of the pitch from the symbols."""
_BORDER: Final = 1
"""Half frames before and after a token that move along with it: the sound's pitch comes to a new place in 40 ms."""


@dataclass
class Asked:
    """What is asked of one line."""

    tempo: float
    """Factor on the voice's own rate."""
    pause: float
    """Factor on silences."""
    semitones: float
    """On all of it."""
    spread: float
    """Factor on the range of its pitch."""
    lengths: list[float] = field(default_factory=list)
    """Of each token, as all below; factors on the model's own."""
    gaps: list[float] = field(default_factory=list)
    """Factors on what stands after it: of two neighbours of a run that is edited the one nearer to 1."""
    ranges: list[float] = field(default_factory=list)
    """Factors on the token's own contour around its mean."""
    decibels: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    """Semitones on the whole token."""
    moved: list[float] = field(default_factory=list)
    """Semitones by which its pitch was edited."""
    slopes: list[tuple[float, ...]] = field(default_factory=list)
    """Semitones on each of its syllables, of declination and of the segment's end."""

    def curve(self, edges: Ints, spans: Sequence[tuple[int, int]], size: int) -> Doubles:
        """Semitones of every half frame, ``[size]``; ``edges`` are the frames between symbols."""
        semitones = np.full(size, self.semitones)
        for (first, last), step, slope in zip(spans, self.steps, self.slopes, strict=True):
            begin, end = 2 * int(edges[first]), 2 * int(edges[last])
            middles = (np.arange(len(slope)) + 0.5) / len(slope)
            along = (np.arange(end - begin) + 0.5) / max(1, end - begin)
            semitones[begin:end] += step + np.interp(along, middles, slope)
        edited = np.zeros(size)
        # Of two neighbours the one that was moved further has the border.
        for (first, last), moved in sorted(zip(spans, self.moved, strict=True), key=lambda pair: abs(pair[1])):
            if moved and edges[last] > edges[first]:
                edited[max(0, 2 * int(edges[first]) - _BORDER) : 2 * int(edges[last]) + _BORDER] = moved / _FOLLOWED
        return semitones + edited


def ask(
    segment: Segment,
    settings: Settings,
    shift: EmotionShift,
    design: Design,
    delivery: Delivery,
    lines: Sequence[Line],
) -> list[Asked]:
    """What ``segment`` asks of each of its ``lines``: its own ``settings``, its emotion, the voice's sliders.

    A voice whose resonances are moved is made that much longer and lower first, and played faster.
    """
    melody = delivery.melody(segment)
    tokens = [token for line in lines for token in line.tokens]
    varied, longer = reading(settings.seed, segment.text, len(tokens))
    counts = [max(1, syllables([token])) for token in tokens]
    to_come = list(range(sum(counts) - 1, -1, -1))
    ends = np.maximum(0.0, 1.0 - np.array(to_come) / melody.span)
    slopes = contour(shift, to_come) + melody.end * ends
    tempo = settings.speed * shift.rate * design.rate / design.tract
    pitch = settings.pitch + shift.pitch + melody.pitch + design.pitch - 12.0 * math.log2(design.tract)
    spread = shift.range * melody.range * design.range
    found, place, at = [], 0, 0
    for line in lines:
        asked = Asked(tempo, shift.pause / tempo, pitch, spread)
        carried = _CARRIED.get(syllables(line.tokens), 1.0) if line.carried else 1.0
        for number, token in enumerate(line.tokens):
            accent = delivery.accent(token) if token.lang == "zh" or _was_chosen(token) else _NO_ACCENT
            final = _FINAL if number < len(line.gaps) and _is_phrase_end(line, number) else 1.0
            asked.lengths.append(token.duration_scale * accent.length * float(longer[place]) * carried * final)
            after = line.tokens[number + 1].duration_scale if number + 1 < len(line.tokens) else 1.0
            asked.gaps.append(_between(token.duration_scale, after))
            asked.ranges.append(accent.range)
            asked.decibels.append(token.energy_shift + accent.energy)
            raised = accent.pitch * (LOW_TONE_SHARE if token.reading.endswith("3") else 1.0)
            asked.steps.append(raised + float(varied[place]))
            asked.moved.append(token.pitch_shift)
            asked.slopes.append(tuple(slopes[at : at + counts[place]]))
            at += counts[place]
            place += 1
        found.append(asked)
    return found


def _between(one: float, other: float) -> float:
    """The factor between two tokens with these: an edit of one word alone leaves the words beside it in their place."""
    if min(one, other) > 1.0:
        return min(one, other)
    return max(one, other) if max(one, other) < 1.0 else 1.0


def _was_chosen(token: Token) -> bool:
    """Whether a person or a mark has set how prominent it is."""
    return token.prominence_source in (USER, MARKUP)


def _is_phrase_end(line: Line, number: int) -> bool:
    gap, token = line.gaps[number], line.tokens[number]
    return gap is not None and gap.level == 2 and not gap.chosen and token.lang == "zh"
