"""The text without its tags, while it is being put together."""

from __future__ import annotations

import re
from typing import Final

from indextts.text.chars import CLOSERS, SEMICOLON, SENTENCE_END, is_hanzi
from indextts.utterance.model import Lang

SENTENCE_PAUSE_S: Final = 0.45
"""After a sentence that SSML ends and no mark does."""

_SPACE: Final = re.compile(r"\s+")
_ENDED: Final = frozenset(SENTENCE_END + SEMICOLON + CLOSERS + ".:：,，")


class Output:
    """Collects text; ``length`` is the offset at which the next character will stand."""

    def __init__(self, *, fold: bool) -> None:
        """``fold`` takes white space as XML does: any run of it is one space, and none between Chinese characters."""
        self._fold = fold
        self._parts: list[str] = []
        self._last = ""
        self._gap = ""
        self._sentence = False
        self.length = 0
        self.langs: list[tuple[int, int, Lang]] = []
        self.ends: dict[int, float] = {}
        """Where a sentence ends without a mark, with its pause."""

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def write(self, text: str, lang: Lang | None = None, *, exact: bool = False) -> tuple[int, int]:
        """Add ``text`` and say where it stands. ``exact`` leaves it out of ``langs``."""
        core = text
        if self._fold:
            if text[:1].isspace():
                self._gap = self._gap or " "
            core = _SPACE.sub(_folded, text.strip())
        if not core:
            return self.length, self.length
        self._close_gap(core[0])
        start = self.length
        self._put(core)
        if lang and not exact:
            self.langs.append((start, self.length, lang))
        if self._fold and text[-1].isspace():
            self._gap = " "
        return start, self.length

    def settle(self) -> None:
        """Put what parts the next text from this now, so that it begins at ``length``."""
        self._close_gap("x")

    def since(self, start: int) -> str:
        """The text from the offset ``start`` on."""
        missing = self.length - start
        parts: list[str] = []
        for part in reversed(self._parts):
            if missing <= 0:
                break
            parts.append(part[-missing:])
            missing -= len(part)
        return "".join(reversed(parts))

    def paragraph(self) -> None:
        self._gap = "\n"

    def sentence(self) -> None:
        self._sentence = True
        self._gap = self._gap or " "

    def _close_gap(self, first: str) -> None:
        if self._sentence and self.length and self._last not in _ENDED:
            self.ends[self.length] = SENTENCE_PAUSE_S
        if self.length and not (self._gap == " " and (self._last.isspace() or first.isspace())):
            self._put("" if self._gap == "\n" == self._last else self._gap)
        self._gap = ""
        self._sentence = False

    def _put(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self.length += len(text)
            self._last = text[-1]


def _folded(space: re.Match[str]) -> str:
    """A run of white space inside a text; a line's end between Chinese characters is none."""
    around = space.string[space.start() - 1], space.string[space.end()]
    return "" if "\n" in space[0] and all(map(is_hanzi, around)) else " "
