"""Where the lines of a PDF stand on its pages, and what that tells: which are printed on every page, which one goes on.

    layout = PageLayout(pages)
    layout.joined(lines)      # paragraphs; empty lines around headings and where a scene changes

A paragraph begins with an indent, or below a gap, as the file has it; else the lengths of the lines have to tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median
from typing import Any, Final

from indextts.books.reading.chapter_numbers import number_of
from indextts.books.reading.headings import heading, numbered, stands_alone
from indextts.books.reading.notes import NOTE_MARK, superscript
from indextts.books.reading.paragraphs import ENDS, POINT, SPEAKER, text_within
from indextts.books.reading.tidy import is_chinese, is_wide, joined, whole_words
from indextts.books.reading.title_page import TitlePage, is_person, take_line

_ROUNDS: Final = 3  # Twice as many running lines are found at each edge of a page.
_LARGE: Final = 1.1  # times the size of the text from which on a line is a heading
_TITLE: Final = 1.25
_MOST_TITLED: Final = 4  # lines of a page that says title, writer and date,
_MOST_ABOVE: Final = 10  # and of what says that above the text
_MIDDLE: Final = 2.5  # times the size of a letter: what begins farther in is in the middle
_AND: Final = re.compile(", | and | & |、")
_DATED: Final = re.compile(r"(?:1[5-9]|20)\d\d|[二一][〇零○一二三四五六七八九]{3}年")
_SAME: Final = 0.06  # by which two sizes may differ that are meant to be one
_GAP: Final = 1.2  # times the usual step from line to line
_FEW: Final = 6  # lines of a column that are too few to tell its edges
_RAISED: Final = 0.85  # times the size of its line below which a piece may be a mark,
_ABOVE: Final = 0.15  # and how far it then stands above it, in times that size
_COMPANION: Final = {"\x84": "†", "\x85": "‡"}  # of TeX's font of signs, which tells no names
_TAIL: Final = 80  # characters before a mark that tell what it is
_NARROW, _BROAD = frozenset("fijlrtI.,:;'’‘!|()[]- "), frozenset("mwMW@—…")
_PAGED: Final = re.compile(r"^(?:\d{1,4}(?=[A-Z])|(?:\d{1,4}|[ivxlc]{1,7})(?!\S))|(?<!\S)(?:\d{1,4}|[ivxlc]{1,7})$")
_FULL: Final = 0.85  # of the width of most lines, which a head hardly has
_PROSE: Final = tuple(".。!！?？,，:：;；…”")
_INDENT: Final = (0.8, 5.0)  # times the size of a letter


@dataclass(slots=True, eq=False)
class PageLine:
    """A line of a page, in the size of its longest piece, and the column that it stands in."""

    text: str
    x: float
    y: float
    size: float
    bold: bool
    page: int
    longest: int
    margin: float = 0.0
    room: float = 0.0
    marks: list[str] = field(default_factory=list)  # of notes that were taken out of it,
    perhaps: list[str] = field(default_factory=list)  # and what may be one, as large as the text

    @property
    def width(self) -> float:
        """From the edge of the column to the end of the line, as wide as letters usually are."""
        return self.x - self.margin + _width(self.text) * self.size


class PageLines:
    """Gathers the lines of a page from the pieces that the library finds, as its visitor of text."""

    def __init__(self, page: int) -> None:
        self.found: list[PageLine] = []
        self._page, self._open, self._gap = page, False, True

    def take(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        """A piece, which a line's end ends."""
        text = _COMPANION.get(text, text)
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if said := text.strip():
            size *= abs(tm[3] * cm[3] + tm[2] * cm[1]) or abs(tm[1] * cm[0] + tm[0] * cm[1])
            size = abs(size)
            name = (font or {}).get("/BaseFont") or ((font or {}).get("/FontDescriptor") or {}).get("/FontName")
            bold = re.search("bold|black|heavy", str(name), re.IGNORECASE) is not None
            if not self._open:
                before = _width(text[: text.index(said)]) * size
                self.found.append(PageLine("", x + before, y, 1.0, True, self._page, 0))
            line = self.found[-1]
            if self._marked(line, text, size, y):
                text = text[len(text.rstrip()) :]
            elif len(said) > line.longest:
                # What stands raised at the beginning is the sign of a note, or the number of a verse.
                if line.size < _RAISED * size and _ABOVE * size < line.y - y < size and NOTE_MARK.fullmatch(line.text):
                    line.text += " "
                line.size, line.longest, line.y = round(size, 1) or 1.0, len(said), y
            line.text, line.bold, self._open = line.text + text.replace("\n", " "), line.bold and bold, True
            self._gap = text[-1:].isspace()
        elif self._open:
            self.found[-1].text += " "
            self._gap |= " " in text
        self._open = self._open and not text.endswith("\n")

    def _marked(self, line: PageLine, text: str, size: float, y: float) -> bool:
        """Whether a piece is the mark of a note, or a power, and was taken so."""
        said, before = text.strip(), line.text[-_TAIL:].rstrip()
        if not before or not NOTE_MARK.fullmatch(said) or text[:1].isspace() or (self._gap and before[-1] not in ENDS):
            return False
        if size < _RAISED * line.size and line.y + _ABOVE * line.size < y < line.y + line.size:
            kept = superscript(before, said)
            line.text = line.text.rstrip() + kept
            line.marks += [] if kept else [said]
            return True
        line.perhaps += [said] if before[-1] in ENDS and len(line.perhaps) < _FEW else []
        return False


