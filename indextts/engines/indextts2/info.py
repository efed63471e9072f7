"""What is known of IndexTTS-2 before it is opened: nothing here needs PyTorch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from importlib.util import find_spec
from typing import Final

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.config import NAME as NAME
from indextts.engines.info import EngineInfo, engine_of
from indextts.i18n.messages import Bilingual
from indextts.storage.manifest import ModelFolder
from indextts.voices import Voice
from indextts.voices.cloning.voice import ID_PREFIX, REFERENCE_PREFIX, ClonedVoice

LANGUAGES: Final = ("zh", "en")
LICENCE: Final = "Weights: bilibili Model Use License (IndexTTS-2). The voice belongs to the person who was recorded."
NEEDS: Final = ("torch", "transformers", "safetensors", "sentencepiece")


def installed(config: Config) -> bool:
    """Whether packages and files are there, these by name and size: opening it tells whether they are whole."""
    states = ModelFolder(NAME, config.models_path / NAME).states(hashes=False)
    return bool(states) and all(state.state == "ok" for state in states) and all(map(find_spec, NEEDS))


def voices(config: Config) -> list[Voice]:
    from indextts.voices.cloning.library import CloneLibrary

    with closing(CloneLibrary(config)) as library:
        return described(library.voices())


def described(cloned: Sequence[ClonedVoice]) -> list[Voice]:
    first = next((voice.pitch_hz for voice in cloned if voice.pitch_hz > 0), 0.0)
    return [
        Voice(
            voice.id,
            voice.name,
            voice.name,
            NAME,
            LANGUAGES,
            LICENCE,
            voice.group,
            12.0 * math.log2(voice.pitch_hz / first) if voice.pitch_hz > 0 else 0.0,
            voice.pitch_hz,
        )
        for voice in cloned
    ]


INFO: Final = EngineInfo(
    NAME,
    Bilingual("IndexTTS-2", "IndexTTS-2 引擎"),
    LICENCE,
    installed,
    voices,
    engine_of(__name__),
    rtf=20.0,
    trusted=True,
    turns=1,
    needs=NEEDS,
    id_prefixes=(ID_PREFIX, REFERENCE_PREFIX),
    clones=True,
)
