"""What espeak-ng offers before it is opened."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Final

from indextts.config import Config
from indextts.engines.espeak.languages import LANGUAGES, NAMES
from indextts.engines.espeak.languages import NAME as NAME
from indextts.engines.espeak.languages import PREFIX as PREFIX
from indextts.voices.voice import Voice

if TYPE_CHECKING:
    from indextts.engines.base import Engine

LICENCE: Final = "GPL-3.0 (espeak-ng)"


def installed(config: Config) -> bool:
    """Whether it is switched on and its library is there."""
    return config.engines.espeak.enabled and importlib.util.find_spec("espeakng_loader") is not None


def voices(config: Config) -> list[Voice]:
    """One for Chinese and English, as a last resort, and one for each language that nothing else speaks."""
    listed = [Voice(NAME, "eSpeak", "eSpeak", NAME, ("zh", "en"), LICENCE)]
    for language in LANGUAGES:
        english, chinese = NAMES[language]
        listed.append(Voice(PREFIX + language, english, chinese, NAME, (language,), LICENCE))
    return listed


def load(config: Config) -> Engine:
    """The engine, ready to speak. Raises :class:`indextts.errors.StudioError` ``dependency_missing``."""
    from indextts.engines.espeak.engine import load as opened

    return opened(config)
