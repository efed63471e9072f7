"""A long text as a person sees it: chapters, characters, and how the whole is to sound. Plain data.

manuscript = read_manuscript("红楼梦.epub", data)      # indextts.books.reading
chapter = manuscript.chapters[3]
chapter.text[12:30]                                   # literal text: nothing in it is a mark
attribute(manuscript.chapters)                        # indextts.books.casting: the speakers of quotations
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from indextts.model.people import Gender
from indextts.model.settings import Strict

NARRATOR: Final = ""
"""The name of the narrator."""
UNKNOWN: Final = "?"
"""The speaker of a quotation that could be anybody's; the narrator's voice speaks it until a person decides."""
SURE: Final = 0.7
"""From this probability on the speaker of a quotation is called certain."""

MAX_CHARACTERS: Final = 12_000_000
"""Of a whole book: 750 hours of speech, and a tenth more than the longest novels of the web."""
MAX_CHAPTERS: Final = 8_000

ChapterKind = Literal["title", "front", "body", "back", "notes"]
"""``front``: dedication, contents, copyright …; ``back``: appendix, index …; ``notes``: footnotes and endnotes."""
DoubtKind = Literal["polyphone", "word", "number", "speaker", "length", "cue"]
CueState = Literal["fits", "faster", "squeezed", "over", "late"]
SaidLanguage = Literal["", "first", "second", "both"]
"""Of subtitles in two languages: the upper one, the lower one, both, or the one that suits the voice and the file."""
BookForm = Literal["m4b", "m4a", "mp3", "opus", "flac", "wav", "zip", "epub"]
"""What a book can be made into."""


class AllTold(Strict):
    """How pydantic describes what the API tells: all of it is there."""

    __slots__ = ()  # a long book has half a million quotations
    __pydantic_config__ = {**Strict.__pydantic_config__, "json_schema_serialization_defaults_required": True}  # noqa: RUF012  (as the base has it)


@dataclass(frozen=True, slots=True)
class Quotation(AllTold):
    """``text[start:end]`` of a chapter is said by a character; the quotation marks are inside."""

    start: int
    end: int
    speaker: str
    """A name of the cast, :data:`UNKNOWN`, or :data:`NARRATOR` for what is quoted and said by nobody."""
    probability: float = 1.0
    """How sure that is; 1 where the file or a person says it."""
    source: Literal["file", "rule", "llm", "user"] = "rule"
    evidence: str = ""
    """The words that it was decided by, as written: ``老人说``; empty for a turn that follows from those around it."""


@dataclass(frozen=True)
class Timed(AllTold):
    """``text[start:end]`` of a chapter is to be heard from ``begin_s`` to ``end_s`` (subtitles)."""

    start: int
    end: int
    begin_s: float
    end_s: float


@dataclass(frozen=True)
class SubtitleChoice:
    """What of subtitles is said."""

    sounds: bool = False
    """Whether sounds in brackets and what is sung between notes are said as well."""
    said: SaidLanguage = ""
    voice: str = ""
    """The language that the voice speaks best, ``zh`` or ``en``, by which one of two is said; empty is unknown."""


@dataclass(frozen=True)
class Fix(AllTold):
    """How ``text[start:end]`` of a chapter is read: pinyin with tone numbers, or ARPAbet, separated by spaces."""

    start: int
    end: int
    reading: str


@dataclass(frozen=True, slots=True)
class Direction(AllTold):
    """How ``text[start:end]`` of a chapter is said, as its writer marked it: ``[happy]…[/happy]``, ``[pause 2s]``."""

    start: int
    end: int
    emotion: str = ""
    intensity: float | None = None
    emphasis: bool = False
    before_s: float = 0.0
    after_s: float = 0.0


@dataclass(frozen=True)
class Chapter(AllTold):
    """A part of a book with a name; its text is literal, paragraphs are lines."""

    title: str
    text: str
    """Without the title; paragraphs separated by ``\\n``, an empty line is a change of scene."""
    kind: ChapterKind = "body"
    on: bool = True
    """Whether it is spoken."""
    level: int = 1
    quotations: tuple[Quotation, ...] = ()
    """In order and apart."""
    timed: tuple[Timed, ...] = ()
    fixes: tuple[Fix, ...] = ()
    directions: tuple[Direction, ...] = ()
    """In the order of their beginnings; see :class:`indextts.plan.request.DirectionSpan`."""

    def changed(self, **fields: object) -> Chapter:
        """With other ``fields``."""
        return replace(self, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Role(AllTold):
    """How a character, or the narrator, is to sound; what is empty is as the book's own settings have it."""

    voice: str = ""
    emotion: str = ""
    intensity: float | None = None
    speed: float = 1.0
    """Relative to the book's."""
    others: tuple[str, ...] = ()
    """Other names of the same person."""
    gender: Gender = ""
    picked: bool = False
    """Whether nobody has chosen the voice: it follows the gender that a person gives."""


@dataclass(frozen=True)
class Manuscript:
    """What was found in a file."""

    title: str
    chapters: tuple[Chapter, ...]
    author: str = ""
    language: str = ""
    """``zh``, ``en`` or empty."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """``publisher``, ``date``, ``description``, ``identifier``, ``series``, ``translator``: what the file says."""
    cover: bytes | None = None
    """JPEG or PNG."""
    warnings: tuple[tuple[str, str], ...] = ()
    """What a person should know of how it was read, in English and Chinese."""
    encoding: str = ""
    """Of a text file."""
