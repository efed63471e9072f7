"""The engine that speaks with cloned voices, where it is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indextts.engines.indextts2.info import NAME, installed
from indextts.errors import StudioError

if TYPE_CHECKING:
    from indextts.config import Config


def require(config: Config, wanted: object = None) -> str:
    """The engine for recordings, where ``wanted`` was asked for: empty, ``auto``, or a name.

    Raises :class:`StudioError` ``cloning_unsupported`` for another one, ``cloning_unavailable`` where it is not here.
    """
    if wanted not in (None, "", "auto", NAME):
        raise StudioError("cloning_unsupported", engine=wanted)
    if not installed(config):
        raise StudioError("cloning_unavailable", engine=NAME)
    return NAME
