"""The last takes: what was generated, kept in memory under ids that cannot be guessed.

A browser keeps the ids of its own takes, so that they survive a reload; the server keeps the takes themselves within
a bound of bytes, the oldest of all going first. Nothing here outlives the process, and the audio files are cleaned up
by age.
"""

from __future__ import annotations

import secrets
import sys
import threading
import weakref
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.i18n.messages import Bilingual
from indextts.plan.segment_cache import Recording
from indextts.request import SpeechRequest
from indextts.studio.kept import MEGABYTE, Kept
from indextts.utterance.model import Utterance

if TYPE_CHECKING:
    from indextts.errors import StudioError
    from indextts.pipeline import Speech

SHOWN: Final = 8
"""Takes that one page lists."""

MAX_BYTES: Final = 32 * MEGABYTE
"""Of all takes that the process remembers for all pages together, where the configuration says nothing else."""

_OVERHEAD_BYTES: Final = 3000
"""Approximate size of a take without its text and its plan: measured on a take of two characters."""


class PackedPlan:
    """A spoken plan, kept as compressed JSON: as objects, a long text's takes a hundred times the memory.

    It is opened when it is asked for, once for all that look at it at the same time. That takes a fifth of a second of
    computing for 10,000 characters, so it is no work for the event loop.
    """

    def __init__(self, utterance: Utterance) -> None:
        self._data = zlib.compress(utterance.to_json().encode())
        self._lock = threading.Lock()
        self._opened = weakref.ref(utterance)

    @property
    def nbytes(self) -> int:
        """Memory that it takes while it is not open."""
        return len(self._data)

    def copy(self) -> Utterance:
        """The plan as an object of the caller's own, to be edited and spoken."""
        return Utterance.from_json(zlib.decompress(self._data))

    def open(self) -> Utterance:
        """The plan. Others may be looking at the same object: it is not to be changed."""
        with self._lock:
            utterance = self._opened()
            if utterance is None:
                utterance = self.copy()
                self._opened = weakref.ref(utterance)
            return utterance


@dataclass(frozen=True)
class Take:
    """One finished generation."""

    request: SpeechRequest
    audio: Path
    """The wav file, while it lives."""
    duration_s: float
    elapsed_s: float
    """Seconds from the press of the button, waiting included."""
    plan: PackedPlan
    engine: str
    fallback: bool
    reason: Bilingual
    stages: tuple[tuple[str, float], ...]
    """Names and seconds, in the order of the pipeline."""
    rtf: float
    cached: int = 0
    """Sentences whose sound was kept from before."""
    warnings: tuple[StudioError, ...] = ()
    """What went wrong without keeping it from being made."""
    before: str = ""
    """Id of the take that this one is a fix of: that fix can be undone."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """One that cannot be guessed."""

    @property
    def utterance(self) -> Utterance:
        """What :attr:`plan` holds: see :meth:`PackedPlan.open`."""
        return self.plan.open()

    @property
    def recording(self) -> Recording:
        """Where the sound of its sentences can be found again."""
        return Recording(self.plan.open, self.audio)

    @property
    def nbytes(self) -> int:
        """Approximate memory in bytes."""
        return self.plan.nbytes + sys.getsizeof(self.request.text) + _OVERHEAD_BYTES

    @staticmethod
    def of(speech: Speech, request: SpeechRequest | None, audio: Path, *, elapsed_s: float, before: str = "") -> Take:
        """What was spoken and saved as ``audio``; without a ``request``, its plan says what was asked for."""
        return Take(
            request=request or SpeechRequest(speech.utterance.text, speech.utterance.settings),
            audio=audio,
            duration_s=speech.duration_s,
            elapsed_s=elapsed_s,
            plan=PackedPlan(speech.utterance),
            engine=speech.engine,
            fallback=speech.fallback,
            reason=speech.reason,
            stages=tuple((stage.name, stage.seconds) for stage in speech.stages),
            rtf=speech.rtf,
            cached=speech.cached,
            warnings=speech.warnings,
            before=before,
        )


class TakeStore(Kept[Take]):
    """All takes of the process; thread-safe. The oldest goes first, what open pages show goes last."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(max_bytes)

    def add(self, take: Take) -> None:
        self.put(take.id, take, take.nbytes)

    def known(self, ids: Iterable[object]) -> list[Take]:
        """The takes among ``ids`` that are still known, in that order, at most :data:`SHOWN`."""
        found = [self.get(item) for item in ids if isinstance(item, str)]
        return [take for take in found if take is not None][:SHOWN]
