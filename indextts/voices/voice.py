"""A voice: id, names, engine and place in a dialogue's cast."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """A voice that a user can pick."""

    id: str
    name_en: str
    name_zh: str
    engine: str
    languages: tuple[str, ...]
    licence: str
    group: str = ""
    """``women``, ``men``, ``children``, or ``own`` for a person's own; empty where the engine does not say."""
    pitch: float = 0.0
    """Semitones of its median F0 above that of the engine's first voice."""
    hz: float = 0.0
    """Its median F0; 0 where that is not known. By it a voice of another engine stands in for this one."""
    cast: int = -1
    """Its place among the voices for speakers without a chosen one; below 0 it is never used."""
