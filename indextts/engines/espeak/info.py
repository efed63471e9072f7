"""What is known of espeak-ng before it is opened."""

from __future__ import annotations

import importlib.util
from typing import Final

from indextts.config import Config
from indextts.engines.espeak.languages import LANGUAGES, NAMES, foreign
from indextts.engines.espeak.languages import NAME as NAME
from indextts.engines.espeak.languages import PREFIX as PREFIX
from indextts.engines.info import EngineInfo, engine_of
from indextts.i18n.messages import Bilingual
from indextts.voices.voice import Voice

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


def foreign_voice(text: str) -> str:
    """The voice for a text in a language of :data:`LANGUAGES`, by its script; empty for other texts."""
    language = foreign(text)
    return PREFIX + language if language else ""


INFO: Final = EngineInfo(
    NAME,
    Bilingual("eSpeak NG", "eSpeak NG 引擎"),
    LICENCE,
    installed,
    voices,
    engine_of(__name__),
    rtf=0.02,
    needs=("espeakng_loader",),
    foreign_voice=foreign_voice,
)
