"""How much of a file is read at most, and how a file that breaks a limit is refused.

Every number is well above what real books have; together they keep a hostile file below two seconds and
60 MB beside its own bytes. How long a book may be, :mod:`indextts.books.model` says.
"""

from __future__ import annotations

import gc
import time
from functools import partial
from typing import Final, NoReturn

from indextts.books.model import MAX_CHARACTERS
from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.platform.tables import tables_beside

MAX_BYTES: Final = 64 << 20  # of a file, pictures included
MAX_TEXT_BYTES: Final = 40 << 20
"""Of a file that is nothing but text: three for each character of the longest book, and some."""
MAX_IN_MEMORY: Final = 20 << 20
"""Bytes of a text that is decoded as a whole, before what is no character of the book is taken out of it."""
MAX_PARAGRAPHS: Final = 400_000
MAX_LINES: Final = 150_000  # of a text that is decoded as a whole, empty ones not counted
MAX_LINE: Final = 700_000  # characters between two tags of a document
MAX_ELEMENTS: Final = 1_500_000  # of all marked-up documents of a book together
MAX_DEPTH: Final = 200  # of elements in one another
MAX_MEMBERS: Final = 20_000
MAX_DIRECTORY: Final = 2 << 20  # bytes of an archive's table of contents
MAX_MEMBER: Final = 12 << 20
MAX_UNPACKED: Final = 72 << 20  # bytes of all members that are read; pictures stay packed
MAX_RATIO: Final = 150  # unpacked bytes for each packed one; markup stays below 30
FREE_RATIO: Final = 1 << 20  # bytes below which a ratio says nothing
MAX_COVER: Final = 8 << 20
MAX_CUES: Final = 20_000
MAX_PAGES: Final = 5000
SECONDS: Final = 1.3  # of work before anything has come out; see :class:`Patience`
MAX_SECONDS: Final = 120.0
COLLECTION: Final = 3.0
"""Seconds that are given once when the interpreter has collected garbage meanwhile: the objects of the whole process
are looked through by whichever thread is at work, and a book is not to blame for them."""
MAX_PIECES: Final = 100_000  # stretches of text between the tags of one paragraph, and names of places in it
MAX_NOTES: Final = 100_000  # references to notes, all places that links with a number lead to
MAX_KINDS: Final = 1000  # different sets of names for what a part of a book is
MAX_TYPES: Final = 50  # names in one of them
_LOOK: Final = 256  # elements after which the time is looked at
TITLE: Final = 200  # characters of a title that are kept


def notice(key: str, *facts: object) -> tuple[str, str]:
    """What a person is told of how a file was read, in English and Chinese."""
    english, chinese = tables_beside(__file__, "tables.yaml")["notices"][key]
    return english.format(*facts), chinese.format(*facts)


class Patience:
    """What reading may still take: time that grows with what was read, and a number of characters and parts.

    So a large book may take its time and a trap may not. Time is the work of this thread, not the clock: another
    thread's work does not make a book unreadable.
    """

    def __init__(self, name: str, *, per_second: int = 10_000) -> None:
        """``per_second``: characters below which reading is no longer reading; real files give five times as many."""
        self._name = name
        self._per_second = per_second
        self._begin = time.thread_time()
        self._collections = _collections()
        self._earned = SECONDS
        self._read = self._paragraphs = self._elements = 0

    def earn(self, characters: int, pages: int = 0) -> None:
        """Count a paragraph, or pages, that were read.

        Raise :class:`StudioError` ``book_too_large`` when all together are more than a book.
        """
        self._earned = min(MAX_SECONDS, self._earned + characters / self._per_second + pages * 0.004)
        self._read += characters
        self._paragraphs += not pages
        if self._paragraphs > MAX_PARAGRAPHS:
            too_large(self._name, f"it has more than {MAX_PARAGRAPHS:,} paragraphs", f"段落超过 {MAX_PARAGRAPHS:,} 个")
        # Notes and headings are no characters of a chapter.
        if self._read > MAX_CHARACTERS * 5 // 4:
            too_large(self._name, f"it has more than {MAX_CHARACTERS:,} characters", f"字符超过 {MAX_CHARACTERS:,} 个")

    def element(self) -> None:
        """Count an element of a marked-up document, and check the time now and then."""
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            too_large(self._name, "it has too many elements", "元素过多")
        if not self._elements % _LOOK:
            self.check()

    @property
    def counted(self) -> tuple[int, int, int]:
        """What was counted so far; a document that is read a second time is counted once."""
        return self._read, self._paragraphs, self._elements

    @counted.setter
    def counted(self, counts: tuple[int, int, int]) -> None:
        self._read, self._paragraphs, self._elements = counts

    def check(self) -> None:
        """Raise :class:`StudioError` ``book_unreadable`` when it is over."""
        spent = time.thread_time() - self._begin
        if spent > self._earned + (COLLECTION if _collections() > self._collections else 0.0):
            unreadable(self._name, "reading it takes far too long for its size", "相对其大小，读取耗时过长")


def _collections() -> int:
    """How often the whole process' objects have been looked through so far."""
    return int(gc.get_stats()[-1]["collections"])


def _refuse(code: str, name: str, english: str, chinese: str) -> NoReturn:
    raise StudioError(code, name=printable(name, 60), reason=Bilingual(english, chinese)) from None


unreadable: Final = partial(_refuse, "book_unreadable")  # the file is damaged, or not what its name says
unsafe: Final = partial(_refuse, "book_unsafe")  # the file does what no honest file does
protected: Final = partial(_refuse, "book_protected")
too_large: Final = partial(_refuse, "book_too_large")
bad_script: Final = partial(_refuse, "book_script")
