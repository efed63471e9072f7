"""A segment's tokens as the model reads them: our normalised text, with pinyin where a reading was decided explicitly.

The text of a segment is put together from what its tokens say (:mod:`indextts.engines.indextts2.frontend.writing`), so
numbers, dates and abbreviations are read here as by all other engines, once. A Chinese character whose reading comes
from a person, the dictionary or a tag is written as pinyin (version 2.5: with its pinyin), which the model knows; of
all other characters it chooses the reading itself, except of those that it does not know.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from indextts.engines.indextts2.checkpoint.config import ModelConfig
from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.frontend import v25
from indextts.engines.indextts2.frontend.normaliser import Normaliser, Tokeniser, read_glossary, split
from indextts.engines.indextts2.frontend.v25 import RankTokeniser, TokenLine
from indextts.engines.indextts2.frontend.writing import written
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment
from indextts.platform.lru import cached

LONGEST: Final = 120
"""Tokens that the model says in one go, as published."""

GLOSSARY: Final = "glossary.yaml"
"""Of a person's own: terms with their readings, in the folder of the model's files."""


def open_front(published: PublishedFolder) -> PieceFront | RankFront:
    """The front end of a checkpoint, with the glossary that may lie beside its files.

    Raises :class:`StudioError` as the tokenisers do, and ``bad_file`` for a glossary that is none.
    """
    config, glossary = published.config, published.folder / GLOSSARY
    normaliser = Normaliser(_terms(glossary) if glossary.is_file() else None)
    if config.is_25:
        ranks = RankTokeniser.open(published.path("ranks"), size=config.gpt.number_text_tokens)
        return RankFront(ranks, normaliser, config)
    return PieceFront(Tokeniser.open(published.path("pieces"), normaliser), normaliser, config)


class PieceFront:
    """Version 2's front end, with SentencePiece tokens."""

    def __init__(self, tokeniser: Tokeniser, normaliser: Normaliser, config: ModelConfig) -> None:
        self._tokeniser = tokeniser
        self._normaliser = normaliser
        self._known = cached(8192)(tokeniser.knows)
        self._longest = min(LONGEST, config.gpt.max_text_tokens)

    def lines(self, segment: Segment) -> list[TokenLine]:
        """What is said of a segment, at least one line. Raises :class:`StudioError` ``text_unspeakable``."""
        text = self._normaliser.said(written(segment.tokens, known=self._known))
        parts = filter(None, split(self._tokeniser.pieces(text), self._longest))
        return _some([TokenLine(" ".join(part), tuple(self._tokeniser.ids(part))) for part in parts])


class RankFront:
    """Version 2.5's front end, with byte-pair ranks."""

    def __init__(self, tokeniser: RankTokeniser, normaliser: Normaliser, config: ModelConfig) -> None:
        self._tokeniser = tokeniser
        self._normaliser = normaliser
        self._longest = min(LONGEST, config.gpt.max_text_tokens)

    def lines(self, segment: Segment) -> list[TokenLine]:
        """As :meth:`PieceFront.lines`; a segment with a Chinese character is Chinese, every other one English."""
        chinese = any(token.kind == "hanzi" for token in segment.tokens)
        language: v25.Language = "zh" if chinese else "en"
        text = v25.written(written(segment.tokens, annotated=True), language, self._normaliser.said)
        return _some(v25.segments(text, language, self._tokeniser, self._longest))


def _terms(path: Path) -> dict[str, dict[str, str]]:
    from indextts.engines.indextts2.frontend.glossary import in_words  # most have none, and need no dictionaries here

    return in_words(read_glossary(path))


def _some(lines: list[TokenLine]) -> list[TokenLine]:
    if not any(line.ids for line in lines):
        raise StudioError("text_unspeakable")
    return lines
