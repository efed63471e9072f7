"""What the English network's mels lack beside those of speech: silence that is silent, and a little unevenness.

A network that learns means draws a pause half as deep as it is, and every band's level as a smooth line; the vocoder
makes a hum of the one and a buzz of the other. Resonances stay where they are: the unevenness has no smooth part.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.tract import smoothing

Floats = npt.NDArray[np.float32]

SOFT_DB: Final = 30.0
"""Decibels below the loud frames from which a frame's distance is doubled."""
UNEVEN_DB: Final = 1.8
"""Deviation of a band's level from frame to frame, before its smooth part is taken away."""
_LOUD: Final = 95.0
"""Per cent of frames that are below a loud one."""
_FRAMES: Final = 1024
"""Of unevenness, before it begins again."""


def textured(mel: Floats, mean: Floats, scale: Floats) -> Floats:
    """``mel`` ``[L, bands]``, as it would be with both; the same mel gives the same result.

    ``mean`` and ``scale`` turn the voice's mels into log₁₀ magnitudes.
    """
    if not len(mel):
        return mel
    level = 20.0 * (mel * scale + mean).mean(1)
    below = np.minimum(level - (np.percentile(level, _LOUD) - SOFT_DB), 0.0)
    uneven = _unevenness(mel.shape[1])[np.arange(len(mel)) % _FRAMES]
    changed: Floats = (mel + (below[:, None] + uneven) / (20.0 * scale)).astype(np.float32)
    return changed


@cache
def _unevenness(bands: int) -> npt.NDArray[Any]:
    """Decibels, ``[frames, bands]``."""
    noise = UNEVEN_DB * np.random.default_rng(0).normal(size=(_FRAMES, bands))
    return (noise - noise @ smoothing(bands).T).astype(np.float32)
