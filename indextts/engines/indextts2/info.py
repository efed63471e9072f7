"""What the cloned voices offer before their engine is opened: nothing here needs PyTorch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.config import NAME as NAME
from indextts.errors import StudioError
from indextts.storage.manifest import ModelFolder
from indextts.voices.cloning.voice import ClonedVoice
from indextts.voices.voice import Voice

if TYPE_CHECKING:
    from indextts.engines.base import Engine

LANGUAGES: Final = ("zh", "en")
LICENCE: Final = "Weights: bilibili Model Use License (IndexTTS-2). The voice belongs to the person who was recorded."
_NEEDED: Final = ("torch", "transformers", "sentencepiece")


def installed(config: Config) -> bool:
    """Whether packages and files are there, these by name and size: opening it tells whether they are whole."""
    states = ModelFolder(NAME, config.models_path / NAME).states(hashes=False)
    return bool(states) and all(state.state == "ok" for state in states) and all(map(find_spec, _NEEDED))


def voices(config: Config) -> list[Voice]:
    from indextts.voices.cloning.library import CloneLibrary

    with closing(CloneLibrary.of(config)) as library:
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


def load(config: Config) -> Engine:
    """The engine, its files converted and the machine measured. Raises :class:`StudioError` where it cannot be."""
    from indextts.voices.cloning.library import CloneLibrary

    try:
        from indextts.engines.indextts2.engine import open_engine
    except ModuleNotFoundError as error:
        package = (error.name or "torch").partition(".")[0]
        command = f"./start_app.sh --with {NAME}"
        raise StudioError("dependency_missing", package=package, command=command) from error
    engine = open_engine(config, CloneLibrary.of(config))
    engine.prepare()
    return engine
