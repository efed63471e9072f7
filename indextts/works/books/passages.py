"""A paragraph that another program reads aloud, spoken by the characters of a book.

    passages = Passages(library, script)
    request, following = passages.request("local", book, "“走吧。”老人说。", before=["天黑了。"])

A paragraph that stands in the book is spoken as the book has it, with its speakers, readings and words. One that does
not, because the reader has another edition or is further on, has its speakers found with the paragraphs before it.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from indextts.books.casting import attribute
from indextts.books.model import UNKNOWN, Chapter, Fix, Quotation, Role
from indextts.books.parts import Voicing, requests_of
from indextts.model.errors import StudioError
from indextts.plan.request import SpeechRequest
from indextts.works.books.book_rows import Book
from indextts.works.books.library import BookLibrary
from indextts.works.books.script import BookScript

FOLLOWING: Final = 2
"""Paragraphs after one that are told with it, so that they can be spoken before they are asked for."""
MOST_INDICES: Final = 4
"""Works whose paragraphs are known at the same time."""
_Place = tuple[int, int, int]
"""Number of the chapter, and ``text[start:end]`` of it; or whatever else is in order."""


@dataclass
class PassageIndex:
    """Where each paragraph of a work stands."""

    revision: int
    places: dict[int, list[_Place]] = field(default_factory=dict)
    last: tuple[int, int] = (0, 0)
    """Chapter and place of the paragraph that was asked for last."""

    def add(self, paragraph: str, place: _Place) -> None:
        self.places.setdefault(_folded(paragraph), []).append(place)

    def find(self, paragraph: str) -> _Place | None:
        """The next place of a paragraph after the last one that was asked for, else the first of all."""
        found = self.places.get(_folded(paragraph), ())
        place = next((one for one in found if one[:2] >= self.last), found[0] if found else None)
        if place is not None:
            self.last = place[:2]
        return place


class Passages:
    """Thread-safe."""

    def __init__(self, library: BookLibrary, script: BookScript) -> None:
        self._library = library
        self._script = script
        self._lock = threading.Lock()
        self._indices: dict[tuple[str, str], PassageIndex] = {}

    def request(
        self, owner: str, book: str, paragraph: str, before: Sequence[str] = ()
    ) -> tuple[SpeechRequest, list[SpeechRequest]]:
        """How ``paragraph`` is spoken, and the paragraphs that follow it in the book.

        ``before`` are paragraphs that were read before it. Raises :class:`StudioError` ``no_book``, and
        ``text_unspeakable`` where it has no words.
        """
        found = self._library.get(owner, book)
        voicing = replace(self._script.voicing(owner, found), titles=False, fit=False, notice_first="", notice_last="")
        with self._lock:
            place = self._index(owner, found).find(paragraph)
        if place is None:
            return spoken(attributed(paragraph, before, voicing), voicing), []
        number, start, end = place
        chapter = self._library.chapter(owner, book, number)
        following = []
        for one in list(_paragraphs(chapter.text[end:]))[:FOLLOWING]:
            slice_of = _slice(chapter, end + one[0], end + one[1])
            following += list(requests_of(slice_of, voicing))
        return spoken(_slice(chapter, start, end), voicing), following

    def _index(self, owner: str, book: Book) -> PassageIndex:
        """That of a book as it is now."""
        known = self._indices.pop((owner, book.id), None)
        if known is None or known.revision != book.revision:
            known = PassageIndex(book.revision)
            for number, chapter in enumerate(self._library.chapters(owner, book.id), 1):
                for start, end in _paragraphs(chapter.text):
                    known.add(chapter.text[start:end], (number, start, end))
        self._indices[owner, book.id] = known
        while len(self._indices) > MOST_INDICES:
            self._indices.pop(next(iter(self._indices)))
        return known


def spoken(chapter: Chapter, voicing: Voicing) -> SpeechRequest:
    """All of a short chapter at once. Raises :class:`StudioError` ``text_unspeakable`` where it has no words."""
    request = next(requests_of(chapter, replace(voicing, most=max(len(chapter.text), 1))), None)
    if request is None:
        raise StudioError("text_unspeakable")
    return request


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines with words begin and end."""
    start = 0
    for line in text.split("\n"):
        if any(map(str.isalnum, line)):
            yield start, start + len(line)
        start += len(line) + 1


def _slice(chapter: Chapter, start: int, end: int) -> Chapter:
    """``text[start:end]`` of a chapter, with what is known of it."""
    quotations = (
        replace(one, start=max(one.start, start) - start, end=min(one.end, end) - start)
        for one in chapter.quotations
        if one.start < end and start < one.end
    )
    fixes = (Fix(one.start - start, one.end - start, one.reading) for one in chapter.fixes)
    return Chapter(
        "",
        chapter.text[start:end],
        quotations=tuple(quotations),
        fixes=tuple(one for one in fixes if one.start >= 0 and one.end <= end - start),
        directions=tuple(
            replace(one, start=max(one.start, start) - start, end=min(one.end, end) - start)
            for one in chapter.directions
            if one.start < end and start < one.end
        ),
    )


def attributed(paragraph: str, before: Sequence[str], voicing: Voicing) -> Chapter:
    """A paragraph whose speakers are found by what is said around them; only those of the cast are known."""
    lines = [" ".join(one.split()) for one in (*before, paragraph)]
    text = "\n".join(lines)
    begin = len(text) - len(lines[-1])
    (chapter,) = attribute([Chapter("", text)], cast=dict(voicing.cast)).chapters
    slice_of = _slice(chapter, begin, len(text))
    names = _names(voicing)
    return slice_of.changed(quotations=tuple(_by_cast(one, names) for one in slice_of.quotations))


def _names(voicing: Voicing) -> dict[str, str]:
    """The cast by all of its names."""
    cast: dict[str, Role] = dict(voicing.cast)
    return {other: name for name, role in cast.items() for other in (*role.others, name)}


def _by_cast(quotation: Quotation, names: dict[str, str]) -> Quotation:
    return replace(quotation, speaker=names.get(quotation.speaker, UNKNOWN))


def _folded(paragraph: str) -> int:
    """The same for a paragraph in whatever quotation marks, spaces and widths."""
    return hash("".join(filter(str.isalnum, unicodedata.normalize("NFKC", paragraph))).casefold())
