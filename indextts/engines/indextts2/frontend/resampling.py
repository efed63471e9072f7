"""Two ways to another sample rate, because the published models were trained and run with two.

The speaker's recording goes through a windowed sinc (:func:`sinc_resample`), the emotion's through soxr: the same
file gives slightly different features on each path, and both must stay as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_ZEROS: Final = 6
"""Zero crossings of the sinc on each side."""
_ROLLOFF: Final = 0.99

WHOLE_RATE: Final = 22050
SPEECH_RATE: Final = 16000
LONGEST_S: Final = 15
"""Of a reference recording; what comes later is not heard."""


@dataclass(frozen=True)
class ReferenceAudio:
    """Reference audio at the rates that the networks take, each ``[N]``."""

    full: Floats
    """22.05 kHz, for the mel."""
    speaker: Floats
    """16 kHz, made from ``full``: for the speaker's conditioning."""
    emotion: Floats
    """16 kHz, straight from the file: for the emotion's conditioning."""


def recording(samples: Floats, sample_rate: int) -> ReferenceAudio:
    """A mono recording (``[N]``, at ``sample_rate`` Hz), cut to 15 s from its start, at the rates that are needed."""
    # A second more than is kept is far more than the filters reach: the cut is not heard, and hours are not resampled.
    begin = samples[: (LONGEST_S + 1) * sample_rate]
    full = soxr_resample(begin, sample_rate, WHOLE_RATE)[: LONGEST_S * WHOLE_RATE]
    emotion = soxr_resample(begin, sample_rate, SPEECH_RATE)[: LONGEST_S * SPEECH_RATE]
    return ReferenceAudio(full, sinc_resample(full, WHOLE_RATE, SPEECH_RATE), emotion)


def soxr_resample(samples: Floats, source_rate: int, target_rate: int) -> Floats:
    """The soxr library in its high quality, with ``ceil(N · target / source)`` samples."""
    import soxr

    audio = np.ascontiguousarray(samples, np.float32)
    if source_rate == target_rate or not audio.size:
        return audio.copy()
    length = math.ceil(audio.size * target_rate / source_rate)
    out = np.asarray(soxr.resample(audio, source_rate, target_rate, quality="HQ"), np.float32)[:length]
    return np.pad(out, (0, length - out.size))


def sinc_resample(samples: Floats, source_rate: int, target_rate: int) -> Floats:
    """A Hann-windowed sinc of six crossings with its edge at 0.99 of the lower half rate.

    ``[N]`` becomes ``[ceil(N · target / source)]``; outside the recording there is silence.
    """
    audio = np.asarray(samples, np.float64)
    shared = math.gcd(source_rate, target_rate)
    source, target = source_rate // shared, target_rate // shared
    if source == target:
        return audio.astype(np.float32)
    kernel, reach = _sinc_kernel(source, target)
    length = -(-audio.size * target // source)
    steps = -(-length // target)
    # Output sample i · target + j is a dot product of kernel row j with the samples from i · source − reach on.
    padded = np.pad(audio, (reach, max(0, (steps - 1) * source + kernel.shape[1] - reach - audio.size)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[1])[::source][:steps]
    return (frames @ kernel.T).reshape(-1)[:length].astype(np.float32)


@lru_cache(maxsize=8)
def _sinc_kernel(source: int, target: int) -> tuple[Doubles, int]:
    """``([target, source + 2 · reach], reach)`` for two rates without a common factor."""
    edge = min(source, target) * _ROLLOFF
    reach = math.ceil(_ZEROS * source / edge)
    taps = np.arange(-reach, source + reach) / source
    times = np.clip((taps[None, :] - np.arange(target)[:, None] / target) * edge, -_ZEROS, _ZEROS)
    window = np.cos(times * math.pi / _ZEROS / 2.0) ** 2
    return np.sinc(times) * window * (edge / source), reach
