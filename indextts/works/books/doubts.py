"""Doubtful places of a book, and what is decided about them: plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from indextts.books.model import DoubtKind
from indextts.model.errors import invalid
from indextts.model.fields import Flag, Given, Name, OneLine, absent
from indextts.model.i18n.messages import Bilingual
from indextts.works.books.book_contents import Reading, Revision, Speaker

DOUBT: Final = r"[0-9a-f]{16}\.[0-9]{1,6}\.-?[0-9]{1,9}"
"""What the id of a doubt is, as a regular expression."""
WORD: Final = r"[A-Za-z0-9_-]{1,64}\.[0-9]{1,6}\.[0-9]{1,6}"
"""What the id of a word that is heard is: its part, its segment there and its token."""
Scope = Literal["here", "book"]
_WAYS: Final = ("reading", "right", "speaker", "text")


@dataclass(frozen=True)
class DoubtfulPlace:
    """A place of a book that may be wrong, as it is told."""

    id: str
    """What it is about, chapter and place: ``3f…9a.12.340``."""
    kind: DoubtKind
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
    alternatives: tuple[str, ...]
    probability: float | None
    """How sure it is; of a length its share of the usual one."""
    rule: str
    """Of a number the rule that has rewritten it, of a word that is heard where its reading comes from."""
    word: str
    """Of a reading the word around it, which holds in the whole book."""
    settled: bool
    """A person has decided; its part is not spoken again yet, or need not be."""
    quotation: int | None
    """Whose speaker is in doubt: its number in the chapter, from 0 on."""
    group: str
    """The same for all that are about one word, or one name, and one reading of it."""
    count: int
    """So many of the book are in its group and as settled as it is, this one with them."""


@dataclass(frozen=True)
class BookDoubt(DoubtfulPlace):
    """The same with what is not told."""

    said: Bilingual | None = None
    """A sentence, where one is needed."""
    word_readings: tuple[str, ...] = ()
    word_at: int = 0

    @property
    def place(self) -> tuple[int, int, str]:
        """By which they are in order."""
        return place_of(self.id)

    @property
    def about(self) -> str:
        """The same for the same doubt about the same words."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Doubts:
    """A page of them."""

    doubts: list[BookDoubt]
    total: int
    """On all pages …"""
    kinds: Mapping[DoubtKind, int]
    """… and of every kind, whichever was asked for."""
    revision: int


@dataclass(frozen=True)
class Fixed:
    """What a decision reaches."""

    scope: Scope
    places: int
    """So many places are another way, or right as they are."""
    parts: int
    """So many parts are asked for in another way: the next time the book is spoken, their changed sentences are."""
    word: str
    """Of one for the whole book: the word that it is about."""
    revision: int


class Decision(Given):
    """What is decided about a doubtful place, or a word that is heard."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [what, way]} for what in ("doubt", "word") for way in _WAYS],
            "not": {"required": ["word", "right"]},
        }
    )

    doubt: Annotated[str, Name(DOUBT, "the id of a doubtful place", "存疑处的标识")] = absent
    word: Annotated[
        Annotated[str, Name(WORD, "the id of a word", "字词的标识")],
        Field(description="`JOB.SEGMENT.TOKEN` of a part; not with `right`."),
    ] = absent
    reading: Annotated[Reading, Field(description="Pinyin or ARPAbet; of a number also its words.")] = absent
    speaker: Annotated[Speaker, Field(description="Empty: the narrator; `?`: nobody knows.")] = absent
    text: Annotated[str, OneLine(2_000, needed=True), Field(description="What is said in its place.")] = absent
    right: Annotated[Flag, Field(description="As it is; false takes that back, but of who speaks.")] = absent
    scope: Annotated[Scope, Field(description="Here alone, or in the whole book.")] = "here"
    revision: Revision = absent

    def way(self) -> tuple[str, Any]:
        """The one of its ways that is given. Raises :class:`StudioError` where that is none, or another number."""
        ways = [name for name in _WAYS if name in self.model_fields_set]
        if len(ways) != 1:
            raise invalid("doubt", f"give one of {', '.join(_WAYS)}.", f"请给出 {'、'.join(_WAYS)} 之一。")
        if ("doubt" in self.model_fields_set) == ("word" in self.model_fields_set):
            raise invalid("doubt", "give either doubt or word.", "doubt 与 word 请给出其一。")
        if ways[0] == "right" and "word" in self.model_fields_set:
            raise invalid("right", "it is said of a doubtful place.", "只能用于存疑处。")
        return ways[0], getattr(self, ways[0])


def place_of(doubt: object) -> tuple[int, int, str]:
    """Chapter, place, and what it is about. Raises :class:`StudioError` ``invalid_value`` for what is no doubt's id."""
    if not isinstance(doubt, str) or not re.fullmatch(DOUBT, doubt):
        raise invalid("doubt", "it should be the id of a doubtful place.", "应是存疑处的标识。")
    about, chapter, place = doubt.split(".")
    return int(chapter), int(place), about
