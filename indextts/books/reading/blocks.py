"""The paragraphs and headings of an XHTML or HTML document, in order, with what tells chapters and notes apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from indextts.books.reading.archive import beside
from indextts.books.reading.columns import ScriptTable, rows_said
from indextts.books.reading.equations import pictured, placed, said_of
from indextts.books.reading.limits import MAX_KINDS, MAX_NOTES, MAX_PIECES, MAX_TYPES, too_large, unsafe
from indextts.books.reading.lists import Lists
from indextts.books.reading.notes import NOTE_MARK, Raised, is_number_of_page, number_in, superscript
from indextts.books.reading.ruby import marked, without_marks
from indextts.books.reading.styles import hidden_classes, hides
from indextts.books.reading.tidy import clean, is_wide
from indextts.books.reading.xml import Attributes, Grown
from indextts.platform.tables import members, pattern_of

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_UNSPOKEN_TYPES: Final = frozenset(("pagebreak", "doc-pagebreak", "noteref", "doc-noteref", "backlink", "doc-backlink"))
_UNTYPED: Final[frozenset[str]] = frozenset()
_BREAK: Final = "\u2028"
_AUTHOR: Final = pattern_of(__file__, "blocks_author", "forms.yaml")
_WROTE: Final = pattern_of(__file__, "blocks_wrote", "forms.yaml")
_BYLINE: Final = pattern_of(__file__, "blocks_byline", "forms.yaml")
_SAID: Final = pattern_of(__file__, "blocks_said", "forms.yaml")
_MOST_READ: Final = 99  # characters of a line that says who wrote the page
_MOST_SAYING: Final = 8  # paragraphs that say it
_CLASS_NOTE: Final = pattern_of(__file__, "blocks_class_note", "forms.yaml")
_CLASS_NOTES: Final = re.compile(r"(?:^|[\s_-])(?:foot|end|rear|side)_?-?notes?(?:$|[\s_-])", re.IGNORECASE)
_AFTER_MARK: Final = re.compile(r"[\s.．、:：)\]】〕）]+")
_CLASSED: Final = pattern_of(__file__, "blocks_classed", "forms.yaml")
_INDENTED: Final = re.compile("(?<=[。！？…”」』]) ?\u3000\u3000")
_WITHIN: Final = re.compile("(?<=[\u3001-\u9fff\uff01-\uff5e]) (?=[\u3001-\u9fff\uff01-\uff5e])")
_DRAWN: Final = re.compile(r"(?:^|\s)(?:katex-html|nobr|mjx-math)(?:$|\s)")
_MOST_CELL: Final = 120  # characters of a value in a table
_MOST_READING: Final = 16  # pieces of what stands above characters
BOLD, CENTRED, CLASSED = "bold", "centred", "classed"
"""How all of a paragraph looks, or what its class calls it; among its types."""


@dataclass(slots=True, eq=False)
class Element:
    """An element of a page of the web."""

    tag: str
    names: str  # its class and its role
    place: str
    upper: Element | None
    depth: int
    away: bool  # whether it is in a link to another page
    first: str = ""  # what it begins with, and what stands right before
    before: str = ""


@dataclass(slots=True)
class Block:
    """A paragraph or a heading."""

    text: str
    level: int = 0  # 1 to 6 for a heading
    file: str = ""
    ids: tuple[str, ...] = ()  # names of places that stand in it, or right before it
    note: bool = False
    types: frozenset[str] = frozenset()  # what the document says of the part that it belongs to
    marks: tuple[int, ...] = ()  # numbers of notes whose signs were taken out of it, and are no links
    holder: Element | None = None  # of a page of the web: where it is, characters that lead to other pages,
    linked: int = 0
    links: int = 0
    prose: int = 0  # how much it says,
    out: bool = False  # and whether it is no part of the text
    by: bool = False  # or about who wrote it


class Tables:
    """The tables of a document whose blocks come one by one, of HTML or of Word: a row of them becomes one."""

    def __init__(self) -> None:
        self._tables: list[ScriptTable] = []
        self._rows: list[list[range]] = []
        self._cells: list[range] = []
        self._row = self._cell = 0
        self._goes_on = False

    def start(self, tag: str, blocks: Sequence[Block]) -> None:
        """An element begins; the ``blocks`` are those before it."""
        if tag in ("table", "tbl"):
            self._tables.append(ScriptTable())
        elif tag == "tr" and len(self._tables) == 1:
            self._row, self._cells = len(blocks), []
        elif tag in ("td", "th", "tc") and len(self._tables) == 1:
            self._cell, self._goes_on = len(blocks), False

    def go_on(self) -> None:
        """The cell is the rest of one in the row above."""
        self._goes_on = True

    def end(self, tag: str, blocks: list[Block]) -> None:
        """An element is over; what nobody says of a row is taken out of the ``blocks``."""
        if len(self._tables) == 1 and tag in ("td", "th", "tc") and not self._goes_on:
            self._cells.append(range(self._cell, len(blocks)))
        elif len(self._tables) == 1 and tag == "tr" and self._cells:
            said = self._tables[0].said([" ".join(blocks[at].text for at in cell) for cell in self._cells])
            if said is not None:
                blocks[self._row :] = [replace(blocks[self._row], text=line, level=0) for line in said]
            elif _is_row(self._cells, blocks[self._row :]):
                self._rows.append(self._cells)
            self._cells = []
        elif tag in ("table", "tbl") and self._tables:
            self._tables.pop()
            if not self._tables:
                self._join(blocks)

    def _join(self, blocks: list[Block]) -> None:
        rows, self._rows = self._rows, []
        said = rows_said([["".join(blocks[at].text for at in cell) for cell in row] for row in rows])
        for row, text in zip(reversed(rows), reversed(said), strict=True):
            first, last = row[0].start, row[-1].stop
            joined = blocks[first:last]
            if len(joined) > 1:
                blocks[first:last] = [replace(
                    joined[0],
                    text=text,
                    ids=tuple(name for block in joined for name in block.ids),
                    types=frozenset.intersection(*(block.types for block in joined)),
                    marks=tuple(mark for block in joined for mark in block.marks),
                    linked=sum(block.linked for block in joined),
                    links=sum(block.links for block in joined),
                )]  # fmt: skip


def _is_row(cells: Sequence[range], blocks: Sequence[Block]) -> bool:
    """Whether the ``blocks`` of these cells are values, and no paragraphs that a table only arranges."""
    is_plain = all(len(one.text) <= _MOST_CELL and "\n" not in one.text and not one.level for one in blocks)
    return is_plain and sum(map(len, cells)) == len(blocks) and all(len(cell) <= 1 for cell in cells)


@dataclass
class _Open:
    """An element whose end has not come yet."""

    tag: str
    unread: bool
    note: bool
    types: frozenset[str]
    anchor: str = ""  # where a link leads
    at: int = 0  # how many pieces of text stood before it in the paragraph
    classes: str = ""
    place: str = ""  # the name that links lead to
    wrote: int = -1  # how many paragraphs stood before it, if it names who wrote the page
    looks: frozenset[str] = _UNTYPED  # how its text looks
    holder: Element | None = None


_HELD_BACK: Final = ("article", "body", "div", "main", "section")
"""Elements of a page of the web whose text may wait for a script."""


@dataclass
class Blocks:
    """Told of a document by :func:`indextts.books.reading.xml.walk`."""

    name: str  # of the book's file; errors have it
    earn: Callable[[int], None]  # told how many characters each paragraph has
    file: str = ""
    references: set[tuple[str, str]] = field(default_factory=set)
    """Places that numbers of notes lead to; shared by all documents of a book."""
    wanted: frozenset[str] = frozenset()  # names of places at which chapters may begin; paragraphs keep no others
    hidden: set[str] = field(default_factory=set)  # classes that a style sheet hides
    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    author: str = ""
    website: bool = False  # whether it is a page of the web, whose navigation and footer nobody wants to hear
    _tables: Tables = field(default_factory=Tables)
    _lists: Lists = field(default_factory=Lists)
    _link: int = -1  # where a link ends that the paragraph begins with
    _stack: list[_Open] = field(default_factory=list)
    _kinds: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    _pieces: list[str] = field(default_factory=list)
    _ids: list[str] = field(default_factory=list)
    _marks: list[int] = field(default_factory=list)
    _looks: frozenset[str] | None = None  # how all of the paragraph looks
    _linked: int = 0
    _links: int = 0
    _ruby: int = -1  # where the characters begin that have no reading above them yet
    _reading: list[str] = field(default_factory=list)
    _level: int = 0
    _capital: str = ""  # what a picture at the beginning of the paragraph shows
    _is_note: bool = False
    _in_title: bool = False
    _equation: Grown | None = None  # that has not ended yet
    _top: Raised = field(default_factory=Raised)

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._equation is not None:
            self._equation.start(tag, attributes)
            return
        if tag == "br":
            self.data(_BREAK)
        if tag == "img" and not "".join(self._pieces).strip():
            self._capital = pattern_of(__file__, "capital").sub(r"\1", attributes.get("alt", "").strip())
        if tag == "img" and attributes.get("alt") and (formula := pictured(attributes)):
            self._capital = ""
            self.data(placed("".join(self._pieces[-4:]), formula))
        if tag in members(__file__, "blocks"):
            self._flush()
            self._tables.start(tag, self.blocks)
            self._lists.start(tag, attributes)
        if tag == "ruby":
            self._ruby = len(self._pieces)
        upper = self._stack[-1] if self._stack else _Open("", False, False, _UNTYPED)
        classes = attributes.get("class", "")
        said = _types(attributes)
        own = self._known(said)
        if self.website and tag == "meta" and _AUTHOR.fullmatch(attributes.get("name", attributes.get("property", ""))):
            self._name(attributes.get("content", ""))
        style = attributes.get("style", "")
        if self.website and tag in _HELD_BACK:  # a script shows it, which is not there any more
            style = style.replace("visibility", "").replace("opacity", "")
        hidden = "hidden" in attributes or hides(style) or not self.hidden.isdisjoint(classes.split())
        link = attributes.get("href", "") if tag == "a" else ""
        # Programs draw an equation beside its MathML.
        hidden = hidden or (attributes.get("aria-hidden") == "true" and _DRAWN.search(f"{tag} {classes}") is not None)
        if tag == "math" and not upper.unread and not hidden:
            self._equation = Grown(self.name)
            self._equation.start(tag, attributes)
            return
        unread = upper.unread or tag in members(__file__, "unread") or hidden or bool(own & _UNSPOKEN_TYPES)
        unread = unread or (bool(link) and _CLASS_NOTE.search(classes) is not None)
        note = upper.note or bool(own & members(__file__, "note_types"))
        note = note or (tag in members(__file__, "blocks") and _CLASS_NOTES.search(classes) is not None)
        # What a writer says in an archive of stories, around each chapter.
        note = note or classes == "meta group" or attributes.get("id") == "endnotes"
        if link and unread and "backlink" not in own:
            self._refer(beside(self.file, link))
        element = _Open(tag, unread, note, self._known(upper.types | own), link, len(self._pieces), classes)
        element.looks = self._known(upper.looks | _looks(tag, attributes))
        element.place = attributes.get("id") or attributes.get("name", "")
        marks = " ".join(attributes.get(key, "") for key in ("class", "id", "rel", "itemprop", "data-testid", "href"))
        if self.website and _WROTE.search(marks) and not any("comment" in one.classes for one in self._stack):
            element.wrote = len(self.blocks)
        if self.website:
            over, names = upper.holder, f"{classes} {attributes.get('role', '')}"
            away = (link == "#" or link[0] != "#") if link else tag == "a" and not element.place
            away = away or (over is not None and over.away)
            self._links += away and tag == "a"
            element.holder = Element(tag, names, element.place, over, over.depth + 1 if over else 0, away)
        for key in ("id", "name", "{http://www.w3.org/XML/1998/namespace}id"):
            if attributes.get(key) and (key != "name" or tag == "a"):
                self._ids.append(attributes[key])
                self._check(len(self._ids))
        if tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        self._in_title = self._in_title or tag == "title"
        if tag == "hr":
            self.blocks.append(Block("", file=self.file, types=element.types, note=note, holder=element.holder))
            self.earn(0)
        if tag not in members(__file__, "empty"):
            self._stack.append(element)

    def end(self, tag: str) -> None:
        if self._equation is not None:
            self._equation.end(tag)
            if self._equation.is_whole:
                said = said_of(self._equation.root.children[0])
                self._equation = None
                self.data(placed("".join(self._pieces[-4:]), said))
            return
        if tag in members(__file__, "empty") or not self._stack:
            return
        element = self._stack[-1]
        if tag in members(__file__, "blocks"):
            if element.classes:
                self._raised(element)
            self._flush()
            self._tables.end(tag, self.blocks)
            self._lists.end(tag)
        self._stack.pop()
        if element.anchor and not "".join(self._pieces[: element.at]).strip():
            self._link = len(self._pieces)
        if max(0, len(self.blocks) - _MOST_SAYING) <= element.wrote:
            within = self.blocks[element.wrote :]
            is_known = self._name("\n".join((*(one.text for one in within), "".join(self._pieces[element.at :]))))
            for block in within:
                block.by = is_known
        if tag in _HEADINGS:
            self._level = 0
        self._in_title = self._in_title and tag != "title"
        if element.anchor and not element.unread and "#" in element.anchor:
            said = "".join(self._pieces[element.at :]).strip()
            if said and NOTE_MARK.fullmatch(said):
                del self._pieces[element.at :]
                place = beside(self.file, element.anchor)
                if not "".join(self._pieces).strip() and self._is_target():
                    self._is_note = True
                else:
                    self._refer(place)
        elif tag == "rt":
            self._above()
        elif tag == "sup" or element.classes or element.place:
            self._raised(element)
        if tag == "ruby":
            self._ruby = -1

    def _name(self, said: str) -> bool:
        """Take who wrote the page from what ``said`` it, if it does."""
        match = _BYLINE.fullmatch(clean(said).strip())
        self.author = self.author or (match["name"].strip() if match else "")
        return match is not None and match["name"].strip() == self.author

    def _above(self) -> None:
        """A reading stands above what the ruby held so far."""
        base = "".join(self._pieces[self._ruby :]) if 0 <= self._ruby <= len(self._pieces) else ""
        if base and not self._level:
            self._pieces[self._ruby :] = [marked(base, "".join(self._reading))]
            self._ruby = len(self._pieces)
        self._reading.clear()

    def _raised(self, element: _Open) -> None:
        """What an element says that is no part of the sentence: the sign of a note, the number of a page or line."""
        pieces = self._pieces[element.at :]
        said = "".join(pieces).strip()
        if is_number_of_page(
            element.classes, said, "" if element.tag in members(__file__, "blocks") else element.place
        ):
            del self._pieces[element.at :]
        elif element.tag == "sup" and said:
            kept = superscript("".join(self._pieces[max(0, element.at - 20) : element.at]), said)
            self._top = Raised(element.at if said.isdecimal() else -1, said, kept)
            if kept != said:
                self._pieces[element.at :] = [kept] if kept else []
                if not kept and (number := number_in(said)):
                    self._marks.append(number)

    def data(self, text: str) -> None:
        if self._equation is not None:
            self._equation.data(text)
            return
        text = without_marks(text)
        if self._stack and self._stack[-1].tag == "rt" and len(self._reading) < _MOST_READING:
            self._reading.append(text)
        elif self._in_title:
            self.title += text
        elif self._stack and self._stack[-1].tag == "style":
            self.hidden.update(hidden_classes(text))
        elif not self._stack or not self._stack[-1].unread:
            self._pieces.append(text)
            lowered = bool(self._stack) and self._stack[-1].tag == "sub"
            if self._top.is_divided(self._pieces, lowered=lowered) and not self._top.kept and self._marks:
                self._marks.pop()
            if self._stack and text.strip():
                own = self._stack[-1].looks
                self._looks = own if self._looks is None else self._looks & own
            if self._stack and (holder := self._stack[-1].holder) and holder.away:
                self._linked += len(text.strip())
            self._check(len(self._pieces))

    def close(self) -> None:
        """The document is over."""
        self._flush()

    def _check(self, pieces: int) -> None:
        if pieces > MAX_PIECES:
            too_large(self.name, "one of its paragraphs is longer than a book", "其中一段比整本书还长")

    def _refer(self, place: tuple[str, str]) -> None:
        self.references.add(place)
        if len(self.references) > MAX_NOTES:
            too_large(self.name, "it has more notes than a book", "注释多得不合常理")

    def _known(self, types: Iterable[str]) -> frozenset[str]:
        """A set of types that all elements with the same share."""
        chosen = frozenset(types)
        if not chosen:
            return _UNTYPED
        if len(self._kinds) > MAX_KINDS or len(chosen) > MAX_TYPES:
            unsafe(self.name, "its parts say too much of what they are", "其中各部分的类型标注多得不合常理")
        return self._kinds.setdefault(chosen, chosen)

    def _is_target(self) -> bool:
        return any((self.file, name) in self.references for name in self._ids)

    def _flush(self) -> None:
        """The paragraph is over."""
        said = "".join(self._pieces)
        # The letter of a word goes on at once; a picture has a gap behind it, and so have the words A and I.
        if len(self._capital.strip("“\"‘'「")) == 1 and (
            said[:1].isalpha() or (said[:1] and self._capital[-1] in "AI")
        ):
            said = self._capital + said
        text = _paragraph(said)
        self._capital = "" if text else self._capital
        if self._is_note and (match := _AFTER_MARK.match(text)):
            text = text[match.end() :]
        is_entry = self._link >= 0 and not "".join(self._pieces[self._link :]).strip()  # of contents
        self._pieces.clear()
        self._top.at = self._link = -1
        looks, self._looks = self._looks or _UNTYPED, None
        upper = self._stack[-1] if self._stack else None
        if self.website and len(text) < _MOST_READ and (by := _SAID.search(text)):
            self._name(by["name"])
        if text:
            note = self._is_note or self._is_target() or (upper is not None and upper.note)
            label = self._lists.take()
            text = text if note or self._level or is_entry else f"{label}{text}"
            types = self._known((upper.types if upper else _UNTYPED) | looks)
            ids = tuple(name for name in self._ids if name in self.wanted)
            holder, away = upper.holder if upper else None, (self._linked, self._links)
            self.blocks.append(Block(text, self._level, self.file, ids, note, types, tuple(self._marks), holder, *away))
            self._linked = self._links = 0
            self._marks.clear()
            self.earn(len(text))
            self._ids.clear()
            self._is_note = False


def _types(attributes: Attributes) -> list[str]:
    """``epub:type`` and ``role``."""
    named = [value for key, value in attributes.items() if key.endswith("}type") or key in ("epub:type", "role")]
    return " ".join(named).casefold().split()


def _looks(tag: str, attributes: Attributes) -> set[str]:
    """How an element shows what stands in it."""
    style = attributes.get("style", "").replace(" ", "")
    is_classed = _CLASSED.fullmatch(attributes.get("class", "")) is not None
    is_bold = tag in ("b", "strong") or "font-weight:bold" in style
    is_centred = tag == "center" or attributes.get("align", "") == "center" or "text-align:center" in style
    return {look for look, has in ((CLASSED, is_classed), (BOLD, is_bold), (CENTRED, is_centred)) if has}


def _paragraph(text: str) -> str:
    """On one line for each line of a verse; what the source breaks in the middle of Chinese is joined."""
    if _INDENTED.search(text):  # a program has joined lines of paragraphs, and paragraphs
        text = _WITHIN.sub("", _INDENTED.sub(_BREAK, text))
    lines = []
    for line in text.split(_BREAK):
        pieces = [piece.strip() for piece in re.split(r"[ \t]*[\r\n]\s*", line)]
        whole = ""
        for piece in pieces:
            tight = whole and piece and is_wide(whole[-1]) and is_wide(piece[0])
            whole = whole + piece if tight or not whole or not piece else f"{whole} {piece}"
        lines.append(clean(whole).strip())
    return "\n".join(line for line in lines if line)
