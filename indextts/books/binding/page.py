"""A chapter as it is read along: its text, and when each sentence and word of it is heard. Plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from indextts.reading.text import chars

Clips = Literal["sentence", "word"]
"""What is marked at once while it is heard."""
Ruby = Literal["none", "rare", "all"]
"""Which Chinese characters have their pinyin above them."""


@dataclass(frozen=True)
class HeardSpan:
    """``text[start:end]`` of a page, and when it is heard in the chapter's own sound, in seconds."""

    start: int
    end: int
    begin_s: float
    end_s: float


@dataclass(frozen=True)
class HeardSentence(HeardSpan):
    """A sentence with its words; an engine that tells no times has none."""

    words: tuple[HeardSpan, ...] = ()


@dataclass(frozen=True)
class Gloss:
    """How the Chinese character ``text[at]`` of a page is read."""

    at: int
    reading: str  # Pinyin with its mark
    rare: bool
    """Whether a reader may need it: another reading than the usual one, a doubtful one, or a rare character."""


@dataclass(frozen=True)
class ChapterPage:
    """What stands on the page of a chapter."""

    text: str  # Paragraphs are lines; an empty line is a change of scene
    heading: tuple[int, int] | None = None  # Where the title stands in it
    sentences: tuple[HeardSentence, ...] = ()  # In order and apart
    glosses: tuple[Gloss, ...] = ()


@dataclass(frozen=True)
class MarkedPiece:
    """What is marked at once: a piece of one paragraph. It is heard until the next one begins."""

    start: int
    end: int
    begin_s: float


def spoken_page(title: str, sentences: Sequence[tuple[float, float, str]]) -> ChapterPage:
    """The page of a chapter of which no more is known than its sentences: each is a paragraph."""
    lines: list[str] = [title.strip()] if title.strip() else []
    heard: list[HeardSentence] = []
    heading = (0, len(lines[0])) if lines else None
    at = len(lines[0]) + 1 if lines else 0
    for begin_s, end_s, text in sentences:
        line = " ".join(text.split())
        heard.append(HeardSentence(at, at + len(line), begin_s, end_s))
        lines.append(line)
        at += len(line) + 1
    return ChapterPage("\n".join(lines), heading, tuple(one for one in heard if one.start < one.end))


def units_of(page: ChapterPage, clips: Clips) -> list[MarkedPiece]:
    """What is marked at once, in the order of the text."""
    found: list[MarkedPiece] = []
    for sentence in page.sentences:
        units = list(_words(page.text, sentence)) if clips == "word" and sentence.words else []
        whole = MarkedPiece(sentence.start, sentence.end, sentence.begin_s)
        for unit, until_s in _with_ends(units or [whole], sentence.end_s):
            floor = found[-1].end if found else 0
            found += _lines(page.text, max(floor, unit.start), unit.end, unit.begin_s, until_s)
    return found


def _words(text: str, sentence: HeardSentence) -> Iterator[MarkedPiece]:
    """The words of a sentence with the marks around them: what opens goes to what follows."""
    starts = [sentence.start]
    for before, word in zip(sentence.words, sentence.words[1:], strict=False):
        start = word.start
        while start > before.end and text[start - 1] in chars.OPENERS:
            start -= 1
        starts.append(start)
    ends = [*starts[1:], sentence.end]
    for word, start, end in zip(sentence.words, starts, ends, strict=True):
        if start < end:
            yield MarkedPiece(
                start, end, max(sentence.begin_s, word.begin_s) if start != sentence.start else sentence.begin_s
            )


def _with_ends(units: Sequence[MarkedPiece], end_s: float) -> Iterator[tuple[MarkedPiece, float]]:
    ends = [*(one.begin_s for one in units[1:]), end_s]
    yield from zip(units, ends, strict=True)


def _lines(text: str, start: int, end: int, begin_s: float, end_s: float) -> Iterator[MarkedPiece]:
    """A piece of text in its paragraphs, each with its share of the time."""
    pieces, at = [], start
    for line in text[start:end].split("\n"):
        kept = line.strip()
        if kept:
            first = at + line.index(kept)
            pieces.append((first, first + len(kept)))
        at += len(line) + 1
    total, before = sum(last - first for first, last in pieces), 0
    for first, last in pieces:
        yield MarkedPiece(first, last, begin_s + (end_s - begin_s) * before / total)
        before += last - first
