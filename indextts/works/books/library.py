"""Books: long texts in chapters with all that says how they are to sound, kept as they are changed.

    library = works.books
    book = library.create("local", manuscript, source="红楼梦.epub")
    library.change_chapter("local", book.id, 3, on=False)
    library.split("local", book.id, 4, 1200)
    library.delete("local", book.id)

Every method takes the owner (:mod:`indextts.service.owner`); what belongs to another one is not there. The cast of
them: :mod:`indextts.works.books.casts`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from sqlalchemy import delete, func, or_, select, update

from indextts.books.model import MAX_CHAPTERS, MAX_CHARACTERS, Chapter, Manuscript, Role
from indextts.books.shaping import added, merged, split
from indextts.model.errors import StudioError, invalid
from indextts.model.fields import check
from indextts.model.utterance import Settings
from indextts.reading.lexicon.entry import EntryDraft, from_fields
from indextts.works.books import book_rows
from indextts.works.books.book_contents import (
    MAX_LINE,
    BookChange,
    BookFields,
    ChapterChange,
    Language,
    Notes,
    Voices,
    changed_chapter,
    settings_of,
)
from indextts.works.books.book_rows import Book, ListedBook, find_book
from indextts.works.db.database import BookRow, ChapterRow, JobRow, MusicRow, WorksDatabase
from indextts.works.db.model import GONE_S, new_id
from indextts.works.db.search import found

MAX_BOOKS: Final = 500
"""Of one owner."""
_SOURCE_CHARS: Final = 500
_AGAIN: Final = "again"
"""Among what is noted of a book; no person writes it."""


class BookLibrary:
    """All books in the works' database. Thread-safe.

    All methods raise :class:`StudioError` where the file cannot be used, and ``no_book``; those that take a
    ``revision`` raise ``project_changed`` where that is no longer the book's.
    """

    def __init__(self, database: WorksDatabase, voices: Voices, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._voices = voices
        self._clock = clock

    def create(
        self,
        owner: str,
        manuscript: Manuscript,
        *,
        source: str = "",
        content: str = "",
        cast: Mapping[str, Role] | None = None,
        **fields: Any,
    ) -> Book:
        """A book of what was read, with ``title``, ``settings``, ``options``, ``words`` … as far as they are given.

        ``content`` is the hash of the file. Raises :class:`StudioError` ``books_full``, ``text_too_long``, and what is
        wrong with one of the fields.
        """
        given = check(BookFields, fields, self._voices).given()
        chapters = manuscript.chapters
        length = sum(len(one.text) for one in chapters)
        if length > MAX_CHARACTERS or len(chapters) > MAX_CHAPTERS:
            raise StudioError("text_too_long", length=length, limit=MAX_CHARACTERS)
        now = self._clock()
        whole_book = {
            "title": _line(manuscript.title),
            "author": _line(manuscript.author),
            "language": manuscript.language if manuscript.language in get_args(Language) else "",
            **{name: value for name, value in given.items() if value or name not in ("title", "author", "language")},
        }
        with self._database.writing() as session:
            there = select(func.count()).where(BookRow.owner == owner, BookRow.deleted.is_(None))
            if (session.scalar(there) or 0) >= MAX_BOOKS:
                raise StudioError("books_full", limit=MAX_BOOKS)
            row = BookRow(
                id=new_id(),
                owner=owner,
                source=source[:_SOURCE_CHARS],
                content=content,
                about=dict(manuscript.metadata),
                cover=manuscript.cover,
                cast=book_rows.kept_cast(cast or {}),
                warnings=[list(one) for one in manuscript.warnings],
                created=now,
                updated=now,
                **{"revision": 1, "favourite": False, **whole_book},
            )
            session.add(row)
            session.flush()
            book_rows.store_chapters(session, row.id, chapters)
            return book_rows.book_of(session, row)

    def get(self, owner: str, book: str) -> Book:
        with self._database.reading() as session:
            return book_rows.book_of(session, find_book(session, owner, book))

    def revision(self, owner: str, book: str) -> int:
        """That of the book as it is now."""
        with self._database.reading() as session:
            return find_book(session, owner, book).revision

    def of_content(self, owner: str, content: str) -> Book | None:
        """The last changed book that was made of the file with this hash."""
        chosen = select(BookRow).where(BookRow.owner == owner, BookRow.content == content, BookRow.deleted.is_(None))
        with self._database.reading() as session:
            row = session.scalars(chosen.order_by(BookRow.updated.desc()).limit(1)).first()
            return None if row is None else book_rows.book_of(session, row)

    def listed(
        self, owner: str, *, search: str = "", limit: int = 100, offset: int = 0, deleted: bool = False
    ) -> tuple[list[ListedBook], int]:
        """Those with ``search`` in title or author, the last changed first; and how many there are in all.

        With ``deleted`` those that can be put back instead, the last deleted first.
        """
        where = [BookRow.owner == owner, BookRow.deleted.is_not(None) if deleted else BookRow.deleted.is_(None)]
        if wanted := search.strip():
            where.append(found(wanted, BookRow.title, BookRow.author))
        length = (
            select(func.coalesce(func.sum(ChapterRow.characters), 0))
            .where(ChapterRow.book_id == BookRow.id, ChapterRow.on)
            .correlate(BookRow)
            .scalar_subquery()
        )
        chosen = select(BookRow, BookRow.cover.is_not(None), length).where(*where)
        when: Any = BookRow.deleted if deleted else BookRow.updated
        chosen = chosen.order_by(when.desc(), BookRow.id).limit(limit).offset(offset)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(BookRow).where(*where)) or 0
            rows = session.execute(chosen)
            return [ListedBook(**book_rows.listed_fields(row, cover, size)) for row, cover, size in rows], total

    def change(self, owner: str, book: str, /, **fields: Any) -> Book:
        """Change what is given of a :class:`BookChange`; the rest stays.

        Of ``options`` those that are given are changed; ``settings`` are as a whole those that are given. ``on`` are
        the numbers of the chapters that are spoken from now on.
        """
        given = check(BookChange, fields, self._voices).given()
        favourite, on, revision = (given.pop(name, None) for name in ("favourite", "on", "revision"))
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            if "options" in given:
                given["options"] = {**row.options, **given["options"]}
            new = {name: value for name, value in given.items() if getattr(row, name) != value}
            turned = [] if on is None else book_rows.others_than(session, book, frozenset(on))
            if new or turned:
                book_rows.check_revision(row, revision)
                for chapter in turned:
                    chapter.on = not chapter.on
                for name, value in new.items():
                    setattr(row, name, value)
                book_rows.touch(row, self._clock())
            if favourite is not None:
                row.favourite = favourite
            session.flush()
            return book_rows.book_of(session, row)

    def settings(self, owner: str, book: str) -> Settings:
        """Its settings as a request has them."""
        return settings_of(self.get(owner, book).settings)

    def words(self, owner: str, book: str) -> tuple[EntryDraft, ...]:
        """All entries of its own dictionary."""
        with self._database.reading() as session:
            return tuple(from_fields(fields) for fields in find_book(session, owner, book).words)

    def notes(self, owner: str, book: str) -> dict[str, Any]:
        """``marks``, and the playback position ``place``."""
        with self._database.reading() as session:
            kept = {"marks": [], "place": None, **find_book(session, owner, book).notes}
            kept.pop(_AGAIN, None)
            return kept

    def keep_notes(self, owner: str, book: str, /, **fields: Any) -> None:
        """Others in their place: ``marks`` and ``place``."""
        noted = check(Notes, fields).kept()
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            row.notes = {**noted, _AGAIN: row.notes.get(_AGAIN, 0)}

    def again(self, owner: str, book: str) -> int:
        """How many sentences wait to be spoken again, by what was decided since the book was spoken last."""
        with self._database.reading() as session:
            return int(find_book(session, owner, book).notes.get(_AGAIN, 0))

    def note_again(self, owner: str, book: str, count: int | None) -> None:
        """So many more; ``None``: all of them are spoken."""
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            total = 0 if count is None else int(row.notes.get(_AGAIN, 0)) + count
            if row.notes.get(_AGAIN, 0) != total:
                row.notes = {**row.notes, _AGAIN: total}

    def cover(self, owner: str, book: str) -> bytes | None:
        with self._database.reading() as session:
            return find_book(session, owner, book).cover

    def keep_cover(self, owner: str, book: str, picture: bytes | None) -> Book:
        """Another cover, which is a picture (:func:`indextts.works.books.covers.picture`); ``None`` takes it away."""
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            row.cover = picture
            row.revision += 1  # and not when it was changed: nothing has to be spoken for it
            session.flush()
            return book_rows.book_of(session, row)

    # ------------------------------------------------------------------ chapters

    def chapters(self, owner: str, book: str) -> list[Chapter]:
        """All chapters with their texts, from number 1 on."""
        with self._database.reading() as session:
            return book_rows.load_chapters(session, find_book(session, owner, book).id)

    def texts(self, owner: str, book: str) -> list[Chapter]:
        """Those that are on, with nothing but titles and texts: a long book's quotations take many times as much."""
        with self._database.reading() as session:
            name = find_book(session, owner, book).id
            chosen = select(ChapterRow.title, ChapterRow.text).where(ChapterRow.book_id == name, ChapterRow.on)
            return [Chapter(title, text) for title, text in session.execute(chosen.order_by(ChapterRow.number))]

    def chapter(self, owner: str, book: str, number: int) -> Chapter:
        """Raises :class:`StudioError` ``no_chapter``."""
        with self._database.reading() as session:
            return book_rows.load_chapter(session, find_book(session, owner, book).id, number)

    def change_chapter(self, owner: str, book: str, number: int, /, **fields: Any) -> Chapter:
        """Change what is given of a :class:`ChapterChange`; attributions follow the text."""
        given = check(ChapterChange, fields)
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            old = book_rows.load_chapter(session, book, number)
            others = select(func.coalesce(func.sum(ChapterRow.characters), 0)).where(
                ChapterRow.book_id == book, ChapterRow.number != number
            )
            most = MAX_CHARACTERS - (session.scalar(others) or 0)
            new = changed_chapter(old, given, most, book_rows.cast_of(row))
            if new != old:
                book_rows.check_revision(row, given.revision)
                book_rows.store_chapter(session, book, number, new)
                book_rows.touch(row, self._clock())
            return new

    def split(
        self, owner: str, book: str, number: int, at: int, *, title: str = "", revision: int | None = None
    ) -> Book:
        """Make two chapters of one, the second from the character ``at`` on."""

        def work(chapters: list[Chapter], cast: Mapping[str, Role]) -> list[Chapter]:
            old = chapters[number - 1]
            if not 0 < at < len(old.text):
                raise invalid("at", "it should be a place inside of the text.", "应是文字中间的位置。")
            if len(chapters) >= MAX_CHAPTERS:
                raise invalid("at", f"a book has at most {MAX_CHAPTERS} chapters.", f"一本书最多 {MAX_CHAPTERS} 章。")
            first, second = (added(one, old.text, cast) for one in split(old, at, title))
            if not first.text or not second.text:
                raise invalid("at", "there should be words on both sides.", "两边都应有文字。")
            return [*chapters[: number - 1], first, second, *chapters[number:]]

        return self._reshaped(owner, book, number, revision, work)

    def merge(self, owner: str, book: str, number: int, *, revision: int | None = None) -> Book:
        """Make one of a chapter and the one after it. Raises :class:`StudioError` ``no_chapter``."""

        def work(chapters: list[Chapter], _: Mapping[str, Role]) -> list[Chapter]:
            if number == len(chapters):
                raise StudioError("no_chapter", number=number + 1)
            both = merged(chapters[number - 1], chapters[number])
            return [*chapters[: number - 1], both, *chapters[number + 1 :]]

        return self._reshaped(owner, book, number, revision, work)

    def _reshaped(
        self, owner: str, book: str, number: int, revision: int | None,
        work: Callable[[list[Chapter], Mapping[str, Role]], list[Chapter]],
    ) -> Book:  # fmt: skip
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            book_rows.check_revision(row, revision)
            if book_rows.is_under_way(session, book):
                raise StudioError("book_under_way")
            chapters = book_rows.load_chapters(session, book)
            if not 1 <= number <= len(chapters):
                raise StudioError("no_chapter", number=number)
            after = work(chapters, book_rows.cast_of(row))
            book_rows.store_chapters(session, book, after[number - 1 :], first=number)
            book_rows.move_parts(session, book, number, merged=len(after) < len(chapters))
            row = find_book(session, owner, book)
            book_rows.touch(row, self._clock())
            session.flush()
            return book_rows.book_of(session, row)

    # ------------------------------------------------------------------ end

    def delete(self, owner: str, book: str) -> None:
        """Take it, its job and its parts away; for :data:`GONE_S` they can be put back."""
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            row.deleted = now = self._clock()
            session.execute(_jobs_of(book).where(JobRow.deleted.is_(None)).values(deleted=now))

    def restore(self, owner: str, book: str) -> Book:
        """Put back what was deleted. Raises :class:`StudioError` ``undo_gone`` where it is too late."""
        with self._database.writing() as session:
            row = session.get(BookRow, book)
            if row is None or row.owner != owner:
                raise StudioError("undo_gone")
            if row.deleted is not None:
                session.execute(_jobs_of(book).where(JobRow.deleted == row.deleted).values(deleted=None))
                row.deleted = None
        return self.get(owner, book)

    def sweep(self, at: float | None = None) -> int:
        """Forget for good what was deleted long enough ago; how many books that were."""
        before = (self._clock() if at is None else at) - GONE_S
        with self._database.writing() as session:
            gone = session.scalars(select(BookRow.id).where(BookRow.deleted < before)).all()
            if gone:
                session.execute(delete(JobRow).where(or_(JobRow.id.in_(gone), JobRow.book_id.in_(gone))))
                session.execute(delete(MusicRow).where(MusicRow.book_id.in_(gone)))
                session.execute(delete(ChapterRow).where(ChapterRow.book_id.in_(gone)))
                session.execute(delete(BookRow).where(BookRow.id.in_(gone)))
            return len(gone)


def _jobs_of(book: str) -> Any:
    return update(JobRow).where(or_(JobRow.id == book, JobRow.book_id == book))


def _line(text: str) -> str:
    """What a file says of itself, as a line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:MAX_LINE]
