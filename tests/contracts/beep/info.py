"""Describes the beeping engine without opening it."""

from indextts.engines.info import EngineInfo, engine_of
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.voices import Voice

NAME = "beep"
LICENCE = "MIT"


def voices(config: Config) -> list[Voice]:
    """List a low and a high voice."""
    return [
        Voice("beep-low", "Low beep", "低音", NAME, ("zh", "en"), LICENCE, "men", hz=110.0),
        Voice("beep-high", "High beep", "高音", NAME, ("zh", "en"), LICENCE, "women", pitch=12.0, hz=220.0),
    ]


INFO = EngineInfo(
    NAME,
    Bilingual("Beeps", "蜂鸣引擎"),
    LICENCE,
    installed=lambda config: True,
    voices=voices,
    load=engine_of(__name__),
    rtf=0.01,
)
