"""DOCX: headings by their styles, notes apart, what was deleted or hidden left out.

The text is told piece by piece, so that a long manuscript needs no more memory than a short one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from indextts.books.model import Chapter
from indextts.books.reading.archive import Archive, beside
from indextts.books.reading.blocks import BOLD, CENTRED, Block, Tables
from indextts.books.reading.docx_numbering import Numbering, value_of
from indextts.books.reading.draft import Draft
from indextts.books.reading.epub import add_pieces, by_headings
from indextts.books.reading.equations import placed, said_of
from indextts.books.reading.headings import heading, kind_of
from indextts.books.reading.limits import MAX_PIECES, Patience, too_large
from indextts.books.reading.notes import Raised, number_in, superscript
from indextts.books.reading.package import Package
from indextts.books.reading.scripts import read_lines
from indextts.books.reading.tidy import as_text, clean
from indextts.books.reading.title_page import TitlePage, take_line, take_name, take_title
from indextts.books.reading.unheaded import told_by_look
from indextts.books.reading.xml import Attributes, Grown, tree, walk
from indextts.platform.tables import pattern_of

_HEADING: Final = re.compile(r"(?:heading|标题|標題) ?([1-9])", re.IGNORECASE)
_LISTED: Final = re.compile(r"(?:toc|\w{0,13}目[录錄]) ?\d|(?:toc|目[录錄]) ?(?:heading|标题|標題)", re.IGNORECASE)
"""Names of the styles of contents; WPS has ``WPSOffice手动目录 1``."""
_BY: Final = re.compile(r"authors?|byline|作者\S{0,2}|署名", re.IGNORECASE)
_BELOW: Final = re.compile(r"sub-?title|date|副标题|副標題|日期", re.IGNORECASE)
_UNREAD: Final = frozenset(("fallback", "del", "movefrom", "instrtext", "deltext", "rt", "pict", "object", "drawing"))
_DRAWN: Final = frozenset(("pict", "object", "drawing"))
_TABLE: Final = frozenset(("tbl", "tr", "tc"))
_TITLE: Final = 40  # characters of a line above the contents
_MOST_BOXES: Final = 20  # text boxes in one another
_NO_NOTE: Final = frozenset(("separator", "continuationSeparator", "continuationNotice"))
_ENDS: Final = frozenset('.,;:!?。，；：！？…”"')  # of lines that name nothing


@dataclass
class _Style:
    """What a paragraph with this style is."""

    level: int = 0
    is_title: bool = False
    is_contents: bool = False
    front: str = ""  # what stands below the title: ``by`` for who wrote it
    number: tuple[str, int] = ("", 0)  # the list that counts these paragraphs, and the level in it


@dataclass
class _Around:
    """A paragraph in which a text box stands."""

    unread: int
    pieces: list[str]
    style: _Style
    outline: int
    number: list[str]
    blocks: int  # how many blocks there were when the box began


@dataclass
class _Paragraphs:
    """Told of a document's body or of its notes."""

    name: str
    styles: dict[str, _Style]
    earn: Callable[[int], None]
    numbering: Numbering
    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    author: str = ""
    contents: list[str] = field(default_factory=list)
    front: list[str] = field(default_factory=list)
    _unread: int = 0
    _pieces: list[str] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)  # of the text that has not ended yet
    _style: _Style = field(default_factory=_Style)
    _outline: int = 0
    _in_text: bool = False
    _hidden_run: bool = False
    _hidden_note: bool = False
    _shifted: str = ""  # whether the run stands above the line, or below it
    _top: Raised = field(default_factory=Raised)
    _bold: bool = False
    _centred: bool = False
    _plain: int = 0  # characters of the paragraph that are not bold
    _capital: bool = False  # whether this paragraph is the large first letter of the next
    _dropped: list[str] = field(default_factory=list)
    _marks: list[int] = field(default_factory=list)
    _number: list[str] = field(default_factory=lambda: ["", ""])
    """The list and the level that the paragraph itself names."""
    _unread_by: str = ""
    _around: list[_Around] = field(default_factory=list)
    _tables: Tables = field(default_factory=Tables)
    _in_properties: bool = False
    _goes_on: bool = False  # whether the next paragraph belongs to this one
    _equation: Grown | None = None  # that has not ended yet

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "txbxcontent" and self._unread and self._unread_by in _DRAWN and len(self._around) < _MOST_BOXES:
            self._enter_box()
            return
        if tag in ("del", "movefrom") and self._in_properties and not self._unread:
            self._goes_on = True  # the end of the paragraph is deleted
        if self._unread or tag in _UNREAD:
            self._unread_by = self._unread_by if self._unread else tag
            self._unread += 1
            return
        if tag == "omath" and self._equation is None:
            self._equation = Grown(self.name)
        if self._equation is not None:
            self._equation.start(tag, attributes)
        elif tag == "p":
            if not self._goes_on:
                self._flush()
            self._goes_on = False
            self._style, self._outline, self._number, self._centred = _Style(), 0, ["", ""], False
        elif tag == "hyperlink" and value_of(attributes, "anchor").startswith("_Toc") and not self._pieces:
            self._style = _Style(is_contents=True)
        elif tag == "ppr":
            self._in_properties = True
        elif tag == "pstyle":
            self._style = self.styles.get(value_of(attributes), _Style())
        elif tag == "jc":
            self._centred = value_of(attributes) == "center"
        elif tag == "outlinelvl":
            self._outline = _level(value_of(attributes))
        elif tag == "r":
            self._hidden_run, self._shifted, self._bold = False, "", False
        elif tag == "b":
            self._bold = value_of(attributes) not in ("0", "false")
        elif tag == "vertalign":
            self._shifted = value_of(attributes)
        elif tag == "framepr":
            self._capital = value_of(attributes, "dropCap") in ("drop", "margin")
        elif tag in ("numid", "ilvl"):
            self._number[tag == "ilvl"] = value_of(attributes)
        elif tag in ("vanish", "strike", "dstrike"):
            self._hidden_run = self._hidden_run or value_of(attributes) not in ("0", "false")
        elif tag == "t":
            self._in_text = True
        elif tag == "nobreakhyphen":
            self._add("-")
        elif tag in ("tab", "ptab"):
            self._add(" ")
        elif tag in ("br", "cr"):
            self._add("\n")
        elif tag in _TABLE:
            self._end()
            self._tables.start(tag, self.blocks)
        elif tag == "vmerge" and value_of(attributes) != "restart":
            self._tables.go_on()
        elif tag in ("footnote", "endnote"):
            self._hidden_note = any(value in _NO_NOTE for value in attributes.values())

    def end(self, tag: str) -> None:
        if tag == "txbxcontent" and self._around and not self._unread:
            self._leave_box()
        elif self._unread:
            self._unread -= 1
        elif self._equation is not None:
            self._equation.end(tag)
            if self._equation.is_whole:
                said = said_of(self._equation.root)
                self._equation = None
                self._plain += len(said)
                self._add(placed("".join(self._pieces[-4:]), said))
        elif tag == "t":
            self._in_text = False
            self._say("".join(self._said))
            self._said.clear()
        elif tag == "ppr":
            self._in_properties = False
        elif tag == "p" and not self._goes_on:
            self._flush()
        elif tag in _TABLE:
            self._end()
            self._tables.end(tag, self.blocks)
        elif tag in ("body", "footnote", "endnote"):
            self._end()

    def data(self, text: str) -> None:
        if self._equation is not None and not self._unread:
            self._equation.data(text)
        elif self._in_text and not self._unread and not self._hidden_run and not self._hidden_note:
            self._said.append(text)

    def _say(self, text: str) -> None:
        """A run of the paragraph; what is raised in it may be the sign of a note."""
        is_raised = self._shifted == "superscript"
        kept = superscript("".join(self._pieces[-4:]), text) if is_raised else text
        self._marks += [] if kept or not text else [number_in(text)]
        self._plain += 0 if self._bold else len(text.strip())
        self._add(kept)
        if is_raised and text.strip().isdecimal():
            self._top = Raised(len(self._pieces) - 1, text.strip(), kept)
        elif self._top.is_divided(self._pieces, lowered=self._shifted == "subscript") and not self._top.kept:
            self._marks.pop()

    def _end(self) -> None:
        """Nothing can go on with a paragraph whose end is deleted."""
        if self._goes_on:
            self._flush()
            self._goes_on = False

    def _enter_box(self) -> None:
        """A text box: its paragraphs are read where it stands, before those of the text around it."""
        around = _Around(self._unread, self._pieces, self._style, self._outline, self._number, len(self.blocks))
        self._around.append(around)
        self._pieces, self._unread = [], 0

    def _leave_box(self) -> None:
        self._flush()
        around = self._around.pop()
        self._unread, self._pieces, self._style = around.unread, around.pieces, around.style
        self._outline, self._number = around.outline, around.number
        for block in self.blocks[around.blocks :]:
            # A box is no place for a chapter to begin.
            block.level = 0

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        if len(self._pieces) > MAX_PIECES:
            too_large(self.name, "one of its paragraphs is longer than a book", "其中一段比整本书还长")

    def _flush(self) -> None:
        if self._capital and self._pieces:
            self._capital = False
            self._dropped, self._pieces = self._pieces, []
            return
        if self._dropped and self._pieces:
            self._pieces, self._dropped = self._dropped + self._pieces, []
        lines = [line.strip() for line in clean("".join(self._pieces)).split("\n")]
        self._pieces.clear()
        self._top.at = -1
        text = "\n".join(line for line in lines if line)
        style, types = self._style, frozenset((BOLD,) * (not self._plain) + (CENTRED,) * self._centred)
        self._plain = 0
        if not text:
            return
        list_, depth = self._number[0] or style.number[0], self._number[1]
        label = self.numbering.label(list_, int(depth) if depth.isdecimal() else style.number[1]) if list_ else ""
        text = f"{label} {text}" if label else text
        self.earn(len(text))
        if style.is_contents:
            self.contents.append(text)
        elif style.is_title and not self.title:
            self.title = text
        elif style.front and self.title and not any(block.level for block in self.blocks):
            self.front += text.split("\n")
            self.author = ", ".join(one for one in (self.author, text) if one) if style.front == "by" else self.author
        else:
            level = style.level or self._outline
            marks, self._marks = tuple(self._marks), []
            self.blocks.append(Block(text.replace("\n", " ") if style.level else text, level, types=types, marks=marks))


