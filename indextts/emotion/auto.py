"""The emotion of a text by the shipped classifier: for ``auto``, the command ``emotion``, and emotions in words.

emotion = AutoEmotion()                    # opens nothing yet
emotion.read(["今天真开心！"])              # [EmotionGuess(name="happy", probability=0.93)]
emotion.resolve(utterance)                # sentence by sentence, into the segments that have no emotion
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from indextts.emotion.classifier import NEUTRAL, EmotionClassifier, EmotionGuess
from indextts.errors import StudioError
from indextts.text.sentence_ends import sentence_ends
from indextts.utterance.model import Segment, Settings, Utterance
from indextts.utterance.sources import AUTO

log = logging.getLogger(__name__)

_TAIL: Final = 24
"""Characters after a sentence that still belong to it: what is not spoken there, such as emoji, may say most."""


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


def resolve(utterance: Utterance, classifier: EmotionClassifier) -> None:
    """Give every segment that has no emotion that of its sentence; what is marked or was set stays.

    An emotion that is less likely than the language's threshold is taken for neutral; the others are the stronger
    the surer they are, at most as strong as the settings say. The pieces of one sentence share its emotion.
    """
    found = ((text, [one for one in segments if not one.emotion]) for text, segments in _sentences(utterance))
    sentences = [(text, segments) for text, segments in found if segments]
    readings = classifier.read([text for text, _ in sentences])
    for guess, (_, segments) in zip(readings, sentences, strict=True):
        safe = classifier.safe(guess)
        for segment in segments:
            segment.emotion, segment.emotion_source = safe.name, AUTO
            segment.emotion_probability = round(safe.probability, 4)
            if segment.intensity is None and safe.name != NEUTRAL:
                segment.intensity = round(utterance.settings.intensity * safe.probability, 4)


def _sentences(utterance: Utterance) -> Iterator[tuple[str, list[Segment]]]:
    begin = 0
    ends = sentence_ends(utterance)
    for number, (segment, last) in enumerate(zip(utterance.segments, ends, strict=True)):
        if last or number == len(ends) - 1:
            own = utterance.segments[begin : number + 1]
            following = utterance.segments[number + 1].start if number + 1 < len(ends) else len(utterance.text)
            stop = min(max(following, segment.end), segment.end + _TAIL)
            yield utterance.text[own[0].start : stop], own
            begin = number + 1


def named_emotion(settings: Settings, engine: str) -> Settings:
    """``settings`` with the emotion by its name: the likeliest one of what ``emotion_text`` says.

    Raises :class:`StudioError` ``reference_unsupported`` where it should come from a recording, and
    ``emotion_missing`` if the network that reads words is not there.
    """
    if settings.emotion_reference:
        raise StudioError("reference_unsupported", engine=engine)
    if not settings.emotion_text:
        return settings
    return replace(settings, emotion=_read(settings.emotion_text), emotion_text="")


@functools.lru_cache(maxsize=64)
def _read(text: str) -> str:
    (guess,) = _reader().read([text])
    return guess.name


_reader = functools.cache(EmotionClassifier.open)
