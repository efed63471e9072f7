"""How much of a file is read at most, and how a file that breaks a limit is refused.

Every number is well above what real books have; together they keep a hostile file below two seconds and 50 MB.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Final, NoReturn

from indextts.errors import StudioError, printable
from indextts.i18n.messages import Bilingual

MAX_BYTES: Final = 64 << 20
"""Of a file, pictures included."""
MAX_TEXT_BYTES: Final = 16 << 20
"""Of a file that is nothing but text."""
MAX_CHARACTERS: Final = 4_000_000
"""Of a whole book: 250 hours of speech."""
MAX_CHAPTERS: Final = 5000
MAX_PARAGRAPHS: Final = 200_000
MAX_LINES: Final = 150_000
"""Of a plain text, empty ones not counted."""
MAX_LINE: Final = 700_000
"""Characters between two tags of a document."""
MAX_ELEMENTS: Final = 1_500_000
"""Of all marked-up documents of a book together."""
MAX_DEPTH: Final = 200
"""Of elements in one another."""
MAX_MEMBERS: Final = 10_000
MAX_DIRECTORY: Final = 1 << 20
"""Bytes of an archive's table of contents."""
MAX_MEMBER: Final = 12 << 20
MAX_UNPACKED: Final = 48 << 20
"""Bytes of all members that are read; pictures stay packed."""
MAX_RATIO: Final = 150
"""Unpacked bytes for each packed one; markup stays below 30."""
FREE_RATIO: Final = 1 << 20
"""Bytes below which a ratio says nothing."""
MAX_COVER: Final = 8 << 20
MAX_CUES: Final = 20_000
MAX_PAGES: Final = 5000
SECONDS: Final = 1.3
"""Of work before anything has come out; see :class:`Patience`."""
MAX_SECONDS: Final = 120.0
TITLE: Final = 200
"""Characters of a title that are kept."""


class Patience:
    """Time that grows with what has been read, so that a large book may take its time and a trap may not.

    It counts the work of this thread, not the clock: another one's work does not make a book unreadable.
    """

    def __init__(self, name: str, *, per_second: int = 10_000) -> None:
        """``per_second``: characters below which reading is no longer reading; real files give five times as many."""
        self._name = name
        self._per_second = per_second
        self._begin = time.thread_time()
        self._earned = SECONDS

    def earn(self, characters: int, pages: int = 0) -> None:
        """So much was read."""
        self._earned = min(MAX_SECONDS, self._earned + characters / self._per_second + pages * 0.004)

    def check(self) -> None:
        """Raise :class:`StudioError` ``book_unreadable`` when it is over."""
        if time.thread_time() - self._begin > self._earned:
            unreadable(self._name, "reading it takes far too long for what is in it", "读取耗时远超其内容所需")


def _refuse(code: str, name: str, english: str, chinese: str) -> NoReturn:
    raise StudioError(code, name=printable(name, 60), reason=Bilingual(english, chinese)) from None


unreadable: Final = partial(_refuse, "book_unreadable")
"""The file is damaged, or not what its name says."""
unsafe: Final = partial(_refuse, "book_unsafe")
"""The file does what no honest file does."""
protected: Final = partial(_refuse, "book_protected")
too_large: Final = partial(_refuse, "book_too_large")
bad_script: Final = partial(_refuse, "book_script")
