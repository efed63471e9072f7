"""A book's file while the book is still spoken: each chapter is coded as soon as it is there.

    ahead = BoundAhead(folder, "m4b", options)
    ahead.add(chapter, cancelled)                   # the first, the second …
    bind(chapters, path, "m4b", options=options, ahead=ahead)       # only what is missing is coded
    ahead.close()

What comes of it is the same file: the encoder is fed with the same samples in the same order. Nothing of it outlives
the process; then all is coded when it is bound.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.books.binding.model import Binding, BoundChapter
from indextts.model.errors import StudioError
from indextts.platform.storage.files import PART, own_folder

if TYPE_CHECKING:
    from indextts.books.binding.reel import Reel

AHEAD_FORMS: Final = ("m4b", "m4a", "mp3", "opus", "flac")
"""Of the others little can be done before all is there."""


class BoundAhead:
    """Not thread-safe."""

    def __init__(self, folder: Path, form: str, options: Binding) -> None:
        """``folder`` is that of the finished file."""
        self._folder = folder / f".ahead.{secrets.token_hex(4)}{PART}"
        self._form, self._options = form, _heard(options)
        self._keys: list[str] = []
        self._rate = 0
        self._reel: Reel | None = None

    @property
    def chapters(self) -> int:
        """How many are coded."""
        return len(self._keys)

    def add(self, chapter: BoundChapter, cancel: Callable[[], bool]) -> None:
        """Code the next chapter, after which another one comes. Raises ``cancelled`` and what the disk refuses."""

        def step(_: int) -> None:
            if cancel():
                raise StudioError("cancelled")

        from indextts.books.binding.reel import Reel, rates_of

        if self._reel is None:
            own_folder(self._folder)
            self._rate = chapter.rate
            rates = rates_of(self._form, self._rate, self._options)
            self._reel = Reel(self._folder / f"sound.{self._form}", self._form, rates, self._options)
        self._reel.add(chapter, step, first=not self._keys, last=False)
        self._keys.append(chapter.key)

    def taken(self, chapters: Sequence[BoundChapter], form: str, options: Binding) -> Reel | None:
        """What is coded of these chapters, to be gone on with; ``None`` where they are other ones."""
        reel, self._reel = self._reel, None
        same = form == self._form and _heard(options) == self._options and len(self._keys) < len(chapters)
        same = same and self._keys == [one.key for one in chapters[: len(self._keys)]] and all(self._keys)
        same = same and self._rate == max(one.rate for one in chapters)
        if reel is not None and not same:
            reel.abandon()
            return None
        return reel

    def close(self) -> None:
        """Take away what is left of it."""
        if self._reel is not None:
            self._reel.abandon()
            self._reel = None
        shutil.rmtree(self._folder, ignore_errors=True)


def _heard(options: Binding) -> Binding:
    """What of them is heard: the rest is said of the file once it is whole."""
    return replace(options, title="", author="", narrator="", date="", description="", publisher="", cover=None)
