"""What is changed between Kokoro's three graphs: lengths, pitch, silences, and what is not worth decoding."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FRAME_S: Final = 0.025
SILENT_HZ: Final = 7.0
"""F0 of a frame without voice."""
SILENT_ENERGY: Final = -9.2
"""Energy of a silent half frame: about 90 dB below speech."""
_VOICED_HZ: Final = 10.0
_LEAST_HZ: Final = 30.0
"""A voice that is lowered stays one."""
_SPEAKING_HZ: Final = 50.0
"""Below it the model's pitch is on its way between a voice and none."""
_AUDIBLE: Final = -3.0
"""Energy above which a half frame can be heard: about −65 dB."""
_EXCESS: Final = 0.01
"""Share of a line's frames by which it may be longer than asked for."""
_MARGIN: Final = 8
"""Frames kept around what is audible …"""
_STAND_IN: Final = 4
"""… of which so many at each end stand for the silence beyond."""


@dataclass(frozen=True)
class Curves:
    """What the second graph draws of F frames: aligned features and the curves of each half frame."""

    aligned: Floats
    """``[512, F]``."""
    f0: Floats
    """Hz, ``[2 F]``."""
    energy: Floats
    """``[2 F]``."""

    @property
    def frames(self) -> int:
        return int(self.aligned.shape[1])


def whole_frames(durations: Doubles, factor: float) -> tuple[Ints, float]:
    """Whole frames of each symbol, ``[T + 2]``, at ``factor`` of the model's own; and a factor left to be applied.

    At 1 they are the model's own. Otherwise all but the zeros at the ends have as many frames together as was asked
    for: rounding is carried on. No symbol takes less than a frame; where that is more than was asked for, the second
    value, below 1, says by how much all frames are to be pressed together.
    """
    frames = np.maximum(np.round(durations), 1.0)
    if factor == 1.0:
        return frames.astype(np.int64), 1.0
    asked = frames * factor
    asked[[0, -1]] = frames[[0, -1]]
    owed = 0.0
    for place in range(1, frames.size - 1):
        owed += float(asked[place])
        frames[place] = max(1.0, round(owed))
        owed -= float(frames[place])
    given, excess = float(frames.sum()), float((frames - asked).sum())
    return frames.astype(np.int64), 1.0 - excess / given if excess > _EXCESS * given else 1.0


def press(curves: Curves, edges: Ints, factor: float) -> tuple[Curves, Ints]:
    """The same curves in ``factor`` of their frames, and the symbols' ``edges`` in them."""
    count = max(1, round(curves.frames * factor))
    if count == curves.frames:
        return curves, edges
    at = (np.arange(2 * count) + 0.5) * curves.frames / count - 0.5
    return _drawn(curves, at), np.round(edges * (count / curves.frames)).astype(np.int64)


def stretch(
    curves: Curves,
    edges: Ints,
    spans: Sequence[tuple[int, int]],
    factors: Sequence[float],
    gaps: Sequence[float] = (),
) -> tuple[Curves, Ints]:
    """Give each token its factor on its length, to the frame, and what stands after it its factor of ``gaps``, if any.

    ``spans`` are the tokens' symbols in order, ``edges`` the frames between symbols, ``[T + 3]``. The melody is drawn
    before and stretched with its token, so that no edit of one token's length changes another one's pitch. A run of
    tokens whose gaps are stretched as well has the length that was asked for: rounding is carried on inside it.
    """
    moved, pieces, done, shift, owed = edges.copy(), [], 0, 0, 0.0
    for first, last, factor, goes_on in _stretches(spans, factors, gaps):
        begin, end = int(edges[first]), int(edges[last])
        asked = (end - begin) * factor + owed
        count = max(1, round(asked)) if end > begin else 0
        owed = asked - count if goes_on else 0.0
        if count == end - begin:
            continue
        pieces += [np.arange(2.0 * done, 2.0 * begin)]
        pieces += [2.0 * begin + (np.arange(2 * count) + 0.5) * (end - begin) / count - 0.5]
        inner = edges[first : last + 1] - begin
        moved[first : last + 1] = begin + shift + np.round(inner * (count / (end - begin)))
        shift += count - (end - begin)
        moved[last + 1 :] = edges[last + 1 :] + shift
        done = end
    if not pieces:
        return curves, edges
    pieces.append(np.arange(2.0 * done, 2.0 * curves.frames))
    return _drawn(curves, np.concatenate(pieces)), moved


