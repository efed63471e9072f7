"""Networks that many tests open are opened once in a process: a session keeps nothing between its runs. The words
that the prosody's network knows are read once as well: nothing changes them.

Opening is half of what a test with a tiny voice costs. What is shared is known by its content and its options, so that
a network which a test has changed is another one.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indextts.platform import onnx
from indextts.reading.prosody.features import Vocabulary

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

LARGEST: Final = 16_000_000
"""Bytes of a network that is shared; larger ones belong to single tests, and would stay in memory for all of them."""

_opened = onnx.open_session


@functools.lru_cache(maxsize=64)
def _shared(content: bytes, options: tuple[tuple[str, Any], ...]) -> InferenceSession:
    return _opened(content, **dict(options))


def open_session(network: Path | bytes, **options: Any) -> InferenceSession:
    """As :func:`indextts.platform.onnx.open_session`."""
    if isinstance(network, Path):
        # A file that is gone or too large is opened as it always is, and raises what it always does.
        if not network.is_file() or network.stat().st_size > LARGEST:
            return _opened(network, **options)
        network = network.read_bytes()
    return _opened(network, **options) if len(network) > LARGEST else _shared(network, tuple(sorted(options.items())))


def install() -> None:
    """Let everything that is imported already, and what will be, open networks so."""
    for module in list(sys.modules.values()):
        if vars(module).get("open_session") is _opened:
            module.open_session = open_session  # type: ignore[attr-defined]
    Vocabulary.load = staticmethod(functools.cache(Vocabulary.load))  # type: ignore[method-assign]
