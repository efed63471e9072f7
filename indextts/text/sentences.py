"""Sentences: where they end, and which language the things in them that have no language are read in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from indextts.text import chars, tables
from indextts.utterance import Lang

LONGEST: Final = 400
"""Characters of a sentence that is worked on at once; longer ones are parted at a mark, a space or a word."""

_BREAK: Final = re.compile(rf"\n+|[{re.escape(chars.SENTENCE_END + chars.SEMICOLON)}]+|\.+")
_TAIL: Final = re.compile(rf"[{re.escape(chars.CLOSERS + chars.SENTENCE_END)}.]*")
_WORD: Final = re.compile(r"[A-Za-z]{2}")
_CHINESE_MARK: Final = re.compile(r"[，。！？；：、“”]")
_WORDS: Final = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_LATIN_STRETCH: Final = re.compile(r"[^\u3400-\u9fff。！？；，、：\n]+")


@dataclass(frozen=True)
class Sentence:
    """``start``–``end`` in the cleaned text, closing marks included."""

    text: str
    start: int
    end: int
    lang: Lang


def split(text: str, *, lang: Lang | None = None) -> Iterator[Sentence]:
    """The sentences of a cleaned text. What stands between two of them is white space.

    ``lang`` fixes the language of all; otherwise each sentence has its own, and one without letters has
    that of the text.
    """
    default = lang or language_of(text, "zh")
    for start, end in _bounds(text):
        sentence = text[start:end]
        begin = start + len(sentence) - len(sentence.lstrip())
        sentence = sentence.strip()
        if sentence:
            yield Sentence(sentence, begin, begin + len(sentence), lang or language_of(sentence, default))


def language_of(text: str, default: Lang) -> Lang:
    """Chinese if there is one Chinese character, else English if there is a word, else by the marks."""
    if any(chars.is_hanzi(char) for char in text):
        return "zh"
    if _WORD.search(text):
        return "en"
    if _CHINESE_MARK.search(text):
        return "zh"
    return "en" if default == "en" or any(chars.is_latin(char) for char in text) else default


def english_stretches(text: str) -> list[tuple[int, int]]:
    """Where whole English clauses stand inside a Chinese sentence: numbers in them are read in English."""
    found = []
    for match in _LATIN_STRETCH.finditer(text):
        words = _WORDS.findall(match.group())
        if len(words) >= 3 and sum(word.lower() in tables.EN_FUNCTION_WORDS and not word.isupper() for word in words):
            found.append(match.span())
    return found


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(text):
        if match.start() < start:
            continue
        if match.group()[0] == "." and not _ends_here(text, match):
            continue
        end = match.end() if match.group()[0] == "\n" else _TAIL.match(text, match.end()).end()  # type: ignore[union-attr]
        yield from _parts(text, start, end)
        start = end
    yield from _parts(text, start, len(text))


def _ends_here(text: str, match: re.Match[str]) -> bool:
    """Whether full stops at this place end a sentence: not in numbers, names, initials, abbreviations."""
    after = text[match.end() : match.end() + 1]
    if len(match.group()) > 1:
        return not after.isalnum() or chars.is_hanzi(after)
    if after and not after.isspace() and after not in chars.CLOSERS and not chars.is_hanzi(after):
        return False
    before = re.search(r"[A-Za-z.]+$", text[max(0, match.start() - 12) : match.start()])
    if not before:
        return True
    word = before.group().lower() + "."
    follows = text[match.end() :][:3].lstrip()[:1]
    if word in tables.ABBREVIATIONS:
        return not follows or (word in tables.ENDING_ABBREVIATIONS and follows.isupper())
    if re.fullmatch(r"(?:[a-z]\.)+", word):  # An initial, or letters such as U.S.
        return not follows or (len(word) > 2 and follows.isupper()) or chars.is_hanzi(follows)
    return True


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is, or, where it is endless, pieces that break no word and no number."""
    while end - start > LONGEST:
        cut = _cut(text, start, start + LONGEST)
        yield start, cut
        start = cut
    if end > start:
        yield start, end


def _cut(text: str, start: int, end: int) -> int:
    """The last good place to part ``text[start:end]``, in its second half; ``end`` if there is none."""
    middle = start + LONGEST // 2
    for good in (chars.COMMA + chars.COLON, " "):
        for index in range(end, middle, -1):
            if text[index - 1] in good and not text[index : index + 1].isdigit():
                return index
    for index in range(end, middle, -1):
        if chars.is_hanzi(text[index - 1]) and chars.is_hanzi(text[index : index + 1] or " "):
            return index
    return end
