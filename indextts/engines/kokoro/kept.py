"""What an edit is to leave as it is: the levels and pitches of a segment's tokens as they are without edits.

The network normalises over a whole line: one longer or higher token makes the others up to 0.6 dB louder or softer, and
a token does not always go as far as its pitch was moved. So an edited line is measured beside the unedited one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from indextts.engines.base import Samples
from indextts.engines.kokoro.asked import Asked
from indextts.engines.kokoro.line import Line
from indextts.model.utterance import Segment
from indextts.sound.edges import apply_gains
from indextts.sound.pitch import track

Doubles = npt.NDArray[np.float64]
Sound = tuple[Samples, Doubles]
"""Of one line: its samples, and the seconds between its symbols."""
Sounds = Sequence[tuple[npt.NDArray[np.floating[Any]], Doubles]]
_Value = TypeVar("_Value")

_SOUNDS: Final = 32
"""Unedited segments whose samples are kept: what is edited was mostly heard a moment ago."""
_MEASURES: Final = 256
_STEP_S: Final = 0.005
_POINTS: Final = 25
"""Places in the inner three fifths of a token where its pitch is compared."""
_FEWEST: Final = 3
"""Of them that have a voice, or its pitch is not known."""
_MOST_DB: Final = 3.0
_MOST_SEMITONES: Final = 2.0
_FOLLOWS: Final = (0.5, 1.5)
"""Shares of what was asked for between which a token is taken to follow."""
_NEAR: Final = 0.2
"""Semitones by which a token may miss its pitch without being synthesised again."""


@dataclass(frozen=True)
class LineHeard:
    """Of one line."""

    levels: Doubles
    """Decibels of each token, ``[N]``."""
    pitches: Doubles
    """Semitones along each token, ``[N, P]``; not-a-number without a voice."""


def is_edited(segment: Segment) -> bool:
    """Whether the pitch or length of a token was edited: levels are put on afterwards, and move nothing else."""
    return any(token.pitch_shift or token.duration_scale != 1.0 for token in segment.tokens)


def unedited(segment: Segment) -> Segment:
    """A copy whose tokens have the pitch, length and level that the network gives them."""
    plain = [replace(token, pitch_shift=0.0, duration_scale=1.0, energy_shift=0.0) for token in segment.tokens]
    return replace(segment, tokens=plain)


def measured(samples: Samples, seconds: Doubles, spans: Sequence[tuple[int, int]], sample_rate: int) -> LineHeard:
    """The tokens of a line: ``spans`` are their symbols, ``seconds`` lie between the symbols."""
    times, hertz = track(samples, sample_rate, _STEP_S)
    semitones = 12.0 * np.log2(hertz)
    levels, pitches = np.zeros(len(spans)), np.full((len(spans), _POINTS), np.nan)
    for place, (first, last) in enumerate(spans):
        begin, end = float(seconds[first]), float(seconds[last])
        own = samples[max(0, round(begin * sample_rate)) : max(0, round(end * sample_rate))].astype(np.float64)
        levels[place] = 10.0 * np.log10(float(np.mean(np.square(own))) + 1e-12) if own.size else 0.0
        if times.size:
            pitches[place] = np.interp(begin + (end - begin) * np.linspace(0.2, 0.8, _POINTS), times, semitones)
    return LineHeard(levels, pitches)


def missed(plain: LineHeard, now: LineHeard, tokens: Sequence[float]) -> Doubles:
    """Semitones by which each of ``tokens``, the edits of their pitch, went too high; 0 where none was edited."""
    misses = np.zeros(len(tokens))
    for place, shift in enumerate(tokens):
        change = now.pitches[place] - plain.pitches[place]
        change = change[np.isfinite(change)]
        if shift and change.size >= _FEWEST:
            misses[place] = np.clip(np.median(change) - shift, -_MOST_SEMITONES, _MOST_SEMITONES)
    return misses


class Unedited:
    """Measures of unedited segments by their keys, and the sounds of the last ones. Thread-safe."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._lock = threading.Lock()
        self._sounds: OrderedDict[str, Sounds] = OrderedDict()
        self._measures: OrderedDict[str, list[LineHeard]] = OrderedDict()

    def keep(self, key: str, sounds: Sounds) -> Sounds:
        """Keep what was synthesised without edits, in half precision."""
        small = [(samples.astype(np.float16), seconds) for samples, seconds in sounds]
        with self._lock:
            _put(self._sounds, key, small, _SOUNDS)
        return small

    def of(self, key: str, lines: Sequence[Line], synthesise: Callable[[], Sounds]) -> list[LineHeard]:
        """The measures of each of ``lines``; ``synthesise`` gives the sounds where they are not kept any more."""
        with self._lock:
            found, sounds = self._measures.get(key), self._sounds.get(key)
        if found is None:
            sounds = self.keep(key, synthesise()) if sounds is None else sounds
            found = [
                measured(samples.astype(np.float32), seconds, line.spans, self._rate)
                for line, (samples, seconds) in zip(lines, sounds, strict=True)
            ]
            with self._lock:
                _put(self._measures, key, found, _MEASURES)
        return found


def brought(
    plain: LineHeard, line: Line, asked: Asked, sound: Sound, sample_rate: int, again: Callable[[], Sound]
) -> Sound:
    """The sound of an edited line with its pitches as they were asked for, and with the levels of the unedited one.

    Where a pitch was missed ``asked`` is corrected, and the line synthesised ``again``, once.
    """
    wanted = list(asked.moved)
    now = measured(*sound, line.spans, sample_rate)
    misses = missed(plain, now, wanted)
    if np.abs(misses).max(initial=0.0) > _NEAR:
        # What went half as far goes the other half when it is asked for twice.
        asked.moved = [
            shift - float(miss / np.clip((shift + miss) / shift, *_FOLLOWS)) if shift else 0.0
            for shift, miss in zip(wanted, misses, strict=True)
        ]
        other = again()
        heard = measured(*other, line.spans, sample_rate)
        if np.abs(missed(plain, heard, wanted)).max() < np.abs(misses).max():
            sound, now = other, heard
    samples, seconds = sound
    decibels = np.zeros(len(line.ids))
    for span, change in zip(line.spans, plain.levels - now.levels, strict=True):
        decibels[slice(*span)] = np.clip(change, -_MOST_DB, _MOST_DB)
    return apply_gains(samples, sample_rate, decibels, seconds), seconds


def _put(kept: OrderedDict[str, _Value], key: str, value: _Value, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
