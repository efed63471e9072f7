"""What the calls of ``/v1/books`` answer: what the works tell, with what belongs to a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from indextts.books.estimate import Estimate
from indextts.books.model import Chapter, CueState, Role
from indextts.reading.lexicon.entry import EntryKind
from indextts.server.errors import ErrorDetail
from indextts.server.routes.job_answers import JobAnswer
from indextts.server.routes.projects import WordEntry
from indextts.works.books.book_contents import Bookmark, BookOptions, PlaybackPlace
from indextts.works.books.book_rows import ListedBook, ListedChapter
from indextts.works.books.doubts import DoubtfulPlace
from indextts.works.books.heard_words import HeardPart


class PartAnswer(BaseModel):
    """A part of a chapter: a job of its own."""

    job: str
    status: str
    segments_done: int
    segments_total: int
    progress: float
    duration_s: float
    engine: str
    fallback: bool


@dataclass(frozen=True, kw_only=True)
class SpokenChapter(ListedChapter):
    """A chapter without its text, with what is spoken of it."""

    changed: bool
    """Whether something else is spoken of it than is to be, now that nothing is being spoken."""
    parts: list[PartAnswer]


@dataclass(frozen=True, kw_only=True)
class WholeChapter(Chapter):
    """A chapter with its text and the speakers of its quotations."""

    number: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class CharacterAnswer(Role):
    """A role with what is said."""

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


@dataclass(frozen=True, kw_only=True)
class ListedBookAnswer(ListedBook):
    """A book as a list shows it."""

    job: JobAnswer | None


@dataclass(frozen=True, kw_only=True)
class BookAnswer(ListedBookAnswer):
    """A book."""

    metadata: dict[str, str]
    settings: dict[str, Any]
    options: BookOptions
    cast: dict[str, Role]
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


@dataclass(frozen=True, kw_only=True)
class EstimateAnswer(Estimate):
    """What is to be expected, and what is done of it."""

    spoken_s: float
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


class NotesAnswer(BaseModel):
    """Bookmarks and the playback position."""

    marks: list[Bookmark]
    place: PlaybackPlace | None


@dataclass(frozen=True, kw_only=True)
class DoubtAnswer(DoubtfulPlace):
    """A place that a person should listen to."""

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


@dataclass(frozen=True, kw_only=True)
class HeardAnswer(HeardPart):
    """What is heard of a part."""


@dataclass(frozen=True, kw_only=True)
class HeardWordAnswer(DoubtfulPlace):
    """How a word is read where it is heard."""

    shown: dict[str, str]
    """Its readings as people write them: `dān` for `dan1`."""


class TermAnswer(BaseModel):
    """A name, or a word that no dictionary has."""

    word: str
    count: int
    kind: EntryKind
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
    state: CueState
    over_s: float
    """How much longer it is than its time."""
    delays: int
    """How many begin late because of it."""
    late_by: str
    """The words of the one that makes it late …"""
    late_by_s: float
    """… and when that begins."""
    sentence: str
    """Of one that does not fit, what a person should do."""


class CuesAnswer(BaseModel):
    """Those that are spoken, in order."""

    cues: list[CueAnswer]
    unfitting: int


class FeedAnswer(BaseModel):
    """The podcast feed of a book. Its address is shown once: the key in it is kept nowhere."""

    open: bool
    created: float | None = None
    address: str = ""
    """Of a new one."""
    svg: str = ""
    """The same as a QR code."""
    only_here: bool = False
    """Whether nothing but this machine reaches that address."""
    warnings: list[ErrorDetail] = []
    """What to know before others hear it: parts of a book for commercial use that may not be used so."""


class PushAnswer(BaseModel):
    """What becomes of a book that is sent to Audiobookshelf."""

    set_up: bool
    """Whether the configuration names one."""
    status: Literal["", "making", "sending", "done", "failed"]
    """Empty: it was not sent since the start."""
    progress: float
    title: str
    """Under which it stands there."""
    library: str
    error: ErrorDetail | None
