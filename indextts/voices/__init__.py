"""The family of voices: one trained speaker, and every voice derived from it.

    family = VoiceFamily(config)
    family.design("deep_man")                        # a voice of configs/voices.yaml, or of a person's own
    family.design("design:tract=0.9,pitch=-3")       # one that is nowhere written down
    read_mixture("af_bella(2)+af_sky(1)")            # ready voices of another engine, mixed

:class:`indextts.voices.catalogue.VoiceFamily` is the one place where the id of a voice becomes numbers. What a
design does to the sound is in :mod:`indextts.engines.embedded.acoustic.tract`.
"""

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
    pitch: float = 0.0  # Semitones of its median F0 above that of the engine's first voice
    hz: float = 0.0  # Its median F0; 0 where that is not known. By it a voice of another engine stands in for this one.
    cast: int = -1  # Its place among the voices for speakers without a chosen one; below 0 it comes last
    about_en: str = ""  # A line about its character in English; empty where the engine says nothing
    about_zh: str = ""  # The same line in Chinese
    grade: str = ""  # How good its authors hold it to be, ``A`` to ``F``; empty where they do not say
    dnsmos: float = 0.0  # Overall sound quality as DNSMOS judged it; 0 where it was not measured
    age: str = ""
    """``boy``, ``girl`` or ``child``; ``old_man`` or ``old_woman``; empty for a grown-up and where it is not known."""
