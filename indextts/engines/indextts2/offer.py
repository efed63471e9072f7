"""What the IndexTTS-2 engine offers before it is opened."""

from __future__ import annotations

from typing import Final

from indextts.config import Config
from indextts.engines.base import Engine, Voice
from indextts.errors import StudioError
from indextts.storage.manifest import ModelFolder

NAME: Final = "indextts2"


def installed(config: Config) -> bool:
    """Whether its files were fetched."""
    return ModelFolder(NAME, config.models_path / NAME).identity() is not None


def voices(config: Config) -> list[Voice]:
    """The cloned voices."""
    return []


def load(config: Config) -> Engine:
    """The engine, ready to speak."""
    raise StudioError("model_missing", model=NAME)
