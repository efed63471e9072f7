"""What a voice of a given pitch looks like in the bands of a mel: the ripple of its harmonics, and nothing else."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.english_input import MEAN_HZ
from indextts.engines.embedded.acoustic.tract import smoothing
from indextts.sound.mel import BANDS, WINDOW, mel_basis

Floats = npt.NDArray[np.float32]

OCTAVES: Final = (-1.6, 1.2)
"""The lowest and the highest pitch of the table, in octaves."""
STEPS: Final = 192
_RATE: Final = 24_000
_SIZE: Final = 2048
_PHASES: Final = 4


@functools.cache
def harmonics() -> Floats:
    """``[STEPS, BANDS]``, in log₁₀: a train of pulses analysed, its smooth curve taken away."""
    basis = mel_basis(_RATE, _SIZE).T
    taper = np.zeros(_SIZE)
    taper[(_SIZE - WINDOW) // 2 :][:WINDOW] = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)
    time = np.arange(_SIZE) / _RATE
    levels = []
    for hz in MEAN_HZ * 2.0 ** np.linspace(*OCTAVES, STEPS):
        shifted = time[None, :] + np.arange(_PHASES)[:, None] / _PHASES / hz
        turn = np.exp(2j * np.pi * (hz * shifted + 1e-7))
        count = int(_RATE / 2.0 / hz)
        pulses = np.real(turn * (turn**count - 1.0) / (turn - 1.0))
        magnitudes = np.abs(np.fft.rfft(pulses * taper, axis=1)) @ basis
        levels.append(np.log10(np.maximum(magnitudes, 1e-10)).mean(0))
    table = np.array(levels)
    ripple: Floats = (table - table @ smoothing(BANDS).T).astype(np.float32)
    return ripple
