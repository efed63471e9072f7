"""Blocks of Markdown in a written text: tables, fenced code, and the targets of links and notes.

A table has a row of dashes and bars under its head. Each of its rows is read as a sentence, its cells set off by
commas; a bar in text without such a row is none of a table.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from indextts.model.utterance import Lang
from indextts.reading.text import chars, tables

Code = Literal["skip", "say", "read"]
"""What becomes of fenced code: nothing, the word for it, or its text."""

CODE_WORDS: Final[dict[Lang, str]] = {"zh": "代码。", "en": "code."}
"""What is said in the place of fenced code."""

_FENCE: Final = re.compile(
    r"^(?:[ \t]*+(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*+[ \t]*+(?P<marks>`{3,}+(?=[^`\n]*+$)"
    r"|~{3,}+(?=[ -}\r]*+$))(?P<info>[^\n]*+)$",
    re.MULTILINE,
)
"""A line that opens or closes fenced code, also in a quotation or behind the mark of an item."""
_INLINE: Final = re.compile(r"(?<!`)(`{1,3})(?!`)(?![\s)）])[^`\n]{1,300}(?<![\s(（´ω･・Д])\1(?!`)")
"""Code inside a line; the back quotes of faces such as (´･ω･`) stand beside other signs."""
_QUOTE: Final = re.compile(r"(?:[ \t]*+>)*+[ \t]*+")
_BARS: Final = "|｜"
_CELL: Final = r"[ \t]*+[:：]?[-–—─－]++[:：]?[ \t]*+"
_DELIMITER: Final = re.compile(
    rf"^{_QUOTE.pattern}(?P<row>[|｜]?{_CELL}(?:[|｜]{_CELL})*+[|｜]?)[ \t\r]*+$", re.MULTILINE
)
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_AROUND: Final = 300  # Characters on each side of fenced code that tell in which language it stands.
EMPTY_CELL: Final = {"zh": "空", "en": "blank"}
"""What is said for a cell without a value …"""
NO_VALUE: Final = re.compile(r"[\s\-–—―−/]*")
"""… which may be drawn."""
_PAUSED: Final = "，。！？；：、,!?;:…"  # Marks at the end of a cell after which no comma is needed.

_TARGET: Final = re.compile(
    r"^[ ]{0,3}\[(?P<label>[^\[\]\n^][^\[\]\n]{0,99})\]:[ \t]{0,9}(?:<[^<>\n]{0,500}>|[a-z][a-z+.-]{1,15}:[!-~]{1,500}"
    r"|(?:www\.|\.{0,2}/|#)[^\s]{1,500}|[A-Za-z0-9][\w./%-]{0,100}\.[a-z]{2,6}(?:[/?#][^\s]{0,500})?)"
    r"(?:[ \t]{1,9}(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|\([^()\n]{0,200}\)))?[ \t\r]{0,9}$",
    re.MULTILINE,
)
"""A line that says where the links with a label lead; what is said by ``[somebody]:`` leads nowhere."""
_IMAGE: Final = r"!\[[^\[\]\n]{0,200}\](?:\[[^\[\]\n]{0,100}\]|\([^()\s]{0,300}\))?"
_LABELLED: Final = (
    re.compile(r"!\[(?P<in>[^\[\]\n]{0,300})\](?:\[(?P<label>[^\[\]\n]{0,100})\])?(?![(])"),
    re.compile(rf"(?<!!)\[(?P<in>(?:[^\[\]\n]|{_IMAGE}){{1,300}}?)\](?:\[(?P<label>[^\[\]\n]{{0,100}})\])?(?![(\[:])"),
)
"""Images, then links, by the label of their target."""
_NOTE: Final = re.compile(r"^[ ]{0,3}\[\^(?P<label>[\w-]{1,40})\]:[ \t]{0,9}", re.MULTILINE)
_NOTE_MARK: Final = re.compile(r"\[\^(?P<label>[\w-]{1,40})\](?!:)")
_HEADING: Final = re.compile(r"^[ >]{0,9}#{1,6}[ \u3000][^\n]*+$", re.MULTILINE)
_NUMBERED_TASK: Final = re.compile(
    r"^[ \t>]{0,24}\d{1,9}[.)][ \t]{1,4}(?P<box>\[[ xX]\][ \t]{1,4})(?=\S)", re.MULTILINE
)
_OTHER_BLOCK: Final = re.compile(r"(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]")
"""What begins something else than a row of a table."""


@dataclass(frozen=True)
class BlockEdit:
    """``text[start:end]`` of the written text is taken for ``became``."""

    start: int
    end: int
    became: str
    firm: bool = False
    """Whether nothing else can be decided about this stretch: what stands in it is not said at all."""


@dataclass(frozen=True)
class Fence:
    """Fenced code: ``text[start:end]``; its own lines stand at ``inner``–``closing``."""

    start: int
    inner: int
    closing: int
    end: int


@dataclass
class _Table:
    """The rows of a table and its rows of dashes, each from its first character to its last."""

    rows: list[tuple[int, int]]
    dashes: list[tuple[int, int]]


def edits(text: str, code: Code, *, emoji: bool) -> Iterator[BlockEdit]:
    """The edits that make plain text of the blocks in ``text``; of two that overlap, the first is meant.

    ``emoji`` says whether these are read, so that a cell with nothing else is one.
    """
    fenced = fences(text)
    for number, fence in enumerate(fenced):
        if code == "read" or not any(map(chars.is_spoken, text[fence.inner : fence.closing])):
            yield BlockEdit(fence.start, fence.inner, "")
            yield BlockEdit(fence.closing, fence.end, "")
        else:
            said = CODE_WORDS[_language_around(text, fenced, number)] if code == "say" else ""
            yield BlockEdit(fence.start, fence.inner, said, firm=True)
            yield BlockEdit(fence.inner, fence.end, "", firm=True)
    for table in _tables(text, fenced):
        chinese = any(chars.is_hanzi(char) for start, end in table.rows for char in text[start:end])
        yield from (BlockEdit(*row, "") for row in table.dashes)
        for start, end in table.rows:
            empty = "" if (start, end) == table.rows[0] else EMPTY_CELL["zh" if chinese else "en"]
            yield from _row(text, start, end, "， " if chinese else ", ", empty, emoji=emoji)
    if "[" in text:
        yield from _labels(text)
        yield from (BlockEdit(*task.span("box"), "") for task in _NUMBERED_TASK.finditer(text))
    if "#" in text:
        yield from _closed_headings(text)


def fences(text: str) -> list[Fence]:
    """The fenced code in ``text``, in order; what is not closed ends with the text."""
    found, opened = _fenced(text)
    if opened is not None and not _only_draws(text, opened):
        found.append(Fence(opened.start("marks"), opened.end(), len(text), len(text)))
    return found


def is_in_fence(text: str) -> bool:
    """Whether what comes after ``text`` may stand in fenced code that begins in it."""
    return _fenced(text)[1] is not None


def _fenced(text: str) -> tuple[list[Fence], re.Match[str] | None]:
    """The fenced code that is closed, and the line that opens one which is not."""
    if "```" not in text and "~~~" not in text:
        return [], None
    found: list[Fence] = []
    opened: re.Match[str] | None = None
    for line in _FENCE.finditer(text):
        if opened is None:
            opened = line
        elif line["marks"].startswith(opened["marks"]) and not line["info"].strip():
            found.append(Fence(opened.start("marks"), opened.end(), line.start("marks"), line.end()))
            opened = None
    return found, opened


def code(text: str) -> list[tuple[int, int]]:
    """The code in ``text``, in order: fenced, and between back quotes inside a line."""
    if "`" not in text and "~~~" not in text:
        return []
    fenced = [(fence.start, fence.end) for fence in fences(text)]
    ends = [end for _, end in fenced]
    found = list(fenced)
    for inline in _INLINE.finditer(text):
        at = bisect.bisect_right(ends, inline.start())
        if at == len(fenced) or inline.end() <= fenced[at][0]:
            found.append(inline.span())
    return sorted(found)


def in_table(text: str) -> list[tuple[int, int]]:
    """The rows of all tables in ``text``, in order."""
    return [row for table in _tables(text, fences(text)) for row in table.rows]


def _only_draws(text: str, opened: re.Match[str]) -> bool:
    """Whether a line of ``~`` that nothing closes stands among Chinese prose, as people draw it."""
    behind = text[opened.end() :].lstrip().partition("\n")[0]
    return opened["marks"][0] == "~" and not opened["info"].strip() and any(map(chars.is_hanzi, behind))


def _language_around(text: str, fenced: list[Fence], number: int) -> Lang:
    """The language of what stands near fenced code; where nothing does, of all that is no code, or of the code."""
    bounds = [0, *(place for fence in fenced for place in (fence.start, fence.end)), len(text)]
    prose = [text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    near = prose[number][-_AROUND:] + "\n" + prose[number + 1][:_AROUND]
    for piece in (near, "\n".join(prose), text[fenced[number].inner : fenced[number].closing]):
        characters, words = sum(map(chars.is_hanzi, piece)), len(_WORD.findall(piece))
        if characters or words:
            return "zh" if characters > words else "en"
    return "en"


def _tables(text: str, fenced: list[Fence]) -> Iterator[_Table]:
    starts = [fence.start for fence in fenced]
    done = 0
    for dashes in _DELIMITER.finditer(text):
        before = bisect.bisect_right(starts, dashes.start()) - 1
        inside = before >= 0 and dashes.start() < fenced[before].end
        if dashes.start() < done or inside or not any(bar in dashes["row"] for bar in _BARS):
            continue
        table = _Table([], [_trimmed(text, dashes.start(), dashes.end())])
        head = _line(text, dashes.start() - 1, max(done, fenced[before].end if before >= 0 else 0))
        headed = head is not None and _is_head(text, head, table.dashes[0])
        if head is not None and headed:
            table.rows.append(head)
        outer = dashes["row"][0] in _BARS
        limit = starts[before + 1] if before + 1 < len(starts) else len(text)
        done = dashes.end()
        while done < limit:
            end = text.find("\n", done + 1)
            end = len(text) if end < 0 else end
            row = _trimmed(text, done + 1, end)
            if _DELIMITER.fullmatch(text, done + 1, end):
                table.dashes.append(row)
            elif not _is_row(text, row, outer=outer) or not (table.rows or text[row[0]] in _BARS):
                break
            else:
                table.rows.append(row)
            done = end
        if table.rows:
            yield table


def _line(text: str, end: int, least: int) -> tuple[int, int] | None:
    """The line that ends at ``end``, if it does not begin before ``least``."""
    start = text.rfind("\n", 0, max(end, 0)) + 1
    return _trimmed(text, start, end) if least <= start < end else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A line without what marks a quotation, and without white space at its ends."""
    quote = _QUOTE.match(text, start, end)
    start = quote.end() if quote else start
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _bars(text: str, start: int, end: int) -> list[int]:
    """The places of the bars that part cells: those behind no backslash, or behind two."""
    found = []
    for at in range(start, end):
        if text[at] in _BARS:
            ahead = at
            while ahead > start and text[ahead - 1] == "\\":
                ahead -= 1
            if (at - ahead) % 2 == 0:
                found.append(at)
    return found


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The cells of a row, without white space at their ends; what stands outside the outer bars is none."""
    bars = _bars(text, start, end)
    cells = [_trimmed_cell(text, a, b) for a, b in zip([start, *(bar + 1 for bar in bars)], [*bars, end], strict=True)]
    first = 1 if bars and bars[0] == start else 0
    last = len(cells) - 1 if bars and bars[-1] == end - 1 else len(cells)
    return cells[first:last]


def _trimmed_cell(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_head(text: str, head: tuple[int, int], dashes: tuple[int, int]) -> bool:
    start, end = head
    if start == end or not _bars(text, start, end):
        return False
    both = text[start] in _BARS and text[dashes[0]] in _BARS
    return both or (not _OTHER_BLOCK.match(text, start) and len(_cells(text, *head)) == len(_cells(text, *dashes)))


def _is_row(text: str, row: tuple[int, int], *, outer: bool) -> bool:
    start, end = row
    bars = _bars(text, start, end)
    if not bars or bars[0] == start:
        return bool(bars)
    return not _OTHER_BLOCK.match(text, start) and (not outer or bars[-1] == end - 1)


def _row(text: str, start: int, end: int, comma: str, empty: str, *, emoji: bool) -> Iterator[BlockEdit]:
    """The edits that leave of a row its cells, with a comma between two that are said, and ``empty`` for one without
    a value between others: what follows it would be heard under another head.
    """
    done, said, paused = start, False, False
    cells = _cells(text, start, end)
    filled = [cell for cell in cells if not NO_VALUE.fullmatch(text, *cell)]
    for first, last in cells:
        if empty and filled and filled[0][0] < first < filled[-1][0] and NO_VALUE.fullmatch(text, first, last):
            yield BlockEdit(done, last, f"{comma if said and not paused else ' '}{empty}")
            done, said, paused = last, True, False
            continue
        if first == last:
            continue
        cell = text[first:last]
        says = _is_said(cell, emoji=emoji)
        yield BlockEdit(done, first, "" if done == start else comma if says and said and not paused else " ")
        yield from (
            BlockEdit(at, at + 2, text[at + 1])
            for at in range(first, last - 1)
            if text[at] == "\\" and text[at + 1] in _BARS
        )
        if says:
            said, paused = True, _pauses(cell)
        done = last
    yield BlockEdit(done, end, "")


def _is_said(cell: str, *, emoji: bool) -> bool:
    """Whether something of a cell is said: a dash, a sign that draws and an emoji that is dropped are not."""
    return any(
        (chars.is_spoken(char) and char not in tables.SILENT_SIGNS) or (emoji and unicodedata.category(char) == "So")
        for char in cell
    )


def _pauses(cell: str) -> bool:
    """Whether a cell ends with a mark that pauses by itself; the full stop of one word may be that of a short form."""
    bare = cell.rstrip("*_~`" + chars.CLOSERS)
    return bare[-1:] in _PAUSED if not bare.endswith(".") else " " in bare


def _labels(text: str) -> Iterator[BlockEdit]:
    """Links and images that lead to a label, the lines that say where the labels lead, and notes."""
    targets = list(_TARGET.finditer(text))
    yield from (BlockEdit(*target.span(), "") for target in targets)
    known = {_label(target["label"]) for target in targets}
    for pattern in _LABELLED if known else ():
        for found in pattern.finditer(text):
            if _label(found["label"] or found["in"]) in known:
                yield BlockEdit(found.start(), found.start("in"), "")
                yield BlockEdit(found.end("in"), found.end(), "")
    notes = list(_NOTE.finditer(text))
    yield from (BlockEdit(*note.span(), "") for note in notes)
    noted = {note["label"] for note in notes}
    for mark in _NOTE_MARK.finditer(text):
        if mark["label"] in noted or mark["label"].isdigit():
            yield BlockEdit(*mark.span(), "")


def _label(written: str) -> str:
    return " ".join(written.split()).casefold()


def _closed_headings(text: str) -> Iterator[BlockEdit]:
    """The signs at the end of headings: ``## Words ##``."""
    for heading in _HEADING.finditer(text):
        line = heading[0].rstrip()
        bare = line.rstrip("#")
        if bare != line and bare[-1:] in " \u3000" and bare.strip(" >#\u3000"):
            yield BlockEdit(heading.start() + len(bare.rstrip()), heading.end(), "")
