"""The engines that there are, by their names, known without importing one."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

from indextts.config import Config
from indextts.i18n.messages import Bilingual
from indextts.voices.voice import Voice

if TYPE_CHECKING:
    from indextts.engines.base import Engine


class Source(Protocol):
    """What an engine's package offers without opening it: its module ``offer``."""

    def installed(self, config: Config) -> bool:
        """Whether it could be opened."""
        ...

    def voices(self, config: Config) -> list[Voice]:
        """Its voices."""
        ...

    def load(self, config: Config) -> Engine:
        """The engine, ready to speak. Raises :class:`indextts.errors.StudioError` saying why it cannot be."""
        ...


@dataclass(frozen=True)
class Offer:
    """An engine that can be asked for."""

    name: str
    title: Bilingual
    source: Callable[[], Source]
    model: str
    """Its name in the model store."""
    rtf: float
    """Seconds of work for each second of speech on one usual core, about: what is assumed before it was measured."""
    turns: int = 0
    """Requests that it speaks at the same time, beside those of the workers; 0 if it shares these."""


Registry = Mapping[str, Offer]


class _Loaded:
    """An engine that a function makes, once it is asked what it offers."""

    def __init__(self, load: Callable[[Config], Engine]) -> None:
        self._load = load

    def installed(self, config: Config) -> bool:
        return True

    def voices(self, config: Config) -> list[Voice]:
        return []

    def load(self, config: Config) -> Engine:
        return self._load(config)


def only(load: Callable[[Config], Engine], name: str = "embedded") -> Registry:
    """One engine, made by ``load``, and no other."""
    made = _Loaded(load)
    return {name: Offer(name, REGISTRY[name].title, lambda: made, name, REGISTRY[name].rtf)}


def _packaged(name: str) -> Callable[[], Source]:
    return lambda: cast(Source, importlib.import_module(f"indextts.engines.{name}.info"))


REGISTRY: Final[Registry] = {
    offer.name: offer
    for offer in (
        Offer("embedded", Bilingual("The built-in engine", "内置引擎"), _packaged("embedded"), "embedded", 0.1),
        Offer("sambert", Bilingual("Sambert", "Sambert 引擎"), _packaged("sambert"), "sambert", 0.3),
        Offer(
            "indextts2", Bilingual("IndexTTS-2", "IndexTTS-2 引擎"), _packaged("indextts2"), "indextts2", 20.0, turns=1
        ),
        Offer("espeak", Bilingual("eSpeak NG", "eSpeak NG 引擎"), _packaged("espeak"), "espeak", 0.02),
    )
}
