"""A chain of one engine that is open already: nobody takes over, nobody watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indextts.engines.base import Engine, Voice
from indextts.run import Run
from indextts.utterance.model import Settings, Utterance
from indextts.utterance.settings import AUTO_ENGINE


class Alone:
    """What :class:`indextts.engines.fallback.router.Chain` is, for one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def sample_rate(self) -> int:
        """The engine's."""
        return self._engine.sample_rate

    def voices(self) -> list[Voice]:
        """Likewise."""
        return self._engine.voices()

    def resolve(self, settings: Settings) -> Settings:
        """``settings`` with the names of the engine and a voice in place of ``auto`` and ``default``."""
        if settings.engine == AUTO_ENGINE:
            settings = replace(settings, engine=self._engine.name)
        return replace(settings, voice=self.voices()[0].id) if settings.voice == "default" else settings

    def is_auto(self, settings: Settings) -> bool:
        """There is no choice."""
        return False

    def check(self, settings: Settings) -> None:
        """There is nothing else to mix it up with."""

    def foreign_voice(self, text: str) -> str:
        """There is nobody else."""
        return ""

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """See :meth:`indextts.engines.base.Engine.fingerprints`."""
        return self._engine.fingerprints(voice)

    def relay(self, utterance: Utterance, run: Run) -> Engine:
        """The engine itself."""
        run.engine = self._engine.name
        return self._engine
