"""The emotion classifier, one network a language: pieces and words in, probabilities out, by onnxruntime."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from indextts.emotion import features
from indextts.emotion.features import Floats, Keys
from indextts.errors import StudioError
from indextts.runtime.onnx import open_session
from indextts.storage import assets as shipped
from indextts.text.sentences import language_of
from indextts.utterance.model import Lang

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ASSETS: Final = shipped.ASSETS / "emotion"
NEUTRAL: Final = "neutral"
LANGUAGES: Final[tuple[Lang, ...]] = ("zh", "en")


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

    def read(self, texts: Sequence[str]) -> list[EmotionGuess]:
        """The likeliest emotion of each text, any text; one without anything to read is neutral."""
        return [self._guess(text) for text in texts]

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
