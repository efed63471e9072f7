"""Rows of a comparison: what was compared, how far ours is from the recording, and how far it may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from indextts.parity.runner import Array, largest, unequal

Compared = Iterator[tuple[str, float, float]]

MIDWAY: Final = 5e-5
"""Allowed for mels and values in between, at values up to 1; in proportion above."""
GRAPH: Final = 2e-4
"""Allowed for the exported graphs in onnxruntime."""


def near(what: str, ours: Any, theirs: Array, tolerance: float = MIDWAY) -> tuple[str, float, float]:
    """A row for values that may differ a little, in proportion to the largest."""
    scale = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    return what, largest(ours, theirs), tolerance * scale


def same(what: str, ours: Any, theirs: Array) -> tuple[str, float, float]:
    """A row for what must be equal."""
    return what, unequal(ours, theirs), 0.0
