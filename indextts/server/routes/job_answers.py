"""What the calls of ``/v1/jobs`` answer."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from indextts.server.errors import ErrorDetail
from indextts.server.schemas import StageSeconds

JobState = Literal["queued", "running", "paused", "done", "failed", "cancelled"]


class WordAnswer(BaseModel):
    """What is heard as one."""

    text: str
    start: int
    """Place in the text, without its marks."""
    end: int
    start_s: float
    end_s: float
    segment: int
    token: int
    """Its first token in that segment of the plan …"""
    tokens: int
    """… and how many it has."""


class SegmentAnswer(BaseModel):
    """A segment with the pauses around it; they follow each other without a gap."""

    index: int
    start_s: float
    duration_s: float
    text: str
    start: int
    end: int
    tokens: list[WordAnswer]
    peaks: list[float]
    """20 a second, 0 to 1."""
    voice: str
    engine: str


class ReadWord(BaseModel):
    """What is heard as one, and how it is said."""

    text: str
    """With the marks and spaces around it: a sentence is all of these in a row."""
    reading: str
    """Pinyin with tone marks, or the letters of the IPA."""


class ReadingAnswer(BaseModel):
    """How a segment is read."""

    text: str
    reading: str
    words: list[ReadWord]


class BookSummary(BaseModel):
    """The book that a job speaks."""

    id: str
    title: str
    author: str
    chapters: int
    """Those that are on."""
    characters: int


class AskedAnswer(BaseModel):
    """What a job was asked for."""

    text: str
    emotion: str
    emotion_text: str
    emotion_reference: str


class JobAnswer(BaseModel):
    """A job at this moment."""

    model_config = ConfigDict(extra="forbid")

    id: str
    kind: Literal["speech", "plan", "book"]
    dub: bool
    """Of a book: that subtitles are spoken."""
    title: str
    project: str | None
    status: JobState
    segments_done: int
    segments_total: int
    """0 until the text is cut."""
    progress: float
    eta_s: float | None
    """``null`` while there is no estimate."""
    duration_s: float
    """Of what is done; of a finished book, of its file."""
    sample_rate: int
    engine: str
    fallback: bool
    reason: str
    error: ErrorDetail | None
    """Why it failed, or was paused without anybody asking."""
    favourite: bool
    kept: bool
    created: float
    """Seconds since 1970."""
    updated: float
    live: bool
    before: str | None
    format: str
    warnings: list[ErrorDetail]
    stages: list[StageSeconds]
    cached: int
    """Segments whose sound was there from before."""
    commercial: Literal["", "yes", "no", "unclear"]
    """Whether its sound may be used commercially; ``unclear`` also of a take that came in with a project's file, and
    empty while it is not spoken whole, and of a book.
    """
    not_free: list[str]
    """What does not allow that, or does not say so: engines and models by their ids; of a book the stand-in engine."""
    work_s: float
    stage: str
    place: int
    """In the queue, while ``stage`` is ``queue``."""
    waits: ErrorDetail | None
    """What it waits for that comes back by itself: the database, the store, the disk, a free place."""
    deleted: float | None
    """When it was, in a list of what was deleted."""
    book: BookSummary | None = None
    """Of one that speaks a book, where it is asked for alone."""
    segments: list[SegmentAnswer] | None = None
    """Those that are done, where they were asked for."""
    asked: AskedAnswer | None = None
    """What it speaks, where that was asked for; of one in a list that is under way never."""
    reading: dict[str, Any] | None = None
    """How it was read, as the page draws it, where that was asked for."""
    remember: dict[str, str] | None = None
    """Of one that was begun with a changed reading: its ``word`` and the ``reading``, as the dictionary takes both."""


class JobsAnswer(BaseModel):
    """Jobs, the newest first."""

    jobs: list[JobAnswer]
    total: int
    """On all pages."""
