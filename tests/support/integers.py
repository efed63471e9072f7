"""Which tests need a processor that multiplies 8-bit integers without overflow."""

from __future__ import annotations

import numpy as np
import pytest

from indextts.engines.integers import INTO, WEIGHT
from indextts.engines.onnx_graph import integer_probe
from indextts.platform.onnx import open_session


def _multiplies_integers() -> bool:
    session = open_session(integer_probe().SerializeToString())
    made = session.run(None, {"x": np.full((1, INTO), 255, np.uint8)})[0]
    return bool((made == 255 * WEIGHT * INTO).all())


needs_integers = pytest.mark.skipif(
    not _multiplies_integers(), reason="this processor has no instructions for products of 8-bit integers"
)
