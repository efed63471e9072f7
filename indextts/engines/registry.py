"""The engines that there are, by their names, known without opening one."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from indextts.engines.info import EngineInfo
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import ENGINES
from indextts.model.sources import Commercial
from indextts.platform.config import Config
from indextts.voices import Voice
from indextts.voices.mixture import is_ready

if TYPE_CHECKING:
    from indextts.engines.base import Engine

Registry = Mapping[str, EngineInfo]

REGISTRY: Final[Registry] = {name: importlib.import_module(f"indextts.engines.{name}.info").INFO for name in ENGINES}


def single(load: Callable[[Config], Engine], name: str = "embedded") -> Registry:
    """A registry of the engine ``name`` alone, which is there and which ``load`` makes."""
    plain = EngineInfo(name, Bilingual(name, name), "", lambda _: True, lambda _: [], load, rtf=1.0)
    return {name: replace(REGISTRY.get(name, plain), installed=plain.installed, voices=plain.voices, load=load)}


def title(name: str) -> Bilingual:
    """An engine's name for a person."""
    known = REGISTRY.get(name)
    return Bilingual(name, name) if known is None else known.title


def commercial(name: str) -> Commercial:
    """Whether the sound of the engine ``name`` may be used commercially."""
    known = REGISTRY.get(name)
    return "unclear" if known is None else known.commercial


def missing_packages(name: str) -> list[str]:
    """What the engine ``name`` needs and is not installed; nothing is imported to find out."""
    known = REGISTRY.get(name)
    return [] if known is None else [package for package in known.needs if find_spec(package) is None]


def models_of(name: str) -> tuple[str, ...]:
    """The models with which the engine ``name`` can speak, the one of its own name first."""
    known = REGISTRY.get(name)
    return tuple(dict.fromkeys([name, *(known.models if known else ())]))


def engine_of_model(model: str) -> EngineInfo | None:
    """The engine that speaks with a model of the store."""
    return next((info for info in REGISTRY.values() if model in models_of(info.name)), None)


def mixable_voices(config: Config) -> list[Voice]:
    """The installed voices that mixtures can be made of, the best first; nothing is opened to find out."""
    engines = [info for info in REGISTRY.values() if info.mixes and info.installed(config)]
    return [voice for info in engines for voice in info.voices(config) if is_ready(voice.id)]


def cloning_engine(config: Config, wanted: object = None) -> str:
    """The engine that speaks with recordings, where ``wanted`` was asked for: empty, ``auto``, or a name.

    Raises :class:`StudioError` ``cloning_unsupported`` for another one, ``cloning_unavailable`` where none is here.
    """
    able = [info for info in REGISTRY.values() if info.clones]
    if wanted not in (None, "", "auto"):
        able = [info for info in able if info.name == wanted]
        if not able:
            raise StudioError("cloning_unsupported", engine=wanted)
    for info in able:
        if info.installed(config):
            return info.name
    raise StudioError("cloning_unavailable", engine=able[0].name)
