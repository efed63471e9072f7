"""The cast of a book: its characters with their voices, and the speaker of each quotation.

casts = works.casts
casts.change("local", book, roles={"老人": {"voice": "deep"}})
casts.change("local", book, rename={"from": "老人", "to": "张三"})
casts.change("local", book, join={"from": "老张", "into": "张三"})
casts.say("local", book, 3, 0, "张三", everywhere=True)
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from indextts.books.model import NARRATOR, UNKNOWN, Chapter, Quotation, Role
from indextts.books.shaping import decided, is_narrated, is_unsure, known_of, said_by, speakers_of
from indextts.model.errors import StudioError, invalid
from indextts.model.fields import check
from indextts.works.books import book_rows
from indextts.works.books.book_contents import MAX_CAST, MAX_OTHERS, BookRole, CastChange, Voices
from indextts.works.books.book_rows import find_book
from indextts.works.db.database import BookRow, WorksDatabase
from indextts.works.projects.contents import shortened

_LINES: Final = 3  # Quotations of a character that a list shows
_LINE_CHARS: Final = 80
_REMOVED: Final = "removed "
"""Before the name of a character whom a person has removed, in what is settled of a book."""

Attribute = Callable[
    [Sequence[Chapter], Mapping[str, Any], Mapping[str, Role]], tuple[Sequence[Chapter], Mapping[str, Role]]
]
"""Attributes quotations by chapters, settings and the cast that is known: returns the chapters with their quotations
and a role for each character found."""
Newcomers = Callable[[Sequence[str], Sequence[Chapter], Mapping[str, Any], Mapping[str, Role]], Mapping[str, Role]]
"""Roles for people whom a person adds, by names, chapters, settings and the cast."""


@dataclass(frozen=True)
class CastMember:
    """One of the cast, with what is said."""

    name: str
    """Empty for the narrator."""
    role: Role
    quotations: int
    unsure: int
    lines: tuple[str, ...]
    """The first that are said."""


@dataclass(frozen=True)
class Cast:
    """All of a book."""

    characters: tuple[CastMember, ...]
    """The narrator first, then the characters by number of lines."""
    nobody: int
    """Quotations that could be anybody's."""
    revision: int


