"""What the embedded engine offers before it is opened."""

from __future__ import annotations

from contextlib import closing

from indextts.config import Config
from indextts.engines.base import Engine, Voice
from indextts.engines.embedded import engine
from indextts.voices.catalogue import VoiceFamily

NAME = engine.NAME


def installed(config: Config) -> bool:
    """Whether its files were built; not whether they are whole, which opening them tells."""
    return engine.folder(config).identity() is not None


def voices(config: Config) -> list[Voice]:
    """The one who was recorded, and everybody that is made of her."""
    with closing(VoiceFamily.of(config)) as family:
        return family.voices(NAME, engine.LANGUAGES, engine.LICENCE)


def load(config: Config) -> Engine:
    """The engine, ready to speak. Raises :class:`indextts.errors.StudioError` where its files are not whole."""
    return engine.load(config)
