"""The emotion of a text by the shipped classifier: for ``auto``, the command ``emotion``, and emotions in words.

    emotion = AutoEmotion()                    # opens nothing yet
    emotion.read(["今天真开心！"])              # [EmotionGuess(name="happy", probability=0.93)]
    emotion.resolve(utterance)                # sentence by sentence, into the segments that have no emotion

The classifier is one network a language: pieces and words in, probabilities out, by onnxruntime.
"""

from __future__ import annotations

import functools
import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from indextts.model.errors import StudioError
from indextts.model.settings import NEUTRAL
from indextts.model.sources import AUTO
from indextts.model.utterance import Lang, Segment, Settings, Utterance
from indextts.platform.beats import Beat, no_beat
from indextts.platform.onnx import open_session
from indextts.platform.storage import assets as shipped
from indextts.reading.emotion import features
from indextts.reading.emotion.features import Floats, Keys
from indextts.reading.text.segment import sentence_ends
from indextts.reading.text.sentences import language_of

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

log = logging.getLogger(__name__)

ASSETS: Final = shipped.ASSETS / "emotion"
LANGUAGES: Final[tuple[Lang, ...]] = ("zh", "en")

_TAIL: Final = 24
"""Characters after a sentence that still belong to it: what is not spoken there, such as emoji, may say most."""


@dataclass(frozen=True)
class EmotionGuess:
    """The likeliest emotion of a text."""

    name: str
    probability: float
    neutral: float
    """How likely the text is to have none."""
    lang: Lang


class _Network(NamedTuple):
    session: InferenceSession
    pieces: Keys
    words: Keys
    classes: tuple[str, ...]
    threshold: float


class EmotionClassifier:
    """Reads the emotion of Chinese and English texts. Thread-safe."""

    def __init__(self, networks: Mapping[Lang, _Network]) -> None:
        self._networks = networks

    @staticmethod
    def open(folder: Path = ASSETS) -> EmotionClassifier:
        """Load the networks of ``folder``. Raises :class:`StudioError` ``emotion_missing`` or ``model_corrupt``."""
        try:
            return EmotionClassifier({lang: _open(folder, lang) for lang in LANGUAGES})
        except FileNotFoundError as error:
            raise StudioError("emotion_missing", file=error.filename or str(error)) from error

    def read(self, texts: Sequence[str], beat: Beat = no_beat) -> list[EmotionGuess]:
        """The likeliest emotion of each text; one without anything to read is neutral; a ``beat`` after each."""
        found = []
        for text in texts:
            found.append(self._guess(text))
            beat()
        return found

    def safe(self, guess: EmotionGuess) -> EmotionGuess:
        """``guess``, or neutral where it is less likely than its language's threshold."""
        if guess.name == NEUTRAL or guess.probability >= self.threshold(guess.lang):
            return guess
        return EmotionGuess(NEUTRAL, guess.neutral, guess.neutral, guess.lang)

    def threshold(self, lang: Lang) -> float:
        """How likely an emotion must be for speech to follow it."""
        return self._networks[lang].threshold

    def shares(self, text: str, lang: Lang) -> Floats:
        """``[K]``: how likely each of the language's emotions is."""
        network = self._networks[lang]
        read = features.read(text, lang)
        places, counts = features.known(read.pieces, network.pieces)
        words = features.word_places(read.words, network.words, lang)
        asked = {"pieces": places, "counts": counts, "words": words}
        found: Floats = network.session.run(None, asked)[0][0]
        return found

    def _guess(self, text: str) -> EmotionGuess:
        lang = language_of(text, "zh")
        if not text.strip():
            return EmotionGuess(NEUTRAL, 1.0, 1.0, lang)
        shares = self.shares(text, lang)
        classes = self._networks[lang].classes
        best = int(np.argmax(shares))
        return EmotionGuess(classes[best], float(shares[best]), float(shares[classes.index(NEUTRAL)]), lang)


def _open(folder: Path, lang: Lang) -> _Network:
    facts = json.loads(shipped.read(folder / f"{lang}.json"))
    with np.load(BytesIO(shipped.read(folder / f"{lang}.npz"))) as numbers:
        pieces, words = numbers["pieces"], numbers["words"]
    graph = open_session(shipped.read(folder / f"{lang}.onnx"))
    return _Network(graph, pieces, words, tuple(facts["classes"]), float(facts["threshold"]))


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

    def resolve(self, utterance: Utterance, beat: Beat = no_beat) -> None:
        resolve(utterance, self._opened(), beat)

    def _opened(self) -> EmotionClassifier:
        with self._lock:
            if self._classifier is None:
                began = time.perf_counter()
                self._classifier = EmotionClassifier.open()
                log.info("Opened the emotion model in %.2f s", time.perf_counter() - began)
            return self._classifier


def resolve(utterance: Utterance, classifier: EmotionClassifier, beat: Beat = no_beat) -> None:
    """Give every segment that has no emotion that of its sentence; what is marked or was set stays.

    An emotion that is less likely than the language's threshold is taken for neutral; the others are the stronger
    the surer they are, at most as strong as the settings say. The pieces of one sentence share its emotion.
    """
    found = ((text, [one for one in segments if not one.emotion]) for text, segments in sentences(utterance))
    open_ = [(text, segments) for text, segments in found if segments]
    readings = classifier.read([text for text, _ in open_], beat)
    for guess, (_, segments) in zip(readings, open_, strict=True):
        safe = classifier.safe(guess)
        for segment in segments:
            segment.emotion, segment.emotion_source = safe.name, AUTO
            segment.emotion_probability = round(safe.probability, 4)
            if segment.intensity is None and safe.name != NEUTRAL:
                segment.intensity = round(utterance.settings.intensity * safe.probability, 4)


def sentences(utterance: Utterance) -> Iterator[tuple[str, list[Segment]]]:
    """Its sentences, each with what stands behind it, and their segments."""
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
