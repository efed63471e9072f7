"""Which tests need a processor that multiplies 8-bit integers without overflow."""

from __future__ import annotations

import numpy as np
import pytest

from indextts.engines.embedded.install.integers import build_probe
from indextts.engines.embedded.probe import INTO, WEIGHT
from indextts.platform.onnx import open_session


def _multiplies_integers() -> bool:
    session = open_session(build_probe().SerializeToString())
    made = session.run(None, {"x": np.full((1, INTO), 255, np.uint8)})[0]
    return bool((made == 255 * WEIGHT * INTO).all())


needs_integers = pytest.mark.skipif(
    not _multiplies_integers(), reason="this processor has no instructions for products of 8-bit integers"
)
