"""A segment's tokens as the model reads them: our normalised text, with pinyin where a reading was decided explicitly.

The text of a segment is put together from what its tokens say, so numbers, dates and abbreviations are read here as by
all other engines. A Chinese character whose reading comes from a person, the dictionary or a tag is written as pinyin
(version 2.5: with its pinyin), which the model knows; of all other characters it chooses the reading itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from indextts.engines.indextts2.checkpoint.config import ModelConfig
from indextts.engines.indextts2.checkpoint.folder import Published
from indextts.engines.indextts2.frontend import v25
from indextts.engines.indextts2.frontend.normaliser import (
    Normaliser,
    Tokeniser,
    corrected,
    is_pinyin,
    read_glossary,
    split,
)
from indextts.engines.indextts2.frontend.v25 import RankTokeniser, TokenLine
from indextts.errors import StudioError
from indextts.utterance.model import Segment, Token
from indextts.utterance.sources import KEPT_SOURCES

LONGEST: Final = 120
"""Tokens that the model says in one go, as published."""

GLOSSARY: Final = "glossary.yaml"
"""Of a person's own: terms with their readings, in the folder of the model's files."""

_PAUSE: Final = 3
"""From this break on (an intonational phrase), one without a mark is written as a comma."""


def open_front(published: Published) -> PieceFront | RankFront:
    """The front end of a checkpoint, with the glossary that may lie beside its files.

    Raises :class:`StudioError` as the tokenisers do, and ``bad_file`` for a glossary that is none.
    """
    config, glossary = published.config, published.folder / GLOSSARY
    normaliser = Normaliser(read_glossary(glossary) if glossary.is_file() else None)
    if config.is_25:
        ranks = RankTokeniser.open(published.path("ranks"), size=config.gpt.number_text_tokens)
        return RankFront(ranks, normaliser, config)
    return PieceFront(Tokeniser.open(published.path("pieces"), normaliser), config)


class PieceFront:
    """Version 2's front end, with SentencePiece tokens."""

    def __init__(self, tokeniser: Tokeniser, config: ModelConfig) -> None:
        self._tokeniser = tokeniser
        self._longest = min(LONGEST, config.gpt.max_text_tokens)

    def lines(self, segment: Segment) -> list[TokenLine]:
        """What is said of a segment, at least one line. Raises :class:`StudioError` ``text_unspeakable``."""
        parts = filter(None, split(self._tokeniser.tokens(written(segment.tokens)), self._longest))
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
        text = v25.written(written(segment.tokens, annotated=True), language, self._normaliser)
        return _some(v25.segments(text, language, self._tokeniser, self._longest))


def written(tokens: Sequence[Token], *, annotated: bool = False) -> str:
    """The text of tokens. ``annotated`` writes fixed readings as ``<word|reading>``, ARPAbet too; else as pinyin."""
    text = ""
    for before, token, following in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False):
        if before is not None and _apart(before, token):
            text += " "
        text += _with_reading(token) if annotated else _pinyin(token)
        if following is not None and _pauses(token, following):
            text += "，"
    return " ".join(text.split())


def _apart(before: Token, token: Token) -> bool:
    """Between words in letters, of which a spelled-out one is one word, and after a mark before one."""
    if token.kind not in ("word", "letter"):
        return False
    if before.kind == "punctuation":
        return before.lang == "en" or before.text in ",.!?;:"
    return before.kind in ("word", "letter") and before.word != token.word


def _fixed(token: Token) -> bool:
    return token.reading_source in KEPT_SOURCES and bool(token.reading)


def _pinyin(token: Token) -> str:
    if token.kind == "hanzi" and _fixed(token) and is_pinyin(token.reading):
        return f" {corrected(token.reading).upper()} "
    return token.text


def _with_reading(token: Token) -> str:
    if token.kind not in ("hanzi", "word") or not _fixed(token) or set(token.text) & set("<|>\n"):
        return token.text
    return f"<{token.text}|{token.reading}>"


def _pauses(token: Token, following: Token) -> bool:
    marks = (token.kind, following.kind)
    return token.break_after >= _PAUSE and "punctuation" not in marks


def _some(lines: list[TokenLine]) -> list[TokenLine]:
    if not any(line.ids for line in lines):
        raise StudioError("text_unspeakable")
    return lines
