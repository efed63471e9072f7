"""Proof-listening: the doubtful places of a whole book in its order, and what a person decides about one of them.

    proofing = works.proofing
    page = proofing.doubts("local", book, kind="polyphone", limit=50)
    proofing.fix("local", book, doubt=page.doubts[0].id, reading="chong2", scope="book")

A part's doubts stand beside it since it was spoken, so that no plan is read here; whose speaker is in doubt is seen in
the chapters as they are now. What is decided shows as settled until its part is spoken again, and then not any more.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from indextts.books.dubbing import DubbedCue, blamed, complaint
from indextts.books.model import Chapter, Quotation
from indextts.books.parts import ChapterPart, Voicing, parts_of
from indextts.books.proof import group_of
from indextts.books.shaping import is_unsure
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.reading.lexicon.lexicon import Matcher
from indextts.works.books.book_rows import Book, find_book
from indextts.works.books.doubts import BookDoubt, Doubts, place_of
from indextts.works.db.database import JobRow, WorksDatabase

if TYPE_CHECKING:
    from indextts.works.books.library import BookLibrary

_AROUND: Final = 18
"""Characters of the sentence that are shown on either side."""


@dataclass(frozen=True)
class BookCue:
    """How one of a book's cues came out."""

    job: str
    chapter: int
    at_s: float
    """In the sound of the part."""
    cue: DubbedCue
    said: Bilingual | None
    """Of one that does not fit, what a person should do."""


class DoubtList:
    """All that is doubtful in books."""

    def __init__(self, database: WorksDatabase, library: BookLibrary, voicing: Callable[[str, Book], Voicing]) -> None:
        """``voicing`` says how a book is spoken."""
        self._database = database
        self._library = library
        self._voicing = voicing

    def page(
        self,
        owner: str,
        name: str,
        *,
        kind: str = "",
        chapter: int | None = None,
        after: str = "",
        limit: int = 100,
        settled: bool = False,
        grouped: bool = False,
    ) -> Doubts:
        """Those of a kind, or a chapter, that come ``after`` another one; with those ``settled`` where wanted.

        ``grouped``: of each group only the first one.
        """
        book = self._library.get(owner, name)
        every = list(self.all(owner, book))
        counts = Counter((one.group, one.settled) for one in every)
        found = [
            replace(one, count=counts[one.group, one.settled])
            for one in every
            if (chapter in (None, one.chapter)) and (settled or not one.settled)
        ]
        if grouped:
            found = list({(one.group, one.settled): one for one in reversed(found)}.values())[::-1]
        kinds = Counter(one.kind for one in found)
        found = [one for one in found if kind in ("", one.kind)]
        total = len(found)
        if after:
            begin = place_of(after)
            found = [one for one in found if one.place > begin]
        return Doubts(found[:limit], total, kinds, book.revision)

    def one(self, owner: str, book: Book, doubt: object) -> BookDoubt:
        """Raises :class:`StudioError` ``no_doubt``."""
        number = place_of(doubt)[0]
        found = next((one for one in self.all(owner, book, number) if one.id == doubt), None)
        if found is None:
            raise StudioError("no_doubt")
        return found

    def cues(self, owner: str, name: str) -> list[BookCue]:
        """How the cues of a book came out, as far as they are spoken. Raises :class:`StudioError` ``no_book``."""
        self._library.get(owner, name)
        chosen = select(JobRow.id, JobRow.chapter, JobRow.cues).where(
            JobRow.book_id == name, JobRow.state == "done", JobRow.cues.is_not(None), JobRow.deleted.is_(None)
        )
        places: list[tuple[str, int, float]] = []
        cues: list[DubbedCue] = []
        with self._database.reading() as session:
            for job, chapter, kept in session.execute(chosen.order_by(JobRow.chapter, JobRow.part)):
                for one in (kept or {}).get("cues", ()):
                    fields = {key: value for key, value in one.items() if key not in ("start", "end", "drift_s")}
                    cues.append(DubbedCue(**fields))
                    places.append((job, chapter or 1, max(0.0, cues[-1].starts_s - float(kept["begin_s"]))))
        # The first one of a part may be late by the last one of the part before.
        return [
            BookCue(job, chapter, at_s, cue, complaint(cue))
            for (job, chapter, at_s), cue in zip(places, blamed(cues), strict=True)
        ]

    def all(self, owner: str, book: Book, chapter: int | None = None) -> Iterator[BookDoubt]:
        """Of a book, or of one chapter, in their order."""
        right = self._right(owner, book.id)
        voicing = self._voicing(owner, book)
        words = Matcher(voicing.words)
        on = [one.number for one in book.chapters if one.on]
        spoken = self._spoken(book.id)
        for number in on:
            if chapter not in (None, number) or number not in spoken or not (rows := self._rows(book.id, number)):
                continue
            whole = self._library.chapter(owner, book.id, number)
            parts = list(parts_of(whole, voicing, first=number == on[0], last=number == on[-1]))
            fixed = [(one.start, one.end) for one in whole.fixes]
            fixed += [(one.start, one.end) for one in words.match(whole.text)]
            named = [(one.start, one.end) for one in words.match(whole.title.strip())]
            found: list[BookDoubt] = []
            for place, job, kept in rows:
                if place < len(parts) and parts[place].request.text not in (voicing.notice_first, voicing.notice_last):
                    found += _of_part(number, whole, parts[place], job, kept, right, (fixed, named))
            yield from sorted(found, key=lambda one: one.place)

    def _right(self, owner: str, name: str) -> frozenset[str]:
        with self._database.reading() as session:
            return frozenset(find_book(session, owner, name).settled)

    def _spoken(self, name: str) -> frozenset[int | None]:
        """The chapters of which something is spoken."""
        chosen = (
            select(JobRow.chapter)
            .distinct()
            .where(JobRow.book_id == name, JobRow.state == "done", JobRow.doubts.is_not(None), JobRow.deleted.is_(None))
        )
        with self._database.reading() as session:
            return frozenset(session.scalars(chosen))

    def _rows(self, name: str, chapter: int) -> list[tuple[int, str, dict[str, Any]]]:
        chosen = select(JobRow.part, JobRow.id, JobRow.doubts).where(
            JobRow.book_id == name,
            JobRow.chapter == chapter,
            JobRow.state == "done",
            JobRow.doubts.is_not(None),
            JobRow.deleted.is_(None),
        )
        with self._database.reading() as session:
            return [(place or 0, job, kept or {}) for place, job, kept in session.execute(chosen.order_by(JobRow.part))]


