"""The settings on the page: their order, and how what the page sends becomes the settings of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from indextts.model.settings import QUALITIES, SAMPLING, SETTINGS, Sampling, Settings, numbers_of, parse_sampling

PUBLIC: Final = (
    "emotion", "voice", "intensity", "speed", "pitch", "energy", "vocoder", "prosody", "engine", "seed",
)  # fmt: skip
"""The settings of the page's public call, in its order."""

SAMPLED: Final = {f"sampling_{name}": row for name, row in SAMPLING.items()}
"""How an engine draws its tokens: settings that together are one."""

FIELDS: Final = tuple(dict.fromkeys((*PUBLIC, *(name for name in SETTINGS if name != "sampling"), *SAMPLED)))
"""The settings on the page, in the order in which they are sent; its script is told the same order."""


def settings_of(values: Mapping[str, Any]) -> Settings:
    """The page's values as settings. Nothing is corrected here: what is wrong is refused, here or by the service."""
    given = {name: value for name, value in values.items() if value is not None}
    drawn = {row.name: given.pop(name) for name, row in SAMPLED.items() if name in given}
    unknown = set(given) - set(SETTINGS)
    if unknown:
        raise TypeError(f"not settings: {sorted(unknown)}")
    if drawn:
        quality = str(given.get("quality"))
        sampling = parse_sampling(drawn, quality)
        given["sampling"] = None if sampling == QUALITIES.get(quality, Sampling()) else sampling
    return Settings(**numbers_of(SETTINGS, given))
