"""Books and chapters as they stand in the database, and as others see them: plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, undefer

from indextts.books.model import Chapter, ChapterKind, Direction, Fix, Quotation, Role, Timed
from indextts.books.shaping import is_narrated, is_unsure, narrated
from indextts.model.errors import StudioError
from indextts.works.books.book_contents import BookOptions, role_of
from indextts.works.db.database import BookRow, ChapterRow, JobRow
from indextts.works.db.model import UNDER_WAY

_SPANS: Final = {
    name: [one.name for one in fields(kind)]
    for name, kind in (("quotations", Quotation), ("timed", Timed), ("fixes", Fix), ("directions", Direction))
}
_AT_ONCE: Final = 20
"""Chapters that are read or written together."""


@dataclass(frozen=True)
class ListedBook:
    """A book as a list shows it."""

    id: str
    title: str
    author: str
    language: str
    source: str
    """The name of the file, or the address, that it was read from."""
    cover: bool
    favourite: bool
    created: float
    updated: float
    revision: int
    """Counts the changes of all that it is made of; marks and places are not counted."""
    characters: int
    """Of the chapters that are on."""


@dataclass(frozen=True)
class ListedChapter:
    """A chapter without its text."""

    number: int
    """From 1 on."""
    title: str
    kind: ChapterKind
    on: bool
    level: int
    characters: int
    quotations: int
    unsure: int
    """Quotations that a person should look at."""


@dataclass(frozen=True)
class Book(ListedBook):
    """All of it but texts, cover, words and notes."""

    metadata: Mapping[str, str]
    content: str
    """The SHA-256 of the file."""
    settings: Mapping[str, Any]
    options: BookOptions
    cast: Mapping[str, Role]
    chapters: tuple[ListedChapter, ...]
    warnings: tuple[tuple[str, str], ...]
    """In English and Chinese."""

    def summary(self) -> dict[str, Any]:
        """What is told of it beside its job."""
        on = sum(one.on for one in self.chapters)
        return {
            "id": self.id,
            "title": self.title,
            "author": self.author,
            "chapters": on,
            "characters": self.characters,
        }


def find_book(session: Session, owner: str, book: str) -> BookRow:
    """The row of a book that is there. Raises :class:`StudioError` ``no_book``."""
    row = session.get(BookRow, book)
    if row is None or row.owner != owner or row.deleted is not None:
        raise StudioError("no_book")
    return row


def check_revision(row: BookRow, revision: int | None) -> None:
    """Raises :class:`StudioError` ``project_changed`` where another window was faster."""
    if revision is not None and revision != row.revision:
        raise StudioError("project_changed", name=row.title or "—")


def touch(row: BookRow, at: float) -> None:
    row.revision += 1
    row.updated = at


def book_of(session: Session, row: BookRow) -> Book:
    chapters = tuple(_listed(one) for one in _rows(session, row.id))
    return Book(
        **listed_fields(row, has_cover(session, row.id), sum(one.characters for one in chapters if one.on)),
        metadata=row.about,
        content=row.content,
        settings=row.settings,
        options=BookOptions.stored(row.options),
        cast=cast_of(row),
        chapters=chapters,
        warnings=tuple((english, chinese) for english, chinese in row.warnings),
    )


def listed_fields(row: Any, cover: bool, characters: int) -> dict[str, Any]:
    names = ("id", "title", "author", "language", "source", "favourite", "created", "updated", "revision")
    return {**{name: getattr(row, name) for name in names}, "cover": cover, "characters": characters}


def has_cover(session: Session, book: str) -> bool:
    return bool(session.scalar(select(BookRow.cover.is_not(None)).where(BookRow.id == book)))


def cast_of(row: BookRow) -> dict[str, Role]:
    return {name: role_of(kept) for name, kept in row.cast.items()}


def kept_cast(cast: Mapping[str, Role]) -> dict[str, Any]:
    return {name: {**asdict(role), "others": list(role.others)} for name, role in cast.items()}


def load_chapter(session: Session, book: str, number: int) -> Chapter:
    """Raises :class:`StudioError` ``no_chapter``."""
    row = session.get(ChapterRow, (book, number), options=_WHOLE)
    if row is None:
        raise StudioError("no_chapter", number=number)
    return chapter_of(row)


def load_chapters(session: Session, book: str) -> list[Chapter]:
    """All of them with their texts."""
    return list(each_chapter(session, book))


def each_chapter(session: Session, book: str) -> Iterator[Chapter]:
    """The same one by one: of a long book few are in memory at once."""
    chosen = select(ChapterRow).where(ChapterRow.book_id == book).order_by(ChapterRow.number)
    for row in session.scalars(chosen.options(*_WHOLE).execution_options(yield_per=_AT_ONCE)):
        yield chapter_of(row)


def store_chapter(session: Session, book: str, number: int, chapter: Chapter) -> None:
    """Write it in the place of the one that is there."""
    row = session.get(ChapterRow, (book, number))
    if row is None:
        session.add(_row(book, number, chapter))
        return
    for name, value in _columns(chapter).items():
        setattr(row, name, value)


def store_chapters(session: Session, book: str, chapters: Sequence[Chapter], *, first: int = 1) -> None:
    """Write these from the number ``first`` on in place of all that were there from there on."""
    session.execute(delete(ChapterRow).where(ChapterRow.book_id == book, ChapterRow.number >= first))
    session.expire_all()
    rows = ({"book_id": book, "number": number, **_columns(one)} for number, one in enumerate(chapters, first))
    while some := list(islice(rows, _AT_ONCE)):
        session.execute(insert(ChapterRow), some)


def chapter_of(row: ChapterRow) -> Chapter:
    data = row.data
    kept = Chapter(
        title=row.title,
        text=row.text,
        kind=row.kind,  # type: ignore[arg-type]  # only these are ever written
        on=row.on,
        level=row.level,
        quotations=tuple(Quotation(**one) for one in data.get("quotations", ())),
        timed=tuple(Timed(**one) for one in data.get("timed", ())),
        fixes=tuple(Fix(**one) for one in data.get("fixes", ())),
        directions=tuple(Direction(**one) for one in data.get("directions", ())),
    )
    return narrated(kept)


def others_than(session: Session, book: str, on: Set[int]) -> list[ChapterRow]:
    """The chapters that are on and should not be, and the reverse. Raises :class:`StudioError` ``no_chapter``."""
    there = list(_rows(session, book))
    if unknown := on - {row.number for row in there}:
        raise StudioError("no_chapter", number=min(unknown))
    return [row for row in there if row.on != (row.number in on)]


def is_under_way(session: Session, book: str) -> bool:
    """Whether it is being spoken, or waits for its turn."""
    state = session.scalar(select(JobRow.state).where(JobRow.id == book, JobRow.deleted.is_(None)))
    return state in UNDER_WAY


def move_parts(session: Session, book: str, chapter: int, *, merged: bool) -> None:
    """Give the parts of the chapters after ``chapter``, one of which was split or ``merged``, their new places."""
    chosen = select(JobRow).where(JobRow.book_id == book, JobRow.chapter > chapter)
    last = session.scalars(select(JobRow.part).where(JobRow.book_id == book, JobRow.chapter == chapter)).all()
    after = max((part or 0 for part in last), default=-1) + 1
    for job in session.scalars(chosen):
        if merged and job.chapter == chapter + 1:
            job.part = (job.part or 0) + after
        job.chapter = (job.chapter or 0) + (-1 if merged else 1)


_WHOLE = (undefer(ChapterRow.text), undefer(ChapterRow.data))


def _rows(session: Session, book: str, *options: Any) -> Iterable[ChapterRow]:
    chosen = select(ChapterRow).where(ChapterRow.book_id == book).order_by(ChapterRow.number)
    return session.scalars(chosen.options(*options))


def _listed(row: ChapterRow) -> ListedChapter:
    names = ("number", "title", "kind", "on", "level", "characters", "quotations", "unsure")
    return ListedChapter(**{name: getattr(row, name) for name in names})


def _row(book: str, number: int, chapter: Chapter) -> ChapterRow:
    return ChapterRow(book_id=book, number=number, **_columns(chapter))


def _columns(chapter: Chapter) -> dict[str, Any]:
    # asdict would copy each value: a long book has half a million quotations.
    data = {
        name: [{field: getattr(one, field) for field in names} for one in getattr(chapter, name)]
        for name, names in _SPANS.items()
    }
    return {
        "title": chapter.title,
        "kind": chapter.kind,
        "on": chapter.on,
        "level": chapter.level,
        "text": chapter.text,
        "data": {name: spans for name, spans in data.items() if spans},
        "characters": len(chapter.text),
        "quotations": sum(not is_narrated(one) for one in chapter.quotations),
        "unsure": sum(map(is_unsure, chapter.quotations)),
    }
