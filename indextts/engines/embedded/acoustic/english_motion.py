"""How quickly the English network's mels move: as quickly as speech does.

A network that learns means follows what is slow or broad in a mel, and blurs what is quick and fine: bursts, and the
noise of breath. Each part of a mel's movement is raised by as much as the network makes too little of it beside its
teacher (the modulation spectrum as a post-filter, Takamichi et al. 2014, here over time and bands together).
"""

from __future__ import annotations

import io
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.platform.storage import assets

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

GAINS: Final = assets.ASSETS / "english" / "motion.npz"
FRAMES: Final = 32
"""That are looked at together, 0.4 s; every half of them."""
_HALF: Final = FRAMES // 2


def quickened(mel: Floats, gains: Doubles) -> Floats:
    """``mel`` ``[L, bands]`` with its movements raised by ``gains`` ``[FRAMES / 2 + 1, bands]``."""
    if not len(mel):
        return mel
    parts = blocks(mel)
    cosines = _cosines(mel.shape[1])
    raised = np.fft.irfft(spectra(parts) * gains, n=FRAMES, axis=1) @ cosines
    made = np.zeros(((len(parts) + 1) * _HALF, mel.shape[1]))
    for number, part in enumerate(raised):
        made[number * _HALF :][:FRAMES] += part
    return made[_HALF:][: len(mel)].astype(np.float32)


def blocks(mel: Floats) -> Doubles:
    """``[blocks, FRAMES, bands]``: all of a mel ``[L, bands]``, half a block apart, its edges held."""
    held = np.pad(mel.astype(np.float64), ((_HALF, FRAMES + _HALF), (0, 0)), mode="edge")
    count = -(-len(mel) // _HALF) + 1
    return np.stack([held[number * _HALF :][:FRAMES] for number in range(count)])


def spectra(parts: Doubles) -> npt.NDArray[np.complex128]:
    """``[blocks, FRAMES / 2 + 1, bands]`` of what :func:`blocks` made: over time, and over bands by cosines."""
    return np.fft.rfft(parts @ _cosines(parts.shape[2]).T * _taper()[:, None], axis=1)


@cache
def _taper() -> Doubles:
    """Half a block apart they add up to one."""
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FRAMES) / FRAMES)


@cache
def _cosines(bands: int) -> Doubles:
    """The discrete cosine transform of a frame, orthonormal, ``[bands, bands]``."""
    angles = np.pi / bands * np.outer(np.arange(bands), np.arange(bands) + 0.5)
    table = np.cos(angles) * np.sqrt(2.0 / bands)
    table[0] /= np.sqrt(2.0)
    return np.asarray(table, np.float64)


def shipped_gains() -> Doubles:
    """Those that belong to the network in ``assets/``. Raises :class:`StudioError` ``model_corrupt``."""
    with np.load(io.BytesIO(assets.read(GAINS)), allow_pickle=False) as stored:
        return np.asarray(stored["gains"], np.float64)
