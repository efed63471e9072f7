"""Which engine speaks with cloned voices, and whether it is here."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from indextts.errors import StudioError
from indextts.storage.manifest import ModelFolder

if TYPE_CHECKING:
    from indextts.config import Config

ENGINE: Final = "indextts2"


def installed(config: Config) -> bool:
    """Whether its files are here, by name and size, and what it runs on; nothing is opened."""
    states = ModelFolder(ENGINE, config.models_path / ENGINE).states(hashes=False)
    return bool(states) and all(state.state == "ok" for state in states) and find_spec("torch") is not None


def require(config: Config, wanted: object = None) -> str:
    """The engine for recordings, where ``wanted`` was asked for: empty, ``auto``, or a name.

    Raises :class:`StudioError` ``cloning_unsupported`` for another one, ``cloning_unavailable`` where it is not here.
    """
    if wanted not in (None, "", "auto", ENGINE):
        raise StudioError("cloning_unsupported", engine=wanted)
    if not installed(config):
        raise StudioError("cloning_unavailable", engine=ENGINE)
    return ENGINE