def read_docx(name: str, archive: Archive) -> Draft:
    """The chapters of a document."""
    patience = Patience(name)
    path = _main(name, archive)
    folder = path.rpartition("/")[0]
    styles = _styles(name, archive, f"{folder}/styles.xml")
    lists = f"{folder}/numbering.xml"
    numbering = Numbering(tree(name, archive.read(lists)) if lists in archive else None)
    document = walk(name, archive.read(path), partial(_Paragraphs, name, styles, patience.earn, numbering), patience)
    notes: list[Block] = []
    for part in ("footnotes", "endnotes"):
        if f"{folder}/{part}.xml" in archive:
            data = archive.read(f"{folder}/{part}.xml")
            notes += walk(name, data, partial(_Paragraphs, name, {}, patience.earn, Numbering(None)), patience).blocks
    known = Draft()
    _properties(name, known, archive)
    draft = _chapters(document, known.author)
    page = TitlePage(document.title)
    for line in [document.author] if document.author else document.front:
        take_line(page, line) or take_name(page, line)
    draft.add(Chapter(document.title, as_text(document.front), "title", on=False), first=True)
    draft.author = page.author or document.author or draft.author
    _properties(name, draft, archive)
    draft.add_notes([one.text for one in notes])
    return draft


def _chapters(document: _Paragraphs, writer: str) -> Draft:
    named = document.title
    _take_first(document)
    is_said = document.title != named
    _take_title(document)
    if not any(block.level for block in document.blocks):
        # No styles: what the lines say.
        draft = read_lines(document.name, [line for block in document.blocks for line in block.text.split("\n")])
        draft.title = document.title or draft.title
        are_parted = any(one.quotations for one in draft.chapters) or sum(one.on for one in draft.chapters) > 1
        if are_parted or not told_by_look(document.blocks):
            draft.author = draft.author or document.author
            return draft
    draft = Draft(document.title, author=document.author or writer)
    if is_said:  # nothing but its place tells that it is a title
        draft.add(Chapter(document.title, ""))
    if document.contents:
        draft.add(Chapter("目录", as_text(document.contents), "front", on=False))
    add_pieces(draft, by_headings(document.blocks), Package(document.title))
    for at, chapter in enumerate(draft.chapters):
        lines = chapter.text.split("\n")
        draft.carry(lines)
        draft.chapters[at] = chapter.changed(text="\n".join(lines))
    return draft


