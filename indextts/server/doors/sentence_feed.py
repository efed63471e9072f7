"""Text that comes in pieces, cut into sentences as soon as each is surely complete.

Where it is cut depends on the text alone, not on the pieces that it came in, so that its sound is the same each time.
"""

from __future__ import annotations

from typing import Final

from indextts.reading.text import chars
from indextts.reading.text.sentences import LONGEST, split

AHEAD: Final = 24
"""Characters behind a full stop, at most, that decide whether it ends a sentence: ``Martin Luther King Jr. Boulevard``.
"""
_WINDOW: Final = LONGEST + 2 * AHEAD
"""What is looked at: a longer sentence is parted after :data:`~indextts.reading.text.sentences.LONGEST` characters."""
_FIRM: Final = "。！？；\n"
"""These end a sentence whatever comes next; closing quotes and more of them have to be there already."""
_MARKS: Final = "<["
"""A mark may begin with these. It may ask for something up to the end of the text: from there on, all is one piece."""


class SentenceFeed:
    """The pieces, one after the other, are the text."""

    def __init__(self) -> None:
        self._rest = ""
        self._held = False

    def add(self, text: str) -> list[str]:
        """The sentences that are complete now that ``text`` has come."""
        self._rest += text
        found: list[str] = []
        while end := self._end():
            found.append(self._rest[:end])
            self._rest = self._rest[end:]
        return found

    def finish(self) -> str:
        """What is left when the text has ended."""
        rest, self._rest = self._rest, ""
        return rest

    def _end(self) -> int:
        """Where the first sentence surely ends; 0 where it may go on."""
        if self._held:
            return 0
        window = self._rest[:_WINDOW]
        first = next(split(window, lang="en"), None)  # a language that is given is not looked for in all of the text
        if first is None:
            return 0
        firm = window[: first.stop].rstrip(chars.CLOSERS)[-1:] in _FIRM
        if first.stop + (1 if firm else AHEAD) > len(window):
            return 0
        self._held = any(mark in window[: first.stop] for mark in _MARKS)
        return 0 if self._held else first.stop
