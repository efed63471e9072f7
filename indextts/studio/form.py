"""The settings on the page, in their order."""

from __future__ import annotations

from typing import Final

from indextts.model.settings import SAMPLING, SETTINGS

PUBLIC: Final = (
    "emotion", "voice", "intensity", "speed", "pitch", "energy", "vocoder", "prosody", "engine", "seed",
)  # fmt: skip
"""The settings of the page's public call, in its order."""

_DRAWN: Final = tuple(f"sampling_{name}" for name in SAMPLING)
FIELDS: Final = tuple(dict.fromkeys((*PUBLIC, *(name for name in SETTINGS if name != "sampling"), *_DRAWN)))
"""The settings on the page, in the order in which they are sent; its script is told the same order."""
