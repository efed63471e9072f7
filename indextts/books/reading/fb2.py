"""FictionBook (FB2), by itself or in a zip: sections as chapters, notes apart, the cover out of the file's binaries."""

from __future__ import annotations

import binascii
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from indextts.books.model import Chapter, ChapterKind
from indextts.books.reading.blocks import Block
from indextts.books.reading.draft import Draft
from indextts.books.reading.epub import Piece, add_pieces
from indextts.books.reading.limits import MAX_COVER, MAX_TEXT_BYTES, Patience, too_large
from indextts.books.reading.package import Package, picture
from indextts.books.reading.tidy import as_text, clean, is_chinese, one_line
from indextts.books.reading.unheaded import told_by_lines
from indextts.books.reading.xml import Attributes, walk
from indextts.platform.tables import pattern_of

_BINARY: Final = re.compile(rb"<binary\b([^<>]{0,400})>([^<]*+)</binary\s*>", re.IGNORECASE)
_ID: Final = re.compile(rb"""\bid\s*=\s*["']([^"']{1,200})["']""")
_PARAGRAPHS: Final = frozenset(("p", "v", "subtitle", "text-author", "td", "th"))
_NOTES: Final = frozenset(("notes", "comments", "footnotes", "endnotes"))
_INNER: Final = frozenset(("poem", "stanza", "epigraph", "cite"))
"""What has titles of its own inside of a section."""
_ABOUT: Final = ("book-title", "lang", "date", "publisher", "isbn", "year")
_MOST_DESCRIPTION: Final = 4000
_MOST_SECTIONS: Final = 20_000  # those without a name, which are no chapters, included


def is_fb2(head: str) -> bool:
    """Whether a text begins as FB2 does."""
    return pattern_of(__file__, "fb2_root", "forms.yaml").search(head[:4000]) is not None


@dataclass
class _Section:
    """A section with what is in it."""

    level: int
    title: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    kind: ChapterKind = "body"


