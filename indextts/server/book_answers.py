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
    """``text[start:end]`` is a quotation with a speaker."""

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
    """A chapter with its text and the speakers of its quotations."""

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
    """How a character is to sound; empty fields follow the book's settings."""

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
    """The narrator first, then the characters by number of lines."""

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


class MakingAnswer(BaseModel):
    """How long an engine would be at work on what is left of a book, on one core where it uses one."""

    engine: str
    name: str
    seconds: float


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
    making: list[MakingAnswer]
    """The engine that would speak it, then quicker ones of the order that could."""


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
    warnings: list[ErrorDetail]
    """What to know before one is taken: parts of a book for commercial use that may not be used so."""


class MusicAnswer(BaseModel):
    """A person's own sound in a book."""

    place: Literal["intro", "outro", "chime"]
    name: str
    """Of the file that was sent."""
    duration_s: float


class MusicListAnswer(BaseModel):
    """Those that there are."""

    music: list[MusicAnswer]
    revision: int


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
    music: list[dict[str, Any]] = []
    """What of the person's own is heard in it, and how."""


class PlaceAnswer(BaseModel):
    """The playback position."""

    job: str | None
    at_s: float
    chapter: int


class MarkAnswer(PlaceAnswer):
    """A bookmark."""

    text: str
    note: str


class NotesAnswer(BaseModel):
    """Bookmarks and the playback position."""

    marks: list[MarkAnswer]
    place: PlaceAnswer | None


class DoubtAnswer(BaseModel):
    """A place that a person should listen to."""

    id: str
    kind: Literal["polyphone", "word", "number", "speaker", "length", "cue"]
    chapter: int
    job: str
    """The part that it is heard in …"""
    at_s: float
    """… and when."""
    start: int
    """In the chapter's text …"""
    end: int
    in_title: bool
    """… or in its title."""
    text: str
    before: str
    after: str
    reading: str
    alternatives: list[str]
    probability: float | None
    """How sure it is; of a length its share of the usual one."""
    rule: str
    word: str
    """The word around it, which a reading for the whole book is of."""
    settled: bool
    quotation: int | None
    """Whose speaker is in doubt: its number in the chapter."""
    sentence: str
    """Where one is needed."""


class DoubtsAnswer(BaseModel):
    """A page of a book's doubts, in its order."""

    doubts: list[DoubtAnswer]
    total: int
    """Of the kind that was asked for, on all pages."""
    kinds: dict[str, int]
    """How many there are of every kind."""
    next: str | None
    """What the next page comes ``after``."""
    again: int
    """Sentences that wait to be spoken again."""
    revision: int


class FixedAnswer(BaseModel):
    """What a decision reaches."""

    scope: Literal["here", "book"]
    places: int
    parts: int
    """So many are asked for in another way; of these the changed sentences are spoken again."""
    word: str
    """The word that it is about, where it holds in the whole book."""
    revision: int


class TermAnswer(BaseModel):
    """A name, or a word that no dictionary has."""

    word: str
    count: int
    kind: Literal["pinyin", "arpabet", "text"]
    reading: str
    alternatives: list[str]
    sure: bool
    example: str


class TermsAnswer(BaseModel):
    """Those that are not sure and common first."""

    terms: list[TermAnswer]
    revision: int


class CueAnswer(BaseModel):
    """How a subtitle came out; times in seconds from the beginning of the video."""

    job: str
    chapter: int
    at_s: float
    """In the sound of the part."""
    text: str
    begin_s: float
    end_s: float
    starts_s: float
    """As it is heard."""
    ends_s: float
    drift_s: float
    rate: float
    state: Literal["fits", "faster", "squeezed", "over", "late"]
    sentence: str
    """Of one that does not fit, what a person should do."""


class CuesAnswer(BaseModel):
    """Those that are spoken, in order."""

    cues: list[CueAnswer]
    unfitting: int