def _take_first(document: _Paragraphs) -> None:
    """The book's name where no style tells it: the first line, if no other is bold, or in the middle, as it is."""
    first = document.blocks[0] if document.blocks else Block("")
    alike = sum(block.types == first.types and not block.level for block in document.blocks)
    is_plain = document.title or first.level or heading(first.text) or len(document.blocks) < 2
    if alike == 1 and first.types and not is_plain and len(first.text) <= _TITLE and first.text[-1] not in _ENDS:
        document.title = document.blocks.pop(0).text


def _take_title(document: _Paragraphs) -> None:
    """What stands above the contents: the book's name, and the word for them."""
    blocks = document.blocks
    page = take_title(blocks, document.title)
    document.title, document.author = page.title, document.author or page.author
    first = next((at for at, block in enumerate(blocks) if block.level), 0)
    if not document.contents or any(len(block.text) > _TITLE for block in blocks[:first]):
        return
    named = [block for block in blocks[:first] if kind_of(block.text) != "front"]
    if len(named) == 1 and not document.title:
        document.title, named = named[0].text, []
    document.blocks = named + blocks[first:]


def _main(name: str, archive: Archive) -> str:
    """The member that holds the text."""
    for relation in tree(name, archive.read("_rels/.rels")).all("relationship"):
        if relation.attributes.get("Type", "").endswith("/officeDocument"):
            path = archive.found(beside("", relation.attributes.get("Target", ""))[0])
            if path:
                return path
    return "word/document.xml"