class Casts:
    """All methods raise :class:`StudioError` ``no_book``, and ``project_changed`` where ``revision`` is an old one."""

    def __init__(
        self, database: WorksDatabase, voices: Voices, *, newcomers: Newcomers, clock: Callable[[], float] = time.time
    ) -> None:
        """``newcomers`` gives people who are added without a voice theirs."""
        self._database = database
        self._newcomers = newcomers
        self._voices = voices
        self._clock = clock

    def get(self, owner: str, book: str) -> Cast:
        with self._database.reading() as session:
            row = find_book(session, owner, book)
            return _cast(row, book_rows.each_chapter(session, book))

    def change(self, owner: str, book: str, /, **fields: Any) -> Cast:
        """Change what is given of a :class:`CastChange`: ``roles`` by names, one character's name, or two that are the
        same person.

        A new name in ``roles`` adds a character; ``null`` removes one and leaves its quotations unattributed: nobody
        finds it again until a person adds it or gives it a quotation. Raises :class:`StudioError` ``no_character``,
        ``character_exists``.
        """
        given = check(CastChange, fields, self._voices)
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            book_rows.check_revision(row, given.revision)
            cast, chapters = book_rows.cast_of(row), book_rows.load_chapters(session, book)
            roles = given.roles or {}
            gone = [name for name, one in roles.items() if one is None]
            removed = [_REMOVED + one for name in gone for one in (name, *cast.get(name, Role()).others)]
            row.settled = list(dict.fromkeys([*row.settled, *removed]))
            new = [name for name, one in roles.items() if one and one.asks_voice(cast.get(name))]
            cast, after = _with_roles(cast, list(chapters), roles)
            if given.rename is not None:
                cast, after = _renamed(cast, after, given.rename.old, given.rename.to)
            if given.join is not None:
                one, before = given.join.into, cast.get(given.join.into, Role())
                cast, after = _joined(cast, after, given.join.old, one)
                new += [one] if before.picked and cast[one].gender != before.gender else []
            return self._store(session, row, cast, chapters, after, [name for name in new if name in cast])

    def say(
        self,
        owner: str,
        book: str,
        number: int,
        quotation: int,
        name: str,
        *,
        everywhere: bool = False,
        revision: int | None = None,
    ) -> Cast:
        """Give a quotation, numbered from 0 in its chapter, another speaker. The empty name is the narrator.

        The other half of a sentence that a tag parts goes with it; ``everywhere`` does so with all quotations of the
        same speaker. Raises :class:`StudioError` ``no_chapter``, ``no_quotation``.
        """
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            book_rows.check_revision(row, revision)
            chapters = book_rows.load_chapters(session, book)
            if not 1 <= number <= len(chapters):
                raise StudioError("no_chapter", number=number)
            there = chapters[number - 1].quotations
            if not 0 <= quotation < len(there):
                raise StudioError("no_quotation", number=quotation)
            old = there[quotation].speaker
            halves = _halves(chapters[number - 1], quotation)

            def chosen(at: int, index: int, one: Quotation) -> bool:
                return (at == number and index in halves) or (everywhere and one.speaker == old)

            after = []
            for at, chapter in enumerate(chapters, 1):
                now = (decided(one, name) if chosen(at, n, one) else one for n, one in enumerate(chapter.quotations))
                after.append(replace(chapter, quotations=tuple(now)))
            return self._store(session, row, book_rows.cast_of(row), chapters, after)

    def meet(self, owner: str, book: str, number: int) -> None:
        """Find voices for those who speak in a chapter and are not in the cast yet."""
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            cast = book_rows.cast_of(row)
            if new := sorted(speakers_of([book_rows.load_chapter(session, book, number)]) - cast.keys()):
                chapters = book_rows.load_chapters(session, book)
                self._store(session, row, cast, chapters, chapters, new)

    def attribute(self, owner: str, book: str, find: Attribute, *, revision: int | None = None) -> Cast:
        """Attribute the quotations again, with the cast known. What a person or the file decided stays, and roles."""
        with self._database.reading() as session:
            row = find_book(session, owner, book)
            book_rows.check_revision(row, revision)
            seen, chapters = row.revision, book_rows.load_chapters(session, book)
            settings, known = dict(row.settings), book_rows.cast_of(row)
        after, found = find(chapters, settings, known)
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            book_rows.check_revision(row, seen)
            kept = book_rows.cast_of(row)
            for name in (one.removeprefix(_REMOVED) for one in row.settled if one.startswith(_REMOVED)):
                after = [said_by(chapter, name, UNKNOWN) for chapter in after]
                found = {one: role for one, role in found.items() if one != name}
            after = [known_of(new, old, kept) for old, new in zip(chapters, after, strict=True)]
            said = speakers_of(after)
            cast = {name: one for name, one in kept.items() if name in said or one != Role() or name == NARRATOR}
            cast |= {name: one for name, one in found.items() if name not in kept}
            return self._store(session, row, cast, chapters, after)

    def _store(
        self,
        session: Session,
        row: BookRow,
        cast: dict[str, Role],
        before: Sequence[Chapter],
        chapters: Sequence[Chapter],
        new: Sequence[str] = (),
    ) -> Cast:
        """``new`` are people who are to have a voice found; others who begin to speak are, too."""
        missing, spoke = speakers_of(chapters) - cast.keys(), speakers_of(before)
        cast |= dict.fromkeys(sorted(missing & spoke), Role())  # who had no voice goes on without
        new = [*new, *sorted(missing - spoke)]
        if new:
            found = self._newcomers(new, chapters, row.settings, cast)
            cast |= {name: _with_voice(cast.get(name, Role()), found.get(name, Role())) for name in new}
        if len(cast) > MAX_CAST:
            raise invalid("roles", f"a book has at most {MAX_CAST} characters.", f"一本书最多 {MAX_CAST} 个角色。")
        there = {_REMOVED + name for name in cast}
        row.settled = [one for one in row.settled if one not in there]
        kept = book_rows.kept_cast(cast)
        changed = kept != row.cast
        row.cast = kept
        for number, (old, after) in enumerate(zip(before, chapters, strict=True), 1):
            if old != after:
                changed = True
                book_rows.store_chapter(session, row.id, number, after)
        if changed:
            book_rows.touch(row, self._clock())
        session.flush()
        return _cast(row, chapters)