def _stretches(
    spans: Sequence[tuple[int, int]], factors: Sequence[float], gaps: Sequence[float]
) -> Iterator[tuple[int, int, float, bool]]:
    """Runs of symbols with their factors in order, and whether the next run goes on with what this one rounds off."""
    gaps = gaps or [1.0] * len(spans)
    for at, ((first, last), factor) in enumerate(zip(spans, factors, strict=True)):
        goes_on = at + 1 < len(spans) and gaps[at] != 1.0
        yield first, last, factor, goes_on
        if goes_on:
            yield last, spans[at + 1][0], gaps[at], True


def spliced(curves: Curves, edges: Ints, lent: Sequence[tuple[tuple[int, int], Curves, Ints]]) -> tuple[Curves, Ints]:
    """``curves`` with runs of symbols as others have them, each at the pitch that it had; and the new edges.

    ``edges`` are the frames between symbols, ``[T + 3]``; ``lent`` has for each run its first symbol and one past its
    last, the curves of those symbols, and their frames.
    """
    pieces: list[Curves] = []
    lengths, done = np.diff(edges), 0
    for (first, last), run, frames in lent:
        own = between(curves, int(edges[first]), int(edges[last]))
        higher = _middle(own.f0) - _middle(run.f0)
        pieces += [between(curves, done, int(edges[first]))]
        pieces += [replace(run, f0=shape_pitch(run.f0, np.full(run.f0.size, 12.0 * higher), 1.0))]
        lengths[first:last], done = frames, int(edges[last])
    pieces.append(between(curves, done, curves.frames))
    joined = Curves(
        np.concatenate([piece.aligned for piece in pieces], axis=1),
        np.concatenate([piece.f0 for piece in pieces]),
        np.concatenate([piece.energy for piece in pieces]),
    )
    return joined, np.concatenate([[0], np.cumsum(lengths)])


def _middle(f0: Floats) -> float:
    """The mean pitch of the voice in octaves; 0 where there is none."""
    voiced = f0[f0 > _SPEAKING_HZ]
    return float(np.log2(voiced).mean()) if voiced.size else 0.0