def without_running(pages: Sequence[list[PageLine]]) -> list[list[PageLine]]:
    """Pages without what stands at the top or the bottom of many of them, however many lines that is."""
    body = _most(line.size for page in pages for line in page)
    whole = pages
    for turn in range(_ROUNDS):
        ordered = [sorted(page, key=lambda line: -line.y) for page in pages]
        # What is larger than the text is a heading, though it is a number.
        texts = [[line.text + "\0" * (line.page + 1) * (line.size > body * 1.3) for line in page] for page in ordered]
        kept = [{*page[within]} for page, within in zip(ordered, text_within(texts), strict=True)]
        size, left = sum(map(len, pages)), sum(map(len, kept))
        if left == size or (turn and left * 2 < size):
            break
        pages = [[line for line in page if line in own] for page, own in zip(pages, kept, strict=True)]
    pages = _with_prose(whole, pages, body)
    # A head that is the chapter's stands on few pages; it has the number of its page, as others have it alone.
    gone = [
        {number for line in {*page} - {*own} for number in _counted(line)}
        for page, own in zip(whole, pages, strict=True)
    ]
    counts = Counter(number for own in gone for number in own)
    known = {number for number, count in counts.items() if count > 1}
    ends = [
        line
        for page, own in zip(pages, gone, strict=True)
        if page and known.isdisjoint(own)
        for line in {max(page, key=attrgetter("y")), min(page, key=attrgetter("y"))}
        if line.size <= body * _LARGE and not known.isdisjoint(_counted(line))
    ]
    # One alone has the words of a heading; others may have the same words beside the numbers of their pages.
    titles = {_letters(line.text for line in lines) for lines in _headings(whole, body)}
    heads = {line for line in ends if len(ends) > 1 or _letters([line.text]) in titles}
    edges = [
        line for page in pages if page for line in {max(page, key=attrgetter("y")), min(page, key=attrgetter("y"))}
    ]
    same = [(line, {(number, _letters([line.text])) for number in _counted(line)}) for line in edges]
    often = Counter(one for line, said in same for one in said if one[1] and line.size <= body * _LARGE)
    heads |= {line for line, said in same if any(often[one] > 1 for one in said)}
    return [[line for line in page if line not in heads] for page in pages]


