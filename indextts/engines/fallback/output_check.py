"""What an engine returned, looked at before anybody hears it."""

from __future__ import annotations

from typing import Final

import numpy as np

from indextts.engines.fallback.reasons import Reason, length, no_sound, shape, silence

SILENT: Final = 1e-3
"""Peak (full scale 1) up to which nothing is heard: −60 dBFS."""

_SHORTEST: Final = 0.1
_LONGEST: Final = 8.0
_SPARE_S: Final = 10.0
"""Speech is wrong that is shorter than a tenth of what was predicted, or this much beyond eight times of it."""


def fault(engine: str, samples: object, sample_rate: int, predicted_s: float) -> Reason | None:
    """What is wrong with ``samples`` for a segment that should last about ``predicted_s``; ``None`` if nothing is."""
    if not isinstance(samples, np.ndarray) or samples.ndim != 1 or samples.dtype.kind != "f" or samples.size == 0:
        return shape(engine)
    loudest = float(np.max(np.abs(samples)))  # not a number, or infinite, if any of them is
    if not np.isfinite(loudest):
        return no_sound(engine)
    if loudest <= SILENT:
        return silence(engine)
    seconds = samples.size / sample_rate
    if not _SHORTEST * predicted_s <= seconds <= _LONGEST * predicted_s + _SPARE_S:
        return length(engine, seconds, predicted_s)
    return None
