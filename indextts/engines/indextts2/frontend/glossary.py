"""A person's own terms, as they come out of the normalisation of a text: that is where they are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indextts.engines.indextts2.frontend.normaliser import Reading
from indextts.engines.indextts2.frontend.writing import written
from indextts.model.utterance import Lang
from indextts.reading.markup import in_text
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.frontend import build_segments
from indextts.reading.text.overrides import Override

_LANGUAGES: Final[tuple[Lang, ...]] = ("zh", "en")
_LONGEST: Final = 60
"""Syllables of one term."""


def in_words(glossary: Mapping[str, Reading]) -> dict[str, dict[str, str]]:
    """Terms and readings with their numbers and signs read out, by each language's rules: ``M.2`` is ``M. two``."""
    found: dict[str, dict[str, str]] = {}
    for term, reading in glossary.items():
        for language in _LANGUAGES:
            said = reading if isinstance(reading, str) else reading.get(language)
            if said is not None:
                found.setdefault(_written(term, language) or term, {})[language] = _written(said, language) or said
    return found


def _written(text: str, language: Lang) -> str:
    pinyin = in_text.find(text)
    fixed = pinyin or [Override(0, len(text), lang=language)]
    segments = build_segments(text, is_word=is_word, max_syllables=_LONGEST, fixed=fixed)
    return written([token for segment in segments for token in segment.tokens])
