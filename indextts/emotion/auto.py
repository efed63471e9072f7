"""The emotion of a text by the shipped classifier, for ``auto`` and the command ``emotion``.

    emotion = AutoEmotion()                    # opens nothing yet
    emotion.read(["今天真开心！"])              # [EmotionGuess(name="happy", probability=0.93)]
    emotion.resolve(utterance)                # sentence by sentence, into the segments that have no emotion
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from indextts.emotion.annotate import resolve
from indextts.emotion.classifier import EmotionClassifier, EmotionGuess
from indextts.utterance.model import Utterance

log = logging.getLogger(__name__)


class AutoEmotion:
    """The emotion classifier of a process, opened at first use. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._classifier: EmotionClassifier | None = None

    def read(self, texts: Sequence[str]) -> list[EmotionGuess]:
        """The emotion of each text. Raises :class:`StudioError` ``emotion_missing`` if the network is not there."""
        return self._opened().read(texts)

    def line(self, text: str) -> str:
        """The emotion's name, a tab, and how sure that is from 0 to 1."""
        (guess,) = self.read([text])
        return f"{guess.name}\t{guess.probability:.3f}"

    def resolve(self, utterance: Utterance) -> None:
        resolve(utterance, self._opened())

    def _opened(self) -> EmotionClassifier:
        with self._lock:
            if self._classifier is None:
                began = time.perf_counter()
                self._classifier = EmotionClassifier.open()
                log.info("Opened the emotion model in %.2f s", time.perf_counter() - began)
            return self._classifier
