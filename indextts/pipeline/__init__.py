"""The pipeline from text to sound, and the choice of the engine that speaks, with its fallbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.pipeline.fallback.pool import Pool as Pool
    from indextts.pipeline.fallback.router import SAMPLE_RATE as SAMPLE_RATE
    from indextts.pipeline.fallback.router import EngineRouter as EngineRouter
    from indextts.pipeline.fallback.session import FallbackSession as FallbackSession
    from indextts.pipeline.pipeline import Pipeline as Pipeline
    from indextts.pipeline.speaking import Speaking as Speaking

_HOMES: Final = {
    "SAMPLE_RATE": "fallback.router",
    "EngineRouter": "fallback.router",
    "FallbackSession": "fallback.session",
    "Pipeline": "pipeline",
    "Pool": "fallback.pool",
    "Speaking": "speaking",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