def _drawn(curves: Curves, at: Doubles) -> Curves:
    """The curves at ``at`` ``[2 F]``, places among their half frames.

    Features stay those of one symbol, and no pitch is drawn between a voice and none.
    """
    size = curves.f0.size
    at = np.clip(at, 0.0, size - 1.0)
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, size - 1)
    near = np.round(at).astype(np.int64)
    share = at - below
    voiced = (curves.f0[below] > _VOICED_HZ) & (curves.f0[above] > _VOICED_HZ)
    f0 = np.where(voiced, curves.f0[below] * (1.0 - share) + curves.f0[above] * share, curves.f0[near])
    energy = curves.energy[below] * (1.0 - share) + curves.energy[above] * share
    return Curves(curves.aligned[:, near[::2] // 2], f0.astype(np.float32), energy.astype(np.float32))


def shape_pitch(
    f0: Floats, semitones: Doubles, spread: float, accents: Sequence[tuple[int, int, float]] = ()
) -> Floats:
    """``f0`` ``[2 F]`` raised by ``semitones`` ``[2 F]``, its range around the mean scaled by ``spread``.

    ``accents`` name stretches of half frames and a factor on each one's own contour around its mean.
    """
    voiced = f0 > _VOICED_HZ
    if not voiced.any() or (spread == 1.0 and not np.any(semitones) and not accents):
        return f0
    logs = np.log2(np.maximum(f0.astype(np.float64), _VOICED_HZ))
    for begin, end, factor in accents:
        own = voiced[begin:end]
        if own.any():
            mean = float(logs[begin:end][own].mean())
            logs[begin:end] = mean + (logs[begin:end] - mean) * factor
    mean = float(logs[voiced].mean())
    shaped = np.exp2(mean + (logs - mean) * spread + semitones / 12.0)
    return np.where(voiced, np.maximum(shaped, np.minimum(f0, _LEAST_HZ)), f0).astype(np.float32)


def add_silence(curves: Curves, wanted: Sequence[tuple[int, int, float]]) -> tuple[Curves, list[tuple[int, int]]]:
    """Put silent frames into ``curves``; and where: the frame before which they came, and how many.

    ``wanted`` names for each pause the frames between which its quietest place is sought, and the silence in seconds.
    Marks alone make none: the model hums through a mark that is stretched.
    """
    aligned, f0, energy = curves.aligned, curves.f0, curves.energy
    put: list[tuple[int, int]] = []
    for begin, end, seconds in sorted(wanted, reverse=True):
        around = curves.energy[2 * begin : 2 * max(end, begin + 1)]
        silent = float(np.count_nonzero(around < _AUDIBLE)) * FRAME_S / 2.0
        count = round(max(0.0, seconds - silent) / FRAME_S)
        if not count:
            continue
        place = begin + int(np.argmin(around.reshape(-1, 2).sum(axis=1)))
        column = aligned[:, place : place + 1]
        aligned = np.concatenate([aligned[:, :place], np.repeat(column, count, axis=1), aligned[:, place:]], axis=1)
        f0 = np.insert(f0, 2 * place, np.full(2 * count, SILENT_HZ, np.float32))
        energy = np.insert(energy, 2 * place, np.full(2 * count, SILENT_ENERGY, np.float32))
        put.append((place, count))
    return Curves(aligned, f0, energy), put[::-1]


def audible(energy: Floats) -> tuple[int, int]:
    """First and one past the last frame worth decoding; all where nothing can be heard."""
    loud = np.flatnonzero(energy > _AUDIBLE)
    if not loud.size:
        return 0, energy.size // 2
    return max(0, int(loud[0]) // 2 - _MARGIN), min(energy.size // 2, int(loud[-1]) // 2 + 1 + _MARGIN)


def counted(frames: int, before: int, after: int) -> Floats:
    """How much more than itself each of ``frames`` counts where those at the ends stand for silence around them.

    ``[F]``, 0 on average.
    """
    weights = np.ones(frames)
    weights[:_STAND_IN] += before / _STAND_IN
    weights[-_STAND_IN:] += after / _STAND_IN
    counts: Floats = (weights / weights.mean() - 1.0).astype(np.float32)
    return counts


def between(curves: Curves, first: int, last: int) -> Curves:
    """The frames from ``first`` to before ``last``."""
    return Curves(curves.aligned[:, first:last], curves.f0[2 * first : 2 * last], curves.energy[2 * first : 2 * last])


def alone(curves: Curves, begin: int, end: int, most: int) -> tuple[Curves, int]:
    """The frames from ``begin`` to ``end`` out of what carries them, silence around; and where they begin.

    They end at the quietest frame between ``end`` and ``most``.
    """
    after = curves.energy[2 * end : 2 * max(most, end + 1)]
    end += int(np.argmin(after.reshape(-1, 2).sum(axis=1)))
    own, silent = between(curves, begin, end), np.full(2 * _MARGIN, SILENT_ENERGY, np.float32)
    column = np.repeat(curves.aligned[:, :1], _MARGIN, axis=1)
    unvoiced = np.full(2 * _MARGIN, SILENT_HZ, np.float32)
    around = Curves(
        np.concatenate([column, own.aligned, column], axis=1),
        np.concatenate([unvoiced, own.f0, unvoiced]),
        np.concatenate([silent, own.energy, silent]),
    )
    return around, begin - _MARGIN


_SEMITONES: Final = 0.6
_LENGTH: Final = 0.07


def reading(seed: int, text: str, count: int) -> tuple[Doubles, Doubles]:
    """Semitones and factors on the length of ``count`` tokens for the reading ``seed`` of ``text``; 0 is the model's.

    The same seed and text give the same draws for each token in turn, whatever was edited in them.
    """
    if seed == 0:
        return np.zeros(count), np.ones(count)
    digest = hashlib.blake2b(f"{seed} {text}".encode("utf-8", "replace"), digest_size=16).digest()
    draw = np.random.default_rng(int.from_bytes(digest, "big"))
    drawn = np.clip(draw.standard_normal((count, 2)), -2.0, 2.0)
    return _SEMITONES * drawn[:, 0], np.exp(_LENGTH * drawn[:, 1])
