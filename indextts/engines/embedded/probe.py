"""Whether the voice's acoustic model computes in integers on this machine."""

from __future__ import annotations

from indextts.engines.embedded import voice as files
from indextts.engines.integers import integers_are_right, multiplies_integers
from indextts.platform.onnx import open_session
from indextts.platform.storage.manifest import ModelFolder


def in_integers(source: ModelFolder, precision: str) -> bool:
    """Whether a voice's acoustic model computes in integers: where nothing forbids it, and they are quicker here.

    A voice whose weights need more than 8 bits has no such networks.
    """
    if precision == "exact" or files.INTEGER_PROBE_FILE not in source.digests() or not multiplies_integers():
        return False
    return integers_are_right(open_session(source.checked_path(files.INTEGER_PROBE_FILE)))
