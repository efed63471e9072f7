"""Which packages a model's engine needs beside the default installation; ``./start_app.sh --with`` brings them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "indextts2": ("torch", "transformers", "safetensors", "sentencepiece"),
    "sambert": ("torch",),
}
"""By the name that ``--with`` takes."""


def missing_packages(extra: str) -> list[str]:
    """What is needed for ``extra`` and not installed; nothing is imported to find out."""
    return [name for name in NEEDS.get(extra, ()) if find_spec(name) is None]
