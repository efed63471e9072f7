"""The causal model's labels and what each one means."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

BEGIN: Final = 0
"""Stands before the first label."""
BREAKS: Final = range(1, 5)
"""Break of 0, 1, 2, 3 after a unit that is phrased as Chinese."""
ACCENTS: Final = range(5, 14)
"""Boundary (three times) and prominence of an English word."""
MELODIES: Final = range(14, 18)
"""Intonation, at the end of a sentence."""
MARKS: Final = range(18, 26)
"""Kind of the mark that follows: only to learn from text without labels."""
COUNT: Final = 26


def at_least(classes: Floats) -> Floats:
    """``[…, K - 1]`` probabilities of at least 1, 2, … from ``[…, K]`` of each."""
    out: Floats = np.cumsum(classes[..., :0:-1], axis=-1)[..., ::-1]
    return out


def softmax(scores: Floats) -> Floats:
    """Over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    out: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return out
