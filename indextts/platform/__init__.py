"""Foundations that know nothing of speech: configuration, files, databases, memory, and the run of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.platform.beats import Beat as Beat
    from indextts.platform.config import Config as Config
    from indextts.platform.config import load_config as load_config
    from indextts.platform.lru import Lru as Lru
    from indextts.platform.lru import cached as cached
    from indextts.platform.onnx import open_session as open_session
    from indextts.platform.periodic import Periodic as Periodic
    from indextts.platform.run import Cancel as Cancel
    from indextts.platform.run import Progress as Progress
    from indextts.platform.run import Run as Run
    from indextts.platform.storage.files import write_file as write_file
    from indextts.platform.storage.files import writing as writing
    from indextts.platform.storage.manifest import ModelFolder as ModelFolder
    from indextts.platform.tables import tables_beside as tables_beside

_HOMES: Final = {
    "Beat": "beats",
    "Cancel": "run",
    "Config": "config",
    "Lru": "lru",
    "ModelFolder": "storage.manifest",
    "Periodic": "periodic",
    "Progress": "run",
    "Run": "run",
    "cached": "lru",
    "load_config": "config",
    "open_session": "onnx",
    "tables_beside": "tables",
    "write_file": "storage.files",
    "writing": "storage.files",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