def _halves(chapter: Chapter, index: int) -> range:
    """The quotation at ``index`` with those beside it in its line that were found to be of one turn with it."""
    found, one = chapter.quotations, chapter.quotations[index]

    def joined(at: int) -> bool:
        other = found[at]
        between = chapter.text[min(one.end, other.end) : max(one.start, other.start)]
        same = (one.speaker, one.probability, one.evidence) == (other.speaker, other.probability, other.evidence)
        return (
            same and one.speaker != NARRATOR and one.source == other.source in ("rule", "llm") and "\n" not in between
        )

    first, last = index, index + 1
    while first and joined(first - 1):
        first -= 1
    while last < len(found) and joined(last):
        last += 1
    return range(first, last)


def _with_voice(role: Role, found: Role) -> Role:
    """``role`` with the voice, and the gender unless it is given, that were found for it."""
    return replace(role, voice=found.voice, gender=role.gender or found.gender, picked=found.picked)


def _with_roles(
    cast: dict[str, Role], chapters: list[Chapter], roles: Mapping[str, BookRole | None]
) -> tuple[dict[str, Role], list[Chapter]]:
    for name, given in roles.items():
        if given is not None:
            cast[name] = given.change(cast.get(name, Role()))
        else:
            del cast[_known(cast, name)]
            chapters = [said_by(one, name, UNKNOWN) for one in chapters]
    return cast, chapters


def _renamed(
    cast: dict[str, Role], chapters: Sequence[Chapter], old: str, other: str
) -> tuple[dict[str, Role], list[Chapter]]:
    one = _known(cast, old)
    if other != one and other in cast:
        raise StudioError("character_exists", name=other)
    names = dict.fromkeys(name for name in (*cast[one].others, one) if name != other)
    role = replace(cast[one], others=tuple(names)[:MAX_OTHERS])
    return {other if name == one else name: role if name == one else old for name, old in cast.items()}, [
        said_by(chapter, one, other) for chapter in chapters
    ]


def _joined(
    cast: dict[str, Role], chapters: Sequence[Chapter], old: str, new: str
) -> tuple[dict[str, Role], list[Chapter]]:
    one, other = _known(cast, old), _known(cast, new)
    if one == other:
        raise invalid("join", "it should name two characters.", "应是两个不同的角色。")
    first, second = cast[one], cast[other]
    names = dict.fromkeys(name for name in (*second.others, one, *first.others) if name != other)
    left = {name: role for name, role in cast.items() if name != one}
    left[other] = replace(second, others=tuple(names)[:MAX_OTHERS], gender=second.gender or first.gender)
    return left, [said_by(chapter, one, other, names=(one, *first.others)) for chapter in chapters]


def _known(cast: Mapping[str, Role], name: str) -> str:
    if name not in cast:
        raise StudioError("no_character", name=name)
    return name


def _cast(row: BookRow, chapters: Iterable[Chapter]) -> Cast:
    counts: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for chapter in chapters:
        for one in (one for one in chapter.quotations if not is_narrated(one)):
            counts[one.speaker] += 1
            unsure[one.speaker] += is_unsure(one)
            if counts[one.speaker] <= _LINES:
                lines[one.speaker].append(shortened(chapter.text[one.start : one.end][: _LINE_CHARS + 1], _LINE_CHARS))
    characters = [
        CastMember(name, role, counts[name], unsure[name], tuple(lines[name]))
        for name, role in {NARRATOR: Role(), **book_rows.cast_of(row)}.items()
    ]
    characters.sort(key=lambda one: (one.name != NARRATOR, -one.quotations))
    return Cast(tuple(characters), counts[UNKNOWN], row.revision)
