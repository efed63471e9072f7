"""The synthesis half of a pseudo-QMF bank: the sub-bands of a multi-band generator → samples (Nguyen, 1994)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

TAPS: Final = 62
CUTOFF: Final = 0.142
BETA: Final = 9.0


@lru_cache(maxsize=4)
def synthesis_filters(bands: int) -> npt.NDArray[np.float64]:
    """``[bands, TAPS + 1]``: a low pass with a Kaiser window, moved to the middle of each band."""
    place = np.arange(TAPS + 1) - TAPS / 2.0
    # numpy's sinc is sin(πx)/(πx).
    low_pass = CUTOFF * np.sinc(CUTOFF * place) * np.kaiser(TAPS + 1, BETA)
    band = np.arange(bands)[:, None]
    turn = (2 * band + 1) * np.pi / (2 * bands) * place - (-1.0) ** band * np.pi / 4
    filters: npt.NDArray[np.float64] = 2.0 * low_pass * np.cos(turn)
    return filters


def synthesise(bands: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """``[bands, N]`` → ``[N · bands]``."""
    count, length = bands.shape
    spread = np.zeros((count, length * count))
    spread[:, ::count] = bands * count
    sounds = [
        np.convolve(row, taps[::-1])[TAPS // 2 :] for row, taps in zip(spread, synthesis_filters(count), strict=True)
    ]
    samples: npt.NDArray[np.float32] = np.sum(sounds, axis=0)[: length * count].astype(np.float32)
    return samples
