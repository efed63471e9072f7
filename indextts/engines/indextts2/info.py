"""What is known of IndexTTS-2 before it is opened: nothing here needs PyTorch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from importlib.util import find_spec
from typing import Final

from indextts.engines.indextts2.checkpoint.config import NAME as NAME
from indextts.engines.indextts2.checkpoint.config import NAME_25
from indextts.engines.indextts2.checkpoint.precision import KEPT, PARTS, KeptChoices
from indextts.engines.indextts2.costs import pass_s
from indextts.engines.info import Computing, EngineInfo, engine_of
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.platform.storage.manifest import ModelFolder
from indextts.voices import Voice
from indextts.voices.cloning.voice import ID_PREFIX, REFERENCE_PREFIX, ClonedVoice

LANGUAGES: Final = ("zh", "en")
LICENCE: Final = "Weights: bilibili Model Use License (IndexTTS-2). The voice belongs to the person who was recorded."
NEEDS: Final = ("torch", "transformers", "safetensors", "sentencepiece", "wetext")


def installed(config: Config) -> bool:
    """Whether packages and files are there, these by name and size: opening it tells whether they are whole."""
    return _there(chosen(config), config) and all(map(find_spec, NEEDS))


def chosen(config: Config) -> str:
    """The model that speaks: of the version that is set, else the newest one that is there."""
    version = config.engines.indextts2.version
    if version != "auto":
        return NAME_25 if version == "2.5" else NAME
    return NAME_25 if _there(NAME_25, config) else NAME


def _there(model: str, config: Config) -> bool:
    states = ModelFolder(model, config.models_path / model).states(hashes=False)
    return bool(states) and all(state.state == "ok" for state in states)


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


def computing(config: Config, model: str) -> list[Computing]:
    """With which numbers a model's networks compute on this machine; nothing where that was not chosen yet."""
    setting = config.engines.indextts2.precision
    kept = None if setting == "exact" else KeptChoices(config.cache_path / KEPT).last(setting, model)
    if kept is None:
        return [Computing(title, "float32") for title in PARTS.values()] if setting == "exact" else []
    return [
        Computing(title, kept.precision.of(network), kept.seconds.get(network, {})) for network, title in PARTS.items()
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
    commercial="no",
    turns=1,
    needs=NEEDS,
    id_prefixes=(ID_PREFIX, REFERENCE_PREFIX),
    clones=True,
    models=(NAME, NAME_25),
    qualities={"best": 1.0, "balanced": 0.75, "fast": 0.5},
    quality=lambda config: config.engines.indextts2.quality,
    pass_s=pass_s,
    computing=computing,
)
