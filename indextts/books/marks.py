"""The studio's own marks in a text (``[happy]…[/happy]``, ``[pause 2s]``, ``<行|hang2>``), which a book obeys as well.

    wrong = carried(lines, marks := [])        # what is read by forms and headings, with places in the place of marks
    chapter = placed(chapter, marks)           # the text without these, with the readings and directions

A place is one character that no text may hold with its number, put *inside* the words that a mark is about: readers see
the beginnings and ends of lines and sentences as they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from indextts.books.model import Chapter, Direction, Fix, Quotation, Timed
from indextts.model.errors import StudioError
from indextts.reading.markup import Marked, parse_own
from indextts.reading.markup.marked import NAMES
from indextts.reading.text.chars import CLOSERS, OPENERS, SEMICOLON, SENTENCE_END

_Span = TypeVar("_Span", Quotation, Timed, Fix, Direction)

_FROM, _TO = "\ufdd3", "\ufdd4"
"""After the first character that a mark is about, and before its last one."""
_DIGITS: Final = "".join(map(chr, range(0xFDE0, 0xFDF0)))
_WIDTH: Final = 4  # digits of a number: 65,536 marks
_SHIFTS: Final = (12, 8, 4, 0)
_MOST: Final = len(_DIGITS) ** _WIDTH
_PLACE: Final = re.compile(f"([{_FROM}{_TO}])([{_DIGITS}]{{{_WIDTH}}})")
_ANY: Final = re.compile(f"[{_FROM}{_TO}{_DIGITS}]")
_NAMES: Final = "|".join((*NAMES, "emphasis", "[强強][调調]"))
_MAY_BE: Final = re.compile(
    rf"<[^<>|\n]{{1,64}}\|[^\W\d_][^<>\n]{{0,400}}>|\[\s{{0,9}}(?:(?:pause|停[顿頓])[\s:：=]{{0,9}}[\d.]|/\s{{0,9}}(?:{_NAMES})\s{{0,9}}\]"
    rf"|(?:{_NAMES})[\s:=]{{1,9}}[\d.])",
    re.IGNORECASE,
)
_OPENS: Final = frozenset(OPENERS + "*_#>")
_ENDS: Final = frozenset(SENTENCE_END + SEMICOLON + CLOSERS + ",，、:：.*_")


def carried(lines: list[str], marks: list[Fix | Direction]) -> list[StudioError]:
    """Put places in the ``lines`` for their marks, which are added to ``marks``; return what is wrong with others.

    A line of nothing but marks is gone, and so is one of the empty lines around it.
    """
    if any(_ANY.search(line) for line in lines):
        lines[:] = map(plain, lines)
    if not any(_MAY_BE.search(line) for line in lines if "[" in line or "<" in line):
        return []
    wrong: list[StudioError] = []
    whole = "\n".join(lines)
    marked = parse_own(whole, wrong)
    found = [*enumerate((one for one in _about(marked) if one.start < one.end), len(marks))][: _MOST - len(marks)]
    if marked.text == whole:
        return wrong
    marks += (one for _, one in found)
    places = sorted(
        (at, sign, number) for number, one in found for at, sign in ((one.start + 1, _FROM), (one.end - 1, _TO))
    )
    pieces: list[str] = []
    done = 0
    for at, sign, number in places:
        pieces += (marked.text[done:at], sign, *(_DIGITS[number >> shift & 15] for shift in _SHIFTS))
        done = at
    kept: list[str] = []
    for line, was in zip("".join([*pieces, marked.text[done:]]).split("\n"), lines, strict=True):
        if line.strip() or not was.strip():
            kept.append(line)
        elif kept and not kept[-1].strip():
            kept.pop()
    lines[:] = kept
    return wrong


def _about(marked: Marked) -> Iterator[Fix | Direction]:
    """What the marks ask for, with the words that they are about."""
    text = marked.text
    yield from (Fix(one.start, one.end, one.reading) for one in marked.fixed)
    for one in marked.spans:
        yield Direction(*_core(text, one.start, one.end), emphasis=True)
    ends = [*(one.start for one in marked.emotion_spans[1:]), len(text)]
    for feeling, end in zip(marked.emotion_spans, ends, strict=False):
        if feeling.emotion:
            yield Direction(*_core(text, feeling.start, end), feeling.emotion, feeling.intensity)
    for at, seconds in marked.pauses.items():
        line = text[text.rfind("\n", 0, at) + 1 : at], text[at:].partition("\n")[0] if at < len(text) else ""
        begin = at + len(text[at:]) - len(text[at:].lstrip())
        if begin < len(text) and (line[1].strip() or not line[0].strip()):
            yield Direction(begin, begin + 1, before_s=seconds)
        else:
            end = len(text[:at].rstrip())
            yield Direction(max(0, end - 1), end, after_s=seconds)


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    """The words of a stretch, without the white space and signs around them."""
    while start < end and (text[start].isspace() or text[start] in _OPENS):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _ENDS):
        end -= 1
    return start, end


def plain(text: str) -> str:
    """``text`` without places."""
    return _ANY.sub("", text) if _ANY.search(text) else text


def placed(chapter: Chapter, marks: Sequence[Fix | Direction]) -> Chapter:
    """The ``chapter`` without places in its title and text, with what the ``marks`` at them ask for."""
    chapter = chapter.changed(title=plain(chapter.title))
    if not marks or not _ANY.search(chapter.text):
        return chapter
    found = [*_PLACE.finditer(chapter.text)]
    at = [one.start() for one in found]
    width = 1 + _WIDTH

    def moved(place: int) -> int:
        return place - width * bisect_right(at, place - 1)

    edges: dict[int, dict[str, int]] = {}
    for match in found:
        number = sum(_DIGITS.index(digit) << shift for digit, shift in zip(match[2], _SHIFTS, strict=True))
        edges.setdefault(number, {})[match[1]] = moved(match.start()) + (1 if match[1] == _TO else -1)
    text = plain(chapter.text)
    there = [
        replace(marks[number], start=one[_FROM], end=_end(text, one[_TO], marks[number]))
        for number, one in edges.items()
        if number < len(marks) and len(one) == 2 and 0 <= one[_FROM] < one[_TO] <= len(text)
    ]

    def spans(of: Sequence[_Span]) -> tuple[_Span, ...]:
        return tuple(replace(one, start=moved(one.start), end=moved(one.end)) for one in of)

    fixes = [one for one in there if isinstance(one, Fix)]
    directions = [one for one in there if isinstance(one, Direction)]
    return chapter.changed(
        text=text,
        quotations=spans(chapter.quotations),
        timed=spans(chapter.timed),
        fixes=tuple(sorted([*spans(chapter.fixes), *fixes], key=lambda one: one.start)),
        directions=tuple(sorted([*spans(chapter.directions), *directions], key=lambda one: one.start)),
    )


def _end(text: str, end: int, mark: Fix | Direction) -> int:
    """A feeling and a silence end behind the signs that close their words."""
    while isinstance(mark, Direction) and not mark.emphasis and end < len(text) and text[end] in _ENDS:
        end += 1
    return end
