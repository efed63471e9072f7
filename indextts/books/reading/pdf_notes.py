"""What stands beside the text of a PDF: its contents, the notes at the foot of its pages, and their marks.

listed = contents(pages)       # lines that dots lead to the numbers of pages, which go from the pages
notes = apart(pages)           # told by size, by place, and by the numbers that they share with their marks
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import partial
from statistics import mode
from typing import Final

from indextts.books.reading.headings import kind_of
from indextts.books.reading.notes import INLINE, LINE, form_of, number_in, number_of_sign, parted
from indextts.books.reading.paragraphs import ENDS
from indextts.books.reading.pdf_layout import PageLine
from indextts.books.reading.tidy import joined

_SMALL: Final = 0.95  # times the size of the text below which a line is small print
_ENDS: Final = re.escape("".join(ENDS))
_SIGN: Final = 900  # from which on a number is that of a sign
_COLUMN: Final = 10  # times the size of the text: lines that begin so near each other are of one column
_END: Final = 200  # characters at the end of a line of the contents
_LED: Final = re.compile(r"(?:\s?[.．·・…_]){3,}\s*(?:(?P<page>\d{1,4})|[ivxlc]{1,7})$")
_PAGED: Final = re.compile(r".{1,80}?\s(?:(?P<page>\d{1,4})|[ivxlc]{1,7})")


def contents(pages: Sequence[list[PageLine]]) -> list[str]:
    """The lines of the contents, with those between that go on below or have no dots, as those of chapters."""
    found: list[str] = []
    for page in pages:
        rows = [at for at, line in enumerate(page) if _LED.search(line.text[-_END:])]
        begin, end = (rows[0], rows[-1] + 1) if rows else (0, 0)
        while begin and _may_list(page[begin - 1], len(pages)):
            begin -= 1
        while rows and end < len(page) and _may_list(page[end], len(pages)):
            end += 1
        # The first entry may be longer than a line.
        head = next((at for at in range(max(0, begin - 2), begin) if kind_of(page[at].text) == "front"), -1)
        begin = head if head >= 0 else 0 if found and begin == 1 else begin
        if len(rows) > (head < 0 and not found) and len(rows) * 4 > end - begin:
            found += [line.text for line in page[begin:end]]
            del page[begin:end]
    return found


def _may_list(line: PageLine, pages: int) -> bool:
    """Whether a line ends with the number of one of so many ``pages``, as it may in contents."""
    match = _PAGED.fullmatch(line.text)
    return match is not None and int(match["page"] or 0) <= pages + 20


def apart(pages: Sequence[list[PageLine]]) -> list[str]:
    """The notes, which are taken from the pages' feet; the marks of those go from the text above them."""
    sizes = [line.size for page in pages for line in page]
    body = mode(sizes) if sizes else 1.0
    found: list[str] = []
    goes_on, waiting = False, set[int]()  # … for notes at the end of their chapter
    for page in pages:
        foot = _foot(page, body)
        begin = next((at for at, line in enumerate(foot) if LINE.match(line.text)), len(foot))
        over = foot[:begin] if goes_on else []
        own = list(_joined(foot[begin:]))
        below = {*foot}
        text = [line for line in page if line not in below]
        signs = [match for note in own if (match := LINE.match(note))]
        forms, numbers = {"raised", *map(form_of, signs)}, {*map(number_of_sign, signs)}
        marks = {number_in(mark) for line in text for mark in (*line.marks, *line.perhaps)}
        marks |= {number_of_sign(one) for line in text for one in INLINE.finditer(line.text) if form_of(one) in forms}
        waiting |= {number_in(mark) for line in text for mark in line.marks}
        if numbers.isdisjoint(marks | waiting) or parted(own, numbers)[1] != own:
            own, begin = [], len(foot)
        else:
            waiting -= numbers
            begin -= begin > 0 and kind_of(foot[begin - 1].text) == "notes"
        foot = [*over, *foot[begin:]]
        for line in text if own else ():
            known = partial(_without, forms=forms, numbers=numbers)
            line.text = INLINE.sub(known, line.text)
            for said in line.perhaps:
                if number_in(said) in numbers:
                    line.text = re.sub(rf"(?<=[{_ENDS}]) ?{re.escape(said)}(?!\w)", "", line.text, count=1)
        for line in over:
            found[-1] = joined(found[-1], line.text)
        found += own
        goes_on = bool(foot) and foot[-1].text[-1] not in ENDS
        gone = {*foot}
        page[:] = [line for line in page if line not in gone]
    return found


def _without(mark: re.Match[str], forms: Container[str], numbers: Container[int]) -> str:
    return "" if form_of(mark) in forms and number_of_sign(mark) in numbers else mark[0]


def _foot(page: list[PageLine], body: float) -> list[PageLine]:
    """What stands below a heading of notes; else small print below which nothing of its column is larger."""
    if head := next((at for at, line in enumerate(page) if kind_of(line.text) == "notes"), 0):
        return page[head : next((at for at in range(head + 1, len(page)) if page[at].size > 1.1 * body), len(page))]
    lowest: dict[int, float] = {}
    for line in page:
        column = int(line.x // (_COLUMN * body))
        if line.size >= _SMALL * body:
            lowest[column] = min(lowest.get(column, line.y), line.y)
    return [
        line
        for line in page
        if lowest
        and line.size < _SMALL * body
        and all(lowest.get(int(line.x // (_COLUMN * body)) + by, line.y) >= line.y for by in (-1, 0, 1))
    ]


def _joined(lines: Sequence[PageLine]) -> Iterator[str]:
    """Each note on one line; a number that does not follow is one of its words."""
    note, last = "", 0
    for line in lines:
        match = LINE.match(line.text)
        number = number_of_sign(match) if match else 0
        if note and (number == last + 1 or number >= _SIGN):
            yield note
            note = ""
        last = last if note else number
        note = joined(note, line.text)
    if note:
        yield note
