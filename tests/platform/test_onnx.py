"""Sessions hold what they compute with, and nothing beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from indextts.platform.onnx import open_session
from indextts.platform.storage.assets import ASSETS


def test_a_network_that_was_given_as_its_content_is_not_held_twice() -> None:
    content = (ASSETS / "emotion" / "zh.onnx").read_bytes()
    from_content, from_file = open_session(content), open_session(ASSETS / "emotion" / "zh.onnx")
    assert all(value is not content for value in vars(from_content).values())
    given: dict[str, Any] = {
        one.name: np.ones([size if isinstance(size, int) else 3 for size in one.shape], _TYPES[one.type])
        for one in from_content.get_inputs()
    }
    for ours, theirs in zip(from_content.run(None, given), from_file.run(None, given), strict=True):
        assert np.array_equal(ours, theirs)


_TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_}
