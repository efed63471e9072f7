"""Engines that turn phones into sound, each behind the same protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.engines.base import Engine as Engine
    from indextts.engines.base import Samples as Samples
    from indextts.engines.base import SpeaksTogether as SpeaksTogether
    from indextts.engines.info import EngineInfo as EngineInfo
    from indextts.engines.info import Installer as Installer
    from indextts.engines.registry import REGISTRY as REGISTRY
    from indextts.engines.registry import Registry as Registry
    from indextts.engines.registry import missing_packages as missing_packages
    from indextts.engines.registry import single as single
    from indextts.engines.registry import title as title

_HOMES: Final = {
    "REGISTRY": "registry",
    "Engine": "base",
    "EngineInfo": "info",
    "Installer": "info",
    "Registry": "registry",
    "Samples": "base",
    "SpeaksTogether": "base",
    "missing_packages": "registry",
    "single": "registry",
    "title": "registry",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
