"""The names and terms of a book with their readings, found once for each text that it has."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from indextts.books.model import Chapter
from indextts.books.names import spoken_names
from indextts.books.parts import people_of, words_in
from indextts.books.terms import Term, as_said, looked_up, terms_of
from indextts.plan.request import SpeechRequest
from indextts.platform.lru import Lru
from indextts.reading.lexicon.entry import EntryDraft, key_of

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline
    from indextts.works.books.library import BookLibrary
    from indextts.works.books.script import BookScript

_BOOKS: Final = 8
_LINE: Final = 2_000
"""Characters of a paragraph that are read."""


class BookTerms:
    """Thread-safe. Finding the terms of a long book takes seconds and blocks the caller's thread."""

    def __init__(self, library: BookLibrary, script: BookScript, loaded: Callable[[], Pipeline]) -> None:
        self._library = library
        self._script = script
        self._loaded = loaded
        self._found: Lru[str, list[Term]] = Lru(_BOOKS)
        self._lock = threading.Lock()

    def of(self, owner: str, book: str) -> list[Term]:
        """Those that are not sure and common first; the readings of the book's own words are told, as sure.

        Raises :class:`StudioError` ``no_book``.
        """
        chapters = self._library.texts(owner, book)
        cast = people_of(self._library.get(owner, book).cast)
        key = _hash(chapters, cast)
        with self._lock:  # two windows of one book wait for the same
            found = self._found.get(key)
            if found is None:
                found = terms_of(chapters, cast=cast)
                self._found.put(key, found)
        own = {key_of(one.word): one for one in self._library.words(owner, book) if one.enabled}
        return sorted((_known(one, own.get(key_of(one.word))) for one in found), key=lambda one: one.sure)

    def one(self, owner: str, book: str, word: str) -> Term | None:
        """Any word of what is spoken, as it is said where it stands first; ``None`` where it stands nowhere.

        Raises :class:`StudioError` ``no_book``, and ``loading``.
        """
        voicing = self._script.voicing(owner, self._library.get(owner, book))
        chapters = self._library.texts(owner, book)
        lines = (line for one in chapters for line in (one.title, *one.text.split("\n")))
        term, found = looked_up(" ".join(word.split()), lines, voicing.words)
        if not term.count or term.sure:
            return term if term.count else None
        pipeline = self._loaded()
        how = replace(voicing.settings, voice="default")
        cast = people_of(voicing.cast)
        named = spoken_names(cast, learned=not how.commercial)
        asked = (
            SpeechRequest(
                one[:_LINE], how, words=words_in(one, voicing.words), literal=True, people=words_in(one, named)
            )
            for one in found
        )
        return as_said(term, map(pipeline.analyse, asked), cast)


def _known(term: Term, entry: EntryDraft | None) -> Term:
    if entry is None:
        return term
    return replace(term, kind=entry.kind, reading=entry.reading, alternatives=(), sure=True)


def _hash(chapters: Sequence[Chapter], cast: Sequence[str]) -> str:
    whole = hashlib.sha256("\0".join(cast).encode("utf-8", "surrogatepass") + b"\0")
    for one in chapters:
        whole.update(one.text.encode("utf-8", "surrogatepass") + b"\0")
    return whole.hexdigest()
