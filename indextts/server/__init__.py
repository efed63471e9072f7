"""HTTP: the API, and the page mounted on it. ``run(load_config())`` serves until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.server.app import create_app as create_app
    from indextts.server.app import run as run

_HOMES: Final = {"create_app": "app", "run": "app"}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