def _of_part(
    number: int,
    chapter: Chapter,
    part: ChapterPart,
    job: str,
    kept: Mapping[str, Any],
    right: frozenset[str],
    fixed: tuple[Sequence[tuple[int, int]], Sequence[tuple[int, int]]],
) -> Iterator[BookDoubt]:
    for one in kept["doubts"]:
        start, end = one["start"] - part.by, one["end"] - part.by
        in_title = one["start"] < part.title
        text, shift = (chapter.title.strip(), part.title) if in_title else (chapter.text, 0)
        start, end = (one["start"], one["end"]) if in_title else (start, end)
        if text[start - len(one["before"]) : end + len(one["after"])] != one["before"] + one["text"] + one["after"]:
            continue  # written anew since: nobody hears it so any more
        about = one.get("name") or one["word"] or one["text"]
        group = group_of(one["kind"], about, one["text"], one["reading"], one["id"])
        settled = bool({one["id"], group} & right) or (
            one["kind"] != "cue" and any(begin < end and start < stop for begin, stop in fixed[in_title])
        )
        yield BookDoubt(
            id=f"{one['id']}.{number}.{start - shift}",
            chapter=number,
            job=job,
            start=start,
            end=end,
            in_title=in_title,
            settled=settled,
            quotation=None,
            group=group,
            count=1,
            alternatives=tuple(one["alternatives"]),
            word_readings=tuple(one["word_readings"]),
            said=None if one["said"] is None else Bilingual(*one["said"]),
            **{
                name: one[name]
                for name in (
                    *("kind", "at_s", "text", "before", "after", "reading"),
                    *("probability", "rule", "word", "word_at"),
                )
            },
        )
    for place, quotation in enumerate(chapter.quotations):
        unsure = quotation.source not in ("user", "file") and is_unsure(quotation)
        if unsure and part.start <= quotation.start < part.end:
            yield _unsure(number, chapter, part, job, kept["segments"], place, quotation)


def _unsure(
    number: int,
    chapter: Chapter,
    part: ChapterPart,
    job: str,
    segments: Sequence[tuple[int, float]],
    place: int,
    quotation: Quotation,
) -> BookDoubt:
    """The doubt that the speaker of a quotation is uncertain."""
    text, start, end = chapter.text, quotation.start, quotation.end
    before = text[max(0, start - _AROUND) : start].rpartition("\n")[2]
    after = text[end : end + _AROUND].partition("\n")[0]
    said = "\0".join(("speaker", before, text[start:end], after, quotation.speaker))
    name = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    at = bisect_right([begin for begin, _ in segments], start + part.by) - 1
    return BookDoubt(
        id=f"{name}.{number}.{start}",
        kind="speaker",
        chapter=number,
        job=job,
        at_s=segments[at][1] if at >= 0 else 0.0,
        start=start,
        end=end,
        in_title=False,
        text=text[start:end],
        before=before,
        after=after,
        reading=quotation.speaker,
        alternatives=(),
        probability=quotation.probability,
        rule="",
        word="",
        settled=False,
        quotation=place,
        group=name,
        count=1,
    )
