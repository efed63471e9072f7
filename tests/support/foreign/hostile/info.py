"""An engine from elsewhere that does to its process whatever the text says; the folder above is one of engines."""

from indextts.engines.info import EngineInfo, engine_of
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.voices import Voice


def voices(config: Config) -> list[Voice]:
    return [Voice("zhitian_emo", "Zhitian", "知甜", "sambert", ("zh", "en"), "MIT", "women", 0.0, 230.0)]


INFO = EngineInfo(
    "sambert", Bilingual("Hostile", "敌意引擎"), "MIT", lambda _: True, voices, engine_of(__name__), rtf=0.01
)
"""It has the name of an engine that the configuration can order."""