def _with_prose(whole: Sequence[list[PageLine]], pages: Sequence[list[PageLine]], body: float) -> list[list[PageLine]]:
    """``pages`` with what the ``whole`` ones have at an edge in the size and at the steps of the text, if it is prose.

    Letters and forms begin and end alike, and a clause that comes again may go on over the end of a page.
    """
    ordered = [sorted(page, key=lambda line: -line.y) for page in pages]
    steps = sorted(one.y - below.y for page in ordered for one, below in pairwise(page) if one.size == below.size)
    gap = steps[int(len(steps) * 0.9)] * _GAP + 1 if steps else 0.0
    widths = sorted(_width(line.text) for page in whole for line in page if abs(line.size / body - 1) <= _SAME)
    full = widths[int(len(widths) * 0.9)] * _FULL if widths else 0.0
    found = []
    for page, own in zip(whole, ordered, strict=True):
        back: list[PageLine] = []
        for way in (1, -1) if own else ():
            last, run = own[0 if way > 0 else -1], list[PageLine]()
            for line in sorted(page, key=lambda line: line.y * way):
                near = 0 < (line.y - last.y) * way <= gap and line.x - last.x < _INDENT[1] * body
                if near and abs(line.size / body - 1) <= _SAME and not _PAGED.search(line.text):
                    run, last = [*run, line], line
            back += run if any(_is_prose(line.text) or _width(line.text) > full for line in run) else ()
        found.append([line for line in page if line in {*own, *back}])
    return found


def _is_prose(line: str) -> bool:
    """Whether a line ends as no head does; those of old prints have a point, but names alone."""
    return line.endswith(_PROSE) and (is_wide(line[-1]) or any(word[0].islower() for word in line.split()))


def _headings(pages: Sequence[list[PageLine]], body: float) -> Iterator[list[PageLine]]:
    """Lines above one another that are larger than the text, together and each alone."""
    for page in pages:
        for large, lines in groupby(page, key=lambda line: line.size > body * _LARGE):
            if large:
                yield (found := list(lines))
                yield from ([line] for line in found)


def _letters(lines: Iterable[str]) -> str:
    return "".join(char for line in lines for char in line.casefold() if char.isalnum()).strip("0123456789")


def _people(line: str) -> str:
    """The ``line`` where it names nothing but people, with commas between those that stood apart; else nothing."""
    words = line.split()
    pairs = [f"{first} {last}" for first, last in zip(words[::2], words[1::2], strict=False)]
    if len(words) % 2 == 0 and len(pairs) > 1 and all(map(is_person, pairs)):
        return ", ".join(pairs)
    return line if all(map(is_person, _AND.split(line))) else ""


def _counted(line: PageLine) -> set[int]:
    """How far the numbers that a line begins or ends with are from the place of its page in the file."""
    return {number_of(one) - line.page for one in _PAGED.findall(line.text)}


