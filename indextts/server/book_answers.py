"""What the calls of ``/v1/books`` answer."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from indextts.server.errors import ErrorDetail
from indextts.server.job_answers import JobAnswer
from indextts.server.routes.projects import WordEntry


class PartAnswer(BaseModel):
    """A part of a chapter: a job of its own."""

    job: str
    status: str
    segments_done: int
    segments_total: int
    duration_s: float


class ChapterAnswer(BaseModel):
    """A chapter without its text."""

    number: int
    title: str
    kind: Literal["title", "front", "body", "back", "notes"]
    on: bool
    level: int
    characters: int
    quotations: int
    unsure: int
    """Quotations that a person should look at."""


class SpokenChapter(ChapterAnswer):
    """The same with what is spoken of it."""

    parts: list[PartAnswer]


class QuotationAnswer(BaseModel):
    """``text[start:end]`` is said by somebody."""

    start: int
    end: int
    speaker: str
    probability: float
    source: Literal["file", "rule", "llm", "user"]
    evidence: str


class TimedAnswer(BaseModel):
    """``text[start:end]`` is heard at these times."""

    start: int
    end: int
    begin_s: float
    end_s: float


class FixAnswer(BaseModel):
    """How ``text[start:end]`` is read."""

    start: int
    end: int
    reading: str


class WholeChapter(BaseModel):
    """A chapter with its text and who says what."""

    number: int
    title: str
    kind: Literal["title", "front", "body", "back", "notes"]
    on: bool
    level: int
    text: str
    quotations: list[QuotationAnswer]
    timed: list[TimedAnswer]
    fixes: list[FixAnswer]
    revision: int


class RoleAnswer(BaseModel):
    """How somebody is to sound; what is empty is as the book's settings have it."""

    voice: str
    emotion: str
    intensity: float | None
    speed: float
    others: list[str]
    gender: Literal["", "female", "male"]


class CharacterAnswer(RoleAnswer):
    """The same with what is said."""

    name: str
    quotations: int
    unsure: int
    lines: list[str]


class BookCastAnswer(BaseModel):
    """The narrator, then who says most."""

    characters: list[CharacterAnswer]
    nobody: int
    """Quotations that could be anybody's."""
    revision: int


class ListedBookAnswer(BaseModel):
    """A book as a list shows it."""

    id: str
    title: str
    author: str
    language: str
    source: str
    cover: bool
    favourite: bool
    created: float
    updated: float
    revision: int
    characters: int
    """Of the chapters that are on."""
    job: JobAnswer | None


class BookAnswer(ListedBookAnswer):
    """A book."""

    metadata: dict[str, str]
    settings: dict[str, Any]
    options: dict[str, Any]
    cast: dict[str, RoleAnswer]
    chapters: list[SpokenChapter]
    warnings: list[str]
    """What a person should know of how it was read."""


class BooksAnswer(BaseModel):
    """Books, the last changed first."""

    books: list[ListedBookAnswer]
    total: int
    """On all pages."""


class EstimateAnswer(BaseModel):
    """What is to be expected, and what is done of it."""

    characters: int
    chapters: int
    duration_s: float
    spoken_s: float
    sound_bytes: int
    file_bytes: int
    free_bytes: int
    """Of the disk."""


class WordsAnswer(BaseModel):
    """A book's own dictionary."""

    words: list[WordEntry]
    revision: int


class BookFileAnswer(BaseModel):
    """A file of a book: `/v1/jobs/{book}/result` with this format and chapter."""

    format: str
    chapter: int | None
    """``null`` for the whole book."""
    status: Literal["making", "ready", "failed"]
    progress: float
    bytes: int
    error: ErrorDetail | None


class BookFilesAnswer(BaseModel):
    """Those that are made, and those that are being made."""

    files: list[BookFileAnswer]


class ReportAnswer(BaseModel):
    """What was measured of a book's file."""

    form: str
    norm: str
    bytes: int
    duration_s: float
    sample_rate: int
    bit_rate: int
    """Kilobits a second; 0 where the format keeps every sample."""
    lufs: float | None
    chapters: list[dict[str, Any]]
    """Title, duration and loudness of each."""
    checks: list[dict[str, Any]]
    """What the norm asks for, what was found, and whether that is enough."""


class PlaceAnswer(BaseModel):
    """Where somebody listens."""

    job: str | None
    at_s: float
    chapter: int


class MarkAnswer(PlaceAnswer):
    """A mark that somebody has set."""

    text: str
    note: str


class NotesAnswer(BaseModel):
    """Marks, and the place of who listens."""

    marks: list[MarkAnswer]
    place: PlaceAnswer | None
