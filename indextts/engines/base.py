"""The protocol that every engine speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from indextts.model.utterance import Segment, Settings
from indextts.platform.run import Run
from indextts.voices import Voice as Voice

Samples = npt.NDArray[np.float32]
"""Mono audio, full scale ±1, shape ``[N]``."""

Passes = Sequence[Sequence[Segment]]
"""Of each, the segments are spoken in one go."""


class Engine(Protocol):
    """Speaks one segment at a time. Safe to call from several threads at once.

    One that has measured itself on this machine has a ``pace`` as well: seconds of work for each second of speech, 0
    while it has not. One whose sounds end with the voice dying away has a ``release_s``: so many seconds at the end of
    each are part of the pause that follows.
    """

    @property
    def name(self) -> str:
        """Its name in requests and answers."""
        ...

    @property
    def sample_rate(self) -> int:
        """Of everything that :meth:`speak` returns, in Hz."""
        ...

    @property
    def level_lufs(self) -> float:
        """How loud its voices are by themselves."""
        ...

    def voices(self) -> list[Voice]:
        """The voices that it has."""
        ...

    def loudness_shift(self, settings: Settings) -> float:
        """Decibels by which the finished sound should differ from the usual loudness."""
        ...

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """What outside a plan decides how ``voice`` sounds, by name: hashes of models and tables, versions.

        Equal fingerprints and equal segments give equal samples. A name means the same for all voices, or has the
        voice's own in it.
        """
        ...

    def pause_factor(self, settings: Settings) -> float:
        """How much longer than usual the silence after a segment should be, as a factor."""
        ...

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        """Say ``segment``, whose tokens have phones, and fill in its tokens' times from the segment's own start.

        On phones without ``frames``, ``f0`` or ``energy`` it notes what it predicted; it changes nothing else.

        The sound begins and ends with speech: pauses around it are not the engine's. Raises
        :class:`indextts.model.errors.StudioError` where it cannot.
        """
        ...


@runtime_checkable
class SpeaksTogether(Protocol):
    """What an :class:`Engine` has as well where it says several segments better in one pass than one by one.

    It is asked with neighbours that share all their settings, none of whose tokens a person has changed
    (:mod:`indextts.plan.passes`). On phones it notes nothing.
    """

    def together(self, segments: Sequence[Segment], settings: Settings) -> int:
        """How many of ``segments``, from the first on, one pass takes; 0 where each is to be one. Raises nothing."""
        ...

    @property
    def ahead(self) -> int:
        """How many passes after the one that is spoken it would like to know; it does part of their work along."""
        ...

    def speak_together(
        self, segments: Sequence[Segment], settings: Settings, run: Run, following: Passes = ()
    ) -> list[Samples | None]:
        """Say ``segments`` in one pass, and cut the sound into theirs; ``None`` for each that cannot be cut safely.

        They are as :meth:`Engine.speak` gives them, and one segment is exactly that. Raises as that does.
        ``following`` are passes that probably come next, in order; they change nothing of any sound.
        """
        ...