class PageLayout:
    """How a file shows that a paragraph is over."""

    def __init__(self, pages: Sequence[Sequence[PageLine]]) -> None:
        self._lines = lines = [line for page in pages for line in page]
        self._size = _most(line.size for line in lines)
        self._columns()
        self._known = whole_words([line.text for line in lines])
        body = [(one, below) for one, below in pairwise(lines) if self._is_body(one) and self._is_body(below)]
        steps = [(one, below, one.y - below.y) for one, below in body if _below(one, below)]
        self._step = _usual([step for *_, step in steps])
        gaps = [one for one, _, step in steps if step > self._step * _GAP + 1]
        ended = sum(one.text[-1] in ENDS for one in gaps)
        self._gaps = len(gaps) > max(1, len(steps) * 0.03) and ended > len(gaps) * 0.5
        near = [(one, below) for one, below, step in steps if step <= self._step * _GAP + 1]
        begins = [one for one, below in near if self._indented(one) and abs(below.x - below.margin) < 0.4 * below.size]
        self._indents = sum(not POINT.match(one.text) for one in begins) > len(near) * 0.02
        small = sum(below.text[0].islower() for _, below in near)
        verse = sum(one.text[-1] in "，、" and _slack(one, below) > 0.2 for one, below in near)
        chinese = is_chinese("".join(line.text for line in lines[:40])) and verse * 20 <= len(near)
        self._is_wrapped = chinese or small * 8 > len(near)  # whether any line goes on in the next one

    @property
    def title(self) -> str:
        """What is written largest, if that is on the first page and nowhere else."""
        sizes = sorted({round(line.size) for line in self._lines})
        top = [line for line in self._lines if line.size > sizes[-1] - 0.6]
        pages = {line.page for line in [*self._lines[:1], *top]}
        if len(pages) != 1 or len(top) > 3 or sizes[0] == sizes[-1] or sizes[-1] < self._size * _TITLE:
            return ""
        found = " ".join(line.text for line in top)
        return found if not any(map(heading, [found, *(line.text for line in top)])) else ""

    @property
    def title_page(self) -> tuple[str, str, int]:
        """Title and writer, where the first page says nothing else but a date.

        Or else above its text, in so many lines, which are larger than that or in the middle.
        """
        page = [line for line in self._lines if line.page == self._lines[0].page]
        size, end = max((line.size for line in page), default=0), len(page)
        if end > _MOST_TITLED:
            end = next((at for at, (one, below) in enumerate(pairwise(page), 1) if not self._goes_above(one, below)), 0)
        top = [line.text for line in page[:end] if line.size > page[0].size - 0.6]
        if not 0 < end <= _MOST_ABOVE or page[0].size < max(size, self._size * _TITLE) or any(map(heading, top)):
            return "", "", 0
        rest = [line.text for line in page[:end] if line.text not in top and not _DATED.search(line.text)]
        said = TitlePage()
        is_page = end == len(page)
        writers = [people for one in rest if (people := _people(one)) or (take_line(said, one) and (people := one))]
        author = said.author or "".join(writers[:1])
        if is_page:
            return " ".join(top), author if len(rest) == 1 else "", 0
        return (" ".join(top), author, end) if author else ("", "", 0)

    def _goes_above(self, one: PageLine, below: PageLine) -> bool:
        """Whether a line below the title is part of what stands above the text."""
        is_apart = below.size > self._size * (1 + _SAME) or below.x - below.margin > _MIDDLE * below.size
        return is_apart and below.size < one.size * (1 + _SAME) and not (heading(below.text) or numbered(below.text))

    def joined(self, lines: Sequence[PageLine]) -> list[str]:
        """The paragraphs of ``lines``, and empty lines around headings and where a scene changes."""
        found: list[str] = []
        last: PageLine | None = None
        for line in lines:
            apart = self._apart(last, line, found[-1]) if last else 1
            found[-1:] = (
                [*found[-1:], *[""] * (apart - 1), line.text] if apart else [joined(found[-1], line.text, self._known)]
            )
            last = line
        return found

    def _apart(self, one: PageLine, below: PageLine, so_far: str) -> int:
        """How far a line stands from the one above it: 0 for one that goes on with it, 1 for the next paragraph."""
        is_head, heads = self._is_head(below), self._is_head(one)
        goes_on = _slack(one, below) < 0.02 and one.text[-1] not in ENDS
        if abs(one.size / below.size - 1) > _SAME or (one.bold != below.bold and not goes_on):
            return 3 if is_head else 2 if heads else 1
        if heads and is_head:
            return 0 if goes_on and _below(one, below) and one.y - below.y < 2 * one.size else 1
        step = one.y - below.y
        if _below(one, below) and step > max(self._step, one.size) * _GAP + 1:
            return 2 if step > self._step * (1.9 if self._indents else 3) else 1
        if one.text[-1] == "-" and below.text[0].islower():
            return 0
        if not (self._gaps or self._indents) and is_chinese(below.text):
            # A title has no comma, unless it goes on; each point and each speaker begins a line.
            is_prose = below.width > 0.85 * below.room or re.search("[，。；：！？、]", so_far)
            goes_on = bool(goes_on and is_prose and one.room > 14 * one.size)
            if not goes_on or POINT.match(below.text) or SPEAKER.match(below.text):
                return 1
        if POINT.match(below.text) and not goes_on:
            return 1
        if stands_alone(below.text) or (stands_alone(one.text) and not goes_on):
            return (
                0
                if goes_on and self._indents and below.x - below.margin < 0.4 * below.size and _below(one, below)
                else 1
            )
        if self._indented(below) and self._indents:
            hangs = POINT.match(one.text) and below.x > one.x
            same = abs(below.x - one.x) < 0.4 * one.size and _below(one, below)
            return 0 if (hangs or same) and goes_on else 1
        return 1 if self._is_cut(one, below) else 0

    def _is_cut(self, one: PageLine, below: PageLine) -> bool:
        """Whether a line ends where there was room for the next word."""
        slack, ends = _slack(one, below), one.text[-1] in ENDS
        if not self._is_wrapped:
            return not below.text[0].islower()
        if below.text[0].islower() and not ends:
            return slack > 0.4
        if self._indents and _below(one, below):
            return slack > (0.12 if ends else 0.35)
        return slack > (0.03 if ends else 0.2)

    def _indented(self, line: PageLine) -> bool:
        return _INDENT[0] < (line.x - line.margin) / line.size < _INDENT[1]

    def _is_body(self, line: PageLine) -> bool:
        return abs(line.size / self._size - 1) <= _SAME

    def _is_head(self, line: PageLine) -> bool:
        return line.size > self._size * _LARGE or (line.bold and len(line.text) <= 60 and self._is_body(line))

    def _columns(self) -> None:
        """Find for each line the edge of its column, and how much room there is."""
        columns = _runs(self._lines, lambda one, below: one.page != below.page or below.y > one.y + 0.5 * below.size)
        margins: list[float] = []
        rooms: list[float] = []
        for column in sorted(columns, key=len, reverse=True):
            body = [line for line in column if self._is_body(line)]
            places = Counter(round(line.x) for line in body)
            often = [x for x, own in places.items() if own >= max(2, 0.1 * len(body))]
            margin, is_short = min(often or (line.x for line in column)), len(body) < _FEW
            if is_short:
                first = min(line.x for line in column)
                near = [one for one in margins if -1 < first - one < _INDENT[1] * self._size]
                margin = max(near, key=margins.count) if near else first
            for line in column:
                line.margin = margin
            widths = sorted(line.width for line in (column if is_short else body))
            room = max(median(rooms or [1.0]), widths[-1]) if is_short else widths[int(len(widths) * 0.97)]
            margins, rooms = ([*margins, margin], [*rooms, room]) if not is_short else (margins, rooms)
            # Below an abstract as broad as the page there may be two columns.
            for part in _runs(column, lambda one, below: one.y - below.y > 1.9 * one.size or not self._is_body(below)):
                own = sorted(line.width for line in part if self._is_body(line))
                most = own[int(len(own) * 0.97)] if len(own) >= _FEW else room
                for line in part:
                    line.room = most if sum(width > 0.85 * most for width in own) * 3 > len(own) else room


