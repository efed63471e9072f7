"""Traditional characters as simplified ones, by the finite-state grammar that ships with ``wetext``.

Only this grammar is loaded, straight through ``kaldifst``: the package's own front door also loads those for
numbers in three languages, which take half a second and a hundred megabytes.
"""

from __future__ import annotations

import functools
import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from indextts.errors import StudioError

_log = logging.getLogger(__name__)

LONGEST: Final = 320
"""Characters that the grammar is given at most: its cost grows with the square of a long input."""


def load() -> None:
    _grammar("traditional_to_simple")


@functools.lru_cache(maxsize=8192)
def is_traditional(char: str) -> bool:
    return _grammar("traditional_to_simple")(char) != char


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, of the same length; ``text`` itself if that cannot be."""
    parts = [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]
    simple = "".join(_grammar("traditional_to_simple")(part) for part in parts)
    return simple if len(simple) == len(text) else text


@functools.cache
def _grammar(name: str) -> Callable[[str], str]:
    spec = importlib.util.find_spec("wetext")
    if spec is None or spec.origin is None:
        raise StudioError("dependency_missing", package="wetext", command="pip install wetext==0.1.8")
    import kaldifst

    normalizer: Callable[[str], str] = kaldifst.TextNormalizer(str(Path(spec.origin).parent / "fsts" / f"{name}.fst"))
    _log.debug("grammar %s loaded", name)
    return normalizer
