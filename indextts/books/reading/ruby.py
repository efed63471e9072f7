"""Pinyin above characters, which is how they are read: carried through the text as marks, and taken out as fixes.

marked("重", "chóng")                      # the characters with their reading, for the text of a paragraph
unmarked(text)                             # the text without such marks, and the fixes that they were
"""

from __future__ import annotations

import re
from typing import Final

from indextts.books.model import Chapter, Fix
from indextts.model.errors import StudioError
from indextts.reading.phonemes.reading_input import read
from indextts.reading.phonemes.zh import mandarin
from indextts.reading.text.chars import is_hanzi

_BEGIN, _MIDDLE, _END = "\ufdd0", "\ufdd1", "\ufdd2"
"""Characters that no text may hold; :func:`without_marks` takes them out of what a file brings."""
_MARK: Final = re.compile(f"{_BEGIN}([^{_MIDDLE}]*){_MIDDLE}([^{_END}]*){_END}")
_ANY: Final = re.compile(f"[{_BEGIN}{_MIDDLE}{_END}]")
_MOST: Final = 20_000  # fixes of a chapter
_LONGEST: Final = 12  # characters below one reading


def without_marks(text: str) -> str:
    """``text`` as a file has it, in which nothing may pass for a mark."""
    return _ANY.sub("", text) if _ANY.search(text) else text


def marked(base: str, above: str) -> str:
    """``base`` with its reading, if what stands ``above`` is one and the characters leave a choice; else ``base``."""
    plain = base.strip()
    if not 0 < len(plain) <= _LONGEST or not all(map(is_hanzi, plain)):
        return base
    if not any(len(mandarin.alternatives(char)) > 1 for char in plain):
        return base
    try:
        reading = read(plain, above, "pinyin").text
    except StudioError:
        return base
    return f"{_BEGIN}{plain}{_MIDDLE}{reading}{_END}"


def plain(text: str) -> str:
    """``text`` without its marks."""
    return _MARK.sub(r"\1", text) if _BEGIN in text else text


def unmarked(chapter: Chapter) -> Chapter:
    """The chapter without marks in its text, and with the fixes that they were."""
    if _BEGIN not in chapter.text:
        return chapter
    pieces: list[str] = []
    fixes: list[Fix] = []
    at = length = 0
    for match in _MARK.finditer(chapter.text):
        before = chapter.text[at : match.start()]
        start = length + len(before)
        length = start + len(match[1])
        pieces += [before, match[1]]
        if len(fixes) < _MOST:
            fixes.append(Fix(start, length, match[2]))
        at = match.end()
    pieces.append(chapter.text[at:])
    return chapter.changed(text=without_marks("".join(pieces)), fixes=tuple(fixes))