def _runs(lines: Iterable[PageLine], parts: Callable[[PageLine, PageLine], bool]) -> list[list[PageLine]]:
    """The lines, parted wherever one and the next are said to be."""
    found: list[list[PageLine]] = []
    for line in lines:
        if found and not parts(found[-1][-1], line):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _below(one: PageLine, below: PageLine) -> bool:
    return one.page == below.page and one.y > below.y + 0.3 * below.size


def _slack(one: PageLine, below: PageLine) -> float:
    """The share of its room that a line leaves free though the first word of the next one would have it."""
    need = 2.5 * below.size
    if not is_wide(below.text[0]):
        need = (_width(re.split("[\u3000-\u9fff\uff00-\uffef ]", below.text, maxsplit=1)[0]) + 0.3) * below.size
    return (one.room - one.width - need) / max(one.room, 1.0)


def _width(text: str) -> float:
    """How wide a text is in most fonts, in times its size; only proportions matter."""
    slim = sum(0.3 if char in _NARROW else 0.85 if char in _BROAD else 0.68 if char.isupper() else 0.5 for char in text)
    return slim + 0.5 * sum(map(is_wide, text))


def _most(values: Iterable[float]) -> float:
    return max(Counter(values).most_common(1), default=(1.0, 0))[0]


def _usual(steps: Sequence[float]) -> float:
    """The least step from line to line that is no exception."""
    counts = Counter(round(step) for step in steps)
    often = [step for step, count in counts.items() if count + counts[step - 1] + counts[step + 1] > 0.12 * len(steps)]
    return float(min(often, default=0)) or (median(steps) if steps else 0.0)
