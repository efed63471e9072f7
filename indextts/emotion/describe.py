"""An emotion described in words, for the voices that know emotions by their names."""

from __future__ import annotations

import functools
from dataclasses import replace

from indextts.emotion.classifier import EmotionClassifier
from indextts.errors import StudioError
from indextts.utterance.model import Settings


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


@functools.cache
def _reader() -> EmotionClassifier:
    return EmotionClassifier.open()
