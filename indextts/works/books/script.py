"""What is to be spoken of a book: its parts with their hashes, how they are spoken, and the room that they take.

script = BookScript(config, records, library)
layout = script.layout(owner, book)
for part, asked in script.parts(owner, book): …     # one chapter's texts are in memory
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from indextts.books.estimate import length_s
from indextts.books.parts import MOST, ChapterPart, Voicing, parts_of
from indextts.model.errors import StudioError
from indextts.model.utterance import Lang
from indextts.platform.config import Config
from indextts.platform.lru import Lru
from indextts.reading.lexicon.lexicon import Lexicon, Matcher, together
from indextts.reading.text.sentences import main_language
from indextts.sound.export.label import notice_text
from indextts.works.books.book_contents import settings_of
from indextts.works.books.book_layout import Layout, WantedPart
from indextts.works.books.book_rows import Book
from indextts.works.books.library import BookLibrary
from indextts.works.db.model import Job
from indextts.works.db.records import Records
from indextts.works.db.requests import kept_request

_TITLE_ROOM: Final = 1_000
"""Characters that the title of a chapter may take from a part."""
_BOOKS: Final = 16
"""Works whose hashes are known at the same time."""


class BookScript:
    """Thread-safe. All methods raise :class:`StudioError` ``no_book``."""

    def __init__(self, config: Config, records: Records, library: BookLibrary, lexicon: Lexicon) -> None:
        """``lexicon`` is the dictionary that all texts are read with."""
        self._config = config
        self._records = records
        self._library = library
        self._lexicon = lexicon
        self._wanted: Lru[tuple[object, ...], dict[int, frozenset[str]]] = Lru(_BOOKS)
        self._most = min(MOST, max(100, config.server.max_text_chars - _TITLE_ROOM))

    def layout(self, owner: str, book: Book) -> Layout:
        """What is to be spoken of the book as it is now.

        Raises ``no_chapter_on``, ``text_unspeakable`` where none has words, ``book_room`` where the disk has too little
        room for all of it.
        """
        parts = tuple(part for part, _ in self.parts(owner, book))
        if not parts:
            raise StudioError("text_unspeakable" if any(chapter.on for chapter in book.chapters) else "no_chapter_on")
        done = [job for job in self._records.parts_of(book.id) if job.state == "done" and not job.reason]
        settled = frozenset(job.hash for job in done if job.hash)
        layout = Layout(book.revision, parts, book.options.format, settled)
        self._check_room(layout.bytes_needed)
        return layout

    def _check_room(self, needed: int) -> None:
        folder = self._config.works_path
        while not folder.exists():
            folder = folder.parent
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise StudioError("book_room", needed=_megabytes(needed), free=_megabytes(free))

    def hashes(self, owner: str, book: Book) -> frozenset[str]:
        """Of all parts as they are to be."""
        return frozenset(part.hash for part, _ in self.parts(owner, book))

    def changed(self, owner: str, book: Book, parts: Sequence[Job], *, whole: bool) -> frozenset[int]:
        """The chapters that are spoken otherwise than they are to be, by the dictionary too; ``parts`` are spoken.

        Of a ``whole`` book, which was spoken to its end, those with something that is not spoken count as well.
        """
        spoken: dict[int, set[str]] = {}
        for part in parts:
            silent = part.error is not None and part.error.code == "text_unspeakable"
            if part.hash and (part.state == "done" or silent):
                spoken.setdefault(part.chapter or 0, set()).add(part.hash)
        if not spoken:
            return frozenset()
        key = (book.id, book.revision, self._state())
        wanted = self._wanted.get(key)
        if wanted is None:
            wanted = {number: frozenset() for number in (one.number for one in book.chapters if one.on)}
            for one, _ in self.parts(owner, book):
                wanted[one.chapter] |= {one.hash}
            self._wanted.put(key, wanted)
        return frozenset(
            number
            for number, hashes in spoken.items()
            if number in wanted and (hashes - wanted[number] or (whole and wanted[number] - hashes))
        )

    def _state(self) -> object:
        with suppress(StudioError):  # without the dictionary it is spoken, too
            return self._lexicon.state()
        return None

    def parts(self, owner: str, book: Book, *, only: int | None = None) -> Iterator[tuple[WantedPart, ChapterPart]]:
        """Every part from the book's beginning to its end, or of ``only`` one chapter; one chapter is in memory."""
        on, voicing = [one.number for one in book.chapters if one.on], self.voicing(owner, book)
        for number in on if only is None else {only}.intersection(on):
            try:
                chapter = self._library.chapter(owner, book.id, number)
            except StudioError as error:
                if error.code != "no_chapter":
                    raise
                return  # fewer than a moment ago
            first, last = number == on[0], number == on[-1]
            for place, asked in enumerate(parts_of(chapter, voicing, first=first, last=last)):
                yield _wanted(number, place, asked, self._entries(asked)), asked

    def _entries(self, part: ChapterPart) -> list[tuple[str, str, str]]:
        """What the dictionary says of a part's words, beside what the book itself does."""
        text = part.request.text
        own = Matcher(part.request.words).match(text)
        with suppress(StudioError):  # without the dictionary it is spoken, too
            found = (one for one in together(own, self._lexicon.match(text)) if one not in own)
            return sorted({(text[one.start : one.end], one.reading, one.spoken) for one in found})
        return []

    def voicing(self, owner: str, book: Book) -> Voicing:
        """How it is spoken, whatever its chapters say."""
        options = book.options
        language: Lang = "zh" if (book.language or main_language(book.title, "en")) == "zh" else "en"
        notice = notice_text(language)
        said = "off" if options.fit else options.notice
        return Voicing(
            settings=settings_of(book.settings),
            cast=book.cast,
            words=self._library.words(owner, book.id),
            titles=options.titles,
            most=self._most,
            fit=options.fit,
            length_s=options.length_s or 0.0,
            language=language,
            notice_first=notice if said in ("start", "both") else "",
            notice_last=notice if said in ("end", "both") else "",
        )


def _wanted(chapter: int, number: int, part: ChapterPart, entries: Sequence[tuple[str, str, str]]) -> WantedPart:
    request = part.request
    kept: dict[str, Any] = kept_request(request)
    kept.pop("language", None)  # it is the book's own: for the default voice, and figures alone
    if part.timed:
        kept |= {"timed": [asdict(cue) for cue in part.timed], "end_s": part.end_s}
    if entries:
        kept["dictionary"] = entries
    told = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    written = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    seconds = length_s(request.text) / request.settings.speed
    return WantedPart(chapter, number, len(request.text), seconds, written)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB" if size < 10 * 2**30 else f"{size / 2**30:,.1f} GB"
