"""Loudness and peaks after ITU-R BS.1770-4, and what brings speech to a target without clipping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.sound.resample import resample
from indextts.sound.transform import spectrum_of

Samples = npt.NDArray[np.float32]
_Response = Callable[[int, int], npt.NDArray[np.complex64]]
"""What a filter does to the bins of a transform, by sample rate and size."""

SILENCE_LUFS: Final = -70.0
"""The absolute gate: quieter blocks do not count."""

_BLOCK_S: Final = 0.4
_OVERSAMPLING: Final = 4
_LIMITER_S: Final = 0.005
EDITED_REACH_S: Final = 0.0004
"""The same where a token is made louder by hand: peaks alone are held, or it would be hardly louder.

Of 3 dB on two words with high peaks 1.3 and 2.2 are left at 5 ms, 2.1 and 2.7 at 0.4 ms; DNSMOS is equal (3.19).
"""
_ROUNDING: Final = 1.0 + 1e-6
_WHOLE: Final = 1 << 19
"""Samples that are filtered at once; segments of speech are shorter."""
_NEIGHBOURS: Final = 2000
"""Samples on both sides of a piece that shape what lies between its own."""
_GAIN_LIMIT_DB: Final = 12.0
YIELD_DB: Final = 0.8
"""Decibels that a segment is attenuated at most to keep its peaks whole: so small a step of level is inaudible."""
_TURNED_HZ: Final = (850.0, 1000.0)
"""Where phases are turned to lower peaks, of what was tried the best two …"""
_TURNED_Q: Final = 2.5
"""… and how narrowly: what is there comes up to 1.9 ms later. From 2 ms on ears begin to hear it in single clicks
(Blauert & Laws 1978, "Group delay distortions in electroacoustical systems").
"""


def levelled(samples: Samples, sample_rate: int, target: float, shift_db: float, usual_lufs: float) -> Samples:
    """``samples`` at ``target`` LUFS, and ``shift_db`` beside that; silence stays as it is.

    A segment of one short syllable measures low without sounding so: its gain stays near that of a voice whose level
    is usually ``usual_lufs``.
    """
    measured = loudness(samples, sample_rate)
    if measured <= SILENCE_LUFS:
        return samples
    lift = target - usual_lufs
    gain = np.clip(target - measured, lift - _GAIN_LIMIT_DB, lift + _GAIN_LIMIT_DB) + shift_db
    louder: Samples = (samples * 10.0 ** (gain / 20.0)).astype(np.float32)
    return louder


def loudness(samples: Samples, sample_rate: int) -> float:
    """Integrated loudness of mono ``samples`` in LUFS; :data:`SILENCE_LUFS` where all of it is below the gate."""
    meter = LoudnessMeter(sample_rate)
    meter.take(samples)
    return gated(meter.finish())


def gated(powers: npt.NDArray[np.float64]) -> float:
    """Integrated loudness of what :meth:`LoudnessMeter.finish` says, also of several stretches joined."""
    powers = powers[_lufs(powers) > SILENCE_LUFS]
    if not powers.size:
        return SILENCE_LUFS
    powers = powers[_lufs(powers) > _lufs(powers.mean()) - 10.0]
    return float(_lufs(powers.mean()))


class LoudnessMeter:
    """Hears a mono sound of any length piece by piece; the memory that it takes is ten numbers a second."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._block = round(_BLOCK_S * sample_rate)
        self._waiting: list[Samples] = []
        self._size = 0
        self._lead = self._left = np.zeros(0, np.float32)
        self._powers: list[npt.NDArray[np.float64]] = []

    def take(self, samples: Samples) -> None:
        """Hear the next piece."""
        self._waiting.append(samples)
        self._size += samples.size
        if self._size <= _WHOLE:
            return
        waiting = np.concatenate(self._waiting)
        step = _WHOLE - self._rate  # with what goes before and comes after it just fits a transform
        while waiting.size > _WHOLE:
            self._weigh(waiting[:step])
            waiting = waiting[step:]
        self._waiting, self._size = [waiting.copy()], waiting.size

    def finish(self) -> npt.NDArray[np.float64]:
        """The power of every block of 400 ms, four of which begin in each; see :func:`gated`."""
        self._weigh(np.concatenate([np.zeros(0, np.float32), *self._waiting]))
        self._waiting, self._size = [], 0
        if not self._powers and self._left.size < self._block:
            self._count(np.zeros(self._block - self._left.size, np.float32))
        return np.concatenate(self._powers)

    def _weigh(self, samples: Samples) -> None:
        """The standard's two filters, applied as one frequency response: no recursive filter is needed.

        Piece by piece: a minute at once takes hundreds of megabytes.
        """
        joined = np.concatenate([self._lead, samples]) if self._lead.size else samples
        # Half a second later nothing is heard any more of what went through the filters before.
        self._count(next(_filtered(joined, self._rate, _k_response))[self._lead.size :])
        self._lead = joined[-(self._rate // 2) :].copy()

    def _count(self, weighted: Samples) -> None:
        joined = np.concatenate([self._left, weighted])
        sums = np.zeros(joined.size + 1)
        np.square(joined, out=sums[1:], dtype=np.float64)
        np.cumsum(sums[1:], out=sums[1:])
        hop = self._block // 4
        starts = np.arange(0, joined.size - self._block + 1, hop)
        if starts.size:
            self._powers.append((sums[starts + self._block] - sums[starts]) / self._block)
        self._left = joined[starts.size * hop :].copy()


def limit(
    samples: Samples,
    sample_rate: int,
    peak: float,
    reach_s: float = _LIMITER_S,
    *,
    yields_db: float = 0.0,
    turns_phases: bool = False,
) -> Samples:
    """Keep the true peak at or below ``peak`` (linear): the gain dips smoothly, ``reach_s`` around each excess.

    Before it dips, the phases around 1 kHz are turned if ``turns_phases`` and if peaks are lower so: partials that are
    highest together make a voice's peaks. Then the whole sound gives way by as much as ``yields_db``.
    """
    highest = _highest(samples, sample_rate)
    if turns_phases and highest.max(initial=0.0) > peak:
        samples, highest = _turned(samples, highest, sample_rate, peak)
    softer = np.float32(max(min(1.0, peak / highest.max(initial=1e-9)), 10.0 ** (-yields_db / 20.0)))
    samples, highest = samples * softer if softer < 1.0 else samples, highest * softer
    return (
        samples if highest.max(initial=0.0) <= peak * _ROUNDING else _held(samples, highest, sample_rate, peak, reach_s)
    )


def _turned(samples: Samples, highest: Samples, sample_rate: int, peak: float) -> tuple[Samples, Samples]:
    """The first of the sounds with other phases that stays below ``peak``, or that with the lowest peaks."""
    best = samples, highest
    for turned in _filtered(samples, sample_rate, *(partial(_all_pass, frequency) for frequency in _TURNED_HZ)):
        highest = _highest(turned, sample_rate)
        if highest.max() < best[1].max():
            best = turned, highest
        if highest.max() <= peak:
            break
    return best


class Limiter:
    """:func:`limit` for a sound that comes piece by piece: what comes out has the same samples, some time later.

    It is for sounds that do go beyond ``peak`` somewhere.
    """

    def __init__(self, sample_rate: int, peak: float) -> None:
        self._rate, self._peak = sample_rate, peak
        self._around = _NEIGHBOURS + 2 * max(1, round(_LIMITER_S * sample_rate))
        """Samples on both sides that decide a sample's gain."""
        self._heard = np.zeros(0, np.float32)
        self._given = 0
        """Of what was heard and is still here."""

    def take(self, samples: Samples) -> Samples:
        """Hear the next piece; what is ready comes out, often nothing."""
        self._heard = np.concatenate([self._heard, samples])
        ready = self._heard.size - self._given - self._around
        return self._give(ready) if ready >= self._rate else np.zeros(0, np.float32)

    def finish(self) -> Samples:
        """All that is left."""
        return self._give(self._heard.size - self._given)

    def _give(self, count: int) -> Samples:
        heard, begin, end = self._heard, self._given, self._given + count
        if not count:
            return np.zeros(0, np.float32)
        limited = _held(heard, _highest(heard, self._rate), self._rate, self._peak)[begin:end]
        drop = max(0, end - self._around)
        self._heard, self._given = heard[drop:].copy(), end - drop
        return limited


def _held(samples: Samples, highest: Samples, sample_rate: int, peak: float, reach_s: float = _LIMITER_S) -> Samples:
    # A little below the ceiling: the smoothed gain moves the peaks between samples by a trace.
    ceiling = 0.985 * peak
    if highest.max() <= ceiling:
        return samples
    needed = np.minimum(1.0, ceiling / np.maximum(highest, 1e-9)).astype(np.float32)
    reach = max(1, round(reach_s * sample_rate))
    # The lowest gain within reach on both sides, smoothed over no more than that: never above what is needed.
    gain = _running_min(np.pad(needed, 2 * reach, constant_values=1.0), 2 * reach + 1)
    for _ in range(2):
        gain = _running_mean(gain, reach + 1)
    limited: Samples = (samples * gain).astype(np.float32)
    return limited


def _highest(samples: Samples, sample_rate: int) -> Samples:
    """The absolute value of each sample, or of what lies between it and the next if that is higher.

    Of a long sound piece by piece, each with a little of its neighbours.
    """
    highest = np.abs(samples)
    for at in range(0, samples.size, _WHOLE):
        before, end = min(at, _NEIGHBOURS), min(samples.size, at + _WHOLE)
        around = samples[at - before : end + _NEIGHBOURS]
        fine = resample(around, sample_rate, sample_rate * _OVERSAMPLING, quality="HQ")
        fine = np.abs(fine[before * _OVERSAMPLING :])
        fine = np.pad(fine, (0, -fine.size % _OVERSAMPLING))
        for phase in range(_OVERSAMPLING):
            part = highest[at:end]
            np.maximum(part, fine[phase::_OVERSAMPLING][: part.size], out=part)
    return highest


def _running_min(values: Samples, width: int) -> Samples:
    """Minimum of each ``width`` values in a row, ``[N - width + 1]``, by doubling."""
    size = 1
    while 2 * size <= width:
        values = np.minimum(values[:-size], values[size:])
        size *= 2
    rest = width - size
    return np.minimum(values[:-rest], values[rest:]) if rest else values


def _running_mean(values: Samples, width: int) -> Samples:
    """Mean of each ``width`` values in a row, ``[N - width + 1]``."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return np.asarray((sums[width:] - sums[:-width]) / width, np.float32)


def _lufs(power: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return -0.691 + 10.0 * np.log10(np.maximum(np.asarray(power, np.float64), 1e-12))


def _filtered(samples: Samples, sample_rate: int, *responses: _Response) -> Iterator[Samples]:
    """The sound behind each of the filters."""
    size = 1 << int(np.ceil(np.log2(samples.size + sample_rate // 4 + 1)))
    spectrum = spectrum_of(samples, size)
    for response in responses:
        yield np.asarray(np.fft.irfft(spectrum * response(sample_rate, size), size)[: samples.size], np.float32)


@lru_cache(maxsize=16)
def _all_pass(frequency: float, sample_rate: int, size: int) -> npt.NDArray[np.complex64]:
    """Response of a second-order all-pass: every level stays, phases around ``frequency`` turn by up to 360°."""
    poles = _resonance(np.tan(np.pi * frequency / sample_rate), _TURNED_Q)
    return _biquad(_circle(size), (poles[2], poles[1], poles[0]), poles).astype(np.complex64)


@lru_cache(maxsize=16)
def _k_response(sample_rate: int, size: int) -> npt.NDArray[np.complex64]:
    """Response of the high shelf and the high pass at ``sample_rate``, on ``size // 2 + 1`` bins.

    The standard tabulates 48 kHz; the analogue prototypes behind the table are turned digital anew for other
    rates (Mansbridge, Finn & Reiss 2012, "Implementation and evaluation of autonomous multi-track fader control").
    """
    z = _circle(size)
    k = np.tan(np.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    shelf = (high + band * k / q + k * k, 2.0 * (k * k - high), high - band * k / q + k * k)
    response = _biquad(z, shelf, _resonance(k, q))
    k = np.tan(np.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    poles = _resonance(k, q)
    response *= _biquad(z, (1.0, -2.0, 1.0), (1.0, poles[1] / poles[0], poles[2] / poles[0]))
    return response.astype(np.complex64)


def _circle(size: int) -> npt.NDArray[np.complex128]:
    """z⁻¹ at the ``size // 2 + 1`` bins of a transform."""
    angles = -2j * np.pi * np.arange(size // 2 + 1) / size
    circle: npt.NDArray[np.complex128] = np.exp(angles)
    return circle


def _resonance(k: float, q: float) -> tuple[float, float, float]:
    """The poles of a second-order filter; ``k`` is the tangent of half its angular frequency."""
    return 1.0 + k / q + k * k, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k


def _biquad(
    z: npt.NDArray[np.complex128], zeros: tuple[float, float, float], poles: tuple[float, float, float]
) -> npt.NDArray[np.complex128]:
    above = zeros[0] + zeros[1] * z + zeros[2] * z**2
    below = poles[0] + poles[1] * z + poles[2] * z**2
    ratio: npt.NDArray[np.complex128] = above / below
    return ratio
