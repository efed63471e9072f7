"""Text that comes in pieces, cut into stretches of whole sentences as soon as nothing can change how they are read.

Where it is cut depends on the text alone, not on the pieces that it came in, so that its sound is the same each time.
A sentence waits for what it began, and what later text may give another meaning: a mark, emphasis, code, a table.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from indextts.model.errors import StudioError
from indextts.reading import markup
from indextts.reading.markup.marked import may_open
from indextts.reading.text import blocks, chars, cleaned
from indextts.reading.text.sentences import LONGEST, split

AHEAD: Final = 24
"""Characters behind a full stop, at most, that decide whether it ends a sentence: ``Martin Luther King Jr. Boulevard``.
"""
_WINDOW: Final = LONGEST + 2 * AHEAD
"""What is looked at: a longer sentence is parted after :data:`~indextts.reading.text.sentences.LONGEST` characters."""
_FIRM: Final = "。！？；\n"
"""These end a sentence whatever comes next; closing quotes and more of them have to be there already."""
_BEHIND: Final = (
    *(
        " 1",
        " IV",
        " Aa",
        " aa",
        " NE",
        " EST",
        " Inc",
        " Street",
        " Blvd",
        " Library",
        " (1",
        " &",
        " /",
        " -",
        " A-1",
    ),
    *(" no. 1", " cit", " Monday", " Mar. 1", " -5°", " He", " x", " =", " +1", " “A", " A."),
)
"""What may follow a mark and show that it ends no sentence: behind one that ends it before all of these, white space is
enough. So it was behind 9,500 full stops of ``tests/data``, without a mistake.
"""
_BEFORE: Final = 160
"""Characters before a mark that decide with these."""
_HAN: Final = r"\u4e00-\u9fff"
_EARLY: Final = re.compile(rf"\s*[{_HAN}、，]{{8,60}}?，(?=[{_HAN}]{{5}})")
"""The beginning of a first sentence that is spoken before its end: a clause of Chinese characters alone, before another
one. In ``tests/data``, none of them is read otherwise than in its sentence.
"""
_LINE_ENDS: Final = re.compile(r"\s*\n\s*")
_BARS: Final = re.compile(r"[|｜]")
_SIGNS: Final = re.compile(r"(?<!\w)_(?=\S)|\*(?=\S)|~~|==|[`\[<|｜]")
"""What may begin something that ends later in the line …"""
_FACE: Final = re.compile(r"[(（][^()（）]{0,18}$")
"""… as a face may: (。・ω・。)."""
_ELEMENT: Final = re.compile(r"<[A-Za-z/?][^<>]{0,1000}$|<!--(?:(?!-->).){0,1000}$", re.DOTALL)
"""An element or a comment that has not ended, perhaps over several lines."""
_LABEL: Final = re.compile(r"[^\[\]\d]\]\[|\[\^(?!\d+\])")
"""A link or a note to a label that the end of the text may explain."""


class SentenceFeed:
    """The pieces, one after the other, are the text."""

    def __init__(self) -> None:
        self._rest = ""
        self._looked = 0
        """Up to here ``_rest`` has no place to be cut."""
        self._settled = 0, False
        """The end that was asked about last, and what was found."""
        self._begun = False
        """Whether something was given out."""
        self._line = ""
        """What was given out of the line that ``_rest`` goes on with, without marks."""

    def add(self, text: str) -> list[str]:
        """The stretches that are complete now that ``text`` has come."""
        self._rest += text
        found: list[str] = []
        while end := self._end():
            found.append(self._give(end))
        return found

    def flush(self) -> str:
        """What is there, though more may change it; but for a mark or code that has not ended, which waits."""
        end = len(self._rest)
        return self._give(end) if end and not _is_marking(self._line + self._rest) else ""

    def finish(self) -> str:
        """What is left when the text has ended."""
        return self._give(len(self._rest))

    def _give(self, end: int) -> str:
        given, self._rest, self._looked, self._begun = self._rest[:end], self._rest[end:], 0, True
        self._settled = 0, False
        with suppress(StudioError):  # what is wrong is told when it is spoken
            self._line = (self._line + markup.parse(given).text).rpartition("\n")[2]
        return given

    def _end(self) -> int:
        """Where the first stretch surely ends; 0 where it may go on."""
        if not self._begun and (clause := _EARLY.match(self._rest)):
            return clause.end()
        while end := self._next_end():
            self._looked = end
            if not self._is_open(self._rest[:end]):
                return end
        return 0

    def _next_end(self) -> int:
        """The next place where a sentence or a line surely ends; 0 where none does yet."""
        window = self._rest[self._looked : self._looked + _WINDOW]
        if self._looked and (line := _LINE_ENDS.match(window)):
            return self._looked + line.end() if line.end() < len(window) else 0
        first = next(split(window, lang="en"), None)  # a language that is given is not looked for in all of the text
        if first is None:
            return 0
        stop = first.stop
        firm = window[:stop].rstrip(chars.CLOSERS)[-1:] in _FIRM
        if not firm and len(window) < stop + AHEAD:
            firm = window[stop : stop + 1].isspace() and self._settles(self._looked + stop)
        return self._looked + stop if stop + (1 if firm else AHEAD) <= len(window) else 0

    def _settles(self, end: int) -> bool:
        """Whether the mark before ``end`` ends a sentence before whatever comes behind white space."""
        if self._settled[0] != end:
            text = self._rest[max(self._looked, end - _BEFORE) : end]
            ends = (any(one.stop == len(text) for one in split(text + behind, lang="en")) for behind in _BEHIND)
            self._settled = end, all(ends)
        return self._settled[1]

    def _is_open(self, stretch: str) -> bool:
        """Whether what comes after ``stretch`` may change how it is read, or nothing in it is said."""
        text = self._line + stretch
        if not any(map(chars.is_spoken, stretch)) or _is_marking(text):
            return True
        text = markup.parse(text).text
        if _ELEMENT.search(text) or _LABEL.search(text):
            return True
        *_, before, line = ["", *text.rstrip(" \t").split("\n")]
        if not line:  # a table goes on as long as its lines have bars
            return _BARS.search(before) is not None
        return _BARS.search(before) is not None or _FACE.search(line) is not None or not _is_plain(line)


def _is_marking(text: str) -> bool:
    """Whether a mark, or a block of code, begins in ``text`` that does not end in it."""
    try:
        return blocks.is_in_fence(text) or may_open(markup.parse(text).text)
    except StudioError:  # also where it is wrong, as is told once there is no more
        return True


def _is_plain(line: str) -> bool:
    """Whether in a line that may go on every sign has what belongs to it, and none of them ends the sentence."""
    last = len(line.rstrip(chars.CLOSERS)) - 1
    taken = bytearray(len(line))
    for edit in cleaned.edits(line):
        taken[edit.start : edit.end] = b"\1" * (edit.end - edit.start)
    return not taken[last] and all(taken[sign.start()] for sign in _SIGNS.finditer(line))
