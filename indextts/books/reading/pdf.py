"""PDF with a text layer: its lines without what is printed on every page, its outline as chapters."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pypdf import apply_configuration
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from indextts.books.model import MAX_CHAPTERS, MAX_CHARACTERS, Chapter
from indextts.books.reading.draft import Draft
from indextts.books.reading.headings import kind_of, title_parts
from indextts.books.reading.limits import MAX_PAGES, Patience, notice, protected, too_large, unreadable
from indextts.books.reading.notes import without_references
from indextts.books.reading.paragraphs import paragraphs
from indextts.books.reading.pdf_layout import PageLayout, PageLine, PageLines, without_running
from indextts.books.reading.pdf_notes import apart, contents
from indextts.books.reading.pdf_streams import BoundedReader, bounded
from indextts.books.reading.plain import read_plain
from indextts.books.reading.tidy import as_text, clean, is_chinese, is_speakable, key_of
from indextts.books.reading.title_page import read_title_page
from indextts.model.errors import StudioError, printable
from indextts.platform.tables import pattern_of, tables_beside

if TYPE_CHECKING:
    from pypdf import PdfReader

    from indextts.books.reading.pdf_streams import BoundedReader, Room

_STREAM: Final = 6 << 20  # unpacked bytes of a page's drawing commands; real ones have less than a tenth
_STREAMS: Final = 4 * _STREAM  # unpacked bytes of all streams that a page needs
_FRONT: Final = 600
"""Characters before the first mark of the outline up to which they are taken for a title page and the like."""
_VERTICAL: Final = 3  # characters of a line below which it may be a piece of a column …
_MOST_LINES: Final = 0.6  # … as a share of this size of all lines is where text runs from top to bottom …
_FEW_LINES: Final = 20  # … and more lines than these
_HAN: Final = "[\u3400-\u9fff，。！？；：（）《》、]"
_SIGN: Final = "[\u3400-\u9fff，。！？；：（）《》、“”‘’…—]"
_SPACED: Final = re.compile(f"(?<={_HAN}) (?={_SIGN})|(?<={_SIGN}) (?={_HAN})")
_TIGHT: Final = re.compile(_SPACED.pattern.replace(" ", ""))
_APART: Final = re.compile(f"(?<={_SIGN}) (?={_SIGN})")
_LOOSE: Final = re.compile("(?<=[（《“‘]) (?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) (?=[，。！？；：）》、”’])")


@dataclass(frozen=True)
class _Bookmark:
    """A line of the outline."""

    title: str
    page: int
    level: int


class _Watched(io.BytesIO):
    """The bytes of a file; every so many reads it is asked whether this still leads anywhere."""

    def __init__(self, data: bytes, check: Callable[[], None]) -> None:
        super().__init__(data)
        self._check = check
        self._reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self._reads += 1
        if not self._reads % 256:
            self._check()
        return super().read(size)


def read_pdf(name: str, data: bytes) -> Draft:
    """The chapters. Raises :class:`StudioError` ``book_without_text`` for pictures of pages."""
    # What is wrong with a file is told to the person who brought it, not to the log.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    patience = Patience(name)
    try:
        with (
            bounded(_STREAM, _STREAMS) as room,
            apply_configuration(
                maximum_declared_stream_length=len(data),
                outline_maximum_entries=MAX_CHAPTERS,
                page_tree_maximum_entries=2 * MAX_PAGES,
                **tables_beside(__file__, "kinds.yaml")["pdf"],
            ),
        ):
            reader = BoundedReader(
                _Watched(data, patience.check), root_object_recovery_limit=1000, xref_stream_maximum_entries=200_000
            )
            return _read(name, reader, patience, room)
    except StudioError:
        raise
    except (LimitReachedError, MemoryError):
        too_large(name, "one of its pages has more in it than a page can have", "其中有页面的内容多得不合常理")
    except Exception:  # A damaged file makes its library fail in every way there is.
        unreadable(name, "the PDF is damaged", "PDF 已损坏")


def _read(name: str, reader: BoundedReader, patience: Patience, room: Room) -> Draft:
    if reader.is_encrypted and not _opened(reader):
        protected(name, "it needs a password", "需要密码")
    count = len(reader.pages)
    if count > MAX_PAGES:
        too_large(name, f"it has {count} pages", f"共有 {count} 页")
    pages: list[list[PageLine]] = []
    for number in range(count):
        pages.append(_lines(reader, number, patience))
        reader.forget_streams()
        room.empty()
    if not any(is_speakable(line.text) for page in pages for line in page):
        raise StudioError("book_without_text", name=printable(name, 60))
    size = sum(len(line.text) for page in pages for line in page)
    if size > MAX_CHARACTERS:
        too_large(name, f"it has {size:,} characters", f"共 {size:,} 个字符")
    pages = without_running(pages)
    listed, notes = contents(pages), apart(pages)
    layout = PageLayout(pages)
    title, author, above = layout.title_page
    first = next(page for page in pages if page)
    named = [line.text for line in first[:above]]
    del first[:above]
    marks = _bookmarks(reader)
    draft = _by_outline(pages, marks, layout) if len({mark.page for mark in marks}) > 1 else None
    if not draft:
        draft = read_plain(name, layout.joined([line for page in pages for line in page]), width=0)
    draft.add_notes(notes)
    head = "目录" if is_chinese("".join(listed)) else "Contents"
    draft.add(
        Chapter(head, as_text(line for line in listed if kind_of(line) != "front"), "front", on=False), first=True
    )
    draft.add(Chapter(title, as_text(named), "title", on=False), first=True)
    draft.title = (title if named else draft.title or title) or layout.title
    draft.author = draft.author or author
    _properties(draft, reader)
    lines = [line.text.strip() for page in pages for line in page]
    if sum(len(line) < _VERTICAL and is_chinese(line) for line in lines) > max(_FEW_LINES, len(lines) * _MOST_LINES):
        draft.warnings.append(notice("vertical"))
    return draft


def _opened(reader: PdfReader) -> bool:
    """Many files are locked against printing only, and open with an empty password."""
    try:
        return bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):
        return False


def _lines(reader: PdfReader, number: int, patience: Patience) -> list[PageLine]:
    """The lines of a page."""
    turns, lines = 0, PageLines(number)

    def watch(*_: Any) -> None:
        nonlocal turns
        turns += 1
        if not turns % 64:
            patience.check()

    patience.check()
    reader.pages[number].extract_text(visitor_operand_before=watch, visitor_text=lines.take)
    for line in lines.found:
        line.text = clean(line.text).strip()
    text = "\n".join(line.text for line in lines.found)
    patience.earn(len(text), pages=1)
    # Some writers set every Chinese character apart, others what hangs at the edge.
    is_apart = len(_SPACED.findall(text)) > 0.3 * max(1, len(_TIGHT.findall(text)) + len(_SPACED.findall(text)))
    for line in lines.found:
        line.text = (_APART if is_apart else _LOOSE).sub("", line.text)
    return [line for line in lines.found if line.text]


def _bookmarks(reader: PdfReader) -> list[_Bookmark]:
    """The outline, in the order of its pages; nothing where it is damaged."""
    found: list[_Bookmark] = []

    def follow(lines: Iterable[Any], level: int) -> None:
        for line in lines:
            if isinstance(line, list):
                follow(line, level + 1)
            else:
                page = reader.get_destination_page_number(line)
                title = clean(str(line.title or "")).strip()
                if page is not None and page >= 0 and title:
                    found.append(_Bookmark(title, page, level))

    try:
        follow(reader.outline, 1)
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return []
    return sorted(found, key=lambda mark: mark.page)


def _by_outline(pages: Sequence[list[PageLine]], marks: Sequence[_Bookmark], layout: PageLayout) -> Draft:
    """Chapters from one mark to the next; within a page, at the line that is the title."""
    lines: list[PageLine] = []
    begins: dict[int, int] = {}
    for number, page in enumerate(pages):
        begins[number] = len(lines)
        lines += page
    places: list[tuple[int, _Bookmark]] = []
    least = 0
    for mark in marks:
        at = begins[mark.page] if mark.page in begins else len(lines)
        stop = begins.get(mark.page + 1, len(lines))
        found = next((line for line in range(at, stop) if _begins(mark.title, lines[line].text)), at)
        least = max(least, found - (found > at and _is_number(lines[found - 1].text)))
        places.append((least, mark))
    opening = lines[: places[0][0]]
    front = read_title_page([line for line in layout.joined(opening) if line], alone=True)
    # The first line of a page may be anything; beside the name of a writer it is a title.
    draft = Draft(front.title if front.author else "", [], front.author, metadata=front.metadata)
    _add(draft, _Bookmark("", 0, 1), opening, layout)
    for (at, mark), following in zip(places, [*(place for place, _ in places[1:]), len(lines)], strict=True):
        _add(draft, mark, lines[at:following], layout)
    draft.chapters = without_references(draft.chapters)
    return draft


def _add(draft: Draft, mark: _Bookmark, lines: list[PageLine], layout: PageLayout) -> None:
    title = rest = mark.title
    if len(lines) > 1 and _is_number(lines[0].text) and _begins(title, lines[1].text):
        above = lines.pop(0).text  # the chapter's number, which many outlines lack
        title = title if title_parts(title).number else f"{above} {title}"
    while lines and rest and _begins(rest, lines[0].text):
        rest = _plain(rest)[len(_plain(lines.pop(0).text)) :]
    found = paragraphs(layout.joined(lines), width=0)
    kind = kind_of(title) or ("body" if title or sum(len(one.text) for one in found) > _FRONT else "front")
    draft.add(Chapter(title, as_text(one.text for one in found), kind, kind == "body", mark.level))


def _is_number(line: str) -> bool:
    """Whether a line is nothing but the number of a chapter: ``2``, ``TWO``, ``Chapter 2``, ``第二章``."""
    parts = title_parts(line)
    return bool(parts.number) and not parts.name


def _begins(title: str, line: str) -> bool:
    """Whether a line is a title or its first line; one of both may have a number that the other lacks."""
    wanted, own = _plain(title), _plain(line)
    return len(own) >= min(len(wanted), 4) and bool(own) and wanted.startswith(own)


def _plain(text: str) -> str:
    return key_of(text).lstrip("0123456789") or key_of(text)


def _properties(draft: Draft, reader: PdfReader) -> None:
    try:
        said = reader.metadata
        title, author = (one if isinstance(one, str) else "" for one in (said.title, said.author)) if said else ("", "")
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError):
        return
    # Programs and printers' drivers write the name of a file there, or their own.
    nothing = pattern_of(__file__, "pdf_nothing", "forms.yaml")
    draft.title = draft.title if nothing.fullmatch(title.strip()) else title
    draft.author = draft.author if nothing.fullmatch(author.strip()) else author.strip()
