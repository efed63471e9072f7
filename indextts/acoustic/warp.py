"""What is done to a finished mel: formants put back where resampling would take them, and time pressed together."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.audio.mel import HIGH_HZ, LOW_HZ, hz_to_mel, mel_to_hz

Floats = npt.NDArray[np.float32]

ENVELOPE_TERMS: Final = 10
"""Cosine terms that make a spectrum's envelope: formants are in them, this voice's harmonics are not."""


def band_centres(bands: int) -> npt.NDArray[np.float64]:
    """The middle of each of a mel's ``bands`` in Hz, ``[bands]``."""
    low, high = hz_to_mel([LOW_HZ, HIGH_HZ])
    return mel_to_hz(np.linspace(low, high, bands + 2)[1:-1])


def keep_formants(level: Floats, ratio: float) -> Floats:
    """Levels ``[L, bands]``, logarithmic, whose formants lie right once all frequencies are moved by ``ratio``.

    The envelope is taken from ``ratio`` times each frequency, the fine structure, which carries the pitch, stays.
    """
    if ratio == 1.0:
        return level
    kept: Floats = level @ _envelope_warp(level.shape[1], ratio)
    return kept


@functools.lru_cache(maxsize=64)
def _envelope_warp(bands: int, ratio: float) -> Floats:
    """The matrix ``[bands, bands]`` that does so: an envelope is a projection, and moving it an interpolation."""
    places = (np.arange(bands) + 0.5) / bands
    cosines = np.sqrt(2.0 / bands) * np.cos(np.pi * np.arange(ENVELOPE_TERMS)[:, None] * places)
    cosines[0] /= np.sqrt(2.0)
    centres = band_centres(bands)
    source = np.interp(centres * ratio, centres, np.arange(bands))
    moved = np.maximum(0.0, 1.0 - np.abs(source[None, :] - np.arange(bands)[:, None]))
    warp: Floats = (np.eye(bands) + cosines.T @ cosines @ (moved - np.eye(bands))).astype(np.float32)
    return warp


def squeeze(mel: Floats, factor: float) -> Floats:
    """A mel ``[L, bands]`` that takes ``factor`` times less time: ``[round(L / factor), bands]``, at least a frame."""
    count = max(1, round(len(mel) / factor))
    if count == len(mel):
        return mel
    # Frame i stands for the time from i to i + 1: middles stay middles.
    at = np.clip((np.arange(count) + 0.5) * len(mel) / count - 0.5, 0.0, len(mel) - 1.0)
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, len(mel) - 1)
    share = (at - below).astype(np.float32)[:, None]
    pressed: Floats = mel[below] * (1.0 - share) + mel[above] * share
    return pressed
