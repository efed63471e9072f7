"""Samples of jobs as they are kept: 16 bits, one channel."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.works.db.model import PEAKS_EACH_S

Pcm = npt.NDArray[np.int16]

_FULL_SCALE: Final = 32767.0


def peaks_of(pcm: Pcm, rate: int) -> tuple[int, ...]:
    """The loudest sample of every twentieth of a second, 255 being full scale."""
    if not pcm.size:
        return ()
    edges = np.arange(0, pcm.size, max(1, rate // PEAKS_EACH_S))
    loud = np.maximum.reduceat(np.abs(pcm.astype(np.int32)), edges)
    return tuple(np.minimum(np.round(loud * (255 / _FULL_SCALE)), 255).astype(int).tolist())


def floats(pcm: Pcm) -> npt.NDArray[np.float32]:
    """The same samples, ±1."""
    sound: npt.NDArray[np.float32] = pcm.astype(np.float32) / np.float32(_FULL_SCALE)
    return sound
