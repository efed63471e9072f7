"""Resonances of a voice put back where they were before it was played faster.

lowered_formants(resample(audio, 24_000 * 1.3, 24_000), 24_000, 1.3)     # higher by 4.5 semitones, the same throat
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_WINDOW_S: Final = 0.04
_HOPS: Final = 4
"""Hops in a window."""
_SMOOTH_S: Final = 0.0016
"""Cepstrum up to which a spectrum's envelope goes: below the period of the highest voices."""
_MOST: Final = 1.6
"""Nepers that a frequency is changed by at most: 14 dB."""


def lowered_formants(samples: Samples, sample_rate: int, factor: float) -> Samples:
    """``samples`` ``[N]`` with all resonances at ``1 / factor`` of their frequencies, at the same pitch and length.

    Each window's spectrum is multiplied by the ratio of its envelope at ``factor`` times a frequency to that at the
    frequency; the envelope is the smooth part of the logarithm, by the low cepstrum.
    """
    hop = round(_WINDOW_S * sample_rate / _HOPS)
    window = hop * _HOPS
    taper = np.sqrt(np.hanning(window + 1)[:-1])
    padded = np.pad(samples.astype(np.float64), (window, window + hop))
    count = (padded.size - window) // hop + 1
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[: count * hop : hop]
    spectra = np.fft.rfft(frames * taper, axis=1)
    cepstrum = np.fft.irfft(np.log(np.abs(spectra) + 1e-5), axis=1)
    kept = round(_SMOOTH_S * sample_rate)
    cepstrum[:, kept : window - kept + 1] = 0.0
    envelopes = np.fft.rfft(cepstrum, axis=1).real
    at = np.minimum(np.arange(envelopes.shape[1]) * factor, envelopes.shape[1] - 1.0)
    below = np.minimum(at.astype(np.int64), envelopes.shape[1] - 2)
    moved = envelopes[:, below] * (1.0 - (at - below)) + envelopes[:, below + 1] * (at - below)
    pieces = np.fft.irfft(spectra * np.exp(np.clip(moved - envelopes, -_MOST, _MOST)), window, axis=1) * taper
    summed = np.zeros(padded.size)
    for number, piece in enumerate(pieces):
        summed[number * hop : number * hop + window] += piece
    return (summed[window : window + samples.size] / (_HOPS / 2)).astype(np.float32)
