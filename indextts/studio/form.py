"""The settings on the page: their order, and how what the page sends becomes the settings of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from indextts.emotion.names import parse_emotion
from indextts.request import SETTING_NAMES
from indextts.utterance.model import Sampling, Settings

PUBLIC: Final = (
    "emotion", "voice", "intensity", "speed", "pitch", "energy", "vocoder", "prosody", "engine", "seed",
)  # fmt: skip
"""The settings of the page's public call, in its order."""

SAMPLING: Final = {f"sampling_{field.name}": field for field in fields(Sampling)}
"""How an engine draws its tokens: settings that together are one. Each field's default is the published one."""

SETTINGS: Final = (*PUBLIC, "loudness", "peak", "emotion_text", "emotion_reference", *SAMPLING)
"""The settings on the page, in the order in which they are sent; its script is told the same order."""


def settings_of(values: Mapping[str, Any]) -> Settings:
    """The page's values as settings. Nothing is corrected here: what is wrong is refused, here or by the service."""
    given = {name: value for name, value in values.items() if value is not None}
    drawn = {name: given.pop(name) for name in SAMPLING if name in given}
    unknown = set(given) - set(SETTING_NAMES)
    if unknown:
        raise TypeError(f"not settings: {sorted(unknown)}")
    if "emotion" in given:
        given["emotion"] = parse_emotion(given["emotion"])
    if "seed" in given:
        given["seed"] = _whole(given["seed"])
    if drawn:
        chosen = {
            SAMPLING[name].name: _whole(value) if type(SAMPLING[name].default) is int else value
            for name, value in drawn.items()
        }
        sampling = Sampling(**chosen)
        given["sampling"] = None if sampling == Sampling() else sampling
    return Settings(**given)


def _whole(value: Any) -> Any:
    """A browser's numbers have no kind: 7.0 may be written for 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
