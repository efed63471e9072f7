"""Version 2.5's text front end: five languages, readings in angle brackets, segments by punctuation.

Numbers are written out by WeText for Chinese and English; Japanese, Spanish and Arabic are taken as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from indextts.engines.indextts2.frontend.bpe_ranks import LANGUAGES, RankTokeniser
from indextts.engines.indextts2.frontend.normaliser import Normaliser, plain_marks
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual

Language = Literal["zh", "en", "ja", "es", "ar"]

_STOP: Final = 1
"""Stands after every segment; the GPT takes it out again and pads its prompt instead."""
_READING: Final = re.compile(r"<([^|>\n]+)\|([^>\n]+)>")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_PHONES, _PINYIN = "<|SPECIAL_TOKEN_1|>", "<|SPECIAL_TOKEN_2|>"
_SPAN: Final = re.compile(r"(<\|SPECIAL_TOKEN_[12]\|>.*?<\|SPECIAL_TOKEN_[12]\|>)")
_CLAUSE: Final = re.compile(r"[^.,!?;:…。，！？；：、]*[.,!?;:…。，！？；：、]*\s*")
_WORD: Final = re.compile(r"\s*[a-z0-9'’]+|\s*.", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class TokenSegment:
    """What is spoken in one go: the text as it is written for the model, and its tokens."""

    text: str
    ids: tuple[int, ...]


def language_number(language: Language) -> int:
    """The row of the GPT's language table."""
    return LANGUAGES.index(language)


def written(text: str, language: Language, normaliser: Normaliser | None) -> str:
    """``text`` as the model was trained on it; without ``normaliser`` numbers stay as they are.

    Raises :class:`StudioError` ``unknown_choice`` for another language.
    """
    if language not in get_args(Language):
        known = ", ".join(get_args(Language))
        raise StudioError("unknown_choice", field=Bilingual("language", "语言"), value=language, choices=known)
    parts: list[str] = []
    at = 0
    for reading in _READING.finditer(text):
        parts += [_plain(text[at : reading.start()], language, normaliser), _spelled(reading[1], reading[2])]
        at = reading.end()
    return "".join([*parts, _plain(text[at:], language, normaliser)])


def _plain(text: str, language: Language, normaliser: Normaliser | None) -> str:
    if not text.strip():
        return text
    if normaliser is not None and (language == "zh" or language == "en"):
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        text = before + normaliser(text.strip(), language) + after
    else:
        text = plain_marks(text)
    return text.upper() if language == "es" else text if language == "ar" else text.lower()


def _spelled(word: str, reading: str) -> str:
    if _KANA.search(reading):
        return f" {reading} "
    if _CHINESE.search(word):
        return f"{_PINYIN}{reading}{_PINYIN}"
    return f"{_PHONES}{reading.upper()}{_PHONES}"


def segments(text: str, language: Language, tokeniser: RankTokeniser, longest: int) -> list[TokenSegment]:
    """Cut :func:`written` text at punctuation into segments of at most ``longest`` tokens, tag and stop included.

    A reading is never cut, so one that is longer makes a segment of its own. Raises :class:`StudioError`
    ``out_of_range`` where the limit leaves no room for text.
    """
    tag = f"<|{language}|> "
    room = longest - len(tokeniser.ids(tag)) - 1
    if room < 1:
        raise StudioError("out_of_range", field=Bilingual("segment length", "分段长度"), value=longest, low=4, high=600)
    cut: list[str] = []
    for piece in _pieces(text, tokeniser, room):
        if cut and len(tokeniser.ids(tag + cut[-1] + piece)) < longest:
            cut[-1] += piece
        else:
            cut.append(piece)
    spoken = (part.strip() for part in cut)
    return [TokenSegment(part, (*tokeniser.ids(tag + part), _STOP)) for part in spoken if part]


def _pieces(text: str, tokeniser: RankTokeniser, room: int) -> list[str]:
    """Clauses, words where a clause is too long, and readings whole."""
    pieces: list[str] = []
    for part in _SPAN.split(text):
        if _SPAN.fullmatch(part):
            pieces.append(part)
        else:
            for clause in filter(None, _CLAUSE.findall(part)):
                pieces += [clause] if len(tokeniser.ids(clause)) <= room else _WORD.findall(clause)
    return pieces
