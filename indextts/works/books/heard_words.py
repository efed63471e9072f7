"""What is heard of a part of a book, word by word: plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HeardWord:
    """A word, a character, or a number however many are said for it."""

    start: int
    """In the chapter's text, or in its title."""
    end: int
    token: int
    """The first of its tokens in its segment of the plan."""
    start_s: float | None
    """In the sound of the part; ``null`` where the engine gives no times of words."""
    end_s: float | None


@dataclass(frozen=True)
class PlacedSentence:
    """What is spoken at once, as far as its words still stand in the chapter."""

    segment: int
    """Its number in the plan of the part."""
    in_title: bool
    start_s: float
    end_s: float
    words: tuple[HeardWord, ...]


@dataclass(frozen=True)
class HeardPart:
    """A part of a chapter."""

    job: str
    chapter: int
    sentences: tuple[PlacedSentence, ...]
    """Those that are spoken, in order."""
    revision: int
    """The book's."""