class _Book:
    """Told of a document: its sections in order, and what it says of itself."""

    def __init__(self, name: str, patience: Patience) -> None:
        self._name = name
        self._patience = patience
        self._stack: list[str] = []
        self._attributes: list[Attributes] = []
        self._pieces: list[str] | None = None
        self._link = 0
        self._links: list[int] = []
        self.sections: list[_Section] = []
        self._bodies = 0
        self._is_notes = False
        self._person: dict[str, str] = {}
        self.people: dict[str, list[dict[str, str]]] = {"author": [], "translator": []}
        self.about: dict[str, str] = {}
        self.annotation: list[str] = []
        self.series = ""
        self.cover = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in _PARAGRAPHS or (self._in("description") and self._pieces is None):
            self._pieces = []
        if tag == "body":
            self._bodies += 1
            name = next((value for key, value in attributes.items() if key.rpartition("}")[2] == "name"), "")
            self._is_notes = name.casefold() in _NOTES
            self.sections.append(_Section(0, kind="notes" if self._is_notes else "front"))
        elif tag == "section":
            if len(self.sections) > _MOST_SECTIONS:
                too_large(
                    self._name, f"it has more than {_MOST_SECTIONS:,} sections", f"小节超过 {_MOST_SECTIONS:,} 个"
                )
            level = self._stack.count("section") + 1
            self.sections.append(_Section(level, kind="notes" if self._is_notes else "body"))
        elif tag in ("empty-line", "stanza", "poem", "epigraph", "cite") and self.sections:
            self._break(always=tag == "empty-line")
        elif tag == "a":
            self._links.append(len(self._pieces or ()))
        elif tag == "image" and self._in("coverpage") and not self.cover:
            self.cover = next((value for key, value in attributes.items() if key.endswith("href")), "").lstrip("#")
        elif tag == "sequence" and self._in("title-info"):
            name, number = attributes.get("name", ""), attributes.get("number", "")
            self.series = self.series or f"{name} {number}".strip()
        self._stack.append(tag)
        self._attributes.append(attributes)

    def end(self, tag: str) -> None:
        if not self._stack:
            return
        own = self._stack.pop()
        attributes = self._attributes.pop()
        if own == "a" and self._links:
            at = self._links.pop()
            said = "".join((self._pieces or [])[at:]).strip()
            href = next((value for key, value in attributes.items() if key.endswith("href")), "")
            if self._pieces is not None and (attributes.get("type") == "note" or href.startswith("#")) and (
                pattern_of(__file__, "fb2_mark", "forms.yaml").fullmatch(said) or attributes.get("type") == "note"
            ):  # fmt: skip
                del self._pieces[at:]
        elif own in _PARAGRAPHS or (self._pieces is not None and self._in("description")):
            text = one_line("".join(self._pieces or ()), 1 << 30)
            self._pieces = None
            self._put(own, text)
        if own in ("author", "translator") and self._in("title-info"):
            self.people[own].append(self._person)
            self._person = {}
        elif own in ("poem", "epigraph", "cite", "stanza") and self.sections:
            self._break(always=False)

    def data(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def close(self) -> None:
        pass

    def _in(self, tag: str) -> bool:
        return tag in self._stack

    def _put(self, tag: str, text: str) -> None:
        if not text:
            return
        self._patience.earn(len(text))
        if self._in("description"):
            if self._in("annotation"):
                self.annotation.append(text)
            elif self._in("title-info") and tag.endswith(("-name", "nickname")):
                self._person.setdefault(tag, text)
            elif (self._in("title-info") or self._in("publish-info")) and tag in _ABOUT:
                self.about.setdefault(tag, text)
            return
        if not self.sections:
            return
        # What stands behind an inner section belongs to the outer one no longer: it is read where it stands.
        section = self.sections[-1]
        if self._in("annotation") and section.kind == "body":
            section.lines.append(text)
        elif self._in("title") and _INNER.isdisjoint(self._stack):
            section.title.append(text)
        else:
            section.lines.append(text)

    def _break(self, *, always: bool) -> None:
        lines = self.sections[-1].lines
        if lines and lines[-1] and (always or self._in("section")):
            lines.append("")


def read_fb2(name: str, data: bytes) -> Draft:
    """The chapters, the notes, what the file says of the book, and its cover."""
    pictures: dict[str, tuple[int, int]] = {}
    pieces: list[bytes] = []
    at = 0
    for match in _BINARY.finditer(data):
        pieces.append(data[at : match.start()])
        at = match.end()
        if named := _ID.search(match[1]):
            pictures.setdefault(named[1].decode("utf-8", "replace"), match.span(2))
    pieces.append(data[at:])
    size = sum(map(len, pieces))
    if size > MAX_TEXT_BYTES:
        too_large(name, f"a text of {size >> 20} MB", f"文本有 {size >> 20} MB")
    patience = Patience(name)
    book = walk(name, b"".join(pieces), partial(_Book, name, patience), patience)
    draft = Draft(book.about.get("book-title", ""), author=_people(book.people["author"]))
    draft.language = {"zh": "zh", "en": "en"}.get(book.about.get("lang", "")[:2].casefold(), "")
    draft.metadata = {
        "translator": _people(book.people["translator"]),
        "description": "\n".join(book.annotation)[:_MOST_DESCRIPTION],
        "publisher": book.about.get("publisher", ""),
        "date": book.about.get("year", "") or book.about.get("date", ""),
        "identifier": book.about.get("isbn", ""),
        "series": book.series,
    }
    begin, end = pictures.get(book.cover, (0, MAX_COVER * 2))
    if end - begin <= MAX_COVER * 4 // 3 + MAX_COVER // 16:
        with suppress(binascii.Error, ValueError):
            cover = binascii.a2b_base64(data[begin:end])
            draft.cover = picture(cover) if len(cover) <= MAX_COVER else None
    own = [one for one in book.sections if one.kind == "body"]
    blocks = [Block(line) for one in own for line in ("", *one.lines)]
    if not any(one.title for one in own) and (found := told_by_lines(name, blocks)):
        draft.take(found)
        book.sections = [one for one in book.sections if one.kind == "notes"]
    _chapters(draft, book.sections)
    return draft


def _people(people: list[dict[str, str]]) -> str:
    names = [name for one in people if (name := _name(one))]
    return ("、" if any(map(is_chinese, names)) else ", ").join(names)


def _name(person: dict[str, str]) -> str:
    first, middle, last = (person.get(f"{part}-name", "") for part in ("first", "middle", "last"))
    if is_chinese(last) and is_chinese(first or "一"):
        return f"{last}{middle}{first}"
    name = " ".join(part for part in (first, middle, last) if part) or person.get("nickname", "")
    return "" if pattern_of(__file__, "nobody").fullmatch(name) else name


def _chapters(draft: Draft, sections: list[_Section]) -> None:
    notes: list[str] = []
    own = [one for one in sections if one.kind == "body" and one.level == 1]
    nameless = len(own) > 1 and not any(one.title for one in own)
    number = 0
    pieces: list[Piece] = []
    for section in sections:
        blocks = [Block(line) for line in section.lines]
        if section.kind == "notes" and section.level:
            notes.append(" ".join([*section.title, *filter(None, section.lines)]))
        elif section.kind == "front":
            # Above the first chapter: the book's title once more, an epigraph.
            draft.add(Chapter("", as_text(section.lines), "front", on=False))
        elif section.kind == "body" and not section.title and not (section.level == 1 and nameless) and pieces:
            # A part without a name is the rest of the one before it.
            pieces[-1].blocks += [Block("")] * bool(pieces[-1].blocks) + blocks
        elif section.kind == "body":
            number += nameless and not section.title
            title = clean(" ".join(section.title)).strip() or (str(number) if nameless else "")
            pieces.append(Piece(title, max(1, section.level), blocks))
    add_pieces(draft, pieces, Package(draft.title))
    draft.add_notes(notes)