def _styles(name: str, archive: Archive, path: str) -> dict[str, _Style]:
    if path not in archive:
        return {}
    styles: dict[str, _Style] = {}
    bases: dict[str, str] = {}
    for node in tree(name, archive.read(path)).all("style"):
        key = next((value for given, value in node.attributes.items() if given.endswith("styleId")), "")
        title = node.first("name")
        called = value_of(title.attributes) if title else ""
        match = _HEADING.fullmatch(called)
        outline = node.first("outlinelvl")
        based = node.first("basedon")
        bases[key] = value_of(based.attributes) if based else ""
        count, level = node.first("numid"), node.first("ilvl")
        styles[key] = _Style(
            int(match[1]) if match else _level(value_of(outline.attributes)) if outline else 0,
            called.casefold() in ("title", "标题", "書名", "书名"),
            _LISTED.fullmatch(called) is not None,
            "by" if _BY.fullmatch(called) else "below" if _BELOW.fullmatch(called) else "",
            (
                value_of(count.attributes) if count else "",
                int(value_of(level.attributes) if value_of(level.attributes).isdecimal() else 0) if level else 0,
            ),
        )
    for key, base in bases.items():
        if base in styles and not styles[key].level and not styles[key].is_title:
            styles[key].level = styles[base].level
        if base in styles and not styles[key].number[0]:
            styles[key].number = styles[base].number
    return styles


def _properties(name: str, draft: Draft, archive: Archive) -> None:
    path = archive.found("docProps/core.xml")
    if not path:
        return
    root = tree(name, archive.read(path))
    said = {key: node.text for key in ("title", "creator", "description") if (node := root.first(key))}
    draft.title = said.get("title", "") or draft.title
    # What writes a file without a person in between puts its own name there.
    creator = said.get("creator", "")
    draft.author = draft.author or ("" if pattern_of(__file__, "nobody").fullmatch(creator) else creator)
    if said.get("description") and not said["description"].startswith("generated by"):
        draft.metadata["description"] = said["description"]


def _level(outline: str) -> int:
    """The level of a heading from Word's count, which begins at 0; 9 is text."""
    return int(outline) + 1 if outline in set("012345678") else 0
