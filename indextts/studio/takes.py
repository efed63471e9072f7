"""The last takes: what was generated, kept in memory under ids that nobody can guess.

A browser keeps the ids of its own takes, so that they survive a reload; the server keeps the takes themselves,
the oldest of all going first. Nothing here outlives the process, and the audio files are cleaned up by age.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.messages import Both
from indextts.request import SpeechRequest
from indextts.utterance import Utterance

if TYPE_CHECKING:
    from indextts.errors import StudioError
    from indextts.pipeline import Speech

SHOWN: Final = 8
"""Takes that one page lists."""

KEPT: Final = 200
"""Takes that the process remembers for all pages together."""


@dataclass(frozen=True)
class Take:
    """One finished generation."""

    request: SpeechRequest
    audio: Path
    """The wav file, while it lives."""
    duration_s: float
    elapsed_s: float
    """Seconds from the press of the button, waiting included."""
    utterance: Utterance
    engine: str
    fallback: bool
    reason: Both
    stages: tuple[tuple[str, float], ...]
    """Names and seconds, in the order of the pipeline."""
    rtf: float
    cached: int = 0
    """Sentences whose sound was kept from before."""
    warnings: tuple[StudioError, ...] = ()
    """What went wrong without keeping it from being made."""
    before: str = ""
    """Id of the take that this one is a fix of: that fix can be undone."""
    id: str = field(default_factory=lambda: Take.new_id())

    @staticmethod
    def of(speech: Speech, request: SpeechRequest, audio: Path, *, elapsed_s: float, before: str = "") -> Take:
        """What was spoken for ``request`` and saved as ``audio``."""
        return Take(
            request=request,
            audio=audio,
            duration_s=speech.duration_s,
            elapsed_s=elapsed_s,
            utterance=speech.utterance,
            engine=speech.engine,
            fallback=speech.fallback,
            reason=speech.reason,
            stages=tuple((stage.name, stage.seconds) for stage in speech.stages),
            rtf=speech.rtf,
            cached=speech.cached,
            warnings=speech.warnings,
            before=before,
        )

    @staticmethod
    def new_id() -> str:
        """One that nobody can guess."""
        return secrets.token_urlsafe(16)


class TakeStore:
    """All takes of the process; thread-safe."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._takes: OrderedDict[str, Take] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, take: Take) -> None:
        """Remember ``take``, forgetting the oldest when there are too many."""
        with self._lock:
            self._takes[take.id] = take
            while len(self._takes) > self._kept:
                self._takes.popitem(last=False)

    def get(self, take_id: str) -> Take | None:
        """The take of that id, or ``None`` when it is unknown or forgotten."""
        with self._lock:
            return self._takes.get(take_id)

    def known(self, ids: Iterable[object]) -> list[Take]:
        """The takes among ``ids`` that are still known, in that order, at most :data:`SHOWN`."""
        with self._lock:
            found = [self._takes[item] for item in ids if isinstance(item, str) and item in self._takes]
        return found[:SHOWN]
