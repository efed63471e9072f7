"""Segments as the pipeline cuts them, with the English dictionary's words, and as it reads them."""

from __future__ import annotations

from functools import partial

from indextts.model.utterance import Settings, Token, Utterance
from indextts.reading import prosody
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text import frontend

build_segments = partial(frontend.build_segments, is_word=is_word)


def annotated(text: str, *, register: str = "auto", max_syllables: int = 60) -> Utterance:
    """``text`` with breaks by rules, and read."""
    segments = build_segments(text, max_syllables=max_syllables)
    utterance = Utterance(text, Settings(register=register), segments)
    prosody.load("rules").annotate(utterance)
    annotate(utterance)
    return utterance


def tokens_of(text: str, model: prosody.ProsodyModel) -> list[Token]:
    """The tokens of ``text`` as ``model`` phrases it."""
    utterance = Utterance(text, segments=build_segments(text, max_syllables=60))
    model.annotate(utterance)
    return [token for segment in utterance.segments for token in segment.tokens]
