"""Time of a finished mel pressed together, where the model would hurry too much by itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


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
