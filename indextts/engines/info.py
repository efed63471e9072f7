"""What is known of an engine before it is opened. Imports nothing heavy: the registry is there before numpy is."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.sources import Commercial
from indextts.platform import importing
from indextts.platform.config import Config
from indextts.voices import Voice

if TYPE_CHECKING:
    from indextts.engines.base import Engine
    from indextts.model.utterance import Settings


class Fetch(Protocol):
    """Brings the published files of an engine's model; what the model store hands to an :class:`Installer`."""

    def __call__(self, folder: str, *, known: Mapping[str, str]) -> None:
        """Fetch them into ``folder`` under ``config.models_path``; files whose SHA-256 is ``known`` must have it.

        Raises :class:`indextts.model.errors.StudioError` where they cannot be had.
        """
        ...


class Installer(Protocol):
    """Makes an engine's files out of what is published: a module ``install`` in the engine's package.

    An engine without one runs on the published files as they are.
    """

    def ensure(
        self, config: Config, *, model: str, local: Path | None, fetch: Fetch, say: Callable[[str], None]
    ) -> bool:
        """Install the engine's ``model`` unless it is here and whole; true if there was something to do.

        ``local`` is a folder or an archive to take it from, ``say`` hears lines for a person. Raises
        :class:`indextts.model.errors.StudioError` where it cannot be had or written.
        """
        ...


@dataclass(frozen=True)
class Computing:
    """With which numbers a part of an engine computes on this machine, and why."""

    part: Bilingual
    numbers: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    """What a piece of its work took, in each of the numbers that were tried; empty where nothing was."""


@dataclass(frozen=True)
class EngineInfo:
    """What is known of an engine before it is imported: ``INFO`` in the module ``info`` of its package."""

    name: str
    title: Bilingual
    licence: str
    """Of its voices."""
    installed: Callable[[Config], bool]
    """Whether it can be opened; not whether its files are whole, which opening tells."""
    voices: Callable[[Config], list[Voice]]
    """Its voices, while it is closed."""
    load: Callable[[Config], Engine]
    """Opens it. Raises :class:`indextts.model.errors.StudioError` where that cannot be (see :func:`engine_of`)."""
    rtf: float
    """Seconds of work for each second of speech on one usual core: what is assumed before it was measured."""
    pace: Callable[[Config], float] = lambda config: 0.0
    """The same as it was measured on this machine (:mod:`indextts.engines.pace`); 0 where it was not. An engine that is
    not quick enough is no default one while another can speak."""
    turns: int = 0
    """Requests that it speaks at the same time, beside those of the workers; 0 if it shares these."""
    needs: tuple[str, ...] = ()
    """Packages beside the default installation; ``./start_app.sh --with NAME`` installs them."""
    id_prefixes: tuple[str, ...] = ()
    """What ids of voices begin with that belong to it and stand in no list."""
    mixes: bool = False
    """Whether mixtures of its voices are voices too (:mod:`indextts.voices.mixture`)."""
    clones: bool = False
    """Whether it speaks with recordings that a request brings."""
    commercial: Commercial = "unclear"
    """Whether its sound may be used commercially, as ``configs/licences.yaml`` has it."""
    models: tuple[str, ...] = ()
    """The names of the models that it can speak with; empty for the one of its own name."""
    model: Callable[[Config], str] = lambda config: ""
    """The one of them that speaks; empty for the one of its own name."""
    accented: tuple[str, ...] = ()
    """Languages that its voices speak less clearly than their own; the page says how clearly, as it was measured."""
    foreign_voice: Callable[[str], str] = lambda text: ""
    """The voice for a text in a language that no other engine speaks; empty where it is in none such."""
    trusted: bool = False
    """Whether it may run in the server's own process, where it could end or stop everybody's work. Those of the
    project may; ``engines.isolate`` decides over all others."""
    qualities: Mapping[str, float] = field(default_factory=dict)
    """Those that it has (``quality`` of a request), with the share of ``rtf`` that each takes about."""
    quality: Callable[[Config], str] = lambda config: "best"
    """That of requests which name none."""
    pass_s: Callable[[Config, Settings], float] = lambda config, settings: math.inf
    """What it costs to say a sentence in two passes, in seconds of speech; infinite where it never is to be."""
    computing: Callable[[Config, str], Sequence[Computing]] = lambda config, model: ()
    """The parts of one of its models; empty where it was not opened yet, or has nothing to choose."""
    installer: Callable[[], Installer] | None = None
    """Its installer; ``None`` where the published files are the model."""


def engine_of(info: str) -> Callable[[Config], Engine]:
    """The ``load`` of the module ``engine`` beside the module ``info``, imported when it is called.

    One that ``engines.isolate`` names, or that is not trusted, opens in a process of its own. Raises
    :class:`indextts.model.errors.StudioError` ``dependency_missing`` where the engine needs a package that is not
    installed.
    """
    package = info.rpartition(".")[0]

    def load(config: Config) -> Engine:
        known: EngineInfo = importlib.import_module(info).INFO
        try:
            if known.name in config.engines.isolate or (not known.trusted and "untrusted" in config.engines.isolate):
                from indextts.engines.isolated.proxy import isolated

                return isolated(info, known.name, known.title, known.voices(config), config)
            # Large packages share others with the page's, which a second thread may be importing.
            with importing.alone() if known.needs else nullcontext():
                opening = importlib.import_module(f"{package}.engine")
            engine: Engine = opening.load(config)
        except ModuleNotFoundError as error:
            lacking, name = (error.name or "").partition(".")[0], package.rpartition(".")[2]
            raise StudioError("dependency_missing", package=lacking, command=f"./start_app.sh --with {name}") from error
        return engine

    return load


def installer_of(info: str) -> Callable[[], Installer]:
    """The module ``install`` beside the module ``info``, imported when it is called."""
    return lambda: cast(Installer, importlib.import_module(f"{info.rpartition('.')[0]}.install"))
