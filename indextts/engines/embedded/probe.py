"""Whether this processor multiplies 8-bit integers rightly, and much faster than floats."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from indextts.engines.embedded import voice as files
from indextts.runtime.onnx import open_session
from indextts.storage.manifest import ModelFolder

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ROWS: Final = 64
INTO: Final = 1024
OUT: Final = 256
"""Of the product that is tried: the voice has many of its size."""
WEIGHT: Final = 127
_LARGE: Final = 255
_TRIES: Final = 7
_TIMES: Final = 2.0
"""So many products of integers stand in the place of one of floats."""


def in_integers(source: ModelFolder, precision: str) -> bool:
    """Whether a voice's acoustic model computes in integers: where nothing forbids it, and they are quicker here.

    A voice whose weights need more than 8 bits has no such networks.
    """
    probes = (files.FLOAT_PROBE_FILE, files.INTEGER_PROBE_FILE)
    if precision == "exact" or not source.digests().keys() >= {*probes}:
        return False
    return integers_pay(*(open_session(source.checked_path(name)) for name in probes))


def integers_pay(floats: InferenceSession, integers: InferenceSession) -> bool:
    """Tries ``x`` ``[ROWS, INTO]`` times a table of ``WEIGHT`` in both; takes some thousandths of a second.

    Processors without instructions of their own for it add two products of 8 bits in 16 (``vpmaddubsw`` of AVX2),
    which overflows: large factors find that out.
    """
    large = np.full((ROWS, INTO), _LARGE, np.uint8)
    wide = large.astype(np.float32)
    made = integers.run(None, {"x": large})[0]
    if not (made == _LARGE * WEIGHT * INTO).all():
        return False
    slow, quick = [], []
    for _ in range(_TRIES):
        slow.append(_seconds(lambda: floats.run(None, {"x": wide})))
        quick.append(_seconds(lambda: integers.run(None, {"x": large})))
    return min(slow) > _TIMES * min(quick)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
