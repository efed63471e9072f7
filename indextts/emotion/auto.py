"""The emotion of a text, read by a small network: what ``auto`` speaks with, and the command ``emotion``.

    feelings = Feelings()                     # opens nothing yet
    feelings.read(["今天真开心！"])             # [Feeling(name="happy", probability=0.93)]
    feelings.resolve(utterance)               # sentence by sentence, into the segments that have no emotion
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from indextts.emotion.annotate import resolve
from indextts.emotion.classifier import Feeling, Reader
from indextts.utterance.model import Utterance

log = logging.getLogger(__name__)


class Feelings:
    """The reader of a process, opened when it is first asked for. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reader: Reader | None = None

    def read(self, texts: Sequence[str]) -> list[Feeling]:
        """The emotion of each text. Raises :class:`StudioError` ``emotion_missing`` if the network is not there."""
        return self._opened().read(texts)

    def line(self, text: str) -> str:
        """The emotion's name, a tab, and how sure that is from 0 to 1."""
        (feeling,) = self.read([text])
        return f"{feeling.name}\t{feeling.probability:.3f}"

    def resolve(self, utterance: Utterance) -> None:
        resolve(utterance, self._opened())

    def _opened(self) -> Reader:
        with self._lock:
            if self._reader is None:
                began = time.perf_counter()
                self._reader = Reader.open()
                log.info("Opened the emotion model in %.2f s", time.perf_counter() - began)
            return self._reader
